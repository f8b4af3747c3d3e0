import { billTemplates } from '../../../lib/budget/bill/bill-templates';
import { parametersFor, parseParameters } from '../../../lib/budget/bill/parameters-file';
import { anAssumption, aStack, bill, billOf, quantities, reasons } from './billing';

/** Paid by the subnets it stands in, so a count that an intrinsic makes shows in the quantity. */
const endpoint = (SubnetIds: unknown) => ({
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: { VpcEndpointType: 'Interface', SubnetIds },
});
const HOURS = 'interfaceEndpointHours';
const group = (size: unknown, extra: object = {}) => ({
  Type: 'AWS::EKS::Nodegroup',
  Properties: { InstanceTypes: ['m5.large'], ScalingConfig: { MinSize: 0, DesiredSize: size, MaxSize: 9 }, ...extra },
});

describe('parameters', () => {
  const root = { Parameters: { Size: { Type: 'Number', Default: 2 }, Nets: { Type: 'List<AWS::EC2::Subnet::Id>' } } };
  const resources = { G: group({ Ref: 'Size' }), E: endpoint({ Ref: 'Nets' }) };

  test('that nobody fixed can be anything, whatever their default', () => {
    const of = bill([aStack(resources, { root })]);
    expect(reasons(of)).toMatchObject({
      instanceHours: 'the parameter Size can be set to anything at deployment',
      [HOURS]: 'the parameter Nets can be set to anything at deployment',
    });
  });

  test('are what is given, and their defaults where they are not', () => {
    const of = bill([aStack(resources, { root, parameters: { Nets: 'a, b,c' } })]);
    expect(quantities(of)).toMatchObject({ instanceHours: '0 | 2 | 9', [HOURS]: '3 | 3 | 3' });
  });

  test('fails: one without a default that is not given is unknown', () => {
    expect(reasons(bill([aStack(resources, { root, parameters: {} })]))).toMatchObject({
      [HOURS]: 'the parameter Nets has no default and no value was given',
    });
  });

  test('of a nested stack are what its parent passes, else their defaults, and never open', () => {
    const parent = aStack({
      N: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Nets: 'a,b' } } },
    });
    const nested = aStack(resources, { root, path: 'A/N', nestedIn: { stack: 'A', logicalId: 'N' } });
    expect(quantities(bill([parent, nested]))).toMatchObject({ instanceHours: '0 | 2 | 9', [HOURS]: '2 | 2 | 2' });
  });

  test.each([
    ['[{"ParameterKey": "Size", "ParameterValue": "3"}]'],
    ['["Size=3"]'],
    ['{"Parameters": {"Size": 3}}'],
    ['{"Size": "3"}'],
    ['Size: 3\n'],
  ])('are read from %s', (text) => expect([...parseParameters(text, 'p')]).toEqual([['Size', '3']]));

  test.each<readonly [string, RegExp]>([
    ['[{"Key": "Size"}]', /no ParameterKey and ParameterValue/],
    ['["Size=3", "Size=4"]', /gives Size twice/],
    ['{"Size": {"a": 1}}', /no text, number or list/],
    ['"x"', /neither a list nor an object/],
    ['{', /neither JSON nor YAML/],
  ])('fails: %s is refused', (text, sentence) => expect(() => parseParameters(text, 'p')).toThrow(sentence));

  test('fails: a name that is not declared and a value that is not allowed are refused, as at deployment', () => {
    const template = { Parameters: { A: { Type: 'String', AllowedValues: ['x', 'y'] } } };
    expect(() => parametersFor(template, new Map([['B', '1']]), 'p')).toThrow(/gives B, and the template has/);
    expect(() => parametersFor(template, new Map([['A', 'z']]), 'p')).toThrow(/A the value z, and x, y are allowed/);
  });
});

describe('conditions', () => {
  const open = { Parameters: { P: { Type: 'String' } }, Conditions: { C: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] } } };

  test('an undecided one bounds both branches: the lesser at min, the greater at max', () => {
    const of = bill([aStack({ G: group({ 'Fn::If': ['C', 1, 4] }) }, { root: open })]);
    expect(quantities(of).instanceHours).toBe('0 | 1 | 9');
    const ends = { MinSize: { 'Fn::If': ['C', 1, 2] }, DesiredSize: 2, MaxSize: { 'Fn::If': ['C', 2, 5] } };
    expect(quantities(bill([aStack({ G: group(0, { ScalingConfig: ends }) }, { root: open })])).instanceHours).toBe(
      '1 | 2 | 5',
    );
  });

  test('a decided one takes its branch', () => {
    const parameters = { P: 'x' };
    const of = bill([aStack({ G: group({ 'Fn::If': ['C', 1, 4] }) }, { root: open, parameters })]);
    expect(quantities(of).instanceHours).toBe('0 | 1 | 9');
  });
});

test('a nested stack is there as its resource is: not at all, perhaps, or surely', () => {
  const root = {
    Parameters: { P: { Type: 'String' } },
    Conditions: { Open: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] }, No: { 'Fn::Equals': ['a', 'b'] } },
  };
  const withCondition = (Condition: string) =>
    bill([
      aStack({ N: { Type: 'AWS::CloudFormation::Stack', Condition } }, { root }),
      aStack({ E: { Type: 'AWS::EC2::EIP' } }, { path: 'A/N', nestedIn: { stack: 'A', logicalId: 'N' } }),
    ]).windowTotal;
  // 744 h × 0.005.
  expect(withCondition('No')).toEqual({ min: '0', plan: '0', max: '0' });
  expect(withCondition('Open')).toEqual({ min: '0', plan: '3.72', max: '3.72' });
});

test('a volume that is mapped beside an unmapped root volume is billed too', () => {
  const mapped = [{ DeviceName: '/dev/xvdb', Ebs: { VolumeSize: 500, VolumeType: 'gp3' } }];
  const of = billOf(
    {
      G: {
        Type: 'AWS::EKS::Nodegroup',
        Properties: {
          AmiType: 'AL2023_x86_64_STANDARD',
          InstanceTypes: ['m5.large'],
          ScalingConfig: { MinSize: 2, DesiredSize: 2, MaxSize: 2 },
          LaunchTemplate: { Id: { Ref: 'L' }, Version: { 'Fn::GetAtt': ['L', 'LatestVersionNumber'] } },
        },
      },
      L: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: { BlockDeviceMappings: mapped } } },
    },
    { assumptions: [anAssumption('rootGiB', '20', { min: '20', plan: '20', unit: 'GiB' })] },
  );
  // 2 × 500 GB mapped, 2 × 20 GB that the image decides.
  expect(quantities(of)).toMatchObject({ volumeStorage: '1000 | 1000 | 1000', rootVolumeStorage: '40 | 40 | 40' });
});

test('spot instances may be none, and then have no volumes and addresses', () => {
  const Properties = {
    LaunchTemplate: { LaunchTemplateId: { Ref: 'L' }, Version: { 'Fn::GetAtt': ['L', 'LatestVersionNumber'] } },
  };
  const LaunchTemplateData = {
    InstanceType: 'm5.large',
    InstanceMarketOptions: { MarketType: 'spot' },
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 10, VolumeType: 'gp3' } }],
    NetworkInterfaces: [{ AssociatePublicIpAddress: true }],
  };
  const of = billOf({
    I: { Type: 'AWS::EC2::Instance', Properties },
    L: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData } },
  });
  // 744 h × (0.096 + 0.005) + 10 GB × 0.08 = 75.144 + 0.8.
  expect([of.unpriced, of.windowTotal]).toEqual([[], { min: '0', plan: '75.944', max: '75.944' }]);
});

describe('intrinsics', () => {
  test.each<readonly [string, unknown, string]>([
    ['Fn::Cidr makes as many as it says', { 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }, '3 | 3 | 3'],
    ['Fn::Split of a text', { 'Fn::Split': [',', 'a,b'] }, '2 | 2 | 2'],
    [
      'Fn::FindInMap falls back to its default',
      { 'Fn::FindInMap': ['M', 'no', 'x', { DefaultValue: ['a'] }] },
      '1 | 1 | 1',
    ],
    ['Fn::FindInMap by region', { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'x'] }, '2 | 2 | 2'],
  ])('%s', (_, subnets, expected) => {
    const root = { Mappings: { M: { 'us-east-1': { x: ['a', 'b'] } } } };
    expect(quantities(bill([aStack({ E: endpoint(subnets) }, { root })]))[HOURS]).toBe(expected);
  });

  test('fails: a dynamic reference is known only at deployment', () => {
    const of = billOf({ G: group('{{resolve:ssm:/size}}') });
    expect(reasons(of).instanceHours).toBe('a dynamic reference is read at deployment');
    const joined = { 'Fn::Join': ['', ['{{resolve', ':ssm:/size}}']] };
    expect(reasons(billOf({ G: group(joined) })).instanceHours).toBe('a dynamic reference is read at deployment');
  });
});

describe('language extensions', () => {
  const loop = (collection: unknown) => ({
    'Fn::ForEach::Zones': [
      'Zone',
      collection,
      { 'Eip&{Zone}': { Type: 'AWS::EC2::EIP', Properties: { Tags: [{ Key: 'z', Value: { Ref: 'Zone' } }] } } },
    ],
  });
  const root = {
    Transform: 'AWS::LanguageExtensions',
    Parameters: { Z: { Type: 'CommaDelimitedList', Default: 'a,b' } },
  };

  test('a loop makes one resource for each element', () => {
    const of = bill([aStack(loop(['us-east-1a', 'us-east-1b']), { root })]);
    expect(of.charges.map(({ logicalId }) => logicalId)).toEqual(['Eipuseast1a', 'Eipuseast1b']);
    expect(of.unpriced).toEqual([]);
  });

  test('a loop over a parameter needs to know it', () => {
    expect(bill([aStack(loop({ Ref: 'Z' }), { root, parameters: {} })]).charges).toHaveLength(2);
    const open = bill([aStack(loop({ Ref: 'Z' }), { root })]);
    expect(open.unpriced).toMatchObject([{ reason: 'what Fn::ForEach::Zones makes is decided at deployment' }]);
  });

  test('fails: a loop that grows without measure stays closed, and quickly', () => {
    const ten = Array.from({ length: 10 }, (_, at) => `${at}`);
    let body: object = { Type: 'AWS::EC2::EIP' };
    let key = 'E';
    for (let depth = 0; depth < 12; depth += 1) {
      body = { [`Fn::ForEach::L${depth}`]: [`I${depth}`, ten, { [`${key}&{I${depth}}`]: body }] };
      key = `K${depth}`;
    }
    expect(bill([aStack({ A: { Type: 'AWS::EC2::EIP', Properties: body } }, { root })]).unpriced).not.toEqual([]);
  });

  test.each([
    ['a macro', { Transform: ['AWS::LanguageExtensions', 'Mine'] }],
    ['SAM', { Transform: 'AWS::Serverless-2016-10-31' }],
    ['an include', { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://a/b' } } }],
  ])('fails: %s can rewrite the whole template', (_, transform) => {
    expect(bill([aStack({ A: { Type: 'AWS::EC2::EIP' } }, { root: transform })]).unpriced).toMatchObject([
      { type: 'Template', reason: expect.stringMatching(/can rewrite the template at deployment/) },
    ]);
  });

  test('fails: an include inside a resource, even a free one, can rewrite it', () => {
    const include = { 'Fn::Transform': { Name: 'AWS::Include' } };
    expect(billOf({ A: { Type: 'AWS::IAM::Role', ...include } }).resources.unpriced).toBe(1);
  });
});

test('the question of a bill is left as it was', () => {
  const stack = Object.freeze(
    aStack({ A: { Type: 'AWS::EC2::EIP' } }, { root: { Transform: 'AWS::LanguageExtensions' } }),
  );
  const before = JSON.stringify(stack);
  bill([stack]);
  expect([JSON.stringify(stack), typeof billTemplates]).toEqual([before, 'function']);
});
