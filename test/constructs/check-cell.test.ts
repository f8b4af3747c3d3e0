import { checkCell } from '../../lib/constructs/check-cell';
import type { Cell, WeightsFileSystem } from '../../lib/workload/cell';
import { aCell, PRIVATE, SANDBOX } from '../stacks/cells';

const aCache = (override: Partial<Cell>): Partial<Cell> => ({
  account: '111122223333',
  profile: 'production',
  serving: { imageCache: {} },
  ...override,
});
const aFileSystem = (override: Partial<WeightsFileSystem>) => ({
  serving: {
    weightsBucket: 'weights',
    weightsFileSystem: { storageGibibytes: 1200, megabytesPerSecondPerTebibyte: 125 as const, ...override },
  },
});

describe('a cell', () => {
  test('of the examples can be built', () => {
    checkCell(SANDBOX);
    checkCell(PRIVATE);
    checkCell(aCell(aCache({})));
    checkCell(aCell(aFileSystem({})));
    checkCell(aCell(aFileSystem({ storageGibibytes: 7200 })));
  });

  test.each([
    ['an id that makes no stack name', { id: 'us-east-1' }, /its id must be/],
    ['an account of eleven digits', { account: '11112222333' }, /twelve digits, got "11112222333"/],
    ['zones of another region', { availabilityZones: ['us-west-2a', 'us-west-2b'] as const }, /zones of us-east-1/],
    [
      'one zone twice',
      { availabilityZones: ['us-east-1a', 'us-east-1a'] as const },
      /two different availability zones/,
    ],
    ['a patch version', { kubernetesVersion: '1.35.2' }, /such as "1.35", got "1.35.2"/],
    ['no system node', { systemNodes: 0 }, /at least one system node, got 0/],
    [
      'the account’s root as administrator',
      { adminRoleArn: 'arn:aws:iam::111122223333:root' },
      /EKS ignores any other/,
    ],
    ['an endpoint open to nobody', { publicAccessCidrs: [] }, /is empty/],
    ['a private endpoint open to everybody', { privateAccessCidrs: ['0.0.0.0/0'] }, /narrower than 0.0.0.0\/0, got/],
    ['one address without its length', { privateAccessCidrs: ['10.200.0.1'] }, /got "10.200.0.1"; write each as/],
    ['a block off its boundary', { privateAccessCidrs: ['10.200.0.1/16'] }, /got "10.200.0.1\/16"/],
    ['a byte that is none', { privateAccessCidrs: ['10.200.0.0/16', '10.256.0.0/16'] }, /got "10.256.0.0\/16"/],
    [
      'an image cache beside a registry',
      aCache({ serving: { imageCache: {}, imageRegistry: 'example.com' } }),
      /both an image cache and an image registry/,
    ],
    [
      'an image cache in nobody’s account',
      { profile: 'production' as const, serving: { imageCache: {} } },
      /name the account/,
    ],
    ['an image cache in a sandbox', aCache({ profile: 'sandbox' }), /would leave repositories behind/],
    [
      'an image cache with a secret under another name',
      aCache({
        serving: { imageCache: { githubSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:github' } },
      }),
      /from a secret named ecr-pullthroughcache\/…, got "arn:aws/,
    ],
    [
      'a file system of weights without a bucket',
      { serving: { weightsFileSystem: { storageGibibytes: 1200, megabytesPerSecondPerTebibyte: 125 as const } } },
      /has no bucket to read them from; name one in serving.weightsBucket/,
    ],
    [
      'a file system of a size that is not sold',
      aFileSystem({ storageGibibytes: 3600 }),
      /must hold 1200 GiB or a multiple of 2400, got 3600; round it up/,
    ],
    ['a file system without room', aFileSystem({ storageGibibytes: 0 }), /got 0; round it up/],
    [
      'a file system under a wrong id',
      aFileSystem({ mount: { fileSystemId: 'vol-1', mountName: 'abcdefgh' } }),
      /must look like fs-0123456789abcdef0, got "vol-1"; copy the output/,
    ],
    [
      'a file system under a wrong mount name',
      aFileSystem({ mount: { fileSystemId: 'fs-0123456789abcdef0', mountName: '/fsx' } }),
      /must be at most 8 letters and digits, got "\/fsx"/,
    ],
  ])('fails for %s', (_, override, message) => {
    expect(() => checkCell(aCell(override))).toThrow(message);
  });

  test('fails for a production endpoint open to everybody, which a sandbox may have', () => {
    checkCell(aCell({ publicAccessCidrs: ['0.0.0.0/0'] }));
    expect(() => checkCell({ ...PRIVATE, publicAccessCidrs: ['0.0.0.0/0'] })).toThrow(
      /production opens no API endpoint/,
    );
  });
});
