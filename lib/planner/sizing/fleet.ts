import type { ReplicaShape } from '../plan';

/** What is asked of a fleet beyond the replicas that the load needs. */
export interface FleetDemand {
  /** Replicas that carry the peak within the SLO. */
  readonly needed: number;
  readonly spareFraction: number;
  readonly spareNodes: number;
  readonly cells: number;
  /** @default - nothing is lost beyond the spare */
  readonly survives?: Loss;
}

/** What may be lost: any node; or all cells of one name, each cell's name in the order of the placement. */
export type Loss = 'node' | readonly string[];

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
 * nodes run replicas too: losing as many breaks no promise. Where the fleet must survive a loss, it has the fewest replicas
 * that leave what the load needs.
 */
export function fleetOf(demand: FleetDemand, shape: ReplicaShape, acceleratorsPerNode: number): Fleet {
  const perNode = replicasPerNode(shape, acceleratorsPerNode);
  const least = demand.needed + spareReplicas(demand);
  const { survives, ...carefree } = demand;
  const even = spreadOver(least, carefree, shape, perNode);
  if (survives === undefined || leftAfterLoss(even, survives, perNode) >= demand.needed) return even;
  const spread = (wanted: number) => spreadOver(wanted, demand, shape, perNode);
  const isEnough = (wanted: number) => leftAfterLoss(spread(wanted), survives, perNode) >= demand.needed;
  return spread(leastWhere(isEnough, least));
}

/** Replicas that are left when the largest thing that may be lost is. */
export function leftAfterLoss({ replicas, replicasPerCell }: Fleet, loss: Loss, perNode: number): number {
  return replicas - Math.max(...lossesOf(replicasPerCell, loss, perNode));
}

function lossesOf(replicasPerCell: readonly number[], loss: Loss, perNode: number): readonly number[] {
  if (loss === 'node') return replicasPerCell.map((replicas) => Math.min(perNode, replicas));
  return groupsOf(loss).map((cells) => sum(cells.map((cell) => replicasPerCell[cell] ?? 0)));
}

/** The cells that are lost together, each group in order. */
function groupsOf(domains: readonly string[]): readonly (readonly number[])[] {
  return [...new Set(domains)].map((domain) => domains.flatMap((other, index) => (other === domain ? [index] : [])));
}

/** Replicas over what may be lost first, and inside it over its cells, so that no loss takes more than its share. */
function spreadOver(wanted: number, demand: FleetDemand, { nodesPerReplica }: ReplicaShape, perNode: number): Fleet {
  const { cells, spareNodes, survives } = demand;
  const grouped = survives === undefined || survives === 'node' ? undefined : groupsOf(survives);
  const perCell = Array.from({ length: cells }, (_, index) => {
    const dealt = grouped === undefined ? share(wanted, index, cells) : groupedShare(wanted, index, grouped);
    const inCell = Math.max(1, dealt);
    const spare = share(spareNodes, index, cells);
    return {
      replicas: inCell + Math.floor(spare / nodesPerReplica) * perNode,
      nodes: Math.ceil(inCell / perNode) * nodesPerReplica + spare,
    };
  });
  const nodesPerCell = perCell.map(({ nodes }) => nodes);
  const replicasPerCell = perCell.map(({ replicas }) => replicas);
  return { replicas: sum(replicasPerCell), nodes: sum(nodesPerCell), nodesPerCell, replicasPerCell };
}

function groupedShare(wanted: number, cell: number, groups: readonly (readonly number[])[]): number {
  const index = groups.findIndex((cells) => cells.includes(cell));
  const cells = groups[index] ?? [];
  return share(share(wanted, index, groups.length), cells.indexOf(cell), cells.length);
}

/** The least count from `from` on that holds; more never holds less. */
function leastWhere(holds: (count: number) => boolean, from: number): number {
  if (holds(from)) return from;
  let failed = from;
  let kept = 2 * from + 1;
  while (!holds(kept)) {
    failed = kept;
    kept *= 2;
  }
  while (kept - failed > 1) {
    const middle = Math.floor((failed + kept) / 2);
    if (holds(middle)) kept = middle;
    else failed = middle;
  }
  return kept;
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
