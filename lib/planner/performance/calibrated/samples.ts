import { type Catalog, findAccelerator, findModel } from '../../../catalog/catalog';
import type { CellKey, Sample } from './fit';
import type { Measurement } from './measurement';
import { servingOf, workOf } from './replica-load';
import { monthsOld, softwareDate } from './software-dates';

/** Rows of a pair after which further ones add little: they repeat the pair's own bias. */
const PAIR_ROWS = 120;
/** Spread of logarithms that a good model leaves: what re-measuring another version differs by. */
const SIGMA_TPOT = 0.08;
const SIGMA_TTFT = 0.12;
/** Where the protocol is unknown TTFT says little. */
const SIGMA_TTFT_UNKNOWN = 0.6;

/** Accelerator × model: what is left out together. */
export const pairOf = (m: Measurement): string => `${m.accelerator} ${m.model}`;

/** The accelerator × engine cells of measurements, in a fixed order. */
export function cellsOf(measurements: readonly Measurement[], catalog: Catalog): readonly CellKey[] {
  const keys = new Map<string, CellKey>();
  for (const m of measurements) {
    const { generation } = findAccelerator(catalog, m.accelerator);
    keys.set(`${m.accelerator} ${m.engine}`, { accelerator: m.accelerator, generation, engine: m.engine });
  }
  return [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}

/** A measurement as a load on a replica, counted and completed. */
export function sampleOf(m: Measurement, cells: readonly CellKey[], rowsOfPair: number, catalog: Catalog): Sample {
  const load = {
    ...m,
    model: findModel(catalog, m.model),
    accelerator: findAccelerator(catalog, m.accelerator),
    monthsOld: monthsOld(softwareDate(m.engine, m.engineVersion, m.measuredOn)),
  };
  const work = workOf(load);
  return {
    cell: cells.findIndex((cell) => cell.accelerator === m.accelerator && cell.engine === m.engine),
    work,
    serving: servingOf(load, work),
    logTtft: Math.log(m.ttftSeconds),
    logTpot: Math.log(m.tpotSeconds),
    sigmaTtft: m.protocol === 'inferencex' ? SIGMA_TTFT : SIGMA_TTFT_UNKNOWN,
    sigmaTpot: SIGMA_TPOT,
    weight: 1 / (1 + rowsOfPair / PAIR_ROWS),
  };
}

/** Makes measurements ready for evaluation. */
export function samplesOf(
  measurements: readonly Measurement[],
  cells: readonly CellKey[],
  catalog: Catalog,
): readonly Sample[] {
  const rows = new Map<string, number>();
  for (const m of measurements) rows.set(pairOf(m), (rows.get(pairOf(m)) ?? 0) + 1);
  return measurements.map((m) => sampleOf(m, cells, rows.get(pairOf(m)) ?? 1, catalog));
}
