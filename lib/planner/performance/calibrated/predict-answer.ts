import type { Basis } from './coefficient-file';

/** One answer of `headroom predict`. Numbers are null where the replica does not fit. */
export interface PredictAnswer {
  readonly id: string | number;
  readonly fits: boolean;
  readonly saturated: boolean | null;
  readonly ttftSeconds: number | null;
  readonly tpotSeconds: number | null;
  readonly outputTokensPerSecond: number | null;
  readonly ttftP99Seconds: number | null;
  readonly tpotP99Seconds: number | null;
  readonly itlP99Seconds: number | null;
  readonly kvCapacityTokens: number | null;
  readonly maxConcurrency: number | null;
  readonly bottleneck: 'memory' | 'prefillFlops' | 'decodeBandwidth' | 'engineOverhead' | null;
  readonly basis: Basis;
  /** What the planner chose because the request left it out. */
  readonly chosen: readonly string[];
  readonly errorBand: {
    readonly level: number;
    readonly ttftSeconds: readonly [number, number];
    readonly tpotSeconds: readonly [number, number];
  } | null;
}

/** An answer for a replica that holds no request: why is for the caller to read in `chosen`. */
export function unfit(id: string | number, basis: Basis, chosen: readonly string[]): PredictAnswer {
  return {
    id,
    fits: false,
    saturated: null,
    ttftSeconds: null,
    tpotSeconds: null,
    outputTokensPerSecond: null,
    ttftP99Seconds: null,
    tpotP99Seconds: null,
    itlP99Seconds: null,
    kvCapacityTokens: null,
    maxConcurrency: null,
    bottleneck: 'memory',
    basis,
    chosen,
    errorBand: null,
  };
}
