import type { ReplicaShape } from '../plan';

/** What is asked of a fleet beyond the replicas that the load needs. */
export interface FleetDemand {
  /** Replicas that carry the peak within the SLO. */
  readonly needed: number;
  readonly spareFraction: number;
  readonly spareNodes: number;
  readonly cells: number;
}

/** Replicas and nodes in each cell, in the order of the placement. */
export interface Fleet {
  readonly replicas: number;
  readonly nodes: number;
  readonly nodesPerCell: readonly number[];
  readonly replicasPerCell: readonly number[];
}

/** Replicas that share one node, when a replica takes less than the whole of it. */
export function replicasPerNode(shape: ReplicaShape, acceleratorsPerNode: number): number {
  return shape.nodesPerReplica > 1 ? 1 : Math.max(1, Math.floor(acceleratorsPerNode / shape.acceleratorsPerReplica));
}

/**
 * Spreads replicas evenly over the cells, at least one in each, packs them onto nodes, and adds spare nodes in turn. Spare
 * nodes run replicas too: losing as many breaks no promise.
 */
export function fleetOf(demand: FleetDemand, shape: ReplicaShape, acceleratorsPerNode: number): Fleet {
  const perNode = replicasPerNode(shape, acceleratorsPerNode);
  const { nodesPerReplica } = shape;
  const wanted = Math.max(demand.cells, demand.needed + spareReplicas(demand));
  const perCell = Array.from({ length: demand.cells }, (_, index) => {
    const inCell = share(wanted, index, demand.cells);
    const spare = share(demand.spareNodes, index, demand.cells);
    return {
      replicas: inCell + Math.floor(spare / nodesPerReplica) * perNode,
      nodes: Math.ceil(inCell / perNode) * nodesPerReplica + spare,
    };
  });
  const nodesPerCell = perCell.map(({ nodes }) => nodes);
  const replicasPerCell = perCell.map(({ replicas }) => replicas);
  return { replicas: sum(replicasPerCell), nodes: sum(nodesPerCell), nodesPerCell, replicasPerCell };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** The index-th part of a count dealt out in turn: parts differ by one at most. */
export function share(count: number, index: number, parts: number): number {
  return Math.ceil((count - index) / parts);
}

/** A share such as 0.1 has no exact binary form: 10 × 0.1 must ask for one replica, not two. */
function spareReplicas({ needed, spareFraction }: FleetDemand): number {
  return Math.ceil(needed * spareFraction - 1e-9);
}
