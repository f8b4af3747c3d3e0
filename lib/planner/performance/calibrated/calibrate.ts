import type { Catalog } from '../../../catalog/catalog';
import { Problem } from '../../../problem';
import { learnedCaution, withCaution } from './caution';
import { leaveOneGroupOut } from './cross-validation';
import { gainOfRows } from './few-rows';
import { hierarchicalPrior } from './fit';
import { scoredRows } from './left-out';
import { type Measurement, readMeasurements } from './measurement';
import { wholeView } from './nested';
import { learnedOwnRows } from './own-rows';
import { cellsOf, pairOf, samplesOf } from './samples';
import { groupBy, type Score, scoreOf } from './scores';
import { isSiliconSample, readSiliconSample } from './silicon-sample';
import { type Calibrated, calibratedFrom } from './write-coefficients';

/** What a calibration says about itself. */
export interface CalibrationReport {
  readonly calibrated: Calibrated;
  /** Errors with one pair of accelerator and model left out, in words. */
  readonly text: string;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const scoreText = (s: Score): string =>
  `MAPE ${percent(s.mape)}, median ${percent(s.median)}, exp(mean |ln|) − 1 ${percent(s.geometric)}, bias ${percent(s.bias)} (${s.n} rows)`;

/** Measurements of either format: `serving.csv`, or the public `silicon_sample.csv`. @throws Problem naming line and column. */
export function measurementsFrom(text: string): readonly Measurement[] {
  const rows = isSiliconSample(text) ? readSiliconSample(text) : readMeasurements(text);
  if (rows.length === 0)
    throw new Problem('InvalidArgument', 'the measurements have no rows; give a header and at least one row');
  return rows;
}

/** What five rows of a pair's own gain, averaged over 20 draws; undefined without a pair of ten rows or more. */
function gainText(rows: readonly Measurement[], catalog: Catalog): readonly string[] {
  const cells = cellsOf(rows, catalog);
  const samples = samplesOf(rows, cells, catalog);
  const left = leaveOneGroupOut(samples, rows.map(pairOf), hierarchicalPrior(cells));
  const caution = learnedCaution(rows, left.predicted);
  const habits = learnedOwnRows(rows, samples, wholeView(left), caution);
  const scored = scoredRows(rows, withCaution(left.predicted, caution));
  const gains = groupBy(
    samples.map((sample, i) => ({ sample, pair: pairOf(rows[i] as Measurement) })),
    (x) => x.pair,
  ).flatMap(([pair, group]) => {
    const logs = left.fits.get(pair);
    return logs === undefined || group.length < 10
      ? []
      : [
          gainOfRows(
            group.map((x) => x.sample),
            logs,
            5,
            20,
            caution,
            habits,
          ),
        ];
  });
  const before = gains.flatMap((g) => g.before.map((e) => e.tpot));
  const after = gains.flatMap((g) => g.after.map((e) => e.tpot));
  return [
    ...groupBy(scored, (r) => pairOf(r.m)).flatMap(([pair, group]) => [
      `${pair} left out: TPOT ${scoreText(scoreOf(group.map((r) => r.tpot)))}`,
      `${pair} left out: TTFT ${scoreText(scoreOf(group.map((r) => r.ttft)))}`,
    ]),
    `all pairs left out: TPOT ${scoreText(scoreOf(scored.map((r) => r.tpot)))}`,
    `all pairs left out: TTFT ${scoreText(scoreOf(scored.map((r) => r.ttft)))}`,
    ...(after.length === 0
      ? []
      : [
          `five rows of a pair never seen: TPOT MAPE ${percent(scoreOf(before).mape)} without, ${percent(scoreOf(after).mape)} with (mean of 20 draws a pair)`,
        ]),
  ];
}

/**
 * Refits from anyone's measurements around the operator priors, with errors of left-out pairs. Saturated rows are read and
 * not used: their TTFT is the queue's.
 *
 * @param source where the rows come from, for the files' provenance
 * @param asOf the day of the calibration, YYYY-MM-DD
 */
export function calibrate(text: string, catalog: Catalog, source: string, asOf: string): CalibrationReport {
  const all = measurementsFrom(text);
  const rows = all.filter((m) => !m.saturated);
  return {
    calibrated: calibratedFrom(all, catalog, source, asOf),
    text: [`${rows.length} rows of ${all.length} (the others are saturated)`, ...gainText(rows, catalog)].join('\n'),
  };
}
