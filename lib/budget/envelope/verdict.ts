import type { Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';
import type { Range } from '../../units/range';
import type { Charge } from '../bill/charge';

export type VerdictStatus = 'within' | 'over' | 'shortfall' | 'unpriced' | 'infeasible' | 'failed';

/** Amounts are in the contract's measure and with its baseline; hourly ones without it. */
export interface CeilingResult {
  readonly result: 'within' | 'over' | 'none';
  readonly basis: 'max' | 'plan';
  readonly limit: AmountText | null;
  readonly amount: Range<AmountText>;
  readonly over: AmountText;
}

export interface FloorResult {
  readonly result: 'met' | 'atRisk' | 'missed' | 'notJudged';
  readonly commitment: AmountText | null;
  readonly amount: Range<AmountText>;
  readonly shortfall: Range<AmountText> | null;
}

export interface PeriodVerdict extends Interval {
  readonly id: string;
  readonly ceiling: CeilingResult;
  /** The hourly ceiling, where the contract has one; limit and amounts in USD an hour. */
  readonly ceilingPerHour: CeilingResult;
  readonly floor: FloorResult;
  /** The three dearest charges of the period, by their max in it at list price. */
  readonly largest: readonly PeriodCharge[];
}

/** A charge with what it costs inside the period, at list price and never redacted: the bill shows it too. */
export interface PeriodCharge extends Charge {
  readonly periodTotal?: Range<AmountText>;
}

/** Literal names of what can be found wrong; they are rule names of the CDK plugin too. */
export type FindingRule =
  | 'CeilingExceeded'
  | 'HourlyCeilingExceeded'
  | 'CommitmentShortfall'
  /** Something is billed before the contract's first period or after its last. */
  | 'UncoveredWindow'
  /** A waiver that has expired or names no period of the contract. */
  | 'WaiverIneffective'
  | 'Unpriced'
  | 'PriceBookStale'
  | 'AssumptionExpired'
  | 'ReservationOversubscribed'
  | 'PlanInfeasible'
  /** Only a gate that knows the clock says so: the answer is as of another day. */
  | 'AsOfNotToday'
  | 'CheckerFailed';

export interface Finding {
  readonly rule: FindingRule;
  readonly severity: 'fatal' | 'warning';
  readonly period: string | null;
  readonly stack: string | null;
  readonly logicalId: string | null;
  readonly sentence: string;
  readonly remedy: string;
}

/** What the verdict was made from, so that a gate can compare it with what is deployed. */
export interface VerdictInputs {
  readonly contract: { readonly id: string; readonly sha256: string } | null;
  readonly waivers: { readonly sha256: string } | null;
  readonly assumptions: { readonly sha256: string } | null;
  /** Null only when the check failed before there was a bill. */
  readonly priceBook: { readonly sha256: string } | null;
  readonly actuals: { readonly sha256: string } | null;
  readonly templates: Readonly<Record<string, string>>;
}

/** verdict.json. The gate fails on everything but `within`. */
export interface Verdict {
  readonly schemaVersion: 1;
  readonly status: VerdictStatus;
  readonly asOf: string;
  readonly inputs: VerdictInputs;
  readonly periods: readonly PeriodVerdict[];
  readonly findings: readonly Finding[];
}
