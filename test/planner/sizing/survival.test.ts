import { replicasIn } from '../../../lib/manifests/replicas';
import { renderPlan } from '../../../lib/report/plan-report';
import type { Cell } from '../../../lib/workload/cell';
import { parseWorkload } from '../../../lib/workload/parse-workload';
import type { Survives } from '../../../lib/workload/workload';
import { anInferenceWorkload } from '../../builders';
import { aCell, aTraffic, feasible, plan, ratesOf, SOME_PRICES, US_WEST_2 } from '../fixtures';

const EAST = aCell();
const EAST_TOO = aCell({ id: 'UsEast1b', availabilityZones: ['us-east-1b', 'us-east-1a'] });
const SAME_ZONE = aCell({ id: 'UsEast1c', account: '111111111111' });
const SLO = { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.05 } };

const asked = (survives: Survives | undefined, cells: readonly string[]) =>
  anInferenceWorkload({
    slo: SLO,
    placement: { cells, purchaseOptions: ['onDemand'], instanceFamilies: ['g6'] },
    ...(survives === undefined ? {} : { survives }),
  });
const perReplica =
  feasible({ workload: asked(undefined, ['UsEast1']) }, { cells: [EAST] }).workloads[0]?.requestsPerSecondPerReplica ??
  0;

/** A load of 5.5 replicas of a tiny model, one on a g6.xlarge: six are needed. */
function survivor(survives: Survives | undefined, cells = [EAST, EAST_TOO, US_WEST_2]) {
  const workload = asked(
    survives,
    cells.map(({ id }) => id),
  );
  return feasible({ workload, traffic: aTraffic(5.5 * perReplica) }, { cells });
}

describe('a workload that survives', () => {
  test.each([
    [undefined, 6, 0, 5],
    ['node', 7, 1, 6],
    // Three zones of three: six are left of nine. Two regions of six: six of twelve.
    ['cell', 9, 3, 6],
    ['region', 12, 6, 6],
  ] as const)('the loss of a %s has %d replicas, %d of them spare, and %d left', (survives, replicas, spare, left) => {
    const planned = survivor(survives).workloads[0];
    expect(planned?.replicas.max).toBe(replicas);
    expect(planned?.resilience).toMatchObject({ neededReplicas: 6, spareReplicas: spare, leftAfterLoss: left });
  });

  test('a region has in each region what is needed, and its replicas where its nodes are', () => {
    const planned = survivor('region');
    expect(planned.cells.map(({ nodeGroups }) => nodeGroups[0]?.size.max)).toEqual([3, 3, 6]);
    const [workload] = planned.workloads;
    if (workload?.shape === null || workload === undefined) throw new Error('nothing is served');
    const { shape } = workload;
    const inCells = planned.cells.map(({ id }) => replicasIn(id, { ...workload, shape }, planned.cells, 1).max);
    expect(inCells).toEqual([3, 3, 6]);
  });

  test('a zone loses the cells of every account in it', () => {
    const planned = survivor('cell', [EAST, SAME_ZONE, US_WEST_2]);
    expect(planned.cells.map(({ nodeGroups }) => nodeGroups[0]?.size.max)).toEqual([3, 3, 6]);
  });

  test('says so in the report', () => {
    const report = renderPlan(survivor('region')).replaceAll(/\s+/g, ' ');
    expect(report).toContain('6 beside the 6 that carry the peak; without the fullest region 6 are left, as asked');
  });

  test('fails where all of it is in the region that may be lost', () => {
    const workload = asked('region', ['UsEast1', 'UsEast1b']);
    expect(() => plan({ workload }, { cells: [EAST, EAST_TOO] })).toThrow(
      'workload chat is to survive the loss of a region and is placed in one region alone (us-east-1); place it in a cell of another region too, or ask it to survive less',
    );
  });

  test('fails where all of it is in the zone that may be lost', () => {
    const workload = asked('cell', ['UsEast1', 'UsEast1c']);
    expect(() => plan({ workload }, { cells: [EAST, SAME_ZONE] })).toThrow('is placed in one zone alone');
  });

  test('fails for the loss of something else', () => {
    expect(() => parseWorkload({ ...asked(undefined, ['UsEast1']), survives: 'planet' }, 'chat')).toThrow(
      'workload "chat": survives must be "node", "cell" or "region", got "planet"',
    );
  });
});

describe('a replacement', () => {
  const streaming = { weightsBucket: 'example-weights' };
  const measured = { ...streaming, weightsRate: { bytesPerSecond: 1e8, source: 'a load test' } };
  const replacement = (cells: readonly Cell[], instanceFamilies = ['g6'], prices = SOME_PRICES) => {
    const { placement, ...workload } = asked(
      undefined,
      cells.map(({ id }) => id),
    );
    const of = { ...workload, placement: { ...placement, instanceFamilies } };
    return feasible({ workload: of }, { cells, rateOf: ratesOf(prices) }).workloads[0]?.resilience?.replacement;
  };

  test('takes as long as in the slowest of its cells, and an unknown time where one is unknown', () => {
    const fast = aCell({ serving: streaming });
    const slow = { ...US_WEST_2, serving: measured };
    expect(replacement([fast, slow])?.weights).toMatchObject({ bytesPerSecond: 1e8 });
    expect(replacement([slow, fast])?.weights).toMatchObject({ bytesPerSecond: 1e8 });
    expect(replacement([fast, US_WEST_2])).toMatchObject({ weights: null });
    expect(replacement([fast, US_WEST_2])).not.toHaveProperty('leadSeconds');
  });

  test('has its share of the network of its node', () => {
    // Four replicas on 40 Gbit/s: 1.25 GB/s each, less than the 1.36 GB/s of sixteen connections.
    const only = { 'g6.12xlarge': '4.6' };
    const found = replacement([aCell({ serving: streaming })], ['g6'], only);
    expect(found?.weights).toMatchObject({ bytesPerSecond: 1.25e9, source: "the node's network" });
  });
});
