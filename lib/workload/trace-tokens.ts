import { Problem } from '../problem';
import {
  type CountedTokens,
  type TokenDistribution,
  type TokenLengths,
  type TokenProvenance,
  tokensFromCounts,
} from './tokens';
import type { Trace } from './trace';

/**
 * Token lengths of a trace as two small histograms. Bucket edges are log-spaced from the shortest to the longest request, and
 * each bucket stands for the mean of what fell into it, so the mean is exact and the longest prompts keep their length.
 *
 * @param buckets how many edges' worth to cut; empty ones are left out
 * @throws Problem InvalidArgument unless buckets is a whole number of at least 1.
 */
export function tokenLengthsFromTrace(trace: Trace, buckets: number, provenance: TokenProvenance): TokenLengths {
  if (!Number.isSafeInteger(buckets) || buckets < 1) {
    throw new Problem(
      'InvalidArgument',
      `a histogram needs a whole number of at least 1 buckets, got ${buckets}; give 24`,
    );
  }
  const histogram = (tokens: readonly number[]): TokenDistribution =>
    tokensFromCounts(countTokens(tokens, buckets), provenance);
  return { input: histogram(trace.inputTokens), output: histogram(trace.outputTokens) };
}

/** Mean and count of each log-spaced bucket that is not empty, ascending. */
export function countTokens(tokens: readonly number[], buckets: number): readonly CountedTokens[] {
  const shortest = tokens.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const longest = tokens.reduce((most, value) => Math.max(most, value), 0);
  const sums = Array.from({ length: buckets }, () => ({ tokens: 0, requests: 0 }));
  const perBucket = Math.log(longest / shortest) / buckets;
  for (const value of tokens) {
    const position = perBucket === 0 ? 0 : Math.floor(Math.log(value / shortest) / perBucket);
    const bucket = sums[Math.min(position, buckets - 1)];
    if (bucket === undefined) continue;
    bucket.tokens += value;
    bucket.requests += 1;
  }
  return sums.filter(({ requests }) => requests > 0).map((sum) => [sum.tokens / sum.requests, sum.requests]);
}
