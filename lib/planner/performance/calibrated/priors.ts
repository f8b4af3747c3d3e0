import { COEFFICIENT_NAMES, type CoefficientName, type Coefficients } from './coefficient-names';

/**
 * Standard deviation of a coefficient's logarithm at each level of the hierarchy: how far evidence may move it, and whom it
 * moves along. A cell (accelerator × engine) without evidence inherits from its accelerator, engine and generation.
 */
export interface Spread {
  /** Between the prior and all accelerators and engines together. */
  readonly all: number;
  readonly generation: number;
  readonly engine: number;
  readonly accelerator: number;
  readonly cell: number;
}

/** Where a prior comes from. `operators`: medians of the usable rows of the operator fits; `order`: an order of magnitude. */
export type PriorSource = 'operators' | 'order';

export interface Prior {
  readonly hopper: number;
  readonly blackwell: number;
  readonly spread: Spread;
  readonly source: PriorSource;
}

const spread = (all: number, generation: number, engine: number, accelerator: number, cell: number): Spread => ({
  all,
  generation,
  engine,
  accelerator,
  cell,
});

const TIGHT = spread(0.05, 0.04, 0.04, 0.015, 0.025);
const MEDIUM = spread(0.125, 0.075, 0.1, 0.025, 0.06);
const LOOSE = spread(0.25, 0.1, 0.2, 0.025, 0.1);

const operators = (hopper: number, blackwell: number, given: Spread): Prior => ({
  hopper,
  blackwell,
  spread: given,
  source: 'operators',
});
const order = (hopper: number, blackwell: number, given: Spread): Prior => ({
  hopper,
  blackwell,
  spread: given,
  source: 'order',
});

/** Priors of Hopper and Blackwell. */
export const PRIORS: Readonly<Record<CoefficientName, Prior>> = {
  hostStep: order(0.3e-3, 0.3e-3, LOOSE),
  hostSequence: order(1e-5, 1e-5, LOOSE),
  layerFloor: order(25e-6, 22e-6, MEDIUM),
  widthFloor: order(2e-9, 2e-9, MEDIUM),
  moeFloor: order(4e-6, 4e-6, MEDIUM),
  routeFloor: order(3e-6, 2.5e-6, LOOSE),
  latentFloor: order(40e-6, 35e-6, LOOSE),
  linearFloor: order(30e-6, 30e-6, LOOSE),
  quantFp8Floor: operators(12e-6, 12e-6, LOOSE),
  quantBlockFloor: operators(20e-6, 20e-6, LOOSE),
  quantFp4Floor: operators(12e-6, 12e-6, LOOSE),
  gemmMemory: operators(0.82, 0.78, TIGHT),
  gemmBf16: operators(0.88, 0.82, TIGHT),
  gemmFp8: operators(0.57, 0.54, TIGHT),
  gemmFp8Block: operators(0.6, 0.7, TIGHT),
  gemmFp4: operators(0.43, 0.43, TIGHT),
  tileRows: operators(50, 60, TIGHT),
  decodeAttention: operators(0.8, 0.85, MEDIUM),
  decodeLatent: operators(0.7, 0.7, MEDIUM),
  decodeLinear: order(0.5, 0.5, MEDIUM),
  prefillAttention: operators(0.55, 0.52, TIGHT),
  prefillLatent: operators(0.5, 0.53, spread(0.1, 0.1, 0.1, 0.1, 0.6)),
  expertMemory: operators(0.8, 0.8, TIGHT),
  expertMemoryFp4: operators(0.8, 0.8, TIGHT),
  expertMemoryMxfp4: order(0.8, 0.8, TIGHT),
  expertMemoryInt4: operators(0.67, 0.43, MEDIUM),
  expertBf16: operators(0.4, 0.34, MEDIUM),
  expertFp8: operators(0.18, 0.16, MEDIUM),
  expertFp4: operators(0.2, 0.2, MEDIUM),
  expertMxfp4: operators(0.3, 0.18, MEDIUM),
  expertInt4: operators(0.2, 0.2, MEDIUM),
  expertRows: operators(25, 25, MEDIUM),
  expertSkew: order(0.27, 0.27, LOOSE),
  expertSpread: order(0.9, 0.9, spread(0.05, 0.005, 0.015, 0.005, 0.01)),
  collectiveLatency: operators(3.5e-6, 5e-6, LOOSE),
  collectiveRank: order(0.15, 0.15, LOOSE),
  collectiveBandwidth: operators(0.63, 0.56, MEDIUM),
  elementwise: order(20, 20, MEDIUM),
  expertPasses: order(10, 10, LOOSE),
  prefillLaunch: order(120e-6, 120e-6, LOOSE),
  interference: order(1, 1, spread(0.1, 0.02, 0.1, 0.02, 0.05)),
  requestOverhead: order(12e-3, 12e-3, LOOSE),
  tokenOverhead: order(2e-6, 2e-6, LOOSE),
  frontLag: order(0.35e-3, 0.35e-3, LOOSE),
  stepsBefore: order(2, 2, spread(0.5, 0.1, 1.2, 0.1, 0.3)),
  firstWave: order(1.2, 1.2, MEDIUM),
  coldStall: order(0.3, 0.3, LOOSE),
  coldRanks: order(0.3, 0.3, MEDIUM),
  novelStall: order(1, 1, LOOSE),
  waveSpread: order(1, 1, MEDIUM),
  prefillQueue: order(1, 1, spread(0.15, 0.05, 0.25, 0.03, 0.1)),
  driftStep: order(1.005, 1.005, spread(0.01, 0.003, 0.01, 0.002, 0.003)),
  driftFloor: order(1.02, 1.02, spread(0.02, 0.003, 0.02, 0.002, 0.005)),
  driftStall: order(1.1, 1.1, spread(0.15, 0.01, 0.1, 0.01, 0.02)),
};

/** What the operator fits say about accelerators that differ from Hopper and Blackwell; A10G and L4 take their sisters'. */
const A100: Partial<Coefficients> = {
  gemmMemory: 0.73,
  tileRows: 14,
  prefillAttention: 0.54,
  decodeAttention: 0.6,
  layerFloor: 35e-6,
  collectiveLatency: 5e-6,
  collectiveBandwidth: 0.57,
};
const L40S: Partial<Coefficients> = {
  gemmBf16: 0.68,
  gemmFp8: 0.52,
  gemmFp8Block: 0.32,
  gemmMemory: 0.85,
  tileRows: 15,
  decodeAttention: 0.92,
  prefillAttention: 0.49,
  expertFp8: 0.25,
  collectiveLatency: 5e-6,
  collectiveRank: 0.6,
  collectiveBandwidth: 0.16,
};
const RTX: Partial<Coefficients> = {
  gemmBf16: 0.9,
  gemmFp8: 0.78,
  gemmFp8Block: 0.66,
  gemmFp4: 0.7,
  gemmMemory: 0.85,
  decodeAttention: 0.93,
  prefillAttention: 0.52,
  expertFp8: 0.28,
  expertFp4: 0.4,
  collectiveLatency: 6e-6,
  collectiveRank: 0.53,
  collectiveBandwidth: 0.4,
};
/** Operator fits of B300 by its own datasheet: of a fp4 peak one and a half times a B200's its units reach less. */
const B300: Partial<Coefficients> = {
  gemmBf16: 0.9,
  gemmFp8: 0.58,
  gemmFp8Block: 0.8,
  gemmFp4: 0.32,
  prefillAttention: 0.65,
  prefillLatent: 0.6,
  expertFp4: 0.14,
};
const BY_ACCELERATOR: Readonly<Record<string, Partial<Coefficients>>> = {
  B300,
  'A100-40': A100,
  'A100-80': A100,
  A10G: { ...L40S, gemmBf16: 0.68, gemmMemory: 0.73, decodeAttention: 0.6 },
  L4: L40S,
  L40S,
  RTXPRO6000: RTX,
};

/** Logarithms of an accelerator's priors, in the order of the names. What Ampere and Ada do not state is Hopper's. */
export function priorLogs(generation: string, accelerator: string): Float64Array {
  const key = generation === 'blackwell' ? 'blackwell' : 'hopper';
  const own = BY_ACCELERATOR[accelerator] ?? {};
  return Float64Array.from(COEFFICIENT_NAMES, (name) => Math.log(own[name] ?? PRIORS[name][key]));
}
