import type { Assumption } from '../../lib/budget/bill/assumption';
import type { StackTemplate } from '../../lib/budget/bill/stack-template';

/** Ten resources of the kinds that a fleet is made of; a big template is many of them. */
function ten(at: number): Readonly<Record<string, unknown>> {
  const name = (kind: string) => `${kind}${at}`;
  const root = { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 100, VolumeType: 'gp3', Iops: 4000 } };
  const own = [{ DeviceIndex: 0, AssociatePublicIpAddress: false }];
  return {
    [name('Launch')]: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: {
        LaunchTemplateData: { InstanceType: 'm5.large', BlockDeviceMappings: [root], NetworkInterfaces: own },
      },
    },
    [name('Nodes')]: {
      Type: 'AWS::EKS::Nodegroup',
      Properties: {
        AmiType: 'AL2023_x86_64_STANDARD',
        ScalingConfig: { MinSize: 1, DesiredSize: 2, MaxSize: 3 },
        Subnets: [{ Ref: name('Subnet') }],
        LaunchTemplate: {
          Id: { Ref: name('Launch') },
          Version: { 'Fn::GetAtt': [name('Launch'), 'LatestVersionNumber'] },
        },
      },
    },
    [name('Group')]: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: {
        MinSize: '0',
        MaxSize: { 'Fn::If': ['Large', '8', '4'] },
        LaunchTemplate: {
          LaunchTemplateId: { Ref: name('Launch') },
          Version: { 'Fn::GetAtt': [name('Launch'), 'LatestVersionNumber'] },
        },
      },
    },
    [name('Disk')]: { Type: 'AWS::EC2::Volume', Properties: { Size: 50, VolumeType: 'gp2' } },
    [name('Subnet')]: {
      Type: 'AWS::EC2::Subnet',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders so
      Properties: { CidrBlock: { 'Fn::Sub': '10.${AWS::Region}.0.0/24' } },
    },
    [name('Role')]: { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::Join': ['-', ['role', `${at}`]] } } },
    [name('Logs')]: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: `/own/${at}`, RetentionInDays: 7 } },
    [name('Bucket')]: { Type: 'AWS::S3::Bucket' },
    [name('Address')]: { Type: 'AWS::EC2::EIP', Condition: 'Large' },
    [name('Traffic')]: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: { Ref: name('Subnet') } } },
  };
}

/** One template with that many resources, a condition that nobody decided among them. */
export function bigStack(resources: number): StackTemplate {
  const template = {
    Parameters: { Size: { Type: 'String', Default: 'small' } },
    Conditions: { Large: { 'Fn::Equals': [{ Ref: 'Size' }, 'large'] } },
    Resources: Object.assign({}, ...Array.from({ length: resources / 10 }, (_, at) => ten(at))),
  };
  return { path: 'Big', stackName: 'Big', region: 'us-east-1', account: undefined, template, sha256: '' };
}

const used = (usage: string, unit: string): Assumption => ({
  usage,
  unit,
  scope: '**',
  min: '0',
  plan: '1',
  max: '3',
  owner: 'bench',
  expires: '2027-12-01',
});

export const USED: readonly Assumption[] = [
  used('logIngestGigabytes', 'GB/month'),
  used('logStoredGigabytes', 'GB'),
  used('bucketGigabytes', 'GB'),
  used('bucketPutRequests', 'requests/month'),
  used('bucketGetRequests', 'requests/month'),
];
