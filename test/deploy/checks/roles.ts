import type { Cluster } from '@aws-sdk/client-eks';
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { Cell } from '../../../lib/workload/cell';
import type { Account } from '../account';
import { type PlannedCell, resourcesOf } from '../assembly';
import { flowLogsOf } from './cluster';
import { rightsOfKarpenter } from './karpenter-rights';
import { differs } from './node-groups';
import { physicalId, type Standing } from './stack-resources';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

export interface RolesInput {
  readonly cell: Cell;
  readonly planned: PlannedCell;
  readonly standing: Standing;
  readonly cluster: Cluster;
  readonly nodeRoleArns: readonly string[];
}

/**
 * Whoever needs a role has the permissions that AWS asks for, and no more: written down here, so that a template that loses
 * or gains one is found out.
 */
export async function checkRoles(account: Account, input: RolesInput): Promise<readonly string[]> {
  const { cluster, nodeRoleArns } = input;
  const problems = await managedProblems(account, 'the control plane', cluster.roleArn, ['AmazonEKSClusterPolicy']);
  for (const arn of new Set(nodeRoleArns)) {
    const needed = ['AmazonEC2ContainerRegistryPullOnly', 'AmazonEKSWorkerNodePolicy'];
    problems.push(...(await managedProblems(account, 'a node', arn, needed)));
  }
  const pods = roleOfAddOn(input, 'vpc-cni');
  problems.push(...(await managedProblems(account, 'the network plug-in', pods, ['AmazonEKS_CNI_Policy'])));
  problems.push(...(await flowLogProblems(account, cluster)));
  problems.push(...(await podProblems(account, input)));
  problems.push(...(await teardownProblems(account, input)));
  problems.push(...(await sweepingProblems(account, input)));
  return problems;
}

async function managedProblems(
  account: Account,
  who: string,
  arn: string | undefined,
  needed: readonly string[],
): Promise<string[]> {
  if (arn === undefined || arn === '') return [`${who} has no role`];
  const { AttachedPolicies = [] } = await account.iam.send(
    new ListAttachedRolePoliciesCommand({ RoleName: nameIn(arn) }),
  );
  return differs(`the policies of ${who}`, AttachedPolicies.map(({ PolicyName }) => PolicyName).sort(), needed);
}

/** The physical name of the role that an add-on's pods are given. */
function roleOfAddOn({ planned, standing }: RolesInput, addOn: string): string | undefined {
  for (const { stack, resource } of resourcesOf(planned, 'AWS::EKS::Addon')) {
    if (resource.Properties?.AddonName !== addOn) continue;
    const logicalId = /"RoleArn":\{"Fn::GetAtt":\["(\w+)"/.exec(JSON.stringify(resource.Properties))?.[1];
    if (logicalId !== undefined) return physicalId(standing, stack, logicalId);
  }
  return undefined;
}

/** Flow logs write to their own group and nowhere else. */
async function flowLogProblems(account: Account, cluster: Cluster): Promise<readonly string[]> {
  const flowLogs = await flowLogsOf(account, cluster.resourcesVpcConfig?.vpcId ?? '');
  const problems: string[] = [];
  for (const { DeliverLogsPermissionArn, LogGroupName } of flowLogs) {
    const statements = await statementsOf(account, nameIn(DeliverLogsPermissionArn ?? ''));
    const actions = statements.flatMap(({ Action }) => [Action].flat()).sort();
    problems.push(
      ...differs('what flow logs may do', actions, [
        'logs:CreateLogStream',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents',
      ]),
      ...statements
        .flatMap(({ Resource }) => [Resource].flat())
        .filter((arn) => arn.replace(/:\*$/, '').endsWith(`:log-group:${LogGroupName}`) === false)
        .map((arn) => `flow logs may write to ${arn}`),
    );
  }
  return problems;
}

/**
 * Pods have the rights that they need, by the account that they run under: model servers list one bucket and read what lies in
 * it, Cluster Autoscaler sizes groups of this cluster, Karpenter starts nodes of its own, KEDA asks one workspace. No other pod has any.
 */
async function podProblems(account: Account, input: RolesInput): Promise<readonly string[]> {
  const { cell, planned, standing } = input;
  const expected = rightsOfPods(input);
  const associations = resourcesOf(planned, 'AWS::EKS::PodIdentityAssociation');
  const nameOf = ({ Namespace, ServiceAccount }: Readonly<Record<string, unknown>> = {}) =>
    `${Namespace}/${ServiceAccount}`;
  const named = associations.map(({ resource }) => nameOf(resource.Properties));
  const problems = differs(`${cell.id}, whose pods have a role`, named.sort(), Object.keys(expected).sort());
  for (const { stack, resource } of associations) {
    const logicalId = /"RoleArn":\{"Fn::GetAtt":\["(\w+)"/.exec(JSON.stringify(resource.Properties))?.[1] ?? '';
    const statements = await statementsOf(account, physicalId(standing, stack, logicalId));
    const allowed = statements.flatMap(({ Action, Resource }) =>
      [Action].flat().map((one) => `${one} ${[Resource].flat().sort()}`),
    );
    const name = nameOf(resource.Properties);
    problems.push(...differs(`what pods of ${name} may do`, allowed.sort(), [...(expected[name] ?? [])].sort()));
  }
  return problems;
}

function rightsOfPods(input: RolesInput): Readonly<Record<string, readonly string[]>> {
  const { cell, planned } = input;
  const { id, region, account, nodeScaling, serving } = cell;
  const bucket = serving?.weightsBucket;
  const weightsOf = (model: string | undefined) => [
    `s3:GetObject arn:aws:s3:::${bucket}/${model === undefined ? '' : `${model}/`}*`,
    `s3:ListBucket arn:aws:s3:::${bucket}`,
  ];
  const servers = bucket === undefined ? [] : planned.plan.nodeGroups.map(({ workload }) => workload);
  const workspace = /\/workspaces\/(.+)$/.exec(serving?.metricsUrl ?? '')?.[1];
  const groups = `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/eks-*`;
  return {
    ...Object.fromEntries(
      servers.map((workload) => [`model-serving/${workload}`, weightsOf(planned.models[workload])]),
    ),
    ...(workspace === undefined
      ? {}
      : { 'keda/keda-operator': [`aps:QueryMetrics arn:aws:aps:${region}:${account}:workspace/${workspace}`] }),
    ...(nodeScaling?.kind === 'clusterAutoscaler'
      ? {
          'kube-system/cluster-autoscaler': [
            ...AUTOSCALER_READS.map((action) => `${action} *`),
            `eks:DescribeNodegroup arn:aws:eks:${region}:${account}:nodegroup/${id}/*/*`,
            `autoscaling:SetDesiredCapacity ${groups}`,
            `autoscaling:TerminateInstanceInAutoScalingGroup ${groups}`,
          ],
        }
      : {}),
    ...(nodeScaling?.kind === 'karpenter'
      ? { 'kube-system/karpenter': rightsOfKarpenter(cell, nodeRoleOfKarpenter(input)) }
      : {}),
  };
}

/** Name of the role of the nodes that Karpenter starts. */
function nodeRoleOfKarpenter({ planned, standing }: RolesInput): string {
  const profile = resourcesOf(planned, 'AWS::IAM::InstanceProfile').find(({ stack }) => /-Scaling$/.test(stack.name));
  const logicalId = /"Roles":\[\{"Ref":"(\w+)"/.exec(JSON.stringify(profile?.resource.Properties))?.[1] ?? '';
  return profile === undefined ? '' : physicalId(standing, profile.stack, logicalId);
}

const AUTOSCALER_READS = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeAutoScalingInstances',
  'autoscaling:DescribeLaunchConfigurations',
  'autoscaling:DescribeScalingActivities',
  'ec2:DescribeImages',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:GetInstanceTypesFromInstanceRequirements',
];

/** A teardown deletes the stacks of its cell, by name, and passes one role to CloudFormation alone. */
async function teardownProblems(account: Account, { planned, standing }: RolesInput): Promise<readonly string[]> {
  const schedules = resourcesOf(planned, 'AWS::Scheduler::Schedule');
  const [first] = schedules;
  if (first === undefined) return [];
  const logicalId = /"RoleArn":\{"Fn::GetAtt":\["(\w+)"/.exec(JSON.stringify(first.resource.Properties))?.[1] ?? '';
  const statements = await statementsOf(account, physicalId(standing, first.stack, logicalId));
  const deleted = statements
    .filter(({ Action }) => Action === 'cloudformation:DeleteStack')
    .flatMap(({ Resource }) => [Resource].flat().map((arn) => /:stack\/([^/]+)\/\*$/.exec(arn)?.[1] ?? arn));
  const passed = statements.filter(({ Action }) => Action === 'iam:PassRole');
  return [
    ...differs('what the teardown may delete', deleted.sort(), planned.stacks.map(({ name }) => name).sort()),
    ...differs('what the teardown may do', statements.map(({ Action }) => Action).sort(), [
      'cloudformation:DeleteStack',
      'iam:PassRole',
    ]),
    ...passed
      .filter(({ Condition }) => !JSON.stringify(Condition ?? {}).includes('cloudformation.amazonaws.com'))
      .map(() => 'the teardown may pass its role to anybody'),
  ];
}

/** No role of ours may do everything, on anything. */
async function sweepingProblems(account: Account, { planned, standing }: RolesInput): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { stack, logicalId } of resourcesOf(planned, 'AWS::IAM::Role')) {
    const role = physicalId(standing, stack, logicalId);
    for (const { Effect, Action } of await statementsOf(account, role)) {
      const sweeping = [Action].flat().filter((action) => /^(\*|\w+:\*)$/.test(action));
      if (Effect === 'Allow') problems.push(...sweeping.map((action) => `${role} may do ${action}`));
    }
  }
  return problems;
}

/** Of the policies in the role itself and of those that the account keeps apart; AWS's own are looked at by name. */
async function statementsOf({ iam }: Account, RoleName: string): Promise<readonly Statement[]> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const inline = PolicyNames.map(async (PolicyName) => {
    return (await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument;
  });
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const ours = AttachedPolicies.map(({ PolicyArn }) => PolicyArn ?? '').filter(
    (arn) => !/^arn:aws[a-z-]*:iam::aws:/.test(arn),
  );
  const attached = ours.map(async (PolicyArn) => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const version = { PolicyArn, VersionId: Policy?.DefaultVersionId };
    return (await iam.send(new GetPolicyVersionCommand(version))).PolicyVersion?.Document;
  });
  const documents = await Promise.all([...inline, ...attached]);
  return documents.flatMap((document) => {
    const { Statement } = JSON.parse(decodeURIComponent(document ?? '{}'));
    return [Statement].flat() as Statement[];
  });
}

function nameIn(arn: string): string {
  return arn.split('/').at(-1) ?? arn;
}
