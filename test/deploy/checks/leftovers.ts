import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { paginateDescribeLaunchTemplates, paginateDescribeSubnets, paginateDescribeVpcs } from '@aws-sdk/client-ec2';
import { paginateListClusters } from '@aws-sdk/client-eks';
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
  const { ec2, eks, logs } = account;
  const ids = (
    await Promise.all([
      all(paginateDescribeVpcs({ client: ec2 }, {}), ({ Vpcs }) => Vpcs?.map(({ VpcId }) => VpcId)),
      all(paginateDescribeSubnets({ client: ec2 }, {}), ({ Subnets }) => Subnets?.map(({ SubnetId }) => SubnetId)),
      all(paginateDescribeLaunchTemplates({ client: ec2 }, {}), ({ LaunchTemplates }) =>
        LaunchTemplates?.map(({ LaunchTemplateId }) => LaunchTemplateId),
      ),
      all(paginateListClusters({ client: eks }, {}), ({ clusters }) => clusters),
      all(paginateDescribeLogGroups({ client: logs }, {}), ({ logGroups }) =>
        logGroups?.map(({ logGroupName }) => logGroupName),
      ),
    ])
  ).flat();
  const roles: string[] = [];
  for (const { stack, logicalId } of resourcesOf(planned, 'AWS::IAM::Role')) {
    const RoleName = physicalId(standing, stack, logicalId);
    if (await answers(() => account.iam.send(new GetRoleCommand({ RoleName })))) roles.push(RoleName);
  }
  return new Set([...ids.flatMap((id) => (id === undefined ? [] : [id])), ...roles]);
}

async function all<Page>(
  pages: AsyncIterable<Page>,
  idsOf: (page: Page) => readonly (string | undefined)[] | undefined,
): Promise<readonly (string | undefined)[]> {
  const ids: (string | undefined)[] = [];
  for await (const page of pages) ids.push(...(idsOf(page) ?? []));
  return ids;
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
