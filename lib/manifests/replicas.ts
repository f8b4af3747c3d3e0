import type { CapacityPlan, PoolRole, ReplicaShape, WorkloadPlan } from '../planner/plan';
import { fixed, mapRange, type Range } from '../units/range';

/** A planned workload, or one of its pools, of which this says how many replicas stand in which cell. */
type Placed = Pick<WorkloadPlan, 'name' | 'replicas' | 'replicasByCell'> & {
  readonly shape: ReplicaShape;
  readonly pool?: PoolRole;
};

/**
 * Replicas of a workload in one cell, at min, plan and max: dealt out evenly over the cells that hold its nodes, in the
 * plan's order, as far as their nodes have room, unless the plan says how many are where. Nowhere are there more replicas than the nodes can hold.
 */
export function replicasIn(
  cellId: string,
  workload: Placed,
  cells: CapacityPlan['cells'],
  acceleratorsPerNode: number,
): Range<number> {
  const said = workload.pool === undefined ? workload.replicasByCell : undefined;
  if (said !== undefined) return said.find(({ cell }) => cell === cellId)?.replicas ?? fixed(0);
  const index = cells.findIndex(({ id }) => id === cellId);
  return mapRange(workload.replicas, (replicas, bound) => {
    const rooms = cells.map((cell) =>
      nodesOf(cell, workload).reduce(
        (sum, { size }) => sum + roomOn(size[bound], workload.shape, acceleratorsPerNode),
        0,
      ),
    );
    return dealt(replicas, rooms)[index] ?? 0;
  });
}

/** Node groups of a workload in a cell, and what may be started beside them. */
function nodesOf({ nodeGroups, nodePools = [] }: CapacityPlan['cells'][number], { name, pool }: Placed) {
  return [
    ...nodeGroups.filter((group) => group.workload === name && group.pool === pool),
    ...nodePools.filter(({ workload }) => workload === name && pool === undefined),
  ];
}

/** Replicas that a group of nodes has accelerators for. */
function roomOn(nodes: number, shape: ReplicaShape, acceleratorsPerNode: number): number {
  if (shape.nodesPerReplica > 1) return Math.floor(nodes / shape.nodesPerReplica);
  return nodes * Math.floor(acceleratorsPerNode / shape.acceleratorsPerReplica);
}

/** Deals a count out in turn, one at a time, skipping who is full. */
export function dealt(count: number, rooms: readonly number[]): readonly number[] {
  const shares = rooms.map(() => 0);
  let left = count;
  while (left > 0) {
    const open = rooms.flatMap((room, index) => ((shares[index] ?? 0) < room ? [index] : []));
    if (open.length === 0) return shares;
    // Whole rounds at once: a fleet has thousands of replicas.
    const least = Math.min(...open.map((index) => (rooms[index] ?? 0) - (shares[index] ?? 0)));
    const rounds = Math.max(1, Math.min(least, Math.floor(left / open.length)));
    for (const index of left < open.length ? open.slice(0, left) : open) {
      shares[index] = (shares[index] ?? 0) + rounds;
      left -= rounds;
    }
  }
  return shares;
}
