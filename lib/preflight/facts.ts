import type { QuotaKey } from './quotas';

/** A question that an account did not answer, and why. */
export interface Unread {
  readonly unread: string;
}

export function isUnread(value: unknown): value is Unread {
  return typeof value === 'object' && value !== null && 'unread' in value;
}

export interface SubnetFacts {
  readonly zone: string;
  readonly vpcId: string;
  readonly freeAddresses: number;
}

export interface ReservationFacts {
  readonly state: string;
  readonly type: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly instances: number;
}

/** What one account says of one region. */
export interface AccountFacts {
  /** By quota code: the applied values, else AWS's defaults. */
  readonly quotas: ReadonlyMap<string, number | Unread>;
  /** What the account uses beside this deployment, by quota and, for those counted so, zone. */
  readonly used: (quota: QuotaKey, within: string) => number | Unread;
  /** "g6.xlarge us-east-1a". */
  readonly offerings: ReadonlySet<string> | Unread;
  /** By parameter name; undefined for one that is not there. */
  readonly bootstrapVersions: ReadonlyMap<string, number | undefined | Unread>;
  readonly subnets: ReadonlyMap<string, SubnetFacts> | Unread;
  readonly reservations: ReadonlyMap<string, ReservationFacts> | Unread;
}
