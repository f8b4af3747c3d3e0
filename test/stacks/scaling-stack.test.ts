import { Match } from 'aws-cdk-lib/assertions';
import { eksNodeGroupName } from '../../lib/catalog/node';
import type { NodePoolPlan } from '../../lib/planner/plan';
import { type Anything, aCell, aNodeGroup, anApp, aPlan, aStage, PRIVATE, Synthesized, TEARDOWN } from './cells';

const AUTOSCALED = { nodeScaling: { kind: 'clusterAutoscaler' } } as const;
const SCALED = aNodeGroup({ size: { min: 1, plan: 3, max: 8 }, actuator: 'clusterAutoscaler' });
const FIXED = aNodeGroup({ name: 'router-g6-xlarge', workload: 'router' });

const app = anApp();
aStage(app, { ...PRIVATE, ...AUTOSCALED }, [SCALED, FIXED]);
aStage(app, aCell({ id: 'Plain' }), [FIXED]);
aStage(app, aCell({ id: 'Short', ...AUTOSCALED }), [SCALED], { teardown: TEARDOWN });
const synthesized = new Synthesized(app);

describe('a cell with Cluster Autoscaler', () => {
  test('leaves the desired size of its groups to it, and notes what is planned', () => {
    const { Properties, Metadata } = synthesized.nodeGroup('UsEast1-Capacity', SCALED.name);
    expect(Properties.ScalingConfig).toEqual({ MinSize: 1, MaxSize: 8 });
    expect(Metadata).toMatchObject({ Headroom: { plannedSize: 3, actuator: 'clusterAutoscaler' } });
  });

  test('keeps a group that nothing scales at its size', () => {
    const { Properties, Metadata } = synthesized.nodeGroup('UsEast1-Capacity', FIXED.name);
    expect(Properties.ScalingConfig).toEqual({ MinSize: 1, DesiredSize: 1, MaxSize: 1 });
    expect(Metadata).toEqual({ Headroom: { plannedSize: 1 } });
  });

  test('gives the groups that it scales the name that they are found by, and replaces no other by naming it', () => {
    const nameIn = (stack: string, group: string) => synthesized.nodeGroup(stack, group).Properties.NodegroupName;
    expect(nameIn('UsEast1-Capacity', SCALED.name)).toBe(eksNodeGroupName(SCALED, 'AL2023_x86_64_NVIDIA'));
    expect(nameIn('UsEast1-Capacity', FIXED.name)).toBeUndefined();
    expect(nameIn('Plain-Capacity', FIXED.name)).toBeUndefined();
  });

  test('gives a group another name when it would be replaced, and none too long for EKS', () => {
    const group = { name: 'a', purchase: 'onDemand' };
    const name = eksNodeGroupName(group, 'AL2023_x86_64_NVIDIA');
    expect(eksNodeGroupName({ ...group, purchase: 'capacityReservation' }, 'AL2023_x86_64_NVIDIA')).toBe(name);
    expect(eksNodeGroupName({ ...group, purchase: 'spot' }, 'AL2023_x86_64_NVIDIA')).not.toBe(name);
    expect(eksNodeGroupName(group, 'AL2023_ARM_64_NVIDIA')).not.toBe(name);
    const [long, longer] = [80, 81].map((length) =>
      eksNodeGroupName({ ...group, name: 'a'.repeat(length) }, 'AL2023_x86_64_NVIDIA'),
    );
    expect([long?.length, long === longer]).toEqual([63, false]);
  });

  test('lets it size the groups that EKS made for this cluster and no others', () => {
    const [policy] = synthesized.resources('UsEast1-Scaling', 'AWS::IAM::ManagedPolicy');
    const statements = policy?.Properties.PolicyDocument.Statement;
    expect(statements).toHaveLength(3);
    expect(statements[0].Resource).toBe('*');
    expect(statements[0].Action.every((action: string) => /:(Describe|Get)/.test(action))).toBe(true);
    const at = 'us-east-1:111122223333';
    expect(statements[1]).toEqual({
      Action: 'eks:DescribeNodegroup',
      Effect: 'Allow',
      Resource: `arn:aws:eks:${at}:nodegroup/UsEast1/*/*`,
    });
    expect(statements[2]).toEqual({
      Action: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
      Effect: 'Allow',
      Resource: `arn:aws:autoscaling:${at}:autoScalingGroup:*:autoScalingGroupName/eks-*`,
      Condition: {
        StringEquals: {
          'aws:ResourceTag/k8s.io/cluster-autoscaler/enabled': 'true',
          'aws:ResourceTag/k8s.io/cluster-autoscaler/UsEast1': 'owned',
        },
      },
    });
  });

  test('gives it that role by Pod Identity', () => {
    const template = synthesized.template('UsEast1-Scaling');
    template.resourceCountIs('AWS::IAM::Role', 1);
    template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
      ClusterName: { 'Fn::ImportValue': Match.stringLikeRegexp('UsEast1-Cluster:') },
      Namespace: 'kube-system',
      ServiceAccount: 'cluster-autoscaler',
    });
  });

  test('reaches Auto Scaling where there is no way out', () => {
    const services = (prefix: string) =>
      synthesized
        .resources(`${prefix}-Network`, 'AWS::EC2::VPCEndpoint')
        .map(({ Properties }) => JSON.stringify(Properties.ServiceName));
    expect(services('UsEast1').filter((name) => name.includes('autoscaling'))).toHaveLength(1);
    expect(services('Plain').filter((name) => name.includes('autoscaling'))).toEqual([]);
  });

  test('is protected like its cluster, and its role goes before the cluster', () => {
    expect(synthesized.stack('UsEast1-Scaling').terminationProtection).toBe(true);
    const starts = synthesized
      .resources('Short-Teardown', 'AWS::Scheduler::Schedule')
      .map(({ Properties }) => [JSON.parse(Properties.Target.Input).StackName, Properties.StartDate]);
    expect(starts).toContainEqual(['Short-Scaling', '2026-11-25T20:00:00Z']);
  });
});

describe('KEDA', () => {
  const metricsUrl = 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-0a1b2c3d';
  const policiesWith = (url: string) => {
    const opened = anApp();
    aStage(opened, { ...PRIVATE, ...AUTOSCALED, serving: { metricsUrl: url } }, [SCALED]);
    return new Synthesized(opened);
  };

  test('may ask the one workspace that the cell’s metrics are in, by the account that its chart gives it', () => {
    const made = policiesWith(metricsUrl);
    const statements = made
      .resources('UsEast1-Scaling', 'AWS::IAM::ManagedPolicy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements).toContainEqual({
      Action: 'aps:QueryMetrics',
      Effect: 'Allow',
      Resource: 'arn:aws:aps:us-east-1:111122223333:workspace/ws-0a1b2c3d',
    });
    made.template('UsEast1-Scaling').hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
      Namespace: 'keda',
      ServiceAccount: 'keda-operator',
      RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^MetricsRole'), 'Arn'] },
    });
  });

  test('gets no role for a Prometheus that is not AWS’s', () => {
    policiesWith('http://prometheus.monitoring:9090')
      .template('UsEast1-Scaling')
      .resourceCountIs('AWS::EKS::PodIdentityAssociation', 1);
  });
});

test('a cell that scales nothing has no such stack', () => {
  expect(synthesized.stacks.map(({ stackName }) => stackName)).not.toContain('Plain-Scaling');
});

test('fails for a group whose actuator the cell does not have', () => {
  expect(() => aStage(anApp(), aCell(), [SCALED])).toThrow(
    'node group chat-g6-xlarge of cell Sandbox is scaled by clusterAutoscaler, and the cell has nothing that scales nodes; set nodeScaling or plan anew',
  );
});

describe('a cell with Karpenter', () => {
  const karpenter = { nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903' } } as const;
  const opened = anApp();
  const cell = { ...PRIVATE, ...karpenter };
  const pool: NodePoolPlan = {
    name: 'chat-burst',
    workload: 'chat',
    instanceType: 'g6.xlarge',
    purchases: ['onDemand'],
    size: { min: 0, plan: 0, max: 9 },
    rootVolume: FIXED.rootVolume,
  };
  aStage(opened, cell, [FIXED], { plan: { ...aPlan(cell, FIXED), nodePools: [pool] } });
  const made = new Synthesized(opened);
  const stack = made.template('UsEast1-Scaling');
  const policy = made.resources('UsEast1-Scaling', 'AWS::IAM::ManagedPolicy')[0]?.Properties.PolicyDocument;
  const statements: readonly Anything[] = policy.Statement;
  const allows = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
  const OWNED = {
    StringEquals: { 'aws:ResourceTag/kubernetes.io/cluster/UsEast1': 'owned' },
    StringLike: { 'aws:ResourceTag/karpenter.sh/nodepool': '*' },
  };

  test('lets it end, and launch from, only what is tagged as this cluster’s and as of a pool', () => {
    expect(allows('ec2:TerminateInstances').map(({ Condition }) => Condition)).toEqual([OWNED]);
    const launches = allows('ec2:RunInstances').map(({ Resource, Condition }) => [Resource, Condition]);
    expect(launches).toHaveLength(3);
    expect(launches[1]).toEqual(['arn:aws:ec2:us-east-1:111122223333:launch-template/*', OWNED]);
    expect(launches[2]?.[1]).toEqual({
      StringEquals: {
        'aws:RequestTag/kubernetes.io/cluster/UsEast1': 'owned',
        'aws:RequestTag/eks:eks-cluster-name': 'UsEast1',
      },
      StringLike: { 'aws:RequestTag/karpenter.sh/nodepool': '*' },
    });
  });

  test('names no resource only where AWS takes none, and makes no instance profiles', () => {
    const open = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    expect(open.every((action: string) => /:(Describe|GetProducts)/.test(action))).toBe(true);
    expect(JSON.stringify(policy)).not.toMatch(/CreateInstanceProfile|AddRoleToInstanceProfile/);
    const [pass] = allows('iam:PassRole');
    expect(pass?.Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^KarpenterNodeRole/), 'Arn'] });
    expect(pass?.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } });
  });

  test('keeps its permissions within what IAM takes of one policy', () => {
    // 6,144 characters, white space not counted; references stand for ARNs of up to a hundred.
    expect(JSON.stringify(policy).length).toBeLessThan(6144);
  });

  test('admits its nodes by a role of their own, under the name that the manifests know', () => {
    stack.hasResourceProperties('AWS::EKS::AccessEntry', { Type: 'EC2_LINUX' });
    stack.hasResourceProperties('AWS::IAM::InstanceProfile', { InstanceProfileName: 'UsEast1-karpenter-us-east-1' });
    stack.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
      Namespace: 'kube-system',
      ServiceAccount: 'karpenter',
    });
  });

  test('hears from AWS which nodes will be gone, encrypted and over TLS alone', () => {
    stack.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'UsEast1-karpenter',
      MessageRetentionPeriod: 300,
      SqsManagedSseEnabled: true,
    });
    const patterns = made
      .resources('UsEast1-Scaling', 'AWS::Events::Rule')
      .map(({ Properties }) => Properties.EventPattern['detail-type'][0]);
    expect(patterns.sort()).toEqual([
      'AWS Health Event',
      'EC2 Capacity Reservation Instance Interruption Warning',
      'EC2 Instance Rebalance Recommendation',
      'EC2 Instance State-change Notification',
      'EC2 Spot Instance Interruption Warning',
    ]);
    const sends: readonly Anything[] = made.resources('UsEast1-Scaling', 'AWS::SQS::QueuePolicy')[0]?.Properties
      .PolicyDocument.Statement;
    expect(sends.map(({ Effect, Action }) => [Effect, Action])).toEqual([
      ['Deny', 'sqs:*'],
      ['Allow', 'sqs:SendMessage'],
    ]);
    expect(sends[1].Principal).toEqual({ Service: 'events.amazonaws.com' });
    expect(sends[1].Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
  });

  test('tags the subnet and the group that its nodes are started in, and no other', () => {
    const tagged = made
      .resources('UsEast1-Network')
      .filter(({ Properties }) => JSON.stringify(Properties?.Tags ?? []).includes('karpenter.sh/discovery'));
    expect(tagged.map(({ Type }) => Type).sort()).toEqual(['AWS::EC2::SecurityGroup', 'AWS::EC2::Subnet']);
  });

  test('reaches the queue and the images where there is no way out', () => {
    const services = made
      .resources('UsEast1-Network', 'AWS::EC2::VPCEndpoint')
      .map(({ Properties }) => JSON.stringify(Properties.ServiceName).split('.').at(-1)?.replace('"', ''));
    expect(services).toEqual(expect.arrayContaining(['sqs', 'ssm']));
  });

  test('keeps its managed groups at one size', () => {
    expect(made.nodeGroup('UsEast1-Capacity', FIXED.name).Properties.ScalingConfig).toEqual({
      MinSize: 1,
      DesiredSize: 1,
      MaxSize: 1,
    });
  });

  test('fails when a plan has node pools and the cell nobody to start them', () => {
    const plain = aCell();
    const plan = { ...aPlan(plain, FIXED), nodePools: [pool] };
    expect(() => aStage(anApp(), plain, [], { plan })).toThrow(
      'cell Sandbox has a plan with node pools, and no Karpenter to start them; set nodeScaling or plan anew',
    );
  });
});
