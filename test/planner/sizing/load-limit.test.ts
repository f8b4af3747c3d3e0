import fc from 'fast-check';
import { conversationLengths } from '../../../lib/deployments/conversation-lengths';
import { rooflineModel } from '../../../lib/planner/performance/roofline-model';
import { requestSlots, type ServedReplica, servingPoint } from '../../../lib/planner/performance/serving';
import { servingDemand } from '../../../lib/planner/performance/serving-demand';
import { highestRate, loadLimit, pointCarrying } from '../../../lib/planner/sizing/load-limit';
import type { Slo } from '../../../lib/workload/workload';
import { anInferenceWorkload } from '../../builders';
import { aCatalog, aModel, anInstanceType, aReplica, aTraffic, feasible, ratesOf } from '../fixtures';

function served(model: string, instanceType: string): { replica: ServedReplica; slots: number } {
  const performance = rooflineModel();
  const configuration = aReplica(model, instanceType);
  const [fit, steps] = [performance.memory(configuration), performance.steps(configuration)];
  if ('unknown' in fit || 'unknown' in steps || !fit.fits) throw new Error('fits');
  const demand = servingDemand(conversationLengths, 0, 1);
  const replica = { fit, steps, demand, limits: performance.scheduling(configuration) };
  return { replica, slots: requestSlots(replica) };
}

const H100 = served('Qwen/Qwen3-8B', 'p5.4xlarge');
const L4 = served('Qwen/Qwen3-8B', 'g6.xlarge');
const slo = (ttft: number, tpot: number, percentile = 95): Slo => ({
  ttft: { percentile, seconds: ttft },
  tpot: { percentile, seconds: tpot },
});

test('at the limit both promises hold, and one per cent of concurrency further one of them breaks', () => {
  const promise = slo(1, 0.03);
  const { replica, slots } = H100;
  const limit = loadLimit(replica, slots, promise);
  if (limit.kind !== 'limit') throw new Error('an idle H100 keeps it');
  const at = pointCarrying(replica, slots, limit.requestsPerSecond);
  if (at === undefined) throw new Error('it carries its own limit');
  expect(at.requestsPerSecond).toBeCloseTo(limit.requestsPerSecond, 9);
  expect(at.ttftTail(1)).toBeLessThanOrEqual(0.05);
  expect(at.tpotTail(0.03)).toBeLessThanOrEqual(0.05);
  const further = servingPoint(replica, slots, at.concurrency * 1.01);
  const broken = further === undefined || further.ttftTail(1) > 0.05 || further.tpotTail(0.03) > 0.05;
  expect(broken).toBe(true);
  expect(limit.binding).toBe('tpot');
});

test('names the slots when the cache stops the load', () => {
  const limit = loadLimit(L4.replica, L4.slots, slo(1000, 1000));
  expect(limit).toMatchObject({ kind: 'limit', binding: 'memory' });
});

test('names the first token when only that is promised tightly', () => {
  const limit = loadLimit(H100.replica, H100.slots, slo(0.12, 1000, 99));
  expect(limit).toMatchObject({ kind: 'limit', binding: 'ttft' });
});

test('says how far an idle replica is from a promise it cannot keep', () => {
  const limit = loadLimit(L4.replica, L4.slots, slo(5, 0.01));
  if (limit.kind !== 'missed') throw new Error('8 GB a token at 0.3 TB/s is slower');
  expect(limit.excess).toBeCloseTo(limit.tpotSeconds / 0.01, 9);
  expect(limit.tpotSeconds).toBeGreaterThan(0.05);
});

test('never carries more than its bound, and a looser promise never less', () => {
  const seconds = fc.double({ min: 0.01, max: 5, noNaN: true });
  const perToken = fc.double({ min: 0.005, max: 0.3, noNaN: true });
  const factor = fc.double({ min: 1, max: 3, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom(H100, L4),
      seconds,
      perToken,
      factor,
      factor,
      fc.constantFrom(50, 95, 99),
      ({ replica, slots }, ttft, tpot, looserTtft, looserTpot, percentile) => {
        const rate = (promise: Slo) => {
          const limit = loadLimit(replica, slots, promise);
          return limit.kind === 'limit' ? limit.requestsPerSecond : 0;
        };
        const strict = rate(slo(ttft, tpot, percentile));
        const loose = rate(slo(ttft * looserTtft, tpot * looserTpot, percentile));
        return loose >= strict && loose <= highestRate(replica, slots);
      },
    ),
    { numRuns: 60 },
  );
});

test('of two types that cost the same, fewer nodes win, then the earlier name', () => {
  const types = [
    anInstanceType({ name: 'b.1', acceleratorCount: 1 }),
    anInstanceType({ name: 'a.1', acceleratorCount: 1 }),
    anInstanceType({ name: 'a.2', acceleratorCount: 2 }),
  ];
  const free = (prices: Record<string, string>) => (option: Parameters<ReturnType<typeof ratesOf>>[0]) => {
    const rate = ratesOf(prices)(option);
    return option.kind === 'gp3' && rate !== undefined ? { ...rate, usd: rate.usd.times(0) } : rate;
  };
  const chosen = (prices: Record<string, string>, needed: number) =>
    feasible(
      {
        workload: anInferenceWorkload({
          slo: slo(2, 0.05),
          spareNodes: 0,
          precision: 'bf16',
          placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand'] },
        }),
        model: aModel(),
        traffic: aTraffic(needed),
      },
      { catalog: aCatalog(types), rateOf: free(prices) },
    ).workloads[0]?.shape?.instanceType;
  expect(chosen({ 'a.1': '1', 'b.1': '1', 'a.2': '2' }, 1)).toBe('a.1');
  expect(chosen({ 'b.1': '1', 'a.2': '1' }, 1)).toBe('a.2');
});
