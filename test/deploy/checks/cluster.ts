import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeFlowLogsCommand, type FlowLog } from '@aws-sdk/client-ec2';
import type { Cluster } from '@aws-sdk/client-eks';
import type { Cell } from '../../../lib/workload/cell';
import type { Account } from '../account';
import { type PlannedCell, resourcesOf } from '../assembly';
import { differs } from './node-groups';
import { physicalId, type Standing } from './stack-resources';

/** Days that a profile keeps its logs. */
const RETENTION_DAYS = { sandbox: 7, production: 365 } as const;
const LOGS = {
  sandbox: ['audit', 'authenticator'],
  production: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
} as const;

export function checkCluster(cluster: Cluster, cell: Cell): readonly string[] {
  const network = cluster.resourcesVpcConfig ?? {};
  const open = cell.publicAccessCidrs !== undefined;
  const logged = (cluster.logging?.clusterLogging ?? []).flatMap((it) => (it.enabled ? (it.types ?? []) : [])).sort();
  const encrypted = (cluster.encryptionConfig ?? []).flatMap(({ resources = [] }) => resources);
  return [
    ...differs(`${cell.id}, its Kubernetes version`, cluster.version, cell.kubernetesVersion),
    ...differs(`${cell.id}, its private endpoint`, network.endpointPrivateAccess, true),
    ...differs(`${cell.id}, its public endpoint`, network.endpointPublicAccess, open),
    ...(open ? differs(`${cell.id}, who reaches it`, network.publicAccessCidrs, cell.publicAccessCidrs) : []),
    ...differs(`${cell.id}, its control-plane logs`, logged, LOGS[cell.profile]),
    ...(cell.profile === 'production' ? differs(`${cell.id}, what is encrypted`, encrypted, ['secrets']) : []),
  ];
}

/** Add-ons without which no node becomes ready, no name is resolved and no pod has a role. */
const NEEDED_ADD_ONS = ['coredns', 'eks-pod-identity-agent', 'kube-proxy', 'vpc-cni'];

export function checkAddOns(planned: PlannedCell, standing: Standing): readonly string[] {
  // EKS names an add-on CLUSTER|ADDON to CloudFormation.
  const standingAddOns = resourcesOf(planned, 'AWS::EKS::Addon').map(({ stack, logicalId }) =>
    physicalId(standing, stack, logicalId),
  );
  return NEEDED_ADD_ONS.filter((name) => !standingAddOns.includes(`${planned.plan.id}|${name}`)).map(
    (name) => `${planned.plan.id} has no add-on ${name}`,
  );
}

/** The control plane's log group, that of the flow logs in production, and every other of the templates, with their retention. */
export async function checkLogs(
  account: Account,
  { cell, planned, standing, cluster }: { cell: Cell; planned: PlannedCell; standing: Standing; cluster: Cluster },
): Promise<readonly string[]> {
  const flowLogs = await flowLogsOf(account, cluster.resourcesVpcConfig?.vpcId ?? '');
  const problems =
    cell.profile === 'production' && cell.network.kind === 'own' && flowLogs.length === 0
      ? [`the network of ${cell.id} has no flow logs`]
      : [];
  const names = new Set([
    `/aws/eks/${cell.id}/cluster`,
    ...flowLogs.map(({ LogGroupName }) => LogGroupName ?? ''),
    ...resourcesOf(planned, 'AWS::Logs::LogGroup').map(({ stack, logicalId }) =>
      physicalId(standing, stack, logicalId),
    ),
  ]);
  for (const name of names) {
    const { logGroups = [] } = await account.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (found === undefined) problems.push(`there is no log group ${name}`);
    else problems.push(...differs(`${name}, days kept`, found.retentionInDays, RETENTION_DAYS[cell.profile]));
  }
  return problems;
}

export async function flowLogsOf(account: Account, vpcId: string): Promise<readonly FlowLog[]> {
  const { FlowLogs = [] } = await account.ec2.send(
    new DescribeFlowLogsCommand({ Filter: [{ Name: 'resource-id', Values: [vpcId] }] }),
  );
  return FlowLogs;
}
