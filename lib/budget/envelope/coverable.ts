import { type Exact, exact } from '../../units/exact';
import { type Interval, overlap } from '../../units/interval';
import { mapRange, type Range } from '../../units/range';
import type { Charge } from '../bill/charge';
import type { Books } from './books';

/** Instances that run at the same time and are alike in all that decides what covers them. */
export interface CoverableUsage {
  /** Of Fargate the item, "fargate:vcpu". */
  readonly instanceType: string;
  readonly region: string;
  readonly account: string | undefined;
  /** Undefined where the bill does not say it. */
  readonly zoneId: string | undefined;
  /** Capacity reservations: regional reserved instances and Savings Plans reach them, zonal ones do not. */
  readonly isReservation: boolean;
  /** Whether it surely runs as this type on demand. */
  readonly isSure: boolean;
  /** One of the charges, for what all of them share: offer, region and price. */
  readonly charge: Charge;
  readonly unitPrice: Exact;
  readonly instances: Range<Exact>;
}

const ON_DEMAND = /^instance:([^:]+):onDemand$/;
/** Compute Savings Plans reach these too (Savings Plans user guide); no contract lists a rate for them. */
const FARGATE = /^(fargate:(vcpu|gigabyte)|eks:fargate(Vcpu|Gigabyte))$/;
const LAMBDA_DURATION = /^lambda:(armGigabyteSeconds|gigabyteSeconds)$/;

/** Whether a usage is of Fargate, which is never counted on toward a ceiling. */
export function isFargate({ instanceType }: Pick<CoverableUsage, 'instanceType'>): boolean {
  return FARGATE.test(instanceType);
}

/** What Lambda bills by duration: by the month, so no hour of it is known, and a Compute Savings Plan may cover all of it. */
export function durationCharges(charges: readonly Charge[]): readonly Charge[] {
  return charges.filter(({ offer }) => LAMBDA_DURATION.test(offer));
}

/** Every charge by the hour of an instance, or of Fargate, at its on-demand rate. Capacity Blocks never are: no plan reaches them. */
export function onDemandCharges(charges: readonly Charge[]): readonly Charge[] {
  return charges.filter(
    (charge) =>
      charge.unit === 'hour' &&
      charge.region !== undefined &&
      (ON_DEMAND.test(charge.offer) || FARGATE.test(charge.offer)),
  );
}

/** What runs during the whole of a stretch in which nothing begins or ends, in an order that does not depend on the bill's. */
export function usageDuring(charges: readonly Charge[], stretch: Interval, books: Books): readonly CoverableUsage[] {
  const pools = new Map<string, CoverableUsage>();
  for (const charge of charges) {
    if (overlap(charge.active, stretch) === undefined) continue;
    const usage = usageOf(charge, books);
    const { instanceType, region, account, zoneId, isReservation, isSure } = usage;
    const key = [instanceType, region, account ?? '', zoneId ?? '', isReservation, isSure, charge.unitPrice].join(' ');
    const known = pools.get(key);
    pools.set(key, known === undefined ? usage : { ...known, instances: plus(known.instances, usage.instances) });
  }
  return [...pools].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, usage]) => usage);
}

function usageOf(charge: Charge, { accountOf }: Books): CoverableUsage {
  return {
    instanceType: ON_DEMAND.exec(charge.offer)?.[1] ?? charge.offer,
    region: charge.region ?? '',
    account: accountOf(charge),
    zoneId: charge.availabilityZoneId,
    isReservation: charge.type === 'AWS::EC2::CapacityReservation',
    isSure: charge.coverable === true && !FARGATE.test(charge.offer),
    charge,
    unitPrice: exact(charge.unitPrice),
    instances: mapRange(charge.quantity, (count) => exact(count)),
  };
}

function plus(a: Range<Exact>, b: Range<Exact>): Range<Exact> {
  return mapRange(a, (value, at) => value.add(b[at]));
}
