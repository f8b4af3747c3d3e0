import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'HostedZoneConfig',
  'HostedZoneFeatures',
  'HostedZoneTags',
  'Name',
  'QueryLoggingConfig',
  'VPCs',
]);

/** A zone by the month, and its queries; those inside a VPC cost nothing, so a declaration of 0 is in order there. */
export function chargeHostedZone(zone: Resource): readonly Line[] {
  return [
    priced('hostedZones', 'route53:hostedZone', fixed(exact(1))),
    usage('dnsQueries', 'route53:queries'),
    ...(zone.property('HostedZoneFeatures') === undefined
      ? []
      : [unpriced('hostedZoneFeatures', 'what HostedZoneFeatures costs is not known')]),
    ...unknownProperties(zone, 'hostedZone', KNOWN),
  ];
}
