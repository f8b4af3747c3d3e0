import { parse } from 'yaml';
import { cellManifests } from '../../lib/manifests/cell-manifests';
import type { ExpectedNodes } from '../../lib/manifests/expected-nodes';
import type { ServingPool } from '../../lib/planner/plan';
import { fixed } from '../../lib/units/range';
import { type Anything, fileOf, objectOf, objectsOf, POOLS, served, TWO_NODES, WEIGHTS } from './served-cells';

const SERVING = { ...WEIGHTS, metricsUrl: 'https://example.invalid/workspaces/ws-1' };
const cell = served({ serving: SERVING }, POOLS);
const podOf = (name: string): Anything => objectOf(cell, 'Deployment', name).spec.template;
const [prefill, decode] = [podOf('split-prefill'), podOf('split-decode')];
const [given] = [POOLS.pools ?? []];
const withPools = (...pools: readonly Partial<ServingPool>[]) =>
  served({ serving: SERVING }, { ...POOLS, pools: given.map((pool, index) => ({ ...pool, ...pools[index] })) });

test('each pool has servers of its own number and size, on nodes of its own', () => {
  expect(objectOf(cell, 'Deployment', 'split-prefill').spec.replicas).toBe(3);
  const { minReplicaCount, maxReplicaCount, scaleTargetRef } = objectOf(cell, 'ScaledObject', 'split-decode').spec;
  expect([minReplicaCount, maxReplicaCount, scaleTargetRef.name]).toEqual([2, 4, 'split-decode']);
  expect(prefill.spec.containers[0].args).toEqual(
    expect.arrayContaining(['--tensor-parallel-size=4', '--max-num-seqs=4', '--max-num-batched-tokens=16384']),
  );
  expect(decode.spec.containers[0].args).toEqual(
    expect.arrayContaining(['--tensor-parallel-size=8', '--max-num-seqs=256']),
  );
  expect(decode.spec.containers[0].args.join()).not.toContain('max-num-batched-tokens');
  for (const [role, { spec }] of [
    ['prefill', prefill],
    ['decode', decode],
  ] as const) {
    expect(spec.nodeSelector).toEqual({ 'headroom/workload': 'split', 'headroom/pool': role });
  }
  const nodes: readonly ExpectedNodes[] = JSON.parse(fileOf(cell, 'expected-nodes.json'));
  // Two servers of four GPUs to a node of eight, and one of eight: 5,120 MiB for each.
  expect(nodes.map(({ labels, allocatable }) => [labels['headroom/pool'], allocatable['hugepages-2Mi']])).toEqual([
    ['prefill', '10240Mi'],
    ['decode', '5120Mi'],
  ]);
});

test('however many servers share a node, the huge pages that they ask for are no more than two servers’', () => {
  const { pools = [] } = POOLS;
  const [prefillPool, decodePool] = pools;
  if (prefillPool === undefined || decodePool === undefined) throw new Error('there are two pools');
  const small = { ...prefillPool, shape: { ...prefillPool.shape, acceleratorsPerReplica: 2, tensorParallel: 2 } };
  const shared = served({ serving: SERVING }, { ...POOLS, pools: [small, decodePool] });
  const { limits } = objectOf(shared, 'Deployment', 'split-prefill').spec.template.spec.containers[0].resources;
  // Four servers of two GPUs on a node of eight: 10,240 ÷ 4.
  expect(limits['hugepages-2Mi']).toBe('2560Mi');
  const [nodes]: readonly ExpectedNodes[] = JSON.parse(fileOf(shared, 'expected-nodes.json'));
  expect(nodes?.allocatable['hugepages-2Mi']).toBe('10240Mi');
});

test('no two Deployments select the same pods', () => {
  const selectors = objectsOf(cell)
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ spec }) => spec.selector.matchLabels);
  for (const selector of selectors) {
    const selected = objectsOf(cell).filter(
      ({ kind, spec }) =>
        kind === 'Deployment' &&
        Object.entries(selector).every(([key, value]) => spec.template.metadata.labels[key] === value),
    );
    expect(selected).toHaveLength(1);
  }
});

test('caches go from pool to pool by NIXL over libfabric, and a transfer that fails is no second prefill', () => {
  for (const { spec } of [prefill, decode]) {
    const [server] = spec.containers;
    const flag = server.args.find((arg: string) => arg.startsWith('--kv-transfer-config='));
    expect(JSON.parse(flag.split('=')[1])).toEqual({
      kv_connector: 'NixlConnector',
      kv_role: 'kv_both',
      kv_load_failure_policy: 'fail',
      kv_connector_extra_config: { backends: ['LIBFABRIC'] },
    });
    expect(server.env).toEqual(
      expect.arrayContaining([
        { name: 'FI_PROVIDER', value: 'efa' },
        { name: 'VLLM_NIXL_SIDE_CHANNEL_HOST', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ]),
    );
    expect(server.securityContext.capabilities.add).toEqual(['IPC_LOCK']);
  }
});

test('no server starts before libfabric has found EFA in its pod, with the interfaces that it takes itself', () => {
  // p5en.48xlarge has 16 interfaces: half of them for four of eight GPUs.
  for (const [{ spec }, interfaces] of [
    [prefill, '8'],
    [decode, '16'],
  ] as const) {
    const [check] = spec.initContainers;
    expect(check).toMatchObject({ name: 'efa-check', image: spec.containers[0].image });
    expect(check.command.slice(1)).toEqual(['-p', 'efa', '-t', 'FI_EP_RDM']);
    expect(check.resources.limits).toEqual({ 'vpc.amazonaws.com/efa': interfaces, 'hugepages-2Mi': '5120Mi' });
    expect(spec.containers[0].resources.limits['vpc.amazonaws.com/efa']).toBe(interfaces);
  }
});

test('requests reach a decode server through its proxy, which the picker tells of a prefill server', () => {
  const proxy = decode.spec.initContainers.at(-1);
  expect(proxy).toMatchObject({ name: 'routing-proxy', restartPolicy: 'Always', ports: [{ containerPort: 8000 }] });
  expect(proxy.args).toEqual(expect.arrayContaining(['--model-server-port=8200', '--kv-connector=nixlv2']));
  const [server] = decode.spec.containers;
  expect(server.args).toContain('--port=8200');
  expect(server.readinessProbe.httpGet.port).toBe(server.ports[0].name);
  expect(server.ports[0].containerPort).toBe(8200);
  expect(prefill.spec.containers[0].ports[0].containerPort).toBe(8000);
  const { 'plugins.yaml': configuration } = objectOf(cell, 'ConfigMap', 'split-picker').data;
  const { plugins, schedulingProfiles } = parse(configuration);
  const declared = plugins.map(({ type }: { type: string }) => type);
  expect(schedulingProfiles.map(({ name }: { name: string }) => name)).toEqual(['prefill', 'decode']);
  for (const profile of schedulingProfiles) {
    expect(profile.plugins[0].pluginRef).toBe(`${profile.name}-filter`);
    for (const { pluginRef } of profile.plugins) expect(declared).toContain(pluginRef);
  }
});

test('the inference pool has the servers of both pools, the service those that decode, the firewall lets them talk', () => {
  const matches = (labels: Anything, pod: Anything) =>
    Object.entries(labels).every(([key, value]) => pod.metadata.labels[key] === value);
  const pool = objectOf(cell, 'InferencePool', 'split').spec.selector.matchLabels;
  const service = objectOf(cell, 'Service', 'split').spec.selector;
  expect([prefill, decode].map((pod) => matches(pool, pod))).toEqual([true, true]);
  expect([prefill, decode].map((pod) => matches(service, pod))).toEqual([false, true]);
  const { podSelector, ingress } = objectOf(cell, 'NetworkPolicy', 'split-nodes').spec;
  expect([prefill, decode].map((pod) => matches(podSelector.matchLabels, pod))).toEqual([true, true]);
  expect(ingress).toEqual([{ from: [{ podSelector }] }]);
});

test('of a pool over several nodes the first node of each replica takes requests', () => {
  const wide = { ...given[1], shape: { ...given[1]?.shape, ...TWO_NODES.shape } } as ServingPool;
  const input = withPools({}, { ...wide, replicas: fixed(1) });
  const { leaderTemplate, workerTemplate } = objectOf(input, 'LeaderWorkerSet', 'split-decode').spec
    .leaderWorkerTemplate;
  const selected = objectOf(input, 'InferencePool', 'split').spec.selector.matchLabels;
  const [leader, worker] = [leaderTemplate, workerTemplate].map(({ metadata }: Anything) =>
    Object.entries(selected).every(([key, value]) => metadata.labels[key] === value),
  );
  expect([leader, worker]).toEqual([true, false]);
});

test('fails on nodes without EFA, naming the pool', () => {
  const small = { ...given[0]?.shape, instanceType: 'g6.xlarge', acceleratorsPerReplica: 1, tensorParallel: 1 };
  expect(() => cellManifests(withPools({ shape: small } as Partial<ServingPool>))).toThrow(
    'workload split has its prefill pool on g6.xlarge, which has no EFA, so that caches would go over TCP; choose a type that has it',
  );
});

test('fails where a cell has one pool without the other', () => {
  expect(() => cellManifests(withPools({ replicas: fixed(0) }))).toThrow(
    'workload split has the pools decode in cell UsEast1; plan one of each role there',
  );
});

test('fails for pools on Neuron', () => {
  const trainium = { ...given[0]?.shape, instanceType: 'trn2.48xlarge', engine: 'vllm-neuron' };
  expect(() => cellManifests(withPools({ shape: trainium } as Partial<ServingPool>))).toThrow(
    'workload split has its prefill pool on vllm-neuron, and pools are written for vLLM on GPUs alone; plan it whole',
  );
});

test('fails where a pool would share a name with another workload', () => {
  expect(() => cellManifests(served({ serving: SERVING }, POOLS, { name: 'split-decode' }))).toThrow(
    'workload split has a pool named split-decode, as another workload of cell UsEast1 is; rename that one',
  );
});

test('the kustomization has one file for a workload with pools', () => {
  expect(parse(fileOf(cell, 'kustomization.yaml')).resources).toContain('workloads/split.yaml');
});
