import type { Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';
import type { Assumption } from '../bill/assumption';
import type { CapacityBlockRow, CapacityReservationRow } from '../bill/ledger';

export interface ContractPeriod extends Interval {
  readonly id: string;
  readonly commitment: AmountText;
  readonly ceiling?: AmountText;
  readonly ceilingPerHour?: AmountText;
}

/** contract.json, validated: what was promised and what was approved. Shapes in the reference page on files. */
export interface Contract {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly currency: 'USD';
  /** Whether amounts that derive from the contract may be shown. @default false */
  readonly disclose: boolean;
  readonly measure: 'listGross' | 'afterCommitmentDiscounts' | 'net';
  readonly periods: readonly ContractPeriod[];
  readonly ceilingBasis: 'max' | 'plan';
  readonly floorGate: 'warn' | 'fail';
  /** This app's share of the commitment, 0–1. Absent and no baseline: the floor is not judged. */
  readonly share?: string;
  readonly carryForward: 'none' | 'shortfall' | 'excess';
  readonly discounts: readonly { readonly services: readonly string[]; readonly percent: string }[];
  readonly counts: {
    readonly capacityBlocks: 'atPurchase' | 'amortized' | 'no';
    readonly savingsPlanUpfront: 'atPurchase' | 'amortized' | 'no';
    readonly marketplaceCapPercent?: string;
    readonly support: boolean;
    readonly tax: boolean;
  };
  readonly baseline: readonly {
    readonly id: string;
    readonly period: string;
    readonly amount: AmountText;
    readonly asOf: string;
    readonly source: string;
  }[];
  readonly capacityReservations: readonly CapacityReservationRow[];
  readonly capacityBlocks: readonly CapacityBlockRow[];
  readonly assumptions: readonly Assumption[];
}

/** One row of waivers.json: lets one rule pass in one period up to an amount until a date. */
export interface Waiver {
  readonly rule: string;
  readonly period: string;
  readonly upTo: AmountText;
  readonly approver: string;
  readonly ticket: string;
  readonly expires: string;
}
