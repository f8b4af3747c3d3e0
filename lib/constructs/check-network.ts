import { isZoneId } from '../catalog/availability-zone';
import type { Cell } from '../workload/cell';
import { isBlock } from './ip-block';

const VPC_ID = /^vpc-[0-9a-f]{8,17}$/;
const SUBNET_ID = /^subnet-[0-9a-f]{8,17}$/;
/**
 * Zones in which EKS takes no subnet of a control plane: EKS User Guide, "Subnet requirements for clusters", its table of disallowed
 * zone ids (awsdocs/amazon-eks-user-guide, latest/ug/networking/network-reqs.adoc at 101184ec, read 2026-11-24).
 */
const WITHOUT_CONTROL_PLANES: readonly string[] = ['use1-az3', 'usw1-az2', 'cac1-az3'];

/** What is wrong with where a cell stands, as the end of a sentence; undefined when nothing is. */
export function networkFault({ availabilityZones: zones, network }: Cell): string | undefined {
  const closed = zones.find((zone) => isZoneId(zone) && WITHOUT_CONTROL_PLANES.includes(zone));
  if (closed !== undefined) {
    return `EKS has no control planes in ${closed}, and every zone of a cell holds interfaces of its own; name another zone`;
  }
  return network.kind === 'existing' ? givenFault(network) : undefined;
}

function givenFault({
  vpcId,
  vpcCidr,
  privateSubnetIds: subnets,
}: Extract<Cell['network'], { kind: 'existing' }>): string | undefined {
  if (!VPC_ID.test(vpcId)) {
    return `its given VPC must be an id such as "vpc-0123456789abcdef0", got ${JSON.stringify(vpcId)}; correct it`;
  }
  if (!isBlock(vpcCidr)) {
    return `the block of its given VPC must be one such as "10.0.0.0/16", got ${JSON.stringify(vpcCidr)}; correct it`;
  }
  const odd = subnets.find((subnet) => !SUBNET_ID.test(subnet));
  if (odd !== undefined) {
    return `its given subnets must be ids such as "subnet-0123456789abcdef0", got ${JSON.stringify(odd)}; correct it`;
  }
  const twice = subnets.find((subnet, index) => subnets.indexOf(subnet) !== index);
  if (twice === undefined) return undefined;
  return `its given subnets hold ${twice} twice, and EKS wants one in each of two zones; name another`;
}
