import { fixed, mapRange } from '../../../units/range';
import { instanceItem } from '../../prices/items';
import { unknownProperties } from '../known-properties';
import type { InstanceChoice } from '../launched-instances';
import { type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { countOf, field, listOf, literalText, Opaque, type Value } from '../template-value';
import { type ChargerContext, exactly } from './charger';

const DIMENSION = 'reservedInstanceHours';
/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AllocationStrategy',
  'EndDate',
  'InstanceMatchCriteria',
  'InstanceTypeSpecifications',
  'NoRemoveEndDate',
  'RemoveEndDate',
  'TagSpecifications',
  'Tenancy',
  'TotalTargetCapacity',
]);

/** Reservations for the target capacity in the dearest of the types that it names, used or not, as long as it stands. */
export function chargeReservationFleet(fleet: Resource, context: ChargerContext): readonly Line[] {
  return [reserved(fleet, context), ...unknownProperties(fleet, 'reservationFleet', KNOWN)];
}

function reserved(fleet: Resource, context: ChargerContext): Line {
  const capacity = countOf(fleet.property('TotalTargetCapacity'), 'TotalTargetCapacity');
  const stated = listOf(fleet.property('InstanceTypeSpecifications'), 'InstanceTypeSpecifications');
  if (capacity instanceof Opaque) return unpriced(DIMENSION, capacity.reason);
  if (stated instanceof Opaque) return unpriced(DIMENSION, stated.reason);
  if ((fleet.property('Tenancy') ?? 'default') !== 'default')
    return unpriced(DIMENSION, 'only shared tenancy is priced');
  const choices = stated.map((one) => choiceOf(one, capacity.max));
  const unknown = choices.find((one) => one instanceof Opaque);
  if (unknown instanceof Opaque) return unpriced(DIMENSION, unknown.reason);
  const known = choices.flatMap((one) => (one instanceof Opaque ? [] : [one]));
  const chosen = context.costliest(known);
  if (chosen === undefined) return unpriced(DIMENSION, 'one of its instance types has no price here, or it names none');
  const sure = known.length === 1 ? chosen.units : { ...chosen.units, min: 0 };
  return priced(DIMENSION, instanceItem(chosen.instanceType, 'onDemand'), exactly(sure));
}

function choiceOf(specification: Value, capacity: number): InstanceChoice | Opaque {
  const instanceType = literalText(field(specification, 'InstanceType'));
  const platform = literalText(field(specification, 'InstancePlatform'));
  const weight = countOf(field(specification, 'Weight') ?? 1, 'Weight');
  if (instanceType === undefined) return new Opaque('an instance type is not literal');
  if (platform !== 'Linux/UNIX')
    return new Opaque(`the platform ${platform ?? 'given'} is not priced; only Linux/UNIX is`);
  if (weight instanceof Opaque || weight.min < 1) return new Opaque('a weight is not a whole number above 0');
  return { instanceType, units: mapRange(fixed(capacity), (units) => Math.ceil(units / weight.min)) };
}
