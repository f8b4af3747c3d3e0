import { inverse, Matrix } from 'ml-matrix';
import { withCaution } from './caution';
import { boundedLog, COEFFICIENT_NAMES, type CoefficientName, coefficientsFromLogs } from './coefficient-names';
import { type Predicted, predictSamples } from './cross-validation';
import { type CellLogs, type CellPrior, fitCells, type Sample } from './fit';
import type { OwnRows } from './own-rows';
import { PRIORS } from './priors';

/**
 * How far a pair never seen may lie from what other pairs say, in spreads of a cell. Few rows tell what steps cost; what surrounds
 * steps is the engine's and the benchmark's, which other pairs have shown, and a first token repeats worse: it may move less, and
 * each row says less about it. Chosen on left-out pairs, by the mean over twenty draws of five rows.
 */
const STEP_SPREAD = 2;
const REQUEST_SPREAD = 0.5;
const TTFT_DOUBT = 2;

const OF_REQUESTS: ReadonlySet<CoefficientName> = new Set([
  'requestOverhead',
  'tokenOverhead',
  'frontLag',
  'stepsBefore',
  'firstWave',
  'coldStall',
  'coldRanks',
  'novelStall',
  'waveSpread',
  'prefillQueue',
  'driftStall',
]);

/** A prior around fitted coefficients, for rows of a pair that the fit has not seen. All cells of the pair move together. */
export function pairPrior(logs: CellLogs): CellPrior {
  const precisions = COEFFICIENT_NAMES.map((name) => {
    const s = PRIORS[name].spread;
    const reach = OF_REQUESTS.has(name) ? REQUEST_SPREAD : STEP_SPREAD;
    const shared = (reach * Math.max(s.cell, s.engine)) ** 2;
    const own = (reach * s.cell) ** 2;
    const precision = inverse(new Matrix(logs.map((_, i) => logs.map((_, j) => shared + (i === j ? own + 1e-8 : 0)))));
    return precision.add(precision.transpose()).mul(0.5);
  });
  return { means: logs, precisions };
}

const PASSED_OVER = 16;

/** Rows that the scatter seen inside other pairs counts as, beside a pair's own. */
const SCATTER_ROWS = 4;

/**
 * Share of a correction that rows vouch for (positive-part James–Stein): their mean error m holds the pair's shift and the scatter
 * of n rows around it, τ² + σ²/n, so that τ²/(τ² + σ²/n) is 1 − σ²/(n m²), and nothing where the scatter explains all of it.
 *
 * By hand: errors of 0.1, 0.2, 0.3 with a scatter of 0.1 elsewhere: m = 0.2, σ² = (0.02 + 4 · 0.01) / 6 = 0.01, 1 − 0.01 / (3 · 0.04) = 0.917.
 */
export function vouchedShare(errors: readonly number[], scatter: number): number {
  const n = errors.length;
  const mean = errors.reduce((sum, e) => sum + e, 0) / n;
  const squares = errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) + SCATTER_ROWS * scatter ** 2;
  const variance = squares / (n - 1 + SCATTER_ROWS);
  return mean === 0 ? 0 : Math.max(0, 1 - variance / (n * mean * mean));
}

/**
 * Corrects coefficients by rows of one's own, as far as the rows vouch for it: what steps cost by their time per output token, what surrounds
 * steps by their first token. Times with the factor of caution for pairs never seen then lie where rows of one's own leave
 * a factor of `habits.caution`.
 *
 * @param caution the factor that predictions from these coefficients are multiplied with
 */
export function correctedBy(rows: readonly Sample[], logs: CellLogs, caution: number, habits: OwnRows): CellLogs {
  const used = [...new Set(rows.map((row) => row.cell))].sort((a, b) => a - b);
  const excess = Math.log(caution / habits.caution);
  const own = rows.map((row) => ({
    ...row,
    cell: used.indexOf(row.cell),
    weight: 1,
    logTpot: row.logTpot - excess,
    sigmaTtft: row.sigmaTtft * TTFT_DOUBT,
  }));
  const errors = errorsOf(rows, logs, caution / habits.caution);
  const ofSteps = vouchedShare(
    errors.map((e) => e.tpot),
    habits.tpotScatter,
  );
  const ofRequests = vouchedShare(
    errors.map((e) => e.ttft),
    habits.ttftScatter,
  );
  const shares = COEFFICIENT_NAMES.map((name) => (OF_REQUESTS.has(name) ? ofRequests : ofSteps));
  const fitted = fitCells(own, pairPrior(used.map((cell) => logs[cell] as Float64Array)));
  const shifts = fitted.map((values, i) =>
    values.map((v, k) => (shares[k] ?? 0) * (v - (logs[used[i] as number]?.[k] ?? 0))),
  );
  const shift = (k: number) => shifts.reduce((sum, values) => sum + (values[k] ?? 0), 0) / used.length;
  // Cells without rows move with the mean of those that have some.
  return logs.map((values, cell) => {
    const of = shifts[used.indexOf(cell)];
    return values.map((v, k) => boundedLog(COEFFICIENT_NAMES[k] as CoefficientName, v + (of?.[k] ?? shift(k))));
  });
}

/**
 * A reproducible draw of `count` of `n` indices (linear congruential generator of Numerical Recipes). Its first numbers follow the
 * seed: neighbouring seeds would all draw the same first index, so some are passed over.
 */
export function drawIndices(n: number, count: number, seed: number): readonly number[] {
  const left = Array.from({ length: n }, (_, i) => i);
  const drawn: number[] = [];
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  };
  for (let i = 0; i < PASSED_OVER; i += 1) next();
  while (drawn.length < Math.min(count, n)) {
    next();
    drawn.push(...left.splice(Math.floor((state / 4294967296) * left.length), 1));
  }
  return drawn;
}

/** Errors of a left-out pair before and after `count` of its rows, over `draws` draws, on the other rows. */
export interface Gain {
  readonly before: readonly { readonly tpot: number; readonly ttft: number }[];
  readonly after: readonly { readonly tpot: number; readonly ttft: number }[];
  /** What each draw makes of all rows of the pair, its own among them. */
  readonly drawn: readonly (readonly Predicted[])[];
}

function errorsOf(samples: readonly Sample[], logs: CellLogs, caution: number) {
  return withCaution(predictSamples(samples, logs.map(coefficientsFromLogs)), caution).map((p, i) => ({
    tpot: Math.log(p.tpotSeconds) - (samples[i]?.logTpot ?? 0),
    ttft: Math.log(p.ttftSeconds) - (samples[i]?.logTtft ?? 0),
  }));
}

/** Measures what a few rows of a pair's own gain. */
export function gainOfRows(
  pair: readonly Sample[],
  logs: CellLogs,
  count: number,
  draws: number,
  caution: number,
  habits: OwnRows,
): Gain {
  const before: { tpot: number; ttft: number }[] = [];
  const after: { tpot: number; ttft: number }[] = [];
  const drawn: (readonly Predicted[])[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const chosen = new Set(drawIndices(pair.length, count, 1 + draw));
    const rest = pair.filter((_, i) => !chosen.has(i));
    const corrected = correctedBy(
      pair.filter((_, i) => chosen.has(i)),
      logs,
      caution,
      habits,
    );
    before.push(...errorsOf(rest, logs, caution));
    after.push(...errorsOf(rest, corrected, caution));
    drawn.push(withCaution(predictSamples(pair, corrected.map(coefficientsFromLogs)), caution));
  }
  return { before, after, drawn };
}
