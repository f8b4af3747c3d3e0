import * as z from 'zod';
import { type Exact, exact, exactText } from '../../units/exact';
import { type Instant, instant } from '../../units/interval';
import type { Offer } from './price-book';
import { type ListRow, matches, usagesOf } from './price-list-rows';

/** Why a row of the Price List is no price. Expected: the price that the book had stays, with its old age. */
export type RowFault =
  | 'notListed'
  | 'ambiguous'
  | 'unreadable'
  | 'currency'
  | 'unit'
  | 'tiers'
  | 'zero'
  | 'terms'
  | 'refusedQuery';

/** What the Price List says about one row of the book. */
export type RowReading =
  | { readonly kind: 'priced'; readonly region: string; readonly item: string; readonly offers: readonly Offer[] }
  | {
      readonly kind: 'fault';
      readonly region: string;
      readonly item: string;
      readonly fault: RowFault;
      readonly reason: string;
    };

const dimensionSchema = z.object({
  unit: z.string(),
  beginRange: z.string(),
  endRange: z.string(),
  pricePerUnit: z.record(z.string(), z.string()),
});

const productSchema = z.object({
  product: z.object({
    sku: z.string().min(1),
    productFamily: z.string().optional(),
    attributes: z.record(z.string(), z.string()),
  }),
  serviceCode: z.string(),
  publicationDate: z.string().optional(),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({ effectiveDate: z.string(), priceDimensions: z.record(z.string(), dimensionSchema) }),
      )
      .optional(),
  }),
});

type Dimension = z.infer<typeof dimensionSchema>;

/** One entry of GetProducts' `PriceList`, as much of it as a price needs. */
export type ListedProduct = z.infer<typeof productSchema>;

/** What one query brought back. */
export interface ListedAnswer {
  readonly products: readonly ListedProduct[];
  /** Entries that are no product in the documented shape. */
  readonly unreadable: number;
}

/** Reads the entries of an answer: JSON texts, which the SDK hands over as String objects; pass `String(entry)`. */
export function parseAnswer(entries: readonly string[]): ListedAnswer {
  const products = entries.map(parseProduct).filter((product) => product !== undefined);
  return { products, unreadable: entries.length - products.length };
}

/** What a reading is stamped with: when the list was read, and through which server when that is not AWS's own. */
export interface ReadingStamp {
  readonly retrieved: Instant;
  readonly via?: string | undefined;
}

/**
 * The price of one row among everything that a query returned. The server's filters are not trusted: every attribute is
 * matched again here, and what is left must be exactly one SKU.
 */
export function readRow(row: ListRow, answer: ListedAnswer, stamp: ReadingStamp): RowReading {
  const found = productsOf(row, answer.products);
  const skus = [...new Set(found.map((product) => product.product.sku))];
  const [product] = found;
  if (product === undefined && answer.unreadable > 0) {
    return faulty(row, 'unreadable', `${answer.unreadable} entries of the answer are no product, and no other is it`);
  }
  if (product === undefined) return faulty(row, 'notListed', `the price list has no ${usagesOf(row)}`);
  if (skus.length > 1) {
    return faulty(row, 'ambiguous', `the price list has ${skus.length} SKUs for it: ${skus.sort().join(', ')}`);
  }
  if (new Set(found.map((each) => JSON.stringify(each))).size > 1) {
    return faulty(row, 'ambiguous', `the price list shows SKU ${product.product.sku} twice, and not the same`);
  }
  return priceOf(row, product, stamp);
}

function parseProduct(text: string): ListedProduct | undefined {
  const read = productSchema.safeParse(parseJson(text));
  return read.success ? read.data : undefined;
}

/** A row whose query the Price List refused. */
export function refusedRow(row: ListRow, why: string): RowReading {
  return faulty(row, 'refusedQuery', `the price list refuses the query: ${why}`);
}

/** Those of the first usage type, in the row's order of preference, that is listed at all. */
function productsOf(row: ListRow, products: readonly ListedProduct[]): readonly ListedProduct[] {
  for (const usage of row.selector.usageTypes) {
    const found = products.filter((product) => matches(row, usage, product));
    if (found.length > 0) return found;
  }
  return [];
}

function priceOf(row: ListRow, product: ListedProduct, stamp: ReadingStamp): RowReading {
  const { sku } = product.product;
  const terms = Object.values(product.terms.OnDemand ?? {});
  if (terms.length === 0) return faulty(row, 'terms', `SKU ${sku} has no on-demand term`);
  const offers: Offer[] = [];
  for (const term of terms) {
    const effectiveDate = instantOf(term.effectiveDate);
    if (effectiveDate === undefined) return faulty(row, 'terms', `SKU ${sku} is effective ${term.effectiveDate}`);
    const price = firstPaidTier(row, Object.values(term.priceDimensions));
    if (price.kind === 'fault') return faulty(row, price.fault, `SKU ${sku} ${price.reason}`);
    offers.push({
      region: row.region,
      item: row.item,
      unit: row.unit,
      usd: exactText(price.usd),
      effectiveDate,
      retrieved: stamp.retrieved,
      source: sourceOf(product, stamp),
    });
  }
  if (new Set(offers.map((offer) => offer.effectiveDate)).size < offers.length) {
    return faulty(row, 'terms', `SKU ${sku} has two on-demand terms of the same effective date`);
  }
  return { kind: 'priced', region: row.region, item: row.item, offers };
}

type TierPrice =
  | { readonly kind: 'price'; readonly usd: Exact }
  | { readonly kind: 'fault'; readonly fault: RowFault; readonly reason: string };

interface Tier {
  readonly begin: Exact;
  /** Undefined: without end. */
  readonly end: Exact | undefined;
  readonly usd: Exact;
}

/**
 * The price of the first tier that costs anything. A first tier of zero is a free allowance, which a whole organisation
 * shares; a later tier may be cheaper and never dearer, or the first would not be a bound.
 */
function firstPaidTier(row: ListRow, dimensions: readonly Dimension[]): TierPrice {
  const tiers: Tier[] = [];
  for (const dimension of dimensions) {
    const tier = tierOf(row, dimension);
    if ('kind' in tier) return tier;
    tiers.push(tier);
  }
  tiers.sort((a, b) => a.begin.compare(b.begin));
  const gap = gapIn(tiers);
  if (gap !== undefined) return fault('tiers', gap);
  const paid = tiers.find((tier) => !tier.usd.equals(0));
  if (paid === undefined) return fault('zero', 'costs 0, which is a hole in the list or a free rule, and not a price');
  const dearer = tiers.some((tier) => tier.usd.compare(paid.usd) > 0);
  return dearer ? fault('tiers', 'grows dearer with use, so its first tier bounds nothing') : price(paid.usd);
}

function tierOf(row: ListRow, dimension: Dimension): Tier | Extract<TierPrice, { kind: 'fault' }> {
  const currencies = Object.keys(dimension.pricePerUnit);
  const usd = decimal(dimension.pricePerUnit.USD ?? '');
  if (currencies.join() !== 'USD') return fault('currency', `is priced in ${currencies.join(' and ') || 'nothing'}`);
  const perUnit = row.selector.units[dimension.unit.toLowerCase()];
  if (perUnit === undefined) return fault('unit', `is priced per ${JSON.stringify(dimension.unit)}, not ${row.unit}`);
  const begin = decimal(dimension.beginRange);
  const end = dimension.endRange === 'Inf' ? undefined : decimal(dimension.endRange);
  if (usd === undefined) return fault('unreadable', `costs ${JSON.stringify(dimension.pricePerUnit.USD)}`);
  if (begin === undefined || (end === undefined && dimension.endRange !== 'Inf')) {
    return fault('tiers', `has a tier from ${dimension.beginRange} to ${dimension.endRange}`);
  }
  return { begin, end, usd: usd.div(exact(perUnit)) };
}

function gapIn(tiers: readonly Tier[]): string | undefined {
  if (tiers.length === 0) return 'has no price';
  let expected: Exact | undefined = exact(0);
  for (const { begin, end } of tiers) {
    if (expected === undefined || !begin.equals(expected)) {
      const before = expected === undefined ? 'the tier before it has no end' : `${exactText(expected)} was expected`;
      return `has a tier that begins at ${exactText(begin)} where ${before}`;
    }
    expected = end;
  }
  return expected === undefined ? undefined : `has no tier above ${exactText(expected)}`;
}

function sourceOf({ product, serviceCode, publicationDate }: ListedProduct, { via }: ReadingStamp): string {
  const published = publicationDate === undefined ? '' : `, published ${publicationDate}`;
  const through = via === undefined ? '' : `, through ${via}`;
  return `AWS Price List ${serviceCode} SKU ${product.sku} (${product.attributes.usagetype ?? 'no usage type'})${published}${through}`;
}

function faulty(row: ListRow, fault: RowFault, reason: string): RowReading {
  return { kind: 'fault', region: row.region, item: row.item, fault, reason };
}

function fault(code: RowFault, reason: string): Extract<TierPrice, { kind: 'fault' }> {
  return { kind: 'fault', fault: code, reason };
}

function price(usd: Exact): TierPrice {
  return { kind: 'price', usd };
}

function decimal(text: string): Exact | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? exact(text) : undefined;
}

/** AWS writes whole seconds in UTC; some lists add milliseconds. */
function instantOf(text: string): Instant | undefined {
  try {
    return instant(text.replace(/\.\d+Z$/, 'Z'));
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
