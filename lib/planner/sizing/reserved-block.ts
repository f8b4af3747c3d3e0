import { findInstanceType } from '../../catalog/catalog';
import type { Interval } from '../../units/interval';
import { fixed } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { Placement, PurchaseOption, ReservedBlockWorkload } from '../../workload/workload';
import type { Rejection, RootVolume, WorkloadPlan } from '../plan';
import { assuranceOf, isReserved } from './assurance';
import { distinct, type Refusal, unpriced } from './candidates';
import { launchWhyNot } from './eligible-types';
import { share } from './fleet';
import { addCost, type Cost, NO_COST } from './node-cost';
import { boughtOver, type NodePrices, type NodePurchase, nodePrices, unusableOffers } from './node-prices';
import { type PlannedWorkload, plannedNodes } from './planned-workload';
import { cellsOf, type PlanningContext } from './planning-context';
import { lessCovered } from './priced-fleet';
import { rootVolume } from './root-volume';

/**
 * Holds the instances that were asked for, dealt out over the cells, by the cheapest allowed purchase option.
 *
 * @throws Problem UnknownInstanceType when the catalogue has no such type
 */
export function planReservedBlock(workload: ReservedBlockWorkload, context: PlanningContext): PlannedWorkload {
  const cells = cellsOf(workload.placement, workload.name, context.cells);
  const instanceType = findInstanceType(context.catalog, workload.instanceType);
  const refusal = launchWhyNot(instanceType, workload.placement, cells);
  if (refusal !== undefined) {
    return { kind: 'infeasible', name: workload.name, rejected: [{ candidate: instanceType.name, ...refusal }] };
  }
  const volume = (cell: Cell) => rootVolume(instanceType, cell.profile, 0);
  const need = context.horizon;
  const wanted = {
    instanceType: instanceType.name,
    count: workload.count,
    volume,
    placement: workload.placement,
    need,
  };
  const { best, rejected } = cheapestPurchase(wanted, cells, context);
  if (best === undefined) return { kind: 'infeasible', name: workload.name, rejected };
  return {
    kind: 'planned',
    plan: {
      ...NOT_SERVING,
      name: workload.name,
      kind: 'reservedBlock',
      replicas: fixed(workload.count),
      ...purchaseFigures(best, (reserved) => reserved),
      rejected,
    },
    nodeGroups: cells.flatMap((cell, index) =>
      plannedNodes(cell, best.purchases[index] ?? [], {
        instanceType: instanceType.name,
        rootVolume: volume(cell),
        createReservation: workload.placement.createReservation,
      }),
    ),
  };
}

/** Fields of a plan that only serving has. */
export const NOT_SERVING = {
  model: null,
  shape: null,
  requestsPerSecondPerReplica: null,
  concurrencyPerReplica: null,
  ttftSeconds: null,
  tpotSeconds: null,
  slo: null,
  errorBand: null,
  binding: 'requested',
} as const;

export interface Purchase {
  readonly purchase: PurchaseOption;
  readonly cost: Cost;
  /** How the nodes of each cell are bought. */
  readonly purchases: readonly (readonly NodePurchase[])[];
}

/** A fixed number of nodes, and how long they are needed. */
export interface WantedNodes {
  readonly instanceType: string;
  readonly count: number;
  readonly volume: (cell: Cell) => RootVolume;
  readonly placement: Placement;
  readonly need: Interval | undefined;
  /** Whether none of them may be unreserved. @default false */
  readonly isFloorReserved?: boolean;
}

/** What a plan says about a purchase. @param assured replicas that so many reserved nodes assure */
export function purchaseFigures(
  { purchases }: Purchase,
  assured: (reservedNodes: number) => number,
): Pick<WorkloadPlan, 'purchase' | 'assuredReplicas'> {
  const bought = boughtOver(purchases.flat());
  const reserved = bought.reduce((sum, { purchase, nodes }) => sum + (isReserved(purchase) ? nodes : 0), 0);
  return {
    assuredReplicas: assured(reserved),
    purchase: bought.map(({ purchase: option, nodes }) => ({ option, assurance: assuranceOf(option), nodes })),
  };
}

/** The cheapest way to get a fixed number of nodes dealt out over cells; every other way as a rejection. */
export function cheapestPurchase(
  wanted: WantedNodes,
  cells: readonly Cell[],
  context: PlanningContext,
): { readonly best: Purchase | undefined; readonly rejected: readonly Rejection[] } {
  const rejected: Rejection[] = [];
  const priced: Purchase[] = [];
  for (const purchase of distinct(wanted.placement.purchaseOptions)) {
    const bought = purchaseOver(wanted, purchase, cells, context);
    if ('unpriced' in bought) rejected.push(unpriced(`${wanted.instanceType} ${purchase}`, bought.unpriced));
    else if ('refused' in bought) rejected.push({ candidate: `${wanted.instanceType} ${purchase}`, ...bought.refused });
    else priced.push(bought);
  }
  rejected.push(...unusableOffers(wanted.placement, wanted.need, cells, context));
  priced.sort((a, b) => a.cost.window.compare(b.cost.window) || (a.purchase < b.purchase ? -1 : 1));
  const [best, ...rest] = priced;
  if (best === undefined) return { best, rejected };
  for (const { purchase, cost } of rest) {
    const more = cost.perHour.minus(best.cost.perHour);
    const compared = more.isZero() ? 'as much as the choice' : `${more.toView()} more than the choice`;
    const reason = `costs ${cost.perHour.toView()} USD an hour, ${compared}`;
    rejected.push({ candidate: `${wanted.instanceType} ${purchase}`, code: 'Dearer', reason });
  }
  return { best, rejected };
}

function purchaseOver(
  { count, ...wanted }: WantedNodes,
  purchase: PurchaseOption,
  cells: readonly Cell[],
  context: PlanningContext,
): Purchase | { readonly unpriced: string } | { readonly refused: Refusal } {
  let cost = NO_COST;
  const purchases: (readonly NodePurchase[])[] = [];
  const costs: NodePrices[] = [];
  for (const [index, cell] of cells.entries()) {
    const nodes = share(count, index, cells.length);
    const demand = { ...wanted, volume: wanted.volume(cell), nodesPerReplica: 1 };
    const prices = nodePrices(cell, purchase, demand, context);
    if ('unpriced' in prices) return prices;
    const floor = wanted.isFloorReserved === true ? nodes : 0;
    const inCell = prices.costOf(nodes, floor);
    if (!prices.carries(floor)) {
      const reason = `its nodes may not be ${purchase}, and only ${prices.covered} of ${wanted.instanceType} are owned; own more, allow a reservation that is created (createReservation), or waive it in bestEffortFloor`;
      return { refused: { code: 'NotReserved', reason } };
    }
    if (inCell === undefined) {
      return { unpriced: `${wanted.instanceType} ${purchase} beyond the ${prices.covered} nodes that are owned` };
    }
    cost = addCost(cost, inCell);
    purchases.push(prices.purchasesOf(nodes, floor));
    costs.push(prices);
  }
  return { purchase, cost: lessCovered(cost, costs, purchases), purchases };
}
