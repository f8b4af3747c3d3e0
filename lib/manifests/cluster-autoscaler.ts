import { type Catalog, findAccelerator, findInstanceType } from '../catalog/catalog';
import { amiType, eksNodeGroupName } from '../catalog/node';
import type { NodeGroupPlan } from '../planner/plan';
import { Problem } from '../problem';
import type { Cell } from '../workload/cell';
import { CLUSTER_AUTOSCALER } from '../workload/pod-identity';
import { type ManifestFile, yamlFile } from './chart';
import { imageReference } from './image-reference';
import { IMAGES } from './images';
import { NO_RIGHTS, systemController } from './system-controller';

const { namespace: NAMESPACE, name: NAME } = CLUSTER_AUTOSCALER;
const PORT = 8085;
const READ = ['get', 'list', 'watch'];

export interface AutoscaledCell {
  readonly cell: Cell;
  readonly nodeGroups: readonly NodeGroupPlan[];
  readonly catalog: Catalog;
}

/**
 * Cluster Autoscaler, which sets the desired size of some of the cell's managed node groups between their least and their most;
 * undefined where the plan has no such group.
 *
 * It finds those that the plan lets it scale, and no others, by tags that EKS itself puts on their Auto Scaling groups, the name
 * among them: tags of a managed node group reach no Auto Scaling group (aws/containers-roadmap#608), and several discoveries add
 * up. A group of a Capacity Block has a least of 0, and would be emptied when it idles and asked for nodes before it starts. A tag
 * key with a colon can be asked for since kubernetes/autoscaler#3955 was mended.
 *
 * @throws Problem InvalidDeployment when the pinned release is for another Kubernetes version than the cell's.
 */
export function clusterAutoscalerFile({ cell, nodeGroups, catalog }: AutoscaledCell): ManifestFile | undefined {
  const scaled = nodeGroups.filter(({ actuator }) => actuator === 'clusterAutoscaler');
  if (scaled.length === 0) return undefined;
  checkRelease(cell);
  const discoveries = scaled.map((group) => discovery(cell, group, catalog)).sort();
  const rights = { everywhere: CLUSTER_RULES, inNamespaces: { [CLUSTER_AUTOSCALER.namespace]: OWN_RULES } };
  return yamlFile(
    'cluster-autoscaler.yaml',
    systemController(cell, CLUSTER_AUTOSCALER, rights, container(cell, discoveries)),
  );
}

/** A group by its name, which another cluster may use too. */
function discovery({ id }: Cell, group: NodeGroupPlan, catalog: Catalog): string {
  const instanceType = findInstanceType(catalog, group.instanceType);
  const name = eksNodeGroupName(group, amiType(instanceType, findAccelerator(catalog, instanceType.acceleratorKey)));
  const tags = ['k8s.io/cluster-autoscaler/enabled', `k8s.io/cluster-autoscaler/${id}`, `eks:nodegroup-name=${name}`];
  return `--node-group-auto-discovery=asg:tag=${tags.join(',')}`;
}

/** It simulates the scheduler of one Kubernetes release, and its minor version is that release's. */
function checkRelease({ id, kubernetesVersion, serving }: Cell): void {
  if (serving?.images?.clusterAutoscaler !== undefined) return;
  const { tag } = IMAGES.clusterAutoscaler;
  if (tag.startsWith(`v${kubernetesVersion}.`)) return;
  throw new Problem(
    'InvalidDeployment',
    `cell ${id} runs Kubernetes ${kubernetesVersion} and the pinned Cluster Autoscaler is ${tag}, which is for another release; give one of ${kubernetesVersion} as serving.images.clusterAutoscaler`,
  );
}

/** As in the project's own example for AWS: it reads what the scheduler reads, taints nodes and evicts pods. */
const CLUSTER_RULES = [
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  { apiGroups: [''], resources: ['pods/status'], verbs: ['update'] },
  { apiGroups: [''], resources: ['nodes'], verbs: [...READ, 'update'] },
  {
    apiGroups: [''],
    resources: [
      'namespaces',
      'persistentvolumeclaims',
      'persistentvolumes',
      'pods',
      'replicationcontrollers',
      'services',
    ],
    verbs: READ,
  },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: READ },
  { apiGroups: ['apps'], resources: ['daemonsets', 'replicasets', 'statefulsets'], verbs: READ },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: READ },
  {
    apiGroups: ['storage.k8s.io'],
    resources: ['csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments'],
    verbs: READ,
  },
  { apiGroups: ['resource.k8s.io'], resources: ['deviceclasses', 'resourceclaims', 'resourceslices'], verbs: READ },
];

const OWN_RULES = [
  { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'list', 'watch'] },
  {
    apiGroups: [''],
    resources: ['configmaps'],
    resourceNames: ['cluster-autoscaler-status'],
    verbs: ['delete', 'get', 'update', 'watch'],
  },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [NAME], verbs: ['get', 'update'] },
];

function container(cell: Cell, discoveries: readonly string[]): Record<string, unknown> {
  return {
    name: NAME,
    image: imageReference('clusterAutoscaler', cell),
    command: ['./cluster-autoscaler'],
    args: [
      '--cloud-provider=aws',
      ...discoveries,
      // Model servers keep caches in the node's own disks, which may be lost with it.
      '--skip-nodes-with-local-storage=false',
      '--expander=least-waste',
      '--leader-elect=true',
      `--namespace=${NAMESPACE}`,
      '--stderrthreshold=info',
      '--v=2',
    ],
    env: [{ name: 'AWS_REGION', value: cell.region }],
    ports: [{ name: 'http', containerPort: PORT }],
    livenessProbe: { httpGet: { path: '/health-check', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
    resources: { requests: { cpu: '100m', memory: '600Mi' }, limits: { memory: '600Mi' } },
    securityContext: NO_RIGHTS,
  };
}
