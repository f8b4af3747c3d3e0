import { exact } from '../../../units/exact';
import { fixed, type Range } from '../../../units/range';
import type { ServiceItem } from '../../prices/items';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { field, listOf, literalText, Opaque } from '../template-value';
import type { UsageName } from '../usages';
import { exactly } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'EnablePrefixForIpv6SourceNat',
  'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
  'IpAddressType',
  'Ipv4IpamPoolId',
  'LoadBalancerAttributes',
  'MinimumLoadBalancerCapacity',
  'Name',
  'Scheme',
  'SecurityGroups',
  'SubnetMappings',
  'Subnets',
  'Tags',
  'Type',
]);
const KNOWN_CLASSIC = new Set([
  'AccessLoggingPolicy',
  'AppCookieStickinessPolicy',
  'AvailabilityZones',
  'ConnectionDrainingPolicy',
  'ConnectionSettings',
  'CrossZone',
  'HealthCheck',
  'Instances',
  'LBCookieStickinessPolicy',
  'Listeners',
  'LoadBalancerName',
  'Policies',
  'Scheme',
  'SecurityGroups',
  'Subnets',
  'Tags',
]);
/** Addresses that an application load balancer may grow to, over all its subnets (Elastic Load Balancing user guide). */
const MOST_ADDRESSES = 100;

type Kind = 'application' | 'network' | 'gateway';
const METERS: Readonly<Record<Kind, readonly [ServiceItem, ServiceItem, UsageName]>> = {
  application: [
    'applicationLoadBalancer:hour',
    'applicationLoadBalancer:capacityUnit',
    'applicationLoadBalancerCapacityUnits',
  ],
  network: ['networkLoadBalancer:hour', 'networkLoadBalancer:capacityUnit', 'networkLoadBalancerCapacityUnits'],
  gateway: ['gatewayLoadBalancer:hour', 'gatewayLoadBalancer:capacityUnit', 'gatewayLoadBalancerCapacityUnits'],
};

/** Hours, the capacity units that it uses, and the public addresses of one that faces the internet. */
export function chargeLoadBalancer(balancer: Resource): readonly Line[] {
  const type = literalText(balancer.property('Type') ?? 'application') ?? '';
  const unknown = unknownProperties(balancer, 'loadBalancer', KNOWN);
  if (!isKind(type)) return [unpriced('loadBalancerHours', 'the kind of load balancer is not decided'), ...unknown];
  const [hour, unit, units] = METERS[type];
  return [
    priced('loadBalancerHours', hour, fixed(exact(1))),
    usage(units, unit),
    ...addresses(balancer, type),
    ...(balancer.property('MinimumLoadBalancerCapacity') === undefined
      ? []
      : [unpriced('reservedCapacityUnits', 'reserved capacity units are not priced; declare a ceiling')]),
    ...unknown,
  ];
}

function isKind(type: string): type is Kind {
  return Object.hasOwn(METERS, type);
}

/** One in every subnet, more of them for an application load balancer under load; addresses of one's own are billed apart. */
function addresses(balancer: Resource, kind: Kind): readonly Line[] {
  if (kind === 'gateway') return [];
  const scheme = literalText(balancer.property('Scheme') ?? 'internet-facing');
  if (scheme === 'internal') return [];
  const dimension = 'publicIpv4Hours';
  const subnets = subnetCount(balancer);
  if (subnets instanceof Opaque) return [unpriced(dimension, subnets.reason)];
  const least = scheme === 'internet-facing' ? subnets : { ...subnets, min: 0 };
  const count = kind === 'application' ? { ...least, max: Math.max(MOST_ADDRESSES, least.max) } : least;
  return count.max === 0 ? [] : [priced(dimension, 'publicIpv4:hour', exactly(count))];
}

function subnetCount(balancer: Resource): Range<number> | Opaque {
  const mappings = balancer.property('SubnetMappings');
  const list = listOf(mappings ?? balancer.property('Subnets'), 'Subnets');
  if (list instanceof Opaque) return list;
  const own = list.filter((one) => mappings === undefined || field(one, 'AllocationId') === undefined);
  return fixed(own.length);
}

/** Hours and gigabytes, and for one that faces the internet its public addresses, which AWS adds as traffic grows. */
export function chargeClassicLoadBalancer(balancer: Resource): readonly Line[] {
  const internal = balancer.property('Scheme') === 'internal';
  return [
    priced('loadBalancerHours', 'classicLoadBalancer:hour', fixed(exact(1))),
    usage('classicLoadBalancerGigabytes', 'classicLoadBalancer:gigabyte'),
    ...(internal ? [] : [usage('classicLoadBalancerAddresses', 'publicIpv4:hour')]),
    ...unknownProperties(balancer, 'loadBalancer', KNOWN_CLASSIC),
  ];
}
