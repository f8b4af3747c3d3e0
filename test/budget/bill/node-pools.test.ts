import fc from 'fast-check';
import { templateOfManifests } from '../../../lib/budget/bill/manifest-template';
import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import { BOUNDS } from '../../../lib/units/range';
import { anAssumption, aStack, bill, quantities, reasons, totals } from './billing';

type Json = Record<string, unknown>;

const CLASS = {
  apiVersion: 'karpenter.k8s.aws/v1',
  kind: 'EC2NodeClass',
  metadata: { name: 'chat' },
  spec: {
    amiSelectorTerms: [{ alias: 'al2023@v20260903' }],
    instanceProfile: 'nodes',
    subnetSelectorTerms: [{ id: 'subnet-1' }],
    securityGroupSelectorTerms: [{ id: 'sg-1' }],
    associatePublicIPAddress: false,
    blockDeviceMappings: [
      { deviceName: '/dev/xvda', ebs: { volumeSize: '200Gi', volumeType: 'gp3', iops: 4000, encrypted: true } },
    ],
  },
};
const type = (...values: readonly string[]) => ({ key: 'node.kubernetes.io/instance-type', operator: 'In', values });
const TENANCY = { key: 'karpenter.k8s.aws/instance-tenancy', operator: 'In', values: ['default'] };

const POOL = {
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'chat', annotations: { 'headroom/planned-nodes': '1' } },
  spec: {
    limits: { nodes: '3', cpu: '12' } as Json,
    template: {
      spec: {
        nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'chat' },
        requirements: [type('g6.xlarge'), TENANCY] as readonly Json[],
      },
    },
  },
};

/** Manifests of a cluster, JSON being YAML. */
function manifests(...objects: readonly unknown[]): StackTemplate {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const files = [{ path: 'objects.yaml', text }];
  const cell = { cluster: 'UsEast1', region: 'us-east-1', account: undefined, files };
  return templateOfManifests({ path: 'UsEast1/manifests', ...cell, sha256: (given) => `${given.length}` });
}

type Change = (pool: typeof POOL, nodeClass: typeof CLASS & { spec: Json }) => void;

function changed(change: Change = () => {}) {
  const [pool, nodeClass] = [structuredClone(POOL), structuredClone(CLASS) as typeof CLASS & { spec: Json }];
  change(pool, nodeClass);
  return bill([manifests(nodeClass, pool)]);
}

describe('a node pool', () => {
  test('is none at min, the planned nodes at plan, and its limits and one node more at max', () => {
    // December: 744 h. One and four g6.xlarge × 0.8048; 200 GiB × 0.08 and 1,000 IOPS × 0.005 a node.
    const of = changed();
    expect(of.unpriced).toEqual([]);
    expect(quantities(of)).toMatchObject({ instanceHours: '0 | 1 | 4', volumeStorage: '0 | 200 | 800' });
    expect(totals(of)).toEqual({
      instanceHours: '0 | 598.7712 | 2395.0848',
      volumeStorage: '0 | 16 | 64',
      volumeIops: '0 | 5 | 20',
    });
    expect(of.charges[0]).toMatchObject({ stack: 'UsEast1/manifests', type: 'Kubernetes::karpenter.sh::NodePool' });
  });

  test('without a planned number is planned at its most', () => {
    expect(quantities(changed((pool) => Object.assign(pool.metadata, { annotations: {} }))).instanceHours).toBe(
      '0 | 4 | 4',
    );
  });

  test('of several types costs what its dearest does, and has as many nodes as the smallest allows', () => {
    // 12 vCPUs are three g6.xlarge of 4; p5.48xlarge of 192 would be none. Four nodes at the p5's price.
    const of = changed((pool) => {
      pool.spec.limits = { cpu: '12' };
      pool.spec.template.spec.requirements = [type('g6.xlarge', 'p5.48xlarge'), TENANCY];
    });
    expect(of.charges.find(({ dimension }) => dimension === 'instanceHours')).toMatchObject({
      offer: 'instance:p5.48xlarge:onDemand',
      quantity: { min: '0', plan: '1', max: '4' },
    });
  });

  test.each<[string, Json, string]>([
    ['GPUs', { 'nvidia.com/gpu': '5' }, '0 | 1 | 6'],
    ['nodes written as a number', { nodes: 2 }, '0 | 1 | 3'],
    ['the tightest of all', { nodes: '9', cpu: '8', 'nvidia.com/gpu': '7' }, '0 | 1 | 3'],
    ['vCPUs that are no whole node', { cpu: '11' }, '0 | 1 | 3'],
  ])('is bounded by %s', (_, limits, nodes) => {
    expect(quantities(changed((pool) => Object.assign(pool.spec, { limits }))).instanceHours).toBe(nodes);
  });

  test('of a fixed number of nodes is planned at that', () => {
    const of = changed((pool) => Object.assign(pool.spec, { replicas: 2, limits: { nodes: '3' } }));
    expect(quantities(of).instanceHours).toBe('0 | 2 | 4');
  });

  test('raising a limit is never cheaper, and min ≤ plan ≤ max', () => {
    const limits = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(limits, limits, fc.nat(9), (a, b, planned) => {
        const at = (nodes: number) =>
          changed((pool) => {
            pool.spec.limits = { nodes: `${nodes}` };
            pool.metadata.annotations['headroom/planned-nodes'] = `${Math.min(planned, nodes)}`;
          });
        const [low, high] = [at(Math.min(a, b)), at(Math.max(a, b))];
        expect(Number(low.windowTotal.max)).toBeLessThanOrEqual(Number(high.windowTotal.max));
        for (const { windowTotal } of [low, high]) {
          const [min, plan, max] = BOUNDS.map((bound) => Number(windowTotal[bound]));
          expect([min ?? 0, plan ?? 0, max ?? 0]).toEqual([min, plan, max].sort((x, y) => (x ?? 0) - (y ?? 0)));
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('fails closed: unpriced is', () => {
  test.each<[string, Change, Readonly<Record<string, RegExp>>]>([
    [
      'a pool without limits',
      (pool) => Object.assign(pool.spec, { limits: undefined }),
      { instanceHours: /no limits/ },
    ],
    [
      'limits that count nothing known',
      (pool) => (pool.spec.limits = { memory: '64Gi' }),
      { instanceHours: /no limits/ },
    ],
    ['a limit that is no number', (pool) => (pool.spec.limits = { nodes: 'many' }), { instanceHours: /no limits/ }],
    [
      'a pool that leaves its types open',
      (pool) => (pool.spec.template.spec.requirements = [TENANCY]),
      { instanceHours: /leaves its instance types open/ },
    ],
    [
      'a pool that only excludes types',
      (pool) => (pool.spec.template.spec.requirements = [{ ...type('p5.48xlarge'), operator: 'NotIn' }, TENANCY]),
      { instanceHours: /leaves its instance types open/ },
    ],
    [
      'a type without a price',
      (pool) => (pool.spec.template.spec.requirements = [type('nobody.knows'), TENANCY]),
      { instanceHours: /no price for instance:nobody.knows/ },
    ],
    [
      'more planned nodes than the limits allow',
      (pool) => (pool.metadata.annotations['headroom/planned-nodes'] = '5'),
      { instanceHours: /5 nodes are planned and the limits allow 4/ },
    ],
    [
      'a pool that gives dedicated instances to who asks',
      (pool) => (pool.spec.template.spec.requirements = [type('g6.xlarge')]),
      { dedicatedTenancy: /require the default tenancy/ },
    ],
    ['a field that nobody looked at', (pool) => Object.assign(pool.spec, { turbo: true }), { poolturbo: /turbo/ }],
    [
      'a class that is not there',
      (_, nodeClass) => (nodeClass.metadata.name = 'other'),
      { instanceHours: /EC2NodeClass chat is not among the manifests/ },
    ],
    [
      'a class that leaves the root volume to Karpenter',
      (_, nodeClass) => Object.assign(nodeClass.spec, { blockDeviceMappings: undefined }),
      { volumeStorage: /Karpenter decides the root volume/ },
    ],
    [
      'a volume of an odd size',
      (_, nodeClass) =>
        Object.assign(nodeClass.spec, {
          blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { volumeSize: '1G' } }],
        }),
      { volumeStorage: /not a whole number of Gi or Ti/ },
    ],
    [
      'a class that may give public addresses',
      (_, nodeClass) => Object.assign(nodeClass.spec, { associatePublicIPAddress: undefined }),
      { publicIpv4Hours: /may get public addresses/ },
    ],
    [
      'an image of somebody',
      (_, nodeClass) => Object.assign(nodeClass.spec, { amiSelectorTerms: [{ id: 'ami-1' }] }),
      { imageSoftware: /only al2023 aliases/ },
    ],
    [
      'detailed monitoring',
      (_, nodeClass) => Object.assign(nodeClass.spec, { detailedMonitoring: true }),
      { detailedMonitoring: /billed by metric/ },
    ],
  ])('%s', (_, change, expected) => {
    const found = reasons(changed(change));
    for (const [dimension, reason] of Object.entries(expected)) expect(found[dimension]).toMatch(reason);
  });

  test('an object of a kind that nobody looked at, or a file that is no YAML', () => {
    const bucket = { apiVersion: 's3.services.k8s.aws/v1alpha1', kind: 'Bucket', metadata: { name: 'b' }, spec: {} };
    const balanced = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { type: 'LoadBalancer' } };
    const gateway = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'g' }, spec: {} };
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec: {} };
    const types = bill([manifests(bucket, balanced, gateway, claim)]).unpriced.map(({ dimension }) => dimension);
    expect(types.sort()).toEqual([
      'Kubernetes::PersistentVolumeClaim',
      'Kubernetes::Service',
      'Kubernetes::gateway.networking.k8s.io::Gateway',
      'Kubernetes::s3.services.k8s.aws::Bucket',
    ]);
    const files = [{ path: 'broken.yaml', text: 'a: [' }];
    const cell = { path: 'A', cluster: 'A', region: 'us-east-1', account: undefined };
    expect(bill([templateOfManifests({ ...cell, files, sha256: String })]).unpriced).toHaveLength(1);
  });

  test('and a declared ceiling bounds it', () => {
    const open = structuredClone(POOL);
    open.spec.limits = {};
    const of = bill([manifests(CLASS, open)], {
      assumptions: [anAssumption('instanceHours', '900', { unit: 'USD/month', scope: 'UsEast1/manifests' })],
    });
    expect(totals(of).instanceHours).toBe('0 | 0 | 900');
  });
});

test('what runs on counted nodes is no resource of the bill, and changes the evidence all the same', () => {
  const account = (name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  expect(bill([manifests(account('a'))]).resources.total).toBe(0);
  expect(manifests(account('a')).sha256).not.toBe(manifests(account('bb')).sha256);
});

describe('objects that the CDK’s kubectl provider applies', () => {
  const applied = (Manifest: unknown) =>
    aStack({
      Cluster: { Type: 'AWS::EKS::Cluster', Properties: { Name: 'UsEast1', Version: '1.36' } },
      It: {
        Type: 'Custom::AWSCDK-EKS-KubernetesResource',
        Properties: { ClusterName: { Ref: 'Cluster' }, Manifest },
      },
    });

  test('are counted like rendered ones', () => {
    expect(quantities(bill([applied(JSON.stringify([CLASS, POOL]))]), 'It')).toMatchObject({
      instanceHours: '0 | 1 | 4',
    });
    expect(quantities(bill([manifests(CLASS), applied(JSON.stringify([POOL]))]), 'It').instanceHours).toBe('0 | 1 | 4');
  });

  test('cost nothing where they run on counted nodes', () => {
    const of = bill([applied(JSON.stringify([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }]))]);
    expect(of.free.find(({ logicalId }) => logicalId === 'It')?.reason).toMatch(/nothing outside the cluster/);
  });

  test.each<[string, unknown, RegExp]>([
    ['not written out', { 'Fn::Join': ['', ['[', { Ref: 'Cluster' }, ']']] }, /not literally in the template/],
    ['no JSON', 'apiVersion: v1', /not literally in the template/],
    [
      'a kind that nobody looked at',
      '[{"apiVersion":"a.b/v1","kind":"C","metadata":{"name":"d"}}]',
      /what the C makes outside the cluster is not known/,
    ],
  ])('fail closed when %s', (_, manifest, reason) => {
    const [line] = bill([applied(manifest)]).unpriced.filter(({ logicalId }) => logicalId === 'It');
    expect(line?.reason).toMatch(reason);
  });
});

describe('nodes that join a cluster by an access entry of their own', () => {
  const admitted = (Type: unknown, ClusterName: unknown = 'UsEast1') =>
    aStack({ It: { Type: 'AWS::EKS::AccessEntry', Properties: { ClusterName, PrincipalArn: 'x', Type } } });

  test('are billed through the node pools of that cluster', () => {
    const of = bill([admitted('EC2_LINUX'), manifests(CLASS, POOL)]);
    expect(of.unpriced).toEqual([]);
    expect(of.free.find(({ logicalId }) => logicalId === 'It')?.reason).toMatch(/node pools/);
  });

  test('fail closed without any, with those of another cluster, or of a type that is open', () => {
    for (const stacks of [
      [admitted('EC2_LINUX')],
      [admitted('EC2_LINUX', 'Other'), manifests(CLASS, POOL)],
      [admitted({ Ref: 'Unknown' }), manifests(CLASS, POOL)],
    ]) {
      expect(bill(stacks).unpriced.map(({ dimension }) => dimension)).toEqual(['selfManagedNodes']);
    }
  });

  test('people cost nothing', () => {
    expect(bill([admitted(undefined)]).free).toHaveLength(1);
    expect(bill([admitted('STANDARD')]).unpriced).toEqual([]);
  });
});
