import { checkServing, imageReference } from '../../lib/manifests/image-reference';
import { IMAGES, type ImageName } from '../../lib/manifests/images';
import type { Cell } from '../../lib/workload/cell';
import { aCell, WEIGHTS } from './served-cells';

const NAMES = Object.keys(IMAGES) as ImageName[];
const PRIVATE: Partial<Cell> = { network: { kind: 'own', cidr: '10.0.0.0/16', egress: 'endpoints' } };

test.each(NAMES)('%s is pinned by a tag with a source and a date', (name) => {
  const { tag, source, asOf } = IMAGES[name];
  expect(tag).toMatch(/\d+\.\d+/);
  expect(source.length).toBeGreaterThan(10);
  expect(asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(() => checkServing(aCell({ serving: { images: { [name]: imageReference(name, aCell()) } } }))).not.toThrow();
});

test('an image is pulled from who publishes it, or by that name from the registry of the cell', () => {
  expect(imageReference('nvidiaDevicePlugin', aCell())).toBe('nvcr.io/nvidia/k8s-device-plugin:v0.20.0');
  expect(imageReference('nvidiaDevicePlugin', aCell({ serving: WEIGHTS }))).toBe(
    '111122223333.dkr.ecr.us-east-1.amazonaws.com/nvcr.io/nvidia/k8s-device-plugin:v0.20.0',
  );
  expect(imageReference('vllm', aCell({ serving: { images: { vllm: 'example.com/vllm:1.2.3' } } }))).toBe(
    'example.com/vllm:1.2.3',
  );
});

describe('a cache in the account’s own registry', () => {
  const OWN = '111122223333.dkr.ecr.us-east-1.amazonaws.com';
  const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/github-AbCdEf';
  const cached = (cell: Partial<Cell> = {}) => aCell({ account: '111122223333', serving: { imageCache: {} }, ...cell });

  test('has the images of the registries that it has rules for, and no others', () => {
    expect(imageReference('vllm', cached())).toBe(
      `${OWN}/public.ecr.aws/deep-learning-containers/vllm:server-cuda-v1.3`,
    );
    expect(imageReference('endpointPicker', cached())).toMatch(new RegExp(`^${OWN}/registry.k8s.io/`));
    expect(imageReference('nvidiaDevicePlugin', cached())).toBe('nvcr.io/nvidia/k8s-device-plugin:v0.20.0');
    expect(imageReference('routingProxy', cached())).toMatch(/^ghcr\.io\//);
    const withGithub = cached({ serving: { imageCache: { githubSecretArn: SECRET } } });
    expect(imageReference('routingProxy', withGithub)).toMatch(new RegExp(`^${OWN}/ghcr.io/`));
  });

  test('fails in a cell without a way out for an image that it cannot have, until that one is named', () => {
    expect(() => imageReference('nvidiaDevicePlugin', cached(PRIVATE))).toThrow(
      'the model servers of cell UsEast1 cannot start: its image cache has no rule for nvcr.io, which publishes nvidiaDevicePlugin; copy the image to a registry that it reaches and name it in serving.images.nvidiaDevicePlugin',
    );
    expect(imageReference('vllm', cached(PRIVATE))).toMatch(new RegExp(`^${OWN}/`));
    expect(() => checkServing(cached({ ...PRIVATE, serving: { imageCache: {}, weightsBucket: 'w' } }))).not.toThrow();
  });
});

test('EKS’s images come from EKS’s registry in the region', () => {
  const efa = (cell: Partial<Cell>) => imageReference('efaDevicePlugin', aCell(cell));
  expect(efa({ serving: WEIGHTS })).toMatch(/^602401143452\.dkr\.ecr\.us-east-1\.amazonaws\.com\/eks\/aws-efa/);
  expect(efa({ region: 'ap-southeast-4' })).toMatch(/^491585149902\.dkr\.ecr\.ap-southeast-4\./);
});

test('fails where no source names EKS’s registry, and says which image to give', () => {
  expect(() => imageReference('efaDevicePlugin', aCell({ id: 'Moon', region: 'moon-1' }))).toThrow(
    "no source names EKS's image registry in moon-1, so cell Moon cannot pull efaDevicePlugin; give the image as serving.images.efaDevicePlugin",
  );
});

test.each([
  'example.com/vllm:latest',
  'example.com/vllm',
  'vllm:1.2.3',
  'example.com/vllm@sha256:abc',
  'example.com:5000/vllm',
])('fails for an image that is not pinned: %s', (vllm) => {
  expect(() => checkServing(aCell({ serving: { images: { vllm } } }))).toThrow(
    `the model servers of cell UsEast1 cannot start: its image vllm is ${vllm}; pin it by a tag other than latest, or by its digest`,
  );
});

test('fails for an image that nothing uses, and names those that are used', () => {
  expect(() => checkServing(aCell({ serving: { images: { vlm: 'example.com/vllm:1.2.3' } } }))).toThrow(
    /there is no image vlm; its serving.images may name nvidiaDevicePlugin, /,
  );
});

test('fails for a cell without a way out until it has a registry and a bucket', () => {
  expect(() => checkServing(aCell(PRIVATE))).toThrow(/no way out to where images are published; name a registry/);
  expect(() => checkServing(aCell({ ...PRIVATE, serving: { imageRegistry: 'example.com' } }))).toThrow(
    /no way out to the Hugging Face hub; name a bucket/,
  );
  expect(() => checkServing(aCell({ ...PRIVATE, serving: WEIGHTS }))).not.toThrow();
});
