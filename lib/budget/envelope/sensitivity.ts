import { exact } from '../../units/exact';
import { Usd } from '../../units/money';
import type { Range } from '../../units/range';
import type { Contract, ContractPeriod } from './contract';
import type { PeriodAmounts } from './period-amounts';
import type { Sensitivity } from './verdict';

const TENTH = exact('0.1');

/**
 * What would move the answer of a period's ceiling.
 *
 * @param amount what the ceiling is held against
 */
export function sensitivityOf(
  { ceilingBasis: basis, periods }: Contract,
  { id }: ContractPeriod,
  { charges }: Pick<PeriodAmounts, 'charges'>,
  amount: Range<Usd>,
): Sensitivity {
  // Amounts that somebody declared are no prices, and what is paid once was paid.
  const listed = charges.filter(
    ({ charge }) => charge.basis !== 'ceiling' && charge.offer !== 'declared' && charge.unit !== 'once',
  );
  const dearer = Usd.sum(listed.map(({ towardCeiling }) => towardCeiling[basis])).times(TENTH);
  const before = periods[periods.findIndex((period) => period.id === id) - 1];
  const shared = {
    tenthDearer: amount[basis].plus(dearer).toText(),
    maxOverPlan: amount.max.minus(amount.plan).toText(),
  };
  if (before?.ceiling === undefined) return shared;
  const over = amount[basis].minus(Usd.of(before.ceiling)).atLeast(Usd.zero);
  return { ...shared, earlier: { period: before.id, result: over.isZero() ? 'within' : 'over', over: over.toText() } };
}
