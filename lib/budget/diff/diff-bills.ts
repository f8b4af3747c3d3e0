import { type Exact, exact, exactText } from '../../units/exact';
import { mapRange, type Range } from '../../units/range';
import type { StackTemplate } from '../bill/stack-template';
import { type BillDiff, type ByCause, CAUSES, type Cause, type ChargeChange, type DiffSide } from './bill-diff';
import { changesBetween } from './charge-changes';
import { leftBehind } from './left-behind';
import type { ComparedBill } from './parse-bill';
import type { Judged } from './parse-judged';
import { periodsBetween } from './period-diff';

/** One side: a bill, the templates that it was made from, and the verdict over it, where there is one. */
export interface Compared {
  readonly bill: ComparedBill;
  readonly stacks: readonly StackTemplate[];
  readonly verdict: Judged | undefined;
}

/** What a change costs and why, at list price over each side's own window. Its causes add up to the difference exactly. */
export function diffBills(from: Compared, to: Compared): BillDiff {
  const changes = changesBetween(from.bill, to.bill);
  return {
    schemaVersion: 1,
    currency: 'USD',
    from: sideOf(from),
    to: sideOf(to),
    difference: mapRange(to.bill.windowTotal, (total, bound) => minus(total, from.bill.windowTotal[bound])),
    by: sumByCause(changes),
    periods: periodsBetween(from, to),
    changes,
    unpriced: { from: from.bill.unpriced, to: to.bill.unpriced },
    leftBehind: leftBehind(from, to),
  };
}

function sideOf({ bill, verdict }: Compared): DiffSide {
  return {
    asOf: bill.asOf,
    window: bill.window,
    total: bill.windowTotal,
    priceBook: bill.priceBook.sha256,
    contract: verdict?.contract ?? null,
    status: verdict?.status ?? null,
  };
}

function sumByCause(changes: readonly ChargeChange[]): ByCause {
  const sumOf = (cause: Cause): Range<string> => {
    const zero: Range<Exact> = { min: exact(0), plan: exact(0), max: exact(0) };
    const total = changes.reduce(
      (sum, { by }) =>
        mapRange(sum, (usd, bound) => (by[cause][bound] === '0' ? usd : usd.add(exact(by[cause][bound])))),
      zero,
    );
    return mapRange(total, exactText);
  };
  return Object.fromEntries(CAUSES.map((cause) => [cause, sumOf(cause)])) as ByCause;
}

function minus(a: string, b: string): string {
  return exactText(exact(a).sub(exact(b)));
}
