import { type Exact, exact } from '../../units/exact';
import type { Instant } from '../../units/interval';
import { priceOf } from './lookup';
import type { Offer, PriceBook } from './price-book';

/** How the price of one row, as it holds at an instant, differs between two books. */
export type PriceMove =
  | { readonly kind: 'added'; readonly now: Offer }
  | { readonly kind: 'removed'; readonly was: Offer }
  | {
      readonly kind: 'changed';
      readonly was: Offer;
      readonly now: Offer;
      /** now ÷ was, less 1, exact; undefined when it was 0. */
      readonly growth: Exact | undefined;
    };

/** What moved between two price books. */
export interface PriceMoves {
  readonly at: Instant;
  readonly moves: readonly PriceMove[];
  /** Rows of the same price in both. */
  readonly unmoved: number;
  /** Of those, rows that the newer book has read again. */
  readonly readAgain: number;
  /** Prices of the newer book that start after the instant and that the older one does not have. */
  readonly announced: readonly Offer[];
}

/** Compares two books row by row, as their prices hold at an instant. Ordered by region and item. */
export function movesBetween(older: PriceBook, newer: PriceBook, at: Instant): PriceMoves {
  const rows = new Map([...older.offers, ...newer.offers].map((offer) => [`${offer.region} ${offer.item}`, offer]));
  const pairs = [...rows.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => ({ was: inForce(older, row, at), now: inForce(newer, row, at) }));
  const unmoved = pairs.filter(
    ({ was, now }) => was !== undefined && now !== undefined && growthOf(was, now)?.equals(0),
  );
  const known = new Set(older.offers.map(versionKey));
  return {
    at,
    moves: pairs.flatMap(({ was, now }) => moveOf(was, now)),
    unmoved: unmoved.length,
    readAgain: unmoved.filter(({ was, now }) => was !== undefined && now !== undefined && now.retrieved > was.retrieved)
      .length,
    announced: newer.offers.filter((offer) => offer.effectiveDate > at && !known.has(versionKey(offer))),
  };
}

function moveOf(was: Offer | undefined, now: Offer | undefined): readonly PriceMove[] {
  if (was === undefined) return now === undefined ? [] : [{ kind: 'added', now }];
  if (now === undefined) return [{ kind: 'removed', was }];
  const growth = growthOf(was, now);
  return growth?.equals(0) ? [] : [{ kind: 'changed', was, now, growth }];
}

/** Undefined where nothing became something: no percentage says that. */
function growthOf(was: Offer, now: Offer): Exact | undefined {
  const [from, to] = [exact(was.usd), exact(now.usd)];
  if (from.equals(to)) return exact(0);
  return from.equals(0) ? undefined : to.div(from).sub(exact(1));
}

function inForce(book: PriceBook, row: Offer, at: Instant): Offer | undefined {
  const found = priceOf(book, row, at);
  return found.kind === 'found' ? found.offer : undefined;
}

function versionKey({ region, item, effectiveDate, usd }: Offer): string {
  return [region, item, effectiveDate, usd].join(' ');
}
