import type { Bill } from '../budget/bill/bill';
import type { Charge } from '../budget/bill/charge';
import type { BookCheck } from '../budget/prices/book-check';
import type { KeptRow, RefreshSummary } from '../budget/prices/merge';
import type { PriceMove, PriceMoves } from '../budget/prices/moves';
import type { Offer } from '../budget/prices/price-book';
import { type Exact, exact, roundedText } from '../units/exact';
import { type AmountText, Usd } from '../units/money';
import { BOUNDS } from '../units/range';
import { compareText } from './charge-lines';
import { count, date, usd } from './format';
import { page, paragraph, table } from './layout';

/** Bills of one deployment under two price books. */
export interface EffectReport {
  readonly deployment: string;
  readonly before: Bill;
  readonly after: Bill;
  readonly replanned: Bill | null;
}

const ROWS = 40;
const CHARGES = 8;
const HASH_DIGITS = 12;

/** What a refresh read, what it changed, and every row that it could not read again. */
export function renderRefresh(outcome: {
  readonly sha256: string;
  readonly queries: number;
  readonly resumed: number;
  readonly summary: RefreshSummary;
}): string {
  const { summary, sha256, queries, resumed } = outcome;
  const carried = resumed === 0 ? '' : `, ${resumed} of them answered by the refresh before that did not finish`;
  return page([
    `Price book replaced, ${sha256.slice(0, HASH_DIGITS)}: ${count(summary.rows, 'price')}`,
    [
      paragraph(`read again: ${count(summary.read, 'row')}, from ${queries} queries${carried}`, 2),
      `  ${summary.changed.length} changed, ${summary.added.length} added, ${summary.kept.length} kept as they were`,
      `  ${count(summary.notOffered, 'row')} asked for that the list does not have and the book never had`,
    ].join('\n'),
    listed('Changed', moveTable(summary.changed.map(({ was, now }) => changed(was, now)))),
    keptSection('Kept with the age that they had, because the price list gives no price for them today', summary.kept),
    keptSection('Not asked for', summary.notAsked),
    summary.refused.length === 0
      ? undefined
      : [
          'In the price list and refused, never in the book',
          ...shown(summary.refused, (row) => paragraph(`${row.item} in ${row.region}: ${row.reason}`, 2)),
        ].join('\n'),
  ]);
}

/** Hash, ages and oldest rows of a book, and why not to use it. */
export function renderBookCheck(file: string, check: BookCheck): string {
  const { asOf, now, maxAgeDays, older } = check;
  return page([
    `Price book ${file}, ${check.sha256.slice(0, HASH_DIGITS)}, effective ${date(check.effectiveDate)}`,
    [
      `  its hash holds and nothing is priced twice: ${count(check.versions, 'price')} of ${count(check.rows, 'row')}`,
      `  ages as of ${date(asOf)}; the clock says ${date(now)}`,
      `  ${older === 0 ? 'none' : older} read more than ${maxAgeDays} days before ${date(asOf)}`,
    ].join('\n'),
    `Oldest rows, age in days\n${table(
      [
        { title: 'item' },
        { title: 'region' },
        { title: 'read' },
        { title: 'as of', align: 'right' },
        { title: 'today', align: 'right' },
        { title: 'source' },
      ],
      check.oldest.map((row) => [
        row.item,
        row.region,
        date(row.retrieved),
        `${row.ageDays}`,
        `${row.ageDaysNow}`,
        row.source,
      ]),
    )}`,
    check.faults.length === 0
      ? undefined
      : check.faults.map((fault) => paragraph(`not to be used: ${fault}`)).join('\n'),
  ]);
}

/** What moved between two books and, where a deployment was billed with both, what that does to its bill. */
export function renderMoves(moves: PriceMoves, effect: EffectReport | undefined): string {
  const again = moves.readAgain === 0 ? '' : `, ${moves.readAgain} of them read again`;
  const kinds = (kind: PriceMove['kind']) => moves.moves.filter((move) => move.kind === kind).length;
  return page([
    `Prices as they hold at ${date(moves.at)}`,
    `  ${kinds('changed')} changed, ${kinds('added')} added, ${kinds('removed')} removed, ${moves.unmoved} the same${again}`,
    moveTable(moves.moves),
    listed('Announced, not in force yet', announcedTable(moves.announced)),
    effect === undefined ? undefined : effectSection(effect),
  ]);
}

function effectSection({ deployment, before, after, replanned }: EffectReport): string {
  const rows = (title: string, bill: Bill) => [
    title,
    ...BOUNDS.map((bound) => usd(bill.windowTotal[bound])),
    ...BOUNDS.map((bound) => growth(before.windowTotal[bound], bill.windowTotal[bound])),
  ];
  const titles = ['', 'min USD', 'plan USD', 'max USD', 'min', 'plan', 'max'];
  const headline = growth(before.windowTotal.plan, after.windowTotal.plan);
  return [
    `${deployment}, over ${date(before.window.start)} to ${date(before.window.end)}: same code, new prices: ${headline} at plan`,
    table(
      titles.map((title, at) => ({ title, align: at === 0 ? 'left' : 'right' })),
      [
        rows('old prices', before),
        rows('new prices', after),
        ...(replanned === null ? [] : [rows('new prices, planned anew', replanned)]),
      ],
    ),
    ...unpriced('old', before),
    ...unpriced('new', after),
    ...chargeMoves(before, after),
  ].join('\n');
}

function unpriced(which: string, bill: Bill): readonly string[] {
  if (bill.unpriced.length === 0) return [];
  return [
    paragraph(
      `at the ${which} prices ${count(bill.unpriced.length, 'cost')} cannot be priced and is not in these amounts`,
      2,
    ),
  ];
}

/** The charges that move the bill most, by what they add or take at plan. */
function chargeMoves(before: Bill, after: Bill): readonly string[] {
  const was = new Map(before.charges.map((charge) => [keyOf(charge), charge]));
  const moved = after.charges
    .map((charge) => ({ charge, by: planOf(charge).minus(planOf(was.get(keyOf(charge)))) }))
    .filter(({ by }) => !by.isZero())
    .sort((a, b) => magnitude(b.by).compare(magnitude(a.by)) || compareText(keyOf(a.charge), keyOf(b.charge)));
  if (moved.length === 0) return [];
  const rest = moved.length - CHARGES;
  return [
    '  moved most, at plan',
    table(
      [{ title: 'by', align: 'right' }, { title: 'charge' }],
      moved
        .slice(0, CHARGES)
        .map(({ charge, by }) => [
          signed(by),
          `${charge.stack}/${charge.logicalId} ${charge.dimension} (${charge.offer})`,
        ]),
    ),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ];
}

function planOf(charge: Charge | undefined): Usd {
  return Usd.of(charge?.windowTotal.plan ?? '0');
}

function magnitude(amount: Usd): Usd {
  return amount.isNegative() ? Usd.zero.minus(amount) : amount;
}

function signed(amount: Usd): string {
  return `${amount.isNegative() ? '' : '+'}${usd(amount.toText())}`;
}

function keyOf({ stack, logicalId, dimension, offer }: Charge): string {
  return [stack, logicalId, dimension, offer].join(' ');
}

function moveTable(moves: readonly PriceMove[]): string | undefined {
  if (moves.length === 0) return undefined;
  const rest = moves.length - ROWS;
  return [
    table(
      [
        { title: 'item' },
        { title: 'region' },
        { title: 'was', align: 'right' },
        { title: 'is', align: 'right' },
        { title: '', align: 'right' },
        { title: 'effective' },
      ],
      moves.slice(0, ROWS).map(moveRow),
    ),
    ...(rest > 0 ? [`  … and ${rest} more; --json lists them all`] : []),
  ].join('\n');
}

function moveRow(move: PriceMove): readonly string[] {
  switch (move.kind) {
    case 'added':
      return [move.now.item, move.now.region, '', move.now.usd, 'added', date(move.now.effectiveDate)];
    case 'removed':
      return [move.was.item, move.was.region, move.was.usd, '', 'removed', ''];
    case 'changed': {
      const { was, now } = move;
      const by = move.growth === undefined ? 'from nothing' : signedPercent(move.growth);
      return [now.item, now.region, was.usd, now.usd, by, date(now.effectiveDate)];
    }
  }
}

function changed(was: Offer, now: Offer): PriceMove {
  return { kind: 'changed', was, now, growth: growthOf(was.usd, now.usd) };
}

function announcedTable(offers: readonly Offer[]): string | undefined {
  if (offers.length === 0) return undefined;
  return table(
    [{ title: 'item' }, { title: 'region' }, { title: 'will be', align: 'right' }, { title: 'from' }],
    offers.slice(0, ROWS).map((offer) => [offer.item, offer.region, offer.usd, date(offer.effectiveDate)]),
  );
}

function keptSection(title: string, rows: readonly KeptRow[]): string | undefined {
  if (rows.length === 0) return undefined;
  return [
    title,
    ...shown(rows, (row) => paragraph(`${row.item} in ${row.region}, read ${date(row.retrieved)}: ${row.reason}`, 2)),
  ].join('\n');
}

function shown<T>(rows: readonly T[], line: (row: T) => string): readonly string[] {
  const rest = rows.length - ROWS;
  return [...rows.slice(0, ROWS).map(line), ...(rest > 0 ? [`  … and ${rest} more; --json lists them all`] : [])];
}

function listed(title: string, body: string | undefined): string | undefined {
  return body === undefined ? undefined : `${title}\n${body}`;
}

function growth(was: AmountText, now: AmountText): string {
  const share = growthOf(was, now);
  return share === undefined ? 'from nothing' : signedPercent(share);
}

function growthOf(was: string, now: string): Exact | undefined {
  if (exact(was).equals(exact(now))) return exact(0);
  return exact(was).equals(0) ? undefined : exact(now).div(exact(was)).sub(exact(1));
}

/** "+3.1 %", "-12.0 %", "0 %" for nothing alone: what moved at all never reads as nothing. */
function signedPercent(share: Exact): string {
  if (share.equals(0)) return '0 %';
  const view = roundedText(share.mul(exact(100)), 1);
  const sign = share.compare(0) > 0 ? '+' : '';
  if (/[1-9]/.test(view)) return `${sign}${view} %`;
  return share.compare(0) > 0 ? '< +0.1 %' : '> -0.1 %';
}
