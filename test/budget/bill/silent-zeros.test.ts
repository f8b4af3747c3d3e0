import { aGroup, aStack, bill, billOf, type Resources, reasons } from './billing';

/** Ways in which something paid once stood on no bill. Each is billed or refused now. */
const unpriced = (Type: string, Properties: object, more: Resources = {}) =>
  Object.keys(reasons(bill([aStack({ It: { Type, Properties }, ...more })])));

const LAUNCH = (data: object) => ({
  L: {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }], ...data },
    },
  },
});
const FROM = { LaunchTemplateId: { Ref: 'L' }, Version: { 'Fn::GetAtt': ['L', 'LatestVersionNumber'] } };

describe('a node group', () => {
  const launch = { InstanceType: 'p5.48xlarge' };

  test('with an empty list of types runs what its launch template names', () => {
    const of = billOf(aGroup({ InstanceTypes: [] }, launch));
    expect(of.charges.find(({ dimension }) => dimension === 'instanceHours')?.offer).toBe(
      'instance:p5.48xlarge:onDemand',
    );
  });

  test('fails closed where only a deployment decides whether the list is empty', () => {
    const root = { Parameters: { P: { Type: 'String' } }, Conditions: { C: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] } } };
    const types = { 'Fn::If': ['C', [], ['m5.large']] };
    const of = bill([aStack(aGroup({ InstanceTypes: types }, launch), { root })]);
    expect(reasons(of).instanceHours).toMatch(/empty is decided at deployment/);
  });

  test.each([undefined, 'AL2_x86_64', 'AL2023_x86_64_STANDARD', 'CUSTOM'])(
    'of AMI type %s pays for the root volume beside a data volume',
    (AmiType) => {
      const data = { BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, VolumeType: 'gp3' } }] };
      const of = billOf(aGroup({ AmiType }, data));
      expect(of.unpriced.map(({ reason }) => reason).join()).toMatch(/AMI decides the size of the root volume/);
    },
  );

  test('is not spared the root volume by a mapping that makes none', () => {
    const none = { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', NoDevice: '' }] };
    expect(reasons(billOf(aGroup({}, none))).volumeStorage).toMatch(/AMI decides/);
  });
});

describe('fails: an override of a group or a fleet', () => {
  const group = (override: object) => ({
    MinSize: 1,
    MaxSize: 2,
    VPCZoneIdentifier: ['subnet-1'],
    MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: FROM, Overrides: [override] } },
  });
  const ebs = { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8, VolumeType: 'gp3' } }] };
  const grouped = (override: object) =>
    unpriced('AWS::AutoScaling::AutoScalingGroup', group({ InstanceType: 'm5.large', ...override }), LAUNCH(ebs));

  test('that sets what nobody looks at leaves the group unpriced', () => {
    expect(grouped({})).toEqual([]);
    expect(grouped({ ImageId: 'ami-1' })).toEqual(['instanceHours']);
    expect(grouped({ BlockDeviceMappings: [] })).toEqual(['instanceHours']);
  });
});

describe('fails: a property that costs something is not passed over', () => {
  const usages = ['bucketGetRequests', 'bucketGigabytes', 'bucketPutRequests'];

  test.each<[string, object, string]>([
    ['AWS::S3::Bucket', { AccelerateConfiguration: {} }, 'bucketAccelerateConfiguration'],
    ['AWS::S3::Bucket', { MetricsConfigurations: [] }, 'bucketMetricsConfigurations'],
    [
      'AWS::S3::Bucket',
      { LifecycleConfiguration: { Rules: [{ Transitions: [{ StorageClass: 'GLACIER' }] }] } },
      'bucketTransitions',
    ],
    ['AWS::S3::Bucket', { LifecycleConfiguration: { Rules: { Ref: 'P' } } }, 'bucketTransitions'],
    ['AWS::SNS::Topic', { DataProtectionPolicy: {} }, 'topicDataProtectionPolicy'],
    ['AWS::SNS::Topic', { DeliveryStatusLogging: [] }, 'topicDeliveryStatusLogging'],
    ['AWS::SNS::Subscription', { Protocol: 'sqs', FilterPolicyScope: 'MessageBody' }, 'subscriptionFilterPolicyScope'],
    ['AWS::KMS::Key', { Tomorrow: 1 }, 'keyTomorrow'],
    ['AWS::EC2::VPC', { Ipv4IpamPoolId: 'p' }, 'networkIpv4IpamPoolId'],
    ['AWS::EC2::FlowLog', { Tomorrow: 1 }, 'flowLogTomorrow'],
  ])('of %s: %j', (type, properties, dimension) => expect(unpriced(type, properties)).toContain(dimension));

  test('and what expires costs nothing', () => {
    const expiring = { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 1 }] } };
    expect(unpriced('AWS::S3::Bucket', expiring).sort()).toEqual(usages);
  });
});

describe('Kubernetes pods that claim volumes', () => {
  const applied = (object: object) => ({ Manifest: JSON.stringify([object]), ClusterName: 'c' });
  const claim = (storageClassName: string) => ({ spec: { storageClassName } });
  const set = (name: string) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    spec: { volumeClaimTemplates: [claim(name)] },
  });
  const pods = (name: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { template: { spec: { volumes: [{ ephemeral: { volumeClaimTemplate: claim(name) } }] } } },
  });

  test.each([set, pods])('fails: are free only of what is there already', (object) => {
    const of = (name: string) => unpriced('Custom::AWSCDK-EKS-KubernetesResource', applied(object(name)));
    expect(of('gp3')).toEqual(['kubernetesObjects']);
    expect(of('')).toEqual([]);
  });
});
