import { instanceItem } from '../../prices/items';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced } from '../line';
import { parseInstant } from '../parse-instant';
import type { Resource } from '../read-template';
import { countOf, literalText, Opaque } from '../template-value';
import { type ChargerContext, exactly } from './charger';

const DIMENSION = 'reservedInstanceHours';

/**
 * Properties that cost nothing, or that are billed or refused here. Not among them: `OutPostArn`, which has prices of its
 * own, and `UnusedReservationBillingOwnerId`, which moves a part of the bill to another account.
 */
const KNOWN_PROPERTIES = new Set([
  'AvailabilityZone',
  'AvailabilityZoneId',
  'EbsOptimized',
  'EndDate',
  'EndDateType',
  'EphemeralStorage',
  'InstanceCount',
  'InstanceMatchCriteria',
  'InstancePlatform',
  'InstanceType',
  'PlacementGroupArn',
  'TagSpecifications',
  'Tenancy',
]);

/** Billed at the on-demand rate for every reserved instance, used or not, from deployment to its end date. */
export function chargeCapacityReservation(reservation: Resource, context: ChargerContext): readonly Line[] {
  return [hours(reservation, context), ...unknownProperties(reservation, 'reservation', KNOWN_PROPERTIES)];
}

function hours(reservation: Resource, context: ChargerContext): Line {
  const count = countOf(reservation.property('InstanceCount'), 'InstanceCount');
  if (count instanceof Opaque) return unpriced(DIMENSION, count.reason);
  const instanceType = literalText(reservation.property('InstanceType'));
  if (instanceType === undefined) return unpriced(DIMENSION, 'the instance type is not literal');
  const platform = literalText(reservation.property('InstancePlatform'));
  if (platform !== 'Linux/UNIX')
    return unpriced(DIMENSION, `the platform ${platform ?? 'given'} is not priced; only Linux/UNIX is`);
  const tenancy = reservation.property('Tenancy') ?? 'default';
  if (tenancy !== 'default') return unpriced(DIMENSION, 'only shared tenancy is priced');
  const end = endOf(reservation);
  if (end instanceof Opaque) return unpriced(DIMENSION, end.reason);
  const line = {
    ...priced(DIMENSION, instanceItem(instanceType, 'onDemand'), exactly(count)),
    coverable: true,
  } as const;
  return end === undefined ? line : { ...line, during: { start: context.active.start, end } };
}

function endOf(reservation: Resource): string | Opaque | undefined {
  const type = literalText(reservation.property('EndDateType') ?? 'unlimited');
  if (type === 'unlimited') return undefined;
  return (
    parseInstant(literalText(reservation.property('EndDate'))) ??
    new Opaque('the end date is not a literal UTC instant')
  );
}
