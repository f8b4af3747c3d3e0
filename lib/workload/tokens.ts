import { Problem } from '../problem';

/**
 * A distribution of token counts per request: never a bare mean, because a percentile of latency depends on the long
 * prompts. `tokens` ascends; weights add up to 1.
 */
export interface TokenDistribution {
  readonly buckets: readonly TokenBucket[];
  /** Where the histogram comes from, with its date. */
  readonly source: string;
  readonly asOf: string;
}

export interface TokenBucket {
  /** Representative token count of the bucket (its mean). */
  readonly tokens: number;
  readonly weight: number;
}

/** Prompt and output lengths of a workload's requests. */
export interface TokenLengths {
  readonly input: TokenDistribution;
  readonly output: TokenDistribution;
}

/** Where a distribution was measured and when it was read. */
export interface TokenProvenance {
  readonly source: string;
  readonly asOf: string;
}

/** A row of a counted histogram: mean tokens of the bucket, and how many requests fell into it. */
export type CountedTokens = readonly [tokens: number, requests: number];

/** A distribution known by points of its cumulative curve: a share `q` of the requests has at most `tokens`. */
export interface TokenQuantiles extends TokenProvenance {
  readonly quantiles: readonly { readonly q: number; readonly tokens: number }[];
}

const WEIGHT_TOLERANCE = 1e-9;
/** Buckets per segment between two quantiles: 8 keep the spread inside a segment to within 2 % (1/8²) of its variance. */
const SLICES = 8;

/**
 * Refuses a distribution that is not one.
 *
 * @throws Problem InvalidWorkload unless tokens ascend and are positive, and weights are positive and add up to 1 within 1e-9.
 */
export function checkTokenDistribution(distribution: TokenDistribution, name: string): TokenDistribution {
  const fault = faultOf(distribution.buckets);
  if (fault === undefined) return distribution;
  throw new Problem('InvalidWorkload', `${name} ${fault}`);
}

/** What is wrong with the buckets, as the end of a sentence; undefined when nothing is. */
export function faultOf(buckets: readonly TokenBucket[]): string | undefined {
  if (buckets.length === 0) return 'has no buckets; give at least one bucket of tokens and weight';
  const short = buckets.find(({ tokens }) => !(tokens > 0 && Number.isFinite(tokens)));
  if (short !== undefined) return `has a bucket of ${short.tokens} tokens; token counts must be above 0`;
  const light = buckets.find(({ weight }) => !(weight > 0 && Number.isFinite(weight)));
  if (light !== undefined) {
    return `has weight ${light.weight} at ${light.tokens} tokens; weights must be above 0, so leave empty buckets out`;
  }
  const fallen = buckets.find(({ tokens }, index) => index > 0 && tokens <= (buckets[index - 1]?.tokens ?? 0));
  if (fallen !== undefined)
    return `falls back to ${fallen.tokens} tokens; sort its buckets by ascending tokens, none twice`;
  const sum = buckets.reduce((total, { weight }) => total + weight, 0);
  if (Math.abs(sum - 1) > WEIGHT_TOLERANCE) return `has weights that add up to ${sum}; they must add up to 1`;
  return undefined;
}

/**
 * A histogram from counts; each weight is the bucket's share of all requests.
 *
 * @throws Problem InvalidWorkload when the rows do not ascend or a count is not positive.
 */
export function tokensFromCounts(rows: readonly CountedTokens[], provenance: TokenProvenance): TokenDistribution {
  const requests = rows.reduce((total, [, count]) => total + count, 0);
  const buckets = rows.map(([tokens, count]) => ({ tokens, weight: count / requests }));
  return checkTokenDistribution({ buckets, ...provenance }, `token histogram of "${provenance.source}"`);
}

/**
 * A histogram from quantiles: between two of them tokens grow linearly with q, below the first they grow from 1 token. Each
 * segment becomes eight buckets of equal weight at their means, so the mean of the interpolated curve is exact. The last
 * quantile must be q = 1, the longest request: nothing is guessed beyond what was measured.
 *
 * @throws Problem InvalidWorkload unless q ascends within (0, 1] up to 1 and tokens are at least 1 and never fall.
 */
export function tokensFromQuantiles(given: TokenQuantiles): TokenDistribution {
  const { quantiles, source, asOf } = given;
  const fault = quantileFaultOf(quantiles);
  if (fault !== undefined) throw new Problem('InvalidWorkload', `token quantiles of "${source}" ${fault}`);
  const points = quantiles[0]?.q === 0 ? quantiles : [{ q: 0, tokens: 1 }, ...quantiles];
  const slices = points.slice(1).flatMap((upper, index) => slicesBetween(points[index] ?? upper, upper));
  return { buckets: merged(slices), source, asOf };
}

/** What is wrong with the quantiles, as the end of a sentence; undefined when nothing is. */
export function quantileFaultOf(quantiles: TokenQuantiles['quantiles']): string | undefined {
  const outside = quantiles.find(({ q }) => !(q >= 0 && q <= 1));
  if (outside !== undefined) return `have q ${outside.q}; q must lie in 0 to 1, so write 0.95 for p95`;
  const short = quantiles.find(({ tokens }) => !(tokens >= 1 && Number.isFinite(tokens)));
  if (short !== undefined) return `have ${short.tokens} tokens at q ${short.q}; a request has at least 1 token`;
  const fallen = quantiles.find((point, index) => {
    const before = quantiles[index - 1];
    return before !== undefined && (point.q <= before.q || point.tokens < before.tokens);
  });
  if (fallen !== undefined) return `fall at q ${fallen.q}; sort them so that q ascends and tokens never fall`;
  if (quantiles.at(-1)?.q !== 1)
    return 'must end with q 1; add the longest request, or the longest that the server accepts';
  return undefined;
}

function slicesBetween(lower: { q: number; tokens: number }, upper: { q: number; tokens: number }): TokenBucket[] {
  const weight = (upper.q - lower.q) / SLICES;
  if (upper.tokens === lower.tokens) return [{ tokens: upper.tokens, weight: weight * SLICES }];
  const step = (upper.tokens - lower.tokens) / SLICES;
  return Array.from({ length: SLICES }, (_, slice) => ({ tokens: lower.tokens + step * (slice + 0.5), weight }));
}

/** Joins neighbours of equal token count, which flat stretches of the curve leave side by side. */
function merged(buckets: readonly TokenBucket[]): TokenBucket[] {
  const joined: TokenBucket[] = [];
  for (const bucket of buckets) {
    const last = joined.at(-1);
    if (last?.tokens === bucket.tokens) {
      joined[joined.length - 1] = { tokens: last.tokens, weight: last.weight + bucket.weight };
    } else joined.push(bucket);
  }
  return joined;
}
