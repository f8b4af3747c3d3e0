import { Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { defaultCatalog } from '../../lib/catalog/catalog';
import { CellStage } from '../../lib/stacks/cell-stage';
import { fixed } from '../../lib/units/range';
import {
  type Anything,
  aCell,
  aNodeGroup,
  anApp,
  aPlan,
  aStage,
  BUDGET,
  PRIVATE,
  SANDBOX,
  Synthesized,
  TEARDOWN,
} from './cells';

const UNTAGGED = 'Annotation::@aws-cdk/aws-eks:clusterMustManuallyTagSubnet';
const CR = 'cr-0123456789abcdef0';
const SCALED = aCell({ ...PRIVATE, nodeScaling: { kind: 'clusterAutoscaler' } });
const TRAINIUM = aCell({
  ...PRIVATE,
  id: 'UsWest2',
  region: 'us-west-2',
  availabilityZones: ['us-west-2a', 'us-west-2b'],
});
const GIVEN = aCell({
  id: 'Given',
  network: {
    kind: 'existing',
    vpcId: 'vpc-0cccccccccccccccc',
    vpcCidr: '10.0.0.0/16',
    privateSubnetIds: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'],
  },
});
const GPU_GROUPS = [
  aNodeGroup({ name: 'large', instanceType: 'p5en.48xlarge', size: fixed(4), nodesPerReplica: 2 }),
  aNodeGroup({
    name: 'single',
    instanceType: 'p5en.48xlarge',
    size: { min: 2, plan: 3, max: 8 },
    actuator: 'clusterAutoscaler',
  }),
  aNodeGroup({
    name: 'reserved',
    instanceType: 'p5.48xlarge',
    purchase: 'capacityReservation',
    reservationId: CR,
    nodesPerReplica: 2,
  }),
  aNodeGroup({ name: 'block', instanceType: 'p5en.48xlarge', purchase: 'capacityBlock', reservationId: CR }),
  aNodeGroup({ name: 'spot', instanceType: 'g6e.2xlarge', purchase: 'spot' }),
];

function everything(): Synthesized {
  const app = anApp();
  Validations.of(app).acknowledge({ id: UNTAGGED, reason: 'the subnets do not exist' });
  aStage(app, SANDBOX, [aNodeGroup()], { teardown: TEARDOWN, budget: BUDGET });
  aStage(app, SCALED, GPU_GROUPS, {
    budget: { ...BUDGET, emails: ['capacity@example.com'] },
  });
  aStage(app, TRAINIUM, [aNodeGroup({ name: 'trn', instanceType: 'trn1.32xlarge', size: fixed(2) })]);
  aStage(app, GIVEN, [aNodeGroup({ name: 'given' })]);
  return new Synthesized(app);
}

const app = everything();

describe('a cell', () => {
  test('is stacks with literal names, one region and, unless given, no account', () => {
    const ofSandbox = app.stacks.filter((stack) => stack.stackName.startsWith('Sandbox'));
    expect(ofSandbox.map((stack) => stack.hierarchicalId).sort()).toEqual([
      'Sandbox/Budget',
      expect.stringMatching(/^Sandbox\/Capacity0[0-3]$/),
      'Sandbox/Cluster',
      'Sandbox/Network',
      'Sandbox/Teardown',
    ]);
    for (const stack of ofSandbox) {
      expect(stack.stackName).toBe(stack.hierarchicalId.replace('/', '-'));
      expect(stack.environment).toMatchObject({ region: 'us-east-1', account: 'unknown-account' });
    }
    expect(app.stack('UsEast1-Network').environment.account).toBe('111122223333');
  });

  test('says in every template where it may be deployed, and when it ends if it does', () => {
    const ofAccount = { 'Fn::Contains': [['111122223333'], { Ref: 'AWS::AccountId' }] };
    for (const { stackName, template, environment } of app.stacks) {
      const asserted = template.Rules.DeploymentPlace.Assertions.map(({ Assert }: Anything) => Assert);
      const ofRegion = { 'Fn::Equals': [{ Ref: 'AWS::Region' }, environment.region] };
      expect(asserted).toEqual(environment.account === '111122223333' ? [ofRegion, ofAccount] : [ofRegion]);
      const tagged = Object.values<Anything>(template.Resources).filter(({ Properties: it }) => it?.Tags !== undefined);
      const ended = tagged.filter((it) => JSON.stringify(it.Properties.Tags).includes('2026-11-26T00:00:00Z'));
      expect([stackName, ended.length]).toEqual([stackName, stackName.startsWith('Sandbox-') ? tagged.length : 0]);
    }
  });

  test('asks nothing of an account, whether one is named or not', () => {
    const manifests = [app.assembly, ...app.assembly.nestedAssemblies.map((nested) => nested.nestedAssembly)];
    expect(manifests.flatMap((assembly) => assembly.manifest.missing ?? [])).toEqual([]);
  });

  test('has no custom resource, no nested stack and no asset', () => {
    const types = app.resources('').map((resource) => resource.Type);
    expect(types.filter((type) => /^Custom::|CustomResource|CloudFormation::Stack|Lambda|SSM/.test(type))).toEqual([]);
    for (const stack of app.stacks)
      expect(Object.values(stack.assets).filter((asset) => !/template/.test(asset.id))).toEqual([]);
  });

  test('refers between its stacks by exports, whatever the app prefers', () => {
    const text = JSON.stringify(app.stacks.map((stack) => stack.template));
    expect(text).toContain('Fn::ImportValue');
    expect(text).not.toContain('Fn::GetStackOutput');
  });

  test('is the same bytes when synthesized again', () => {
    const again = everything();
    for (const stack of app.stacks) expect(again.stack(stack.stackName).template).toEqual(stack.template);
    expect(again.stacks.map((stack) => JSON.stringify(stack.template))).toEqual(
      app.stacks.map((stack) => JSON.stringify(stack.template)),
    );
  });

  test('carries its tags on everything that is launched', () => {
    const { TagSpecifications } = app.launch('Sandbox', 'chat-g6-xlarge');
    expect(TagSpecifications.map((spec: Anything) => spec.ResourceType)).toEqual([
      'instance',
      'volume',
      'network-interface',
    ]);
    for (const { Tags } of TagSpecifications) {
      expect(Object.fromEntries(Tags.map((tag: Anything) => [tag.Key, tag.Value]))).toEqual({
        Name: 'chat-g6-xlarge',
        team: 'inference',
        'headroom:deployment': 'test',
        'headroom:expires': '2026-11-26T00:00:00Z',
        'headroom:cell': 'Sandbox',
        'headroom:workload': 'chat',
        'headroom:node-group': 'chat-g6-xlarge',
      });
    }
  });

  test('fails when it is given the plan of another cell', () => {
    const make = () =>
      new CellStage(anApp(), 'A', { cell: SANDBOX, plan: { ...aPlan(SCALED) }, catalog: defaultCatalog, tags: {} });
    expect(make).toThrow('cell Sandbox was given the plan of cell UsEast1; give each cell its own');
  });
});

describe('the sandbox', () => {
  test('costs money in these places and no others', () => {
    const paid = /NatGateway|EIP|VPCEndpoint|Cluster$|Nodegroup|LogGroup|KMS|Budget$|Schedule$|FlowLog/;
    const count = new Map<string, number>();
    for (const { Type } of app.resources('Sandbox').filter(({ Type }) => paid.test(Type)))
      count.set(Type, (count.get(Type) ?? 0) + 1);
    expect(Object.fromEntries(count)).toEqual({
      'AWS::Scheduler::Schedule': 5,
      'AWS::Budgets::Budget': 1,
      'AWS::EC2::EIP': 1,
      'AWS::EC2::NatGateway': 1,
      // The gateway endpoint of S3, which is free.
      'AWS::EC2::VPCEndpoint': 1,
      'AWS::Logs::LogGroup': 1,
      'AWS::EKS::Cluster': 1,
      'AWS::EKS::Nodegroup': 2,
    });
  });

  test('deletes everything with its stacks', () => {
    expect(app.resources('Sandbox').filter((resource) => resource.DeletionPolicy === 'Retain')).toEqual([]);
    expect(app.stacks.filter((stack) => stack.stackName.startsWith('Sandbox') && stack.terminationProtection)).toEqual(
      [],
    );
    app.template('Sandbox-Cluster').hasResourceProperties('AWS::EKS::Cluster', { DeletionProtection: false });
  });

  test('has a cluster that its own addresses can reach, under standard support', () => {
    app.template('Sandbox-Cluster').hasResourceProperties('AWS::EKS::Cluster', {
      Name: 'Sandbox',
      Version: '1.35',
      ResourcesVpcConfig: {
        EndpointPrivateAccess: true,
        EndpointPublicAccess: true,
        PublicAccessCidrs: ['203.0.113.0/24'],
      },
      AccessConfig: { AuthenticationMode: 'API' },
      UpgradePolicy: { SupportType: 'STANDARD' },
      BootstrapSelfManagedAddons: false,
      EncryptionConfig: Match.absent(),
    });
    app.template('Sandbox-Cluster').hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: { LogGroupName: '/aws/eks/Sandbox/cluster', RetentionInDays: 7 },
    });
  });

  test('lets its burstable system node burst no further than its credits, which are free', () => {
    expect(app.launch('Sandbox', 'system')).toMatchObject({
      InstanceType: 't3.medium',
      CreditSpecification: { CpuCredits: 'standard' },
      BlockDeviceMappings: [{ Ebs: { VolumeSize: 50, Iops: 3000, Throughput: 125, Encrypted: true } }],
    });
    expect(app.launch('UsEast1', 'system').CreditSpecification).toBeUndefined();
  });

  test('has one GPU node in the accelerator subnet, its local disk in use and no list of interfaces', () => {
    const launch = app.launch('Sandbox', 'chat-g6-xlarge');
    expect(launch).toMatchObject({
      InstanceType: 'g6.xlarge',
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/xvda',
          Ebs: {
            VolumeType: 'gp3',
            VolumeSize: 200,
            Iops: 3000,
            Throughput: 125,
            Encrypted: true,
            DeleteOnTermination: true,
          },
        },
      ],
    });
    expect(launch.NetworkInterfaces).toEqual([
      {
        NetworkCardIndex: 0,
        DeviceIndex: 0,
        InterfaceType: 'interface',
        Groups: [expect.anything()],
        DeleteOnTermination: true,
        AssociatePublicIpAddress: false,
      },
    ]);
    expect(launch.SecurityGroupIds).toBeUndefined();
    expect(launch.UserData['Fn::Base64']).toContain('strategy: RAID0');
    const group = app.nodeGroup('Sandbox', 'chat-g6-xlarge');
    expect(group.Properties).toMatchObject({
      AmiType: 'AL2023_x86_64_NVIDIA',
      CapacityType: 'ON_DEMAND',
      ScalingConfig: { MinSize: 1, DesiredSize: 1, MaxSize: 1 },
      Taints: [{ Key: 'nvidia.com/gpu', Value: 'present', Effect: 'NO_SCHEDULE' }],
      UpdateConfig: { MaxUnavailable: 1, UpdateStrategy: 'MINIMAL' },
      NodeRepairConfig: { Enabled: true },
      Subnets: [{ 'Fn::ImportValue': expect.stringContaining('Accelerator') }],
    });
    expect(group.Metadata).toEqual({ Headroom: { plannedSize: 1 } });
  });
});

describe('a production cell', () => {
  test('is private, encrypted, logged and hard to delete', () => {
    app.template('UsEast1-Cluster').hasResourceProperties('AWS::EKS::Cluster', {
      AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
      ResourcesVpcConfig: { EndpointPrivateAccess: true, EndpointPublicAccess: false },
      EncryptionConfig: [{ Resources: ['secrets'] }],
      DeletionProtection: true,
      UpgradePolicy: { SupportType: 'EXTENDED' },
      ControlPlaneScalingConfig: { Tier: 'standard' },
      Logging: {
        ClusterLogging: {
          EnabledTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map((Type) => ({ Type })),
        },
      },
    });
    app.template('UsEast1-Cluster').hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
    expect(app.stack('UsEast1-Cluster').terminationProtection).toBe(true);
    expect(app.stack('UsEast1-Network').terminationProtection).toBe(true);
    // Destroyed first: unprotected, they would be gone before the cluster refuses.
    const capacity = app.stacks.filter(({ stackName }) => stackName.startsWith('UsEast1-Capacity'));
    expect(capacity.map(({ terminationProtection }) => terminationProtection)).toEqual(capacity.map(() => true));
    expect(capacity.length).toBeGreaterThan(0);
  });

  test.each([
    ['UsEast1', ['10.16.0.0/16', '10.200.0.0/16']],
    ['Sandbox', ['10.0.0.0/16']],
    ['Given', ['10.0.0.0/16']],
  ])('answers on 443 to its VPC and to what it names beside it, each once: %s', (cell, cidrs) => {
    const rules = app
      .resources(`${cell}-Cluster`, 'AWS::EC2::SecurityGroupIngress')
      .map(({ Properties }) => Properties)
      .filter(({ CidrIp }) => CidrIp !== undefined);
    const ports = rules.map(({ IpProtocol, FromPort, ToPort }) => [IpProtocol, FromPort, ToPort]);
    expect(rules.map(({ CidrIp }) => CidrIp)).toEqual(cidrs);
    expect(ports).toEqual(cidrs.map(() => ['tcp', 443, 443]));
    // On the control plane's interfaces, by the only group that we hand to EKS.
    const [cluster] = app.resources(`${cell}-Cluster`, 'AWS::EKS::Cluster');
    expect(cluster?.Properties.ResourcesVpcConfig.SecurityGroupIds).toEqual([rules[0]?.GroupId]);
  });

  test('admits one administrator', () => {
    app.template('UsEast1-Cluster').hasResourceProperties('AWS::EKS::AccessEntry', {
      PrincipalArn: 'arn:aws:iam::111122223333:role/ClusterAdmin',
      AccessPolicies: [Match.objectLike({ AccessScope: { Type: 'cluster' } })],
    });
  });

  test('has no way out but endpoints, and keeps what its network refused', () => {
    const network = app.template('UsEast1-Network');
    for (const type of ['NatGateway', 'InternetGateway', 'EIP']) network.resourceCountIs(`AWS::EC2::${type}`, 0);
    const services = app.resources('UsEast1-Network', 'AWS::EC2::VPCEndpoint').map(({ Properties }) => Properties);
    expect(services.filter((endpoint) => endpoint.VpcEndpointType === 'Gateway')).toHaveLength(1);
    const interfaces = services.filter((endpoint) => endpoint.VpcEndpointType === 'Interface');
    expect(interfaces.map((endpoint) => endpoint.ServiceName.replace('com.amazonaws.us-east-1.', '')).sort()).toEqual([
      'autoscaling',
      'ec2',
      'ecr.api',
      'ecr.dkr',
      'eks',
      'eks-auth',
      'logs',
      'sts',
    ]);
    for (const endpoint of interfaces) {
      expect(endpoint).toMatchObject({ PrivateDnsEnabled: true });
      expect(endpoint.SubnetIds).toHaveLength(2);
    }
    network.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'REJECT' });
  });

  test('reaches S3 from the accelerator subnet by the gateway endpoint', () => {
    const [gateway] = app
      .resources('UsEast1-Network', 'AWS::EC2::VPCEndpoint')
      .filter(({ Properties }) => Properties.VpcEndpointType === 'Gateway');
    const tables = gateway?.Properties.RouteTableIds.map((table: Anything) => table.Ref);
    expect(tables).toHaveLength(3);
    expect(tables).toContainEqual(expect.stringContaining('Accelerator'));
  });

  test.each(['UsEast1', 'Sandbox'])(
    'tells where internal load balancers go, with and without a way out: %s',
    (cell) => {
      const tagged = app
        .resources(`${cell}-Network`, 'AWS::EC2::Subnet')
        .filter(({ Properties }) =>
          Properties.Tags.some(
            ({ Key, Value }: Anything) => Key === 'kubernetes.io/role/internal-elb' && Value === '1',
          ),
        )
        .map(({ Properties }) => Properties.Tags.find(({ Key }: Anything) => Key === 'Name').Value);
      expect(tagged).toEqual([expect.stringContaining('ControlSubnet1'), expect.stringContaining('ControlSubnet2')]);
    },
  );

  test('tags no route table as a place for load balancers', () => {
    expect(JSON.stringify(app.resources('UsEast1-Network', 'AWS::EC2::RouteTable'))).not.toContain('internal-elb');
  });

  test('creates add-ons that nodes need before any node, and the rest after', () => {
    const { Resources } = app.stack('UsEast1-Cluster').template;
    const idOf = (name: string) =>
      Object.keys(Resources).find((id) => Resources[id].Properties.AddonName === name) ?? 'missing';
    const [nodes = 'missing'] = Object.keys(Resources).filter((id) => Resources[id].Type === 'AWS::EKS::Nodegroup');
    expect(Resources[nodes].DependsOn.sort()).toEqual(
      ['eks-pod-identity-agent', 'kube-proxy', 'vpc-cni'].map(idOf).sort(),
    );
    for (const name of ['coredns', 'metrics-server', 'eks-node-monitoring-agent'])
      expect(Resources[idOf(name)].DependsOn).toEqual([nodes]);
    expect(Resources[nodes].Properties).toMatchObject({
      AmiType: 'AL2023_ARM_64_STANDARD',
      ScalingConfig: { MinSize: 3, DesiredSize: 3, MaxSize: 3 },
    });
  });

  test('gives nodes no permission beyond joining and pulling', () => {
    const policies = app
      .resources('UsEast1-Cluster', 'AWS::IAM::Role')
      .filter(({ Properties }) => JSON.stringify(Properties.AssumeRolePolicyDocument).includes('ec2.amazonaws.com'))
      .map(({ Properties }) => JSON.stringify(Properties.ManagedPolicyArns).match(/policy\/\w+/g));
    expect(policies).toEqual([['policy/AmazonEKSWorkerNodePolicy', 'policy/AmazonEC2ContainerRegistryPullOnly']]);
    app.template('UsEast1-Cluster').resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('lets EFA in from itself and, by a rule that names it, out to itself', () => {
    const [ingress] = app.resources('UsEast1-Network', 'AWS::EC2::SecurityGroupIngress');
    const [egress] = app.resources('UsEast1-Network', 'AWS::EC2::SecurityGroupEgress');
    expect(ingress?.Properties.IpProtocol).toBe('-1');
    expect(ingress?.Properties.SourceSecurityGroupId).toEqual(ingress?.Properties.GroupId);
    expect(egress?.Properties.IpProtocol).toBe('-1');
    expect(egress?.Properties.DestinationSecurityGroupId).toEqual(egress?.Properties.GroupId);
    expect(egress?.Properties.GroupId).toEqual(ingress?.Properties.GroupId);
  });
});

describe('capacity', () => {
  test('of p5en has 17 interfaces, 16 of them EFA, with both security groups on each', () => {
    const { NetworkInterfaces, SecurityGroupIds } = app.launch('UsEast1', 'large');
    expect(SecurityGroupIds).toBeUndefined();
    expect(NetworkInterfaces).toHaveLength(17);
    expect(NetworkInterfaces.filter((nic: Anything) => nic.InterfaceType === 'efa-only')).toHaveLength(16);
    expect(NetworkInterfaces[0]).toMatchObject({ NetworkCardIndex: 0, DeviceIndex: 0, InterfaceType: 'interface' });
    for (const nic of NetworkInterfaces) {
      expect(nic.Groups).toEqual([
        { 'Fn::ImportValue': expect.stringContaining('ClusterSecurityGroupId') },
        { 'Fn::ImportValue': expect.stringContaining('Efa') },
      ]);
      expect(nic).toMatchObject({ DeleteOnTermination: true });
      expect(nic.SubnetId).toBeUndefined();
    }
  });

  test('of p5 has 33 interfaces, 32 of them EFA', () => {
    const { NetworkInterfaces } = app.launch('UsEast1', 'reserved');
    expect(NetworkInterfaces).toHaveLength(33);
    expect(NetworkInterfaces.filter((nic: Anything) => nic.InterfaceType === 'efa-only')).toHaveLength(32);
  });

  test('of trn1 has 9 interfaces, the Neuron image and the Neuron taint', () => {
    expect(app.launch('UsWest2', 'trn').NetworkInterfaces).toHaveLength(9);
    expect(app.nodeGroup('UsWest2', 'trn').Properties).toMatchObject({
      AmiType: 'AL2023_x86_64_NEURON',
      Taints: [{ Key: 'aws.amazon.com/neuron', Effect: 'NO_SCHEDULE' }],
    });
  });

  test('is placed close together only when bought on demand for replicas that span nodes', () => {
    expect(app.resources('UsEast1', 'AWS::EC2::PlacementGroup')).toHaveLength(1);
    expect(app.launch('UsEast1', 'large').Placement).toEqual({ GroupName: { Ref: expect.stringContaining('large') } });
    for (const name of ['single', 'reserved', 'block', 'spot'])
      expect(app.launch('UsEast1', name).Placement).toBeUndefined();
  });

  test('names its reservation, and takes nothing else when that is full', () => {
    expect(app.launch('UsEast1', 'reserved').CapacityReservationSpecification).toEqual({
      CapacityReservationPreference: 'capacity-reservations-only',
      CapacityReservationTarget: { CapacityReservationId: CR },
    });
    expect(app.nodeGroup('UsEast1', 'reserved').Properties.CapacityType).toBe('ON_DEMAND');
  });

  test('in a Capacity Block names the block in both places', () => {
    expect(app.launch('UsEast1', 'block')).toMatchObject({
      InstanceType: 'p5en.48xlarge',
      InstanceMarketOptions: { MarketType: 'capacity-block' },
      CapacityReservationSpecification: { CapacityReservationTarget: { CapacityReservationId: CR } },
    });
    expect(app.nodeGroup('UsEast1', 'block').Properties.CapacityType).toBe('CAPACITY_BLOCK');
  });

  test('on the spot market is asked of the node group alone', () => {
    expect(app.nodeGroup('UsEast1', 'spot').Properties.CapacityType).toBe('SPOT');
    expect(app.launch('UsEast1', 'spot').InstanceMarketOptions).toBeUndefined();
  });

  test('that may grow leaves its desired size to whoever grows it, and keeps the planned one in sight', () => {
    const group = app.nodeGroup('UsEast1', 'single');
    expect(group.Properties.ScalingConfig).toEqual({ MinSize: 2, MaxSize: 8 });
    expect(group.Metadata).toEqual({ Headroom: { plannedSize: 3, actuator: 'clusterAutoscaler' } });
  });

  test.each([
    ['one more group', [...GPU_GROUPS, aNodeGroup({ name: 'new', instanceType: 'p6-b200.48xlarge' })]],
    ['no group with EFA', [aNodeGroup({ name: 'new' })]],
    ['no group', []],
  ])('changes nothing outside its own stacks: %s', (_, groups) => {
    const changed = anApp();
    aStage(changed, SCALED, groups, { budget: { ...BUDGET, emails: ['capacity@example.com'] } });
    const after = new Synthesized(changed);
    for (const part of ['Network', 'Cluster', 'Budget'])
      expect(after.stack(`UsEast1-${part}`).template).toEqual(app.stack(`UsEast1-${part}`).template);
  });
});

describe('a given network', () => {
  test('is used by its ids, in the order of the zones', () => {
    app.template('Given-Network').resourceCountIs('AWS::EC2::VPC', 0);
    app.template('Given-Cluster').hasResourceProperties('AWS::EKS::Cluster', {
      ResourcesVpcConfig: Match.objectLike({ SubnetIds: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'] }),
    });
    expect(app.nodeGroup('Given', 'given').Properties.Subnets).toEqual(['subnet-0aaaaaaaaaaaaaaaa']);
    app.template('Given-Network').hasResourceProperties('AWS::EC2::SecurityGroup', { VpcId: 'vpc-0cccccccccccccccc' });
  });

  test('fails when it has not one subnet for each zone', () => {
    const cell = aCell({
      id: 'Short',
      network: {
        kind: 'existing',
        vpcId: 'vpc-0cccccccccccccccc',
        vpcCidr: '10.0.0.0/16',
        privateSubnetIds: ['subnet-0aaaaaaaaaaaaaaaa'],
      },
    });
    expect(() => aStage(anApp(), cell, [])).toThrow(
      'cell Short has 2 availability zones and 1 private subnets; give one subnet for each zone, in the same order',
    );
  });
});

describe('an AWS budget', () => {
  test('watches one window of what carries the cell’s tag', () => {
    // 2026-11-23T00:00:00Z is 20,780 days after 1970: × 86,400 = 1,795,392,000 seconds; three days later + 259,200.
    app.template('Sandbox-Budget').hasResourceProperties('AWS::Budgets::Budget', {
      Budget: {
        TimeUnit: 'CUSTOM',
        TimePeriod: { Start: '1795392000', End: '1795651200' },
        BudgetLimit: { Amount: 150, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:headroom:cell$Sandbox'] },
      },
      NotificationsWithSubscribers: Match.absent(),
    });
  });

  test('writes to those who are named', () => {
    const [budget] = app.resources('UsEast1-Budget', 'AWS::Budgets::Budget');
    const notifications = budget?.Properties.NotificationsWithSubscribers;
    expect(notifications.map((entry: Anything) => entry.Notification.Threshold)).toEqual([50, 80, 100]);
    expect(notifications[0].Subscribers).toEqual([
      { SubscriptionType: 'EMAIL', Address: 'capacity@example.com' },
      { SubscriptionType: 'SNS', Address: 'arn:aws:sns:us-east-1:111122223333:UsEast1-alerts' },
    ]);
  });
});
