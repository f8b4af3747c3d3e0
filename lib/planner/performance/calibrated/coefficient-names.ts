/**
 * Every coefficient of the model, in the order in which a fit holds them. All are positive and are fitted by their
 * logarithm. Floors, overheads and stalls are seconds, efficiencies are a share of the datasheet's peak.
 */
export const COEFFICIENT_NAMES = [
  // Time that no operator explains: the host per step and per sequence, and launches per layer.
  'hostStep',
  'hostSequence',
  'layerFloor',
  /** Further floor of a layer per unit of hidden size: the serial part of narrow matrix multiplications. */
  'widthFloor',
  'moeFloor',
  /** Further floor of a layer with routed experts per expert that a token chooses: routing, sorting, scattering. */
  'routeFloor',
  'latentFloor',
  'linearFloor',
  /** Further floor of a layer whose matrix multiplications quantize their activations, by format. */
  'quantFp8Floor',
  'quantBlockFloor',
  'quantFp4Floor',
  // Matrix multiplications: share of memory bandwidth, share of peak by format, rows that a tile pads.
  'gemmMemory',
  'gemmBf16',
  'gemmFp8',
  'gemmFp8Block',
  'gemmFp4',
  'tileRows',
  // Attention: share of memory bandwidth in decode, share of the bf16 peak in prefill.
  'decodeAttention',
  'decodeLatent',
  'decodeLinear',
  'prefillAttention',
  'prefillLatent',
  // Experts: share of memory bandwidth and what four-bit formats reach of it, share of peak by format.
  'expertMemory',
  'expertMemoryFp4',
  'expertMemoryMxfp4',
  'expertMemoryInt4',
  'expertBf16',
  'expertFp8',
  'expertFp4',
  'expertMxfp4',
  'expertInt4',
  /** Rows that an active expert pads. */
  'expertRows',
  /** Exponent that skewed routing leaves on the token count; 1 is uniform. */
  'expertSpread',
  /** How much more than the mean the busiest of two expert ranks has to do, and again with each doubling. */
  'expertSkew',
  // Collectives: latency between two ranks, its growth per further rank, share of link bandwidth.
  'collectiveLatency',
  'collectiveRank',
  'collectiveBandwidth',
  /** Passes over the hidden state per layer by kernels that only move data. */
  'elementwise',
  /** Passes over the hidden states of tokens sorted by expert, one for every expert that a token chooses. */
  'expertPasses',
  /** Seconds per layer of launching a step with prefill, outside CUDA graphs. */
  'prefillLaunch',
  /** Share of other requests' prefills that a decoding request feels. */
  'interference',
  // A request outside the engine's steps: per request, per prompt token, per further request in flight.
  'requestOverhead',
  'tokenOverhead',
  'frontLag',
  /** Engine steps that pass before a new request is scheduled. */
  'stepsBefore',
  // The first wave of a benchmark: its length relative to its prefill, and stalls (compilation, autotuning).
  'firstWave',
  'coldStall',
  /** Exponent by which more ranks shorten that stall. */
  'coldRanks',
  /** Further stall with latent or linear attention. */
  'novelStall',
  /** Spread that a wave gains, relative to what its output lengths give. */
  'waveSpread',
  /** Prefill time as a waiting request feels it, relative to what the time per output token shows. */
  'prefillQueue',
  // Age of the software: factor per month on whole steps, on floors and host time, on stalls.
  'driftStep',
  'driftFloor',
  'driftStall',
] as const;

export type CoefficientName = (typeof COEFFICIENT_NAMES)[number];

/** Shares of what a datasheet states: no evidence may carry one above 1. */
const SHARES: ReadonlySet<CoefficientName> = new Set(
  COEFFICIENT_NAMES.filter((name) =>
    /^gemm|^(decode|prefill)(Attention|Latent|Linear)|^expert(Memory|Bf16|Fp8|Fp4|Mxfp4|Int4)|^collectiveBandwidth/.test(
      name,
    ),
  ),
);

/** A coefficient's logarithm, held at 0 where it is a share. */
export function boundedLog(name: CoefficientName, log: number): number {
  return SHARES.has(name) ? Math.min(0, log) : log;
}

/** One value per coefficient. */
export type Coefficients = Record<CoefficientName, number>;

export const COEFFICIENT_COUNT = COEFFICIENT_NAMES.length;

/** Coefficients from their logarithms, in the order of the names. */
export function coefficientsFromLogs(logs: ArrayLike<number>): Coefficients {
  const entries = COEFFICIENT_NAMES.map((name, index) => [name, Math.exp(logs[index] ?? 0)] as const);
  return Object.fromEntries(entries) as Coefficients;
}
