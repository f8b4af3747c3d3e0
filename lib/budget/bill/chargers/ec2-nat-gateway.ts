import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { listOf, Opaque } from '../template-value';

const DIMENSION = 'natGatewayHours';

/** One hour each, or one for each zone of a regional gateway, and every gigabyte processed. */
export function chargeNatGateway(gateway: Resource): readonly Line[] {
  const bytes = usage('natGatewayGigabytes', 'nat:gigabyte');
  const mode = gateway.property('AvailabilityMode') ?? 'zonal';
  if (mode === 'zonal') return [priced(DIMENSION, 'nat:hour', fixed(exact(1))), bytes];
  const zones = listOf(gateway.property('AvailabilityZoneAddresses'), 'AvailabilityZoneAddresses');
  if (mode !== 'regional' || zones instanceof Opaque) {
    return [unpriced(DIMENSION, 'the zones of the gateway are not listed, so nothing bounds its hours'), bytes];
  }
  return [priced(DIMENSION, 'nat:hour', fixed(exact(zones.length))), bytes];
}
