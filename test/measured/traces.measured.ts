import { conversationLengths } from '../../lib/deployments/conversation-lengths';
import { meanTokens, secondMomentTokens, tokensQuantile } from '../../lib/workload/token-statistics';
import type { TokenDistribution } from '../../lib/workload/tokens';
import { parseTrace, type Trace } from '../../lib/workload/trace';
import { countTokens } from '../../lib/workload/trace-tokens';
import { trafficProfileOf } from '../../lib/workload/traffic-profile';
import { measured } from './measured-folder';

const conversation = () => readTrace('traces/splitwise_conv.csv');
const code = () => readTrace('traces/splitwise_code.csv');

function readTrace(file: string): Trace {
  return parseTrace(measured(file), file);
}

test.each([
  ['conversation', conversation, 19_366, 14_050, 1000],
  ['code', code, 8819, 7437, 1899],
] as const)('the %s trace parses whole', (_, read, requests, longestPrompt, longestOutput) => {
  const { arrivedAtSeconds, inputTokens, outputTokens } = read();
  expect([arrivedAtSeconds.length, inputTokens.length, outputTokens.length]).toEqual([requests, requests, requests]);
  expect([Math.max(...inputTokens), Math.max(...outputTokens)]).toEqual([longestPrompt, longestOutput]);
});

test.each([
  ['conversation', conversation],
  ['code', code],
] as const)('the %s trace has a profile that can be sized for', (_, read) => {
  const profile = trafficProfileOf({ kind: 'trace', file: 'trace' }, read);
  expect(profile.lowestRequestsPerSecond).toBeLessThan(profile.meanRequestsPerSecond);
  expect(profile.meanRequestsPerSecond).toBeLessThan(profile.peakRequestsPerSecond);
  // Real arrivals are burstier than independent ones.
  expect(profile.arrivalScv).toBeGreaterThan(1);
});

describe.each([
  ['prompt', conversationLengths.input, (trace: Trace) => trace.inputTokens],
  ['output', conversationLengths.output, (trace: Trace) => trace.outputTokens],
] as const)('the committed %s lengths of the conversation trace', (_, committed, tokensOf) => {
  const tokens = [...tokensOf(conversation())].sort((a, b) => a - b);
  const bucketRatio = ((tokens.at(-1) ?? 1) / (tokens[0] ?? 1)) ** (1 / 24);

  test('are those that countTokens makes of it', () => {
    const rows = countTokens(tokens, 24);
    expect(committed.buckets).toHaveLength(rows.length);
    rows.forEach(([mean, requests], index) => {
      expect(committed.buckets[index]?.tokens).toBeCloseTo(mean, 3);
      expect(committed.buckets[index]?.weight).toBeCloseTo(requests / tokens.length, 12);
    });
  });

  test('have its mean within 0.1 %', () => {
    expect(relativeError(meanTokens(committed), average(tokens, 1))).toBeLessThan(0.001);
  });

  test('have its second moment within 2 %, the spread inside buckets', () => {
    expect(relativeError(secondMomentTokens(committed), average(tokens, 2))).toBeLessThan(0.02);
  });

  test.each([0.5, 0.95, 0.99])('have its quantile %d within a bucket', (q) => {
    const truth = tokens[Math.ceil(q * tokens.length) - 1] ?? 0;
    expect(Math.abs(Math.log(tokensQuantile(committed, q) / truth))).toBeLessThan(Math.log(bucketRatio));
  });

  test('keep the longest request', () => {
    expect(longestWithin(committed, bucketRatio)).toBeGreaterThanOrEqual(tokens.at(-1) ?? 0);
  });
});

function average(tokens: readonly number[], order: number): number {
  return tokens.reduce((sum, each) => sum + each ** order, 0) / tokens.length;
}

function relativeError(estimate: number, truth: number): number {
  return Math.abs(estimate / truth - 1);
}

function longestWithin(distribution: TokenDistribution, bucketRatio: number): number {
  return (distribution.buckets.at(-1)?.tokens ?? 0) * bucketRatio;
}
