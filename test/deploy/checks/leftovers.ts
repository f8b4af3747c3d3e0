import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeLaunchTemplatesCommand, DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ListClustersCommand } from '@aws-sdk/client-eks';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import type { Account } from '../account';
import { type PlannedCell, resourcesOf } from '../assembly';
import { physicalId, type Standing } from './stack-resources';

/** What a destroyed cell left behind that it should not have, and what it kept on purpose and is gone. */
export async function checkLeftovers(
  account: Account,
  planned: PlannedCell,
  standing: Standing,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { name } of planned.stacks) {
    if (await answers(() => account.cloudFormation.send(new DescribeStacksCommand({ StackName: name })))) {
      problems.push(`the stack ${name} is still there`);
    }
  }
  const present = await presentIds(account, planned, standing);
  for (const { stack, logicalId, resource } of resourcesOf(planned)) {
    const id = physicalId(standing, stack, logicalId);
    if (!ASKED.includes(resource.Type)) continue;
    const kept = resource.DeletionPolicy === 'Retain';
    if (present.has(id) && !kept) problems.push(`${resource.Type} ${id} is left`);
    if (!present.has(id) && kept) problems.push(`${resource.Type} ${id} should have been kept`);
  }
  return problems;
}

/** What a destroyed cell keeps, and somebody must delete by hand one day. */
export function keptOnPurpose(planned: PlannedCell, standing: Standing): readonly string[] {
  return resourcesOf(planned)
    .filter(({ resource }) => resource.DeletionPolicy === 'Retain')
    .map(({ stack, logicalId, resource }) => `${resource.Type} ${physicalId(standing, stack, logicalId)}`);
}

const ASKED = [
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::EKS::Cluster',
  'AWS::IAM::Role',
  'AWS::Logs::LogGroup',
];

async function presentIds(account: Account, planned: PlannedCell, standing: Standing): Promise<ReadonlySet<string>> {
  const [vpcs, subnets, templates, clusters, logs] = await Promise.all([
    account.ec2.send(new DescribeVpcsCommand({})),
    account.ec2.send(new DescribeSubnetsCommand({})),
    account.ec2.send(new DescribeLaunchTemplatesCommand({})),
    account.eks.send(new ListClustersCommand({})),
    account.logs.send(new DescribeLogGroupsCommand({})),
  ]);
  const ids = [
    ...(vpcs.Vpcs ?? []).map(({ VpcId }) => VpcId),
    ...(subnets.Subnets ?? []).map(({ SubnetId }) => SubnetId),
    ...(templates.LaunchTemplates ?? []).map(({ LaunchTemplateId }) => LaunchTemplateId),
    ...(clusters.clusters ?? []),
    ...(logs.logGroups ?? []).map(({ logGroupName }) => logGroupName),
  ];
  const roles: string[] = [];
  for (const { stack, logicalId } of resourcesOf(planned, 'AWS::IAM::Role')) {
    const RoleName = physicalId(standing, stack, logicalId);
    if (await answers(() => account.iam.send(new GetRoleCommand({ RoleName })))) roles.push(RoleName);
  }
  return new Set([...ids.flatMap((id) => (id === undefined ? [] : [id])), ...roles]);
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (thrown) {
    const { name = '' } = thrown as Error;
    if (/NoSuchEntity|ValidationError|NotFound/.test(name)) return false;
    throw thrown;
  }
}
