import type { Bill, ReservationUse, ResourceCount } from '../budget/bill/bill';
import type { Charge, ChargeBasis, FreeLine, UnpricedLine } from '../budget/bill/charge';
import { exact } from '../units/exact';
import { hoursIn } from '../units/interval';
import { type AmountText, Usd } from '../units/money';
import { mapRange, type Range } from '../units/range';
import { chargeTable, compareText, dearestFirst, placeOf } from './charge-lines';
import { count, date, dates, percent, quantity, quantityRange, ratePlaces, usd, usdRange } from './format';
import { page, paragraph, table } from './layout';

export interface BillReportOptions {
  /** Lines shown of each kind of charge; the rest is one line with its total. @default 12 */
  readonly lines?: number;
}

const LINES = 12;
const UNPRICED_LINES = 20;
const HASH_DIGITS = 12;

const SECTIONS: readonly (readonly [ChargeBasis, string])[] = [
  ['price', 'Priced from the templates'],
  ['assumption', 'Listed prices on declared usage'],
  ['ceiling', 'Declared ceilings in place of prices'],
];

/** The bill for people: totals, the closed-world count, then every line that costs, and every line that nobody could price. */
export function renderBill(bill: Bill, options: BillReportOptions = {}): string {
  const lines = options.lines ?? LINES;
  return page([
    `Bill  ${dates(bill.window)} (${hours(bill)} h), as of ${date(bill.asOf)}, USD`,
    totals(bill),
    provenance(bill),
    unpricedSection(bill.unpriced),
    ...SECTIONS.map(([basis, title]) => chargeSection(title, ofBasis(bill.charges, basis), lines)),
    reservationSection(bill.reservations),
    freeSection(bill.free),
  ]);
}

/** The dearest charges alone, for where a whole bill is too much; empty when nothing costs. */
export function renderDearest(bill: Bill, lines = 5): string {
  const dearest = dearestFirst(bill.charges).slice(0, lines);
  if (dearest.length === 0) return '';
  const title = `  dearest charges from ${dates(bill.window)}, USD at list price`;
  return `${title}\n${chargeTable(dearest, ({ windowTotal }) => windowTotal)}`;
}

function totals(bill: Bill): string {
  const row = (title: string, amount: Range<AmountText>, places: number) => [title, ...usdRange(amount, places)];
  return table(
    [
      { title: '' },
      { title: 'min', align: 'right' },
      { title: 'plan', align: 'right' },
      { title: 'max', align: 'right' },
    ],
    [
      row('an hour', bill.perHour, ratePlaces(bill.perHour)),
      row('730 hours', bill.perMonth730, 2),
      row('the whole window', bill.windowTotal, 2),
    ],
  );
}

function provenance(bill: Bill): string {
  const { sha256, effectiveDate, oldestRow } = bill.priceBook;
  const oldest = oldestRow === null ? 'no row used' : `oldest row used ${date(oldestRow)}`;
  return [
    `  resources: ${closedWorld(bill.resources)}`,
    `  ${percent(exact(bill.assumedShareOfMax))} of the window's max rests on assumptions and declared ceilings`,
    `  up to ${usd(bill.peakRate, ratePlaces({ ...bill.perHour, max: bill.peakRate }))} an hour while nodes are replaced`,
    ...(bill.withheldFees === undefined
      ? []
      : [`  without the fees of ${count(bill.withheldFees, 'owned Capacity Block')}, which the contract withholds`]),
    `  price book ${sha256.slice(0, HASH_DIGITS)}, effective ${date(effectiveDate)}, ${oldest}`,
  ].join('\n');
}

/** Every resource is in one class; what is left out of the sum would be seen. */
function closedWorld({ total, priced, free, bounded, waived, unpriced }: ResourceCount): string {
  const missing = unpriced === 0 ? '' : ` + unpriced ${unpriced}`;
  return `priced ${priced} + free by rule ${free} + bounded ${bounded} + waived ${waived}${missing} = ${total}`;
}

function unpricedSection(lines: readonly UnpricedLine[]): string | undefined {
  if (lines.length === 0) return undefined;
  const shown = byPath(lines).slice(0, UNPRICED_LINES);
  const rest = lines.length - shown.length;
  return [
    `Unpriced: ${count(lines.length, 'cost')} that this bill does not contain`,
    ...shown.map((line) => paragraph(`${placeOf(line)} (${line.type}, ${line.dimension}): ${line.reason}`, 2)),
    ...(rest === 0 ? [] : [`  … and ${rest} more in bill.json`]),
  ].join('\n');
}

function chargeSection(title: string, charges: readonly Charge[], lines: number): string | undefined {
  if (charges.length === 0) return undefined;
  const sorted = dearestFirst(charges);
  const rest = sorted.slice(lines);
  return [
    `${title}, over the window, dearest first`,
    chargeTable(sorted.slice(0, lines), (charge) => charge.windowTotal),
    ...(rest.length === 0 ? [] : [remainder(rest)]),
  ].join('\n');
}

function remainder(charges: readonly Charge[]): string {
  const total = (bound: keyof Range<AmountText>) =>
    usd(Usd.sum(charges.map(({ windowTotal }) => Usd.of(windowTotal[bound]))).toText());
  const lines = count(charges.length, 'more line');
  return `  … and ${lines} totalling ${total('min')} min, ${total('plan')} plan, ${total('max')} max`;
}

/** Used + unused = count at every bound; what is over is billed on demand. */
function reservationSection(reservations: readonly ReservationUse[]): string | undefined {
  if (reservations.length === 0) return undefined;
  const titles = ['reserved', 'count', 'used', 'unused', 'over'];
  const rows = [...reservations]
    .sort((a, b) => compareText(a.id, b.id))
    .map(({ id, count: owned, used, unused, over }) => [id, `${owned}`, nodes(used), nodes(unused), nodes(over)]);
  return `Reservations and Capacity Blocks, in nodes\n${table(
    titles.map((title) => ({ title, align: title === 'reserved' ? 'left' : 'right' })),
    rows,
  )}`;
}

function nodes(range: Range<number>): string {
  return quantityRange(mapRange(range, String));
}

function freeSection(lines: readonly FreeLine[]): string | undefined {
  if (lines.length === 0) return undefined;
  const perType = new Map<string, number>();
  for (const { type } of lines) perType.set(type, (perType.get(type) ?? 0) + 1);
  const types = [...perType].sort(([a], [b]) => compareText(a, b));
  const listed = types.map(([type, many]) => (many === 1 ? type : `${type} (${many})`)).join(', ');
  return `Free by rule, the reason of each in bill.json\n${paragraph(listed, 2, 0)}`;
}

function ofBasis(charges: readonly Charge[], basis: ChargeBasis): readonly Charge[] {
  return charges.filter((charge) => charge.basis === basis);
}

function byPath(lines: readonly UnpricedLine[]): readonly UnpricedLine[] {
  return [...lines].sort((a, b) => compareText(placeOf(a) + a.dimension, placeOf(b) + b.dimension));
}

function hours(bill: Bill): string {
  return quantity(hoursIn(bill.window).toFraction());
}
