import { CholeskyDecomposition, inverse, Matrix } from 'ml-matrix';
import {
  boundedLog,
  COEFFICIENT_COUNT,
  COEFFICIENT_NAMES,
  type CoefficientName,
  type Coefficients,
  coefficientsFromLogs,
} from './coefficient-names';
import { usedCoefficients } from './coefficient-use';
import { PRIORS, priorLogs, type Spread } from './priors';
import type { RankWork } from './rank-work';
import { emptyTimes, requestTimes, type Serving } from './request-time';

/** An accelerator with an engine: the unit that has coefficients of its own. */
export interface CellKey {
  readonly accelerator: string;
  readonly generation: string;
  readonly engine: string;
}

/** A measurement made ready for evaluation. */
export interface Sample {
  /** Index of its accelerator × engine. */
  readonly cell: number;
  readonly work: RankWork;
  readonly serving: Serving;
  readonly logTtft: number;
  readonly logTpot: number;
  /** Standard deviations of the logarithms that a good model would leave. */
  readonly sigmaTtft: number;
  readonly sigmaTpot: number;
  /** Share of its evidence that it keeps: many rows of one pair are not as many independent facts. */
  readonly weight: number;
}

/** Logarithms of the coefficients of every cell. */
export type CellLogs = readonly Float64Array[];

/** A prior over all cells: a mean per cell, and a precision matrix over cells per coefficient. */
export interface CellPrior {
  readonly means: CellLogs;
  readonly precisions: readonly Matrix[];
}

const MAX_ITERATIONS = 15;
/** Degrees of freedom of the residuals' Student t distribution: outliers lose weight, none is dropped. */
const DEGREES_OF_FREEDOM = 4;
const DIFFERENCE = 1e-3;
const LONGEST_STEP = 1.5;

/** Covariance of a coefficient between two cells: the levels that they share. */
export function sharedVariance(a: CellKey, b: CellKey, s: Spread): number {
  const same = a.accelerator === b.accelerator;
  return (
    s.all ** 2 +
    (a.generation === b.generation ? s.generation ** 2 : 0) +
    (a.engine === b.engine ? s.engine ** 2 : 0) +
    (same ? s.accelerator ** 2 : 0) +
    (same && a.engine === b.engine ? s.cell ** 2 + 1e-8 : 0)
  );
}

/** The hierarchical prior over cells. */
export function hierarchicalPrior(cells: readonly CellKey[]): CellPrior {
  const precisions = COEFFICIENT_NAMES.map((name) => {
    const covariance = new Matrix(cells.map((a) => cells.map((b) => sharedVariance(a, b, PRIORS[name].spread))));
    const precision = inverse(covariance);
    return precision.add(precision.transpose()).mul(0.5);
  });
  return { means: cells.map((cell) => priorLogs(cell.generation, cell.accelerator)), precisions };
}

/** Residuals of the logarithms, measured minus predicted: time per output token, then TTFT, of each sample. */
function residualsOf(samples: readonly Sample[], coefficients: readonly Coefficients[]): Float64Array {
  const residuals = new Float64Array(samples.length * 2);
  const times = emptyTimes();
  samples.forEach((sample, i) => {
    requestTimes(sample.work, coefficients[sample.cell] as Coefficients, sample.serving, times);
    residuals[2 * i] = sample.logTpot - Math.log(times.tpotSeconds);
    residuals[2 * i + 1] = sample.logTtft - Math.log(times.ttftSeconds);
  });
  return residuals;
}

const at = (values: Float64Array | undefined, index: number): number => values?.[index] ?? 0;

/** Negative log posterior: Student t residuals and a Gaussian prior. */
function objective(samples: readonly Sample[], residuals: Float64Array, prior: CellPrior, logs: CellLogs): number {
  const nu = DEGREES_OF_FREEDOM;
  let total = 0;
  samples.forEach((s, i) => {
    const p = at(residuals, 2 * i) / s.sigmaTpot;
    const t = at(residuals, 2 * i + 1) / s.sigmaTtft;
    total += s.weight * ((nu + 1) / 2) * (Math.log1p((p * p) / nu) + Math.log1p((t * t) / nu));
  });
  prior.precisions.forEach((q, k) => {
    const d = logs.map((values, cell) => at(values, k) - at(prior.means[cell], k));
    d.forEach((a, i) => {
      d.forEach((b, j) => {
        total += 0.5 * a * q.get(i, j) * b;
      });
    });
  });
  return total;
}

/** Weight of a residual in the next least-squares step. */
function robustWeight(residual: number, sigma: number, weight: number): number {
  const nu = DEGREES_OF_FREEDOM;
  return (weight * (nu + 1)) / (nu + (residual / sigma) ** 2) / (sigma * sigma);
}

/** Derivatives of a sample's two logarithms by the logarithms of the coefficients at `used`; the others stay 0. */
function derivatives(
  sample: Sample,
  c: Coefficients,
  used: readonly number[],
  byTpot: Float64Array,
  byTtft: Float64Array,
): void {
  const times = requestTimes(sample.work, c, sample.serving, emptyTimes());
  const tpot = Math.log(times.tpotSeconds);
  const ttft = Math.log(times.ttftSeconds);
  byTpot.fill(0);
  byTtft.fill(0);
  for (const k of used) {
    const name = COEFFICIENT_NAMES[k] as CoefficientName;
    const keep = c[name];
    c[name] = keep * (1 + DIFFERENCE);
    requestTimes(sample.work, c, sample.serving, times);
    c[name] = keep;
    byTpot[k] = (Math.log(times.tpotSeconds) - tpot) / DIFFERENCE;
    byTtft[k] = (Math.log(times.ttftSeconds) - ttft) / DIFFERENCE;
  }
}

interface Normal {
  /** Gauss–Newton matrix per cell: samples of one cell never touch another's coefficients. */
  readonly blocks: readonly Float64Array[];
  readonly gradient: Float64Array;
}

function normalEquations(
  samples: readonly Sample[],
  used: readonly (readonly number[])[],
  residuals: Float64Array,
  prior: CellPrior,
  logs: CellLogs,
): Normal {
  const n = COEFFICIENT_COUNT;
  const blocks = logs.map(() => new Float64Array(n * n));
  const gradient = new Float64Array(n * logs.length);
  const coefficients = logs.map(coefficientsFromLogs);
  const byTpot = new Float64Array(n);
  const byTtft = new Float64Array(n);
  samples.forEach((s, i) => {
    const places = used[i] ?? [];
    derivatives(s, coefficients[s.cell] as Coefficients, places, byTpot, byTtft);
    const rp = at(residuals, 2 * i);
    const rt = at(residuals, 2 * i + 1);
    const wp = robustWeight(rp, s.sigmaTpot, s.weight);
    const wt = robustWeight(rt, s.sigmaTtft, s.weight);
    const block = blocks[s.cell] as Float64Array;
    for (const a of places) {
      const p = wp * at(byTpot, a);
      const t = wt * at(byTtft, a);
      if (p === 0 && t === 0) continue;
      gradient[s.cell * n + a] = at(gradient, s.cell * n + a) + p * rp + t * rt;
      for (const b of places) block[a * n + b] = at(block, a * n + b) + p * at(byTpot, b) + t * at(byTtft, b);
    }
  });
  prior.precisions.forEach((q, k) => {
    logs.forEach((_, i) => {
      const pull = logs.reduce((sum, values, j) => sum + q.get(i, j) * (at(values, k) - at(prior.means[j], k)), 0);
      gradient[i * n + k] = at(gradient, i * n + k) - pull;
    });
  });
  return { blocks, gradient };
}

/** Solves the damped normal equations for a step of every cell. */
function solveStep(normal: Normal, prior: CellPrior, damping: number): Float64Array {
  const n = COEFFICIENT_COUNT;
  const size = normal.gradient.length;
  const rows = Array.from({ length: size }, () => new Float64Array(size));
  normal.blocks.forEach((block, cell) => {
    for (let a = 0; a < n; a += 1) {
      const row = rows[cell * n + a] as Float64Array;
      for (let b = 0; b < n; b += 1) {
        const value = (at(block, a * n + b) + at(block, b * n + a)) / 2;
        row[cell * n + b] = a === b ? value * (1 + damping) : value;
      }
    }
  });
  prior.precisions.forEach((q, k) => {
    for (let i = 0; i < normal.blocks.length; i += 1) {
      const row = rows[i * n + k] as Float64Array;
      for (let j = 0; j < normal.blocks.length; j += 1) row[j * n + k] = at(row, j * n + k) + q.get(i, j);
    }
  });
  const matrix = new Matrix(rows as unknown as number[][]);
  const step = new CholeskyDecomposition(matrix).solve(Matrix.columnVector(Array.from(normal.gradient)));
  return Float64Array.from(step.to1DArray());
}

function stepped(logs: CellLogs, step: Float64Array): CellLogs {
  return logs.map((values, cell) =>
    values.map((v, k) => {
      const moved = v + Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, at(step, cell * COEFFICIENT_COUNT + k)));
      return boundedLog(COEFFICIENT_NAMES[k] as CoefficientName, moved);
    }),
  );
}

/**
 * Most probable coefficients given samples and a prior: Gauss–Newton with Levenberg's damping and robust weights, over the
 * Cholesky solver of ml-matrix. Deterministic.
 *
 * @param start where to begin; a fit of nearly the same samples saves most steps. @default - the prior
 */
export function fitCells(samples: readonly Sample[], prior: CellPrior, start: CellLogs = prior.means): CellLogs {
  const used = samples.map(usedCoefficients);
  let logs: CellLogs = start.map((values) => Float64Array.from(values));
  let residuals = residualsOf(samples, logs.map(coefficientsFromLogs));
  let current = objective(samples, residuals, prior, logs);
  let damping = 1e-3;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration += 1) {
    const normal = normalEquations(samples, used, residuals, prior, logs);
    let gained = 0;
    for (let attempt = 0; attempt < 6 && gained === 0; attempt += 1) {
      const next = stepped(logs, solveStep(normal, prior, damping));
      const trial = residualsOf(samples, next.map(coefficientsFromLogs));
      const value = objective(samples, trial, prior, next);
      if (value < current) {
        gained = current - value;
        logs = next;
        residuals = trial;
        current = value;
        damping = Math.max(1e-6, damping / 5);
      } else damping = Math.max(1e-3, damping * 8);
    }
    if (gained < 1e-4 * Math.abs(current)) break;
  }
  return logs;
}
