import { normalQuantile } from '../probability';
import { groupBy } from './scores';

/** An error of a prediction whose pair was left out: ln(predicted / measured), and whom it resembles. */
export interface LeftOutError {
  readonly pair: string;
  /** Engine and protocol: what decides how wide errors spread. */
  readonly group: string;
  readonly logError: number;
}

/** A band around a prediction: measured lies within [predicted × low, predicted × high] at the level. */
export interface Band {
  readonly level: number;
  readonly low: number;
  readonly high: number;
}

/** How wide errors spread, by group, and the normalized quantiles of all. */
export interface BandModel {
  readonly level: number;
  readonly scale: number;
  readonly scales: Readonly<Record<string, number>>;
  readonly lowerQuantile: number;
  readonly upperQuantile: number;
}

/** Rows' worth of the overall spread that a group's own is shrunk by. */
const SHRINK_ROWS = 30;

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

function weightedMean(values: readonly Weighted[]): number {
  const weight = values.reduce((sum, v) => sum + v.weight, 0);
  return values.reduce((sum, v) => sum + v.value * v.weight, 0) / weight;
}

function weightedQuantile(values: readonly Weighted[], share: number): number {
  const ascending = [...values].sort((a, b) => a.value - b.value);
  const total = ascending.reduce((sum, v) => sum + v.weight, 0);
  let passed = 0;
  for (const v of ascending) {
    passed += v.weight;
    if (passed >= share * total) return v.value;
  }
  return ascending.at(-1)?.value ?? 0;
}

/** Every row of a pair counts by the root of the pair's rows: a pair is less than as many facts, more than one. */
function rowWeights(errors: readonly LeftOutError[]): ReadonlyMap<string, number> {
  return new Map(groupBy(errors, (e) => e.pair).map(([pair, rows]) => [pair, 1 / Math.sqrt(rows.length)]));
}

/** Learns a band from errors of pairs that were left out. `grouped` false gives one band of constant width. */
export function bandModel(errors: readonly LeftOutError[], level: number, grouped = true): BandModel {
  const weights = rowWeights(errors);
  const weightOf = (e: LeftOutError) => weights.get(e.pair) ?? 1;
  const spread = weightedMean(errors.map((e) => ({ value: Math.abs(e.logError), weight: weightOf(e) })));
  const scales: Record<string, number> = {};
  for (const [group, rows] of grouped ? groupBy(errors, (e) => e.group) : []) {
    const own = weightedMean(rows.map((e) => ({ value: Math.abs(e.logError), weight: weightOf(e) })));
    scales[group] = (own * rows.length + spread * SHRINK_ROWS) / (rows.length + SHRINK_ROWS);
  }
  const normalized = errors.map((e) => ({ value: e.logError / (scales[e.group] ?? spread), weight: weightOf(e) }));
  return {
    level,
    scale: spread,
    scales,
    lowerQuantile: weightedQuantile(normalized, (1 - level) / 2),
    upperQuantile: weightedQuantile(normalized, (1 + level) / 2),
  };
}

/** The band of a group; `widening` stretches it where evidence is further away. Always contains the prediction itself. */
export function bandOf(model: BandModel, group: string, widening = 1): Band {
  const scale = (model.scales[group] ?? model.scale) * widening;
  return {
    level: model.level,
    low: Math.min(1, Math.exp(-model.upperQuantile * scale)),
    high: Math.max(1, Math.exp(-model.lowerQuantile * scale)),
  };
}

/**
 * The factor that measured over predicted stays below with a probability: the lognormal through both ends of the band.
 *
 * By hand: ends of e^−0.2 and e^0.1 at a level of 0.8 lie 1.2816 deviations from the middle, so that the mean is −0.05 and the
 * deviation 0.15 / 1.2816 = 0.117: at 0.5 e^−0.05 = 0.951, at 0.9 e^0.1 = 1.105.
 */
export function slowdownOf(model: BandModel, group: string, widening: number, confidence: number): number {
  const { level, low, high } = bandOf(model, group, widening);
  const middle = Math.log(low * high) / 2;
  const deviation = Math.log(high / low) / 2 / normalQuantile((1 + level) / 2);
  return Math.exp(middle + deviation * normalQuantile(confidence));
}

/** How well bands hold on pairs that they were built without. */
export interface BandScore {
  readonly n: number;
  readonly coverage: number;
  /** Median of high / low. */
  readonly medianWidth: number;
  /** Mean interval score on the logarithm: width, and 2 / (1 − level) times what falls outside. Lower is better. */
  readonly intervalScore: number;
}

/** Builds each pair's band from the other pairs and scores it on the pair. */
export function scoreBands(
  errors: readonly LeftOutError[],
  level: number,
  grouped: boolean,
): ReadonlyMap<LeftOutError, Band> {
  const bands = new Map<LeftOutError, Band>();
  for (const [pair, rows] of groupBy(errors, (e) => e.pair)) {
    const model = bandModel(
      errors.filter((e) => e.pair !== pair),
      level,
      grouped,
    );
    for (const row of rows) bands.set(row, bandOf(model, row.group));
  }
  return bands;
}

/** Coverage, width and interval score of bands over errors. */
export function bandScore(errors: readonly LeftOutError[], bands: ReadonlyMap<LeftOutError, Band>): BandScore {
  const rows = errors.map((e) => ({ truth: -e.logError, band: bands.get(e) ?? { level: 0.8, low: 1, high: 1 } }));
  const widths = rows.map(({ band }) => band.high / band.low).sort((a, b) => a - b);
  const scores = rows.map(({ truth, band }) => {
    const low = Math.log(band.low);
    const high = Math.log(band.high);
    const outside = Math.max(0, low - truth) + Math.max(0, truth - high);
    return high - low + (2 / (1 - band.level)) * outside;
  });
  return {
    n: rows.length,
    coverage:
      rows.filter(({ truth, band }) => truth >= Math.log(band.low) && truth <= Math.log(band.high)).length /
      rows.length,
    medianWidth: widths[Math.floor(widths.length / 2)] ?? Number.NaN,
    intervalScore: scores.reduce((sum, s) => sum + s, 0) / scores.length,
  };
}
