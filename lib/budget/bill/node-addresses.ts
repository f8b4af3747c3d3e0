import type { Range } from '../../units/range';
import { type ChargerContext, exactly } from './chargers/charger';
import { type Line, priced, unpriced } from './line';
import type { NodeGroup } from './node-group';
import type { Assembly, Resource } from './read-template';
import { field, flagOf, listOf, Opaque, type Value } from './template-value';

const DIMENSION = 'publicIpv4Hours';

/** Whether nodes get a public address: all, none, or some of them. */
type Addressed = 'all' | 'some' | 'none' | Opaque;

/** A public IPv4 address for every node whose network interface, or else whose subnet, gives it one. */
export function chargeNodeAddresses(
  group: Resource,
  { launchTemplate }: NodeGroup,
  size: Range<number>,
  { assembly }: ChargerContext,
): readonly Line[] {
  return linesFor(byInterface(launchTemplate) ?? bySubnets(group.property('Subnets'), assembly), size);
}

/** The same for any launched instances, in the subnets that they are launched in. */
export function addressLines(
  data: Value,
  subnets: Value,
  size: Range<number>,
  { assembly }: ChargerContext,
): readonly Line[] {
  return linesFor(byInterface(data) ?? bySubnets(subnets, assembly), size);
}

function linesFor(addressed: Addressed, size: Range<number>): readonly Line[] {
  if (addressed instanceof Opaque) return [unpriced(DIMENSION, addressed.reason)];
  if (addressed === 'none') return [];
  return [priced(DIMENSION, 'publicIpv4:hour', exactly(addressed === 'all' ? size : { ...size, min: 0 }))];
}

/** Undefined: the launch template leaves it to the subnets. */
function byInterface(launchTemplate: Value): Addressed | undefined {
  if (launchTemplate instanceof Opaque) return launchTemplate;
  const stated = field(launchTemplate, 'NetworkInterfaces');
  if (stated === undefined) return undefined;
  const interfaces = listOf(stated, 'NetworkInterfaces');
  if (interfaces instanceof Opaque) return interfaces;
  if (interfaces.length > 1) return bySeveral(interfaces);
  const associate = field(interfaces[0], 'AssociatePublicIpAddress');
  if (associate === undefined) return undefined;
  const flag = flagOf(associate, 'AssociatePublicIpAddress');
  return flag instanceof Opaque ? flag : flag ? 'all' : 'none';
}

/** EC2 gives no public address to a node with several interfaces; one that asks for it anyway is refused here. */
function bySeveral(interfaces: readonly Value[]): Addressed {
  const flags = interfaces.map((one) => flagOf(field(one, 'AssociatePublicIpAddress'), 'AssociatePublicIpAddress'));
  return flags.every((flag) => flag === false)
    ? 'none'
    : new Opaque('one of several network interfaces asks for a public address, or leaves it open');
}

function bySubnets(stated: Value, assembly: Assembly): Addressed {
  const subnets = listOf(stated, 'Subnets');
  if (subnets instanceof Opaque) return subnets;
  const flags = subnets.map((subnet) => mapsPublicAddress(subnet, assembly));
  const unknown = flags.find((flag) => flag instanceof Opaque);
  if (unknown instanceof Opaque) return unknown;
  if (flags.every((flag) => flag === false)) return 'none';
  return flags.every((flag) => flag === true) ? 'all' : 'some';
}

function mapsPublicAddress(subnet: Value, assembly: Assembly): boolean | Opaque {
  const resource = subnet instanceof Opaque ? assembly.resourceAt(subnet.target) : undefined;
  return resource?.type === 'AWS::EC2::Subnet'
    ? flagOf(resource.property('MapPublicIpOnLaunch'), 'MapPublicIpOnLaunch')
    : new Opaque(
        'the subnets are not in the template and the launch template does not say whether nodes get public addresses',
      );
}
