import type { Exact } from '../../units/exact';
import { type Interval, overlap } from '../../units/interval';
import type { Cell } from '../../workload/cell';
import type { Placement, PurchaseOption } from '../../workload/workload';
import type { CommitmentPool, CoverableNodes } from '../commitments';
import type { OwnedOffer, Rejection, RootVolume } from '../plan';
import { isReserved } from './assurance';
import { coverableOf } from './coverable-nodes';
import { addCost, type Cost, type CostContext, NO_COST, nodeCost, timesCost, volumeCost } from './node-cost';
import { horizonLengths, type PlanningContext } from './planning-context';

/** Nodes bought one way: in something owned, or at a price. */
export interface NodePurchase {
  readonly purchase: PurchaseOption;
  readonly nodes: number;
  readonly offer?: OwnedOffer;
  /** They carry what the way chosen for the rest must not: the floor, or what may not be interrupted. */
  readonly isFloor?: true;
}

/** What is asked of the nodes of one cell. */
export interface NodeDemand {
  readonly instanceType: string;
  readonly volume: RootVolume;
  /** Nodes are taken from one offer in multiples of this. */
  readonly nodesPerReplica: number;
  readonly placement: Placement;
  /** Owned capacity counts only where it holds as long. */
  readonly need: Interval | undefined;
  /** Whether the floor must be reserved. @default false */
  readonly isFloorReserved?: boolean;
}

/**
 * What nodes of one type cost in one cell: owned ones first, the rest bought one way, as far as that has a price. Where that
 * way must not carry the floor, the floor is bought another.
 */
export interface NodePrices {
  /** Nodes that owned capacity has room for. */
  readonly covered: number;
  /** Undefined when the nodes are more than are owned and nothing is sold, or nothing that may carry the floor. */
  costOf(nodes: number, floor?: number): Cost | undefined;
  purchasesOf(nodes: number, floor?: number): readonly NodePurchase[];
  /** Whether a floor of so many nodes has something to stand on. */
  carries(floor: number): boolean;
  /** What commitments take over of the cost, over all cells. @default - none are owned */
  readonly coverage?: {
    readonly commitments: CommitmentPool;
    readonly hours: Exact;
    of(parts: readonly NodePurchase[]): readonly CoverableNodes[];
  };
}

/** Prices of nodes in a cell, or the first price that is not known. */
export function nodePrices(
  cell: Pick<Cell, 'id' | 'region' | 'availabilityZones'>,
  purchase: PurchaseOption,
  demand: NodeDemand,
  context: PlanningContext,
): NodePrices | { readonly unpriced: string } {
  const { instanceType, nodesPerReplica } = demand;
  const owned = ownedPrices(cell, demand, context);
  const covered = owned.reduce((sum, { room }) => sum + room, 0);
  const bought = boughtCost(cell, purchase, demand, context);
  if (bought !== undefined && 'unpriced' in bought) return bought;
  if (bought === undefined && covered === 0) return { unpriced: `${instanceType} ${purchase} in ${cell.region}` };
  const beneath = floorOption(cell, purchase, demand, context);
  const purchasesOf = (nodes: number, floor = 0): readonly NodePurchase[] => {
    let left = nodes;
    const parts: NodePurchase[] = [];
    for (const { offer, room } of owned) {
      const here = Math.min(left, room);
      left -= here;
      if (here > 0) parts.push({ purchase: offer.purchase, nodes: here, offer });
    }
    const fixed = beneath.isNeeded ? left - above(nodes, floor, left, purchase, demand) : 0;
    if (fixed > 0) parts.push({ purchase: beneath.purchase ?? purchase, nodes: fixed, isFloor: true });
    return left > fixed ? [...parts, { purchase, nodes: left - fixed }] : parts;
  };
  const carries = (floor: number) => !beneath.isNeeded || beneath.cost !== undefined || floor <= covered;
  const { commitments = [], hours, rateOf } = context;
  const of = (parts: readonly NodePurchase[]) => coverableOf(cell, instanceType, parts, rateOf);
  return {
    covered,
    carries,
    purchasesOf,
    ...(commitments.length === 0 ? {} : { coverage: { commitments, hours, of } }),
    costOf: (nodes, floor = 0) => {
      if (bought !== undefined && nodes > 0 && covered === 0 && !beneath.isNeeded) return timesCost(bought, nodes);
      let total = NO_COST;
      for (const part of purchasesOf(nodes, floor)) {
        const other = part.isFloor === true ? beneath.cost : bought;
        const each = part.offer === undefined ? other : owned.find(({ offer }) => offer === part.offer)?.each;
        if (each === undefined) return undefined;
        total = addCost(total, timesCost(each, part.nodes));
      }
      return total;
    },
  };

  /** Nodes that the chosen way may buy: those above the floor, whole replicas of them, and of spot its share. */
  function above(nodes: number, floor: number, left: number, way: PurchaseOption, { placement }: NodeDemand): number {
    const share = way === 'spot' ? (placement.spot?.interruptionAllowance ?? 1) : 1;
    // 0.1 of 10 nodes is one, whatever its binary form.
    const allowed = Math.floor(nodes * share + 1e-9);
    const isOnFloor = way === 'spot' && placement.spot?.floor === true && demand.isFloorReserved !== true;
    const most = Math.min(left, allowed, isOnFloor ? nodes : Math.max(0, nodes - Math.max(floor, nodes - left)));
    return most === left ? left : Math.floor(most / nodesPerReplica) * nodesPerReplica;
  }
}

/** A price to buy at; undefined where the purchase option is not sold. */
function boughtCost(
  { region }: Pick<Cell, 'region'>,
  purchase: PurchaseOption,
  demand: NodeDemand,
  context: PlanningContext,
): Cost | { readonly unpriced: string } | undefined {
  const isSold = purchase !== 'capacityBlock' && (purchase !== 'capacityReservation' || creates(demand));
  return isSold ? nodeCost(region, demand.instanceType, purchase, demand.volume, context) : undefined;
}

interface FloorOption {
  /** The chosen way must not carry all nodes. */
  readonly isNeeded: boolean;
  readonly purchase?: PurchaseOption;
  readonly cost?: Cost;
}

/** What carries the floor where the chosen way must not: on demand, or a reservation that is created where it must be reserved. */
function floorOption(
  cell: Pick<Cell, 'region'>,
  chosen: PurchaseOption,
  demand: NodeDemand,
  context: PlanningContext,
): FloorOption {
  const { placement, isFloorReserved = false } = demand;
  const onSpot =
    chosen === 'spot' && (placement.spot?.floor !== true || (placement.spot.interruptionAllowance ?? 1) < 1);
  const isNeeded = onSpot || (isFloorReserved && !isReserved(chosen));
  if (!isNeeded) return { isNeeded };
  const ways = FLOOR_OPTIONS.filter(
    (way) => placement.purchaseOptions.includes(way) && !(isFloorReserved && way === 'onDemand'),
  );
  for (const purchase of ways) {
    const cost = boughtCost(cell, purchase, demand, context);
    if (cost !== undefined && !('unpriced' in cost)) return { isNeeded, purchase, cost };
  }
  return { isNeeded };
}

/** Both at the on-demand price; the first leaves its nodes to be given back. */
const FLOOR_OPTIONS = ['onDemand', 'capacityReservation'] as const;

interface OwnedPrice {
  readonly offer: OwnedOffer;
  readonly room: number;
  /** A node costs its volume: the instance is paid for in any case. */
  readonly each: Cost;
}

function ownedPrices(
  cell: Pick<Cell, 'id' | 'region'>,
  { instanceType, volume, nodesPerReplica, placement, need }: NodeDemand,
  context: PlanningContext,
): readonly OwnedPrice[] {
  return (context.owned ?? []).flatMap((offer) => {
    const isAllowed = placement.purchaseOptions.includes(offer.purchase);
    if (offer.cell !== cell.id || offer.instanceType !== instanceType || !isAllowed) return [];
    if (whyNotOwned(offer, cell.region, need, context) !== undefined) return [];
    const each = volumeCost(cell.region, volume, whileHeld(offer, context));
    const room = Math.floor(offer.count / nodesPerReplica) * nodesPerReplica;
    return 'unpriced' in each || room === 0 ? [] : [{ offer, room, each }];
  });
}

/** Most offers hold throughout, and the horizon's own lengths are known. */
function whileHeld({ during }: OwnedOffer, context: PlanningContext): CostContext {
  const { horizon, rateOf } = context;
  if (horizon === undefined || (during.start <= horizon.start && horizon.end <= during.end)) return context;
  const held = overlap(horizon, during);
  return held === undefined ? context : { rateOf, ...horizonLengths(held) };
}

/** A group that makes its own reservation pays for it on demand. */
function creates({ placement }: NodeDemand): boolean {
  return placement.createReservation !== undefined;
}

function whyNotOwned(
  { purchase, name, instanceType, during }: OwnedOffer,
  region: string,
  need: Interval | undefined,
  { rateOf }: PlanningContext,
): string | undefined {
  if (need === undefined || during.start > need.start || need.end > during.end) {
    const needed = need === undefined ? 'at no stated time' : `from ${need.start} to ${need.end}`;
    return `${name} holds from ${during.start} to ${during.end} and is needed ${needed}`;
  }
  const isPriced =
    purchase === 'capacityBlock' ||
    rateOf({ kind: 'instance', region, instanceType, purchase: 'onDemand' }) !== undefined;
  return isPriced ? undefined : `${name} is billed on demand, and no price of that is known`;
}

/** Owned capacity in a workload's cells that it may use and cannot, with why not. */
export function unusableOffers(
  placement: Placement,
  need: Interval | undefined,
  cells: readonly Pick<Cell, 'id' | 'region'>[],
  context: PlanningContext,
): readonly Rejection[] {
  return (context.owned ?? []).flatMap((offer): Rejection[] => {
    const cell = cells.find(({ id }) => id === offer.cell);
    if (cell === undefined || !placement.purchaseOptions.includes(offer.purchase)) return [];
    const reason = whyNotOwned(offer, cell.region, need, context);
    return reason === undefined
      ? []
      : [{ candidate: `${offer.instanceType} ${offer.purchase}`, code: 'NotOffered', reason }];
  });
}

/** Nodes of every purchase option, over all cells. */
export function boughtOver(purchases: readonly NodePurchase[]): readonly Pick<NodePurchase, 'purchase' | 'nodes'>[] {
  const options = [...new Set(purchases.map(({ purchase }) => purchase))].sort();
  return options.map((purchase) => ({
    purchase,
    nodes: purchases.filter((one) => one.purchase === purchase).reduce((sum, { nodes }) => sum + nodes, 0),
  }));
}
