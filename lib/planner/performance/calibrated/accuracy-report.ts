import type { Catalog } from '../../../catalog/catalog';
import { judgedBy, learnedAdmissionShare, saturationScore, waitsForAdmission } from './admission';
import { type BandScore, bandScore, type LeftOutError, scoreBands } from './bands';
import { learnedCaution, withCaution } from './caution';
import { coefficientsFromLogs } from './coefficient-names';
import { type CrossValidation, foldOf, leaveOneGroupOut, type Predicted, predictSamples } from './cross-validation';
import { decisionScore } from './decision-test';
import { gainOfRows } from './few-rows';
import { type CellKey, type CellPrior, fitCells, hierarchicalPrior, type Sample } from './fit';
import { leftOutErrors, type ScoredRow, scoredRows } from './left-out';
import type { Measurement } from './measurement';
import { type InnerView, innerViews } from './nested';
import { learnedOwnRows } from './own-rows';
import { perfectHardware } from './perfect-hardware';
import { cellsOf, pairOf, samplesOf } from './samples';
import { groupBy, meanScore, type Score, scoreOf } from './scores';

const LEVEL = 0.8;
/** Draws of five rows per pair. */
const DRAWS = 20;
const percent = (share: number): string => (100 * share).toFixed(1).padStart(6);

function line(label: string, s: Score): string {
  return `${label.padEnd(58)} n ${String(s.n).padStart(5)}  MAPE ${percent(s.mape)}  median ${percent(s.median)}  p90 ${percent(s.p90)}  exp|ln| ${percent(s.geometric)}  bias ${percent(s.bias)}`;
}

const tpotOf = (rows: readonly ScoredRow[]): Score => scoreOf(rows.map((r) => r.tpot));
const ttftOf = (rows: readonly ScoredRow[]): Score => scoreOf(rows.map((r) => r.ttft));

function headline(title: string, rows: readonly ScoredRow[]): readonly string[] {
  const pairs = groupBy(rows, (r) => pairOf(r.m)).map(([, group]) => group);
  const protocols = groupBy(rows, (r) => r.m.protocol);
  return [
    title,
    line('  TPOT, rows', tpotOf(rows)),
    line('  TPOT, mean over pairs', meanScore(pairs.map(tpotOf))),
    ...protocols.map(([protocol, group]) => line(`  TPOT, ${protocol}`, tpotOf(group))),
    ...protocols.map(([protocol, group]) => line(`  TTFT, ${protocol}`, ttftOf(group))),
    ...protocols.map(([protocol, group]) =>
      line(
        `  TTFT, ${protocol}, mean over pairs`,
        meanScore(groupBy(group, (r) => pairOf(r.m)).map(([, g]) => ttftOf(g))),
      ),
    ),
  ];
}

function table(title: string, rows: readonly ScoredRow[], keyOf: (m: Measurement) => string): readonly string[] {
  return [
    title,
    ...groupBy(rows, (r) => keyOf(r.m)).flatMap(([key, group]) => [
      line(`  TPOT ${key}`, tpotOf(group)),
      line(`  TTFT ${key}`, ttftOf(group)),
    ]),
  ];
}

function decisions(
  rows: readonly Measurement[],
  answers: readonly (readonly [string, readonly Predicted[]])[],
): readonly string[] {
  return [
    'Decision test: highest throughput per accelerator under a TPOT of 15, 25 and 40 ms',
    ...answers.flatMap(([name, predicted]) =>
      [0, 0.15].map((guard) => {
        const d = decisionScore(rows, predicted, guard);
        return `  ${name}, guard ${percent(guard)} %: ${d.cells} cells, ${d.picks} picks, missing the limit ${percent(d.missShare)} %, mean regret ${percent(d.meanRegret)} %`;
      }),
    ),
  ];
}

/** Everything that is left out in turn, and what was chosen without it. */
interface Nested {
  readonly left: CrossValidation;
  readonly views: ReadonlyMap<string, InnerView>;
  readonly cautions: ReadonlyMap<string, number>;
  /** Predictions of each group by the fit without it, with the factor of caution that the others chose. */
  readonly predicted: readonly Predicted[];
}

function nested(
  rows: readonly Measurement[],
  samples: readonly Sample[],
  groups: readonly string[],
  prior: CellPrior,
): Nested {
  const left = leaveOneGroupOut(samples, groups, prior);
  const views = innerViews(samples, groups, prior, left.fits);
  const cautions = new Map(
    [...views].map(([group, { places, predicted }]) => [
      group,
      learnedCaution(
        places.map((k) => rows[k] as Measurement),
        predicted,
      ),
    ]),
  );
  const predicted = left.predicted.map((p, i) => ({
    ...p,
    tpotSeconds: p.tpotSeconds * (cautions.get(groups[i] ?? '') ?? 1),
  }));
  return { left, views, cautions, predicted };
}

/** Flags of all rows, saturated ones included, each by the fit that left its pair out and the share that the other pairs chose. */
function saturationLines(
  measurements: readonly Measurement[],
  cells: readonly CellKey[],
  catalog: Catalog,
  { left, views }: Nested,
): readonly string[] {
  const samples = samplesOf(measurements, cells, catalog);
  const truth = measurements.map((m) => m.saturated);
  const pairs = measurements.map(pairOf);
  const shares = new Map(
    [...views].map(([pair, view]) => {
      const others = judgedBy(samples, truth, (i) => view.fitOf(pairs[i] ?? ''));
      return [pair, learnedAdmissionShare(others.filter((row) => row !== undefined))];
    }),
  );
  const rows = judgedBy(samples, truth, (i) => left.fits.get(pairs[i] ?? '')).flatMap((row, i) =>
    row === undefined ? [] : [{ ...row, share: shares.get(pairs[i] ?? '') ?? 0 }],
  );
  const s = saturationScore(rows, ({ serving, times, share }) => waitsForAdmission(serving, times, share));
  return [
    `Saturation flags, pair left out, its share of decoding (${rangeText([...shares.values()])}) learned on the others: ${s.saturated} of ${rows.length} rows are saturated, ${s.flagged} flagged, precision ${percent(s.precision)} %, recall ${percent(s.recall)} %`,
  ];
}

const rangeText = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`;

function bandLine(label: string, s: BandScore): string {
  return `${label.padEnd(58)} n ${String(s.n).padStart(5)}  coverage ${percent(s.coverage)}  median width ×${s.medianWidth.toFixed(2)}  interval score ${s.intervalScore.toFixed(3)}`;
}

function bandLines(rows: readonly ScoredRow[], metric: 'tpot' | 'ttft'): readonly string[] {
  const errors = leftOutErrors(rows, metric);
  const bands = scoreBands(errors, LEVEL, true);
  const constant = scoreBands(errors, LEVEL, false);
  const byAccelerator = groupBy(
    rows.map((r, i) => ({ accelerator: r.m.accelerator, error: errors[i] as LeftOutError })),
    (x) => x.accelerator,
  );
  return [
    bandLine(`  ${metric.toUpperCase()}, pooled`, bandScore(errors, bands)),
    bandLine(`  ${metric.toUpperCase()}, one band of constant width`, bandScore(errors, constant)),
    ...byAccelerator.map(([accelerator, group]) =>
      bandLine(
        `  ${metric.toUpperCase()}, ${accelerator} (${new Set(group.map((x) => x.error.pair)).size} pairs)`,
        bandScore(
          group.map((x) => x.error),
          bands,
        ),
      ),
    ),
  ];
}

/** What five rows of a pair's own gain, and what picks among corrected predictions keep. */
export function gainLines(rows: readonly Measurement[], samples: readonly Sample[], out: Nested): readonly string[] {
  const gains = groupBy(
    samples.map((sample, i) => ({ sample, i, pair: pairOf(rows[i] as Measurement) })),
    (x) => x.pair,
  ).flatMap(([pair, group]) => {
    const logs = out.left.fits.get(pair);
    const view = out.views.get(pair);
    if (logs === undefined || view === undefined || group.length < 10) return [];
    const own = group.map((x) => x.sample);
    const caution = out.cautions.get(pair) ?? 1;
    const habits = learnedOwnRows(rows, samples, view, caution);
    return [{ pair, places: group.map((x) => x.i), habits, ...gainOfRows(own, logs, 5, DRAWS, caution, habits) }];
  });
  const picks = Array.from({ length: DRAWS }, (_, draw) => {
    const predicted = [...out.predicted];
    for (const { places, drawn } of gains) {
      places.forEach((place, at) => {
        predicted[place] = drawn[draw]?.[at] as Predicted;
      });
    }
    return decisionScore(rows, predicted, 0);
  });
  const mean = (of: (d: (typeof picks)[number]) => number) => percent(picks.reduce((sum, d) => sum + of(d), 0) / DRAWS);
  const all = (when: 'before' | 'after', metric: 'tpot' | 'ttft') =>
    meanScore(gains.map((g) => scoreOf(g[when].map((e) => e[metric]))));
  return [
    'Five rows of a pair never seen: mean over 20 draws per left-out pair, on its other rows, each pair counting once',
    line('  TPOT without', all('before', 'tpot')),
    line('  TPOT with five rows', all('after', 'tpot')),
    line('  TTFT without', all('before', 'ttft')),
    line('  TTFT with five rows', all('after', 'ttft')),
    `  factor of caution with five rows, learned on the other pairs: ${rangeText(gains.map((g) => g.habits.caution))}; scatter inside a pair: TPOT ${rangeText(gains.map((g) => g.habits.tpotScatter))}, TTFT ${rangeText(gains.map((g) => g.habits.ttftScatter))}`,
    `  picks with five rows of every pair: missing the limit ${mean((d) => d.missShare)} %, mean regret ${mean((d) => d.meanRegret)} %`,
    ...gains.map((g) => {
      const of = (when: 'before' | 'after', metric: 'tpot' | 'ttft') =>
        percent(scoreOf(g[when].map((e) => e[metric])).mape);
      return `  ${g.pair.padEnd(56)} TPOT ${of('before', 'tpot')} → ${of('after', 'tpot')}  TTFT ${of('before', 'ttft')} → ${of('after', 'ttft')}`;
    }),
  ];
}

/** The text of `npm run accuracy` for end-to-end measurements: everything is refitted, nothing is read from shipped files. */
export function accuracyReport(measurements: readonly Measurement[], catalog: Catalog): string {
  const rows = measurements.filter((m) => !m.saturated);
  const cells = cellsOf(rows, catalog);
  const samples = samplesOf(rows, cells, catalog);
  const prior = hierarchicalPrior(cells);
  const out = nested(rows, samples, rows.map(pairOf), prior);
  const five = nested(
    rows,
    samples,
    rows.map((m) => foldOf(m, 5)),
    prior,
  );
  const inSample = withCaution(
    predictSamples(samples, fitCells(samples, prior).map(coefficientsFromLogs)),
    learnedCaution(rows, out.left.predicted),
  );
  const roofline = predictSamples(samples, cells.map(perfectHardware));
  const leftRows = scoredRows(rows, out.predicted);
  const covered = out.predicted.filter((p) => p.tpotSeconds > 0 && p.ttftSeconds > 0).length;
  const key = (m: Measurement) => `${m.accelerator} ${m.engine} ${m.model}`;
  return [
    `${rows.length} unsaturated rows of ${measurements.length}, ${new Set(rows.map(pairOf)).size} pairs of accelerator and model; answered ${percent(covered / rows.length)} %`,
    ...headline('Plain roofline', scoredRows(rows, roofline)),
    ...headline('In sample', scoredRows(rows, inSample)),
    ...headline('Five-fold, all dates and versions of a configuration in one fold', scoredRows(rows, five.predicted)),
    ...headline('Leave one pair out', leftRows),
    `Factor of caution, learned for each fold on left-out pairs of the others: ${rangeText([...out.cautions.values()])}, five-fold ${rangeText([...five.cautions.values()])}`,
    line('  TPOT, rows, without caution', tpotOf(scoredRows(rows, out.left.predicted))),
    line('  TPOT, five-fold, without caution', tpotOf(scoredRows(rows, five.left.predicted))),
    ...table('Leave one pair out, by accelerator, engine and model', leftRows, key),
    ...saturationLines(measurements, cells, catalog, out),
    ...decisions(rows, [
      ['roofline', roofline],
      ['leave one pair out, without caution', out.left.predicted],
      ['leave one pair out', out.predicted],
    ]),
    `Bands of ${percent(LEVEL)} %, built without the pair`,
    ...bandLines(leftRows, 'tpot'),
    ...bandLines(leftRows, 'ttft'),
    ...gainLines(rows, samples, out),
  ].join('\n');
}
