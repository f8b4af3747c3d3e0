import { type Interval, overlap } from '../units/interval';
import { Usd } from '../units/money';
import type { RateOf } from './capacity-option';
import type { CellPlan } from './plan';
import { nodeCost, timesCost } from './sizing/node-cost';
import { horizonLengths } from './sizing/planning-context';

/**
 * Exact list cost of a cell's planned nodes, root volumes included, while the horizon and a period meet.
 *
 * A price that is not known adds nothing: the plan has none, because it offers nothing without a price.
 */
export function listCostOf(cell: CellPlan, horizon: Interval, period: Interval, rateOf: RateOf): Usd {
  const shared = overlap(horizon, period);
  if (shared === undefined) return Usd.zero;
  const context = { rateOf, ...horizonLengths(shared) };
  return Usd.sum(
    cell.nodeGroups.map((group) => {
      const node = nodeCost(cell.region, group.instanceType, group.purchase, group.rootVolume, context);
      return 'unpriced' in node ? Usd.zero : timesCost(node, group.size.plan).window;
    }),
  );
}
