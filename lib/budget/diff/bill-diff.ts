import type { Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';
import type { Range } from '../../units/range';
import type { ResourceRef, UnpricedLine } from '../bill/charge';
import type { VerdictStatus } from '../envelope/verdict';

/**
 * Why something costs more or less.
 *
 * - `quantity`: what the templates create. `priceBook`: another price of the same thing.
 * - `calendar`: for how long it is billed. `contract`: what is declared or owned by the contract.
 */
export const CAUSES = ['quantity', 'priceBook', 'calendar', 'contract'] as const;
export type Cause = (typeof CAUSES)[number];

/** By cause, at each bound; below zero where it costs less. The causes add up to the whole difference. */
export type ByCause = Readonly<Record<Cause, Range<AmountText>>>;

/** What became of one paid dimension of one resource. */
export interface ChargeChange extends ResourceRef {
  readonly dimension: string;
  readonly offer: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: Range<AmountText>;
  readonly after: Range<AmountText>;
  readonly by: ByCause;
}

/** Something that leaves the templates and goes on costing: it is kept, or nobody deletes its stack. */
export interface LeftBehind extends ResourceRef {
  /** `stack`: its whole stack is no longer in the app, and the CDK deletes no stack by itself. */
  readonly why: 'Retain' | 'RetainExceptOnCreate' | 'Snapshot' | 'stack';
  /** What the old bill has it cost over the new window; null when it has no price there, or a snapshot's size is not known. */
  readonly goesOnCosting: Range<AmountText> | null;
}

/** What a change does to the drawdown of one period, in the contract's measure. `list` + `terms` = the difference. */
export interface PeriodDiff {
  readonly id: string;
  readonly before: Range<AmountText>;
  readonly after: Range<AmountText>;
  /** Of what the period is charged at list price: its causes are those of the bill. */
  readonly list: Range<AmountText>;
  /** Of everything else: discounts, rates, commitments, baseline, actuals. */
  readonly terms: Range<AmountText>;
}

/** One side of a comparison. */
export interface DiffSide {
  readonly asOf: string;
  readonly window: Interval;
  readonly total: Range<AmountText>;
  readonly priceBook: string;
  /** SHA-256; null when it was not judged. */
  readonly contract: string | null;
  /** Null when there is no verdict.json. */
  readonly status: VerdictStatus | null;
}

/** What a change does to the bill at list price. */
export interface BillDiff {
  readonly schemaVersion: 1;
  readonly currency: 'USD';
  readonly from: DiffSide;
  readonly to: DiffSide;
  readonly difference: Range<AmountText>;
  readonly by: ByCause;
  /** Periods that both verdicts have and whose amounts both may show. */
  readonly periods: readonly PeriodDiff[];
  /** Largest first, by the difference at max. */
  readonly changes: readonly ChargeChange[];
  /** With these on either side the difference is not the whole one. */
  readonly unpriced: { readonly from: readonly UnpricedLine[]; readonly to: readonly UnpricedLine[] };
  readonly leftBehind: readonly LeftBehind[];
}
