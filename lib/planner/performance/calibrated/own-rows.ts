import { learnedCaution } from './caution';
import { coefficientsFromLogs } from './coefficient-names';
import { type Predicted, predictSamples } from './cross-validation';
import { correctedBy, drawIndices } from './few-rows';
import type { Sample } from './fit';
import type { Measurement } from './measurement';
import type { InnerView } from './nested';
import { pairOf } from './samples';
import { groupBy } from './scores';

/** What other pairs, each left out of its fit, say about correcting a pair by a few rows of its own. */
export interface OwnRows {
  /** Factor of caution on times per output token once a pair has rows of its own: less is unknown about it. */
  readonly caution: number;
  /** Standard deviation of the logarithms' errors inside a pair, the median pair's. */
  readonly tpotScatter: number;
  readonly ttftScatter: number;
}

/** Rows of a pair, below which it teaches nothing here; rows drawn of each, and how often. */
const ENOUGH_ROWS = 10;
const DRAWN = 5;
const DRAWS = 3;

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * Learns from pairs that a view leaves out in turn: how their rows scatter around each pair's own shift, and with what factor of
 * caution picks among corrected predictions keep their promise.
 *
 * @param caution the factor for pairs without rows of their own, which stays where too few pairs have rows
 */
export function learnedOwnRows(
  rows: readonly Measurement[],
  samples: readonly Sample[],
  view: InnerView,
  caution: number,
): OwnRows {
  const seen = view.places.map((k, i) => ({ m: rows[k] as Measurement, sample: samples[k] as Sample, i }));
  const pairs = groupBy(seen, ({ m }) => pairOf(m)).filter(([, group]) => group.length >= ENOUGH_ROWS);
  if (pairs.length === 0) return { caution, tpotScatter: 0, ttftScatter: 0 };
  const scatterOf = (error: (p: Predicted, sample: Sample) => number) =>
    medianOf(
      pairs.map(([, group]) => deviation(group.map(({ sample, i }) => error(view.predicted[i] as Predicted, sample)))),
    );
  const scatter = {
    tpotScatter: scatterOf((p, s) => Math.log(p.tpotSeconds) - s.logTpot),
    ttftScatter: scatterOf((p, s) => Math.log(p.ttftSeconds) - s.logTtft),
  };
  const measurements = seen.map(({ m }) => m);
  let factors = 0;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const predicted = view.predicted.map((p) => ({ ...p, tpotSeconds: p.tpotSeconds * caution }));
    for (const [pair, group] of pairs) {
      const logs = view.fitOf(pair);
      if (logs === undefined) continue;
      const drawn = drawIndices(group.length, DRAWN, 1 + draw).map((k) => group[k]?.sample as Sample);
      const corrected = correctedBy(drawn, logs, caution, { ...scatter, caution: 1 });
      const answers = predictSamples(
        group.map(({ sample }) => sample),
        corrected.map(coefficientsFromLogs),
      );
      group.forEach(({ i }, at) => {
        const { tpotSeconds, ttftSeconds } = answers[at] as Predicted;
        predicted[i] = { ttftSeconds, tpotSeconds: tpotSeconds * caution };
      });
    }
    factors += learnedCaution(measurements, predicted);
  }
  return { ...scatter, caution: Math.min(caution, factors / DRAWS) };
}
