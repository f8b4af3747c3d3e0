import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';

/** A version or an alias costs nothing unless it keeps functions provisioned. */
export function chargeFunctionVersion(version: Resource): readonly Line[] {
  return version.property('ProvisionedConcurrencyConfig') === undefined
    ? [free('a name of a function')]
    : [unpriced('provisionedConcurrency', 'provisioned concurrency is not priced; declare a ceiling')];
}

/** A mapping costs nothing unless its pollers are provisioned; what it reads is billed by the source. */
export function chargeEventSourceMapping(mapping: Resource): readonly Line[] {
  return mapping.property('ProvisionedPollerConfig') === undefined
    ? [free('its polling is part of what the source is billed for')]
    : [unpriced('provisionedPollers', 'provisioned pollers are not priced; declare a ceiling')];
}
