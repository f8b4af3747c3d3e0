import * as z from 'zod';
import { Problem } from '../../problem';
import { exact } from '../../units/exact';
import { instant } from '../../units/interval';
import { canonicalSha256 } from './canonical';
import { isCapacity, unitOf } from './items';
import type { Offer, PriceBook } from './price-book';

const offerSchema = z.strictObject({
  region: z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'must be a region such as "us-east-1"'),
  item: z.string(),
  unit: z.string(),
  usd: z.string().regex(/^\d+(\.\d+)?$/, 'must be decimal text such as "0.08"'),
  effectiveDate: z.string(),
  retrieved: z.string(),
  source: z.string().min(1, 'must say where the price comes from'),
});

const bookSchema = z.strictObject({
  schemaVersion: z.literal(1),
  currency: z.literal('USD', 'must be "USD"; amounts in another currency are never added'),
  effectiveDate: z.string(),
  sha256: z.string(),
  offers: z.array(offerSchema).min(1, 'must hold at least one offer'),
});

/** A price book as it was found, and what is wrong with its seal. */
export interface FoundPriceBook {
  readonly book: PriceBook;
  /** Set when the offers do not hash to what the book states: somebody changed them, so nothing may rest on them. */
  readonly altered?: string;
}

/**
 * Reads a price book's text and refuses one that cannot be read: a wrong shape or currency, a price that is not decimal
 * text, a capacity price of zero, an item outside the naming scheme, two prices for the same thing and date.
 *
 * @throws Problem InvalidPriceBook, one sentence
 */
export function readPriceBook(text: string): FoundPriceBook {
  const read = bookSchema.safeParse(parseJson(text));
  if (!read.success) throw refuse(describe(read.error));
  const { offers, ...rest } = read.data;
  const book: PriceBook = { ...rest, effectiveDate: date(rest.effectiveDate, 'the book'), offers: offers.map(checked) };
  refuseDuplicates(book.offers);
  const sha256 = sha256OfOffers(book.offers);
  if (sha256 === book.sha256) return { book };
  const altered = `its offers hash to ${sha256} and not to the ${book.sha256} it states`;
  return { book: { ...book, sha256 }, altered };
}

/** As `readPriceBook`, for those who cannot go on with an altered one. @throws Problem InvalidPriceBook */
export function loadPriceBook(text: string): PriceBook {
  const { book, altered } = readPriceBook(text);
  if (altered === undefined) return book;
  throw refuse(`${altered}; regenerate the snapshot`);
}

/** Of the offers alone, whatever order they stand in. */
export function sha256OfOffers(offers: readonly Offer[]): string {
  return canonicalSha256([...offers].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
}

/** Seals offers into a price book, as a snapshot is written. */
export function sealPriceBook(effectiveDate: string, offers: readonly Offer[]): PriceBook {
  const day = instant(effectiveDate);
  return { schemaVersion: 1, currency: 'USD', effectiveDate: day, sha256: sha256OfOffers(offers), offers };
}

function checked(row: z.infer<typeof offerSchema>): Offer {
  const name = `${row.item} in ${row.region}`;
  const unit = unitOf(row.item);
  if (unit === undefined) throw refuse(`${name} is not an item this price book knows; add it to the list of items`);
  if (row.unit !== unit) throw refuse(`${name} must be priced per ${unit}, got ${JSON.stringify(row.unit)}`);
  if (isCapacity(row.item) && exact(row.usd).equals(0)) {
    throw refuse(`${name} costs 0, and capacity is never free; leave the row out when the price is not known`);
  }
  return { ...row, unit, effectiveDate: date(row.effectiveDate, name), retrieved: date(row.retrieved, name) };
}

function refuseDuplicates(offers: readonly Offer[]): void {
  const seen = new Set<string>();
  for (const offer of offers) {
    const key = keyOf(offer);
    if (seen.has(key)) {
      throw refuse(`${offer.item} in ${offer.region} has two prices from ${offer.effectiveDate}; keep one of them`);
    }
    seen.add(key);
  }
}

function keyOf(offer: Offer): string {
  return [offer.region, offer.item, offer.effectiveDate].join('\u0000');
}

function date(text: string, of: string): string {
  try {
    return instant(text);
  } catch {
    throw refuse(`${of} has the date ${JSON.stringify(text)}; write a UTC date such as 2026-12-01`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(`it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  const where = issue?.path.length ? `${issue.path.map(String).join('.')} ` : '';
  return `${where}${issue?.message ?? 'has the wrong shape'}`;
}

function refuse(why: string): Problem {
  return new Problem('InvalidPriceBook', `the price book cannot be used: ${why}`);
}
