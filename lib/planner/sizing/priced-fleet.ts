import type { Cell } from '../../workload/cell';
import type { InferenceWorkload, PurchaseOption } from '../../workload/workload';
import { type Fleet, fleetOf } from './fleet';
import { addCost, type Cost, NO_COST, nodeCost, timesCost } from './node-cost';
import type { PlanningContext } from './planning-context';
import { layoutName, type ReplicaOption } from './replica-option';
import { rootVolume } from './root-volume';

/** A replica option bought one way for a number of replicas. */
export interface PricedFleet {
  readonly option: ReplicaOption;
  readonly purchase: PurchaseOption;
  readonly needed: number;
  readonly fleet: Fleet;
  readonly cost: Cost;
}

/** What one node costs in each cell, in the order of the placement. */
export type NodeCosts = readonly Cost[];

/** Node costs in all cells, or the first price that is not known. */
export function nodeCosts(
  option: ReplicaOption,
  purchase: PurchaseOption,
  cells: readonly Cell[],
  context: PlanningContext,
): NodeCosts | { readonly unpriced: string } {
  const { instanceType } = option.type;
  const costs: Cost[] = [];
  for (const { region, profile } of cells) {
    const volume = rootVolume(instanceType, profile, option.weightBytes);
    const cost = nodeCost(region, instanceType.name, purchase, volume, context);
    if ('unpriced' in cost) return cost;
    costs.push(cost);
  }
  return costs;
}

/** Replicas, nodes and cost when every replica carries `requestsPerSecond`. */
export function pricedFleet(
  option: ReplicaOption,
  purchase: PurchaseOption,
  requestsPerSecond: number,
  peakRequestsPerSecond: number,
  workload: InferenceWorkload,
  costs: NodeCosts,
): PricedFleet {
  const needed = Math.max(1, Math.ceil(peakRequestsPerSecond / requestsPerSecond));
  const demand = {
    needed,
    spareFraction: workload.spareFraction ?? 0,
    spareNodes: workload.spareNodes ?? 0,
    cells: costs.length,
  };
  const fleet = fleetOf(demand, option.configuration.shape, option.type.acceleratorsPerNode);
  const cost = costs.reduce(
    (sum, perNode, index) => addCost(sum, timesCost(perNode, fleet.nodesPerCell[index] ?? 0)),
    NO_COST,
  );
  return { option, purchase, needed, fleet, cost };
}

/** Cheapest over the horizon first; then fewer nodes, fewer accelerators a replica, and the name. Never the catalogue's order. */
export function compareFleets(a: PricedFleet, b: PricedFleet): number {
  return (
    a.cost.window.compare(b.cost.window) ||
    a.fleet.nodes - b.fleet.nodes ||
    accelerators(a) - accelerators(b) ||
    (fleetName(a) < fleetName(b) ? -1 : fleetName(a) > fleetName(b) ? 1 : 0)
  );
}

function accelerators({ option }: PricedFleet): number {
  return option.configuration.shape.acceleratorsPerReplica;
}

function fleetName({ option, purchase }: PricedFleet): string {
  const { shape } = option.configuration;
  return `${shape.instanceType} ${shape.precision} ${purchase} ${layoutName(shape)}`;
}
