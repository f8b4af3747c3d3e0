import type { RankWork } from './rank-work';

/** What an engine leaves of the device for weights and caches. */
export interface MemoryPolicy {
  /** Share of the device's memory that the engine takes. */
  readonly fraction: number;
  /** Activations, graphs and communication buffers. */
  readonly reserveBytes: number;
  /** Whether somebody set the fraction: then nobody raises it. @default false */
  readonly stated?: boolean;
}

/** Bytes of weights on one rank: quantized and bf16 matrices, head, embeddings, its experts. */
export function weightBytes(w: RankWork): number {
  const matrices = w.quantWeights * w.quantBytes + 2 * (w.plainWeights + w.headWeights + w.embeddingWeights);
  return matrices + (w.experts / w.expertParallel) * w.expertWeights * w.expertBytes;
}

/**
 * Tokens whose keys and values fit beside the weights on one rank; 0 where nothing is left. Where weights leave little,
 * operators raise the fraction: then most of what is left holds keys and values.
 */
export function kvCapacityTokens(w: RankWork, memoryBytes: number, policy: MemoryPolicy): number {
  const weights = weightBytes(w);
  const usual = memoryBytes * policy.fraction - weights - policy.reserveBytes;
  const raised = policy.stated === true ? 0 : 0.6 * (memoryBytes * 0.97 - weights);
  const perToken = w.kvBytesPerToken + w.latentBytesPerToken;
  return Math.max(0, Math.max(usual, raised) / Math.max(1, perToken));
}
