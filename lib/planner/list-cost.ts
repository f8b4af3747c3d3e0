import { type Interval, overlap } from '../units/interval';
import { Usd } from '../units/money';
import type { Bound } from '../units/range';
import type { RateOf } from './capacity-option';
import type { CellPlan } from './plan';
import { addCost, type Cost, type CostContext, NO_COST, nodeCost, timesCost } from './sizing/node-cost';
import { horizonLengths } from './sizing/planning-context';

/**
 * Exact list cost of a cell's planned nodes, root volumes included, while the horizon and a period meet.
 *
 * A price that is not known adds nothing: the plan has none, because it offers nothing without a price.
 */
export function listCostOf(cell: CellPlan, horizon: Interval, period: Interval, rateOf: RateOf): Usd {
  const shared = overlap(horizon, period);
  if (shared === undefined) return Usd.zero;
  return costAt(cell, 'plan', { rateOf, ...horizonLengths(shared) }).window;
}

/** Exact list cost of a cell's planned nodes at their fewest, as planned, or at their most. */
export function costAt(cell: CellPlan, bound: Bound, context: CostContext): Cost {
  return cell.nodeGroups
    .map((group) => {
      const node = nodeCost(cell.region, group.instanceType, group.purchase, group.rootVolume, context);
      return 'unpriced' in node ? NO_COST : timesCost(node, group.size[bound]);
    })
    .reduce(addCost, NO_COST);
}
