import type { Bill } from '../../../lib/budget/bill/bill';
import { sealPriceBook } from '../../../lib/budget/prices/load';
import {
  aGroup,
  anAssumption,
  anOffer,
  aStack,
  BOOK,
  bill,
  billOf,
  OFFERS,
  quantities,
  reasons,
  totals,
} from './billing';

const group = (properties: object = {}, launch: object = {}) => aGroup({ ...properties }, { ...launch });
const ebs = (volume: object) => ({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: volume }] });

test('a node group costs its instances, and its volumes beyond what gp3 includes', () => {
  // 1, 2 and 3 × g6.xlarge for the 744 hours of December: 0.8048 × 744 = 598.7712, × 2 = 1197.5424, × 3 = 1796.3136.
  // 200 GiB × 0.08 = 16 a node; 6,000 − 3,000 IOPS × 0.005 = 15 a node; 250 − 125 MiB/s × 0.04 = 5 a node.
  const fast = { VolumeSize: 200, VolumeType: 'gp3', Iops: 6000, Throughput: 250 };
  const of = billOf(group({}, ebs(fast)));
  expect(totals(of)).toEqual({
    instanceHours: '598.7712 | 1197.5424 | 1796.3136',
    volumeStorage: '16 | 32 | 48',
    volumeIops: '15 | 30 | 45',
    volumeThroughput: '5 | 10 | 15',
  });
  expect(of.windowTotal).toEqual({ min: '634.7712', plan: '1269.5424', max: '1904.3136' });
  expect(of.resources).toMatchObject({ total: 3, priced: 1, free: 2, unpriced: 0 });
});

test('an io2 volume pays for every IOPS, and sizes may be text', () => {
  // 100 GiB × 0.125 = 12.5 and 1,000 IOPS × 0.065 = 65, a node.
  const scaling = { ScalingConfig: { MinSize: '2', DesiredSize: '2', MaxSize: '2' } };
  const of = billOf(group(scaling, ebs({ VolumeSize: '100', VolumeType: 'io2', Iops: 1000 })));
  expect(totals(of)).toMatchObject({ volumeStorage: '25', volumeIops: '130' });
});

describe('what is planned', () => {
  const sizes = (properties: object, metadata?: object) => {
    const resources = group(properties);
    const noted = { ...(resources.Group as object), ...(metadata === undefined ? {} : { Metadata: metadata }) };
    return quantities(billOf({ ...resources, Group: noted })).instanceHours;
  };
  const autoscaled = { ScalingConfig: { MinSize: 1, MaxSize: 8 } };

  test('is the desired size', () => expect(sizes({})).toBe('1 | 2 | 3'));
  test('stands in the metadata where an autoscaler decides', () => {
    expect(sizes(autoscaled, { Headroom: { plannedSize: 5 } })).toBe('1 | 5 | 8');
    expect(sizes(autoscaled, { 'Headroom.plannedSize': 5 })).toBe('1 | 5 | 8');
  });
  test('is the most where nobody says', () => expect(sizes(autoscaled)).toBe('1 | 8 | 8'));
  test('is the desired size where the metadata says the same', () => {
    expect(sizes({}, { Headroom: { plannedSize: 2 } })).toBe('1 | 2 | 3');
  });
  test.each([3, 'two', { Ref: 'N' }])('fails closed where the metadata says %j instead', (plannedSize) => {
    const resources = group();
    const noted = { ...(resources.Group as object), Metadata: { Headroom: { plannedSize } } };
    const of = billOf({ ...resources, Group: noted });
    expect(quantities(of).instanceHours).toBeUndefined();
    expect(reasons(of).instanceHours).toMatch(
      plannedSize === 3 ? /DesiredSize and plannedSize disagree/ : /plannedSize/,
    );
  });
});

test('spot counts nothing at min and the on-demand price above', () => {
  const of = billOf(group({ CapacityType: 'SPOT' }));
  expect(quantities(of)).toEqual({ instanceHours: '0 | 2 | 3', volumeStorage: '0 | 400 | 600' });
  expect(of.charges[0]?.offer).toBe('instance:g6.xlarge:onDemand');
});

test('of several types the dearest bounds the cost, and nothing bounds it from below', () => {
  const of = billOf(group({ InstanceTypes: ['g6.xlarge', 'g6e.xlarge'] }));
  expect(of.charges[0]).toMatchObject({
    offer: 'instance:g6e.xlarge:onDemand',
    quantity: { min: '0', plan: '2', max: '3' },
  });
});

test('without a type EKS takes t3.medium, which buys CPU credits unless told not to', () => {
  const untyped = { InstanceType: undefined };
  const standard = { ...untyped, CreditSpecification: { CpuCredits: 'standard' } };
  expect(billOf(group({}, standard)).charges[0]?.offer).toBe('instance:t3.medium:onDemand');
  expect(reasons(billOf(group({}, standard)))).toEqual({});
  expect(reasons(billOf(group({}, untyped)))).toEqual({ cpuCredits: expect.stringContaining('CpuCredits') });
});

describe('public addresses', () => {
  const subnet = (maps?: unknown) => ({
    SubnetA: { Type: 'AWS::EC2::Subnet', Properties: { ...(maps === undefined ? {} : { MapPublicIpOnLaunch: maps }) } },
  });
  const addresses = (launch: object, resources: object) =>
    quantities(billOf({ ...group({}, { NetworkInterfaces: undefined, ...launch }), ...resources })).publicIpv4Hours;
  const nic = (associate?: boolean) => ({
    DeviceIndex: 0,
    ...(associate === undefined ? {} : { AssociatePublicIpAddress: associate }),
  });

  test('come with the network interface', () => {
    expect(addresses({ NetworkInterfaces: [nic(true)] }, subnet(false))).toBe('1 | 2 | 3');
    expect(addresses({ NetworkInterfaces: [nic(false)] }, subnet(true))).toBeUndefined();
  });
  test('come with the subnet where the interface does not say', () => {
    expect(addresses({}, subnet(true))).toBe('1 | 2 | 3');
    expect(addresses({ NetworkInterfaces: [nic()] }, subnet(true))).toBe('1 | 2 | 3');
    expect(addresses({}, subnet())).toBeUndefined();
  });
  test('are given to no node with several interfaces', () => {
    const several = billOf({ ...group({}, { NetworkInterfaces: [nic(), nic(false)] }), ...subnet(true) });
    expect(quantities(several).publicIpv4Hours).toBeUndefined();
    expect(reasons(several)).toEqual({});
  });
  test.each([true, 'true', 'maybe', { Ref: 'Nobody' }])('fails closed where one of several says %j', (associate) => {
    const asking = { DeviceIndex: 1, AssociatePublicIpAddress: associate };
    const of = billOf({ ...group({}, { NetworkInterfaces: [nic(), asking] }), ...subnet(false) });
    expect(reasons(of).publicIpv4Hours).toMatch(/one of several network interfaces/);
  });
  test('fails closed where the subnets are somewhere else', () => {
    const of = billOf(group({ Subnets: ['subnet-1'] }, { NetworkInterfaces: undefined }));
    expect(reasons(of)).toEqual({ publicIpv4Hours: expect.stringContaining('subnets are not in the template') });
  });
});

describe('fails closed on what the template does not bound:', () => {
  const vpc = { SubnetA: { Type: 'AWS::EC2::Subnet' } };
  const without = (key: string) => {
    const { [key]: _, ...rest } = (group().Group as { Properties: Record<string, unknown> }).Properties;
    return { ...group(), Group: { Type: 'AWS::EKS::Nodegroup', Properties: rest } };
  };
  const parameter = (declaration: object, properties: object) =>
    bill([aStack(group(properties), { root: { Parameters: { P: declaration } } })]);

  test.each([
    ['no scaling configuration', () => billOf(without('ScalingConfig')), 'instanceHours', /EKS decides/],
    ['no largest size', () => billOf(group({ ScalingConfig: { MinSize: 1 } })), 'instanceHours', /MaxSize is missing/],
    [
      'sizes out of order',
      () => billOf(group({ ScalingConfig: { MinSize: 4, MaxSize: 3 } })),
      'instanceHours',
      /not in order/,
    ],
    [
      'a desired size above the largest',
      () => billOf(group({ ScalingConfig: { MinSize: 1, DesiredSize: 9, MaxSize: 3 } })),
      'instanceHours',
      /not in order/,
    ],
    [
      'half a node',
      () => billOf(group({ ScalingConfig: { MinSize: 0.5, MaxSize: 3 } })),
      'instanceHours',
      /whole number/,
    ],
    [
      'a free-form parameter',
      () => parameter({ Type: 'Number', Default: 3 }, { ScalingConfig: { MinSize: 1, MaxSize: { Ref: 'P' } } }),
      'instanceHours',
      /set to anything/,
    ],
    [
      'a launch template of somewhere else',
      () => billOf(group({ LaunchTemplate: { Id: 'lt-1', Version: '1' } })),
      'instanceHours',
      /launch template/,
    ],
    [
      'a version that is not the one written',
      () => billOf(group({ LaunchTemplate: { Id: { Ref: 'Launch' }, Version: '1' } })),
      'instanceHours',
      /LatestVersionNumber/,
    ],
    ['an unknown capacity type', () => billOf(group({ CapacityType: 'FREE' })), 'instanceHours', /FREE/],
    ['Windows', () => billOf(group({ AmiType: 'WINDOWS_CORE_2022_x86_64' })), 'instanceHours', /Linux/],
    [
      'a type without a price',
      () => billOf(group({}, { InstanceType: 'p6-b300.48xlarge' })),
      'instanceHours',
      /no price for instance:p6-b300/,
    ],
    [
      'one of several types without a price',
      () => billOf(group({ InstanceTypes: ['g6.xlarge', 'g7.xlarge'] })),
      'instanceHours',
      /g6.xlarge or g7.xlarge/,
    ],
    [
      'a root volume that the AMI decides',
      () => billOf(group({}, { BlockDeviceMappings: undefined })),
      'volumeStorage',
      /rootGiB/,
    ],
    [
      'a second Bottlerocket volume that the AMI decides',
      () => billOf(group({ AmiType: 'BOTTLEROCKET_x86_64' })),
      'volumeStorage',
      /AMI decides/,
    ],
    ['a volume type without a price', () => billOf(group({}, ebs({ VolumeSize: 8 }))), 'volumeStorage', /gp2/],
    [
      'a volume without a size',
      () => billOf(group({}, ebs({ VolumeType: 'gp3' }))),
      'volumeStorage',
      /VolumeSize is missing/,
    ],
    [
      'volumes that outlive their nodes',
      () => billOf(group({}, ebs({ VolumeSize: 8, VolumeType: 'gp3', DeleteOnTermination: false }))),
      'volumesLeftBehind',
      /outlive/,
    ],
    ['detailed monitoring', () => billOf(group({}, { Monitoring: { Enabled: true } })), 'detailedMonitoring', /metric/],
    ['a warm pool', () => billOf(group({ WarmPoolConfig: { Enabled: true } })), 'warmPool', /warm pool/],
    [
      'dedicated tenancy',
      () => billOf(group({}, { Placement: { Tenancy: 'dedicated' } })),
      'dedicatedTenancy',
      /shared/,
    ],
    ...['Affinity', 'HostId', 'HostResourceGroupArn'].map((name): [string, () => Bill, string, RegExp] => [
      `dedicated hosts by ${name}`,
      () => billOf(group({}, { Placement: { [name]: 'x', Tenancy: 'default' } })),
      'dedicatedTenancy',
      /hosts/,
    ]),
    [
      'a host that a parameter may name',
      () => billOf(group({}, { Placement: { HostId: { Ref: 'P' } } })),
      'dedicatedTenancy',
      /hosts/,
    ],
    [
      'types chosen by requirements',
      () => billOf(group({}, { InstanceType: undefined, InstanceRequirements: {} })),
      'instanceHours',
      /requirements/,
    ],
    ['an image of one’s own', () => billOf(group({}, { ImageId: 'ami-1' })), 'imageSoftware', /software/],
    ['an option of tomorrow', () => billOf(group({}, { Sidecars: [] })), 'launchSidecars', /not known/],
    [
      'reserved capacity of a resource group',
      () =>
        billOf(
          group(
            {},
            {
              CapacityReservationSpecification: {
                CapacityReservationTarget: { CapacityReservationResourceGroupArn: 'arn:x' },
              },
            },
          ),
        ),
      'instanceHours',
      /resource group/,
    ],
    [
      'reserved capacity that is not named',
      () => billOf({ ...group({ CapacityType: 'CAPACITY_BLOCK' }), ...vpc }),
      'instanceHours',
      /names no reservation/,
    ],
  ])('%s', (_, make, dimension, reason) => {
    const of = make();
    expect(reasons(of)[dimension]).toMatch(reason);
    expect(of.resources.unpriced).toBe(1);
  });
});

test('a declared root volume is counted for every node, on the declaration', () => {
  // 1, 2 and 3 nodes × 20, 20 and 50 GiB × 0.08.
  const assumptions = [anAssumption('rootGiB', '50', { min: '20', plan: '20', unit: 'GiB' })];
  const of = billOf(group({}, { BlockDeviceMappings: undefined }), { assumptions });
  expect(totals(of).volumeStorage).toBe('1.6 | 3.2 | 12');
  expect(of.charges.find(({ dimension }) => dimension === 'volumeStorage')?.basis).toBe('assumption');
});

test('parameters bound a size by their values, and the default is the plan', () => {
  const parameters = {
    Nodes: { Type: 'Number', Default: 2, MinValue: 1, MaxValue: 6 },
    Type: { Type: 'String', Default: 'g6.xlarge', AllowedValues: ['g6.xlarge', 'g6e.xlarge'] },
  };
  const sized = group({
    ScalingConfig: { MinSize: 1, DesiredSize: { Ref: 'Nodes' }, MaxSize: { Ref: 'Nodes' } },
    InstanceTypes: [{ Ref: 'Type' }],
  });
  const of = bill([aStack(sized, { root: { Parameters: parameters } })]);
  expect(of.charges[0]).toMatchObject({
    offer: 'instance:g6e.xlarge:onDemand',
    quantity: { min: '0', plan: '2', max: '6' },
  });
});

describe('while nodes are replaced', () => {
  // One hour at max: 3 × 0.8048 + 3 × 200 × 0.08 / 730 = 2.4144 + 0.065753424658 = 2.480153424658 USD.
  const peak = (update: object, subnets = 1) =>
    billOf(group({ UpdateConfig: update, Subnets: Array.from({ length: subnets }, () => ({ Ref: 'SubnetA' })) }))
      .peakRate;

  test('minimal updates add nothing', () => expect(peak({ UpdateStrategy: 'MINIMAL' })).toBe('2.480153424658'));
  test('others add two nodes a zone, to the rate only', () => {
    // 2 × 2 zones: 4 more instances (3.2192) and their volumes (4 × 200 × 0.08 / 730 = 0.087671232877).
    expect(peak({}, 2)).toBe('5.787024657534');
    expect(billOf(group({ UpdateConfig: {} })).windowTotal).toEqual(billOf(group()).windowTotal);
  });
  test('or as many as are replaced at once', () => {
    expect(peak({ MaxUnavailable: 7 })).toBe(peak({ MaxUnavailable: 7, UpdateStrategy: 'DEFAULT' }));
    expect(Number(peak({ MaxUnavailable: 7 }))).toBeGreaterThan(Number(peak({ MaxUnavailable: 2 })));
  });
});

test('a price that changes within the window is charged in pieces', () => {
  // 300 hours at 0.8048 are 241.44; from 2026-12-13T12:00 on, 444 hours at 1 are 444.
  const dearer = anOffer('instance:g6.xlarge:onDemand', '1', { effectiveDate: '2026-12-13T12:00:00Z' });
  const priceBook = sealPriceBook('2026-11-23', [...OFFERS, dearer]);
  const one = group({ ScalingConfig: { MinSize: 1, MaxSize: 1 } });
  const charges = billOf(one, { priceBook }).charges.filter(({ dimension }) => dimension === 'instanceHours');
  expect(charges.map(({ active, windowTotal }) => [active.start, active.end, windowTotal.max])).toEqual([
    ['2026-12-01T00:00:00Z', '2026-12-13T12:00:00Z', '241.44'],
    ['2026-12-13T12:00:00Z', '2027-01-01T00:00:00Z', '444'],
  ]);
  // The dearest hour is one of the second piece, not the sum of both.
  expect(billOf(one, { priceBook }).perHour.max).toBe('1.021917808219');
  expect(billOf(one, { priceBook: BOOK }).perHour.max).toBe('0.826717808219');
});
