import { inverse, Matrix } from 'ml-matrix';
import { boundedLog, COEFFICIENT_NAMES } from './coefficient-names';
import { type CellKey, type CellLogs, sharedVariance } from './fit';
import { PRIORS, priorLogs } from './priors';

/**
 * Coefficients of cells without evidence: their prior, moved by what measured cells of the same generation, engine and
 * accelerator were moved (the conditional mean of the hierarchy).
 */
export function inheritedLogs(wanted: readonly CellKey[], measured: readonly CellKey[], logs: CellLogs): CellLogs {
  const out = wanted.map((cell) => priorLogs(cell.generation, cell.accelerator));
  const means = measured.map((cell) => priorLogs(cell.generation, cell.accelerator));
  COEFFICIENT_NAMES.forEach((name, k) => {
    const s = PRIORS[name].spread;
    const among = inverse(new Matrix(measured.map((a) => measured.map((b) => sharedVariance(a, b, s)))));
    const moved = Matrix.columnVector(logs.map((values, i) => (values[k] ?? 0) - (means[i]?.[k] ?? 0)));
    const pull = among.mmul(moved).to1DArray();
    wanted.forEach((cell, i) => {
      const values = out[i] as Float64Array;
      const shift = measured.reduce((sum, other, j) => sum + sharedVariance(cell, other, s) * (pull[j] ?? 0), 0);
      values[k] = boundedLog(name, (values[k] ?? 0) + shift);
    });
  });
  return out;
}
