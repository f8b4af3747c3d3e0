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
  /**
   * What an earlier period leaves over, at each bound: above zero it is added to the commitment, below zero taken off.
   * drawdown + shortfall + what is carried out = commitment + what is carried in, when under. @default - nothing is carried
   */
  readonly carriedIn?: Range<AmountText>;
  /** What goes over to the next period. A shortfall that is carried out is not in `shortfall`. */
  readonly carriedOut?: Range<AmountText>;
}

/** Three numbers that are never mixed. All are of the period's end: what is charged to date and what is planned after it. */
export interface PeriodSpend {
  /** What is invoiced, when it is invoiced: with contract discounts, upfront payments at their purchase, less credits. */
  readonly cash: Range<AmountText>;
  /** The same with upfront payments spread over what they are for, before credits. */
  readonly amortized: Range<AmountText>;
  /** What counts toward the commitment, as its floor does. */
  readonly drawdown: Range<AmountText>;
}

/** What a forecast starts from: AWS's own figures, in place of plan and baseline for the covered days. */
export interface ChargedToDate {
  readonly covered: Interval;
  /** Open: AWS may still restate it. */
  readonly state: 'open' | 'final';
  readonly cash: AmountText;
  readonly amortized: AmountText;
  readonly drawdown: AmountText;
}

/** How near a period's answer is to another: amounts at the bound that its ceiling is judged at, in the contract's measure. */
export interface Sensitivity {
  /** What the period comes to at most with every list price a tenth higher: what commitments cover moves less. */
  readonly tenthDearer: AmountText;
  /** How much of the amount at max is not in the plan. */
  readonly maxOverPlan: AmountText;
  /** What would exceed the ceiling of the period before, had it come then. @default - there is none, or it has no ceiling */
  readonly earlier?: { readonly period: string; readonly result: 'within' | 'over'; readonly over: AmountText };
}

/** One Savings Plan (USD) or reserved instance (instance hours) inside a period. used + unused = committed at every bound. */
export interface CommitmentUse {
  readonly id: string;
  readonly kind: 'savingsPlan' | 'reservedInstance';
  readonly unit: 'USD' | 'instance-hour';
  readonly committed: string;
  /** Of what this app's usage is sure to take. */
  readonly used: Range<string>;
  readonly unused: Range<string>;
}

/** Something that is paid for whatever happens, and for longer than a period. */
export interface Obligation extends Interval {
  readonly kind: 'savingsPlan' | 'reservedInstance' | 'capacityBlock' | 'capacityReservation';
  readonly id: string;
  /** The periods whose end it crosses. */
  readonly crosses: readonly string[];
  /** What of it falls after the contract's end, spread evenly; null where no price is known so far ahead. */
  readonly afterContract: AmountText | null;
}

/** A Capacity Block that the contract proposes. Nothing runs on it, and it never makes a verdict better. */
export interface Proposal extends Interval {
  readonly instanceType: string;
  readonly region: string;
  readonly count: number;
  readonly usdPerHour: AmountText;
  /** Count × hours × rate. */
  readonly fee: AmountText;
  readonly source: string;
  /** The day of the quote, which AWS holds for 24 hours at most. */
  readonly quoted: string;
}

/** The waiver that lets this verdict pass, whatever its warnings say. */
export interface BreakGlass {
  readonly approver: string;
  readonly ticket: string;
  readonly expires: string;
}

export interface PeriodVerdict extends Interval {
  readonly id: string;
  readonly ceiling: CeilingResult;
  /** The hourly ceiling, where the contract has one; limit and amounts in USD an hour. */
  readonly ceilingPerHour: CeilingResult;
  readonly floor: FloorResult;
  /** @default - a verdict of an older version */
  readonly spend?: PeriodSpend;
  /** @default - a verdict of an older version */
  readonly sensitivity?: Sensitivity;
  /** @default - no actuals reach the period */
  readonly charged?: ChargedToDate;
  /** @default - the contract has none */
  readonly commitments?: readonly CommitmentUse[];
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
  | 'ReservationOversubscribed'
  /** A Savings Plan lists no rate for something that runs on demand. */
  | 'CommitmentRateMissing'
  /** Something that cannot be cancelled runs past a period's end. */
  | 'ObligationCrossesEnd'
  /** A proposal, if bought, would exceed a ceiling. */
  | 'ProposalOverCeiling'
  /** Actuals that do not say the contract's measure. */
  | 'ActualsNotCounted'
  /** What AWS charged for this deployment is not what its plan says of the same days. */
  | 'ActualsOffPlan'
  | 'PlanInfeasible'
  /** Only a gate that knows the clock says so: the answer is as of another day. */
  | 'AsOfNotToday'
  /** Only a gate that knows the clock says so, where it is told how old is too old. */
  | 'PricesTooOld'
  /** Only `headroom check --expect` says so: something is not what was reviewed. */
  | 'NotAsExpected'
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
  /** Null without one. The id is null where the file could not be read as a contract; the hash is of its bytes all the same. */
  readonly contract: { readonly id: string | null; readonly sha256: string } | null;
  readonly waivers: { readonly sha256: string } | null;
  /** Of the declared usages alone, in whatever order keys stand; null where nobody could declare any. */
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
  /** @default - none */
  readonly obligations?: readonly Obligation[];
  /** @default - none */
  readonly proposals?: readonly Proposal[];
  /** Set when a break-glass waiver lets something pass. @default - none does */
  readonly breakGlass?: BreakGlass;
  readonly findings: readonly Finding[];
}
