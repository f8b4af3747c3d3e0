import type { Instant, Interval } from '../../units/interval';
import { earlier, later } from '../../units/interval';
import type { Offer, PriceBook, PriceLookup } from './price-book';
import { whereToFind } from './price-list-rows';

/** What is asked for: one item in one region. */
export interface PriceQuery {
  readonly region: string;
  readonly item: string;
}

/** One offer and the part of an interval in which it is the price. */
export interface PricedPart {
  readonly offer: Offer;
  readonly during: Interval;
}

/** The prices that follow each other over an interval, or why there is none from its start. */
export type PriceHistory =
  | { readonly kind: 'found'; readonly parts: readonly PricedPart[] }
  | { readonly kind: 'missing'; readonly reason: string };

type Index = ReadonlyMap<string, readonly Offer[]>;

/** Price books are values and are looked up thousands of times; the index of one is built once. */
const INDEXES = new WeakMap<PriceBook, Index>();

/** The price that holds at an instant: the newest one effective by then. A price that starts later does not hold yet. */
export function priceOf(book: PriceBook, query: PriceQuery, at: Instant): PriceLookup {
  const offer = versionsOf(book, query)
    .filter((version) => version.effectiveDate <= at)
    .at(-1);
  return offer === undefined ? { kind: 'missing', reason: missing(book, query, at) } : { kind: 'found', offer };
}

/** What was found before: thousands of charges of one bill ask for the same few prices and intervals. */
const HISTORIES = new WeakMap<PriceBook, Map<string, PriceHistory>>();

/** The prices that hold one after another from the start of an interval to its end. */
export function pricesDuring(book: PriceBook, query: PriceQuery, during: Interval): PriceHistory {
  const known = HISTORIES.get(book) ?? new Map<string, PriceHistory>();
  if (known.size === 0) HISTORIES.set(book, known);
  const key = `${query.region} ${query.item} ${during.start} ${during.end}`;
  const found = known.get(key) ?? historyOf(book, query, during);
  known.set(key, found);
  return found;
}

function historyOf(book: PriceBook, query: PriceQuery, during: Interval): PriceHistory {
  const versions = versionsOf(book, query);
  const first = versions[0];
  if (first === undefined || first.effectiveDate > during.start) {
    return { kind: 'missing', reason: missing(book, query, during.start) };
  }
  const parts = versions
    .map((offer, at) => ({ offer, until: versions[at + 1]?.effectiveDate ?? during.end }))
    .map(({ offer, until }) => ({
      offer,
      during: { start: later(offer.effectiveDate, during.start), end: earlier(until, during.end) },
    }))
    .filter((part) => part.during.start < part.during.end);
  return { kind: 'found', parts };
}

function versionsOf(book: PriceBook, query: PriceQuery): readonly Offer[] {
  return indexOf(book).get(keyOf(query)) ?? [];
}

function indexOf(book: PriceBook): Index {
  const known = INDEXES.get(book);
  if (known !== undefined) return known;
  const index = new Map<string, Offer[]>();
  for (const offer of [...book.offers].sort((a, b) => (a.effectiveDate < b.effectiveDate ? -1 : 1))) {
    const versions = index.get(keyOf(offer));
    if (versions === undefined) index.set(keyOf(offer), [offer]);
    else versions.push(offer);
  }
  INDEXES.set(book, index);
  return index;
}

function keyOf(query: PriceQuery): string {
  return `${query.region} ${query.item}`;
}

function missing(book: PriceBook, query: PriceQuery, at: Instant): string {
  const first = versionsOf(book, query)[0];
  const since = first === undefined ? '' : ` before ${first.effectiveDate}, and ${at} is asked for`;
  return `the price book has no price for ${query.item} in ${query.region}${since}; ${whereToFind(query.item, query.region)}`;
}
