import { exact } from '../../units/exact';
import { hoursIn, type Instant, type Interval, overlap } from '../../units/interval';
import { Usd } from '../../units/money';
import type { CommitmentTerm } from './commitments';
import type { Contract } from './contract';

/** When an upfront payment counts. */
export type Counting = 'atPurchase' | 'amortized' | 'no';

/** How each kind of upfront payment counts. */
export interface UpfrontCounting {
  readonly capacityBlocks: Counting;
  readonly savingsPlans: Counting;
  readonly reservedInstances: Counting;
}

/** A payment and the time that it is for. */
export interface Upfront extends Interval {
  readonly upfront: string;
  readonly purchased: Instant;
}

/** An upfront payment within an interval: all of it where the purchase lies, or spread evenly over the hours it is for. */
export function upfrontWithin(paid: Upfront, counting: Counting, span: Interval): Usd {
  if (counting === 'no') return Usd.zero;
  const upfront = Usd.of(paid.upfront);
  if (counting === 'atPurchase') return span.start <= paid.purchased && paid.purchased < span.end ? upfront : Usd.zero;
  const shared = overlap(paid, span);
  return shared === undefined ? Usd.zero : upfront.times(hoursIn(shared).div(hoursIn(paid)));
}

/** What Savings Plans and reserved instances cost within an interval, used or not, before contract discounts. */
export function feesWithin(contract: Contract, counting: UpfrontCounting, span: Interval): Usd {
  const { savingsPlans = [], reservedInstances = [] } = contract;
  const plans = savingsPlans.map((plan) => {
    const upfront = upfrontWithin(plan, counting.savingsPlans, span);
    return upfront.plus(over(plan, span, recurringPerHour(plan))).times(plan.share ?? '1');
  });
  const reserved = reservedInstances.map((row) => {
    const upfront = upfrontWithin(row, counting.reservedInstances, span);
    return upfront.plus(over(row, span, Usd.of(row.usdPerHour).times(row.count)));
  });
  return Usd.sum([...plans, ...reserved]);
}

/** What is paid by the hour of a plan whose commitment is partly paid upfront. */
export function recurringPerHour(plan: CommitmentTerm & { readonly commitmentPerHour: string }): Usd {
  const hourly = Usd.of(plan.upfront).times(exact(1).div(hoursIn(plan)));
  return Usd.of(plan.commitmentPerHour).minus(hourly);
}

function over(term: Interval, span: Interval, perHour: Usd): Usd {
  const shared = overlap(term, span);
  return shared === undefined ? Usd.zero : perHour.times(hoursIn(shared));
}
