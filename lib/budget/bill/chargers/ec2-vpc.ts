import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';

/**
 * What crosses its availability zones, counted once in each direction; the network itself costs nothing. Its tenancy
 * overrules that of every instance launched in it.
 */
export function chargeVpc(vpc: Resource): readonly Line[] {
  const traffic = usage('interAzGigabytes', 'transfer:interAz');
  const tenancy = vpc.property('InstanceTenancy') ?? 'default';
  return tenancy === 'default'
    ? [traffic]
    : [traffic, unpriced('dedicatedTenancy', 'only shared tenancy is priced, and the network demands another')];
}
