import { conversationLengths } from '../../../lib/deployments/conversation-lengths';
import { pointAtRate } from '../../../lib/planner/performance/calibrated/open-loop';
import { numericPoint } from '../../../lib/planner/performance/numeric-serving';
import { occupancy } from '../../../lib/planner/performance/occupancy';
import { arrivalLevels, dispersion, moreAfterArrival } from '../../../lib/planner/performance/prompt-arrivals';
import { requestSlots, type ServedReplica, servingPoint, ttftQuantile } from '../../../lib/planner/performance/serving';
import { servingDemand } from '../../../lib/planner/performance/serving-demand';
import { stepChain } from '../../../lib/planner/performance/step-chain';
import type { TokenDistribution, TokenLengths } from '../../../lib/workload/tokens';
import { predicted, REPLICAS, servedBy } from '../../bench/latency-cells';
import { largestStableRate, meanOf, quantileOf, serve } from '../simulation/served-simulation';

const constant = (tokens: number): TokenDistribution => ({ buckets: [{ tokens, weight: 1 }], source: '', asOf: '' });

/** 10 ms a step and 10 µs a prompt token; room for a thousand requests. */
function plain(lengths: TokenLengths, arrivalScv = 1): ServedReplica {
  return {
    steps: {
      stepSeconds: ({ prefillTokens }) => 0.01 + 1e-5 * prefillTokens,
      boundBy: () => 'decodeBandwidth',
    },
    fit: {
      fits: true,
      weightsBytesPerAccelerator: 0,
      kvCapacityTokens: 1e9,
      stateBytesPerSequence: 0,
      cacheBytes: 1e9,
      cacheBytesPerSequence: (tokens) => tokens,
    },
    limits: { schedulers: 1, stepTokens: 8192, sequences: 1000 },
    demand: servingDemand(lengths, 0, arrivalScv),
  };
}

describe('by hand', () => {
  test('prompts of one level that come to two in a step are Poisson; with bursts their variance is I times as large', () => {
    const one = { levels: [1], shares: [1], none: 0 };
    const poisson = arrivalLevels(2, 1, one, 0, 100);
    // e⁻² (1, 2, 2)
    expect([...poisson.slice(0, 3)].map((p) => p * Math.exp(2))).toEqual([
      expect.closeTo(1, 9),
      expect.closeTo(2, 9),
      expect.closeTo(2, 9),
    ]);
    const moments = (levels: Float64Array) => {
      const mean = levels.reduce((sum, p, level) => sum + p * level, 0);
      return [mean, levels.reduce((sum, p, level) => sum + p * level * level, 0) - mean * mean];
    };
    const [mean, variance] = moments(arrivalLevels(2, 3, one, 0, 200));
    expect(mean).toBeCloseTo(2, 4);
    expect(variance).toBeCloseTo(6, 2);
    // With one that came, two as always and I − 1 = 2 besides.
    expect(moments(arrivalLevels(2, 3, one, 1, 200))[0]).toBeCloseTo(4, 4);
  });

  test('gaps of SCV 4 scatter four times as much in the long run, and 1.5 more come after an arrival than at any time', () => {
    expect(dispersion(4, 1e9)).toBeCloseTo(4, 4);
    expect(dispersion(4, 1e-12)).toBeCloseTo(1, 4);
    expect(dispersion(1, 5)).toBe(1);
    expect(moreAfterArrival(4, 1e9)).toBeCloseTo(1.5, 4);
  });

  test('a rare prompt waits for half a step and takes its own: 5 + 10 + 10 ms', () => {
    const prompts = [{ weight: 1, tokens: 1000, serviceSeconds: 0.02 }];
    const stepSeconds = (tokens: number) => 0.01 + 1e-5 * tokens;
    const chain = stepChain({ prompts, budget: 8192, stepSeconds, requestsPerSecond: 1e-6, arrivalScv: 1, idle: 0 });
    expect(chain.meanTtftSeconds).toBeCloseTo(0.025, 6);
    expect(chain.meanSeconds).toBeCloseTo(0.01, 6);
    // The rest of the step is uniform: a quarter waits for more than 7.5 ms of it.
    expect(chain.ttftTail(0.0275)).toBeCloseTo(0.25, 6);
    expect(chain.stepTail(0.011)).toBeLessThan(1e-6);
  });

  test('half of the time in prompts doubles the mean step', () => {
    // 50 prompts of 10 ms a second: T = 10 ms + T / 2. Variance λ T m² / (1 − g²) = 50 · 0.02 · 1e-4 / 0.75, by rounding a little more.
    const prompts = [{ weight: 1, tokens: 1000, serviceSeconds: 0.02 }];
    const stepSeconds = (tokens: number) => 0.01 + 1e-5 * tokens;
    const chain = stepChain({ prompts, budget: 10_000, stepSeconds, requestsPerSecond: 50, arrivalScv: 1, idle: 0 });
    expect(chain.meanSeconds).toBeCloseTo(0.02, 3);
    expect(chain.variance / (1e-4 / 0.75)).toBeGreaterThan(0.95);
    expect(chain.variance / (1e-4 / 0.75)).toBeLessThan(1.05);
    expect(chain.correlation).toBeCloseTo(0.5, 1);
  });

  test('two slots and one erlang: a third waits, at the rate 2 − 1; slots without end: Poisson', () => {
    const given = {
      requestsPerSecond: 1,
      holdSeconds: () => 1,
      arrivalScv: 1,
      extraNoise: 0,
      holdScv: 1,
      roomScv: 0,
      overlap: 0.5,
    };
    const two = occupancy({ ...given, slots: 2 });
    expect(two?.wait.probability).toBeCloseTo(1 / 3, 9);
    expect(two?.wait.perSecond).toBeCloseTo(1, 9);
    const many = occupancy({ ...given, slots: 500, requestsPerSecond: 2 });
    expect(many?.mean).toBeCloseTo(2, 6);
    expect(many?.variance).toBeCloseTo(2, 6);
    expect(many?.empty).toBeCloseTo(Math.exp(-2), 6);
    // Bursts of SCV 4 and exponential holds: peakedness 1 + 3 / 2.
    expect(occupancy({ ...given, slots: 500, requestsPerSecond: 2, arrivalScv: 4 })?.variance).toBeCloseTo(5, 6);
    expect(occupancy({ ...given, slots: 2, requestsPerSecond: 2 })).toBeUndefined();
  });

  test('a lone request has its first token after 10 + 10 ms and the others every 10 ms', () => {
    const replica = plain({ input: constant(1000), output: constant(101) });
    const near = servingPoint(replica, 1000, 1e-4);
    if (near === undefined) throw new Error('carried');
    const point = numericPoint(replica, 1000, near);
    expect(point?.meanTtftSeconds).toBeCloseTo(0.02, 3);
    expect(point?.meanTpotSeconds).toBeCloseTo(0.01, 3);
  });
});

/** Lengths like the conversation trace's, inside the clone: drawn from its committed histogram. */
const drawn = {
  inputs: tokensOf(conversationLengths.input),
  outputs: tokensOf(conversationLengths.output),
};

function tokensOf({ buckets }: TokenDistribution): readonly number[] {
  return buckets.flatMap(({ tokens, weight }) =>
    Array.from({ length: Math.round(2000 * weight) }, () => Math.round(tokens)),
  );
}

describe('against the simulation of the scheduler, on the same step times', () => {
  test.each([
    ['8B on an H100, independent arrivals', 0, 0.6, 1],
    ['70B on four H200, independent arrivals', 2, 0.7, 1],
    ['8B on an H100, bursts', 0, 0.6, 4],
  ] as const)('%s', (_, index, share, scv) => {
    const configuration = REPLICAS[index]?.[1];
    if (configuration === undefined) throw new Error('no such replica');
    const replica = servedBy(configuration, conversationLengths, scv);
    const requestsPerSecond = share * largestStableRate(replica, drawn, 7);
    const load = { requestsPerSecond, arrivalScv: scv, requests: 40_000, warmup: 5000, lengths: drawn, seed: 3 };
    const truth = serve(replica, load);
    const guess = predicted(replica, requestsPerSecond);
    if (guess === undefined) throw new Error('carried');
    expect(Math.abs(guess['mean TPOT'] / meanOf(truth.tpotSeconds) - 1)).toBeLessThan(0.05);
    expect(Math.abs(guess['mean TTFT'] / meanOf(truth.ttftSeconds) - 1)).toBeLessThan(0.1);
    expect(Math.abs(guess['TTFT p95'] / quantileOf(truth.ttftSeconds, 0.95) - 1)).toBeLessThan(0.15);
    expect(Math.abs(guess['TTFT p99'] / quantileOf(truth.ttftSeconds, 0.99) - 1)).toBeLessThan(0.2);
  });

  test('the simulation itself, by hand: a lone prompt of 1,000 takes 20 ms, then a token every 10 ms', () => {
    const replica = plain({ input: constant(1000), output: constant(101) });
    const sparse = { requestsPerSecond: 1e-5, arrivalScv: 1, requests: 50, warmup: 0, seed: 1 };
    const times = serve(replica, { ...sparse, lengths: { inputs: [1000], outputs: [101] } });
    expect(meanOf(times.ttftSeconds)).toBeCloseTo(0.02, 9);
    expect(meanOf(times.tpotSeconds)).toBeCloseTo(0.01, 9);
  });

  test('more than the slots carry has no point', () => {
    const replica = servedBy(REPLICAS[0][1], conversationLengths, 1);
    expect(pointAtRate(replica, requestSlots(replica), 1000)?.saturated).toBe(true);
    const near = pointAtRate(replica, requestSlots(replica), 5)?.point;
    if (near === undefined) throw new Error('carried');
    expect(numericPoint(replica, requestSlots(replica), { ...near, requestsPerSecond: 1000 })).toBeUndefined();
    expect(ttftQuantile(near, 99)).toBeGreaterThan(0);
  });
});
