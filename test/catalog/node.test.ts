import { defaultCatalog, findAccelerator, findInstanceType } from '../../lib/catalog/catalog';
import { amiType, expectedAllocatable } from '../../lib/catalog/node';

function rowsOf(name: string) {
  const instanceType = findInstanceType(defaultCatalog, name);
  return [instanceType, findAccelerator(defaultCatalog, instanceType.acceleratorKey)] as const;
}

test.each([
  ['g6.xlarge', 'AL2023_x86_64_NVIDIA'],
  ['p5en.48xlarge', 'AL2023_x86_64_NVIDIA'],
  ['p6e-gb200.36xlarge', 'AL2023_ARM_64_NVIDIA'],
  ['trn2.48xlarge', 'AL2023_x86_64_NEURON'],
  ['inf2.xlarge', 'AL2023_x86_64_NEURON'],
])('%s boots from %s', (name, expected) => {
  expect(amiType(...rowsOf(name))).toBe(expected);
});

test('fails for g7, whose GPU needs a driver that no EKS-optimized image has', () => {
  expect(() => amiType(...rowsOf('g7.48xlarge'))).toThrow(
    'no EKS-optimized image has the driver that g7.48xlarge needs',
  );
});

test('fails where the processor architecture is not published', () => {
  expect(() => amiType(...rowsOf('trn3.48xlarge'))).toThrow('no EKS-optimized image');
});

test.each([
  ['g6.xlarge', { 'nvidia.com/gpu': 1 }],
  ['p5.48xlarge', { 'nvidia.com/gpu': 8, 'vpc.amazonaws.com/efa': 32 }],
  ['p6-b300.48xlarge', { 'nvidia.com/gpu': 8, 'vpc.amazonaws.com/efa': 16 }],
  // 12 chips × 2 cores
  ['inf2.48xlarge', { 'aws.amazon.com/neuron': 12, 'aws.amazon.com/neuroncore': 24 }],
  // 16 chips × 4 logical cores at LNC 2
  ['trn2.48xlarge', { 'aws.amazon.com/neuron': 16, 'aws.amazon.com/neuroncore': 64, 'vpc.amazonaws.com/efa': 16 }],
])('%s reports %j', (name, expected) => {
  expect(expectedAllocatable(...rowsOf(name))).toEqual(expected);
});
