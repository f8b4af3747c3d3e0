import type { Charge, ResourceRef } from '../budget/bill/charge';
import { type AmountText, Usd } from '../units/money';
import type { Range } from '../units/range';
import { date, quantityRange, usdRange } from './format';
import { type Column, table } from './layout';

const UNIT_NAMES: Readonly<Record<Charge['unit'], string>> = {
  hour: 'h',
  month: 'month',
  'gigabyte-month': 'GB-month',
  'iops-month': 'IOPS-month',
  'mebibyte-per-second-month': 'MiB/s-month',
  gigabyte: 'GB',
  'gigabyte-second': 'GB-s',
  'gigabyte-hour': 'GB-h',
  'vcpu-hour': 'vCPU-h',
  request: 'request',
  sample: 'sample',
  once: 'unit',
};

const COLUMNS: readonly Column[] = [
  { title: 'min', align: 'right' },
  { title: 'plan', align: 'right' },
  { title: 'max', align: 'right' },
  { title: 'for' },
  { title: 'resource' },
];

/** Dearest first by max, then by path, so that the order of the input does not matter. */
export function dearestFirst(charges: readonly Charge[]): readonly Charge[] {
  // An exact amount is parsed once each, not once per comparison.
  return charges
    .map((charge) => ({ charge, max: Usd.of(charge.windowTotal.max), path: placeOf(charge) + charge.dimension }))
    .sort((a, b) => b.max.compare(a.max) || compareText(a.path, b.path))
    .map(({ charge }) => charge);
}

/** Two lines a charge: amounts, what is paid for, where it is. */
export function chargeTable<Line extends Charge>(
  charges: readonly Line[],
  amountOf: (charge: Line) => Range<AmountText>,
): string {
  return table(
    COLUMNS,
    charges.map((charge) => [
      ...usdRange(amountOf(charge)),
      `${charge.offer === 'ceiling' ? charge.dimension : charge.offer}\n${reckoning(charge)}`,
      `${charge.stack}\n${charge.logicalId}`,
    ]),
  );
}

/** "UsEast1/Capacity00/ChatGroup". */
export function placeOf(resource: ResourceRef): string {
  return `${resource.stack}/${resource.logicalId}`;
}

export function compareText(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** "2/4/6 × 55.04/h". A ceiling is an amount and has no price. */
function reckoning(charge: Charge): string {
  if (charge.basis === 'ceiling') return 'declared ceiling';
  const reckoned = `${quantityRange(charge.quantity)} × ${charge.unitPrice}/${UNIT_NAMES[charge.unit]}`;
  return charge.dueAt === undefined ? reckoned : `${reckoned}, due ${date(charge.dueAt)}`;
}
