import { fixed } from '../../lib/units/range';
import type { Cell } from '../../lib/workload/cell';
import { type Anything, aCell, aNodeGroup, anApp, aStage, PRIVATE, SANDBOX, Synthesized, TEARDOWN } from './cells';

function synthesize(cell: Cell, size = 1): Synthesized {
  const app = anApp();
  aStage(app, cell, [aNodeGroup({ size: fixed(size) })]);
  return new Synthesized(app);
}

describe('zones by id', () => {
  const app = synthesize({ ...PRIVATE, availabilityZones: ['use1-az1', 'use1-az4'] });

  test('place every subnet by its id and none by a name', () => {
    const subnets = app.resources('UsEast1-Network', 'AWS::EC2::Subnet').map(({ Properties }) => Properties);
    expect(subnets.map(({ AvailabilityZoneId, AvailabilityZone }) => [AvailabilityZoneId, AvailabilityZone])).toEqual([
      ['use1-az1', undefined],
      ['use1-az4', undefined],
      ['use1-az1', undefined],
    ]);
  });

  test('place a reservation that is created', () => {
    const made = anApp();
    const group = aNodeGroup({
      instanceType: 'p5.48xlarge',
      purchase: 'capacityReservation',
      createdReservation: { count: 1 },
    });
    aStage(made, { ...PRIVATE, availabilityZones: ['use1-az1', 'use1-az4'] }, [group]);
    const [reservation] = new Synthesized(made).resources('UsEast1-Capacity', 'AWS::EC2::CapacityReservation');
    expect(reservation?.Properties).toMatchObject({ AvailabilityZoneId: 'use1-az1' });
    expect(reservation?.Properties.AvailabilityZone).toBeUndefined();
  });

  test.each([
    [['use1-az1', 'us-east-1b'], 'are names and ids at once'],
    [['usw2-az1', 'usw2-az2'], 'at least two different availability zones of us-east-1'],
    [['us-east-1a', 'us-east-1-atl-1a'], 'at least two different availability zones of us-east-1'],
  ] as const)('fails for %j', (availabilityZones, why) => {
    expect(() => synthesize(aCell({ availabilityZones }))).toThrow(why);
  });
});

describe('interface endpoints', () => {
  const ALWAYS = ['ec2', 'ecr.api', 'ecr.dkr', 'eks', 'eks-auth', 'logs', 'sts'];
  const network = { kind: 'own', cidr: '10.16.0.0/16', egress: 'endpoints' } as const;

  test.each<[string, Partial<Cell>, readonly string[]]>([
    ['nothing but the cluster', {}, []],
    ['Cluster Autoscaler', { nodeScaling: { kind: 'clusterAutoscaler' } }, ['autoscaling']],
    [
      'metrics in Amazon Managed Prometheus',
      { serving: { metricsUrl: 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1' } },
      ['aps-workspaces'],
    ],
    ['metrics elsewhere', { serving: { metricsUrl: 'http://prometheus.monitoring:9090' } }, []],
    [
      'what the cell names, once each',
      { network: { ...network, endpoints: ['elasticloadbalancing', 'sts', 'ssm'] } },
      ['elasticloadbalancing', 'ssm'],
    ],
  ])('are there for %s', (_, override, more) => {
    const endpoints = synthesize({ ...PRIVATE, ...override }).resources('UsEast1-Network', 'AWS::EC2::VPCEndpoint');
    const services = endpoints
      .filter(({ Properties }) => Properties.VpcEndpointType === 'Interface')
      .map(({ Properties }) => Properties.ServiceName.replace('com.amazonaws.us-east-1.', ''));
    expect(services.sort()).toEqual([...ALWAYS, ...more].sort());
  });

  test('fails beside a NAT gateway, and for a whole name', () => {
    const nat = { ...network, egress: 'nat', endpoints: ['ssm'] } as const;
    expect(() => synthesize({ ...PRIVATE, network: nat })).toThrow('beside a NAT gateway');
    const whole = { ...network, endpoints: ['com.amazonaws.us-east-1.Ssm'] };
    expect(() => synthesize({ ...PRIVATE, network: whole })).toThrow('named by its service alone');
  });
});

describe('a bootstrap of one’s own', () => {
  const app = anApp();
  const bounded = { ...SANDBOX, bootstrapQualifier: 'platform', permissionsBoundary: 'TeamBoundary' };
  aStage(app, bounded, [aNodeGroup()], { teardown: TEARDOWN });
  const synthesized = new Synthesized(app);

  test('is whose roles deploy every stack', () => {
    expect(synthesized.stacks.length).toBeGreaterThan(3);
    for (const {
      assumeRoleArn,
      cloudFormationExecutionRoleArn,
      bootstrapStackVersionSsmParameter,
    } of synthesized.stacks) {
      expect(assumeRoleArn).toContain('cdk-platform-deploy-role');
      expect(cloudFormationExecutionRoleArn).toContain('cdk-platform-cfn-exec-role');
      expect(bootstrapStackVersionSsmParameter).toBe('/cdk-bootstrap/platform/version');
    }
  });

  test('is whose role the teardown passes on', () => {
    expect(JSON.stringify(synthesized.stack('Sandbox-Teardown').template)).toContain('cdk-platform-cfn-exec-role');
  });

  test('may bound every role that is made', () => {
    const roles = synthesized.resources('Sandbox', 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(3);
    for (const { Properties } of roles) {
      expect(JSON.stringify(Properties.PermissionsBoundary)).toContain(':policy/TeamBoundary');
    }
    const others = synthesize(SANDBOX).resources('Sandbox', 'AWS::IAM::Role');
    expect(others.filter(({ Properties }) => Properties.PermissionsBoundary !== undefined)).toEqual([]);
  });

  test.each<[Partial<Cell>, string]>([
    [{ bootstrapQualifier: 'Platform-1' }, 'its bootstrap qualifier must be 1 to 10 of a-z and 0-9'],
    [{ permissionsBoundary: 'arn:aws:iam::111122223333:policy/Team' }, 'write the name without its ARN'],
  ])('fails for %j', (override, why) => {
    expect(() => synthesize(aCell(override))).toThrow(why);
  });
});

describe('pinned versions', () => {
  const app = anApp();
  const cell = aCell({
    addOnVersions: { coredns: 'v1.12.4-eksbuild.1' },
    amiReleases: { system: '1.35.1-20261001', chat: '1.35.2-20261015' },
  });
  aStage(app, cell, [aNodeGroup(), aNodeGroup({ name: 'other', workload: 'other' })]);
  const synthesized = new Synthesized(app);

  test('are those of the add-ons that are named', () => {
    const addOns = synthesized.resources('Sandbox-Cluster', 'AWS::EKS::Addon').map(({ Properties }) => Properties);
    expect(addOns.filter(({ AddonVersion }) => AddonVersion !== undefined)).toEqual([
      expect.objectContaining({ AddonName: 'coredns', AddonVersion: 'v1.12.4-eksbuild.1' }),
    ]);
  });

  test('are the images of a workload’s groups and of the system nodes', () => {
    const releaseOf = (group: string) => synthesized.nodeGroup('Sandbox', group).Properties.ReleaseVersion;
    expect(releaseOf('chat-g6-xlarge')).toBe('1.35.2-20261015');
    expect(releaseOf('other')).toBeUndefined();
    expect(releaseOf('system')).toBe('1.35.1-20261001');
  });

  test.each<[Partial<Cell>, string]>([
    [{ addOnVersions: { karpenter: 'v1.0.0-eksbuild.1' } }, 'which it does not have; it has kube-proxy'],
    [{ addOnVersions: { coredns: 'latest' } }, 'write one such as "v1.12.4-eksbuild.1"'],
    [{ amiReleases: { chat: '1.34.2-20261015' } }, 'must be one of Kubernetes 1.35'],
  ])('fails for %j', (override, why) => {
    expect(() => synthesize(aCell(override))).toThrow(why);
  });
});

describe('the control plane', () => {
  test.each([
    [299, 'standard'],
    [300, 'tier-xl'],
  ])('with room for %i nodes has the tier %s', (size, tier) => {
    synthesize(PRIVATE, size)
      .template('UsEast1-Cluster')
      .hasResourceProperties('AWS::EKS::Cluster', {
        ControlPlaneScalingConfig: { Tier: tier },
      });
  });

  test('is never shifted away from the one zone that has accelerators', () => {
    synthesize(PRIVATE)
      .template('UsEast1-Cluster')
      .hasResourceProperties('AWS::EKS::Cluster', {
        ZonalShiftConfig: { Enabled: false },
      });
  });
});

test('nothing of a cell falls back on the default security group, which CloudFormation cannot close', () => {
  const app = synthesize(PRIVATE);
  const named = (properties: Anything): boolean =>
    [properties.SecurityGroupIds, ...(properties.NetworkInterfaces ?? []).map(({ Groups }: Anything) => Groups)].some(
      (groups) => groups?.length > 0,
    );
  const holders = [
    ...app.resources('', 'AWS::EC2::LaunchTemplate').map(({ Properties }) => Properties.LaunchTemplateData),
    ...app.resources('', 'AWS::EKS::Cluster').map(({ Properties }) => Properties.ResourcesVpcConfig),
    ...app
      .resources('', 'AWS::EC2::VPCEndpoint')
      .map(({ Properties }) => Properties)
      .filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface'),
  ];
  expect(holders.length).toBeGreaterThan(9);
  expect(holders.filter((one) => !named(one))).toEqual([]);
});
