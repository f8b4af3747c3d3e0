import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

export interface KarpenterPermissionsProps {
  readonly stack: Stack;
  /** Also the cluster's name: keys of conditions take no reference. */
  readonly cellId: string;
  readonly nodeRoleArn: string;
  readonly nodeProfileArn: string;
  readonly queueArn: string;
}

/** Of everything that it makes, so that what it may change or delete is its own. */
const POOL_TAG = 'karpenter.sh/nodepool';

const READS = [
  'ec2:DescribeCapacityReservations',
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceStatus',
  'ec2:DescribeInstanceTypeOfferings',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeLaunchTemplates',
  'ec2:DescribePlacementGroups',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSpotPriceHistory',
  'ec2:DescribeSubnets',
];

/**
 * What Karpenter 1.14 asks of AWS (its CloudFormation reference), without the rights to make instance profiles: its nodes have
 * one that is made here. Whatever starts, changes or ends is tagged as this cluster's and as of a node pool.
 */
export function karpenterPermissions(props: KarpenterPermissionsProps): readonly PolicyStatement[] {
  const { stack, cellId, nodeRoleArn, nodeProfileArn, queueArn } = props;
  const ofCluster = `kubernetes.io/cluster/${cellId}`;
  const asked = {
    StringEquals: { [`aws:RequestTag/${ofCluster}`]: 'owned', 'aws:RequestTag/eks:eks-cluster-name': cellId },
    StringLike: { [`aws:RequestTag/${POOL_TAG}`]: '*' },
  };
  const owned = {
    StringEquals: { [`aws:ResourceTag/${ofCluster}`]: 'owned' },
    StringLike: { [`aws:ResourceTag/${POOL_TAG}`]: '*' },
  };
  const ec2 = (...resources: readonly string[]) =>
    resources.map((resource) => stack.formatArn({ service: 'ec2', resource, resourceName: '*' }));
  const published = (...resources: readonly string[]) =>
    resources.map((resource) => stack.formatArn({ service: 'ec2', account: '', resource, resourceName: '*' }));
  const made = ec2('fleet', 'instance', 'volume', 'network-interface', 'launch-template', 'spot-instances-request');
  const launch = ['ec2:RunInstances', 'ec2:CreateFleet'];
  return [
    allow(launch, [
      ...published('image', 'snapshot'),
      ...ec2('security-group', 'subnet', 'capacity-reservation', 'placement-group'),
    ]),
    allow(launch, ec2('launch-template'), owned),
    allow([...launch, 'ec2:CreateLaunchTemplate'], made, asked),
    allow(['ec2:CreateTags'], made, {
      ...asked,
      StringEquals: {
        ...asked.StringEquals,
        'ec2:CreateAction': ['RunInstances', 'CreateFleet', 'CreateLaunchTemplate'],
      },
    }),
    allow(['ec2:CreateTags'], ec2('instance'), {
      ...owned,
      StringEqualsIfExists: { 'aws:RequestTag/eks:eks-cluster-name': cellId },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['eks:eks-cluster-name', 'karpenter.sh/nodeclaim', 'Name'] },
    }),
    allow(['ec2:TerminateInstances', 'ec2:DeleteLaunchTemplate'], ec2('instance', 'launch-template'), owned),
    allow(['iam:PassRole'], [nodeRoleArn], { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }),
    allow(['iam:GetInstanceProfile'], [nodeProfileArn]),
    allow(['eks:DescribeCluster'], [stack.formatArn({ service: 'eks', resource: 'cluster', resourceName: cellId })]),
    allow(['sqs:DeleteMessage', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'], [queueArn]),
    allow(
      ['ssm:GetParameter'],
      [stack.formatArn({ service: 'ssm', account: '', resource: 'parameter', resourceName: 'aws/service/*' })],
    ),
    // These take no resource (service authorization reference of EC2 and of the Price List).
    allow(READS, ['*'], { StringEquals: { 'aws:RequestedRegion': stack.region } }),
    allow(['pricing:GetProducts'], ['*']),
  ];
}

/** Resources of statements that hold a wildcard, each once, as they are written. */
export function wildcards(statements: readonly PolicyStatement[]): readonly string[] {
  return [...new Set(statements.flatMap(({ resources }) => resources).filter((one) => one.includes('*')))];
}

function allow(
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions }),
  });
}
