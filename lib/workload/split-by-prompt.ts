import { Problem } from '../problem';
import type { TokenDistribution } from './tokens';
import type { Traffic } from './traffic';
import type { InferenceWorkload } from './workload';

/** The share of requests whose prompts are at most so long. */
export function shareUpTo({ buckets }: TokenDistribution, tokens: number): number {
  return buckets.reduce((sum, bucket) => sum + (bucket.tokens <= tokens ? bucket.weight : 0), 0);
}

/** A workload's prompts up to a length and the longer ones, each part by itself as long as it was. */
export function promptParts(
  { buckets, source, asOf }: TokenDistribution,
  tokens: number,
): readonly [TokenDistribution, TokenDistribution] {
  const part = (has: (length: number) => boolean): TokenDistribution => {
    const kept = buckets.filter((bucket) => has(bucket.tokens));
    const whole = kept.reduce((sum, { weight }) => sum + weight, 0);
    return { buckets: kept.map((bucket) => ({ ...bucket, weight: bucket.weight / whole })), source, asOf };
  };
  return [part((length) => length <= tokens), part((length) => length > tokens)];
}

/**
 * Two workloads instead of one, NAME-short and NAME-long: prompts of at most so many tokens, and longer ones, so that each may stand
 * on hardware of its own. Both keep the whole promise by themselves, and who sends requests sends them by their length. Answers are
 * taken to be as long for either.
 *
 * @throws Problem InvalidWorkload where all prompts would be in one part, and for a trace, whose arrivals say nothing of lengths
 */
export function splitByPrompt(
  workload: InferenceWorkload,
  tokens: number,
): readonly [InferenceWorkload, InferenceWorkload] {
  const { name, traffic } = workload;
  const share = shareUpTo(workload.tokens.input, tokens);
  const [short, long] = promptParts(workload.tokens.input, tokens);
  if (short.buckets.length === 0 || long.buckets.length === 0) {
    const ends = [workload.tokens.input.buckets[0]?.tokens, workload.tokens.input.buckets.at(-1)?.tokens];
    throw new Problem(
      'InvalidWorkload',
      `workload ${name} has prompts of ${ends[0]} to ${ends[1]} tokens, which ${tokens} does not split; give a length between them`,
    );
  }
  const part = (suffix: string, input: TokenDistribution, of: number): InferenceWorkload => ({
    ...workload,
    name: `${name}-${suffix}`,
    tokens: { ...workload.tokens, input },
    traffic: scaled(traffic, of, name),
  });
  return [part('short', short, share), part('long', long, 1 - share)];
}

function scaled(traffic: Traffic, share: number, name: string): Traffic {
  switch (traffic.kind) {
    case 'rate': {
      const { meanRequestsPerSecond: mean, peakRequestsPerSecond: peak } = traffic;
      return { ...traffic, meanRequestsPerSecond: mean * share, peakRequestsPerSecond: peak * share };
    }
    case 'hourly':
      return { ...traffic, requestsPerSecond: traffic.requestsPerSecond.map((rate) => rate * share) };
    case 'trace':
      throw new Problem(
        'InvalidWorkload',
        `workload ${name} has a trace for its traffic, which cannot be split by prompts; give rates, or a trace for each part`,
      );
  }
}
