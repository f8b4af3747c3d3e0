import { eksNodeGroupName } from '../../lib/catalog/node';
import { cellManifests } from '../../lib/manifests/cell-manifests';
import { type Anything, objectsOf, served, WEIGHTS } from './served-cells';

const AUTOSCALED = { nodeScaling: { kind: 'clusterAutoscaler' } } as const;
const SCALED = { nodes: { min: 1, plan: 2, max: 4 } };
const autoscaled = (cell: object) => served({ ...AUTOSCALED, ...cell }, SCALED, { name: 'fixed' });
const named = (cell: object): readonly Anything[] =>
  objectsOf(autoscaled(cell)).filter(({ metadata }) => metadata.name === 'cluster-autoscaler');
const one = (cell: object, kind: string): Anything => named(cell).find((object) => object.kind === kind);

describe('Cluster Autoscaler', () => {
  test('finds the groups that it may scale by the names that they have in EKS, and no others', () => {
    const [container] = one({}, 'Deployment').spec.template.spec.containers;
    const found = container.args.filter((arg: string) => arg.startsWith('--node-group-auto-discovery'));
    const name = eksNodeGroupName({ name: 'chat-nodes', purchase: 'onDemand' }, 'AL2023_x86_64_NVIDIA');
    expect(found).toEqual([
      `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/UsEast1,eks:nodegroup-name=${name}`,
    ]);
  });

  test('may empty nodes with caches on them', () => {
    const [container] = one({}, 'Deployment').spec.template.spec.containers;
    expect(container.image).toBe('registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.2');
    expect(container.args).toEqual(
      expect.arrayContaining(['--cloud-provider=aws', '--skip-nodes-with-local-storage=false']),
    );
    expect(container.env).toContainEqual({ name: 'AWS_REGION', value: 'us-east-1' });
  });

  test('runs on system nodes under the account that has the role, twice in production', () => {
    const { spec } = one({}, 'Deployment');
    expect(spec.template.spec.nodeSelector).toEqual({ 'headroom/node-group': 'system' });
    expect(spec.template.spec.serviceAccountName).toBe('cluster-autoscaler');
    expect(one({}, 'ServiceAccount').metadata.namespace).toBe('kube-system');
    expect([spec.replicas, one({ profile: 'production' }, 'Deployment').spec.replicas]).toEqual([1, 2]);
    expect(one({}, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  });

  test('may change nodes, events and its own status, and nothing else', () => {
    const rules: readonly Anything[] = one({}, 'ClusterRole').rules;
    const changed = rules
      .filter(({ verbs }) => verbs.some((verb: string) => !['get', 'list', 'watch'].includes(verb)))
      .map(({ resources, verbs }) => [resources, verbs]);
    expect(changed).toEqual([
      [['events'], ['create', 'patch']],
      [['pods/eviction'], ['create']],
      [['pods/status'], ['update']],
      [['nodes'], ['get', 'list', 'watch', 'update']],
    ]);
    expect(rules.every(({ resources, verbs }) => !resources.includes('*') && !verbs.includes('*'))).toBe(true);
  });

  test('is in no cell that scales nothing, or nothing that is planned', () => {
    for (const nothing of [served({}, SCALED), served(AUTOSCALED)]) {
      expect(objectsOf(nothing).filter(({ metadata }) => metadata.name === 'cluster-autoscaler')).toEqual([]);
    }
  });

  test('is pulled from the registry of the cell', () => {
    const [container] = one({ serving: WEIGHTS }, 'Deployment').spec.template.spec.containers;
    expect(container.image).toMatch(/^111122223333\..*\/registry\.k8s\.io\/autoscaling\/cluster-autoscaler:/);
  });

  test('fails for another Kubernetes release, unless the cell names an image', () => {
    const other = { ...AUTOSCALED, kubernetesVersion: '1.36' };
    expect(() => cellManifests(served(other, SCALED))).toThrow(
      'cell UsEast1 runs Kubernetes 1.36 and the pinned Cluster Autoscaler is v1.35.2, which is for another release; give one of 1.36 as serving.images.clusterAutoscaler',
    );
    const images = { clusterAutoscaler: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1' };
    expect(() => cellManifests(served({ ...other, serving: { images } }, SCALED))).not.toThrow();
  });
});
