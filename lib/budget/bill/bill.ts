import type { Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';
import type { Range } from '../../units/range';
import type { Charge, FreeLine, UnpricedLine } from './charge';

/** How many resources fell into each class; a resource's class is that of its worst dimension. */
export interface ResourceCount {
  readonly total: number;
  readonly priced: number;
  readonly free: number;
  readonly bounded: number;
  readonly waived: number;
  readonly unpriced: number;
}

/** How much of one reservation or Capacity Block the templates use. used + unused = count at every bound. */
export interface ReservationUse {
  /** The reservation's id, or stack path and logical id of one that a template creates. */
  readonly id: string;
  readonly count: number;
  readonly used: Range<number>;
  readonly unused: Range<number>;
  /** Nodes beyond the count: billed on demand, and a finding when max is above 0. */
  readonly over: Range<number>;
  /** The node groups that target it. */
  readonly groups: readonly { readonly stack: string; readonly logicalId: string }[];
}

/** What the templates cost, and bill.json. total = priced + free + bounded + waived + unpriced. */
export interface Bill {
  readonly schemaVersion: 1;
  readonly asOf: string;
  readonly currency: 'USD';
  readonly priceBook: { readonly sha256: string; readonly effectiveDate: string; readonly oldestRow: string | null };
  readonly window: Interval;
  readonly windowTotal: Range<AmountText>;
  readonly months: readonly (Interval & { readonly hours: string; readonly total: Range<AmountText> })[];
  /** The window's dearest hour, a view; what is paid once is not in it. */
  readonly perHour: Range<AmountText>;
  /** That hour times 730, a view. */
  readonly perMonth730: Range<AmountText>;
  /** USD an hour, a view: the dearest hour while every node group is being replaced. */
  readonly peakRate: AmountText;
  readonly resources: ResourceCount;
  readonly charges: readonly Charge[];
  readonly reservations: readonly ReservationUse[];
  /** Owned Capacity Blocks whose fees are left out, because the contract does not disclose them. @default - none */
  readonly withheldFees?: number;
  readonly free: readonly FreeLine[];
  readonly unpriced: readonly UnpricedLine[];
  /** Share of the window's max that rests on assumptions and ceilings, 0–1, exact text. */
  readonly assumedShareOfMax: string;
}
