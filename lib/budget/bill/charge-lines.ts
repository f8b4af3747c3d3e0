import { type Exact, exact } from '../../units/exact';
import { type Interval, overlap } from '../../units/interval';
import { mapRange, type Range } from '../../units/range';
import { priceOf, pricesDuring } from '../prices/lookup';
import type { Offer, PriceBook } from '../prices/price-book';
import { type Accrual, accrue, type BillWindow } from './accrual';
import type { Assumptions } from './assumptions';
import type { ChargeBasis, ResourceRef } from './charge';
import type { DeclaredLine, Line, OnceLine, PricedLine, UsageLine } from './line';
import type { Truth } from './resolve-value';
import { CEILING_UNIT, USAGES } from './usages';

/** What prices a line: the book, what was declared, and where and when the resource is billed. */
export interface Pricing {
  readonly priceBook: PriceBook;
  readonly assumptions: Assumptions;
  readonly resource: ResourceRef;
  readonly region: string;
  readonly created: Truth;
  readonly active: Interval;
  readonly window: BillWindow;
}

/** What became of a line. A line that is never active in the window yields no accruals. */
export type Outcome =
  | { readonly kind: 'accrued'; readonly accruals: readonly Accrual[] }
  | { readonly kind: 'free'; readonly reason: string }
  | { readonly kind: 'unpriced'; readonly dimension: string; readonly reason: string };

const NEVER: Outcome = { kind: 'accrued', accruals: [] };

/** Puts a price on a line: the list's, else a declared ceiling, else none and it is unpriced. */
export function chargeLine(line: Line, pricing: Pricing): Outcome {
  switch (line.kind) {
    case 'free':
      return line;
    case 'unpriced':
      return ceiling(line.dimension, line.reason, pricing);
    case 'priced':
      return chargePriced(line, pricing);
    case 'usage':
      return chargeUsage(line, pricing);
    case 'declared':
      return chargeDeclared(line, pricing);
    case 'once':
      return chargeOnce(line, pricing);
  }
}

function chargePriced(line: PricedLine, pricing: Pricing): Outcome {
  const active = line.during === undefined ? pricing.active : overlap(pricing.active, line.during);
  if (active === undefined || active.start >= active.end) return NEVER;
  const basis = line.basis ?? 'price';
  return atPrices(line, basis, active, pricing);
}

function chargeUsage(line: UsageLine, pricing: Pricing): Outcome {
  const { dimension, item } = line;
  const unit = USAGES[dimension];
  const declared = pricing.assumptions.find(dimension, unit, pricing.resource.stack);
  if (declared.kind === 'refused') return ceiling(dimension, declared.reason, pricing);
  if (declared.kind === 'missing') {
    return ceiling(
      dimension,
      `what it uses is not in the template; declare ${dimension} in ${unit} for this stack`,
      pricing,
    );
  }
  return atPrices({ dimension, item, quantity: declared.quantity }, 'assumption', pricing.active, pricing);
}

function chargeDeclared({ dimension, usdPerHour }: DeclaredLine, pricing: Pricing): Outcome {
  const { active, resource, region, window, created } = pricing;
  if (active.start >= active.end) return NEVER;
  const shared = { resource, region, dimension, offer: 'declared', unit: 'hour', basis: 'assumption' } as const;
  const quantity = asCreated(usdPerHour, created);
  return { kind: 'accrued', accruals: [accrue({ ...shared, active, quantity, unitPrice: exact(1) }, window)] };
}

function chargeOnce(line: OnceLine, pricing: Pricing): Outcome {
  const { active, resource, region } = pricing;
  if (line.at < active.start || line.at >= active.end) return NEVER;
  const found = priceOf(pricing.priceBook, { region, item: line.item }, line.at);
  if (found.kind === 'missing') return ceiling(line.dimension, found.reason, pricing);
  const shared = {
    resource,
    region,
    dimension: line.dimension,
    offer: line.item,
    unit: 'once',
    basis: 'price',
  } as const;
  const quantity = asCreated(line.quantity, pricing.created);
  const input = { ...shared, active, dueAt: line.at, quantity, unitPrice: exact(found.offer.usd), from: found.offer };
  return { kind: 'accrued', accruals: [accrue(input, pricing.window)] };
}

/** One charge for each price that holds during the interval. */
function atPrices(
  line: Pick<PricedLine, 'dimension' | 'item' | 'quantity' | 'surge' | 'coverable' | 'availabilityZoneId'>,
  basis: ChargeBasis,
  active: Interval,
  pricing: Pricing,
): Outcome {
  if (active.start >= active.end) return NEVER;
  const { dimension, item, quantity, surge, coverable, availabilityZoneId } = line;
  const { region, resource } = pricing;
  const history = pricesDuring(pricing.priceBook, { region, item }, active);
  if (history.kind === 'missing') return ceiling(dimension, history.reason, pricing);
  const created = asCreated(quantity, pricing.created);
  const marked = {
    ...(coverable === true ? { coverable } : {}),
    ...(availabilityZoneId === undefined ? {} : { availabilityZoneId }),
  };
  const shared = { resource, region, dimension, offer: item, basis, quantity: created, surge, ...marked };
  const accruals = history.parts.map(({ offer, during }) =>
    accrue({ ...shared, unit: offer.unit, active: during, unitPrice: usdOf(offer), from: offer }, pricing.window),
  );
  return { kind: 'accrued', accruals };
}

/** Prices are read from text once each. */
const USD = new WeakMap<Offer, Exact>();

function usdOf(offer: Offer): Exact {
  const usd = USD.get(offer) ?? exact(offer.usd);
  USD.set(offer, usd);
  return usd;
}

/** The last resort: an amount that somebody answers for, in USD a month. */
function ceiling(dimension: string, reason: string, pricing: Pricing): Outcome {
  const { active, resource, window } = pricing;
  const declared = pricing.assumptions.find(dimension, CEILING_UNIT, resource.stack);
  if (declared.kind === 'missing') return { kind: 'unpriced', dimension, reason };
  if (declared.kind === 'refused') return { kind: 'unpriced', dimension, reason: declared.reason };
  if (active.start >= active.end) return NEVER;
  const shared = { resource, dimension, offer: 'ceiling', unit: 'month', basis: 'ceiling' } as const;
  const quantity = asCreated(declared.quantity, pricing.created);
  return { kind: 'accrued', accruals: [accrue({ ...shared, active, quantity, unitPrice: exact(1) }, window)] };
}

/** A resource whose condition is open counts nothing at min, and at plan what the template's defaults make of it. */
function asCreated(quantity: Range<Exact>, created: Truth): Range<Exact> {
  if (created.decided) return quantity;
  const zero = exact(0);
  return mapRange(quantity, (units, at) => (at === 'min' || (at === 'plan' && created.plan === false) ? zero : units));
}
