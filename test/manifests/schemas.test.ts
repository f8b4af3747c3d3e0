import { parse } from 'yaml';
import type { CellManifestsInput } from '../../lib/manifests/cell-manifests';
import {
  bursting,
  EXPERTS,
  fileOf,
  METRICS,
  MOUNTED,
  objectsOf,
  POOLS,
  SCALED,
  served,
  TRAINIUM1,
  TRAINIUM2,
  TWO_NODES,
  WEIGHTS,
} from './served-cells';
import { objectsWithin, RELEASES, Schemas } from './validation';

/** Between them every kind of object and every branch of a pod. */
const CELLS: readonly (readonly [string, CellManifestsInput])[] = [
  ['a sandbox', served()],
  ['a private cell of every engine', served({ serving: WEIGHTS }, EXPERTS, TRAINIUM1, TRAINIUM2)],
  [
    'a cell whose metrics are collected',
    served({ serving: WEIGHTS, observability: { level: 'metrics' } }, {}, TRAINIUM1),
  ],
  ['replicas over two nodes', served({ serving: WEIGHTS }, TWO_NODES)],
  ['nodes that Karpenter starts', bursting({ serving: METRICS })],
  [
    'wide nodes in reservations that Karpenter starts',
    bursting(
      { nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903', reservationIds: ['cr-0123456789abcdef0'] } },
      { instanceType: 'p5.48xlarge' },
    ),
  ],
  ['replicas that scale', served({ serving: METRICS, nodeScaling: { kind: 'clusterAutoscaler' } }, SCALED)],
  ['weights on a file system', served({ serving: MOUNTED }, EXPERTS, TRAINIUM1)],
  ['a gateway before the pools', served({ serving: { gateway: 'istio' } })],
  ['prefill and decode apart', served({ serving: { ...WEIGHTS, ...METRICS } }, POOLS)],
  [
    'replicas over two nodes that scale',
    served(
      { serving: { ...WEIGHTS, ...METRICS } },
      { ...TWO_NODES, replicas: { min: 1, plan: 1, max: 2 }, nodes: { min: 2, plan: 2, max: 4 } },
    ),
  ],
];

describe.each(RELEASES)('Kubernetes %s and the custom resources', (release) => {
  const schemas = new Schemas(release);

  test.each(CELLS)('accept every object of %s', (_, input) => {
    expect(objectsOf(input).flatMap((object) => schemas.faults(object))).toEqual([]);
    expect(schemas.faults(parse(fileOf(input, 'kustomization.yaml')))).toEqual([]);
  });

  test('fails where an unknown field stands, at any depth but in the maps that are free', () => {
    const free = new Set<string>();
    for (const object of CELLS.flatMap(([, input]) => objectsOf(input))) {
      for (const { at, object: inner } of objectsWithin(object)) {
        inner.unheardOf = 'x';
        if (schemas.faults(object).length === 0) free.add(at.split('/').at(-1) ?? '');
        delete inner.unheardOf;
      }
    }
    // Labels, selectors by label, quantities and file contents have names of their own.
    expect([...free].sort()).toEqual([
      'annotations',
      'data',
      'labels',
      'limits',
      'matchLabels',
      'nodeSelector',
      'requests',
      'selector',
      'tags',
      'volumeAttributes',
    ]);
  });

  test('fails where a required field is missing, a type is wrong, or nobody knows the kind', () => {
    const [account, deployment] = objectsOf(served()).filter(({ metadata }) => metadata.name === 'chat');
    expect(schemas.faults({ ...deployment, spec: { ...deployment.spec, selector: undefined } })).not.toEqual([]);
    expect(schemas.faults({ ...deployment, spec: { ...deployment.spec, replicas: '1' } })).not.toEqual([]);
    expect(schemas.faults({ ...account, kind: 'Account' })).toEqual(['no schema for v1 Account']);
  });
});

test('the cells here have every kind of object that can be written', () => {
  const kinds = new Set(CELLS.flatMap(([, input]) => objectsOf(input).map(({ kind }) => kind)));
  expect([...kinds].sort()).toEqual([
    'ClusterRole',
    'ClusterRoleBinding',
    'ConfigMap',
    'DaemonSet',
    'Deployment',
    'EC2NodeClass',
    'Gateway',
    'HTTPRoute',
    'InferencePool',
    'LeaderWorkerSet',
    'Namespace',
    'NetworkPolicy',
    'NodePool',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'PodDisruptionBudget',
    'Role',
    'RoleBinding',
    'ScaledObject',
    'Service',
    'ServiceAccount',
    'TriggerAuthentication',
  ]);
});
