import { cellManifests } from '../../lib/manifests/cell-manifests';
import { fileOf, objectOf, served, TRAINIUM1, TWO_NODES, WEIGHTS } from './served-cells';

const plugins = (...args: Parameters<typeof served>) =>
  cellManifests(served(...args))
    .map(({ path }) => path)
    .filter((path) => path.endsWith('device-plugin.yaml'));

test('a cell has the device plug-ins of its nodes and no others', () => {
  // g6.xlarge has no EFA.
  expect(plugins()).toEqual(['nvidia-device-plugin.yaml']);
  expect(plugins({ serving: WEIGHTS }, TWO_NODES)).toEqual(['nvidia-device-plugin.yaml', 'efa-device-plugin.yaml']);
  expect(plugins({ serving: WEIGHTS }, TRAINIUM1)).toEqual(['efa-device-plugin.yaml', 'neuron-device-plugin.yaml']);
});

test('a device plug-in runs on its own nodes, whatever their taint', () => {
  const cell = served({ serving: WEIGHTS }, TWO_NODES, TRAINIUM1, {});
  const typesOf = (name: string) =>
    objectOf(cell, 'DaemonSet', name).spec.template.spec.affinity.nodeAffinity
      .requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values;
  expect(typesOf('nvidia-device-plugin')).toEqual(['g6.xlarge', 'p5en.48xlarge']);
  expect(typesOf('aws-efa-k8s-device-plugin')).toEqual(['p5en.48xlarge', 'trn1.32xlarge']);
  expect(typesOf('neuron-device-plugin')).toEqual(['trn1.32xlarge']);
  const { tolerations } = objectOf(cell, 'DaemonSet', 'aws-efa-k8s-device-plugin').spec.template.spec;
  expect(tolerations.map(({ key }: { key: string }) => key)).toEqual([
    'CriticalAddonsOnly',
    'nvidia.com/gpu',
    'aws.amazon.com/neuron',
  ]);
});

test('the NVIDIA plug-in is new enough to leave EFA devices alone, and is told to', () => {
  const [container] = objectOf(served(), 'DaemonSet', 'nvidia-device-plugin').spec.template.spec.containers;
  const [major, minor, patch] = container.image.split(':v')[1].split('.').map(Number);
  expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(19_003);
  expect(container.env).toContainEqual({ name: 'MOFED_ENABLED', value: 'false' });
});

test('the expected nodes say what each group reports', () => {
  expect(JSON.parse(fileOf(served({ serving: WEIGHTS }, TWO_NODES, TRAINIUM1), 'expected-nodes.json'))).toEqual([
    {
      labels: { 'headroom/node-group': 'wide-nodes', 'headroom/workload': 'wide' },
      instanceType: 'p5en.48xlarge',
      nodes: { min: 4, plan: 4, max: 4 },
      allocatable: { 'nvidia.com/gpu': 8, 'vpc.amazonaws.com/efa': 16, 'hugepages-2Mi': '5120Mi' },
    },
    {
      labels: { 'headroom/node-group': 'dense-nodes', 'headroom/workload': 'dense' },
      instanceType: 'trn1.32xlarge',
      nodes: { min: 1, plan: 1, max: 1 },
      allocatable: { 'aws.amazon.com/neuron': 16, 'aws.amazon.com/neuroncore': 32, 'vpc.amazonaws.com/efa': 8 },
    },
  ]);
});
