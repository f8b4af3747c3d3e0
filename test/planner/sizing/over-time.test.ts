import fc from 'fast-check';
import { committedRateOf } from '../../../lib/blueprint/rates';
import type { PriceBook } from '../../../lib/budget/prices/price-book';
import type { WorkloadPlan } from '../../../lib/planner/plan';
import { renderPlan } from '../../../lib/report/plan-report';
import { Usd } from '../../../lib/units/money';
import type { Cell } from '../../../lib/workload/cell';
import { parseWorkload } from '../../../lib/workload/parse-workload';
import type { TrafficProfile } from '../../../lib/workload/traffic';
import { trafficProfileOf } from '../../../lib/workload/traffic-profile';
import { anInferenceWorkload } from '../../builders';
import { aCell, anOffer, aTraffic, feasible } from '../fixtures';

const SLO = { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.05 } };
const EAST = aCell({ nodeScaling: { kind: 'clusterAutoscaler' } });
const YEAR = { start: '2026-12-01T00:00:00Z', end: '2027-12-01T00:00:00Z' };

/** A tiny model on g6.xlarge at 0.8048 USD an hour: one replica a node. */
function planned(traffic: TrafficProfile, more: object = {}, override: object = {}, cell: Cell = EAST) {
  const workload = anInferenceWorkload({
    slo: SLO,
    precision: 'bf16',
    placement: { cells: [cell.id], purchaseOptions: ['onDemand', 'capacityReservation'], instanceFamilies: ['g6'] },
    ...more,
  });
  return feasible({ workload, traffic }, { cells: [cell], ...override });
}

const perReplica = planned(aTraffic(1)).workloads[0]?.requestsPerSecondPerReplica ?? 0;

/** Hourly loads counted in replicas: 0.9 of each, so that so many are needed. */
const shaped = (replicas: readonly number[]): TrafficProfile =>
  trafficProfileOf({ kind: 'hourly', requestsPerSecond: replicas.map((each) => (each - 0.1) * perReplica) }, () => {
    throw new Error('no trace');
  });

/**
 * 16 quiet hours of two replicas, four of five, four of nine: 32 + 20 + 36 = 88 replica-hours. A new replica serves after 1,200 s
 * and the hour that is counted where nothing states how fast weights load: 1 1/3 h. So hour 15 has five (+ 3), a third of hour 14
 * too (+ 1), hour 19 nine (+ 4), a third of hour 18 too (+ 4/3): 97.33 / 24 = 4.06 on average.
 */
const DAY = [...Array<number>(16).fill(2), ...Array<number>(4).fill(5), ...Array<number>(4).fill(9)];

const overTimeOf = (plan: { readonly workloads: readonly WorkloadPlan[] }) => plan.workloads[0]?.overTime;

describe('traffic with a shape', () => {
  test('needs its own number of replicas every hour, and is planned at their mean', () => {
    const plan = planned(shaped(DAY));
    expect(overTimeOf(plan)).toMatchObject({ byHour: DAY, autoscaler: { min: 2, plan: 5, max: 9 } });
    expect(plan.cells[0]?.nodeGroups[0]?.size).toEqual({ min: 2, plan: 5, max: 9 });
  });

  test('asks for replicas as far ahead as the measured rate of their weights says', () => {
    // 1,200 s and as long for the weights at 1/1,200 of their bytes a second are 40 minutes: two thirds of hour 15 at five (+ 2),
    // of hour 19 at nine (+ 2 2/3), 92.67 / 24 = 3.86.
    const { weightBytes = 0 } = planned(shaped(DAY)).workloads[0]?.resilience?.replacement ?? {};
    const serving = { weightsRate: { bytesPerSecond: weightBytes / 1200, source: 'a load test' } };
    const plan = planned(shaped(DAY), {}, {}, { ...EAST, serving });
    expect(plan.workloads[0]?.resilience?.replacement).toMatchObject({ startSeconds: 1200, leadSeconds: 2400 });
    expect(plan.cells[0]?.nodeGroups[0]?.size).toEqual({ min: 2, plan: 4, max: 9 });
  });

  test('keeps the whole spare in every hour', () => {
    expect(overTimeOf(planned(shaped(DAY), { spareNodes: 1 }))?.byHour).toEqual(DAY.map((each) => each + 1));
  });

  test('is committed to for what runs in every hour, where no committed rate is known', () => {
    // Beyond two nodes: four hours of three and four of seven.
    expect(overTimeOf(planned(shaped(DAY)))?.commitment).toEqual({
      nodesCommitted: 2,
      nodeHoursByTheHour: 40,
      hours: 24,
    });
  });

  test('is committed to as far as the hours are worth the rate, to the cent', () => {
    // Nodes 3 to 5 run 8 of 24 hours, 6 to 9 four. A third of 0.8048 is 0.26827: at 0.26 they are worth it, the rest not.
    const committed = (usdPerHour: string) =>
      overTimeOf(
        planned(shaped(DAY), {}, { committedRateOf: () => ({ usdPerHour: Usd.of(usdPerHour), name: 'a plan' }) }),
      )?.commitment;
    // 5 nodes × 24 h × 0.26 = 31.2; 4 hours of 4 more at 0.8048 = 12.8768. All of it on demand: 88 × 0.8048 = 70.8224.
    expect(committed('0.26')).toEqual({
      nodesCommitted: 5,
      nodeHoursByTheHour: 16,
      hours: 24,
      rate: 'a plan',
      cost: { split: '44.0768', byTheHour: '70.8224' },
    });
    expect(committed('0.27')?.nodesCommitted).toBe(2);
    // A rate above on demand is worth it for nobody.
    expect(committed('0.81')?.nodesCommitted).toBe(0);
  });

  test('leaves out of it what is owned', () => {
    const owned = [anOffer({ cell: EAST.id, instanceType: 'g6.xlarge', count: 2 })];
    const commitment = overTimeOf(planned(shaped(DAY), {}, { owned }))?.commitment;
    expect(commitment).toEqual({ nodesCommitted: 0, nodeHoursByTheHour: 40, hours: 24 });
  });

  test('the committed number is the cheapest of all', () => {
    const rates = fc.integer({ min: 1, max: 12000 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 24, maxLength: 24 }), rates, (day, rate) => {
        const usdPerHour = Usd.of(`${rate}/10000`);
        const found = overTimeOf(
          planned(shaped(day), {}, { committedRateOf: () => ({ usdPerHour, name: 'a plan' }) }),
        )?.commitment;
        // In 1/10000 USD. Every number of committed nodes, by hand.
        const costs = Array.from({ length: 13 }, (_, nodes) =>
          day.reduce((sum, need) => sum + nodes * rate + Math.max(0, need - nodes) * 8048, 0),
        );
        expect(found?.cost?.split).toBe(Usd.of(`${Math.min(...costs)}/10000`).toText());
      }),
      { numRuns: 40 },
    );
  });

  test('a trace of whole hours has the busiest minute of each', () => {
    // Two hours: a request a second, then every ten seconds.
    const arrivedAtSeconds = [
      ...Array.from({ length: 3600 }, (_, at) => at),
      ...Array.from({ length: 361 }, (_, at) => 3600 + 10 * at),
    ];
    const tokens = arrivedAtSeconds.map(() => 1);
    const profile = trafficProfileOf({ kind: 'trace', file: 'two-hours.csv' }, () => ({
      arrivedAtSeconds,
      inputTokens: tokens,
      outputTokens: tokens,
    }));
    expect(profile.hourlyRequestsPerSecond).toEqual([1, 0.1]);
  });
});

describe('traffic that grows', () => {
  test('is sized for its last month, and says what every month needs', () => {
    const plan = planned({ ...shaped(DAY) }, { growthPerMonth: 0.1 }, { horizon: YEAR });
    // 8.9 × 1.1^11 = 25.39 replicas at the peak, 1.9 in the quietest hour of the first month.
    expect(overTimeOf(plan)?.byMonth).toHaveLength(12);
    expect(overTimeOf(plan)?.byMonth[0]).toEqual({ start: YEAR.start, replicas: { min: 2, plan: 5, max: 9 } });
    expect(overTimeOf(plan)?.byMonth[11]?.replicas).toMatchObject({ min: 6, max: 26 });
    expect(plan.cells[0]?.nodeGroups[0]?.size).toMatchObject({ min: 2, max: 26 });
  });

  test('needs no shape for that', () => {
    const plan = planned(
      aTraffic(2.9 * perReplica),
      { growthPerMonth: 0.5 },
      { horizon: { ...YEAR, end: '2027-02-01T00:00:00Z' } },
    );
    // 2.9 and 2.9 × 1.5 = 4.35 replicas; the mean is half of each, 1.45 and 2.175.
    expect(overTimeOf(plan)?.byMonth.map(({ replicas }) => replicas)).toEqual([
      { min: 1, plan: 2, max: 3 },
      { min: 2, plan: 3, max: 5 },
    ]);
    expect(overTimeOf(plan)?.byHour).toBeUndefined();
  });

  test('that shrinks is sized for its first month', () => {
    const plan = planned(shaped(DAY), { growthPerMonth: -0.1 }, { horizon: YEAR });
    expect(plan.cells[0]?.nodeGroups[0]?.size).toMatchObject({ min: 1, max: 9 });
  });

  test('fails for growth that is no share', () => {
    expect(() => parseWorkload({ ...anInferenceWorkload(), growthPerMonth: 5 }, 'chat')).toThrow(
      'growthPerMonth must be at most 1, a doubling every month',
    );
  });

  test('more growth never needs fewer nodes', () => {
    const growth = fc.double({ min: 0, max: 0.3, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(growth, growth), ([a, b]) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map(
          (growthPerMonth) => planned(shaped(DAY), { growthPerMonth }, { horizon: YEAR }).cells[0]?.nodeGroups[0]?.size,
        );
        for (const bound of ['min', 'plan', 'max'] as const) {
          expect(more?.[bound]).toBeGreaterThanOrEqual(less?.[bound] ?? 0);
        }
      }),
      { numRuns: 20 },
    );
  });
});

test('one load at all times has no hours to tell', () => {
  expect(overTimeOf(planned(aTraffic(3 * perReplica)))).toBeUndefined();
});

test('the report says what the hours need and what is worth a commitment', () => {
  const committedRateOf = () => ({ usdPerHour: Usd.of('0.26'), name: 'a plan' });
  const text = renderPlan(planned(shaped(DAY), { growthPerMonth: 0.05 }, { committedRateOf, horizon: YEAR }));
  expect(text).toContain('2 to 16 (6 planned) replicas over 24 hours that repeat');
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    '5 nodes for every hour, 16 node hours in 24 as they come (a plan): 44.08 USD, not 70.82',
  );
});

describe('the committed rate of a price book', () => {
  const row = (plan: string, usd: string) => ({
    region: 'us-east-1',
    item: `savingsPlan:${plan}:g6.xlarge`,
    unit: 'hour' as const,
    usd,
    effectiveDate: '2026-11-01T00:00:00Z',
    retrieved: '2026-11-01T00:00:00Z',
    source: 'made up for a test',
  });
  const book: PriceBook = {
    schemaVersion: 1,
    currency: 'USD',
    effectiveDate: '2026-11-01T00:00:00Z',
    sha256: '',
    offers: [row('compute:1yr:noUpfront', '0.58'), row('ec2Instance:3yr:allUpfront', '0.31')],
  };

  test('is the cheapest of a term that ends within the horizon', () => {
    const found = committedRateOf(book, YEAR)({ region: 'us-east-1', instanceType: 'g6.xlarge' });
    expect([found?.usdPerHour.toText(), found?.name]).toEqual([
      '0.58',
      'Compute Savings Plan, 1 year, nothing upfront',
    ]);
    const long = committedRateOf(book, { ...YEAR, end: '2029-12-01T00:00:00Z' });
    expect(long({ region: 'us-east-1', instanceType: 'g6.xlarge' })?.usdPerHour.toText()).toBe('0.31');
    expect(long({ region: 'us-west-2', instanceType: 'g6.xlarge' })).toBeUndefined();
  });
});
