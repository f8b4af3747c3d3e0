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

/** What the templates cost, and bill.json. total = priced + free + bounded + waived + unpriced. */
export interface Bill {
  readonly schemaVersion: 1;
  readonly asOf: string;
  readonly currency: 'USD';
  readonly priceBook: { readonly sha256: string; readonly effectiveDate: string; readonly oldestRow: string | null };
  readonly window: Interval;
  readonly windowTotal: Range<AmountText>;
  readonly months: readonly (Interval & { readonly hours: string; readonly total: Range<AmountText> })[];
  readonly perHour: Range<AmountText>;
  readonly perMonth730: Range<AmountText>;
  /** USD an hour while node groups are being replaced. */
  readonly peakRate: AmountText;
  readonly resources: ResourceCount;
  readonly charges: readonly Charge[];
  readonly free: readonly FreeLine[];
  readonly unpriced: readonly UnpricedLine[];
  /** Share of the window's max that rests on assumptions and ceilings, 0–1, exact text. */
  readonly assumedShareOfMax: string;
}
