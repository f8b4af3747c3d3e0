import fc from 'fast-check';
import { conversationLengths } from '../../../lib/deployments/conversation-lengths';
import type { MemoryFit, StepTimes } from '../../../lib/planner/performance/performance-model';
import { prefillCost } from '../../../lib/planner/performance/prefill';
import {
  requestSlots,
  type ServedReplica,
  servingPoint,
  tpotQuantile,
  ttftQuantile,
} from '../../../lib/planner/performance/serving';
import { type ServingDemand, servingDemand } from '../../../lib/planner/performance/serving-demand';
import type { TokenBucket } from '../../../lib/workload/tokens';

const MS = 1e-3;
const lengths = (input: readonly TokenBucket[], output: readonly TokenBucket[]) => ({
  input: { buckets: input, source: 'made up', asOf: '2026-11-23' },
  output: { buckets: output, source: 'made up', asOf: '2026-11-23' },
});
const constant = (tokens: number): readonly TokenBucket[] => [{ tokens, weight: 1 }];

/** 10 ms a step, 0.1 ms a sequence, 1 µs a prompt token. */
const LINEAR: StepTimes = {
  stepSeconds: ({ decodeSequences, prefillTokens }) =>
    10 * MS + 0.1 * MS * decodeSequences + (MS / 1000) * prefillTokens,
  boundBy: () => 'decodeBandwidth',
};
const ROOM: Extract<MemoryFit, { fits: true }> = {
  fits: true,
  weightsBytesPerAccelerator: 1,
  kvCapacityTokens: 1_000_000,
  stateBytesPerSequence: 0,
  cacheBytes: 1_000_000,
  cacheBytesPerSequence: (tokens) => tokens,
};

function replica(demand: ServingDemand, over: Partial<ServedReplica> = {}): ServedReplica {
  return { steps: LINEAR, fit: ROOM, limits: { schedulers: 1, stepTokens: 8192, sequences: 1024 }, demand, ...over };
}
const uniform = servingDemand(lengths(constant(1000), constant(101)), 0, 1);

function point(concurrency: number, over: Partial<ServedReplica> = {}) {
  const served = replica(uniform, over);
  const found = servingPoint(served, requestSlots(served), concurrency);
  if (found === undefined) throw new Error('cannot keep up');
  return found;
}

describe('demand', () => {
  test('sequences are seen by the length of their output: half of 100 and of 300 tokens average 250', () => {
    const demand = servingDemand(
      lengths(constant(1000), [
        { tokens: 100, weight: 0.5 },
        { tokens: 300, weight: 0.5 },
      ]),
      0,
      1,
    );
    // E[o²] / E[o] = 50,000 / 200 = 250; half of it is in the cache on average
    expect(demand.meanContextTokens).toBe(1125);
    expect(demand.meanFinalTokens).toBe(1250);
    expect(demand.longestRequestTokens).toBe(1300);
  });

  test('a prefix-cache hit saves computing, not room', () => {
    const demand = servingDemand(lengths(constant(1000), constant(101)), 0.25, 1);
    expect(demand.prompts).toEqual([{ tokens: 750, cachedTokens: 250, weight: 1 }]);
    expect(demand.meanFinalTokens).toBe(1101);
  });
});

describe('prefill', () => {
  test('a prompt of 20,000 tokens takes three chunks of a budget of 8,182', () => {
    const demand = servingDemand(lengths(constant(20_000), constant(101)), 0, 1);
    const cost = prefillCost(LINEAR, demand, 10, { schedulers: 1, stepTokens: 8192, sequences: 1024 }, 11 * MS);
    // 3 × (10 + 1) ms + 20 ms of tokens; over the plain step 20 ms, of which 1 µs is the first token's
    expect(cost.meanServiceSeconds).toBeCloseTo(53 * MS, 9);
    expect(cost.meanChunks).toBe(3);
    expect(cost.entrySeconds).toBeCloseTo(MS / 1000, 9);
    expect(cost.meanMarginalSeconds).toBeCloseTo(20 * MS - (3 * MS) / 1000, 9);
    // Two full steps of 19.182 ms and 3,636 / 8,182 of a third
    expect(cost.fullStepSeconds).toBeCloseTo(19.182 * MS, 9);
    expect(cost.meanDrainSeconds).toBeCloseTo((2 + 3636 / 8182) * 19.182 * MS, 9);
  });
});

describe('operating point', () => {
  test('at 8 sequences the time per output token is the step of 9 and the prompts met', () => {
    // t(9) = 10.9 ms; a prompt of 1,000 adds t(8 + 1,000 tokens) − t(9) = 11.8 − 10.9 = 0.9 ms; D = 100, 8 / 100 a step
    const found = point(8);
    expect(found.meanTpotSeconds).toBeCloseTo(10.9 * MS + (8 * 0.9 * MS) / 100, 9);
    // Little: 8 = λ · 100 · TPOT
    expect(found.requestsPerSecond).toBeCloseTo(8 / (100 * 10.972 * MS), 6);
    expect(found.inFlight).toBeCloseTo(8 + found.requestsPerSecond * 11.8 * MS, 6);
  });

  test('an idle replica answers in one step', () => {
    const found = point(1e-6);
    expect(found.meanTtftSeconds).toBeCloseTo(11 * MS, 6);
    expect(ttftQuantile(found, 99)).toBeCloseTo(11 * MS, 5);
    expect(tpotQuantile(found, 99)).toBeCloseTo(10.1 * MS, 5);
  });

  test('cannot carry more prompts than it prefills', () => {
    const prompts = servingDemand(lengths(constant(8000), constant(2)), 0, 1);
    const slow = { ...LINEAR, stepSeconds: () => 1 };
    const served = replica(prompts, { steps: slow });
    expect(servingPoint(served, 1000, 0.5)).toBeDefined();
    expect(servingPoint(served, 1000, 50)).toBeUndefined();
  });

  test('cannot hold more requests than it has slots', () => {
    const small = { ...ROOM, cacheBytes: 12_000 };
    const served = replica(uniform, { fit: small });
    // 12,000 tokens over 1,101: 10 slots
    expect(requestSlots(served)).toBe(10);
    expect(servingPoint(served, 10, 10)).toBeUndefined();
    const near = servingPoint(served, 10, 9);
    const far = servingPoint(replica(uniform), 1000, 9);
    expect(near?.ttftTail(0.2)).toBeGreaterThan((far?.ttftTail(0.2) ?? 0) + 0.1);
  });

  test('has no slot when the longest request does not fit', () => {
    expect(requestSlots(replica(uniform, { fit: { ...ROOM, cacheBytes: 1100 } }))).toBe(0);
  });

  test('the scheduler admits no more than its limit', () => {
    expect(requestSlots(replica(uniform, { limits: { schedulers: 2, stepTokens: 8192, sequences: 7 } }))).toBe(14);
  });

  test('bursty arrivals wait longer and decode as fast on average', () => {
    const bursty = { ...uniform, arrivalScv: 4 };
    const calm = point(60);
    const served = replica(bursty);
    const rough = servingPoint(served, requestSlots(served), 60);
    expect(rough?.meanTpotSeconds).toBe(calm.meanTpotSeconds);
    expect(rough?.meanTtftSeconds).toBeGreaterThan(calm.meanTtftSeconds);
  });
});

test('more load is never faster: rate, mean and every percentile rise with concurrency', () => {
  const demand = servingDemand(conversationLengths, 0.2, 1);
  const served = replica(demand);
  const slots = requestSlots(served);
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 500, noNaN: true }),
      fc.double({ min: 1.01, max: 3, noNaN: true }),
      fc.constantFrom(50, 90, 95, 99),
      (concurrency, factor, percentile) => {
        const low = servingPoint(served, slots, concurrency);
        const high = servingPoint(served, slots, concurrency * factor);
        if (low === undefined) return high === undefined;
        if (high === undefined) return true;
        return (
          high.requestsPerSecond >= low.requestsPerSecond &&
          high.meanTpotSeconds >= low.meanTpotSeconds &&
          high.meanTtftSeconds >= low.meanTtftSeconds * (1 - 1e-9) &&
          ttftQuantile(high, percentile) >= ttftQuantile(low, percentile) * (1 - 1e-5) &&
          tpotQuantile(high, percentile) >= tpotQuantile(low, percentile) * (1 - 1e-5)
        );
      },
    ),
    { numRuns: 300 },
  );
});
