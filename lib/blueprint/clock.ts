import type { Finding, Verdict } from '../budget/envelope/verdict';
import { exactText } from '../units/exact';
import { hoursIn, type Instant, plusHours } from '../units/interval';

/** An answer as of a day this far behind the clock is an answer to another question: prices and contracts have moved. */
const DAYS_AS_OF_MAY_LAG = 30;
/** Zones and clocks that differ a little are forgiven. */
const DAYS_AS_OF_MAY_LEAD = 1;

/** The verdict, or a failed one when the day that it was made for is not (about) today. Synth never asks the clock. */
export function judgedByClock(verdict: Verdict, now: Instant): Verdict {
  const sentence = clockFault(verdict.asOf, now);
  if (sentence === undefined) return verdict;
  const finding: Finding = {
    rule: 'AsOfNotToday',
    severity: 'fatal',
    period: null,
    stack: null,
    logicalId: null,
    sentence,
    remedy: `pass --as-of ${now.slice(0, 10)}, and review the deployment's asOf`,
  };
  return { ...verdict, status: 'failed', findings: [finding, ...verdict.findings] };
}

/** One sentence when a day is too far from the clock to answer for today; undefined when it is near enough. */
export function clockFault(asOf: Instant, now: Instant): string | undefined {
  const leads = asOf > now;
  if (asOf === now) return undefined;
  const days = hoursIn(leads ? { start: now, end: asOf } : { start: asOf, end: now }).div(24);
  if (days.compare(leads ? DAYS_AS_OF_MAY_LEAD : DAYS_AS_OF_MAY_LAG) <= 0) return undefined;
  return `the answer is as of ${asOf}, which is ${exactText(days.floor())} days ${leads ? 'ahead of' : 'behind'} the clock`;
}

/** The verdict, or a failed one when a price that its bill rests on was read longer ago than a gate allows. */
export function judgedByAge(verdict: Verdict, oldestRow: Instant | null, now: Instant, days: number): Verdict {
  if (oldestRow === null || oldestRow >= now || plusHours(oldestRow, 24 * days) >= now) return verdict;
  const finding: Finding = {
    rule: 'PricesTooOld',
    severity: 'fatal',
    period: null,
    stack: null,
    logicalId: null,
    sentence: `the oldest price that the bill rests on was read on ${oldestRow.slice(0, 10)}, more than ${days} days before ${now.slice(0, 10)}`,
    remedy: 'refresh the price book: headroom prices refresh',
  };
  return { ...verdict, status: 'failed', findings: [finding, ...verdict.findings] };
}
