import { earlier, type Instant, type Interval, later } from '../../units/interval';
import { Usd } from '../../units/money';
import type { Bill } from '../bill/bill';
import type { Books } from './books';
import { type Contract, OUTSIDE, type Waiver } from './contract';
import { chargesWithin } from './period-amounts';
import type { Finding } from './verdict';
import { lets, waivedBy, waiverInForce } from './waivers';
import { dayOf, inDollars } from './wording';

/**
 * Spend before the first period and after the last. Nobody approved it, so it is fatal where the contract has a ceiling;
 * where it has none there is no approval to exceed and it is a warning.
 */
export function uncoveredFinding(books: Books, waivers: readonly Waiver[], asOf: Instant): readonly Finding[] {
  const { bill, contract } = books;
  const spans = spansOutside(bill, contract);
  const amount = spendOutside(books);
  if (amount.isZero()) return [];
  const waiver = waiverInForce(waivers, 'UncoveredWindow', OUTSIDE, asOf);
  const waived = lets(waiver, amount) ? waiver : undefined;
  const hasCeiling = contract.periods.some((period) => (period.ceiling ?? period.ceilingPerHour) !== undefined);
  const when = spans.map((span) => `from ${dayOf(span.start)} to ${dayOf(span.end)}`).join(' and ');
  const cost = contract.disclose ? `${inDollars(amount)} at max` : 'spend';
  return [
    {
      rule: 'UncoveredWindow',
      severity: hasCeiling && waived === undefined ? 'fatal' : 'warning',
      period: OUTSIDE,
      stack: null,
      logicalId: null,
      sentence: `the bill has ${cost} ${when}, which no period of the contract covers${waived === undefined ? '' : `; ${waivedBy(waived)}`}`,
      remedy:
        "add a period that covers that time, shorten the deployment's life, or let a teardown in the assembly end it",
    },
  ];
}

/** What is billed outside all periods, at max. */
export function spendOutside(books: Books): Usd {
  const spans = spansOutside(books.bill, books.contract);
  return Usd.sum(spans.map((span) => chargesWithin(books, span).towardCeiling.max));
}

function spansOutside(bill: Bill, contract: Contract): readonly Interval[] {
  const first = contract.periods[0]?.start;
  const last = contract.periods.at(-1)?.end;
  const active = bill.charges.map((charge) => charge.active);
  const start = active.reduce((at, span) => earlier(at, span.start), bill.window.start);
  const end = active.reduce((at, span) => later(at, span.end), bill.window.end);
  if (first === undefined || last === undefined) return [{ start, end }];
  const spans = [
    { start, end: earlier(first, end) },
    { start: later(last, start), end },
  ];
  return spans.filter((span) => span.start < span.end);
}
