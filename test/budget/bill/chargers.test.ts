import type { Assumption } from '../../../lib/budget/bill/assumption';
import { FREE_TYPES } from '../../../lib/budget/bill/chargers/free-types';
import { chargerOf, PAID_TYPES } from '../../../lib/budget/bill/chargers/registry';
import { anAssumption, aStack, bill, billOf, type Resources, reasons, totals } from './billing';

/** One resource of a type. */
const one = (Type: string, Properties: object = {}): Resources => ({ It: { Type, Properties } });
const usage = (name: string, unit = 'GB/month', override: Partial<Assumption> = {}) =>
  anAssumption(name, '1000', { min: '10', plan: '100', unit, ...override });

describe('every charger has a charged case, worked by hand for December', () => {
  test.each<[string, Resources, readonly Assumption[], Readonly<Record<string, string>>]>([
    ['an address: 744 h × 0.005', one('AWS::EC2::EIP'), [], { publicIpv4Hours: '3.72' }],
    [
      'a NAT gateway: 744 h × 0.045, and 10, 100 and 1,000 GB × 0.045',
      one('AWS::EC2::NatGateway'),
      [usage('natGatewayGigabytes')],
      { natGatewayHours: '33.48', natGatewayGigabytes: '0.45 | 4.5 | 45' },
    ],
    [
      'a regional NAT gateway in two zones: 2 × 744 h × 0.045',
      one('AWS::EC2::NatGateway', { AvailabilityMode: 'regional', AvailabilityZoneAddresses: [{}, {}] }),
      [usage('natGatewayGigabytes')],
      { natGatewayHours: '66.96', natGatewayGigabytes: '0.45 | 4.5 | 45' },
    ],
    [
      'an interface endpoint in three subnets: 3 × 744 h × 0.01',
      one('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: ['a', { Ref: 'B' }, { Ref: 'C' }] }),
      [usage('interfaceEndpointGigabytes')],
      { interfaceEndpointHours: '22.32', interfaceEndpointGigabytes: '0.1 | 1 | 10' },
    ],
    [
      'a network: GB between its zones × 0.01',
      one('AWS::EC2::VPC'),
      [usage('interAzGigabytes')],
      { interAzGigabytes: '0.1 | 1 | 10' },
    ],
    [
      'an internet gateway: GB that leave × 0.09',
      one('AWS::EC2::InternetGateway'),
      [usage('internetEgressGigabytes')],
      { internetEgressGigabytes: '0.9 | 9 | 90' },
    ],
    [
      'a flow log: GB × 0.50',
      one('AWS::EC2::FlowLog'),
      [usage('flowLogGigabytes')],
      { flowLogGigabytes: '5 | 50 | 500' },
    ],
    [
      'a queue: requests × 0.0000004',
      one('AWS::SQS::Queue'),
      [usage('queueRequests', 'requests/month')],
      { queueRequests: '0.000004 | 0.00004 | 0.0004' },
    ],
    [
      'a reservation of four: 4 × 744 h × 55.04',
      one('AWS::EC2::CapacityReservation', {
        InstanceType: 'p5.48xlarge',
        InstanceCount: 4,
        InstancePlatform: 'Linux/UNIX',
      }),
      [],
      { reservedInstanceHours: '163799.04' },
    ],
    [
      'a reservation that ends after 24 hours: 4 × 24 h × 55.04',
      one('AWS::EC2::CapacityReservation', {
        InstanceType: 'p5.48xlarge',
        InstanceCount: '4',
        InstancePlatform: 'Linux/UNIX',
        EndDateType: 'limited',
        EndDate: '2026-12-02T00:00:00.000Z',
      }),
      [],
      { reservedInstanceHours: '5283.84' },
    ],
    ['a cluster: 744 h × 0.10', one('AWS::EKS::Cluster', { Version: '1.36' }), [], { clusterHours: '74.4' }],
    [
      // Standard support of 1.34 ends on 2026-12-02: 720 of the 744 hours.
      'a cluster that grows old: 720 h × 0.50 more',
      one('AWS::EKS::Cluster', { Version: '1.34' }),
      [],
      { clusterHours: '74.4', extendedSupportHours: '360' },
    ],
    [
      'a cluster that AWS upgrades instead',
      one('AWS::EKS::Cluster', { Version: '1.34', UpgradePolicy: { SupportType: 'STANDARD' } }),
      [],
      { clusterHours: '74.4' },
    ],
    [
      'a provisioned control plane: 744 h × 1.65 more; and its logs',
      one('AWS::EKS::Cluster', {
        Version: '1.36',
        ControlPlaneScalingConfig: { Tier: 'tier-xl' },
        Logging: { ClusterLogging: { EnabledTypes: [{ Type: 'audit' }] } },
      }),
      [usage('controlPlaneLogGigabytes')],
      { clusterHours: '74.4', controlPlaneTierHours: '1227.6', controlPlaneLogGigabytes: '5 | 50 | 500' },
    ],
    [
      'a key that rotates, in its first year: 1 to 3 versions; and requests × 0.000003',
      one('AWS::KMS::Key', { EnableKeyRotation: true }),
      [usage('kmsRequests', 'requests/month')],
      { kmsKeys: '1 | 1 | 3', kmsRequests: '0.00003 | 0.0003 | 0.003' },
    ],
    [
      'a replica key',
      one('AWS::KMS::ReplicaKey'),
      [usage('kmsRequests', 'requests/month')],
      { kmsKeys: '1', kmsRequests: '0.00003 | 0.0003 | 0.003' },
    ],
    [
      'a log group: GB in × 0.50, GB held × 0.03',
      one('AWS::Logs::LogGroup'),
      [usage('logIngestGigabytes'), usage('logStoredGigabytes', 'GB')],
      { logIngestGigabytes: '5 | 50 | 500', logStoredGigabytes: '0.3 | 3 | 30' },
    ],
    [
      'a bucket: GB × 0.023, and requests',
      one('AWS::S3::Bucket'),
      [
        usage('bucketGigabytes', 'GB'),
        usage('bucketPutRequests', 'requests/month'),
        usage('bucketGetRequests', 'requests/month'),
      ],
      {
        bucketGigabytes: '0.23 | 2.3 | 23',
        bucketPutRequests: '0.00005 | 0.0005 | 0.005',
        bucketGetRequests: '0.000004 | 0.00004 | 0.0004',
      },
    ],
    [
      'a topic',
      one('AWS::SNS::Topic'),
      [usage('snsRequests', 'requests/month')],
      { snsRequests: '0.000005 | 0.00005 | 0.0005' },
    ],
    [
      'a topic with an e-mail subscription inside',
      one('AWS::SNS::Topic', { Subscription: [{ Protocol: 'email', Endpoint: 'a@example.com' }] }),
      [usage('snsRequests', 'requests/month'), usage('snsEmails', 'requests/month')],
      { snsRequests: '0.000005 | 0.00005 | 0.0005', snsEmails: '0.0002 | 0.002 | 0.02' },
    ],
    [
      'a web hook',
      one('AWS::SNS::Subscription', { Protocol: 'https' }),
      [usage('snsHttpDeliveries', 'requests/month')],
      { snsHttpDeliveries: '0.000006 | 0.00006 | 0.0006' },
    ],
    [
      // Planned at 730 a month; at most 744 a month, each tried 1 + 2 times: 2,232 × 0.000001.
      'an hourly schedule',
      one('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'rate(1 hour)',
        Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ec2:stopInstances', RetryPolicy: { MaximumRetryAttempts: 2 } },
      }),
      [],
      { scheduledInvocations: '0 | 0.00073 | 0.002232' },
    ],
    [
      'a single call, tried once',
      one('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'at(2026-12-24T18:00:00)',
        Target: {
          Arn: 'arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack',
          RetryPolicy: { MaximumRetryAttempts: 0 },
        },
      }),
      [],
      { scheduledInvocations: '0 | 0.000001 | 0.000001' },
    ],
  ])('%s', (_, resources, assumptions, expected) => {
    const of = billOf(resources, { assumptions });
    expect(totals(of)).toEqual(expected);
    expect(of.resources).toMatchObject({ total: 1, priced: 1 });
  });
});

describe('what costs nothing says why', () => {
  test.each([
    ['AWS::EC2::EIP', { PublicIpv4Pool: 'ipv4pool-ec2-1' }, /brought along/],
    [
      'AWS::EC2::VPCEndpoint',
      { ServiceName: { 'Fn::Join': ['.', ['com.amazonaws', { Ref: 'AWS::Region' }, 's3']] } },
      /S3/,
    ],
    ['AWS::EKS::Addon', { AddonName: 'vpc-cni' }, /meters nothing/],
    ['AWS::SNS::Subscription', { Protocol: 'sqs' }, /SQS/],
    ['AWS::SSM::Parameter', {}, /standard tier/],
    ['AWS::EC2::Subnet', {}, /costs nothing/],
  ])('%s', (type, properties, reason) => {
    const of = billOf(one(type, properties));
    expect(of.free).toEqual([{ stack: 'A', logicalId: 'It', type, reason: expect.stringMatching(reason) }]);
    expect(of.charges).toEqual([]);
  });
});

describe('fails closed, dimension by dimension:', () => {
  const unbounded = { VpcEndpointType: 'Interface', SubnetIds: { 'Fn::GetAZs': '' } };
  const reservation = (change: object) =>
    one('AWS::EC2::CapacityReservation', {
      InstanceType: 'p5.48xlarge',
      InstanceCount: 4,
      InstancePlatform: 'Linux/UNIX',
      ...change,
    });
  const schedule = (change: object) =>
    one('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 hour)',
      Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ec2:stopInstances' },
      ...change,
    });

  test.each<[string, Resources, string, RegExp]>([
    ['a type without a rule', one('AWS::RDS::DBInstance'), 'AWS::RDS::DBInstance', /no rule turns/],
    ['a name of a rule that JavaScript has', one('constructor'), 'constructor', /no rule turns/],
    ['a resource without a type', { It: { Properties: {} } }, 'resource', /no type/],
    ['a resource that is none', { It: 3 }, 'resource', /no type/],
    ['an address of a pool', one('AWS::EC2::EIP', { IpamPoolId: 'x' }), 'publicIpv4Hours', /IPAM/],
    ...['dedicated', 'host', { Ref: 'Parameter' }].map((InstanceTenancy): [string, Resources, string, RegExp] => [
      `a network of the tenancy ${JSON.stringify(InstanceTenancy)}`,
      one('AWS::EC2::VPC', { InstanceTenancy }),
      'dedicatedTenancy',
      /shared tenancy/,
    ]),
    ['traffic between zones that nobody declared', one('AWS::EC2::VPC'), 'interAzGigabytes', /declare interAz/],
    [
      'traffic to the internet that nobody declared',
      one('AWS::EC2::InternetGateway'),
      'internetEgressGigabytes',
      /declare internetEgress/,
    ],
    [
      'NAT traffic that nobody declared',
      one('AWS::EC2::NatGateway'),
      'natGatewayGigabytes',
      /declare natGatewayGigabytes in GB\/month/,
    ],
    [
      'a regional NAT gateway without zones',
      one('AWS::EC2::NatGateway', { AvailabilityMode: 'regional', AvailabilityZoneAddresses: [] }),
      'natGatewayHours',
      /zones/,
    ],
    [
      'endpoints in an unknown number of zones',
      one('AWS::EC2::VPCEndpoint', unbounded),
      'interfaceEndpointHours',
      /GetAZs/,
    ],
    [
      'an endpoint without subnets',
      one('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface' }),
      'interfaceEndpointHours',
      /SubnetIds is missing/,
    ],
    [
      'another kind of endpoint',
      one('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Resource' }),
      'interfaceEndpointHours',
      /only gateway/,
    ],
    [
      'a gateway to another service',
      one('AWS::EC2::VPCEndpoint', { ServiceName: 'x.y' }),
      'gatewayEndpoint',
      /S3 or DynamoDB/,
    ],
    [
      'flow logs elsewhere',
      one('AWS::EC2::FlowLog', { LogDestinationType: 's3' }),
      'flowLogGigabytes',
      /outside CloudWatch/,
    ],
    [
      'a reservation of an unknown size',
      reservation({ InstanceCount: { Ref: 'N' } }),
      'reservedInstanceHours',
      /N is not in the template/,
    ],
    ['a Windows reservation', reservation({ InstancePlatform: 'Windows' }), 'reservedInstanceHours', /Linux/],
    ['a dedicated reservation', reservation({ Tenancy: 'dedicated' }), 'reservedInstanceHours', /tenancy/],
    [
      'a reservation whose end cannot be read',
      reservation({ EndDateType: 'limited', EndDate: 'soon' }),
      'reservedInstanceHours',
      /end date/,
    ],
    [
      'a reservation without a price',
      reservation({ InstanceType: 'trn2.48xlarge' }),
      'reservedInstanceHours',
      /no price/,
    ],
    [
      'a cluster version of nobody knows when',
      one('AWS::EKS::Cluster', { Version: '1.99' }),
      'extendedSupportHours',
      /1\.99/,
    ],
    ['a cluster without a version', one('AWS::EKS::Cluster'), 'extendedSupportHours', /not literal/],
    [
      'an unknown tier',
      one('AWS::EKS::Cluster', { Version: '1.36', ControlPlaneScalingConfig: { Tier: 'tier-ultra' } }),
      'controlPlaneTierHours',
      /no item/,
    ],
    [
      'Auto Mode',
      one('AWS::EKS::Cluster', { Version: '1.36', ComputeConfig: { Enabled: true } }),
      'autoModeNodes',
      /without a limit/,
    ],
    ['hybrid nodes', one('AWS::EKS::Cluster', { Version: '1.36', RemoteNetworkConfig: {} }), 'hybridNodeHours', /vCPU/],
    ['an Outpost', one('AWS::EKS::Cluster', { Version: '1.36', OutpostConfig: {} }), 'outpostHours', /Outposts/],
    [
      'control-plane logs',
      one('AWS::EKS::Cluster', { Version: '1.36', Logging: { ClusterLogging: { EnabledTypes: [{ Type: 'api' }] } } }),
      'controlPlaneLogGigabytes',
      /declare/,
    ],
    [
      'an add-on of the Marketplace',
      one('AWS::EKS::Addon', { AddonName: 'vendor_thing' }),
      'addonUsage',
      /vendor_thing/,
    ],
    ['an asymmetric key', one('AWS::KMS::Key', { KeySpec: 'RSA_2048' }), 'kmsRequests', /symmetric/],
    [
      'an infrequent-access log group',
      one('AWS::Logs::LogGroup', { LogGroupClass: 'INFREQUENT_ACCESS' }),
      'logIngestGigabytes',
      /standard/,
    ],
    [
      'a bucket that replicates',
      one('AWS::S3::Bucket', { ReplicationConfiguration: {} }),
      'bucketReplicationConfiguration',
      /apart/,
    ],
    ['a FIFO topic', one('AWS::SNS::Topic', { FifoTopic: true }), 'snsRequests', /standard topics/],
    ['text messages', one('AWS::SNS::Subscription', { Protocol: 'sms' }), 'snsDeliveries', /sms/],
    [
      'an advanced parameter without a price',
      one('AWS::SSM::Parameter', { Tier: 'Advanced' }),
      'advancedParameters',
      /no price/,
    ],
    [
      'a parameter of an open tier',
      one('AWS::SSM::Parameter', { Tier: 'Intelligent-Tiering' }),
      'advancedParameters',
      /not decided/,
    ],
    ['a nested stack that is not there', one('AWS::CloudFormation::Stack'), 'nestedStack', /not among/],
    [
      'a schedule that cannot be read',
      schedule({ ScheduleExpression: 'whenever' }),
      'scheduledInvocations',
      /cannot be read/,
    ],
    [
      'a scheduled call that starts something',
      schedule({ Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ec2:runInstances' } }),
      'scheduledCalls',
      /starts/,
    ],
  ])('%s', (_, resources, dimension, reason) => {
    const of = billOf(resources);
    expect(reasons(of)[dimension]).toMatch(reason);
    expect(of.resources).toMatchObject({ total: 1, unpriced: 1 });
  });

  test('a template that is none, and one that a macro rewrites', () => {
    const broken = aStack({}, { template: 'not a template' });
    const rewritten = aStack(one('AWS::EC2::Subnet'), {
      root: { Transform: ['AWS::LanguageExtensions', 'My::Macro'] },
    });
    expect(reasons(bill([broken]))).toEqual({ template: 'the template is not an object' });
    expect(reasons(bill([rewritten]))).toEqual({ template: expect.stringContaining('My::Macro') });
    expect(
      reasons(bill([aStack(one('AWS::EC2::Subnet'), { root: { Transform: 'AWS::LanguageExtensions' } })])),
    ).toEqual({});
  });
});

describe('a declared ceiling', () => {
  const ceiling = (name: string, override: Partial<Assumption> = {}) => usage(name, 'USD/month', override);

  test('bounds any dimension and any type, and makes the resource bounded', () => {
    const of = billOf(
      { Endpoint: one('AWS::RDS::DBInstance').It, Parameter: one('AWS::SSM::Parameter', { Tier: 'Advanced' }).It },
      { assumptions: [ceiling('AWS::RDS::DBInstance'), ceiling('advancedParameters')] },
    );
    expect(of.resources).toMatchObject({ bounded: 2, unpriced: 0 });
    expect(of.windowTotal).toEqual({ min: '20', plan: '200', max: '2000' });
    expect(of.charges.map(({ offer, basis }) => [offer, basis])).toEqual([
      ['ceiling', 'ceiling'],
      ['ceiling', 'ceiling'],
    ]);
    expect(of.assumedShareOfMax).toBe('1');
  });

  test('does not replace a price', () => {
    const of = billOf(one('AWS::EC2::EIP'), { assumptions: [ceiling('publicIpv4Hours')] });
    expect(totals(of)).toEqual({ publicIpv4Hours: '3.72' });
  });

  test('counts for nothing once it has expired, and for the last time the day before', () => {
    const bounded = (expires: string) =>
      billOf(one('AWS::X::Y'), { assumptions: [ceiling('AWS::X::Y', { expires })] }).resources.bounded;
    expect(bounded('2026-11-23')).toBe(0);
    expect(bounded('2026-11-24')).toBe(1);
  });
});

describe('a declared usage', () => {
  const nat = one('AWS::EC2::NatGateway');
  const gigabytes = (scope: string, max: string) => anAssumption('natGatewayGigabytes', max, { scope });
  const atPath = (path: string, assumptions: readonly Assumption[]) =>
    totals(bill([aStack(nat, { path })], { assumptions })).natGatewayGigabytes;

  test('covers the stacks that its scope names, and the most literal scope wins', () => {
    expect(atPath('CellA/Network', [gigabytes('Cell*/Network', '100')])).toBe('0 | 0 | 4.5');
    expect(atPath('CellA/Network', [gigabytes('**', '1'), gigabytes('Cell*/Network', '100')])).toBe('0 | 0 | 4.5');
    expect(atPath('CellA/Deep/Network', [gigabytes('Cell*/Network', '100')])).toBeUndefined();
    expect(atPath('CellA/Deep/Network', [gigabytes('Cell**/Network', '100')])).toBe('0 | 0 | 4.5');
    expect(atPath('CellXNetwork', [gigabytes('Cell.Network', '100')])).toBeUndefined();
  });

  test('fails closed when two contradict each other, or a unit is another', () => {
    const twice = bill([aStack(nat)], { assumptions: [gigabytes('A', '1'), gigabytes('A', '2')] });
    expect(reasons(twice)).toEqual({ natGatewayGigabytes: expect.stringContaining('both declare') });
    expect(reasons(billOf(nat, { assumptions: [usage('natGatewayGigabytes', 'TB/month')] }))).toHaveProperty(
      'natGatewayGigabytes',
    );
    const crossed = anAssumption('natGatewayGigabytes', '1', { min: '2' });
    expect(reasons(billOf(nat, { assumptions: [crossed] }))).toEqual({
      natGatewayGigabytes: expect.stringContaining('out of order'),
    });
  });

  test('is for each resource that it covers', () => {
    const of = billOf({ One: nat.It, Two: nat.It }, { assumptions: [gigabytes('A', '100')] });
    expect(of.charges.filter(({ dimension }) => dimension === 'natGatewayGigabytes')).toHaveLength(2);
  });
});

test('control-plane logs are billed by the log group that receives them, where one is there', () => {
  const logging = { Name: 'chat', Version: '1.36', Logging: { ClusterLogging: { EnabledTypes: [{ Type: 'api' }] } } };
  const of = billOf({
    ...one('AWS::EKS::Cluster', logging),
    Logs: one('AWS::Logs::LogGroup', { LogGroupName: '/aws/eks/chat/cluster' }).It,
  });
  expect(Object.keys(reasons(of))).toEqual(['logIngestGigabytes', 'logStoredGigabytes']);
});

test('a charger that throws is a defect, and is not swallowed', () => {
  const broken = {
    get Type(): string {
      throw new Error('a defect');
    },
  };
  expect(() => billOf({ It: broken })).toThrow('a defect');
});

test('a type is either paid or free, never both', () => {
  expect(Object.keys(PAID_TYPES).filter((type) => type in FREE_TYPES)).toEqual([]);
  expect([...Object.keys(PAID_TYPES), ...Object.keys(FREE_TYPES)].every((type) => chargerOf(type) !== undefined)).toBe(
    true,
  );
});
