import { Match } from 'aws-cdk-lib/assertions';
import { aCell, aNodeGroup, anApp, aStage, PRIVATE, Synthesized, TEARDOWN } from './cells';

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

test('a cell that scales nothing has no such stack', () => {
  expect(synthesized.stacks.map(({ stackName }) => stackName)).not.toContain('Plain-Scaling');
});

test('fails for a group whose actuator the cell does not have', () => {
  expect(() => aStage(anApp(), aCell(), [SCALED])).toThrow(
    'node group chat-g6-xlarge of cell Sandbox is scaled by clusterAutoscaler, and the cell has nothing that scales nodes; set nodeScaling or plan anew',
  );
});
