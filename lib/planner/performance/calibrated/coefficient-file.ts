import { Problem } from '../../../problem';
import type { BandModel } from './bands';
import { COEFFICIENT_NAMES, type Coefficients } from './coefficient-names';
import type { OwnRows } from './own-rows';

/** How close the evidence for a prediction is. */
export type Basis = 'calibrated' | 'interpolated' | 'extrapolated';

/** Error of a file's own rows with their pair left out of the fit. */
export interface LeftOutScore {
  readonly rows: number;
  readonly mape: number;
  readonly median: number;
}

/** Coefficients of one accelerator with one engine, and where each comes from. Plain JSON, under 8 KB. */
export interface CoefficientFile {
  readonly accelerator: string;
  readonly generation: string;
  readonly engine: string;
  readonly asOf: string;
  readonly basis: Basis;
  readonly evidence: {
    readonly source: string;
    readonly rows: number;
    readonly firstMeasured: string;
    readonly lastMeasured: string;
  };
  /** Undefined where the cell has no rows of its own. */
  readonly crossValidated?: { readonly tpot: LeftOutScore; readonly ttft: LeftOutScore };
  /** Smallest and largest of the rows: outside them a prediction is one step further from evidence. */
  readonly validity?: Readonly<
    Record<'inputTokens' | 'outputTokens' | 'concurrency' | 'accelerators', readonly [number, number]>
  >;
  /** `fit`: moved by measurements, its own or inherited. `operators`: medians of operator fits. `order`: assumed magnitude. */
  readonly coefficients: Readonly<Record<'fit' | 'operators' | 'order', Partial<Coefficients>>>;
}

/** Error bands, one file for all cells. */
export interface BandFile {
  readonly asOf: string;
  readonly source: string;
  readonly tpot: BandModel;
  readonly ttft: BandModel;
  /** Factor on times per output token, and the share of decoding above which a first token waits for admission: learned on left-out pairs. */
  readonly caution: number;
  readonly admissionShare: number;
  /** What correcting by rows of one's own takes from left-out pairs. Absent in older files: their bands stand in. */
  readonly ownRows?: OwnRows;
}

/** All coefficients of a file, whatever their origin. @throws Problem where one is missing: the file is older than the model. */
export function coefficientsOfFile(file: CoefficientFile): Coefficients {
  const all = { ...file.coefficients.order, ...file.coefficients.operators, ...file.coefficients.fit };
  const missing = COEFFICIENT_NAMES.filter((name) => all[name] === undefined);
  if (missing.length > 0) {
    throw new Problem(
      'InvalidArgument',
      `the coefficients of ${file.accelerator} with ${file.engine} lack ${missing.join(', ')}; calibrate again`,
    );
  }
  // In one order for all files: records of one make are read several times faster than those of many.
  return Object.fromEntries(COEFFICIENT_NAMES.map((name) => [name, all[name]])) as Coefficients;
}
