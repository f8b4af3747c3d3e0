import type { Catalog } from '../../../catalog/catalog';
import { judgedBy, learnedAdmissionShare } from './admission';
import { bandModel } from './bands';
import { learnedCaution, withCaution } from './caution';
import type { BandFile, Basis, CoefficientFile, LeftOutScore } from './coefficient-file';
import { COEFFICIENT_NAMES, type Coefficients } from './coefficient-names';
import { leaveOneGroupOut } from './cross-validation';
import { type CellKey, fitCells, hierarchicalPrior } from './fit';
import { inheritedLogs } from './inherited';
import { leftOutErrors, type ScoredRow, scoredRows } from './left-out';
import type { Measurement } from './measurement';
import { wholeView } from './nested';
import { learnedOwnRows } from './own-rows';
import { PRIORS, priorLogs } from './priors';
import { cellsOf, pairOf, samplesOf } from './samples';
import { scoreOf } from './scores';

const ENGINES = ['vllm', 'sglang', 'trtllm'] as const;
const LEVEL = 0.8;
/** A coefficient that evidence moved by less than this (logarithm) still is what its prior says. */
const MOVED = 0.02;

/** Every GPU of the catalogue whose bandwidth is known, with every engine. */
export function allCells(catalog: Catalog): readonly CellKey[] {
  return catalog.accelerators
    .filter((a) => a.vendor === 'nvidia' && a.memoryBandwidthBytesPerSecond !== undefined)
    .flatMap((a) => ENGINES.map((engine) => ({ accelerator: a.key, generation: a.generation, engine })));
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function byOrigin(cell: CellKey, logs: Float64Array): CoefficientFile['coefficients'] {
  const prior = priorLogs(cell.generation, cell.accelerator);
  const origins: Record<'fit' | 'operators' | 'order', Partial<Coefficients>> = { fit: {}, operators: {}, order: {} };
  COEFFICIENT_NAMES.forEach((name, k) => {
    const value = logs[k] ?? 0;
    const origin = Math.abs(value - (prior[k] ?? 0)) > MOVED ? 'fit' : PRIORS[name].source;
    origins[origin][name] = rounded(Math.exp(value));
  });
  return origins;
}

function scoreLine(errors: readonly number[]): LeftOutScore {
  const s = scoreOf(errors);
  return { rows: s.n, mape: rounded(s.mape), median: rounded(s.median) };
}

function range(rows: readonly Measurement[], of: (m: Measurement) => number): readonly [number, number] {
  const values = rows.map(of);
  return [Math.min(...values), Math.max(...values)];
}

function basisOf(cell: CellKey, measured: readonly CellKey[]): Basis {
  if (measured.some((m) => m.accelerator === cell.accelerator && m.engine === cell.engine)) return 'calibrated';
  return measured.some((m) => m.accelerator === cell.accelerator) ? 'interpolated' : 'extrapolated';
}

function fileOf(
  cell: CellKey,
  logs: Float64Array,
  measured: readonly CellKey[],
  rows: readonly ScoredRow[],
  source: string,
  asOf: string,
): CoefficientFile {
  const own = rows.filter((r) => r.m.accelerator === cell.accelerator && r.m.engine === cell.engine);
  const dates = own
    .map((r) => r.m.measuredOn)
    .filter((date) => date !== '')
    .sort();
  const ms = own.map((r) => r.m);
  return {
    ...cell,
    asOf,
    basis: basisOf(cell, measured),
    evidence: { source, rows: own.length, firstMeasured: dates[0] ?? '', lastMeasured: dates.at(-1) ?? '' },
    ...(own.length === 0
      ? {}
      : {
          crossValidated: { tpot: scoreLine(own.map((r) => r.tpot)), ttft: scoreLine(own.map((r) => r.ttft)) },
          validity: {
            inputTokens: range(ms, (m) => m.inputTokens),
            outputTokens: range(ms, (m) => m.outputTokens),
            concurrency: range(ms, (m) => m.concurrency),
            accelerators: range(ms, (m) => m.accelerators),
          },
        }),
    coefficients: byOrigin(cell, logs),
  };
}

/** What a calibration produces: a file per accelerator × engine, and the error bands. */
export interface Calibrated {
  readonly files: readonly CoefficientFile[];
  readonly bands: BandFile;
}

/** Fits all rows, leaves out pairs for errors and bands, and lets cells without rows inherit. */
export function calibratedFrom(
  measurements: readonly Measurement[],
  catalog: Catalog,
  source: string,
  asOf: string,
): Calibrated {
  const rows = measurements.filter((m) => !m.saturated);
  const measured = cellsOf(rows, catalog);
  const samples = samplesOf(rows, measured, catalog);
  const prior = hierarchicalPrior(measured);
  const logs = fitCells(samples, prior);
  const out = leaveOneGroupOut(samples, rows.map(pairOf), prior);
  const caution = learnedCaution(rows, out.predicted);
  const ownRows = learnedOwnRows(rows, samples, wholeView(out), caution);
  const left = scoredRows(rows, withCaution(out.predicted, caution));
  const judged = judgedBy(
    samplesOf(measurements, measured, catalog),
    measurements.map((m) => m.saturated),
    (i) => out.fits.get(pairOf(measurements[i] as Measurement)),
  );
  const wanted = allCells(catalog);
  const inherited = inheritedLogs(wanted, measured, logs);
  const logsOf = (cell: CellKey, i: number): Float64Array => {
    const at = measured.findIndex((m) => m.accelerator === cell.accelerator && m.engine === cell.engine);
    return logs[at] ?? (inherited[i] as Float64Array);
  };
  return {
    files: wanted.map((cell, i) => fileOf(cell, logsOf(cell, i), measured, left, source, asOf)),
    bands: {
      asOf,
      source,
      tpot: bandModel(leftOutErrors(left, 'tpot'), LEVEL),
      ttft: bandModel(leftOutErrors(left, 'ttft'), LEVEL),
      caution: rounded(caution),
      admissionShare: rounded(learnedAdmissionShare(judged.filter((row) => row !== undefined))),
      ownRows: {
        caution: rounded(ownRows.caution),
        tpotScatter: rounded(ownRows.tpotScatter),
        ttftScatter: rounded(ownRows.ttftScatter),
      },
    },
  };
}
