import type { QuotaKey } from './quotas';

/** An account and a region. Without an account: that of whoever deploys. */
export interface Place {
  readonly account: string | undefined;
  readonly region: string;
}

/** What must hold before a deployment can succeed. */
export type Need = QuotaNeed | OfferingNeed | BootstrapNeed | SubnetNeed | ReservationNeed | ReadableNeed;

/** So much of a quota, at the most nodes that the templates allow and while they are replaced. */
export interface QuotaNeed extends Place {
  readonly kind: 'quota';
  readonly quota: QuotaKey;
  /** Null when a part of it is not known. */
  readonly needed: number | null;
  /** The zone, cluster or group that it is counted in; "" where everything is summed. */
  readonly within: string;
  /** What adds up to it: "UsEast1: 3 × m5.large". */
  readonly parts: readonly string[];
}

/** EC2 sells a type in a zone. */
export interface OfferingNeed extends Place {
  readonly kind: 'offering';
  readonly instanceType: string;
  readonly zone: string;
}

/** The CDK's bootstrap stack. */
export interface BootstrapNeed extends Place {
  readonly kind: 'bootstrap';
  readonly parameter: string;
  readonly version: number;
}

/** Free addresses in a subnet that the cell was given. */
export interface SubnetNeed extends Place {
  readonly kind: 'subnet';
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly addresses: number;
}

/** A capacity reservation or Capacity Block with room for every node that targets it. */
export interface ReservationNeed extends Place {
  readonly kind: 'reservation';
  readonly id: string;
  readonly market: 'onDemand' | 'capacityBlock';
  readonly instanceType: string;
  readonly zone: string;
  readonly instances: number;
}

/** Something that a template does not say, so that its need is not known. */
export interface ReadableNeed extends Place {
  readonly kind: 'readable';
  readonly what: string;
  readonly reason: string;
}

/** `unknown` is never met: nobody could say. */
export type Status = 'met' | 'missing' | 'unknown';

export interface Finding {
  readonly need: Need;
  readonly status: Status;
  /** What was found, and what to do unless it is met. */
  readonly sentence: string;
}
