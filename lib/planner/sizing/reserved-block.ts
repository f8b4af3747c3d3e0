import { findInstanceType } from '../../catalog/catalog';
import { fixed } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { PurchaseOption, ReservedBlockWorkload } from '../../workload/workload';
import type { Rejection } from '../plan';
import { assuranceOf } from './assurance';
import { distinct, unpriced } from './candidates';
import { launchWhyNot } from './eligible-types';
import { share } from './fleet';
import { addCost, type Cost, NO_COST, nodeCost, timesCost } from './node-cost';
import type { PlannedWorkload } from './planned-workload';
import { cellsOf, type PlanningContext } from './planning-context';
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
  const { best, rejected } = cheapestPurchase(instanceType.name, workload.count, cells, volume, workload, context);
  if (best === undefined) return { kind: 'infeasible', name: workload.name, rejected };
  return {
    kind: 'planned',
    plan: {
      ...NOT_SERVING,
      name: workload.name,
      kind: 'reservedBlock',
      replicas: fixed(workload.count),
      assuredReplicas: assuranceOf(best.purchase) === 'reserved' ? workload.count : 0,
      purchase: [{ option: best.purchase, assurance: assuranceOf(best.purchase), nodes: workload.count }],
      rejected,
    },
    nodeGroups: cells.map((cell, index) => ({
      cell: cell.id,
      instanceType: instanceType.name,
      purchase: best.purchase,
      nodes: share(workload.count, index, cells.length),
      rootVolume: volume(cell),
    })),
    cost: best.cost,
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

interface Purchase {
  readonly purchase: PurchaseOption;
  readonly cost: Cost;
}

/** The cheapest way to buy a fixed number of nodes dealt out over cells; every other way as a rejection. */
export function cheapestPurchase(
  instanceType: string,
  count: number,
  cells: readonly Cell[],
  volume: (cell: Cell) => ReturnType<typeof rootVolume>,
  { placement }: Pick<ReservedBlockWorkload, 'placement'>,
  context: PlanningContext,
): { readonly best: Purchase | undefined; readonly rejected: readonly Rejection[] } {
  const rejected: Rejection[] = [];
  const priced: Purchase[] = [];
  for (const purchase of distinct(placement.purchaseOptions)) {
    const cost = costOver(instanceType, purchase, count, cells, volume, context);
    const candidate = `${instanceType} ${purchase}`;
    if ('unpriced' in cost) rejected.push(unpriced(candidate, cost.unpriced));
    else priced.push({ purchase, cost });
  }
  priced.sort((a, b) => a.cost.window.compare(b.cost.window) || (a.purchase < b.purchase ? -1 : 1));
  const [best, ...rest] = priced;
  if (best === undefined) return { best, rejected };
  for (const { purchase, cost } of rest) {
    const more = cost.perHour.minus(best.cost.perHour).toView();
    const reason = `costs ${cost.perHour.toView()} USD an hour, ${more} more than the choice`;
    rejected.push({ candidate: `${instanceType} ${purchase}`, code: 'Dearer', reason });
  }
  return { best, rejected };
}

function costOver(
  instanceType: string,
  purchase: PurchaseOption,
  count: number,
  cells: readonly Cell[],
  volume: (cell: Cell) => ReturnType<typeof rootVolume>,
  context: PlanningContext,
): Cost | { readonly unpriced: string } {
  let total = NO_COST;
  for (const [index, cell] of cells.entries()) {
    const cost = nodeCost(cell.region, instanceType, purchase, volume(cell), context);
    if ('unpriced' in cost) return cost;
    total = addCost(total, timesCost(cost, share(count, index, cells.length)));
  }
  return total;
}
