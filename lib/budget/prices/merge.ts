import { exact } from '../../units/exact';
import type { Instant } from '../../units/interval';
import { sealPriceBook } from './load';
import { priceOf } from './lookup';
import type { Offer, PriceBook } from './price-book';
import type { RowFault, RowReading } from './price-list';
import { notReadReason } from './price-list-rows';

/** A row that stays as it was, with the age that it had. */
export interface KeptRow {
  readonly region: string;
  readonly item: string;
  readonly retrieved: Instant;
  /** Null: it was not asked for. */
  readonly fault: RowFault | null;
  readonly reason: string;
}

/** A row that the list has in a shape that is no price, and that the book never had. */
export interface RefusedRow {
  readonly region: string;
  readonly item: string;
  readonly fault: RowFault;
  readonly reason: string;
}

/** What a refresh did to a book, row by row. */
export interface RefreshSummary {
  readonly rows: number;
  /** Rows whose price was read again, whether it moved or not. */
  readonly read: number;
  readonly added: readonly Offer[];
  readonly changed: readonly { readonly was: Offer; readonly now: Offer }[];
  /** Asked for, in the book, and not found again as a price. */
  readonly kept: readonly KeptRow[];
  /** In the book and not asked for: another region, or not in the Price List at all. */
  readonly notAsked: readonly KeptRow[];
  readonly refused: readonly RefusedRow[];
  /** Asked for and neither listed nor ever in the book: not sold there. */
  readonly notOffered: number;
}

export interface Refreshed {
  readonly book: PriceBook;
  readonly summary: RefreshSummary;
}

/**
 * The book with what was read put in. Nothing is lost: a row that is not a price today keeps its price and its age. An
 * unchanged price keeps the date from which it is known to hold; a moved one is a further version from its own date on.
 */
export function mergeReadings(book: PriceBook, readings: readonly RowReading[], at: Instant): Refreshed {
  const read = new Map(readings.map((reading) => [keyOf(reading), reading]));
  const before = grouped(book.offers);
  const offers = [...new Set([...before.keys(), ...read.keys()])].sort().flatMap((key) => {
    const reading = read.get(key);
    const versions = before.get(key) ?? [];
    return reading?.kind === 'priced' ? withListed(versions, reading.offers, at) : versions;
  });
  const refreshed = sealPriceBook(at, offers);
  return { book: refreshed, summary: summarize(book, refreshed, readings, at) };
}

/** Versions after a reading, oldest first. What was known to start later than today is not the list's to deny. */
function withListed(known: readonly Offer[], listed: readonly Offer[], at: Instant): readonly Offer[] {
  return inOrder(listed).reduce<readonly Offer[]>((versions, price) => {
    const earlier = versions.filter((version) => version.effectiveDate < price.effectiveDate);
    const later = versions.filter(
      (version) => version.effectiveDate > price.effectiveDate && version.effectiveDate > at,
    );
    const last = earlier.at(-1);
    return last !== undefined && samePrice(last, price)
      ? [...earlier.slice(0, -1), { ...price, effectiveDate: last.effectiveDate }, ...later]
      : [...earlier, price, ...later];
  }, inOrder(known));
}

function summarize(before: PriceBook, after: PriceBook, readings: readonly RowReading[], at: Instant): RefreshSummary {
  const asked = new Map(readings.map((reading) => [keyOf(reading), reading]));
  const latest = new Map(inOrder(before.offers).map((offer) => [keyOf(offer), offer]));
  const priced = readings.filter((reading) => reading.kind === 'priced');
  const faults = readings.filter((reading) => reading.kind === 'fault');
  const inForce = (book: PriceBook, row: { region: string; item: string }): Offer | undefined => {
    const found = priceOf(book, row, at);
    return found.kind === 'found' ? found.offer : undefined;
  };
  const pairs = priced.map((row) => ({ was: inForce(before, row), now: inForce(after, row) }));
  const kept = faults.flatMap(({ region, item, fault, reason }) => {
    const had = latest.get(keyOf({ region, item }));
    return had === undefined ? [] : [{ region, item, retrieved: had.retrieved, fault, reason }];
  });
  const unknown = faults.filter((row) => !latest.has(keyOf(row)));
  return {
    rows: after.offers.length,
    read: priced.length,
    added: pairs.flatMap(({ was, now }) => (was === undefined && now !== undefined ? [now] : [])),
    changed: pairs.flatMap(({ was, now }) =>
      was !== undefined && now !== undefined && !samePrice(was, now) ? [{ was, now }] : [],
    ),
    kept,
    notAsked: [...latest.values()]
      .filter((offer) => !asked.has(keyOf(offer)))
      .map(({ region, item, retrieved }) => ({
        region,
        item,
        retrieved,
        fault: null,
        reason: notReadReason(item) ?? `${region} was not asked for`,
      })),
    refused: unknown
      .filter(({ fault }) => fault !== 'notListed')
      .map(({ region, item, fault, reason }) => ({ region, item, fault, reason })),
    notOffered: unknown.filter(({ fault }) => fault === 'notListed').length,
  };
}

function grouped(offers: readonly Offer[]): ReadonlyMap<string, readonly Offer[]> {
  const groups = new Map<string, Offer[]>();
  for (const offer of offers) {
    const group = groups.get(keyOf(offer));
    if (group === undefined) groups.set(keyOf(offer), [offer]);
    else group.push(offer);
  }
  return groups;
}

function inOrder(offers: readonly Offer[]): readonly Offer[] {
  return [...offers].sort((a, b) => (a.effectiveDate < b.effectiveDate ? -1 : 1));
}

function samePrice(a: Offer, b: Offer): boolean {
  return exact(a.usd).equals(exact(b.usd));
}

function keyOf({ region, item }: { readonly region: string; readonly item: string }): string {
  return `${region} ${item}`;
}
