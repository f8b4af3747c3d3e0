import type { Cell } from '../../../lib/workload/cell';

/**
 * What Karpenter's pods may do, "action resources" each, after the policy of its getting-started guide (1.14): written down here, so
 * that a template that loses or gains a right is found out. Conditions are `test/stacks/scaling-stack.test.ts`'s.
 */
export function rightsOfKarpenter({ id, region, account }: Cell, nodeRole: string): readonly string[] {
  const own = (...kinds: readonly string[]) => kinds.map((kind) => `arn:aws:ec2:${region}:${account}:${kind}/*`);
  const anybodys = ['image', 'snapshot'].map((kind) => `arn:aws:ec2:${region}::${kind}/*`);
  const launched = own('fleet', 'instance', 'volume', 'network-interface', 'launch-template', 'spot-instances-request');
  const into = [...anybodys, ...own('security-group', 'subnet', 'capacity-reservation', 'placement-group')];
  const statements: readonly (readonly [actions: readonly string[], resources: readonly string[]])[] = [
    [['RunInstances', 'CreateFleet'].map(ec2), into],
    [['RunInstances', 'CreateFleet'].map(ec2), own('launch-template')],
    [['RunInstances', 'CreateFleet', 'CreateLaunchTemplate'].map(ec2), launched],
    [['CreateTags'].map(ec2), launched],
    [['CreateTags'].map(ec2), own('instance')],
    [['TerminateInstances', 'DeleteLaunchTemplate'].map(ec2), own('instance', 'launch-template')],
    [['iam:PassRole'], [`arn:aws:iam::${account}:role/${nodeRole}`]],
    [['iam:GetInstanceProfile'], [`arn:aws:iam::${account}:instance-profile/${id}-karpenter-${region}`]],
    [['eks:DescribeCluster'], [`arn:aws:eks:${region}:${account}:cluster/${id}`]],
    [
      ['sqs:DeleteMessage', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
      [`arn:aws:sqs:${region}:${account}:${id}-karpenter`],
    ],
    [['ssm:GetParameter'], [`arn:aws:ssm:${region}::parameter/aws/service/*`]],
    [READS.map(ec2), ['*']],
    [['pricing:GetProducts'], ['*']],
  ];
  return statements.flatMap(([actions, resources]) => actions.map((action) => `${action} ${[...resources].sort()}`));
}

const READS = [
  'DescribeCapacityReservations',
  'DescribeImages',
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeInstanceTypeOfferings',
  'DescribeInstanceTypes',
  'DescribeLaunchTemplates',
  'DescribePlacementGroups',
  'DescribeSecurityGroups',
  'DescribeSpotPriceHistory',
  'DescribeSubnets',
];

function ec2(action: string): string {
  return `ec2:${action}`;
}
