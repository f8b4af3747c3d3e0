/** What is owned of one instance type in one zone: so many instances, in EC2's terms. */
interface OwnedInstances {
  readonly instanceType: string;
  /** Instances reserved, used or not. */
  readonly count: number;
  /** Name of the zone, the first of the cell's. */
  readonly availabilityZone: string;
}

/** An on-demand capacity reservation (ODCR) that exists, or a resource group of several, which is targeted by its ARN. */
export type OwnedReservation = OwnedInstances & {
  readonly kind: 'capacityReservation';
  /** UTC date or instant. @default - it has started */
  readonly start?: string;
  /** UTC date or instant, exclusive. @default - it has no end */
  readonly end?: string;
} & (
    | { readonly id: string; readonly resourceGroupArn?: never; readonly reservationIds?: never }
    | {
        readonly resourceGroupArn: string;
        readonly id?: never;
        /**
         * The group's reservations of this instance type, at most nine, for an alarm on those that are not used: CloudWatch
         * knows no resource groups. @default - no such alarm; missing nodes are noticed where the cell has metrics
         */
        readonly reservationIds?: readonly string[];
      }
  );

/** A Capacity Block that was bought: prepaid, from its start to its end. */
export type OwnedBlock = OwnedInstances & {
  readonly kind: 'capacityBlock';
  readonly id: string;
  readonly start: string;
  readonly end: string;
};

export type OwnedCapacity = OwnedReservation | OwnedBlock;

/**
 * What a spot instance is expected to cost. AWS lists no price of spot: without a rate it is offered to nobody. The rate only
 * chooses; a plan and a bill count spot at 0 at the least and at the on-demand price at plan and at the most.
 */
export interface SpotRate {
  readonly region: string;
  readonly instanceType: string;
  /** Decimal text. */
  readonly usdPerHour: string;
  readonly source: string;
  /** UTC date on which the source said so. */
  readonly asOf: string;
}

/** What a person shall buy where CloudFormation cannot, and what has been approved for it. Amounts are decimal text in USD. */
export type PurchaseRequest =
  /** A Capacity Block in the zone of a cell's accelerators: 1 to 14 days, or whole weeks up to 182 days. */
  | {
      readonly kind: 'capacityBlock';
      /** Lower-case letters, digits and hyphens; unique in the deployment. */
      readonly name: string;
      readonly cell: string;
      readonly instanceType: string;
      readonly count: number;
      readonly days: number;
      /** UTC dates or instants: it starts no earlier, and ends no later. */
      readonly startsFrom: string;
      readonly endsBy: string;
      /** For the whole block, due at once. */
      readonly maximumFeeUsd: string;
    }
  /** An on-demand capacity reservation outside the templates, from now on or from a date on. */
  | {
      readonly kind: 'capacityReservation';
      readonly name: string;
      readonly cell: string;
      readonly instanceType: string;
      readonly count: number;
      /** Future-dated: only C, M, R, I, T and G families, and a commitment of at least 14 days. @default - from now on */
      readonly future?: { readonly start: string; readonly commitmentDays: number };
      /** For all instances together. */
      readonly maximumUsdPerHour: string;
    }
  | {
      readonly kind: 'savingsPlan';
      readonly name: string;
      readonly plan: 'compute' | { readonly ec2Family: string; readonly region: string };
      readonly termYears: 1 | 3;
      readonly payment: 'noUpfront' | 'allUpfront';
      readonly commitmentUsdPerHour: string;
      /** Over the whole term. */
      readonly maximumTotalUsd: string;
    };
