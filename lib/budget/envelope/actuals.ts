import type { Instant, Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';

/**
 * What a row of the invoice is, as far as a contract asks.
 *
 * - `usage`: metered use at its own price. `committedUsage`: use that a Savings Plan or Reserved Instance covers, and what of
 *   one nothing used.
 * - `commitmentFee`: its recurring fee. `commitmentUpfront`: what was paid at once for it.
 * - `capacityBlock`: the upfront price of a Capacity Block. `purchase`: any other purchase.
 * - `marketplace`: of another publisher. `adjustment`: a refund or a correction.
 */
export const CHARGE_KINDS = [
  'usage',
  'committedUsage',
  'commitmentFee',
  'commitmentUpfront',
  'capacityBlock',
  'purchase',
  'marketplace',
  'support',
  'tax',
  'credit',
  'adjustment',
] as const;
export type ChargeKind = (typeof CHARGE_KINDS)[number];

/** One kind of charge of one UTC day. Exact sums of rows; a credit is negative. */
export interface DailyCharge {
  /** "2026-12-01". */
  readonly day: string;
  readonly kind: ChargeKind;
  /** The value of the tag `headroom:deployment`; null for what no deployment of Headroom caused. */
  readonly deployment: string | null;
  /** BilledCost: what is invoiced, when it is invoiced. */
  readonly cash: AmountText;
  /** EffectiveCost: with what was paid upfront spread over its use. */
  readonly amortized: AmountText;
  /** ListCost: at public prices. */
  readonly list: AmountText;
}

/** A billing month. AWS restates an open one; a final one has its invoice. */
export interface ActualMonth {
  /** "2026-12". */
  readonly month: string;
  readonly state: 'open' | 'final';
  readonly rows: number;
}

/** A file that was read. */
export interface ActualsSource {
  /** Its name without the folder. */
  readonly name: string;
  readonly format: 'csv' | 'parquet';
  /** Of the FOCUS columns in it. */
  readonly focusVersion: '1.0' | '1.2';
  readonly rows: number;
  /** Of its bytes. */
  readonly sha256: string;
}

/**
 * actuals.json: what AWS has charged to date, by day. `headroom actuals` makes it from FOCUS exports; synth reads it.
 *
 * It knows no contract: what of it counts toward which period is `actualsWithin`'s to say.
 */
export interface Actuals {
  readonly schemaVersion: 1;
  readonly asOf: Instant;
  readonly currency: 'USD';
  /** Whole days: the plan counts only from its end on. */
  readonly covered: Interval;
  readonly months: readonly ActualMonth[];
  readonly sources: readonly ActualsSource[];
  readonly charges: readonly DailyCharge[];
  /** Of everything else in the file, so that an edit is seen. */
  readonly sha256: string;
}
