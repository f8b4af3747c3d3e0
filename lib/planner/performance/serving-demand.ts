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
  /** What the next in line leaves free on average while it waits for its room: half of a request's, size-biased. */
  readonly meanBlockedTokens: number;
  /** Squared coefficient of variation of the tokens that requests in flight will have taken. */
  readonly roomScv: number;
  /** Squared coefficient of variation of output lengths. */
  readonly outputScv: number;
  /** E[min(X, Y)] / E[X] of two output lengths. */
  readonly outputOverlap: number;
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
    meanBlockedTokens: blockedTokens(lengths),
    roomScv: roomScv(lengths),
    outputScv: sizeBiased / meanOutputTokens - 1,
    outputOverlap: overlapOf(lengths.output.buckets) / meanOutputTokens,
    arrivalScv,
  };
}

function blockedTokens({ input, output }: TokenLengths): number {
  const mean = meanTokens(input) + meanTokens(output);
  const variance =
    secondMomentTokens(input) - meanTokens(input) ** 2 + secondMomentTokens(output) - meanTokens(output) ** 2;
  return (mean + variance / mean) / 2;
}

/** Mean of the shorter of two. Buckets ascend: the longer ones together weigh what is left. */
function overlapOf(buckets: readonly TokenBucket[]): number {
  let longer = 1;
  return buckets.reduce((sum, { tokens, weight }) => {
    longer -= weight;
    return sum + tokens * weight * (weight + 2 * Math.max(0, longer));
  }, 0);
}

/** Prompts as they come, outputs by length: longer ones are in flight longer. */
function roomScv({ input, output }: TokenLengths): number {
  const outputs = meanTokens(output);
  const biased = secondMomentTokens(output) / outputs;
  const third = output.buckets.reduce((sum, { tokens, weight }) => sum + weight * tokens ** 3, 0) / outputs;
  const mean = meanTokens(input) + biased;
  return (secondMomentTokens(input) - meanTokens(input) ** 2 + third - biased * biased) / (mean * mean);
}
