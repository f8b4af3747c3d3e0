import type { SpendLimit } from '../constructs/spend-budget';
import { listCostOf } from '../planner/list-cost';
import type { CapacityPlan, CellPlan } from '../planner/plan';
import { Usd } from '../units/money';
import type { Question } from './question';
import { rateOf } from './rates';

/**
 * What AWS Budgets shall watch of a cell, one limit per contract period: the cell's share of the ceiling, by planned cost.
 *
 * Where the contract does not disclose, or has no ceiling, the planned cost itself; an amount in a template is public.
 */
export function spendLimitsOf(cell: CellPlan, plan: CapacityPlan, question: Question): readonly SpendLimit[] {
  if (question.contract.kind !== 'given') return [];
  const { contract } = question.contract;
  const rate = rateOf(question.priceBook, question.horizon.start);
  return contract.periods.flatMap((period) => {
    const costOf = (one: CellPlan): Usd => listCostOf(one, question.horizon, period, rate);
    const planned = costOf(cell);
    const share = planned.shareOf(Usd.sum(plan.cells.map(costOf)));
    if (share === undefined || planned.isZero()) return [];
    const amount = contract.disclose && period.ceiling !== undefined ? Usd.of(period.ceiling).times(share) : planned;
    return [{ id: budgetId(period.id), start: period.start, end: period.end, amount: centsOf(amount) }];
  });
}

/** A budget takes cents. */
function centsOf(amount: Usd): string {
  return amount.toView(2);
}

function budgetId(period: string): string {
  return period.replace(/[^A-Za-z0-9]/g, '');
}
