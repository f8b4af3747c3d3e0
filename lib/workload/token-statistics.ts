import type { TokenDistribution } from './tokens';

/** Mean tokens per request. */
export function meanTokens(distribution: TokenDistribution): number {
  return moment(distribution, 1);
}

/** Mean of the squared tokens per request, as far as the buckets resolve it: the spread inside a bucket is left out. */
export function secondMomentTokens(distribution: TokenDistribution): number {
  return moment(distribution, 2);
}

/** Squared coefficient of variation: variance over squared mean. 0 when all requests are equally long. */
export function tokensScv(distribution: TokenDistribution): number {
  const mean = meanTokens(distribution);
  const variance = distribution.buckets.reduce((sum, { tokens, weight }) => sum + weight * (tokens - mean) ** 2, 0);
  return variance / mean ** 2;
}

/** Tokens that a share `q` (0–1) of the requests does not exceed: the first bucket whose cumulative weight reaches q. */
export function tokensQuantile(distribution: TokenDistribution, q: number): number {
  let cumulative = 0;
  for (const { tokens, weight } of distribution.buckets) {
    cumulative += weight;
    // Weights are shares such as 1/3: their sum may fall short of q by rounding alone.
    if (cumulative >= q - ROUNDING) return tokens;
  }
  return longestTokens(distribution);
}

/** Tokens of the longest bucket. */
export function longestTokens(distribution: TokenDistribution): number {
  return distribution.buckets.at(-1)?.tokens ?? 0;
}

const ROUNDING = 1e-12;

function moment(distribution: TokenDistribution, order: number): number {
  return distribution.buckets.reduce((sum, { tokens, weight }) => sum + weight * tokens ** order, 0);
}
