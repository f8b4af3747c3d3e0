import fc from 'fast-check';
import { nodeCost, timesCost } from '../../../lib/planner/sizing/node-cost';
import { horizonLengths } from '../../../lib/planner/sizing/planning-context';
import { BOUNDS } from '../../../lib/units/range';
import type { Cell } from '../../../lib/workload/cell';
import type { TrafficProfile } from '../../../lib/workload/traffic';
import { anInferenceWorkload, DECEMBER } from '../../builders';
import { aCell, anOffer, aTraffic, feasible, ratesOf, SOME_PRICES, US_WEST_2, withSlo } from '../fixtures';

const SCALED = { nodeScaling: { kind: 'clusterAutoscaler' } } as const;
const EAST = aCell(SCALED);
const WEST: Cell = { ...US_WEST_2, ...SCALED };
const SLO = { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.05 } };

/** A plan for a tiny model on g6.xlarge alone: one replica a node. */
function planned(traffic: TrafficProfile, cells: readonly Cell[], more: object = {}) {
  const workload = anInferenceWorkload({
    slo: SLO,
    placement: { cells: cells.map(({ id }) => id), purchaseOptions: ['onDemand'], instanceFamilies: ['g6'] },
    ...more,
  });
  return feasible({ workload, traffic }, { cells });
}

/** Requests per second of one replica, so that loads can be counted in replicas. */
const perReplica = planned(aTraffic(1), [EAST]).workloads[0]?.requestsPerSecondPerReplica ?? 0;

/** Loads in replicas: the quietest hour, the mean and the peak. */
const loads = (lowest: number, mean: number, peak: number): TrafficProfile => ({
  ...aTraffic(1),
  lowestRequestsPerSecond: lowest * perReplica,
  meanRequestsPerSecond: mean * perReplica,
  peakRequestsPerSecond: peak * perReplica,
});

describe('a cell that scales its nodes', () => {
  test('has nodes for its quietest hour, its mean and its peak, each with the spare', () => {
    // 1.5, 3.5 and 8.5 replicas of load: 2, 4 and 9, and one spare node at each.
    const plan = planned(loads(1.5, 3.5, 8.5), [EAST], { spareNodes: 1 });
    expect(plan.cells[0]?.nodeGroups[0]).toMatchObject({
      size: { min: 3, plan: 5, max: 10 },
      actuator: 'clusterAutoscaler',
    });
    expect(plan.workloads[0]?.replicas).toEqual({ min: 3, plan: 5, max: 10 });
  });

  test('never has none: a silent hour keeps a replica', () => {
    const plan = planned(loads(0, 1.5, 2.5), [EAST]);
    expect(plan.cells[0]?.nodeGroups[0]?.size).toEqual({ min: 1, plan: 2, max: 3 });
  });

  test('stands beside one that does not, which has its share of the peak always', () => {
    // 8.5 replicas at the peak: five and four. The quiet hours’ two are one each.
    const plan = planned(loads(1.5, 3.5, 8.5), [EAST, US_WEST_2]);
    const [east, west] = plan.cells.map(({ nodeGroups }) => nodeGroups[0]);
    expect([east?.size, west?.size]).toEqual([
      { min: 1, plan: 2, max: 5 },
      { min: 4, plan: 4, max: 4 },
    ]);
    expect(west?.actuator).toBeUndefined();
    expect(plan.workloads[0]?.replicas).toEqual({ min: 5, plan: 6, max: 9 });
  });

  test('keeps nodes for other work at one size', () => {
    const workload = {
      kind: 'reservedBlock',
      name: 'research',
      instanceType: 'g6.xlarge',
      count: 2,
      purpose: 'notebooks',
      placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand'] },
    } as const;
    const group = feasible({ workload }, { cells: [EAST] }).cells[0]?.nodeGroups[0];
    expect([group?.size, group?.actuator]).toEqual([{ min: 2, plan: 2, max: 2 }, undefined]);
  });

  test('chooses as it would without: by the peak', () => {
    const shapes = [aCell(), EAST].map((cell) => {
      const plan = feasible({ workload: withSlo(2, 0.05), traffic: aTraffic(40) }, { cells: [cell] });
      return [plan.workloads[0]?.shape, plan.listCost.windowTotal.max];
    });
    expect(shapes[0]).toEqual(shapes[1]);
  });

  test('min ≤ plan ≤ max in every cell, and the list cost is that of these nodes, exactly', () => {
    const load = fc.double({ min: 0.01, max: 40, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(load, load, load), fc.nat(3), fc.boolean(), ([a, b, c], spareNodes, both) => {
        const [low = 0, mean = 0, peak = 0] = [a, b, c].sort((x, y) => x - y);
        const plan = planned(loads(low, mean, peak), both ? [EAST, WEST] : [EAST], { spareNodes });
        const rateOf = ratesOf(SOME_PRICES);
        const groups = plan.cells.flatMap(({ region, nodeGroups }) =>
          nodeGroups.map((group) => ({ region, ...group })),
        );
        for (const { size } of groups) {
          expect(size.min).toBeGreaterThanOrEqual(1);
          expect(size.min).toBeLessThanOrEqual(size.plan);
          expect(size.plan).toBeLessThanOrEqual(size.max);
        }
        for (const bound of BOUNDS) {
          const [first, ...rest] = groups.map(({ region, instanceType, purchase, rootVolume, size }) => {
            const node = nodeCost(region, instanceType, purchase, rootVolume, { rateOf, ...horizonLengths(DECEMBER) });
            if ('unpriced' in node) throw new Error(node.unpriced);
            return timesCost(node, size[bound]).window;
          });
          const total = rest.reduce((sum, cost) => sum?.plus(cost), first);
          expect(plan.listCost.windowTotal[bound]).toBe(total?.toText());
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('a cell with Karpenter', () => {
  const karpenter = (more: object = {}) =>
    aCell({ nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903', ...more } });

  test('keeps the nodes of the quiet hours in its group, and leaves the rest to a pool', () => {
    const plan = planned(loads(1.5, 3.5, 8.5), [karpenter()], { spareNodes: 1 });
    expect(plan.cells[0]?.nodeGroups[0]?.size).toEqual({ min: 3, plan: 3, max: 3 });
    expect(plan.cells[0]?.nodePools).toEqual([
      expect.objectContaining({ workload: 'chat', purchases: ['onDemand'], size: { min: 0, plan: 2, max: 7 } }),
    ]);
    expect(plan.workloads[0]?.replicas).toEqual({ min: 3, plan: 5, max: 10 });
  });

  test('may go beyond the peak as far as it is told, replicas with it', () => {
    const plan = planned(loads(2, 2, 2), [karpenter({ burstNodes: { chat: 4 } })]);
    expect(plan.cells[0]?.nodePools?.[0]?.size).toEqual({ min: 0, plan: 0, max: 4 });
    expect(plan.workloads[0]?.replicas).toEqual({ min: 2, plan: 2, max: 6 });
  });

  test('has no pool that could never start a node', () => {
    expect(planned(loads(2, 2, 2), [karpenter()]).cells[0]?.nodePools).toBeUndefined();
  });

  test('is counted at most with one node beyond the limit, as limits are checked late', () => {
    const [cell] = planned(loads(1, 1, 1), [karpenter({ burstNodes: { chat: 4 } })]).cells;
    const plan = planned(loads(1, 1, 1), [karpenter({ burstNodes: { chat: 4 } })]);
    const node = nodeCost('us-east-1', 'g6.xlarge', 'onDemand', cell?.nodeGroups[0]?.rootVolume ?? NO_VOLUME, {
      rateOf: ratesOf(SOME_PRICES),
      ...horizonLengths(DECEMBER),
    });
    if ('unpriced' in node) throw new Error(node.unpriced);
    // One node in the group; four in the pool, and the overrun.
    expect(plan.listCost.windowTotal).toEqual({
      min: timesCost(node, 1).window.toText(),
      plan: timesCost(node, 1).window.toText(),
      max: timesCost(node, 6).window.toText(),
    });
  });

  test('fails for a burst that is no number of nodes', () => {
    expect(() => planned(loads(1, 1, 1), [karpenter({ burstNodes: { chat: 1.5 } })])).toThrow(
      'workload chat is to burst by 1.5 nodes; give a whole number of at least 0',
    );
  });
});

const NO_VOLUME = { gibibytes: 0, iops: 3000, mebibytesPerSecond: 125 };

/** On what is owned, then on demand. */
const ownedFirst = () =>
  anInferenceWorkload({
    slo: SLO,
    placement: {
      cells: [EAST.id],
      purchaseOptions: ['onDemand', 'capacityReservation'],
      instanceFamilies: ['g6'],
    },
  });
const OWNED = [anOffer({ cell: EAST.id, instanceType: 'g6.xlarge', count: 3 })];

test('what a cell owns is there in its quietest hour too, and only nodes beyond it come and go', () => {
  // 1.5, 3.5 and 8.5 replicas of load: 2, 4 and 9 nodes, three of them owned.
  const entry = { workload: ownedFirst(), traffic: loads(1.5, 3.5, 8.5) };
  const plan = feasible(entry, { cells: [EAST], owned: OWNED });
  expect(plan.cells[0]?.nodeGroups.map(({ purchase, size }) => [purchase, size])).toEqual([
    ['capacityReservation', { min: 3, plan: 3, max: 3 }],
    ['onDemand', { min: 0, plan: 1, max: 6 }],
  ]);
});

test('Karpenter beside what a cell owns starts all the rest, and there is no group without a node', () => {
  const cell = aCell({ id: EAST.id, nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903' } });
  const entry = { workload: ownedFirst(), traffic: loads(1.5, 3.5, 8.5) };
  const [here] = feasible(entry, { cells: [cell], owned: OWNED }).cells;
  expect(here?.nodeGroups.map(({ purchase, size }) => [purchase, size.max])).toEqual([['capacityReservation', 3]]);
  expect(here?.nodePools?.map(({ size }) => size)).toEqual([{ min: 0, plan: 1, max: 6 }]);
});
