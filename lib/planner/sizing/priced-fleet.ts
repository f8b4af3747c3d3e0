import { exact } from '../../units/exact';
import type { Cell } from '../../workload/cell';
import type { Placement, PurchaseOption } from '../../workload/workload';
import { cover } from '../commitments';
import { isFloorReserved } from './assurance';
import { type Fleet, fleetOf } from './fleet';
import { addCost, type Cost, NO_COST } from './node-cost';
import { type NodePrices, type NodePurchase, nodePrices } from './node-prices';
import type { PlanningContext } from './planning-context';
import { layoutName, type ReplicaOption } from './replica-option';
import { rootVolume } from './root-volume';
import type { Spare } from './survival';

/** A replica option bought one way for a number of replicas. */
export interface PricedFleet {
  readonly option: ReplicaOption;
  readonly purchase: PurchaseOption;
  readonly needed: number;
  readonly fleet: Fleet;
  readonly cost: Cost;
  /** How the nodes of each cell are bought, in the order of the placement. */
  readonly purchases: readonly (readonly NodePurchase[])[];
}

/** What nodes cost in each cell, in the order of the placement. */
export type NodeCosts = readonly NodePrices[];

/** Shapes of one type with the same volumes and nodes a replica cost the same a node: exact sums are made once for all. */
export function nodeCostsOf(
  purchase: PurchaseOption,
  placement: Placement,
  cells: readonly Cell[],
  context: PlanningContext,
): (option: ReplicaOption) => ReturnType<typeof nodeCosts> {
  const known = new Map<string, ReturnType<typeof nodeCosts>>();
  return (option) => {
    const { instanceType } = option.type;
    const volumes = cells.map(({ profile }) => rootVolume(instanceType, profile, option.weightBytes).gibibytes);
    const key = [instanceType.name, option.configuration.shape.nodesPerReplica, ...volumes].join(' ');
    const found = known.get(key) ?? nodeCosts(option, purchase, placement, cells, context);
    known.set(key, found);
    return found;
  };
}

/** Node prices in all cells, or the first price that is not known. */
function nodeCosts(
  option: ReplicaOption,
  purchase: PurchaseOption,
  placement: Placement,
  cells: readonly Cell[],
  context: PlanningContext,
): NodeCosts | { readonly unpriced: string } {
  const { instanceType } = option.type;
  const costs: NodePrices[] = [];
  for (const cell of cells) {
    const volume = rootVolume(instanceType, cell.profile, option.weightBytes);
    const { nodesPerReplica } = option.configuration.shape;
    const need = context.horizon;
    const demand = {
      instanceType: instanceType.name,
      volume,
      nodesPerReplica,
      placement,
      need,
      isFloorReserved: isFloorReserved(instanceType, placement),
    };
    const prices = nodePrices(cell, purchase, demand, context);
    if ('unpriced' in prices) return prices;
    costs.push(prices);
  }
  return costs;
}

/** Rates that a fleet is sized for: of one replica, and of the traffic. */
export interface SizedFor {
  readonly perReplica: number;
  readonly peakRequestsPerSecond: number;
  readonly lowestRequestsPerSecond: number;
}

/**
 * Replicas, nodes and cost when every replica carries a rate; undefined when fewer nodes are owned and none sold, or the floor has
 * nothing to stand on.
 */
export function pricedFleet(
  option: ReplicaOption,
  purchase: PurchaseOption,
  sizedFor: SizedFor,
  spare: Spare,
  costs: NodeCosts,
): PricedFleet | undefined {
  const { needed, fleet, floor } = fleetFor(option, sizedFor, spare);
  let cost = NO_COST;
  for (const [index, prices] of costs.entries()) {
    const inCell = prices.costOf(fleet.nodesPerCell[index] ?? 0, floor.nodesPerCell[index]);
    if (inCell === undefined) return undefined;
    cost = addCost(cost, inCell);
  }
  const purchases = costs.map((prices, index) =>
    prices.purchasesOf(fleet.nodesPerCell[index] ?? 0, floor.nodesPerCell[index]),
  );
  return { option, purchase, needed, fleet, cost: lessCovered(cost, costs, purchases), purchases };
}

/**
 * The least that a shape costs, when every replica carries at most `perReplica`. A floor that grows costs more, or where spot is
 * dearer than what carries the floor, less: as little as all nodes bought that way. Beside spot, commitments pay for any floor
 * that they reach: then nothing is known of the least.
 */
export function boundedFleet(...given: Parameters<typeof pricedFleet>): PricedFleet | undefined {
  const [option, purchase, sizedFor, spare, costs] = given;
  const least = pricedFleet(...given);
  if (purchase !== 'spot') return least;
  if (least !== undefined && costs.some(({ coverage }) => coverage !== undefined)) return { ...least, cost: NO_COST };
  const { peakRequestsPerSecond } = sizedFor;
  const allFloor = pricedFleet(
    option,
    purchase,
    { ...sizedFor, lowestRequestsPerSecond: peakRequestsPerSecond },
    spare,
    costs,
  );
  if (least === undefined || allFloor === undefined) return least ?? allFloor;
  return least.cost.window.exceeds(allFloor.cost.window) ? allFloor : least;
}

/** Without what commitments that are paid for anyway take over. */
export function lessCovered(cost: Cost, costs: NodeCosts, purchases: readonly (readonly NodePurchase[])[]): Cost {
  const coverage = costs.find((prices) => prices.coverage !== undefined)?.coverage;
  if (coverage === undefined) return cost;
  const { commitments, hours } = coverage;
  const nodes = costs.flatMap((prices, index) => prices.coverage?.of(purchases[index] ?? []) ?? []);
  const { saved } = cover(commitments, nodes);
  return { perHour: cost.perHour.minus(saved.times(exact(1).div(hours))), window: cost.window.minus(saved) };
}

function fleetFor(option: ReplicaOption, { perReplica, ...rates }: SizedFor, spare: Spare) {
  const neededFor = (rate: number) => Math.max(1, Math.ceil(rate / perReplica));
  const sized = (needed: number) =>
    fleetOf({ needed, ...spare }, option.configuration.shape, option.type.acceleratorsPerNode);
  const needed = neededFor(rates.peakRequestsPerSecond);
  return { needed, fleet: sized(needed), floor: sized(neededFor(rates.lowestRequestsPerSecond)) };
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
