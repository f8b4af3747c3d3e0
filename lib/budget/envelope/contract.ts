import type { Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';
import type { Assumption } from '../bill/assumption';
import type { CapacityBlockRow, CapacityReservationRow } from '../bill/ledger';
import type { ReservedInstanceRow, SavingsPlanRow } from './commitments';

/** One contract year, usually. `end` is exclusive: an AWS term that ends on 2027-11-30, inclusive, ends here at 2027-12-01. */
export interface ContractPeriod extends Interval {
  readonly id: string;
  readonly commitment: AmountText;
  /** Absent: "none" in the file. */
  readonly ceiling?: AmountText;
  readonly ceilingPerHour?: AmountText;
}

/** A percentage off everything of the named services, by AWS service code, e.g. "AmazonEC2". */
export interface ContractDiscount {
  readonly services: readonly string[];
  readonly percent: string;
}

/** A private price of one instance type: what is invoiced an hour. No discount is taken off it again. */
export interface ContractRate {
  readonly instanceType: string;
  readonly region: string;
  /** As in the offer's name, e.g. "onDemand". */
  readonly purchase: string;
  readonly usdPerHour: AmountText;
  readonly source: string;
}

/** A Capacity Block that is meant to be bought, at a quoted rate. */
export interface PlannedBlock {
  readonly instanceType: string;
  readonly region: string;
  readonly count: number;
  readonly start: string;
  readonly days: number;
  readonly usdPerHour: AmountText;
  readonly source: string;
  readonly date: string;
}

/** What spend outside this app is. The Marketplace counts up to its cap, support and tax where `counts` says so. */
export type SpendCategory = 'usage' | 'marketplace' | 'support' | 'tax';

/** Spend outside this app that counts toward the same commitment and ceiling in one period. */
export interface Baseline {
  readonly id: string;
  readonly period: string;
  /** @default usage */
  readonly category?: SpendCategory;
  readonly amount: AmountText;
  readonly asOf: string;
  readonly source: string;
}

/** A credit that AWS grants. It lowers what is paid in its period. */
export interface Credit {
  readonly id: string;
  readonly period: string;
  readonly amount: AmountText;
  /** Taken off before the contract's discounts, it saves only what is left of it after them. */
  readonly applied: 'beforeDiscounts' | 'afterDiscounts';
  /** Whether it lowers the drawdown too. */
  readonly lowersDrawdown: boolean;
  readonly source: string;
}

/** contract.json, validated: what was promised and what was approved. Made by `parseContract` alone. */
export interface Contract {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly currency: 'USD';
  /** Whether amounts that derive from the contract may be shown. @default false */
  readonly disclose: boolean;
  /** What an amount means in this contract, for its ceilings and its floor alike. */
  readonly measure: 'listGross' | 'afterCommitmentDiscounts' | 'net';
  readonly periods: readonly ContractPeriod[];
  /** @default max */
  readonly ceilingBasis: 'max' | 'plan';
  /** Whether a missed floor fails the synth. */
  readonly floorGate: 'warn' | 'fail';
  /** This app's share of the commitment, above 0 and at most 1. Absent ("none" in the file) and no baseline: the floor is not judged. */
  readonly share?: string;
  /** What goes over to the next period: what is missing from a commitment, or what exceeds it. */
  readonly carryForward: 'none' | 'shortfall' | 'excess';
  /** The most that goes over, percent of the period's commitment. Needed unless carryForward is none. */
  readonly carryForwardCapPercent?: string;
  readonly discounts: readonly ContractDiscount[];
  readonly rates?: readonly ContractRate[];
  readonly counts: {
    readonly capacityBlocks: 'atPurchase' | 'amortized' | 'no';
    readonly savingsPlanUpfront: 'atPurchase' | 'amortized' | 'no';
    /** Needed where a reserved instance has an upfront part. */
    readonly reservedInstanceUpfront?: 'atPurchase' | 'amortized' | 'no';
    /**
     * Whether the discount of AmazonEC2 is taken off what Savings Plans and reserved instances cost.
     * @default - not known: not off a ceiling's amount, off a floor's
     */
    readonly commitmentFeesDiscounted?: boolean;
    /** The most of a period's commitment that the Marketplace draws down, percent. Needed where a baseline has any. */
    readonly marketplaceCapPercent?: string;
    readonly support: boolean;
    readonly tax: boolean;
  };
  readonly baseline: readonly Baseline[];
  readonly credits?: readonly Credit[];
  readonly capacityReservations: readonly CapacityReservationRow[];
  readonly capacityBlocks: readonly CapacityBlockRow[];
  /** Proposals: shown and held against the ceilings as warnings. Nothing runs on them and no floor is met by them. */
  readonly plannedBlocks?: readonly PlannedBlock[];
  readonly savingsPlans?: readonly SavingsPlanRow[];
  readonly reservedInstances?: readonly ReservedInstanceRow[];
  readonly assumptions: readonly Assumption[];
}

/** The period name by which a waiver speaks of spend before the first period and after the last; no period may have it. */
export const OUTSIDE = 'outside';

/** The waiver that lets a rollback or a hotfix through whatever the contract says of its cost: see `breakGlass`. */
export const BREAK_GLASS = 'BreakGlass';

/** The period name by which a break-glass waiver speaks of all periods and the time outside them; no period may have it. */
export const EVERY_PERIOD = 'all';

/** The rules that a waiver can let pass. The rest are faults, not decisions. */
export const WAIVABLE = [
  'CeilingExceeded',
  'HourlyCeilingExceeded',
  'CommitmentShortfall',
  'Unpriced',
  'UncoveredWindow',
  BREAK_GLASS,
] as const;

/**
 * One row of waivers.json: lets one rule pass in one period, up to an amount, until a date.
 *
 * `upTo` is in the rule's own unit: USD of the period for CeilingExceeded and UncoveredWindow, USD an hour for
 * HourlyCeilingExceeded, USD short for CommitmentShortfall, and for Unpriced the most that the unpriced resources may cost in
 * the period, which is added to its plan and max. For BreakGlass it is the most that any one period may come to, USD.
 */
export interface Waiver {
  readonly rule: (typeof WAIVABLE)[number];
  /** A period's id, or "outside"; "all" for BreakGlass alone. */
  readonly period: string;
  readonly upTo: AmountText;
  readonly approver: string;
  readonly ticket: string;
  /** The waiver holds before this instant, not at it. */
  readonly expires: string;
}
