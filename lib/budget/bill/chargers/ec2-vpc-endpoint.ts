import type { Range } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { free, type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { alternatives, listOf, literalText, Opaque } from '../template-value';
import { exactly } from './charger';

const DIMENSION = 'interfaceEndpointHours';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'DnsOptions',
  'IpAddressType',
  'PolicyDocument',
  'PrivateDnsEnabled',
  'RouteTableIds',
  'SecurityGroupIds',
  'ServiceName',
  'SubnetIds',
  'Tags',
  'VpcEndpointType',
  'VpcId',
]);

/** An interface endpoint costs in every subnet it stands in; gateway endpoints to S3 and DynamoDB cost nothing. */
export function chargeVpcEndpoint(endpoint: Resource): readonly Line[] {
  return [...chargeByType(endpoint), ...unknownProperties(endpoint, 'endpoint', KNOWN)];
}

function chargeByType(endpoint: Resource): readonly Line[] {
  const type = endpoint.property('VpcEndpointType') ?? 'Gateway';
  if (type === 'Gateway') return chargeGateway(literalText(endpoint.property('ServiceName')));
  const balanced = type === 'GatewayLoadBalancer';
  if (type !== 'Interface' && !balanced)
    return [unpriced(DIMENSION, 'only gateway, interface and load balancer endpoints are priced')];
  const bytes = balanced
    ? usage('gatewayEndpointGigabytes', 'gatewayEndpoint:gigabyte')
    : usage('interfaceEndpointGigabytes', 'interfaceEndpoint:gigabyte');
  const subnets = subnetCount(endpoint);
  if (subnets instanceof Opaque) return [unpriced(DIMENSION, subnets.reason), bytes];
  return [priced(DIMENSION, balanced ? 'gatewayEndpoint:hour' : 'interfaceEndpoint:hour', exactly(subnets)), bytes];
}

function chargeGateway(name: string | undefined): readonly Line[] {
  return name !== undefined && /\.(s3|dynamodb)$/.test(name)
    ? [free('gateway endpoints to S3 and DynamoDB cost nothing (AWS VPC documentation, 2026-09-29)')]
    : [unpriced('gatewayEndpoint', 'the service behind the gateway endpoint is not literally S3 or DynamoDB')];
}

function subnetCount(endpoint: Resource): Range<number> | Opaque {
  const lists = alternatives(endpoint.property('SubnetIds')).map((list) => listOf(list, 'SubnetIds'));
  const unknown = lists.find((list) => list instanceof Opaque);
  if (unknown instanceof Opaque) return unknown;
  const counts = lists.map((list) => (list instanceof Opaque ? 0 : list.length));
  if (counts.some((count) => count === 0)) return new Opaque('the endpoint names no subnet');
  return { min: Math.min(...counts), plan: counts[0] ?? 0, max: Math.max(...counts) };
}
