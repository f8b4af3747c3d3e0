import { DescribeVpcAttributeCommand, DescribeVpcEndpointsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import type { Cell } from '../../../lib/workload/cell';
import type { Account } from '../account';
import { differs } from './node-groups';

/**
 * What must be reached in a network without a way out (EKS User Guide, "Deploy private clusters with limited internet access"),
 * and no more: an endpoint that nobody calls costs as much as any.
 */
const NEEDED_WITHOUT_EGRESS = ['ec2', 'ecr.api', 'ecr.dkr', 'eks', 'eks-auth', 'logs', 'sts'];

/** Beside those, what Cluster Autoscaler and KEDA call. */
const NEEDED_BY = { clusterAutoscaler: ['autoscaling'], karpenter: ['sqs', 'ssm'], managedMetrics: ['aps-workspaces'] };

function neededEndpoints({ nodeScaling, serving }: Cell): readonly string[] {
  return [
    ...NEEDED_WITHOUT_EGRESS,
    ...(nodeScaling === undefined ? [] : NEEDED_BY[nodeScaling.kind]),
    ...(serving?.metricsUrl?.startsWith('https://aps-workspaces.') ? NEEDED_BY.managedMetrics : []),
  ];
}

/** A network of the cell's own: its addresses, its DNS, and the endpoints that stand in for a way out. */
export async function checkNetwork(account: Account, vpcId: string, cell: Cell): Promise<readonly string[]> {
  if (cell.network.kind !== 'own') return [];
  const { Vpcs = [] } = await account.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
  const cidrs = Vpcs.map(({ CidrBlock }) => CidrBlock);
  return [
    ...differs(`${cell.id}, its addresses`, cidrs, [cell.network.cidr]),
    ...(await dnsProblems(account, vpcId)),
    ...(await endpointProblems(account, vpcId, cell)),
  ];
}

/** Names of endpoints resolve only in a VPC that has both. */
async function dnsProblems(account: Account, VpcId: string): Promise<readonly string[]> {
  const ask = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    account.ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
  const [support, hostnames] = await Promise.all([ask('enableDnsSupport'), ask('enableDnsHostnames')]);
  return [
    ...differs(`${VpcId}, its DNS support`, support.EnableDnsSupport?.Value, true),
    ...differs(`${VpcId}, its DNS host names`, hostnames.EnableDnsHostnames?.Value, true),
  ];
}

async function endpointProblems(account: Account, vpcId: string, cell: Cell): Promise<readonly string[]> {
  const { region, network } = cell;
  const { VpcEndpoints = [] } = await account.ec2.send(
    new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  const there = VpcEndpoints.map((it) => `${it.VpcEndpointType} ${it.ServiceName}`);
  const isPrivate = network.kind === 'own' && network.egress === 'endpoints';
  const expected = [
    `Gateway com.amazonaws.${region}.s3`,
    ...(isPrivate ? neededEndpoints(cell).map((service) => `Interface com.amazonaws.${region}.${service}`) : []),
  ];
  return [
    ...differs(`${vpcId}, its endpoints`, there.sort(), expected.sort()),
    ...VpcEndpoints.filter((it) => it.VpcEndpointType === 'Interface' && it.PrivateDnsEnabled !== true).map(
      (it) => `${vpcId}: ${it.ServiceName} is not reached by its own name`,
    ),
  ];
}
