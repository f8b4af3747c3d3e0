import { hoursIn, type Instant } from '../../units/interval';
import type { Offer, PriceBook } from './price-book';

/** One row of a book and how old it is. */
export interface RowAge {
  readonly offer: Offer;
  /** Whole days from the day that its source was read to the day asked about; 0 when it was read later. */
  readonly ageDays: number;
}

/** How old the rows of a book are, counted from when each was read and not from when the file was written. */
export interface BookAges {
  /** Oldest first; rows of the same age by region and item. */
  readonly rows: readonly RowAge[];
  /** Rows read after the clock's own time: their date is wrong. */
  readonly fromTheFuture: readonly Offer[];
}

export function agesOf(book: PriceBook, asOf: Instant, now: Instant): BookAges {
  const rows = book.offers
    .map((offer) => ({ offer, ageDays: wholeDays(offer.retrieved, asOf) }))
    .sort((a, b) => b.ageDays - a.ageDays || (rowKey(a.offer) < rowKey(b.offer) ? -1 : 1));
  return { rows, fromTheFuture: book.offers.filter((offer) => offer.retrieved > now) };
}

function wholeDays(from: Instant, to: Instant): number {
  return from < to ? Number(hoursIn({ start: from, end: to }).div(24).floor().n) : 0;
}

function rowKey({ region, item, effectiveDate }: Offer): string {
  return `${region} ${item} ${effectiveDate}`;
}
