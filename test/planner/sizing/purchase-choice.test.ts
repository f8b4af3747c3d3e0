import { defaultCatalog, findModel } from '../../../lib/catalog/catalog';
import type { RateOf } from '../../../lib/planner/capacity-option';
import { renderPlan } from '../../../lib/report/plan-report';
import { Usd } from '../../../lib/units/money';
import type { PurchaseOption } from '../../../lib/workload/workload';
import { anInferenceWorkload, aTrainingWorkload } from '../../builders';
import { aCell, anOffer, aTraffic, feasible, plan, ratesOf, SOME_PRICES } from '../fixtures';

const SLO = { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.05 } };

/** Spot at a quarter of the on-demand price. */
const rateOf: RateOf = (option) => {
  if (option.kind === 'gp3' || option.purchase === 'onDemand') return ratesOf(SOME_PRICES)(option);
  const listed = ratesOf(SOME_PRICES)({ ...option, purchase: 'onDemand' });
  if (listed === undefined || option.purchase === 'capacityBlock') return undefined;
  return option.purchase === 'spot' ? { ...listed, usd: listed.usd.times('1/4') } : listed;
};

/** A tiny model on g6.xlarge, one replica a node; traffic in replicas: a quarter of the peak in the quietest hour. */
function planned(
  peak: number,
  purchaseOptions: readonly PurchaseOption[],
  more: object = {},
  override: object = {},
  family = 'g6',
) {
  const workload = anInferenceWorkload({
    slo: SLO,
    precision: 'bf16',
    placement: { cells: ['UsEast1'], purchaseOptions, instanceFamilies: [family], ...more },
  });
  return feasible(
    { workload, traffic: aTraffic(peak * (family === 'g6' ? perReplica : perNode)) },
    { rateOf, ...override },
  );
}

const carried = (family: string) =>
  feasible({
    workload: anInferenceWorkload({
      slo: SLO,
      precision: 'bf16',
      placement: {
        cells: ['UsEast1'],
        purchaseOptions: ['onDemand'],
        instanceFamilies: [family],
        bestEffortFloor: 'a test',
      },
    }),
    traffic: aTraffic(1),
  }).workloads[0]?.requestsPerSecondPerReplica ?? 0;
const perReplica = carried('g6');
/** Eight replicas of one accelerator on a p4d.24xlarge. */
const perNode = 8 * carried('p4d');

const groupsOf = ({ cells }: ReturnType<typeof planned>) =>
  cells.flatMap(({ nodeGroups }) => nodeGroups.map(({ name, purchase, size }) => [name, purchase, size.max]));

describe('spot', () => {
  test('carries what is above the floor, and the floor is on demand', () => {
    // 7.9 replicas at the peak, 1.98 in the quietest hour.
    expect(groupsOf(planned(7.9, ['onDemand', 'spot']))).toEqual([
      ['chat-g6-xlarge-floor', 'onDemand', 2],
      ['chat-g6-xlarge', 'spot', 6],
    ]);
  });

  test('carries the floor where that is asked for', () => {
    expect(groupsOf(planned(7.9, ['onDemand', 'spot'], { spot: { floor: true } }))).toEqual([
      ['chat-g6-xlarge', 'spot', 8],
    ]);
  });

  test('is no more of the nodes than may be interrupted at once', () => {
    expect(groupsOf(planned(7.9, ['onDemand', 'spot'], { spot: { interruptionAllowance: 0.3 } }))).toEqual([
      ['chat-g6-xlarge-floor', 'onDemand', 6],
      ['chat-g6-xlarge', 'spot', 2],
    ]);
    expect(groupsOf(planned(7.9, ['onDemand', 'spot'], { spot: { interruptionAllowance: 0 } }))).toEqual([
      ['chat-g6-xlarge', 'onDemand', 8],
    ]);
  });

  test('comes and goes in a cell that scales, above a floor that stays', () => {
    const cells = [aCell({ nodeScaling: { kind: 'clusterAutoscaler' } })];
    const [cell] = planned(7.9, ['onDemand', 'spot'], {}, { cells }).cells;
    expect(cell?.nodeGroups.map(({ size }) => size)).toEqual([
      { min: 2, plan: 2, max: 2 },
      { min: 0, plan: 2, max: 6 },
    ]);
  });

  test('fails where it is all there is and none of it may be interrupted', () => {
    expect(() => planned(2, ['spot'], { spot: { interruptionAllowance: 0, floor: true } })).toThrow(
      'workload chat buys spot only and allows 0 % of its nodes to be interrupted; raise placement.spot.interruptionAllowance to 1 or allow another purchase option',
    );
  });

  test('fails where it is all there is and must not carry the floor', () => {
    expect(() => planned(2, ['spot'])).toThrow('workload chat buys spot only, which its floor may not stand on');
  });
});

describe('floor and spare on P and Trn', () => {
  test('stand on a reservation that is created, and the rest on demand where that is allowed', () => {
    // 3.9 nodes of load at the peak, one in the quietest hour; a reservation costs what its nodes cost on demand.
    const made = planned(3.9, ['onDemand', 'spot', 'capacityReservation'], { createReservation: {} }, {}, 'p4d');
    expect(groupsOf(made)).toEqual([
      ['chat-p4d-24xlarge-floor', 'capacityReservation', 1],
      ['chat-p4d-24xlarge', 'spot', 3],
    ]);
    expect(made.cells[0]?.nodeGroups[0]?.createdReservation).toEqual({ count: 1 });
    expect(made.workloads[0]?.purchase).toEqual([
      { option: 'capacityReservation', assurance: 'reserved', nodes: 1 },
      { option: 'spot', assurance: 'bestEffort', nodes: 3 },
    ]);
  });

  test('stand on what is owned', () => {
    const owned = [anOffer({ instanceType: 'p4d.24xlarge', count: 1 })];
    expect(groupsOf(planned(3.9, ['onDemand', 'capacityReservation'], {}, { owned }, 'p4d'))).toEqual([
      ['chat-p4d-24xlarge-9abcdef0', 'capacityReservation', 1],
      ['chat-p4d-24xlarge', 'onDemand', 3],
    ]);
  });

  test('fails on demand alone, unless it is waived', () => {
    const workload = anInferenceWorkload({
      slo: SLO,
      placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand'], instanceFamilies: ['p4d'] },
    });
    const result = plan({ workload, traffic: aTraffic(1) });
    expect(result.kind).toBe('infeasible');
    expect(result.kind === 'infeasible' && result.workloads[0]?.rejected[0]).toEqual({
      candidate: 'p4d.24xlarge bf16 onDemand',
      code: 'NotReserved',
      reason:
        'its floor and spare may not be onDemand, and only 0 nodes of p4d.24xlarge are owned; own more, allow another purchase option with a price (createReservation makes a reservation), or waive it in bestEffortFloor or spot.floor',
    });
    expect(groupsOf(planned(0.9, ['onDemand'], { bestEffortFloor: 'a test' }, {}, 'p4d'))).toEqual([
      ['chat-p4d-24xlarge', 'onDemand', 1],
    ]);
  });
});

test('what is owned and idle is told apart from what the plan itself costs', () => {
  const owned = [anOffer({ instanceType: 'g6.xlarge', count: 5 })];
  const made = planned(1.9, ['onDemand', 'capacityReservation'], {}, { owned });
  // Five are owed: 5 × 744 × 0.8048 = 2,993.856. Two of them run, each with a volume of 100 GiB at 0.08: 16. Three are idle: 1,796.3136.
  expect(made.listCost.windowTotal.plan).toBe('3009.856');
  expect(made.ownedCost).toEqual({
    marginal: { min: '16', plan: '16', max: '16' },
    idleOwned: { min: '1796.3136', plan: '1796.3136', max: '1796.3136' },
  });
  expect(renderPlan(made)).toMatch(/of it, owned and idle +1,796.31/);
});

test('on Trainium too the floor is reserved, unless somebody says why not', () => {
  const placement = { cells: ['UsEast1'], purchaseOptions: ['onDemand'] as const, instanceFamilies: ['trn1'] };
  const workload = anInferenceWorkload({
    slo: { ...SLO, tpot: { percentile: 95, seconds: 0.5 } },
    precision: 'bf16',
    placement,
  });
  const model = findModel(defaultCatalog, 'meta-llama/Meta-Llama-3.1-8B');
  const refused = plan({ workload, model }, { rateOf });
  const codes = refused.kind === 'infeasible' ? refused.workloads[0]?.rejected.map(({ code }) => code) : [];
  expect(codes).toContain('NotReserved');
  const waived = { ...workload, placement: { ...placement, bestEffortFloor: 'a test' } };
  expect(feasible({ workload: waived, model }, { rateOf }).workloads[0]?.purchase[0]?.option).toBe('onDemand');
});

test('a training run may be on spot alone where its deadline may wait: it has checkpoints', () => {
  const workload = aTrainingWorkload({
    placement: { cells: ['UsEast1'], purchaseOptions: ['spot'], instanceFamilies: ['p5'], bestEffortFloor: 'a test' },
  });
  expect(feasible({ workload }, { rateOf }).workloads[0]?.purchase[0]?.option).toBe('spot');
});

describe('a Capacity Block that nobody has bought', () => {
  const run = aTrainingWorkload({
    // 4.8e22 FLOPs in twenty days at 0.4 of 8 × 989 TFLOP/s a node: 8.78, nine nodes.
    start: '2026-12-05',
    deadline: '2026-12-25',
    placement: {
      cells: ['UsEast1'],
      purchaseOptions: ['onDemand', 'capacityBlock'],
      instanceFamilies: ['p5'],
      bestEffortFloor: 'a test',
    },
  });
  const blockRateOf = () => ({ usd: Usd.of('41.528'), per: 'hour' as const });

  test('is proposed beside its fallback, in days that are sold, and nothing is planned on it', () => {
    const made = feasible({ workload: run }, { blockRateOf });
    expect(made.workloads[0]?.purchase.map(({ option }) => option)).toEqual(['onDemand']);
    // From 11:30 of the day before: 21 days. 9 × 504 h × 41.528 and 55.04.
    expect(made.workloads[0]?.blockProposals).toEqual([
      {
        cell: 'UsEast1',
        instanceType: 'p5.48xlarge',
        count: 9,
        blocks: 1,
        days: 21,
        during: { start: '2026-12-04T11:30:00Z', end: '2026-12-25T11:30:00Z' },
        instancesEnd: '2026-12-25T11:00:00Z',
        buyableFrom: '2026-10-09T11:30:00Z',
        upfrontUsd: '188371.008',
        fallbackUsd: '249661.44',
      },
    ]);
    expect(renderPlan(made).replaceAll(/\s+/g, ' ')).toContain(': 188,371.01 USD upfront, on demand 249,661.44');
  });

  test('has no price where no rate is known', () => {
    expect(feasible({ workload: run }).workloads[0]?.blockProposals?.[0]?.upfrontUsd).toBeNull();
  });

  test('is followed by others where the time is longer than one, each whole weeks', () => {
    const long = { ...run, deadline: '2027-12-05' };
    const days = feasible({ workload: long }, { blockRateOf }).workloads[0]?.blockProposals?.map((one) => one.days);
    // 365.5 days: two of 182 and two that are left.
    expect(days).toEqual([182, 182, 2]);
  });

  test('beyond two weeks is as many whole weeks as hold the run', () => {
    // From half past eleven of the day before, 15.5 days.
    const days = feasible({ workload: { ...run, deadline: '2026-12-20' } }, { blockRateOf }).workloads[0]
      ?.blockProposals;
    expect(days?.map((one) => one.days)).toEqual([21]);
  });

  test('is not proposed where it is not allowed, or of types that are not sold so', () => {
    const placement = { ...run.placement, purchaseOptions: ['onDemand'] as const };
    expect(feasible({ workload: { ...run, placement } }).workloads[0]?.blockProposals).toBeUndefined();
    expect(planned(2.9, ['onDemand', 'capacityBlock']).workloads[0]?.blockProposals).toBeUndefined();
  });
});
