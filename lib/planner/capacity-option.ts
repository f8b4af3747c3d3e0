import type { Usd } from '../units/money';
import type { PurchaseOption } from '../workload/workload';

/** The planner's own word for something that has a price. `blueprint.ts` translates it to an offer. */
export type CapacityOption =
  | {
      readonly kind: 'instance';
      readonly region: string;
      readonly instanceType: string;
      readonly purchase: PurchaseOption;
    }
  | { readonly kind: 'gp3'; readonly region: string; readonly dimension: 'storage' | 'iops' | 'throughput' };

/** A list price per unit and hour, or per unit and calendar month. */
export interface UnitRate {
  readonly usd: Usd;
  readonly per: 'hour' | 'month';
  /** Where it was read, and from when on it holds, for people. @default - not told */
  readonly source?: string;
  readonly asOf?: string;
}

/**
 * What one unit costs. Owned capacity is no option of this: an instance bought as `capacityReservation` is one in a
 * reservation that is created for it. Undefined when no price is known: such an option is offered to nobody. */
export type RateOf = (option: CapacityOption) => UnitRate | undefined;

/** A rate that is paid in every hour of a term, used or not: a Savings Plan's, or one agreed privately. */
export interface CommittedRate {
  readonly usdPerHour: Usd;
  /** How it is bought, for people: "compute Savings Plan, 1 year, no upfront". */
  readonly name: string;
}

/** The cheapest committed rate of an instance on demand; undefined when none is known: then nothing is said to be saved. */
export type CommittedRateOf = (option: {
  readonly region: string;
  readonly instanceType: string;
}) => CommittedRate | undefined;
