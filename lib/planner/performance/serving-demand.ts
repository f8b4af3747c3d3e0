import { longestTokens, meanTokens, secondMomentTokens } from '../../workload/token-statistics';
import type { TokenBucket, TokenLengths } from '../../workload/tokens';

/** What the requests of one model look like to a replica, whatever their rate. */
export interface ServingDemand {
  readonly prompts: readonly Prompt[];
  readonly outputs: readonly TokenBucket[];
  readonly meanPromptTokens: number;
  readonly meanOutputTokens: number;
  readonly longestRequestTokens: number;
  /** Tokens in the cache of a sequence, mean over the steps it decodes in: longer outputs are seen more often. */
  readonly meanContextTokens: number;
  /** Tokens that a sequence will have taken when it ends, mean over the sequences in flight. */
  readonly meanFinalTokens: number;
  /** Squared coefficient of variation of arrival gaps; 1 is Poisson. */
  readonly arrivalScv: number;
}

/** A class of prompts: tokens to process, after tokens that the prefix cache has. */
export interface Prompt {
  readonly tokens: number;
  readonly cachedTokens: number;
  readonly weight: number;
}

/** Token lengths as distributions, prompts and outputs independent of each other. */
export function servingDemand(
  lengths: TokenLengths,
  prefixCacheHitFraction: number,
  arrivalScv: number,
): ServingDemand {
  const meanPromptTokens = meanTokens(lengths.input);
  const meanOutputTokens = meanTokens(lengths.output);
  const sizeBiased = secondMomentTokens(lengths.output) / meanOutputTokens;
  return {
    prompts: lengths.input.buckets.map(({ tokens, weight }) => ({
      tokens: tokens * (1 - prefixCacheHitFraction),
      cachedTokens: tokens * prefixCacheHitFraction,
      weight,
    })),
    outputs: lengths.output.buckets,
    meanPromptTokens,
    meanOutputTokens,
    longestRequestTokens: longestTokens(lengths.input) + longestTokens(lengths.output),
    meanContextTokens: meanPromptTokens + sizeBiased / 2,
    meanFinalTokens: meanPromptTokens + sizeBiased,
    arrivalScv,
  };
}
