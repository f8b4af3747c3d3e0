import type { Instant, Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';

/** What Savings Plans and reserved instances have in common: a term that is paid for whether it is used or not. */
export interface CommitmentTerm extends Interval {
  readonly id: string;
  readonly purchased: Instant;
  /** Paid at the purchase; "0" for a plan without. */
  readonly upfront: AmountText;
  /** Account that owns it: its usage is covered before that of others. @default - not known: all usage alike */
  readonly account?: string;
}

/** USD of commitment that one hour of an instance uses up under a plan, Linux, shared tenancy. */
export interface SavingsPlanRate {
  readonly instanceType: string;
  readonly region: string;
  readonly usdPerHour: AmountText;
  readonly source: string;
}

/** A Savings Plan. It covers nothing of a type and region for which it lists no rate. */
export interface SavingsPlanRow extends CommitmentTerm {
  readonly type: 'compute' | 'ec2Instance';
  /** Of an EC2 Instance plan alone, e.g. "p5". */
  readonly instanceFamily?: string;
  /** Of an EC2 Instance plan alone. */
  readonly region?: string;
  /** What is committed an hour, the upfront part included: upfront ÷ hours of the term is never more. */
  readonly commitmentPerHour: AmountText;
  /** The part of the plan that this app may count on, above 0 and at most 1; it bears that part of the cost. @default 1 */
  readonly share?: string;
  readonly rates: readonly SavingsPlanRate[];
}

/** EC2 reserved instances of one offer, Linux, shared tenancy. */
export interface ReservedInstanceRow extends CommitmentTerm {
  readonly instanceType: string;
  readonly region: string;
  /** Zonal ones cover this zone alone, and no capacity reservations. @default - regional */
  readonly availabilityZoneId?: string;
  /** Whether it covers other sizes of its family, as most regional ones do and accelerated families' do not. */
  readonly sizeFlexible: boolean;
  readonly count: number;
  /** The recurring part, USD an hour and instance. */
  readonly usdPerHour: AmountText;
  readonly source: string;
}

/** Units of a reserved instance's size that sizes of its family take up (AWS whitepaper "EC2 Reserved Instances", table 3). */
const SIZES: Readonly<Record<string, string>> = {
  nano: '0.25',
  micro: '0.5',
  small: '1',
  medium: '2',
  large: '4',
  xlarge: '8',
};

/** "4" of "large", "192" of "24xlarge"; undefined for metal and other sizes without a factor. */
export function normalizationFactor(instanceType: string): string | undefined {
  const size = instanceType.split('.')[1] ?? '';
  const many = /^(\d+)xlarge$/.exec(size)?.[1];
  return many === undefined ? SIZES[size] : `${Number(many) * 8}`;
}

/** "p5" of "p5.48xlarge". */
export function familyOf(instanceType: string): string {
  return instanceType.split('.')[0] ?? instanceType;
}
