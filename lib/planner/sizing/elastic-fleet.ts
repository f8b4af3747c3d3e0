import { mapRange, type Range } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload, PurchaseOption } from '../../workload/workload';
import { assuranceOf } from './assurance';
import { type Fleet, fleetOf, replicasPerNode } from './fleet';
import { burstOf } from './node-pools';
import type { PricedFleet } from './priced-fleet';

/** Replicas over all cells and nodes in each, at the quietest, the mean and the peak. */
export interface ElasticFleet {
  readonly replicas: Range<number>;
  /** In the order of the placement. */
  readonly nodesPerCell: readonly Range<number>[];
}

/**
 * Whether something in a cell may change how many nodes of a purchase there are. What is reserved is billed whether it runs
 * or not, so that taking its nodes away saves nothing.
 */
export function isElastic(
  { nodeScaling }: Pick<Cell, 'nodeScaling'>,
  purchase: PurchaseOption,
  nodesPerReplica: number,
): boolean {
  // Karpenter starts nodes one by one and would leave replicas half started.
  if (nodeScaling?.kind === 'karpenter' && nodesPerReplica > 1) return false;
  return nodeScaling !== undefined && assuranceOf(purchase) === 'bestEffort';
}

/**
 * The chosen fleet at three loads: the profile's quietest hour at min, its mean at plan and its peak at max, each with the
 * whole spare, since a node is as likely to be lost in a quiet hour. A cell that nothing scales has the peak's nodes always.
 *
 * Never fewer than one replica in a cell: the first request after none would wait for a node and for the weights.
 */
export function elasticFleet(
  chosen: PricedFleet,
  workload: InferenceWorkload,
  traffic: TrafficProfile,
  cells: readonly Cell[],
): ElasticFleet {
  const rates: Range<number> = {
    min: traffic.lowestRequestsPerSecond,
    plan: traffic.meanRequestsPerSecond,
    max: traffic.peakRequestsPerSecond,
  };
  const fleets = mapRange(rates, (rate, bound) => (bound === 'max' ? chosen.fleet : fleetAt(rate, chosen, workload)));
  const { nodesPerReplica } = chosen.option.configuration.shape;
  const scaled = cells.map((cell) => isElastic(cell, chosen.purchase, nodesPerReplica));
  const inCell = (perCell: (fleet: Fleet) => readonly number[], index: number): Range<number> =>
    mapRange(fleets, (fleet) => perCell(scaled[index] === true ? fleet : fleets.max)[index] ?? 0);
  const replicas = cells.map((_, index) => inCell(({ replicasPerCell }) => replicasPerCell, index));
  const burst = cells.reduce((sum, cell) => sum + burstReplicas(cell, chosen, workload.name), 0);
  return {
    replicas: mapRange(fleets, (_, bound) =>
      replicas.reduce((sum, range) => sum + range[bound], bound === 'max' ? burst : 0),
    ),
    nodesPerCell: cells.map((_, index) => inCell(({ nodesPerCell }) => nodesPerCell, index)),
  };
}

/** Replicas on the nodes that Karpenter may start beyond the peak's. */
function burstReplicas({ nodeScaling }: Cell, { option }: PricedFleet, workload: string): number {
  const { shape } = option.configuration;
  if (nodeScaling?.kind !== 'karpenter' || shape.nodesPerReplica > 1) return 0;
  return burstOf(nodeScaling, workload) * replicasPerNode(shape, option.type.acceleratorsPerNode);
}

function fleetAt(
  requestsPerSecond: number,
  { option, fleet, needed }: PricedFleet,
  workload: InferenceWorkload,
): Fleet {
  const limit = option.limit();
  const carrying = limit.kind === 'limit' ? Math.ceil(requestsPerSecond / limit.requestsPerSecond) : needed;
  const demand = {
    needed: Math.max(1, carrying),
    spareFraction: workload.spareFraction ?? 0,
    spareNodes: workload.spareNodes ?? 0,
    cells: fleet.nodesPerCell.length,
  };
  return fleetOf(demand, option.configuration.shape, option.type.acceleratorsPerNode);
}
