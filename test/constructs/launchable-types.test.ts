import { App, Stack } from 'aws-cdk-lib';
import { defaultCatalog, findAccelerator, findInstanceType } from '../../lib/catalog/catalog';
import { expectedAllocatable } from '../../lib/catalog/node';
import { AcceleratorNodeGroup } from '../../lib/constructs/accelerator-node-group';
import { type Anything, aNodeGroup } from '../stacks/cells';

const NVIDIA = 'AL2023_x86_64_NVIDIA';
const NEURON = 'AL2023_x86_64_NEURON';

/**
 * Every type that can be launched: interfaces and EFA interfaces of a node, image, and what it reports as allocatable (GPUs;
 * Neuron chips and logical cores). From DescribeInstanceTypes, August 2026, and the Neuron documentation's cores per chip: 2 on
 * Inferentia2 and Trainium1, 4 on Trainium2 at LNC 2. No image: EKS has none with the driver that the GPU needs.
 */
const TABLE: readonly (readonly [
  name: string,
  interfaces: number,
  efa: number,
  image: string | undefined,
  gpus: number,
  chips: number,
  cores: number,
])[] = [
  ['g5.xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g5.2xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g5.4xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g5.8xlarge', 2, 1, NVIDIA, 1, 0, 0],
  ['g5.16xlarge', 2, 1, NVIDIA, 1, 0, 0],
  ['g5.12xlarge', 2, 1, NVIDIA, 4, 0, 0],
  ['g5.24xlarge', 2, 1, NVIDIA, 4, 0, 0],
  ['g5.48xlarge', 2, 1, NVIDIA, 8, 0, 0],
  ['g6.xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g6.2xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g6.4xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g6.8xlarge', 2, 1, NVIDIA, 1, 0, 0],
  ['g6.16xlarge', 2, 1, NVIDIA, 1, 0, 0],
  ['g6.12xlarge', 2, 1, NVIDIA, 4, 0, 0],
  ['g6.24xlarge', 2, 1, NVIDIA, 4, 0, 0],
  ['g6.48xlarge', 2, 1, NVIDIA, 8, 0, 0],
  ['g6e.xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g6e.2xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g6e.4xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g6e.8xlarge', 2, 1, NVIDIA, 1, 0, 0],
  ['g6e.16xlarge', 2, 1, NVIDIA, 1, 0, 0],
  ['g6e.12xlarge', 2, 1, NVIDIA, 4, 0, 0],
  ['g6e.24xlarge', 3, 2, NVIDIA, 4, 0, 0],
  ['g6e.48xlarge', 5, 4, NVIDIA, 8, 0, 0],
  ['g7.2xlarge', 1, 0, undefined, 1, 0, 0],
  ['g7.4xlarge', 1, 0, undefined, 1, 0, 0],
  ['g7.8xlarge', 2, 1, undefined, 1, 0, 0],
  ['g7.12xlarge', 2, 1, undefined, 2, 0, 0],
  ['g7.24xlarge', 2, 1, undefined, 4, 0, 0],
  ['g7.48xlarge', 3, 2, undefined, 8, 0, 0],
  ['g7e.2xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g7e.4xlarge', 1, 0, NVIDIA, 1, 0, 0],
  ['g7e.8xlarge', 2, 1, NVIDIA, 1, 0, 0],
  ['g7e.12xlarge', 2, 1, NVIDIA, 2, 0, 0],
  ['g7e.24xlarge', 3, 2, NVIDIA, 4, 0, 0],
  ['g7e.48xlarge', 5, 4, NVIDIA, 8, 0, 0],
  ['p4d.24xlarge', 5, 4, NVIDIA, 8, 0, 0],
  ['p4de.24xlarge', 5, 4, NVIDIA, 8, 0, 0],
  ['p5.4xlarge', 2, 1, NVIDIA, 1, 0, 0],
  ['p5.48xlarge', 33, 32, NVIDIA, 8, 0, 0],
  ['p5e.48xlarge', 33, 32, NVIDIA, 8, 0, 0],
  ['p5en.48xlarge', 17, 16, NVIDIA, 8, 0, 0],
  ['p6-b200.48xlarge', 9, 8, NVIDIA, 8, 0, 0],
  ['p6-b300.48xlarge', 17, 16, NVIDIA, 8, 0, 0],
  ['inf2.xlarge', 1, 0, NEURON, 0, 1, 2],
  ['inf2.8xlarge', 1, 0, NEURON, 0, 1, 2],
  ['inf2.24xlarge', 1, 0, NEURON, 0, 6, 12],
  ['inf2.48xlarge', 1, 0, NEURON, 0, 12, 24],
  ['trn1.2xlarge', 1, 0, NEURON, 0, 1, 2],
  ['trn1.32xlarge', 9, 8, NEURON, 0, 16, 32],
  ['trn1n.32xlarge', 17, 16, NEURON, 0, 16, 32],
  ['trn2.3xlarge', 2, 1, NEURON, 0, 1, 4],
  ['trn2.48xlarge', 17, 16, NEURON, 0, 16, 64],
];
const HOME = {
  clusterName: 'Cell',
  clusterSecurityGroupId: 'sg-cluster',
  efaSecurityGroupId: 'sg-efa',
  nodeRoleArn: 'arn:aws:iam::111122223333:role/Node',
  acceleratorSubnetId: 'subnet-a',
  availabilityZone: 'us-east-1a',
};

/** Launch template data and properties of a node group of one such type. */
function build(instanceType: string): { readonly launch: Anything; readonly group: Anything } {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false, analyticsReporting: false }), 'Capacity');
  const plan = aNodeGroup({ name: 'group', instanceType });
  const made = new AcceleratorNodeGroup(stack, 'group', { plan, home: HOME, catalog: defaultCatalog, tags: {} });
  const propertiesOf = (resource: Anything) =>
    Object.values<Anything>(stack.resolve(resource._toCloudFormation()).Resources)[0].Properties;
  return { launch: propertiesOf(made.launchTemplate).LaunchTemplateData, group: propertiesOf(made.nodeGroup) };
}

const withImage = TABLE.filter(([, , , image]) => image !== undefined);

test('the table has every type of the catalogue that can be launched, and no other', () => {
  const launchable = defaultCatalog.instanceTypes.filter(({ status }) => status === 'available');
  expect(TABLE.map(([name]) => name).sort()).toEqual(launchable.map(({ name }) => name).sort());
});

test.each(withImage)('%s has %i interfaces, %i of them EFA, and boots %s', (...row) => {
  const [name, interfaces, efa, image] = row;
  const { launch, group } = build(name);
  expect(launch.InstanceType).toBe(name);
  const listed: readonly Anything[] = launch.NetworkInterfaces;
  expect(listed).toHaveLength(interfaces);
  expect(listed.filter(({ InterfaceType }) => InterfaceType === 'efa-only')).toHaveLength(efa);
  expect(listed.every(({ SubnetId, AssociatePublicIpAddress }) => !(SubnetId || AssociatePublicIpAddress))).toBe(true);
  expect(group.AmiType).toBe(image);
});

test.each(TABLE)('%s reports what its table says as allocatable', (...row) => {
  const [name, , efa, , gpus, chips, cores] = row;
  const instanceType = findInstanceType(defaultCatalog, name);
  const all = {
    'nvidia.com/gpu': gpus,
    'aws.amazon.com/neuron': chips,
    'aws.amazon.com/neuroncore': cores,
    'vpc.amazonaws.com/efa': efa,
  };
  expect(expectedAllocatable(instanceType, findAccelerator(defaultCatalog, instanceType.acceleratorKey))).toEqual(
    Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0)),
  );
});

test.each(TABLE.filter(([, , , image]) => image === undefined))('fails for %s, which has no image', (name) => {
  expect(() => build(name)).toThrow(`no EKS-optimized image has the driver that ${name} needs`);
});

describe('an idle connection', () => {
  const trackedOf = (name: string) =>
    build(name).launch.NetworkInterfaces.map((one: Anything) => one.ConnectionTrackingSpecification);

  test.each(['g7e.2xlarge', 'g7e.48xlarge', 'p6-b200.48xlarge', 'p6-b300.48xlarge'])(
    'is kept for an hour on %s, whose own interfaces forget it after 350 seconds',
    (name) => {
      const [primary, ...others] = trackedOf(name);
      expect(primary).toEqual({ TcpEstablishedTimeout: 3600 });
      expect(others.filter((one: Anything) => one !== undefined)).toEqual([]);
    },
  );

  test.each(['g6.xlarge', 'p5.48xlarge', 'p5en.48xlarge', 'trn2.48xlarge'])(
    'is left to the five days of %s',
    (name) => {
      expect(trackedOf(name).filter((one: Anything) => one !== undefined)).toEqual([]);
    },
  );
});

describe('a broken node', () => {
  const repairOf = (name: string) => build(name).group.NodeRepairConfig;

  test.each([
    ['p5.48xlarge', ['NvidiaDoubleBitError']],
    ['trn1.32xlarge', ['NeuronHBMUncorrectableError', 'NeuronSRAMUncorrectableError']],
  ])('%s is replaced at once where its answers are wrong', (name, reasons) => {
    expect(repairOf(name)).toEqual({
      Enabled: true,
      MaxParallelNodesRepairedCount: 2,
      NodeRepairConfigOverrides: reasons.map((NodeUnhealthyReason) => ({
        NodeMonitoringCondition: 'AcceleratedHardwareReady',
        NodeUnhealthyReason,
        MinRepairWaitTimeMins: 2,
        RepairAction: 'Replace',
      })),
    });
  });

  test('does not make way before its successor is there: reservations have no room for both', () => {
    expect(build('p5.48xlarge').group.UpdateConfig).toEqual({ MaxUnavailable: 1, UpdateStrategy: 'MINIMAL' });
  });
});
