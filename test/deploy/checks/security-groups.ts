import { DescribeSecurityGroupRulesCommand, type SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { Cell } from '../../../lib/workload/cell';
import type { Account } from '../account';
import { type PlannedCell, resourcesOf } from '../assembly';
import { differs } from './node-groups';
import { physicalId, type Standing } from './stack-resources';

/**
 * EFA's group lets everything in from itself and out to itself, each by a rule that names it, and nothing else in. The API
 * server's lets in the VPC and whoever the cell names. No group of the cell lets the world in.
 */
export async function checkSecurityGroups(
  account: Account,
  planned: PlannedCell,
  standing: Standing,
  efaGroupsOnNodes: readonly string[],
  cell: Cell,
): Promise<readonly string[]> {
  const groups = resourcesOf(planned, 'AWS::EC2::SecurityGroup').map(({ stack, logicalId, resource }) => ({
    id: physicalId(standing, stack, logicalId),
    description: String(resource.Properties?.GroupDescription),
  }));
  const efa = groups.filter(({ description }) => description.startsWith('EFA ')).map(({ id }) => id);
  const problems = efa.length === 1 ? [] : [`${planned.plan.id} has ${efa.length} security groups for EFA`];
  for (const id of efaGroupsOnNodes) if (!efa.includes(id)) problems.push(`${id} on EFA interfaces is not EFA's group`);
  for (const { id, description } of groups) {
    const rules = await rulesOf(account, id);
    if (description.startsWith('Kubernetes API ')) problems.push(...apiProblems(id, rules, cell));
    if (efa.includes(id)) problems.push(...selfProblems(id, rules));
    problems.push(
      ...rules
        .filter((rule) => rule.IsEgress !== true && (rule.CidrIpv4 === '0.0.0.0/0' || rule.CidrIpv6 === '::/0'))
        .map(() => `${id} (${description}) lets the world in`),
    );
  }
  return problems;
}

async function rulesOf(account: Account, groupId: string): Promise<readonly SecurityGroupRule[]> {
  const { SecurityGroupRules = [] } = await account.ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [groupId] }] }),
  );
  return SecurityGroupRules;
}

function apiProblems(id: string, rules: readonly SecurityGroupRule[], cell: Cell): string[] {
  const { network, privateAccessCidrs = [] } = cell;
  const blocks = [network.kind === 'own' ? network.cidr : network.vpcCidr, ...privateAccessCidrs];
  const found = rules
    .filter((rule) => rule.IsEgress !== true)
    .map((rule) => `${rule.IpProtocol} ${rule.FromPort}-${rule.ToPort} ${rule.CidrIpv4}`);
  return differs(`${id}, who reaches the API`, found.sort(), blocks.map((cidr) => `tcp 443-443 ${cidr}`).sort());
}

function selfProblems(id: string, rules: readonly SecurityGroupRule[]): string[] {
  const isSelf = (rule: SecurityGroupRule, egress: boolean): boolean =>
    rule.IsEgress === egress && rule.IpProtocol === '-1' && rule.ReferencedGroupInfo?.GroupId === id;
  const directions = [false, true].filter((egress) => !rules.some((rule) => isSelf(rule, egress)));
  // What else goes out is nobody's concern: the cluster's group, on the same interfaces, lets everything out.
  const others = rules.filter((rule) => rule.IsEgress !== true && !isSelf(rule, false));
  return [
    ...directions.map(
      (egress) => `EFA's group ${id} has no rule for everything ${egress ? 'out to' : 'in from'} itself`,
    ),
    ...others.map((rule) => `EFA's group ${id} has another rule: ${JSON.stringify(rule)}`),
  ];
}
