import type { AttentionCoefficients } from './coefficients';
import type { Peaks } from './gemm';

/** Attention layers of one kind on one rank. A model has one or two: full layers, and layers that see a window. */
export interface RankAttention {
  readonly layers: number;
  readonly heads: number;
  /** Multiplications per token pair and head: twice the head width, (key + value) / 2 on latent attention. */
  readonly headWidth: number;
  /** Same for a decode step, where latent attention works on the latent itself. */
  readonly decodeHeadWidth: number;
  /** Cached values per token and layer on this rank. */
  readonly cachedValuesPerToken: number;
  /** Tokens that a query attends to at most. */
  readonly spanTokens: number;
  /** Tokens that stay in the cache at most: a window's length, else unlimited. */
  readonly keptTokens: number;
}

/**
 * FLOPs per layer of `tokens` prompt tokens after `offset` cached ones: 4 heads width c (o + c/2), the sum over c queries of
 * what each attends to; a window caps each at its span.
 */
export function prefillAttentionFlops(tokens: number, offset: number, attention: RankAttention): number {
  if (tokens === 0) return 0;
  return 4 * attention.heads * attention.headWidth * tokens * meanSpan(tokens, offset, attention.spanTokens);
}

/** Seconds of those FLOPs at an efficiency that grows with the prompt: e / (1 + half / length). */
export function prefillAttentionSeconds(
  tokens: number,
  offset: number,
  attention: RankAttention,
  peaks: Peaks,
  coefficients: AttentionCoefficients,
): number {
  if (tokens === 0) return 0;
  const flops = prefillAttentionFlops(tokens, offset, attention);
  const efficiency =
    coefficients.prefillComputeEfficiency / (1 + coefficients.halfEfficiencyTokens / (tokens + offset));
  return flops / (peaks.flopsPerSecond * efficiency);
}

/** Seconds per layer of one token for each of `sequences`, each reading the cache of `context` tokens. */
export function decodeAttentionSeconds(
  sequences: number,
  context: number,
  attention: RankAttention,
  peaks: Peaks,
  coefficients: AttentionCoefficients,
  bytesPerValue: number,
): number {
  const span = Math.min(context, attention.spanTokens);
  const bytes = sequences * span * attention.cachedValuesPerToken * bytesPerValue;
  const flops = 4 * sequences * attention.heads * attention.decodeHeadWidth * span;
  return (
    bytes / (peaks.bytesPerSecond * coefficients.decodeMemoryEfficiency) +
    flops / (peaks.flopsPerSecond * coefficients.decodeComputeEfficiency)
  );
}

/** Mean over the chunk's queries of min(offset + position, cap). */
function meanSpan(tokens: number, offset: number, cap: number): number {
  if (offset + tokens <= cap) return offset + tokens / 2;
  const growing = Math.max(0, cap - offset);
  return (growing * (offset + growing / 2) + (tokens - growing) * cap) / tokens;
}
