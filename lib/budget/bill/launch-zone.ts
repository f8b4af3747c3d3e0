import type { Assembly } from './read-template';
import { listOf, literalText, Opaque, type Value } from './template-value';

/**
 * The id ("use1-az4") of the one zone of the subnets that instances are launched in. Undefined where they lie in several
 * zones, outside the template, or in one that is given by name, of which each account has its own.
 */
export function zoneIdOf(stated: Value, assembly: Assembly): string | undefined {
  const subnets = listOf(stated, 'Subnets');
  if (subnets instanceof Opaque) return undefined;
  const zones = subnets.map((subnet) => {
    const resource = subnet instanceof Opaque ? assembly.resourceAt(subnet.target) : undefined;
    return resource?.type === 'AWS::EC2::Subnet' ? literalText(resource.property('AvailabilityZoneId')) : undefined;
  });
  const [first] = zones;
  return zones.every((zone) => zone === first) ? first : undefined;
}
