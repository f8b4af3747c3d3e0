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
