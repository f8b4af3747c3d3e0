import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeSecurityGroupRulesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { App, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { DeploymentPlace } from '../../lib/constructs/deployment-place';
import { type Account, accountAt } from './account';
import { type Emulator, startEmulator } from './emulator';

/** The emulator itself: that it refuses what CloudFormation would, and keeps order. A check is worth what it can refuse. */
jest.setTimeout(120_000);

type Resources = Readonly<Record<string, unknown>>;

let emulator: Emulator;
let account: Account;
let count = 0;

beforeAll(async () => {
  emulator = await startEmulator({ account: '123456789012', now: '2026-11-23', outside: ['cr-0123456789abcdef0'] });
  account = accountAt('us-east-1', emulator.url);
});
afterAll(() => emulator.stop());

async function create(
  Resources: Resources,
  Outputs: Resources = {},
): Promise<{ readonly name: string; readonly status: string; readonly reason: string }> {
  count += 1;
  const name = `Stack${count}`;
  const TemplateBody = JSON.stringify({ Resources, Outputs });
  await account.cloudFormation.send(new CreateStackCommand({ StackName: name, TemplateBody }));
  return { name, ...(await stateOf(name)) };
}

async function stateOf(StackName: string): Promise<{ readonly status: string; readonly reason: string }> {
  const { Stacks } = await account.cloudFormation.send(new DescribeStacksCommand({ StackName }));
  const { StackEvents = [] } = await account.cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  const failures = StackEvents.flatMap(({ ResourceStatusReason: it }) => (it === undefined ? [] : [it]));
  return { status: Stacks?.[0]?.StackStatus ?? '', reason: failures.join('\n') };
}

async function events(StackName: string, status: string): Promise<readonly string[]> {
  const { StackEvents = [] } = await account.cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.filter((it) => it.ResourceStatus === status && it.LogicalResourceId !== StackName)
    .map((it) => it.LogicalResourceId ?? '')
    .reverse();
}

const vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } };
const topic = { Type: 'AWS::SNS::Topic', Properties: {} };
const trust = {
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } }],
  Version: '2012-10-17',
};
const role = (properties: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trust, ...properties },
});
const subnet = (properties: object) => ({
  Type: 'AWS::EC2::Subnet',
  Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.0.0/24', ...properties },
});
const schedule = (StartDate: string) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    ScheduleExpression: 'rate(1 hour)',
    StartDate,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage', RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  },
});
const placement = { Type: 'AWS::EC2::PlacementGroup', Properties: { Strategy: 'cluster' } };
const launch = (LaunchTemplateData: object) => ({
  Type: 'AWS::EC2::LaunchTemplate',
  Properties: { LaunchTemplateData },
});

describe('refuses', () => {
  const cases: readonly (readonly [string, Resources, RegExp])[] = [
    ['a property that no schema has', { Vpc: vpc, It: subnet({ Colour: 'blue' }) }, /'Colour' was unexpected/],
    ['a property of a nested type that no schema has', { It: launch({ Placement: { Colour: 'blue' } }) }, /Colour/],
    ['a missing property', { It: { Type: 'AWS::EKS::Addon', Properties: { AddonName: 'vpc-cni' } } }, /ClusterName/],
    [
      'a value outside its enumeration',
      { It: { ...placement, Properties: { Strategy: 'close' } } },
      /'close' is not one of/,
    ],
    ['a property that can only be read', { It: { ...placement, Properties: { GroupName: 'mine' } } }, /only read/],
    ['a type that does not exist', { It: { Type: 'AWS::Odd::Thing', Properties: {} } }, /no CloudFormation type/],
    ['a Ref to nothing', { It: subnet({}) }, /Ref names Vpc/],
    [
      'an attribute that the type lacks',
      { Vpc: vpc, It: subnet({ VpcId: { 'Fn::GetAtt': ['Vpc', 'Size'] } }) },
      /no such attribute/,
    ],
    ['an import of nothing', { It: subnet({ VpcId: { 'Fn::ImportValue': 'Nobody' } }) }, /No export named Nobody/],
    ['an identifier of nothing', { It: subnet({ VpcId: 'vpc-00000000000000000' }) }, /names nothing that stands/],
    [
      'a reservation of nobody',
      {
        It: launch({
          CapacityReservationSpecification: {
            CapacityReservationTarget: { CapacityReservationId: 'cr-00000000000000000' },
          },
        }),
      },
      /cr-0+ names nothing/,
    ],
    ['a placement group of nobody', { It: launch({ Placement: { GroupName: 'close' } }) }, /close names nothing/],
    [
      'a role of nobody',
      {
        It: {
          Type: 'AWS::EKS::Cluster',
          Properties: { RoleArn: 'arn:aws:iam::123456789012:role/none', ResourcesVpcConfig: { SubnetIds: [] } },
        },
      },
      /role\/none names nothing/,
    ],
    [
      'an add-on without its cluster',
      { It: { Type: 'AWS::EKS::Addon', Properties: { AddonName: 'vpc-cni', ClusterName: 'none' } } },
      /none names nothing/,
    ],
    [
      'a policy that AWS does not have',
      { It: role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolici'] }) },
      /AmazonEKSWorkerNodePolici does not exist/,
    ],
    [
      'a policy that is none',
      {
        Role: role(),
        It: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyName: 'p',
            Roles: [{ Ref: 'Role' }],
            PolicyDocument: {
              Statement: [{ Effect: 'Perhaps', Action: 's3:GetObject', Resource: '*' }],
              Version: '2012-10-17',
            },
          },
        },
      },
      /policy|syntax/i,
    ],
    ['a circle', { A: { ...topic, DependsOn: 'B' }, B: { ...topic, DependsOn: 'A' } }, /Circular dependency/],
    ['a dependency on nothing', { A: { ...topic, DependsOn: 'B' } }, /DependsOn names B/],
    ['a custom resource', { It: { Type: 'Custom::Thing', Properties: { ServiceToken: 'arn' } } }, /run code/],
    ['a schedule that starts in the past', { Role: role(), It: schedule('2026-11-22T23:00:00Z') }, /in the past/],
  ];

  test.each(cases)('%s', async (_what, resources, reason) => {
    const { status, reason: given } = await create(resources);
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(given).toMatch(reason);
  });

  test('an output without a value', async () => {
    const { status, reason } = await create({ Vpc: vpc }, { Out: { Value: { 'Fn::GetAtt': ['Vpc', 'Size'] } } });
    expect([status, reason]).toEqual(['ROLLBACK_COMPLETE', expect.stringContaining('no such attribute')]);
  });

  test('nothing that is right', async () => {
    const { status, reason } = await create(
      {
        Vpc: vpc,
        Subnet: subnet({}),
        Near: placement,
        Role: role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy'] }),
        Later: schedule('2026-11-24T00:00:00Z'),
        Launch: launch({
          Placement: { GroupName: { Ref: 'Near' } },
          CapacityReservationSpecification: {
            CapacityReservationTarget: { CapacityReservationId: 'cr-0123456789abcdef0' },
          },
        }),
        Alarm: {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: {
            ComparisonOperator: 'GreaterThanThreshold',
            EvaluationPeriods: 1,
            MetricName: 'Errors',
            Namespace: 'Here',
            Period: 60,
            Statistic: 'Sum',
            Threshold: 1,
          },
        },
      },
      { Alarm: { Value: { 'Fn::GetAtt': ['Alarm', 'Arn'] } } },
    );
    expect([status, reason]).toEqual(['CREATE_COMPLETE', 'User Initiated']);
  });
});

describe('a template that says where it belongs', () => {
  const placed = (region: string, accounts: readonly string[]) => {
    const stack = new Stack(new App(), 'Placed', { synthesizer: new LegacyStackSynthesizer() });
    new CfnTopic(stack, 'Topic');
    new DeploymentPlace(stack, { region, accounts });
    return Template.fromStack(stack).toJSON();
  };
  const deployed = async (template: object) => {
    count += 1;
    const StackName = `Stack${count}`;
    await account.cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
    return stateOf(StackName);
  };

  test('is deployed there', async () => {
    expect(await deployed(placed('us-east-1', ['111122223333', '123456789012']))).toMatchObject({
      status: 'CREATE_COMPLETE',
    });
  });

  test.each([
    ['region', placed('us-west-2', ['123456789012']), 'this template is for us-west-2'],
    ['account', placed('us-east-1', ['111122223333']), 'this template is for account 111122223333'],
  ])('fails in another %s, before anything is made', async (_what, template, reason) => {
    expect(await deployed(template)).toEqual({ status: 'ROLLBACK_COMPLETE', reason: expect.stringContaining(reason) });
  });
});

test('leaves nothing of a stack that failed', async () => {
  const vpcs = async () => (await account.ec2.send(new DescribeVpcsCommand({}))).Vpcs?.length;
  const before = await vpcs();
  await create({ Vpc: vpc, Subnet: subnet({ CidrBlock: '192.168.0.0/24' }) });
  expect(await vpcs()).toBe(before);
});

test('makes things after what they depend on, whatever the template’s order, and deletes them before', async () => {
  const { name } = await create({
    A: { ...topic, DependsOn: ['C'] },
    B: { ...topic, Properties: { DisplayName: { 'Fn::GetAtt': ['A', 'TopicName'] } } },
    C: topic,
  });
  expect(await events(name, 'CREATE_COMPLETE')).toEqual(['C', 'A', 'B']);
  const { StackId } =
    (await account.cloudFormation.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0] ?? {};
  await account.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  const { StackEvents = [] } = await account.cloudFormation.send(
    new DescribeStackEventsCommand({ StackName: StackId }),
  );
  const gone = StackEvents.filter(
    (it) => it.ResourceStatus === 'DELETE_COMPLETE' && it.ResourceType === 'AWS::SNS::Topic',
  );
  expect(gone.map((it) => it.LogicalResourceId).reverse()).toEqual(['B', 'A', 'C']);
});

test('keeps a stack whose export another one imports, and one that is protected', async () => {
  const exporter = await create({ Vpc: vpc }, { Out: { Value: { Ref: 'Vpc' }, Export: { Name: 'The:Vpc' } } });
  const importer = await create({ It: subnet({ VpcId: { 'Fn::ImportValue': 'The:Vpc' } }) });
  expect(importer.status).toBe('CREATE_COMPLETE');
  await account.cloudFormation.send(new DeleteStackCommand({ StackName: exporter.name }));
  expect(await stateOf(exporter.name)).toEqual({
    status: 'DELETE_FAILED',
    reason: expect.stringContaining('in use by'),
  });
  await account.cloudFormation.send(new DeleteStackCommand({ StackName: importer.name }));

  const protect = { StackName: exporter.name, EnableTerminationProtection: true };
  await account.cloudFormation.send(new UpdateTerminationProtectionCommand(protect));
  const deletion = account.cloudFormation.send(new DeleteStackCommand({ StackName: exporter.name }));
  await expect(deletion).rejects.toThrow(/TerminationProtection/);
  await account.cloudFormation.send(
    new UpdateTerminationProtectionCommand({ ...protect, EnableTerminationProtection: false }),
  );
  await account.cloudFormation.send(new DeleteStackCommand({ StackName: exporter.name }));
  await expect(stateOf(exporter.name)).rejects.toThrow(/does not exist/);
});

test('updates what changed and what refers to it, and nothing else', async () => {
  const resources = (size: number) => ({
    Other: topic,
    Launch: launch({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: size } }] }),
    Name: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Type: 'String', Value: { 'Fn::GetAtt': ['Launch', 'LatestVersionNumber'] } },
    },
  });
  const { name } = await create(resources(10));
  const TemplateBody = JSON.stringify({ Resources: resources(20) });
  await account.cloudFormation.send(new UpdateStackCommand({ StackName: name, TemplateBody }));
  expect(await events(name, 'UPDATE_COMPLETE')).toEqual(['Launch', 'Name']);
});

test('deletes routes, gateways and endpoints with their network', async () => {
  const { name, status } = await create({
    Vpc: vpc,
    Subnet: subnet({}),
    Gateway: { Type: 'AWS::EC2::InternetGateway' },
    Attachment: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: 'Gateway' } },
    },
    Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
    Route: {
      Type: 'AWS::EC2::Route',
      DependsOn: 'Attachment',
      Properties: {
        RouteTableId: { Ref: 'Table' },
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: 'Gateway' },
      },
    },
    Association: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { RouteTableId: { Ref: 'Table' }, SubnetId: { Ref: 'Subnet' } },
    },
    Endpoint: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        ServiceName: 'com.amazonaws.us-east-1.s3',
        VpcEndpointType: 'Gateway',
        RouteTableIds: [{ Ref: 'Table' }],
      },
    },
  });
  expect(status).toBe('CREATE_COMPLETE');
  await account.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  await expect(stateOf(name)).rejects.toThrow(/does not exist/);
  const { VpcEndpoints } = await account.ec2.send(new DescribeVpcEndpointsCommand({}));
  expect(VpcEndpoints).toEqual([]);
});

test('makes and deletes the kinds of resource that cells are made of', async () => {
  const { Resources } = JSON.parse(fs.readFileSync(path.join(__dirname, 'many-kinds.json'), 'utf8'));
  const { name, status } = await create(Resources);
  expect(status).toBe('CREATE_COMPLETE');
  expect([...(await events(name, 'CREATE_COMPLETE'))].sort()).toEqual(Object.keys(Resources).sort());
  await account.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  await expect(stateOf(name)).rejects.toThrow(/does not exist/);
});

test('takes the rule that allows all egress away as soon as one is declared', async () => {
  const { name } = await create(
    {
      Vpc: vpc,
      Group: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: { GroupDescription: 'g', VpcId: { Ref: 'Vpc' } },
      },
      Out: {
        Type: 'AWS::EC2::SecurityGroupEgress',
        Properties: {
          GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
          DestinationSecurityGroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
          IpProtocol: '-1',
        },
      },
    },
    { Group: { Value: { 'Fn::GetAtt': ['Group', 'GroupId'] } } },
  );
  const { Stacks } = await account.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
  const id = Stacks?.[0]?.Outputs?.[0]?.OutputValue ?? '';
  const { SecurityGroupRules = [] } = await account.ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [id] }] }),
  );
  expect(SecurityGroupRules.map((rule) => [rule.IsEgress, rule.ReferencedGroupInfo?.GroupId, rule.CidrIpv4])).toEqual([
    [true, id, undefined],
  ]);
});
