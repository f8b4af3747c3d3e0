import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { free, type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { literalText } from '../template-value';

const DIMENSION = 'publicIpv4Hours';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set(['Address', 'Domain', 'InstanceId', 'IpamPoolId', 'PublicIpv4Pool', 'Tags', 'TransferAddress']);

/** How the id of a range of one's own begins; other pools are Amazon's (EC2 user guide, "Bring your own IP addresses"). */
const OWN_POOL = /^ipv4pool-ec2-/;

/** Every public IPv4 address costs, in use or idle, unless it is from a range of one's own. */
export function chargeElasticIp(address: Resource): readonly Line[] {
  return [chargeAddress(address), ...unknownProperties(address, 'address', KNOWN)];
}

function chargeAddress(address: Resource): Line {
  if (address.property('IpamPoolId') !== undefined)
    return unpriced(DIMENSION, 'the owner of the IPAM pool is not in the template');
  const pool = address.property('PublicIpv4Pool');
  if (pool === undefined || pool === 'amazon') return priced(DIMENSION, 'publicIpv4:hour', fixed(exact(1)));
  return OWN_POOL.test(literalText(pool) ?? '')
    ? free('the address is from a range that was brought along')
    : unpriced(DIMENSION, 'the address pool is not literally one of a range that was brought along, ipv4pool-ec2-…');
}
