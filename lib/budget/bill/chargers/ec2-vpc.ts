import { unknownProperties } from '../known-properties';
import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';

/** Properties that cost nothing, or that are refused here. */
const KNOWN = new Set(['CidrBlock', 'EnableDnsHostnames', 'EnableDnsSupport', 'InstanceTenancy', 'Tags']);

/**
 * What crosses its availability zones, counted once in each direction; the network itself costs nothing. Its tenancy
 * overrules that of every instance launched in it.
 */
export function chargeVpc(vpc: Resource): readonly Line[] {
  const traffic = usage('interAzGigabytes', 'transfer:interAz');
  const tenancy = vpc.property('InstanceTenancy') ?? 'default';
  const unknown = unknownProperties(vpc, 'network', KNOWN);
  return tenancy === 'default'
    ? [traffic, ...unknown]
    : [
        traffic,
        ...unknown,
        unpriced('dedicatedTenancy', 'only shared tenancy is priced, and the network demands another'),
      ];
}
