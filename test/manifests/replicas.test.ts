import * as fc from 'fast-check';
import { dealt, replicasIn } from '../../lib/manifests/replicas';
import type { ReplicaShape } from '../../lib/planner/plan';
import { fixed } from '../../lib/units/range';
import { aPlan, aWorkloadPlan } from '../builders';

const rooms = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 6 });
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

test('every replica is dealt out as long as there is room, nowhere more than there is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2000 }), rooms, (count, given) => {
      const shares = dealt(count, given);
      expect(sum(shares)).toBe(Math.min(count, sum(given)));
      shares.forEach((share, index) => {
        expect(share).toBeLessThanOrEqual(given[index] ?? 0);
      });
    }),
  );
});

test('no cell that has room is more than one replica behind another', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2000 }), rooms, (count, given) => {
      const shares = dealt(count, given);
      const open = shares.filter((share, index) => share < (given[index] ?? 0));
      expect(Math.max(...shares)).toBeLessThanOrEqual(Math.min(...open, Number.POSITIVE_INFINITY) + 1);
    }),
  );
});

describe('replicas in a cell', () => {
  const shape = aWorkloadPlan().shape as ReplicaShape;
  const group = (nodes: number, workload = 'chat') => ({
    name: 'nodes',
    workload,
    instanceType: 'g6.12xlarge',
    purchase: 'onDemand' as const,
    size: fixed(nodes),
    rootVolume: { gibibytes: 100, iops: 3000, mebibytesPerSecond: 125 },
  });
  const cells = (...nodes: readonly number[]) =>
    nodes.map((count, index) => ({
      ...aPlan().cells[0]!,
      id: `Cell${index}`,
      nodeGroups: [group(count), group(9, 'other')],
    }));

  test('are what its own nodes have accelerators for', () => {
    // Two GPUs a replica, four a node: two a node. Nine replicas on 4 and 1 nodes: 7 and 2.
    const workload = { name: 'chat', replicas: fixed(9), shape: { ...shape, acceleratorsPerReplica: 2 } };
    expect(replicasIn('Cell0', workload, cells(4, 1), 4)).toEqual(fixed(7));
    expect(replicasIn('Cell1', workload, cells(4, 1), 4)).toEqual(fixed(2));
  });

  test('take whole groups of nodes when they span several', () => {
    // Five nodes hold two replicas of two nodes each.
    const workload = {
      name: 'chat',
      replicas: fixed(9),
      shape: { ...shape, acceleratorsPerReplica: 8, nodesPerReplica: 2 },
    };
    expect(replicasIn('Cell0', workload, cells(5), 4)).toEqual(fixed(2));
  });

  test('of a pool stand on the nodes of that pool alone', () => {
    const [cell] = cells(0);
    const nodeGroups = [
      { ...group(2), pool: 'prefill' as const },
      { ...group(5), pool: 'decode' as const },
    ];
    const pool = { name: 'chat', replicas: fixed(9), shape: { ...shape, acceleratorsPerReplica: 4 } };
    const inPool = (role: 'prefill' | 'decode') =>
      replicasIn('Cell0', { ...pool, pool: role }, [{ ...cell!, nodeGroups }], 4);
    expect([inPool('prefill'), inPool('decode')]).toEqual([fixed(2), fixed(5)]);
  });

  test('are none where the workload has no nodes', () => {
    expect(replicasIn('Cell1', { name: 'chat', replicas: fixed(1), shape }, cells(3, 0), 4)).toEqual(fixed(0));
  });
});
