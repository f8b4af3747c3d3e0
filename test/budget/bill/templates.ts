import fc from 'fast-check';
import type { Assumption } from '../../../lib/budget/bill/assumption';
import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import { anAssumption, aStack, type Resources } from './billing';

/** Generators of templates made of everything that a charger knows, some of it open, unknown or broken. */

const counts = fc.integer({ min: 0, max: 5 });

const sizes = fc
  .tuple(counts, counts, counts)
  .map((three) => [...three].sort((a, b) => a - b))
  .map(([MinSize, DesiredSize, MaxSize]) => ({ MinSize, DesiredSize, MaxSize }));

const volumes = fc.record({
  VolumeSize: fc.integer({ min: 1, max: 500 }),
  VolumeType: fc.constantFrom('gp3', 'gp3', 'io2', 'gp2'),
  Iops: fc.integer({ min: 3000, max: 3002 }),
  Throughput: fc.integer({ min: 125, max: 127 }),
});

export const groups = fc
  .record({
    ScalingConfig: fc.oneof(sizes, fc.record({ MinSize: counts, MaxSize: fc.constant(9) })),
    CapacityType: fc.constantFrom('ON_DEMAND', 'SPOT'),
    UpdateConfig: fc.constantFrom({}, { UpdateStrategy: 'MINIMAL' }, { MaxUnavailable: 3 }),
    types: fc.constantFrom(['g6.xlarge'], ['p5.48xlarge'], ['g6.xlarge', 'g6e.xlarge'], ['nobody.knows']),
    volume: volumes,
    addressed: fc.boolean(),
  })
  .map(({ types, volume, addressed, ...properties }) => ({
    launch: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: {
        LaunchTemplateData: {
          BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: volume }],
          NetworkInterfaces: [{ AssociatePublicIpAddress: addressed }],
        },
      },
    },
    group: { Type: 'AWS::EKS::Nodegroup', Properties: { InstanceTypes: types, Subnets: ['a', 'b'], ...properties } },
  }));

const plain = fc.constantFrom<object>(
  { Type: 'AWS::EC2::EIP' },
  { Type: 'AWS::EC2::NatGateway' },
  { Type: 'AWS::EC2::VPC' },
  { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] } },
  { Type: 'AWS::EKS::Cluster', Properties: { Version: '1.34' } },
  { Type: 'AWS::EKS::Cluster', Properties: { Version: '1.36' } },
  { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } },
  { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Retain' },
  { Type: 'AWS::S3::Bucket' },
  { Type: 'AWS::IAM::Role', Properties: {} },
  { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression: 'rate(1 hour)', Target: { Arn: 'x' } } },
  { Type: 'AWS::Nobody::Knows' },
);
const broken = fc.constantFrom<unknown>(null, 3, [], {}, { Type: 3 }, { Type: 'AWS::EC2::EIP', Properties: 'none' });

/** Resources of one template; a condition that nobody can decide stands on some of them. */
export const resources: fc.Arbitrary<Resources> = fc
  .record({
    groups: fc.array(groups, { maxLength: 3 }),
    plain: fc.array(fc.tuple(plain, fc.boolean()), { maxLength: 6 }),
    broken: fc.array(broken, { maxLength: 1 }),
  })
  .map(({ groups: grouped, plain: others, broken: odd }) => ({
    ...Object.fromEntries(
      grouped.flatMap(({ launch, group }, i) => [
        [`Launch${i}`, launch],
        [`Group${i}`, onLaunch(group, i)],
      ]),
    ),
    ...Object.fromEntries(others.map(([one, open], i) => [`Other${i}`, open ? { ...one, Condition: 'Open' } : one])),
    ...Object.fromEntries(odd.map((one, i) => [`Odd${i}`, one])),
  }));

function onLaunch(group: { Type: string; Properties: object }, at: number): object {
  const version = { 'Fn::GetAtt': [`Launch${at}`, 'LatestVersionNumber'] };
  return {
    ...group,
    Properties: { ...group.Properties, LaunchTemplate: { Id: { Ref: `Launch${at}` }, Version: version } },
  };
}

const root = {
  Parameters: { Size: { Type: 'String' } },
  Conditions: { Open: { 'Fn::Equals': [{ Ref: 'Size' }, 'large'] } },
};

export const stacks: fc.Arbitrary<readonly StackTemplate[]> = fc
  .array(resources, { minLength: 1, maxLength: 3 })
  .map((all) => all.map((one, i) => aStack(one, { path: `Stack${i}`, stackName: `Stack${i}`, root })));

/** Declarations for all that is used, and a ceiling for what nobody knows. */
export const ASSUMPTIONS: readonly Assumption[] = [
  anAssumption('natGatewayGigabytes', '33', { plan: '0.1' }),
  anAssumption('interfaceEndpointGigabytes', '7'),
  anAssumption('kmsRequests', '10000', { unit: 'requests/month' }),
  anAssumption('logIngestGigabytes', '3'),
  anAssumption('logStoredGigabytes', '3', { unit: 'GB' }),
  anAssumption('AWS::Nobody::Knows', '5', { unit: 'USD/month' }),
];
