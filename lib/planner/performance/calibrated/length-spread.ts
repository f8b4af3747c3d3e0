import type { TokenDistribution } from '../../../workload/tokens';

/** Shares of requests, shortest first, and the normal score at the middle of each: the last one is the longest 1 %. */
const CLASSES: readonly (readonly [share: number, score: number])[] = [
  [0.1, -1.645],
  [0.2, -0.842],
  [0.25, -0.189],
  [0.2, 0.385],
  [0.15, 0.935],
  [0.06, 1.476],
  [0.03, 1.96],
  [0.01, 2.576],
];

/** Quantile of a gamma distribution at a normal score (Wilson & Hilferty 1931). A variance of 0 is the mean itself. */
export function gammaQuantile(mean: number, variance: number, score: number): number {
  if (variance === 0 || mean === 0) return mean;
  const spread = variance / (9 * mean * mean);
  return mean * Math.max(0, 1 - spread + score * Math.sqrt(spread)) ** 3;
}

/** Token counts of a mean and a squared coefficient of variation, as a gamma distribution in eight classes. */
export function tokensAround(mean: number, scv: number): TokenDistribution {
  const provenance = { source: 'stated mean and squared coefficient of variation', asOf: '' };
  if (scv === 0) return { ...provenance, buckets: [{ tokens: mean, weight: 1 }] };
  const raw = CLASSES.map(([weight, score]) => ({
    weight,
    tokens: Math.max(1, gammaQuantile(mean, mean * mean * scv, score)),
  }));
  const found = raw.reduce((sum, { tokens, weight }) => sum + tokens * weight, 0);
  return { ...provenance, buckets: raw.map(({ tokens, weight }) => ({ weight, tokens: (tokens * mean) / found })) };
}
