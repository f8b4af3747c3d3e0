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

describe('what Cluster Autoscaler must know of a group', () => {
  const RESOURCES = 'k8s.io/cluster-autoscaler/node-template/resources/';
  const scaled = { size: { min: 0, plan: 1, max: 4 }, actuator: 'clusterAutoscaler' } as const;
  const groupWith = (override: Parameters<typeof aNodeGroup>[0], size: object = scaled): Anything => {
    const stack = new Stack(new App({ builtinCloudFormationValidation: false, analyticsReporting: false }), 'Capacity');
    const plan = aNodeGroup({ ...size, ...override });
    new AcceleratorNodeGroup(stack, plan.name, { plan, home: HOME, catalog: defaultCatalog, tags: {} });
    const [group] = Object.values(Template.fromStack(stack).findResources('AWS::EKS::Nodegroup'));
    return group?.Properties;
  };

  test('is that its nodes have GPUs, before their plug-in says so', () => {
    expect(groupWith({ instanceType: 'g6.xlarge' }).Labels).toMatchObject({
      'k8s.amazonaws.com/accelerator': 'nvidia-l4',
      'headroom/workload': 'chat',
    });
    expect(groupWith({ instanceType: 'trn1.32xlarge' }).Labels).toEqual({
      'headroom/node-group': 'chat-g6-xlarge',
      'headroom/workload': 'chat',
    });
  });

  test('is what a node has while there is none: Neuron devices, EFA, and the huge pages of EFA', () => {
    expect(groupWith({ instanceType: 'trn1.32xlarge' }).Tags).toEqual({
      [`${RESOURCES}aws.amazon.com/neuron`]: '16',
      [`${RESOURCES}aws.amazon.com/neuroncore`]: '32',
      [`${RESOURCES}vpc.amazonaws.com/efa`]: '8',
    });
    expect(groupWith({ instanceType: 'p5en.48xlarge', nodesPerReplica: 2 }).Tags).toEqual({
      [`${RESOURCES}nvidia.com/gpu`]: '8',
      [`${RESOURCES}vpc.amazonaws.com/efa`]: '16',
      [`${RESOURCES}hugepages-2Mi`]: '5120Mi',
    });
  });

  test('is nothing of a group that it leaves alone', () => {
    const fixed = groupWith({ instanceType: 'trn1.32xlarge' }, {});
    expect(fixed.Tags).toBeUndefined();
    expect(Object.keys(fixed.Labels)).toEqual(['headroom/node-group', 'headroom/workload']);
  });
});
