import type { Instant } from '../../units/interval';
import type { AmountText } from '../../units/money';

/** What a price is charged per. `hour` and `month` accrue with time; the rest with use. */
export type BillingUnit =
  | 'hour'
  | 'month'
  | 'gigabyte-month'
  | 'iops-month'
  | 'mebibyte-per-second-month'
  | 'gigabyte'
  | 'gigabyte-second'
  | 'gigabyte-hour'
  | 'vcpu-hour'
  | 'request'
  | 'sample';

/**
 * Something sold: one price of one item in one region.
 *
 * `item` names what AWS meters, e.g. "instance:p5.48xlarge:onDemand", "gp3:storage", "eks:cluster", "nat:hour".
 */
export interface Offer {
  readonly region: string;
  readonly item: string;
  readonly unit: BillingUnit;
  readonly usd: AmountText;
  /** From when the price holds. */
  readonly effectiveDate: Instant;
  /** When the source was read; ages are counted from it. */
  readonly retrieved: Instant;
  readonly source: string;
}

/** A dated, hashed set of offers. Pinned in the repository; nothing else prices anything. */
export interface PriceBook {
  readonly schemaVersion: 1;
  readonly currency: 'USD';
  readonly effectiveDate: Instant;
  /** Of the canonical JSON of `offers`. */
  readonly sha256: string;
  readonly offers: readonly Offer[];
}

/** Absence is in the return type. */
export type PriceLookup =
  | { readonly kind: 'found'; readonly offer: Offer }
  | { readonly kind: 'missing'; readonly reason: string };
