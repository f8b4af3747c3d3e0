import { aGroup, anAssumption, aStack, bill, billOf, type Resources, reasons, totals } from './billing';

const one = (Type: string, Properties: object = {}): Resources => ({ It: { Type, Properties } });
const onVolume = (volume: object, mapping: object = {}) =>
  aGroup(
    {},
    {
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8, VolumeType: 'gp3', ...volume }, ...mapping },
        { DeviceName: '/dev/xvdb', Ebs: { VolumeSize: 8, VolumeType: 'gp3', ...volume }, ...mapping },
      ],
    },
  );

describe('fails closed on a property that nobody has looked at:', () => {
  const endpoint = { VpcEndpointType: 'Interface', SubnetIds: ['a'] };
  test.each<[string, Resources, string, RegExp]>([
    ['an address', one('AWS::EC2::EIP', { Tomorrow: 1 }), 'addressTomorrow', /Tomorrow/],
    [
      'the border group of an address',
      one('AWS::EC2::EIP', { NetworkBorderGroup: 'x' }),
      'addressNetworkBorderGroup',
      /./,
    ],
    ['a NAT gateway', one('AWS::EC2::NatGateway', { Tomorrow: false }), 'natGatewayTomorrow', /Tomorrow/],
    ['an endpoint', one('AWS::EC2::VPCEndpoint', { ...endpoint, Tomorrow: {} }), 'endpointTomorrow', /Tomorrow/],
    [
      'a free endpoint',
      one('AWS::EC2::VPCEndpoint', { ServiceName: 'com.amazonaws.us-east-1.s3', ServiceRegion: 'us-west-2' }),
      'endpointServiceRegion',
      /ServiceRegion/,
    ],
    ['a cluster', one('AWS::EKS::Cluster', { Version: '1.36', Tomorrow: 'on' }), 'clusterTomorrow', /Tomorrow/],
    ['a log group', one('AWS::Logs::LogGroup', { Tomorrow: [] }), 'logGroupTomorrow', /Tomorrow/],
    ['a property that cannot be read', one('AWS::EC2::EIP', { Tomorrow: { Ref: 'N' } }), 'addressTomorrow', /Tomorrow/],
    ['a node group', aGroup({ Tomorrow: 1 }), 'nodegroupTomorrow', /Tomorrow/],
    ['a volume', onVolume({ Tomorrow: 1 }), 'volumeTomorrow', /Tomorrow/],
    ['a device mapping', onVolume({}, { Tomorrow: 1 }), 'mappingTomorrow', /Tomorrow/],
  ])('%s', (_, resources, dimension, reason) => {
    const of = billOf(resources);
    expect(reasons(of)[dimension]).toMatch(reason);
    expect(of.resources.unpriced).toBe(1);
    expect(of.unpriced.filter((line) => line.dimension === dimension)).toHaveLength(1);
  });
});

describe('fails closed on what is paid for apart:', () => {
  const cluster = (properties: object) => one('AWS::EKS::Cluster', { Version: '1.36', ...properties });
  test.each<[string, Resources, string, RegExp]>([
    ['data protection', one('AWS::Logs::LogGroup', { DataProtectionPolicy: {} }), 'logDataProtection', /scans/],
    ['fast initialization', onVolume({ VolumeInitializationRate: 100 }), 'volumeInitialization', /by gigabyte/],
    [
      'volumes of Auto Mode',
      cluster({ StorageConfig: { BlockStorage: { Enabled: true } } }),
      'autoModeVolumes',
      /limit/,
    ],
    [
      'load balancers of Auto Mode',
      cluster({ KubernetesNetworkConfig: { ElasticLoadBalancing: { Enabled: true } } }),
      'autoModeLoadBalancers',
      /limit/,
    ],
    [
      'an address of Amazon’s IPAM pool',
      one('AWS::EC2::EIP', { PublicIpv4Pool: 'ipam-pool-1' }),
      'publicIpv4Hours',
      /brought/,
    ],
    [
      'an address of an open pool',
      one('AWS::EC2::EIP', { PublicIpv4Pool: { Ref: 'P' } }),
      'publicIpv4Hours',
      /brought/,
    ],
  ])('%s', (_, resources, dimension, reason) => {
    expect(reasons(billOf(resources))[dimension]).toMatch(reason);
  });
});

test('fails closed on an unknown launch option that only one side of a condition has', () => {
  const group = aGroup();
  const { Properties } = group.Launch as { Properties: { LaunchTemplateData: object } };
  const { LaunchTemplateData: known } = Properties;
  const open = { 'Fn::If': ['Open', { ...known, Tomorrow: 1 }, known] };
  const root = {
    Parameters: { Size: { Type: 'String' } },
    Conditions: { Open: { 'Fn::Equals': [{ Ref: 'Size' }, 'large'] } },
  };
  const launch = { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: open } };
  expect(reasons(bill([aStack({ ...group, Launch: launch }, { root })])).launchTomorrow).toMatch(/Tomorrow/);
});

test('a property that is there without a value, and those that are known, change nothing', () => {
  // 744 h × 0.005, and 744 h × 0.045.
  const absent = { Tomorrow: { Ref: 'AWS::NoValue' } };
  expect(totals(billOf(one('AWS::EC2::EIP', { Domain: 'vpc', Tags: [], ...absent })))).toEqual({
    publicIpv4Hours: '3.72',
  });
  const nat = billOf(
    one('AWS::EC2::NatGateway', { SubnetId: 'a', AllocationId: 'b', ConnectivityType: 'public', ...absent }),
    {
      assumptions: [anAssumption('natGatewayGigabytes', '0')],
    },
  );
  expect(totals(nat)).toEqual({ natGatewayHours: '33.48', natGatewayGigabytes: '0' });
  expect(nat.unpriced).toEqual([]);
});
