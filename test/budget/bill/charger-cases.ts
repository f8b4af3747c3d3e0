import type { Assumption } from '../../../lib/budget/bill/assumption';
import { ITEMS, type Item, instanceItem } from '../../../lib/budget/prices/items';
import { sealPriceBook } from '../../../lib/budget/prices/load';
import { anAssumption, anOffer, type Resources } from './billing';

/** Everything costs 1 USD a unit: what a charge comes to in December is its quantity × 744 h, or × 1 month. */
const TYPES = ['m5.large', 'm5.xlarge', 't3.medium', 'p5.48xlarge'] as const;
const OTHERS: readonly Item[] = [
  ...TYPES.map((type) => instanceItem(type, 'onDemand')),
  'sagemaker:ml.g5.xlarge:hosting',
  'sagemaker:ml.g5.xlarge:notebook',
  'sagemaker:ml.g5.xlarge:cluster',
  'dedicatedHost:m5',
];
export const UNIT_BOOK = sealPriceBook(
  '2026-11-23',
  [...(Object.keys(ITEMS) as Item[]), ...OTHERS].map((item) => anOffer(item, '1')),
);
/** Prices one thing that no case uses. */
export const EMPTY_BOOK = sealPriceBook('2026-11-23', [anOffer('instance:hpc7g.4xlarge:onDemand', '1')]);

/** Units of a usage: one at plan, two at max. */
export const used = (usage: string, unit: string): Assumption => anAssumption(usage, '2', { plan: '1', unit });
const ceiling = (dimension: string): Assumption => used(dimension, 'USD/month');

export interface ChargerCase {
  /** Bounded and, at 1 USD for everything, charged exactly `max` in December. */
  readonly charged: {
    readonly resources: Resources;
    readonly assumptions?: readonly Assumption[];
    readonly max: string;
    /** Why, where it is not plain. */
    readonly because?: string;
  };
  /** The dimension that is unpriced once the book is empty; null for what no price is asked for, whose `unbounded` case is its unpriced one. */
  readonly unpriced: string | null;
  /** Nothing bounds the dimension. */
  readonly unbounded: {
    readonly resources: Resources;
    readonly assumptions?: readonly Assumption[];
    readonly dimension: string;
  };
}

/** A value that only a deployment decides: the parameter is declared by the test. */
export const OPEN = { Ref: 'Open' };
const one = (Type: string, Properties: object = {}, rest: Resources = {}): Resources => ({
  It: { Type, Properties },
  ...rest,
});
const byUse = (
  type: string,
  usages: readonly (readonly [string, string])[],
  max: string,
  properties = {},
): ChargerCase => ({
  charged: { resources: one(type, properties), assumptions: usages.map(([name, unit]) => used(name, unit)), max },
  unpriced: usages[0]?.[0] ?? '',
  unbounded: {
    resources: one(type, properties),
    assumptions: usages.slice(1).map(([name, unit]) => used(name, unit)),
    dimension: usages[0]?.[0] ?? '',
  },
});

/** What has no price and is bounded by a declared ceiling alone. */
const byCeiling = (type: string, dimension: string): ChargerCase => ({
  charged: { resources: one(type), assumptions: [ceiling(dimension)], max: '2' },
  unpriced: null,
  unbounded: { resources: one(type), dimension },
});

/** A node pool of m5.large within limits, and its class with 10 GB. */
function pool(limits: object): Resources {
  const requirement = (key: string, value: string) => ({ key, operator: 'In', values: [value] });
  const requirements = [
    requirement('node.kubernetes.io/instance-type', 'm5.large'),
    requirement('karpenter.k8s.aws/instance-tenancy', 'default'),
  ];
  const object = (apiVersion: string, kind: string, spec: object) => ({
    Type: `Kubernetes::${apiVersion.replace('/v1', '')}::${kind}`,
    Properties: {
      ClusterName: 'A',
      Manifest: JSON.stringify({ apiVersion, kind, metadata: { name: 'a' }, spec }),
    },
  });
  return {
    It: object('karpenter.sh/v1', 'NodePool', {
      limits,
      template: { spec: { nodeClassRef: { name: 'a' }, requirements } },
    }),
    Class: object('karpenter.k8s.aws/v1', 'EC2NodeClass', {
      amiSelectorTerms: [{ alias: 'al2023@v20260903' }],
      associatePublicIPAddress: false,
      blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: '10Gi', volumeType: 'gp3' } }],
    }),
  };
}

const SUBNET: Resources = { Net: { Type: 'AWS::EC2::Subnet', Properties: { CidrBlock: '10.0.0.0/24' } } };
/** A gp3 root volume of 10 GB, a private subnet, an image of AWS: what is left is the instance. */
const ROOT = { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 10, VolumeType: 'gp3' } };
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const LAUNCH = (data: object = {}): Resources => ({
  Launch: {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: { InstanceType: 'm5.large', ImageId: IMAGE, BlockDeviceMappings: [ROOT], ...data },
    },
  },
  ...SUBNET,
});
const VERSION = { 'Fn::GetAtt': ['Launch', 'LatestVersionNumber'] };
const TEMPLATE = { LaunchTemplateId: { Ref: 'Launch' }, Version: VERSION };
const GROUP = { LaunchTemplate: TEMPLATE, VPCZoneIdentifier: [{ Ref: 'Net' }] };
const instance = { InstanceType: 'm5.large', ImageId: IMAGE, BlockDeviceMappings: [ROOT], SubnetId: { Ref: 'Net' } };
const overrides = { Overrides: [{ InstanceType: 'm5.xlarge', WeightedCapacity: 2, SubnetId: { Ref: 'Net' } }] };
const fleet = { LaunchTemplateConfigs: [{ LaunchTemplateSpecification: TEMPLATE, ...overrides }] };
const variant = (more: object) => ({
  VariantName: 'a',
  InstanceType: 'ml.g5.xlarge',
  InitialInstanceCount: 1,
  ...more,
});
const endpoint = (more: object): Resources => ({
  It: {
    Type: 'AWS::SageMaker::Endpoint',
    Properties: { EndpointConfigName: { 'Fn::GetAtt': ['Config', 'EndpointConfigName'] } },
  },
  Config: { Type: 'AWS::SageMaker::EndpointConfig', Properties: { ProductionVariants: [variant(more)] } },
});
const service = (more: object): Resources => ({
  It: {
    Type: 'AWS::ECS::Service',
    Properties: { LaunchType: 'FARGATE', TaskDefinition: { Ref: 'Task' }, DesiredCount: 2, ...more },
  },
  Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '512', Memory: '1024' } },
});
const cluster = { Version: '1.36', UpgradePolicy: { SupportType: 'STANDARD' } };
const nodes = { InstanceTypes: ['m5.large'], Subnets: [{ Ref: 'Net' }] };
const nodegroup = (ScalingConfig: object): Resources =>
  one(
    'AWS::EKS::Nodegroup',
    { ...nodes, ScalingConfig, LaunchTemplate: { Id: { Ref: 'Launch' }, Version: VERSION } },
    {
      Launch: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: { BlockDeviceMappings: [ROOT] } } },
      ...SUBNET,
    },
  );
const reservation = { InstanceType: 'p5.48xlarge', InstancePlatform: 'Linux/UNIX' };
const schedule = {
  Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ec2:stopInstances', RetryPolicy: { MaximumRetryAttempts: 0 } },
};
const lustre = (StorageCapacity: unknown) => ({
  FileSystemType: 'LUSTRE',
  StorageCapacity,
  LustreConfiguration: { DeploymentType: 'PERSISTENT_2', PerUnitStorageThroughput: 125 },
});
const policy = { TargetTrackingConfiguration: { TargetValue: 50 } };
const warm = (more: object): Resources => ({
  It: {
    Type: 'AWS::AutoScaling::WarmPool',
    Properties: { AutoScalingGroupName: { Ref: 'Group' }, PoolState: 'Running', ...more },
  },
  Group: { Type: 'AWS::AutoScaling::AutoScalingGroup', Properties: { ...GROUP, MinSize: '0', MaxSize: '0' } },
  ...LAUNCH(),
});

/** One of each for every type that has a paid dimension; the test fails when a registered type is missing here. */
export const CHARGER_CASES: Readonly<Record<string, ChargerCase>> = {
  'AWS::APS::Scraper': {
    charged: {
      resources: one('AWS::APS::Scraper', { Destination: { AmpConfiguration: {} } }),
      assumptions: [used('ampCollectedSamples', 'samples/month')],
      max: '746',
      because: '744 h + 2 samples',
    },
    unpriced: 'ampCollectorHours',
    unbounded: {
      resources: one('AWS::APS::Scraper', { Destination: { AmpConfiguration: {} } }),
      dimension: 'ampCollectedSamples',
    },
  },
  'AWS::APS::Workspace': byUse(
    'AWS::APS::Workspace',
    [
      ['ampIngestedSamples', 'samples/month'],
      ['ampQuerySamples', 'samples/month'],
      ['ampStoredGigabytes', 'GB'],
    ],
    '6',
  ),
  'AWS::ApplicationAutoScaling::ScalableTarget': {
    charged: {
      resources: one('AWS::ApplicationAutoScaling::ScalableTarget', { ServiceNamespace: 'rds' }),
      assumptions: [ceiling('scaledCapacity')],
      max: '2',
    },
    unpriced: null,
    unbounded: {
      resources: one('AWS::ApplicationAutoScaling::ScalableTarget', { ServiceNamespace: OPEN }),
      dimension: 'scaledCapacity',
    },
  },
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    charged: {
      resources: one('AWS::ApplicationAutoScaling::ScalingPolicy', { TargetTrackingScalingPolicyConfiguration: {} }),
      max: '4',
      because: 'up to four alarms',
    },
    unpriced: 'trackingAlarms',
    // Nothing about a policy is open: what it scales is.
    unbounded: {
      resources: one('AWS::ApplicationAutoScaling::ScalableTarget', { ServiceNamespace: 'appstream' }),
      dimension: 'scaledCapacity',
    },
  },
  'AWS::AutoScaling::AutoScalingGroup': {
    charged: {
      resources: one('AWS::AutoScaling::AutoScalingGroup', { ...GROUP, MinSize: '1', MaxSize: '3' }, LAUNCH()),
      max: '2262',
      because: '3 × 744 h + 3 × 10 GB',
    },
    unpriced: 'instanceHours',
    unbounded: {
      resources: one('AWS::AutoScaling::AutoScalingGroup', { ...GROUP, MinSize: '1', MaxSize: OPEN }, LAUNCH()),
      dimension: 'instanceHours',
    },
  },
  'AWS::AutoScaling::ScalingPolicy': {
    charged: { resources: one('AWS::AutoScaling::ScalingPolicy', policy), max: '4' },
    unpriced: 'trackingAlarms',
    unbounded: {
      resources: one(
        'AWS::AutoScaling::AutoScalingGroup',
        { ...GROUP, MinSize: '1', MaxSize: '3' },
        {
          Policy: {
            Type: 'AWS::AutoScaling::ScalingPolicy',
            Properties: {
              AutoScalingGroupName: { Ref: 'It' },
              PredictiveScalingConfiguration: { MaxCapacityBreachBehavior: 'IncreaseMaxCapacity' },
            },
          },
          ...LAUNCH(),
        },
      ),
      dimension: 'instanceHours',
    },
  },
  'AWS::AutoScaling::WarmPool': {
    charged: {
      resources: warm({ MaxGroupPreparedCapacity: 2 }),
      max: '1508',
      because: 'the group runs none; 2 × 744 h + 2 × 10 GB are kept warm',
    },
    unpriced: 'instanceHours',
    unbounded: { resources: warm({ MaxGroupPreparedCapacity: OPEN }), dimension: 'instanceHours' },
  },
  'AWS::Batch::ComputeEnvironment': {
    charged: {
      resources: one(
        'AWS::Batch::ComputeEnvironment',
        {
          Type: 'MANAGED',
          ComputeResources: {
            Type: 'EC2',
            MinvCpus: 0,
            MaxvCpus: 8,
            InstanceTypes: ['m5.xlarge'],
            Subnets: [{ Ref: 'Net' }],
          },
        },
        SUBNET,
      ),
      assumptions: [anAssumption('rootGiB', '30', { plan: '30', min: '30', unit: 'GiB' })],
      max: '1548',
      because: '8 vCPUs ÷ 4 = 2 instances: 2 × 744 h + 2 × 30 GB',
    },
    unpriced: 'instanceHours',
    unbounded: {
      resources: one('AWS::Batch::ComputeEnvironment', {
        Type: 'MANAGED',
        ComputeResources: { Type: 'EC2', MaxvCpus: 8, InstanceTypes: ['optimal'] },
      }),
      dimension: 'instanceHours',
    },
  },
  'AWS::CloudFormation::Stack': {
    charged: {
      resources: one('AWS::CloudFormation::Stack', { TemplateURL: 'https://a/b' }),
      assumptions: [ceiling('nestedStack')],
      max: '2',
    },
    unpriced: null,
    unbounded: {
      resources: one('AWS::CloudFormation::Stack', { TemplateURL: 'https://a/b' }),
      dimension: 'nestedStack',
    },
  },
  'AWS::CloudFormation::StackSet': {
    charged: {
      resources: one('AWS::CloudFormation::StackSet'),
      assumptions: [ceiling('stackInstances')],
      max: '2',
    },
    unpriced: null,
    unbounded: { resources: one('AWS::CloudFormation::StackSet'), dimension: 'stackInstances' },
  },
  'AWS::CloudWatch::Alarm': {
    charged: { resources: one('AWS::CloudWatch::Alarm', { Period: 60 }), max: '1' },
    unpriced: 'alarmMetricMonths',
    unbounded: { resources: one('AWS::CloudWatch::Alarm', { Metrics: OPEN }), dimension: 'alarmMetricMonths' },
  },
  'AWS::CloudWatch::Dashboard': {
    charged: { resources: one('AWS::CloudWatch::Dashboard'), max: '1' },
    unpriced: 'dashboardMonths',
    // One dashboard is one: only what cannot be read at all is open.
    unbounded: {
      resources: { It: { Type: 'AWS::CloudWatch::Dashboard', 'Fn::Transform': {} } },
      dimension: 'resource',
    },
  },
  'AWS::DynamoDB::Table': {
    charged: {
      resources: one('AWS::DynamoDB::Table', {
        ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 3 },
      }),
      assumptions: [used('tableGigabytes', 'GB')],
      max: '3722',
      because: '5 × 744 h + 2 GB',
    },
    unpriced: 'tableReadCapacity',
    unbounded: {
      resources: one('AWS::DynamoDB::Table', {
        ProvisionedThroughput: { ReadCapacityUnits: OPEN, WriteCapacityUnits: 1 },
      }),
      dimension: 'tableReadCapacity',
    },
  },
  'AWS::EC2::CapacityReservation': {
    charged: { resources: one('AWS::EC2::CapacityReservation', { ...reservation, InstanceCount: 2 }), max: '1488' },
    unpriced: 'reservedInstanceHours',
    unbounded: {
      resources: one('AWS::EC2::CapacityReservation', { ...reservation, InstanceCount: OPEN }),
      dimension: 'reservedInstanceHours',
    },
  },
  'AWS::EC2::CapacityReservationFleet': {
    charged: {
      resources: one('AWS::EC2::CapacityReservationFleet', {
        TotalTargetCapacity: 5,
        InstanceTypeSpecifications: [{ ...reservation, Weight: 2 }],
      }),
      max: '2232',
      because: '5 ÷ 2, rounded up, × 744 h',
    },
    unpriced: 'reservedInstanceHours',
    unbounded: {
      resources: one('AWS::EC2::CapacityReservationFleet', {
        TotalTargetCapacity: OPEN,
        InstanceTypeSpecifications: [reservation],
      }),
      dimension: 'reservedInstanceHours',
    },
  },
  'AWS::EC2::EC2Fleet': {
    charged: {
      resources: one(
        'AWS::EC2::EC2Fleet',
        { ...fleet, TargetCapacitySpecification: { TotalTargetCapacity: 4 } },
        LAUNCH(),
      ),
      max: '1508',
      because: '4 ÷ weight 2 = 2 instances: 2 × 744 h + 2 × 10 GB',
    },
    unpriced: 'instanceHours',
    unbounded: {
      resources: one(
        'AWS::EC2::EC2Fleet',
        { ...fleet, TargetCapacitySpecification: { TotalTargetCapacity: OPEN } },
        LAUNCH(),
      ),
      dimension: 'instanceHours',
    },
  },
  'AWS::EC2::EIP': {
    charged: { resources: one('AWS::EC2::EIP'), max: '744' },
    unpriced: 'publicIpv4Hours',
    unbounded: { resources: one('AWS::EC2::EIP', { IpamPoolId: OPEN }), dimension: 'publicIpv4Hours' },
  },
  'AWS::EC2::FlowLog': byUse('AWS::EC2::FlowLog', [['flowLogGigabytes', 'GB/month']], '2'),
  'AWS::EC2::Host': {
    charged: { resources: one('AWS::EC2::Host', { InstanceFamily: 'm5' }), max: '744' },
    unpriced: 'hostHours',
    unbounded: { resources: one('AWS::EC2::Host', { InstanceFamily: OPEN }), dimension: 'hostHours' },
  },
  'AWS::EC2::Instance': {
    charged: {
      resources: one('AWS::EC2::Instance', { ...instance, Monitoring: true }, SUBNET),
      max: '761',
      because: '744 h + 10 GB + 7 metrics',
    },
    unpriced: 'instanceHours',
    unbounded: {
      resources: one('AWS::EC2::Instance', { ...instance, InstanceType: OPEN }, SUBNET),
      dimension: 'instanceHours',
    },
  },
  'AWS::EC2::InternetGateway': byUse('AWS::EC2::InternetGateway', [['internetEgressGigabytes', 'GB/month']], '2'),
  'AWS::EC2::NatGateway': {
    charged: {
      resources: one('AWS::EC2::NatGateway'),
      assumptions: [used('natGatewayGigabytes', 'GB/month')],
      max: '746',
    },
    unpriced: 'natGatewayHours',
    unbounded: {
      resources: one('AWS::EC2::NatGateway', { AvailabilityMode: 'regional' }),
      dimension: 'natGatewayHours',
    },
  },
  'AWS::EC2::SpotFleet': {
    charged: {
      resources: one(
        'AWS::EC2::SpotFleet',
        { SpotFleetRequestConfigData: { TargetCapacity: 2, LaunchSpecifications: [{ ...instance }] } },
        SUBNET,
      ),
      max: '1508',
      because: 'bounded by on demand: 2 × 744 h + 2 × 10 GB',
    },
    unpriced: 'instanceHours',
    unbounded: {
      resources: one('AWS::EC2::SpotFleet', {
        SpotFleetRequestConfigData: { TargetCapacity: OPEN, LaunchSpecifications: [instance] },
      }),
      dimension: 'instanceHours',
    },
  },
  'AWS::EC2::VPC': byUse('AWS::EC2::VPC', [['interAzGigabytes', 'GB/month']], '2'),
  'AWS::EC2::VPCEndpoint': {
    charged: {
      resources: one('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'GatewayLoadBalancer', SubnetIds: ['a', 'b'] }),
      assumptions: [used('gatewayEndpointGigabytes', 'GB/month')],
      max: '1490',
      because: '2 × 744 h + 2 GB',
    },
    unpriced: 'interfaceEndpointHours',
    unbounded: {
      resources: one('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: OPEN }),
      dimension: 'interfaceEndpointHours',
    },
  },
  'AWS::EC2::Volume': {
    charged: {
      resources: one('AWS::EC2::Volume', { Size: 100, VolumeType: 'io1', Iops: 200 }),
      max: '300',
      because: '100 GB + 200 IOPS',
    },
    unpriced: 'volumeStorage',
    unbounded: { resources: one('AWS::EC2::Volume', { Size: OPEN }), dimension: 'volumeStorage' },
  },
  'AWS::ECR::PullThroughCacheRule': byUse('AWS::ECR::PullThroughCacheRule', [['pullThroughGigabytes', 'GB']], '2'),
  'AWS::Athena::WorkGroup': byCeiling('AWS::Athena::WorkGroup', 'athenaQueries'),
  'AWS::Glue::Database': byCeiling('AWS::Glue::Database', 'dataCatalog'),
  'AWS::Glue::Table': byCeiling('AWS::Glue::Table', 'dataCatalog'),
  'AWS::ECR::RegistryScanningConfiguration': {
    charged: {
      resources: one('AWS::ECR::RegistryScanningConfiguration', { ScanType: 'ENHANCED' }),
      assumptions: [ceiling('enhancedScanning')],
      max: '2',
    },
    unpriced: null,
    unbounded: {
      resources: one('AWS::ECR::RegistryScanningConfiguration', { ScanType: OPEN }),
      dimension: 'enhancedScanning',
    },
  },
  'AWS::ECR::Repository': byUse('AWS::ECR::Repository', [['repositoryGigabytes', 'GB']], '2'),
  'AWS::ECS::CapacityProvider': {
    charged: {
      resources: one('AWS::ECS::CapacityProvider', { ManagedInstancesProvider: {} }),
      assumptions: [ceiling('managedInstances')],
      max: '2',
    },
    unpriced: null,
    unbounded: {
      resources: one('AWS::ECS::CapacityProvider', { ManagedInstancesProvider: OPEN }),
      dimension: 'managedInstances',
    },
  },
  'AWS::ECS::Cluster': {
    charged: {
      resources: one('AWS::ECS::Cluster', { ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }] }),
      assumptions: [ceiling('containerInsights')],
      max: '2',
    },
    unpriced: null,
    unbounded: { resources: one('AWS::ECS::Cluster', { ClusterSettings: OPEN }), dimension: 'containerInsights' },
  },
  'AWS::ECS::Service': {
    charged: { resources: service({}), max: '2232', because: '2 tasks × (½ vCPU + 1 GB) × 744 h' },
    unpriced: 'fargateVcpus',
    unbounded: { resources: service({ DesiredCount: OPEN }), dimension: 'fargateTasks' },
  },
  'AWS::EFS::FileSystem': {
    charged: {
      resources: one('AWS::EFS::FileSystem', { ThroughputMode: 'provisioned', ProvisionedThroughputInMibps: 8 }),
      assumptions: [used('efsStandardGigabytes', 'GB')],
      max: '10',
      because: '2 GB + 8 MiB/s',
    },
    unpriced: 'efsThroughput',
    unbounded: {
      resources: one('AWS::EFS::FileSystem', { ThroughputMode: 'provisioned', ProvisionedThroughputInMibps: OPEN }),
      dimension: 'efsThroughput',
    },
  },
  'AWS::EKS::Addon': {
    charged: {
      resources: one('AWS::EKS::Addon', { AddonName: 'somebody-sells-this' }),
      assumptions: [ceiling('addonUsage')],
      max: '2',
    },
    unpriced: null,
    unbounded: { resources: one('AWS::EKS::Addon', { AddonName: OPEN }), dimension: 'addonUsage' },
  },
  'AWS::EKS::Cluster': {
    charged: { resources: one('AWS::EKS::Cluster', cluster), max: '744' },
    unpriced: 'clusterHours',
    unbounded: {
      resources: one('AWS::EKS::Cluster', { ...cluster, ComputeConfig: { Enabled: true } }),
      dimension: 'autoModeNodes',
    },
  },
  'AWS::EKS::FargateProfile': byUse(
    'AWS::EKS::FargateProfile',
    [
      ['eksFargateVcpus', 'vCPU'],
      ['eksFargateGigabytes', 'GB'],
    ],
    '2976',
  ),
  'AWS::EKS::Nodegroup': {
    charged: { resources: nodegroup({ MinSize: 0, MaxSize: 2 }), max: '1508' },
    unpriced: 'instanceHours',
    unbounded: { resources: nodegroup({ MinSize: 0, MaxSize: OPEN }), dimension: 'instanceHours' },
  },
  'AWS::ElasticLoadBalancing::LoadBalancer': {
    charged: {
      resources: one('AWS::ElasticLoadBalancing::LoadBalancer'),
      assumptions: [
        used('classicLoadBalancerGigabytes', 'GB/month'),
        used('classicLoadBalancerAddresses', 'addresses'),
      ],
      max: '2234',
      because: '744 h + 2 GB + 2 addresses × 744 h',
    },
    unpriced: 'loadBalancerHours',
    unbounded: {
      resources: one('AWS::ElasticLoadBalancing::LoadBalancer'),
      dimension: 'classicLoadBalancerAddresses',
    },
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    charged: {
      resources: one('AWS::ElasticLoadBalancingV2::LoadBalancer', { Type: 'network', Subnets: ['a', 'b'] }),
      assumptions: [used('networkLoadBalancerCapacityUnits', 'LCU')],
      max: '3720',
      because: '744 h × (1 + 2 units + 2 addresses)',
    },
    unpriced: 'loadBalancerHours',
    unbounded: {
      resources: one('AWS::ElasticLoadBalancingV2::LoadBalancer', { Subnets: OPEN }),
      dimension: 'publicIpv4Hours',
    },
  },
  'AWS::FSx::FileSystem': {
    charged: { resources: one('AWS::FSx::FileSystem', lustre(1200)), max: '1200' },
    unpriced: 'lustreStorage',
    unbounded: { resources: one('AWS::FSx::FileSystem', lustre(OPEN)), dimension: 'lustreStorage' },
  },
  'AWS::KMS::Key': byUse('AWS::KMS::Key', [['kmsRequests', 'requests/month']], '3'),
  'AWS::KMS::ReplicaKey': byUse('AWS::KMS::ReplicaKey', [['kmsRequests', 'requests/month']], '3'),
  'AWS::Lambda::Alias': {
    charged: {
      resources: one('AWS::Lambda::Alias', { ProvisionedConcurrencyConfig: {} }),
      assumptions: [ceiling('provisionedConcurrency')],
      max: '2',
    },
    unpriced: null,
    unbounded: {
      resources: one('AWS::Lambda::Alias', { ProvisionedConcurrencyConfig: {} }),
      dimension: 'provisionedConcurrency',
    },
  },
  'AWS::Lambda::EventSourceMapping': {
    charged: {
      resources: one('AWS::Lambda::EventSourceMapping', { ProvisionedPollerConfig: {} }),
      assumptions: [ceiling('provisionedPollers')],
      max: '2',
    },
    unpriced: null,
    unbounded: {
      resources: one('AWS::Lambda::EventSourceMapping', { ProvisionedPollerConfig: {} }),
      dimension: 'provisionedPollers',
    },
  },
  'AWS::Lambda::Function': byUse(
    'AWS::Lambda::Function',
    [
      ['lambdaRequests', 'requests/month'],
      ['lambdaGigabyteSeconds', 'GB-seconds/month'],
      ['lambdaLogGigabytes', 'GB/month'],
      ['logStoredGigabytes', 'GB'],
    ],
    '8',
  ),
  'AWS::Lambda::Version': {
    charged: {
      resources: one('AWS::Lambda::Version', { ProvisionedConcurrencyConfig: {} }),
      assumptions: [ceiling('provisionedConcurrency')],
      max: '2',
    },
    unpriced: null,
    unbounded: {
      resources: one('AWS::Lambda::Version', { ProvisionedConcurrencyConfig: {} }),
      dimension: 'provisionedConcurrency',
    },
  },
  'AWS::Logs::LogGroup': byUse(
    'AWS::Logs::LogGroup',
    [
      ['logIngestGigabytes', 'GB/month'],
      ['logStoredGigabytes', 'GB'],
    ],
    '4',
  ),
  'AWS::Route53::HostedZone': byUse('AWS::Route53::HostedZone', [['dnsQueries', 'requests/month']], '3'),
  'AWS::S3::Bucket': byUse(
    'AWS::S3::Bucket',
    [
      ['bucketGigabytes', 'GB'],
      ['bucketPutRequests', 'requests/month'],
      ['bucketGetRequests', 'requests/month'],
    ],
    '6',
  ),
  'AWS::SNS::Subscription': byUse('AWS::SNS::Subscription', [['snsEmails', 'requests/month']], '2', {
    Protocol: 'email',
  }),
  'AWS::EKS::AccessEntry': {
    charged: {
      resources: one('AWS::EKS::AccessEntry', { Type: 'EC2_LINUX' }),
      assumptions: [ceiling('selfManagedNodes')],
      max: '2',
    },
    unpriced: null,
    unbounded: { resources: one('AWS::EKS::AccessEntry', { Type: 'EC2_LINUX' }), dimension: 'selfManagedNodes' },
  },
  'AWS::Events::Rule': {
    charged: {
      resources: one('AWS::Events::Rule', { ScheduleExpression: 'rate(1 hour)' }),
      assumptions: [ceiling('ruleInvocations')],
      max: '2',
    },
    unpriced: null,
    unbounded: { resources: one('AWS::Events::Rule', { EventPattern: { source: ['me'] } }), dimension: 'ruleEvents' },
  },
  'AWS::SQS::Queue': byUse('AWS::SQS::Queue', [['queueRequests', 'requests/month']], '2'),
  'AWS::SNS::Topic': byUse('AWS::SNS::Topic', [['snsRequests', 'requests/month']], '2'),
  'AWS::SSM::Parameter': {
    charged: { resources: one('AWS::SSM::Parameter', { Tier: 'Advanced' }), max: '1' },
    unpriced: 'advancedParameters',
    unbounded: { resources: one('AWS::SSM::Parameter', { Tier: OPEN }), dimension: 'advancedParameters' },
  },
  'AWS::SageMaker::Cluster': {
    charged: {
      resources: one('AWS::SageMaker::Cluster', {
        InstanceGroups: [
          {
            InstanceCount: 2,
            InstanceType: 'ml.g5.xlarge',
            InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 50 } }],
          },
        ],
      }),
      max: '1588',
      because: '2 × 744 h + 2 × 50 GB',
    },
    unpriced: 'clusterInstanceHours',
    unbounded: {
      resources: one('AWS::SageMaker::Cluster', {
        InstanceGroups: [{ InstanceCount: OPEN, InstanceType: 'ml.g5.xlarge' }],
      }),
      dimension: 'clusterInstanceHours',
    },
  },
  'AWS::SageMaker::Domain': {
    charged: {
      resources: one('AWS::SageMaker::Domain'),
      assumptions: [used('efsStandardGigabytes', 'GB'), ceiling('studioApps')],
      max: '4',
    },
    unpriced: 'efsStandardGigabytes',
    unbounded: { resources: one('AWS::SageMaker::Domain'), dimension: 'studioApps' },
  },
  'AWS::SageMaker::Endpoint': {
    charged: {
      resources: endpoint({ VolumeSizeInGB: 20, ManagedInstanceScaling: { MinInstanceCount: 1, MaxInstanceCount: 3 } }),
      assumptions: [used('endpointDataGigabytes', 'GB/month')],
      max: '2294',
      because: '3 × 744 h + 3 × 20 GB + 2 GB',
    },
    unpriced: 'hostingInstanceHours',
    unbounded: { resources: endpoint({ InitialInstanceCount: OPEN }), dimension: 'hostingInstanceHours' },
  },
  'AWS::SageMaker::NotebookInstance': {
    charged: {
      resources: one('AWS::SageMaker::NotebookInstance', { InstanceType: 'ml.g5.xlarge' }),
      max: '749',
      because: '744 h + the 5 GB that it has by default',
    },
    unpriced: 'notebookInstanceHours',
    unbounded: {
      resources: one('AWS::SageMaker::NotebookInstance', { InstanceType: OPEN }),
      dimension: 'notebookInstanceHours',
    },
  },
  'AWS::Scheduler::Schedule': {
    charged: {
      resources: one('AWS::Scheduler::Schedule', { ...schedule, ScheduleExpression: 'rate(1 hour)' }),
      max: '744',
      because: 'as many invocations as the longest month has hours',
    },
    unpriced: 'scheduledInvocations',
    unbounded: {
      resources: one('AWS::Scheduler::Schedule', { ...schedule, ScheduleExpression: OPEN }),
      dimension: 'scheduledInvocations',
    },
  },
  'AWS::SecretsManager::RotationSchedule': {
    charged: {
      resources: one('AWS::SecretsManager::RotationSchedule', { HostedRotationLambda: {} }),
      assumptions: [ceiling('rotationFunction')],
      max: '2',
    },
    unpriced: null,
    unbounded: {
      resources: one('AWS::SecretsManager::RotationSchedule', { HostedRotationLambda: {} }),
      dimension: 'rotationFunction',
    },
  },
  'AWS::SecretsManager::Secret': {
    charged: {
      resources: one('AWS::SecretsManager::Secret', { ReplicaRegions: [{ Region: 'us-west-2' }] }),
      assumptions: [used('secretRequests', 'requests/month')],
      max: '4',
      because: 'the secret, its replica and 2 requests',
    },
    unpriced: 'secrets',
    unbounded: { resources: one('AWS::SecretsManager::Secret', { ReplicaRegions: OPEN }), dimension: 'secrets' },
  },
  'AWS::StepFunctions::StateMachine': byUse(
    'AWS::StepFunctions::StateMachine',
    [['stateTransitions', 'requests/month']],
    '2',
  ),
  'Kubernetes::karpenter.sh::NodePool': {
    charged: {
      resources: pool({ nodes: '1' }),
      max: '1508',
      because: 'two nodes, one of them the overrun: 2 × 744 h and 2 × 10 GB',
    },
    unpriced: 'instanceHours',
    unbounded: { resources: pool({}), dimension: 'instanceHours' },
  },
  ...Object.fromEntries(
    ['CrossRegionExportReader', 'ECRAutoDeleteImages', 'S3AutoDeleteObjects', 'VpcRestrictDefaultSG'].map((name) => [
      `Custom::${name}`,
      {
        ...byCeiling(`Custom::${name}`, 'customResource'),
        unbounded: {
          resources: one(`Custom::${name}`, { ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:mine' }),
          dimension: 'customResource',
        },
      },
    ]),
  ),
  'Custom::AWSCDK-EKS-KubernetesResource': {
    charged: {
      resources: one('Custom::AWSCDK-EKS-KubernetesResource', { Manifest: '[{"kind":"Ingress"}]' }),
      assumptions: [ceiling('kubernetesObjects')],
      max: '2',
    },
    unpriced: null,
    unbounded: {
      resources: one('Custom::AWSCDK-EKS-KubernetesResource', { Manifest: OPEN }),
      dimension: 'kubernetesObjects',
    },
  },
};
