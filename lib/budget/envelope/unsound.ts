import { exact } from '../../units/exact';
import type { Range } from '../../units/range';
import type { Bill } from '../bill/bill';

/**
 * Why a bill cannot be trusted, or undefined. A bill of the bill room is always sound; one that is not means a defect, and a
 * defect must never become `within`.
 */
export function whyUnsound(bill: Bill): string | undefined {
  const { total, priced, free, bounded, waived, unpriced } = bill.resources;
  if (priced + free + bounded + waived + unpriced !== total) {
    return `the bill counts ${total} resources but classes ${priced + free + bounded + waived + unpriced}`;
  }
  if (unpriced > 0 && bill.unpriced.length === 0)
    return `the bill counts ${unpriced} unpriced resources and names none`;
  const wrong = bill.charges.find(
    ({ unitPrice, quantity, windowTotal }) =>
      exact(unitPrice).compare(0) < 0 || !isOrdered(quantity) || !isOrdered(windowTotal),
  );
  if (wrong === undefined) return undefined;
  return `the charge ${wrong.stack} ${wrong.logicalId} ${wrong.dimension} breaks 0 ≤ min ≤ plan ≤ max`;
}

function isOrdered(range: Range<string>): boolean {
  if (range.min === range.max && range.plan === range.max) return exact(range.min).compare(0) >= 0;
  const [min, plan, max] = [exact(range.min), exact(range.plan), exact(range.max)];
  return min.compare(0) >= 0 && min.compare(plan) <= 0 && plan.compare(max) <= 0;
}
