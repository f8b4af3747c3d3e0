import { exact } from '../../units/exact';
import { Usd } from '../../units/money';
import type { ActualPeriod } from './actuals-within';
import type { Books } from './books';
import type { Contract } from './contract';
import { spendWithin } from './period-amounts';
import type { Finding } from './verdict';
import { dayOf, periodName, wordingFor } from './wording';

/** How far what is charged may be from what was planned before somebody should look: a tenth beyond min or max. */
const TOLERANCE = exact('0.1');

/**
 * Where AWS charged this deployment's own rows more than its max, or less than its min, for the covered days, by more than a
 * tenth: the plan's assumptions or the tags are wrong. Days that the bill does not reach say nothing.
 */
export function offPlan(books: Books, actuals: readonly ActualPeriod[]): readonly Finding[] {
  const { bill, contract } = books;
  return actuals.flatMap((actual): readonly Finding[] => {
    const { id, covered, own } = actual;
    const period = contract.periods.find((one) => one.id === id);
    const isBilled = bill.window.start <= covered.start && covered.end <= bill.window.end;
    if (period === undefined || !isBilled || own.drawdown === null) return [];
    const { towardCeiling, towardFloor } = spendWithin(books, covered);
    const charged = Usd.of(own.drawdown);
    // What commitments cost is on rows of their own, which no tag ties to a deployment.
    const least = ownsCommitments(contract) ? Usd.zero : towardFloor.min.times(exact(1).sub(TOLERANCE));
    const most = towardCeiling.max.times(exact(1).add(TOLERANCE));
    if (!least.exceeds(charged) && !charged.exceeds(most)) return [];
    const say = wordingFor(contract, period);
    const range = `${say(towardFloor.min)} to ${say(towardCeiling.max)}`;
    return [
      {
        rule: 'ActualsOffPlan',
        severity: 'warning',
        period: id,
        stack: null,
        logicalId: null,
        sentence: `from ${dayOf(covered.start)} to ${dayOf(covered.end)} AWS charged this deployment ${say(charged)} in period ${periodName(period)}, more than a tenth outside the ${range} that its templates come to`,
        remedy:
          'compare its assumptions and its tags with the invoice; the plan for the days to come is made from the same ones',
      },
    ];
  });
}

function ownsCommitments({ savingsPlans = [], reservedInstances = [], capacityBlocks }: Contract): boolean {
  return savingsPlans.length + reservedInstances.length + capacityBlocks.length > 0;
}
