import type { GemmCoefficients } from './coefficients';
import type { Peaks } from './gemm';
import { smoothMax } from './smooth-max';

/** The experts of one layer as one rank holds them. */
export interface RankExperts {
  /** In the whole layer, over all ranks. */
  readonly experts: number;
  readonly expertsPerToken: number;
  readonly expertParallel: number;
  /** Parameters of one expert on this rank. */
  readonly parametersPerExpert: number;
  readonly bytesPerExpert: number;
}

/**
 * Experts that at least one of `tokens` is routed to, under uniform routing: E (1 − (1 − k/E)^T). One token reads exactly k.
 */
export function distinctExperts(experts: number, expertsPerToken: number, tokens: number): number {
  return experts * (1 - (1 - expertsPerToken / experts) ** tokens);
}

/** Load of the fullest expert-parallel rank over the mean: 1 + 0.27 log2(ranks), from operator tables under skewed routing. */
export function expertImbalance(expertParallel: number): number {
  return 1 + 0.27 * Math.log2(expertParallel);
}

/**
 * Seconds of the routed experts of one layer on the fullest rank, without launch. `tokens` spans all attention
 * data-parallel ranks, because they share the experts.
 */
export function expertSeconds(tokens: number, rank: RankExperts, peaks: Peaks, coefficients: GemmCoefficients): number {
  if (tokens === 0) return 0;
  const share = expertImbalance(rank.expertParallel) / rank.expertParallel;
  const held = rank.experts / rank.expertParallel;
  const read = Math.min(held, distinctExperts(rank.experts, rank.expertsPerToken, tokens) * share);
  const rows = tokens * rank.expertsPerToken * share + coefficients.paddingRows * read;
  return smoothMax(
    (2 * rows * rank.parametersPerExpert) / (peaks.flopsPerSecond * coefficients.computeEfficiency),
    (read * rank.bytesPerExpert) / (peaks.bytesPerSecond * coefficients.memoryEfficiency),
  );
}
