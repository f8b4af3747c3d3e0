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

const given = (override: object) => ({
  network: {
    kind: 'existing' as const,
    vpcId: 'vpc-0123456789abcdef0',
    vpcCidr: '10.0.0.0/16',
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    ...override,
  },
});

describe('a cell', () => {
  test('of the examples can be built', () => {
    checkCell(SANDBOX);
    checkCell(PRIVATE);
    checkCell(aCell(aCache({})));
    checkCell(aCell(aFileSystem({})));
    checkCell(aCell(aFileSystem({ storageGibibytes: 7200 })));
    checkCell(aCell(aFileSystem({ efa: true, megabytesPerSecondPerTebibyte: 1000, storageGibibytes: 9600 })));
    checkCell(aCell(given({})));
    for (const metricsUrl of ['http://prometheus.monitoring:9090', 'https://metrics.example.com/prometheus/team']) {
      checkCell(aCell({ serving: { metricsUrl } }));
    }
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
      'a zone without control planes',
      { availabilityZones: ['use1-az4', 'use1-az3'] as const },
      /in use1-az3, and every/,
    ],
    ['a given VPC by its name', given({ vpcId: 'main' }), /an id such as "vpc-0123456789abcdef0", got "main"/],
    ['a given VPC without its block', given({ vpcCidr: '10.0.0.0' }), /one such as "10.0.0.0\/16", got "10.0.0.0"/],
    [
      'a given subnet by its name',
      given({ privateSubnetIds: ['subnet-0123456789abcdef0', 'b'] }),
      /ids such as .*, got "b"/,
    ],
    [
      'one given subnet for two zones',
      given({ privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef0'] }),
      /hold subnet-0123456789abcdef0 twice/,
    ],
    ['system nodes of no type', { systemInstanceType: 'm5larg' }, /such as "m5.large", got "m5larg"/],
    [
      'the same reader twice',
      { observability: { level: 'alarms' as const, emails: ['a@example.com', 'a@example.com'] } },
      /go to a@example.com twice/,
    ],
    [
      'weights at a path',
      { serving: { weightsBucket: 's3://weights/llama' } },
      /by its name alone, got "s3:\/\/weights/,
    ],
    ['images at a URL', { serving: { imageRegistry: 'https://example.com/' } }, /by its host, got "https:\/\/example/],
    [
      'metrics that are no URL',
      { serving: { metricsUrl: 'prometheus:9090' } },
      /asks its metrics at a URL .* got "prom/,
    ],
    [
      'metrics at the path of a query',
      { serving: { metricsUrl: 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/query' } },
      /without what follows \/api\/v1/,
    ],
    [
      'metrics with a last slash',
      { serving: { metricsUrl: 'http://prometheus.monitoring:9090/' } },
      /without a last slash/,
    ],
    [
      'a file system over EFA in less than a server',
      aFileSystem({ efa: true, megabytesPerSecondPerTebibyte: 500, storageGibibytes: 4800 }),
      /500 MB\/s for each TiB over EFA, which takes a multiple of 9600 GiB, got 4800/,
    ],
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
