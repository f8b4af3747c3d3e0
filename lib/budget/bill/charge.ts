import type { Instant, Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';
import type { Range } from '../../units/range';
import type { BillingUnit } from '../prices/price-book';

/** `price`: a listed price × a quantity the template fixes. `assumption`: × a declared usage. `ceiling`: a declared amount. */
export type ChargeBasis = 'price' | 'assumption' | 'ceiling';

/** A price's unit, or `once`: an amount that is due at one instant. */
export type ChargeUnit = BillingUnit | 'once';

/** Where in the assembly something is. */
export interface ResourceRef {
  /** Construct path of the stack, e.g. "UsEast1/Capacity00"; "ledger" for what the contract says is owned. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
}

/** One line of a bill: one paid dimension of one resource. All amounts are exact texts; min ≤ plan ≤ max. */
export interface Charge extends ResourceRef {
  readonly dimension: string;
  /** The offer's item, "ceiling", or "declared" for a price that an assumption gives. */
  readonly offer: string;
  readonly unit: ChargeUnit;
  /** Units of the resource at any time (instances, GiB); for usage, units a month. Exact text. */
  readonly quantity: Range<string>;
  readonly unitPrice: AmountText;
  /** When the resource is billed: the bill's window, cut short by a teardown that is in the assembly. */
  readonly active: Interval;
  readonly windowTotal: Range<AmountText>;
  /** A view: month-priced items at 730 hours a month. */
  readonly perHour: Range<AmountText>;
  readonly basis: ChargeBasis;
  /** Where it is priced. @default - a ceiling has no region */
  readonly region?: string;
  /** When an amount with unit `once` is due. @default - it accrues over `active` */
  readonly dueAt?: Instant;
  /**
   * Whether these are surely on-demand or reserved hours of this very instance type, so that Savings Plans and reserved
   * instances reach them. Spot, and a type that something else chooses, are not. @default - not
   */
  readonly coverable?: true;
  /** The one zone it runs in, which zonal reserved instances ask for. @default - not known, or several */
  readonly availabilityZoneId?: string;
}

export interface FreeLine extends ResourceRef {
  readonly reason: string;
}

export interface UnpricedLine extends ResourceRef {
  readonly dimension: string;
  readonly reason: string;
}
