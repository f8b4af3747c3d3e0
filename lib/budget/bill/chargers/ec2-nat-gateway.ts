import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { listOf, Opaque } from '../template-value';

const DIMENSION = 'natGatewayHours';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AllocationId',
  'AvailabilityMode',
  'AvailabilityZoneAddresses',
  'ConnectivityType',
  'MaxDrainDurationSeconds',
  'PrivateIpAddress',
  'SecondaryAllocationIds',
  'SecondaryPrivateIpAddressCount',
  'SecondaryPrivateIpAddresses',
  'SubnetId',
  'Tags',
  'VpcId',
]);

/** One hour each, or one for each zone of a regional gateway, and every gigabyte processed. */
export function chargeNatGateway(gateway: Resource): readonly Line[] {
  const bytes = usage('natGatewayGigabytes', 'nat:gigabyte');
  return [hours(gateway), bytes, ...unknownProperties(gateway, 'natGateway', KNOWN)];
}

function hours(gateway: Resource): Line {
  const mode = gateway.property('AvailabilityMode') ?? 'zonal';
  if (mode === 'zonal') return priced(DIMENSION, 'nat:hour', fixed(exact(1)));
  const zones = listOf(gateway.property('AvailabilityZoneAddresses'), 'AvailabilityZoneAddresses');
  // Without addresses AWS spreads the gateway over zones by itself.
  if (mode !== 'regional' || zones instanceof Opaque || zones.length === 0) {
    return unpriced(DIMENSION, 'the zones of the gateway are not listed, so nothing bounds its hours');
  }
  return priced(DIMENSION, 'nat:hour', fixed(exact(zones.length)));
}
