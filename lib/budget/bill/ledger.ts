import type { Instant } from '../../units/interval';
import type { AmountText } from '../../units/money';

/** An on-demand capacity reservation (ODCR) that exists: billed at count × rate whether it runs or not. */
export interface CapacityReservationRow {
  readonly id: string;
  readonly instanceType: string;
  readonly availabilityZoneId: string;
  readonly count: number;
  readonly start: Instant;
  readonly end: Instant | null;
  /** ARN of the resource group that it belongs to, for node groups that target the group. @default - none */
  readonly resourceGroupArn?: string;
  /** Account that owns it, for commitments of the same account. @default - not known */
  readonly account?: string;
  /** Until then it can be neither shrunk nor cancelled, as a future-dated one. @default - it can be cancelled */
  readonly committedUntil?: Instant;
}

/** A purchased Capacity Block: paid upfront, cannot be cancelled. */
export interface CapacityBlockRow {
  readonly id: string;
  readonly instanceType: string;
  readonly count: number;
  readonly start: Instant;
  readonly end: Instant;
  readonly upfront: AmountText;
  readonly purchased: Instant;
}

/** What the contract says is owned. A reservation that a template names and the ledger lacks is unpriced. */
export interface Ledger {
  readonly capacityReservations: readonly CapacityReservationRow[];
  readonly capacityBlocks: readonly CapacityBlockRow[];
  /** Whether the blocks' fees stay out of the bill, as those of a contract that does not disclose. @default false */
  readonly withholdsFees?: boolean;
}
