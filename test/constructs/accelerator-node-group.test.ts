import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { defaultCatalog, findAccelerator } from '../../lib/catalog/catalog';
import { networkLayout } from '../../lib/catalog/network-layout';
import { amiType } from '../../lib/catalog/node';
import { AcceleratorNodeGroup } from '../../lib/constructs/accelerator-node-group';
import { type Anything, aNodeGroup } from '../stacks/cells';

const HOME = {
  clusterName: 'Cell',
  clusterSecurityGroupId: 'sg-cluster',
  efaSecurityGroupId: 'sg-efa',
  nodeRoleArn: 'arn:aws:iam::111122223333:role/Node',
  acceleratorSubnetId: 'subnet-a',
  availabilityZone: 'us-east-1a',
};
const launchable = defaultCatalog.instanceTypes.filter((row) => row.status === 'available');
const nameOf = (instanceType: string) => instanceType.replaceAll('.', '-');

function build(...instanceTypes: readonly string[]): Template {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false, analyticsReporting: false }), 'Capacity');
  for (const instanceType of instanceTypes) {
    const plan = aNodeGroup({ name: nameOf(instanceType), instanceType });
    new AcceleratorNodeGroup(stack, plan.name, { plan, home: HOME, catalog: defaultCatalog, tags: {} });
  }
  return Template.fromStack(stack);
}

const hasImage = launchable.filter((row) => row.acceleratorKey !== 'RTXPRO4500');
const template = build(...hasImage.map((row) => row.name));
const resources: readonly Anything[] = Object.values(template.toJSON().Resources);
const launchOf = (name: string): Anything =>
  resources.find((resource) => resource.Properties.LaunchTemplateData?.InstanceType === name)?.Properties
    .LaunchTemplateData;
const groupOf = (name: string): Anything =>
  resources.find((resource) => resource.Properties.Labels?.['headroom/node-group'] === nameOf(name))?.Properties;

describe('a node group of every launchable type that has an image', () => {
  test('is most of the catalogue', () => {
    expect(hasImage.length).toBeGreaterThan(40);
  });

  test.each(hasImage.map((row) => [row.name, row] as const))('%s', (name, row) => {
    const layout = networkLayout(row);
    const launch = launchOf(name);
    const groups = layout.length === 1 ? ['sg-cluster'] : ['sg-cluster', 'sg-efa'];
    expect(launch.NetworkInterfaces).toHaveLength(1 + (row.network?.maxEfaInterfaces ?? 0));
    for (const nic of launch.NetworkInterfaces) {
      expect(nic.Groups).toEqual(groups);
      expect(nic.AssociatePublicIpAddress).toBe(layout.length === 1 ? false : undefined);
    }
    expect(launch.SecurityGroupIds).toBeUndefined();
    expect(launch.UserData['Fn::Base64'].includes('RAID0')).toBe((row.instanceStoreBytes ?? 0) > 0);
    const accelerator = findAccelerator(defaultCatalog, row.acceleratorKey);
    expect(groupOf(name)).toMatchObject({
      AmiType: amiType(row, accelerator),
      Taints: [{ Key: accelerator.vendor === 'nvidia' ? 'nvidia.com/gpu' : 'aws.amazon.com/neuron' }],
    });
  });
});

describe('a node group', () => {
  test('tells nodeadm nothing but what differs from its defaults', () => {
    expect(launchOf('g6.xlarge').UserData['Fn::Base64']).toContain(
      [
        'Content-Type: application/node.eks.aws',
        '',
        'apiVersion: node.eks.aws/v1alpha1',
        'kind: NodeConfig',
        'spec:',
        '  instance:',
        '    localStorage:',
        '      strategy: RAID0',
        '  kubelet:',
        '    config:',
        '      registryPullQPS: 50',
        '      registryBurst: 100',
        '',
      ].join('\n'),
    );
  });

  test('fails for a type without an image, and for one that is not known', () => {
    expect(() => build('g7.2xlarge')).toThrow(/no EKS-optimized image has the driver that g7.2xlarge needs/);
    expect(() => build('p9.huge')).toThrow(/the catalogue has no instance type "p9.huge"/);
  });
});

test('the nodes of a pool carry its name, which its pods select by', () => {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false, analyticsReporting: false }), 'Capacity');
  const plan = aNodeGroup({ name: 'split-decode', workload: 'split', pool: 'decode' });
  new AcceleratorNodeGroup(stack, plan.name, { plan, home: HOME, catalog: defaultCatalog, tags: {} });
  Template.fromStack(stack).hasResourceProperties('AWS::EKS::Nodegroup', {
    Labels: { 'headroom/node-group': 'split-decode', 'headroom/workload': 'split', 'headroom/pool': 'decode' },
  });
});

test('nodes pull images in parallel where their cell asks for it, and otherwise nothing of their user data changes', () => {
  const userData = (pullsInParallel: boolean): string => {
    const stack = new Stack(new App({ builtinCloudFormationValidation: false, analyticsReporting: false }), 'Capacity');
    const plan = aNodeGroup();
    const home = { ...HOME, pullsInParallel };
    new AcceleratorNodeGroup(stack, plan.name, { plan, home, catalog: defaultCatalog, tags: {} });
    const [launch] = Object.values(Template.fromStack(stack).findResources('AWS::EC2::LaunchTemplate'));
    return launch?.Properties.LaunchTemplateData.UserData['Fn::Base64'];
  };
  const gate = '  featureGates:\n    FastImagePull: true\n';
  expect(userData(true)).toContain(`spec:\n${gate}  instance:\n`);
  expect(userData(false)).toBe(userData(true).replace(gate, ''));
});
