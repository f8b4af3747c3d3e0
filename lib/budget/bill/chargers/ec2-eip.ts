import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { free, type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { literalText } from '../template-value';

const DIMENSION = 'publicIpv4Hours';

/** Every public IPv4 address costs, in use or idle, unless it is from a range of one's own. */
export function chargeElasticIp(address: Resource): readonly Line[] {
  if (address.property('IpamPoolId') !== undefined)
    return [unpriced(DIMENSION, 'the owner of the IPAM pool is not in the template')];
  const pool = address.property('PublicIpv4Pool');
  if (pool === undefined || pool === 'amazon') return [priced(DIMENSION, 'publicIpv4:hour', fixed(exact(1)))];
  return literalText(pool) === undefined
    ? [unpriced(DIMENSION, 'the address pool is not literal')]
    : [free('the address is from a range that was brought along')];
}
