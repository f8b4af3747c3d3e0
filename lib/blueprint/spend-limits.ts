import type { Bill } from '../budget/bill/bill';
import { costWithin } from '../budget/bill/cost-within';
import type { Contract, ContractPeriod } from '../budget/envelope/contract';
import { ownedFees } from '../budget/envelope/period-amounts';
import type { SpendLimit } from '../constructs/spend-budget';
import { listCostOf } from '../planner/list-cost';
import type { CapacityPlan } from '../planner/plan';
import { FleetStage } from '../stacks/fleet-stage';
import { type Exact, exact } from '../units/exact';
import { Usd } from '../units/money';
import type { Question } from './question';
import { rateOf } from './rates';

/**
 * What AWS Budgets shall watch of each cell, by its id: one limit per contract period, in the contract's order.
 *
 * - With a ceiling that may be shown: the cell's part of what the verdict's ceiling leaves to this app, by planned cost. The
 *   cells' parts add up to it, to the cent.
 * - Else what the bill says the cell costs in the period at plan and list price: an amount in a template is public, and list
 *   prices are nobody's secret.
 *
 * @param billOfRest the bill of everything but budgets, asked for only where a planned cost is printed
 */
export function spendLimits(
  plan: CapacityPlan,
  question: Question,
  billOfRest: () => Bill,
): ReadonlyMap<string, readonly SpendLimit[]> {
  if (question.contract.kind !== 'given') return new Map();
  const { contract } = question.contract;
  // What cells share has a cost and no part of a ceiling: theirs are the whole of it.
  const parts = [...plan.cells.map(({ id }) => id), FleetStage.ID];
  const byPeriod = contract.periods.map((period) => {
    const room = roomIn(contract, period);
    const amounts =
      room === undefined ? plannedCosts(parts, billOfRest(), period) : split(room, sharesOf(plan, question, period));
    return { period, amounts };
  });
  return new Map(
    parts.map((id, index) => [id, byPeriod.flatMap(({ period, amounts }) => limitOf(period, amounts[index]))]),
  );
}

/** What the ceiling leaves to this app; undefined when there is none, nothing is left of it, or it may not be shown. */
function roomIn(contract: Contract, period: ContractPeriod): Usd | undefined {
  if (!contract.disclose || period.ceiling === undefined) return undefined;
  const elsewhere = contract.baseline.filter((row) => row.period === period.id).map(({ amount }) => Usd.of(amount));
  const room = Usd.of(period.ceiling).minus(Usd.sum(elsewhere)).minus(ownedFees(contract, period));
  return room.isZero() || room.isNegative() ? undefined : room;
}

/** Each cell's share of the planned nodes' cost: in the period, or over the whole plan where it runs in none of it. */
function sharesOf(
  { cells }: CapacityPlan,
  { horizon, priceBook, deployment }: Question,
  period: ContractPeriod,
): readonly Exact[] {
  const rate = rateOf(priceBook, horizon.start, deployment.spotRates);
  const costs = (span: typeof horizon) => cells.map((cell) => listCostOf(cell, horizon, span, rate).plan.window);
  const inPeriod = costs(period);
  const counted = Usd.sum(inPeriod).isZero() ? costs(horizon) : inPeriod;
  const whole = Usd.sum(counted);
  return counted.map((cost) => cost.shareOf(whole) ?? exact(0));
}

/** Parts in cents that add up to the whole in cents: each is what the rounded sum grows by. */
function split(whole: Usd, shares: readonly Exact[]): readonly Usd[] {
  const upTo = shares.map((_, index) => {
    const share = shares.slice(0, index + 1).reduce((sum, one) => sum.add(one), exact(0));
    return Usd.of(whole.times(share).toView(2));
  });
  return upTo.map((sum, index) => sum.minus(upTo[index - 1] ?? Usd.zero));
}

function plannedCosts(parts: readonly string[], bill: Bill, period: ContractPeriod): readonly Usd[] {
  return parts.map((id) =>
    Usd.sum(
      bill.charges.filter(({ stack }) => stack.startsWith(`${id}/`)).map((charge) => costWithin(charge, period).plan),
    ),
  );
}

/** AWS Budgets takes cents, and no budget of nothing. */
function limitOf({ id, start, end }: ContractPeriod, amount: Usd | undefined): readonly SpendLimit[] {
  const cents = amount?.toView(2) ?? '0.00';
  return Usd.of(cents).isZero() ? [] : [{ id: id.replace(/[^A-Za-z0-9]/g, ''), start, end, amount: cents }];
}

/** Limits of the same window as one. */
export function summed(limits: readonly SpendLimit[]): readonly SpendLimit[] {
  const ids = [...new Set(limits.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const [first, ...rest] = limits.filter((limit) => limit.id === id);
    if (first === undefined) return [];
    const amount = Usd.sum([first, ...rest].map((limit) => Usd.of(limit.amount))).toView(2);
    return [{ ...first, amount }];
  });
}
