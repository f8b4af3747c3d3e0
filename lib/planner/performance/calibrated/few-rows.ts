import { inverse, Matrix } from 'ml-matrix';
import { withCaution } from './caution';
import { COEFFICIENT_NAMES, type CoefficientName, coefficientsFromLogs } from './coefficient-names';
import { predictSamples } from './cross-validation';
import { type CellLogs, type CellPrior, fitCells, type Sample } from './fit';
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

/** Corrects coefficients by rows of one's own. */
export function correctedBy(rows: readonly Sample[], logs: CellLogs): CellLogs {
  const used = [...new Set(rows.map((row) => row.cell))].sort((a, b) => a - b);
  const own = rows.map((row) => ({
    ...row,
    cell: used.indexOf(row.cell),
    weight: 1,
    sigmaTtft: row.sigmaTtft * TTFT_DOUBT,
  }));
  const fitted = fitCells(own, pairPrior(used.map((cell) => logs[cell] as Float64Array)));
  const shift = (k: number) =>
    fitted.reduce((sum, values, i) => sum + (values[k] ?? 0) - (logs[used[i] as number]?.[k] ?? 0), 0) / used.length;
  return logs.map((values, cell) => fitted[used.indexOf(cell)] ?? values.map((v, k) => v + shift(k)));
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
): Gain {
  const before: { tpot: number; ttft: number }[] = [];
  const after: { tpot: number; ttft: number }[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const chosen = new Set(drawIndices(pair.length, count, 1 + draw));
    const rest = pair.filter((_, i) => !chosen.has(i));
    const corrected = correctedBy(
      pair.filter((_, i) => chosen.has(i)),
      logs,
    );
    before.push(...errorsOf(rest, logs, caution));
    after.push(...errorsOf(rest, corrected, caution));
  }
  return { before, after };
}
