import fc from 'fast-check';
import { contractTerms } from '../../lib/blueprint/contract-terms';
import type { Contract } from '../../lib/budget/envelope/contract';
import type { RateOf } from '../../lib/planner/capacity-option';
import {
  type CoverableNodes,
  cover,
  feesOf,
  idleOf,
  type OwnedCommitment,
  poolOf,
} from '../../lib/planner/commitments';
import { renderPlan } from '../../lib/report/plan-report';
import { Usd } from '../../lib/units/money';
import { aContract } from '../budget/envelope/contracts';
import { anInferenceWorkload, DECEMBER } from '../builders';
import { aCell, aModel, anOffer, aTraffic, feasible, ratesOf, SOME_PRICES } from './fixtures';

const REGION = 'us-east-1';
const ALWAYS = { start: '2026-01-01T00:00:00Z', end: '2029-01-01T00:00:00Z' };

const plan = (usdPerHour: string, rates: Readonly<Record<string, string>>, more: object = {}): OwnedCommitment => ({
  kind: 'savingsPlan',
  name: 'sp',
  during: ALWAYS,
  usdPerHour: Usd.of(usdPerHour),
  rates: Object.entries(rates).map(([instanceType, rate]) => ({
    region: REGION,
    instanceType,
    usdPerHour: Usd.of(rate),
  })),
  ...more,
});
const reserved = (count: number, more: object = {}): OwnedCommitment => ({
  kind: 'reservedInstances',
  name: 'ri',
  during: ALWAYS,
  region: REGION,
  instanceType: 'g6.xlarge',
  count,
  usdPerHour: Usd.of('0.5'),
  ...more,
});
const nodes = (count: number, more: Partial<CoverableNodes> = {}): CoverableNodes => ({
  region: REGION,
  instanceType: 'g6.xlarge',
  count,
  isReservation: false,
  usdPerHour: Usd.of('0.8'),
  ...more,
});
const saved = (commitments: readonly OwnedCommitment[], given: readonly CoverableNodes[], during?: typeof DECEMBER) =>
  cover(poolOf(commitments, DECEMBER), given, during).saved.toText();

describe('commitments that are owned', () => {
  test('take over instances first, then money: 744 hours of two reserved and two and a half by a plan', () => {
    // Five nodes: two by reserved instances, 1 USD at 0.4 pays for 2.5 more; 4.5 × 0.8 × 744 = 2,678.4.
    expect(saved([plan('1', { 'g6.xlarge': '0.4' }), reserved(2)], [nodes(5)])).toBe('2678.4');
    // Of three, one is left to the plan: all of them, 3 × 0.8 × 744.
    expect(saved([plan('1', { 'g6.xlarge': '0.4' }), reserved(2)], [nodes(3)])).toBe('1785.6');
  });

  test('leave a plan its money where reserved instances take all', () => {
    const pool = poolOf([plan('1', { 'g6.xlarge': '0.4' }), reserved(2)], DECEMBER);
    // Nothing of the 744 USD is used; both instances are.
    expect(idleOf(cover(pool, [nodes(2)]).left).toText()).toBe('744');
  });

  test('cover what they were bought for alone', () => {
    const scope = { family: 'p5', region: REGION };
    expect(saved([plan('1', { 'g6.xlarge': '0.4' }, { scope })], [nodes(5)])).toBe('0');
    expect(saved([plan('1', { 'p5.48xlarge': '0.4' })], [nodes(5)])).toBe('0');
    expect(saved([reserved(2)], [nodes(5, { region: 'us-west-2' })])).toBe('0');
    expect(saved([reserved(2, { availabilityZoneId: 'use1-az1' })], [nodes(5)])).toBe('0');
    const inZone = { availabilityZoneId: 'use1-az1' };
    expect(saved([reserved(2, inZone)], [nodes(5, inZone)])).toBe('1190.4');
    // A zonal one reaches no capacity reservation.
    expect(saved([reserved(2, inZone)], [nodes(5, { ...inZone, isReservation: true })])).toBe('0');
  });

  test('never at a loss', () => {
    expect(saved([plan('1', { 'g6.xlarge': '0.8' })], [nodes(5)])).toBe('0');
  });

  test('the greatest saving first', () => {
    // 1 USD an hour: 20 of 100 for the one, half for the other: both of the dearer are covered (0.8 USD), then 0.2 / 0.64 of the rest.
    const rates = { 'g6.xlarge': '0.64', 'g6.2xlarge': '0.4' };
    const dearer = nodes(2, { instanceType: 'g6.2xlarge' });
    // (2 + 0.3125) × 0.8 × 744
    expect(saved([plan('1', rates)], [nodes(5), dearer])).toBe('1376.4');
  });

  test('only as long as they hold, and the nodes are there', () => {
    const tenDays = { start: '2026-12-22T00:00:00Z', end: '2027-02-01T00:00:00Z' };
    // 240 of 744 hours.
    expect(saved([reserved(1, { during: tenDays })], [nodes(1)])).toBe('192');
    const pool = poolOf([reserved(1)], DECEMBER, [tenDays]);
    expect(cover(pool, [nodes(1)], tenDays).saved.toText()).toBe('192');
  });

  const commitments = fc
    .record({ money: fc.integer({ min: 1, max: 500 }), rate: fc.integer({ min: 1, max: 120 }), count: fc.nat(4) })
    .map(({ money, rate, count }) => [
      plan(`${money}/100`, { 'g6.xlarge': `${rate}/100`, 'g6.2xlarge': '11/10' }),
      ...(count === 0 ? [] : [reserved(count)]),
    ]);

  test('one node more saves at least nothing and at most what it costs', () => {
    fc.assert(
      fc.property(commitments, fc.nat(8), fc.nat(8), (given, small, large) => {
        const both = (more: number) => [
          nodes(small + more),
          nodes(large, { instanceType: 'g6.2xlarge', usdPerHour: Usd.of('1.6') }),
        ];
        const pool = poolOf(given, DECEMBER);
        const before = cover(pool, both(0)).saved;
        const after = cover(pool, both(1)).saved;
        return !before.exceeds(after) && !after.minus(before).exceeds(Usd.of('0.8').times(744));
      }),
    );
  });

  test('what is used and what is idle add up to what they cost, and two workloads take no more than one would', () => {
    fc.assert(
      fc.property(commitments, fc.nat(8), fc.nat(8), (given, first, second) => {
        const pool = poolOf(given, DECEMBER);
        const one = cover(pool, [nodes(first)]);
        const two = cover(one.left, [nodes(second)]);
        const together = cover(pool, [nodes(first + second)]);
        expect(one.saved.plus(two.saved).toText()).toBe(together.saved.toText());
        expect(idleOf(two.left).toText()).toBe(idleOf(together.left).toText());
        return !idleOf(together.left).exceeds(feesOf(pool)) && !idleOf(together.left).isNegative();
      }),
    );
    const pool = poolOf([reserved(4)], DECEMBER);
    // One of four runs: three idle of 4 × 0.5 × 744.
    expect([feesOf(pool).toText(), idleOf(cover(pool, [nodes(1)]).left).toText()]).toEqual(['1488', '1116']);
  });
});

describe('a choice under a contract', () => {
  const listed = ratesOf(SOME_PRICES);
  const workload = anInferenceWorkload({
    precision: 'bf16',
    slo: { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.05 } },
    placement: {
      cells: ['UsEast1'],
      purchaseOptions: ['onDemand', 'capacityReservation'],
      instanceFamilies: ['g5', 'g6'],
    },
  });
  const contract = (more: Partial<Contract>): Contract => ({
    ...aContract(),
    measure: 'net',
    periods: [{ id: 'Y1', start: '2026-12-01T00:00:00Z', end: '2027-12-01T00:00:00Z', commitment: '0' }],
    ...more,
  });
  const under = (more: Partial<Contract>, override: object = {}) => {
    const given = {
      kind: 'given',
      contract: contract(more),
      sha256: '',
      waivers: [],
      waiversSha256: undefined,
      actuals: undefined,
    } as const;
    const terms = contractTerms(given, listed);
    if (terms === undefined) throw new Error('the contract says nothing');
    return feasible({ workload, traffic: aTraffic(2) }, { cells: [aCell()], contract: terms, ...override });
  };
  const typeOf = (made: ReturnType<typeof under>) => made.workloads[0]?.shape?.instanceType;
  const term = {
    id: 'sp-1',
    start: '2026-11-01T00:00:00Z',
    end: '2027-11-01T00:00:00Z',
    purchased: '2026-11-01T00:00:00Z',
    upfront: '0',
  };
  const aPlan = {
    ...term,
    type: 'ec2Instance' as const,
    instanceFamily: 'g5',
    region: REGION,
    commitmentPerHour: '5.00',
    rates: [{ instanceType: 'g5.xlarge', region: REGION, usdPerHour: '0.6', source: 'a test' }],
  };

  test('is the cheaper list price without one', () => {
    expect(typeOf(feasible({ workload, traffic: aTraffic(2) }, { cells: [aCell()] }))).toBe('g6.xlarge');
  });

  test('is the type whose private rate is lowest', () => {
    const rates = [
      { instanceType: 'g5.xlarge', region: REGION, purchase: 'onDemand', usdPerHour: '0.70', source: 'annex 2' },
    ];
    const made = under({ rates });
    expect(typeOf(made)).toBe('g5.xlarge');
    // December of one g5.xlarge: listed 1.006 × 744 = 748.464 and 100 GiB, 8; paid 0.7 × 744 = 520.8 and 8.
    expect(made.listCost.windowTotal.max).toBe('756.464');
    expect(made.contractCost?.total.max).toBe('528.8');
  });

  test('is the type that a plan pays for anyway, at no marginal cost', () => {
    const made = under({ savingsPlans: [aPlan] });
    expect(typeOf(made)).toBe('g5.xlarge');
    // 5 × 744 of fees and the volume's 8; the volume is all that comes with the plan; 0.6 of 5 is used.
    expect(made.contractCost).toMatchObject({
      total: { max: '3728' },
      marginal: { max: '8' },
      idleOwned: { max: '3273.6' },
    });
    const report = renderPlan(made);
    expect(report).toMatch(/under the contract, with all that is owned +3,728\.00/);
    expect(report).toMatch(/of that, owned and idle +3,273\.60/);
  });

  test('counts on the share of a plan that is its own', () => {
    // A tenth of 5 USD is 0.5: five sixths of the instance, and a sixth of 1.006 × 744 with the volume is still less than g6.xlarge.
    const made = under({ savingsPlans: [{ ...aPlan, share: '0.1' }] });
    expect(made.contractCost?.marginal.max).toBe('132.744');
  });

  test('what one workload takes of a plan, the next cannot have', () => {
    // 0.6 USD an hour pay for one g5.xlarge.
    const savingsPlans = [{ ...aPlan, commitmentPerHour: '0.60' }];
    const workloads = ['first', 'second'].map((name) => ({
      workload: { ...workload, name },
      model: aModel(),
      traffic: aTraffic(2),
    }));
    const types = under({ savingsPlans }, { workloads }).workloads.map(({ shape }) => shape?.instanceType);
    expect(types).toEqual(['g5.xlarge', 'g6.xlarge']);
  });

  test('takes a discount off everything alike, and no type over another', () => {
    const made = under({ discounts: [{ services: ['AmazonEC2'], percent: '10' }] });
    expect(typeOf(made)).toBe('g6.xlarge');
    // 0.9 × (0.8048 × 744 + 8)
    expect(made.contractCost?.total.max).toBe('546.09408');
  });

  test('leaves a plan to the reservations that are owned: they are billed on demand, used or not', () => {
    const owned = [anOffer({ instanceType: 'g5.xlarge', count: 9 })];
    // Nine take 5.4 of 5 USD: nothing is left. What is owned itself carries the workload.
    const made = under({ savingsPlans: [aPlan] }, { owned });
    expect(made.contractCost?.marginal.max).toBe('8');
    // Eight of nine reservations run nothing; the plan is used up.
    expect(made.contractCost?.idleOwned.max).toBe('5987.712');
  });

  test('and of several reservations each takes what the others left', () => {
    // 5 USD pay for 8 1/3 of the twelve: 12 × 1.006 − 8 1/3 × 1.006 an hour and the fees are owed, beside one volume.
    const owned = ['cr-0123456789abcdef0', 'cr-0123456789abcdef1'].map((name) =>
      anOffer({ name, instanceType: 'g5.xlarge', count: 6 }),
    );
    const made = under({ savingsPlans: [aPlan] }, { owned });
    // (12 − 25/3) × 1.006 × 744 + 5 × 744 + 8
    expect(made.contractCost?.total.max).toBe('6472.368');
  });

  test('reserved instances cost nothing more either', () => {
    const reservedInstances = [
      {
        ...term,
        id: 'ri-1',
        upfront: '365',
        instanceType: 'g5.xlarge',
        region: REGION,
        sizeFlexible: false,
        count: 1,
        usdPerHour: '0.5',
        source: 'a test',
      },
    ];
    const made = under({ reservedInstances });
    expect(typeOf(made)).toBe('g5.xlarge');
    // 365 USD over the 8,760 hours of the term are 1/24 USD an hour: 744 × (1/2 + 1/24) + 8 = 411.
    expect(made.contractCost?.total.max).toBe('411');
  });

  test('withholds amounts where the contract does', () => {
    const rates = [
      { instanceType: 'g5.xlarge', region: REGION, purchase: 'onDemand', usdPerHour: '0.123456', source: 'annex 2' },
    ];
    const made = under({ rates, disclose: false });
    expect(typeOf(made)).toBe('g5.xlarge');
    const told = JSON.stringify(made);
    expect(told).not.toContain('123456');
    expect(made.contractCost).toBeUndefined();
    expect(made.workloads[0]?.relaxations).toBeUndefined();
    expect(told).toContain('costs more than the choice; the contract withholds by how much');
    expect(told).not.toMatch(/costs (at least )?[\d.]+ USD/);
  });

  test('fails to give an option without a list price a private one', () => {
    const nowhere: RateOf = () => undefined;
    const rates = [
      { instanceType: 'g5.xlarge', region: REGION, purchase: 'onDemand', usdPerHour: '0.70', source: 'annex 2' },
    ];
    const given = {
      kind: 'given',
      contract: contract({ rates }),
      sha256: '',
      waivers: [],
      waiversSha256: undefined,
      actuals: undefined,
    } as const;
    expect(
      contractTerms(given, nowhere)?.rateOf({
        kind: 'instance',
        region: REGION,
        instanceType: 'g5.xlarge',
        purchase: 'onDemand',
      }),
    ).toBeUndefined();
    expect(contractTerms({ ...given, contract: contract({}) }, listed)).toBeUndefined();
  });
});
