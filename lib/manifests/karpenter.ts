import { NODE_LABEL } from '../catalog/node';
import type { Cell } from '../workload/cell';
import { interruptionQueueName } from '../workload/karpenter-names';
import { KARPENTER } from '../workload/pod-identity';
import { type KubernetesObject, type ManifestFile, yamlFile } from './chart';
import { imageReference } from './image-reference';
import { KARPENTER_CLUSTER_RULES, KARPENTER_LEASE_RULES, KARPENTER_OWN_RULES } from './karpenter-rules';

const { namespace: NAMESPACE, name: NAME } = KARPENTER;
const METADATA = { name: NAME, namespace: NAMESPACE };
const LEASES = { name: NAME, namespace: 'kube-node-lease' };
const LABELS = { 'app.kubernetes.io/name': NAME };
const RBAC = 'rbac.authorization.k8s.io';
const METRICS_PORT = 8080;
const HEALTH_PORT = 8081;

/**
 * Karpenter's controller, as its chart of the pinned release sets it up; its custom resource definitions are a prerequisite.
 * It runs on the system nodes, never on what it starts itself.
 */
export function karpenterFile(cell: Cell): ManifestFile {
  return yamlFile('karpenter.yaml', [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: METADATA },
    ...permissions(),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: METADATA,
      spec: { maxUnavailable: 1, selector: { matchLabels: LABELS } },
    },
    deployment(cell),
  ]);
}

function permissions(): readonly KubernetesObject[] {
  const role = { apiGroup: RBAC, name: NAME };
  const subjects = [{ kind: 'ServiceAccount', ...METADATA }];
  const apiVersion = `${RBAC}/v1`;
  const everywhere = { name: NAME };
  return [
    { apiVersion, kind: 'ClusterRole', metadata: everywhere, rules: KARPENTER_CLUSTER_RULES },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: everywhere,
      roleRef: { ...role, kind: 'ClusterRole' },
      subjects,
    },
    { apiVersion, kind: 'Role', metadata: METADATA, rules: KARPENTER_OWN_RULES },
    { apiVersion, kind: 'RoleBinding', metadata: METADATA, roleRef: { ...role, kind: 'Role' }, subjects },
    { apiVersion, kind: 'Role', metadata: LEASES, rules: KARPENTER_LEASE_RULES },
    { apiVersion, kind: 'RoleBinding', metadata: LEASES, roleRef: { ...role, kind: 'Role' }, subjects },
  ];
}

/** One leads and, in production, one waits. */
function deployment(cell: Cell): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...METADATA, labels: LABELS },
    spec: {
      replicas: cell.profile === 'production' ? 2 : 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: NAME,
          priorityClassName: 'system-cluster-critical',
          nodeSelector: { [NODE_LABEL.nodeGroup]: 'system' },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: LABELS },
            },
          ],
          securityContext: {
            fsGroup: 65532,
            runAsNonRoot: true,
            runAsUser: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container(cell)],
        },
      },
    },
  };
}

function container(cell: Cell): Record<string, unknown> {
  const probe = (path: string) => ({ httpGet: { path, port: 'http' }, timeoutSeconds: 30 });
  return {
    name: 'controller',
    image: imageReference('karpenter', cell),
    env: environment(cell),
    ports: [
      { name: 'http-metrics', containerPort: METRICS_PORT },
      { name: 'http', containerPort: HEALTH_PORT },
    ],
    livenessProbe: { ...probe('/healthz'), initialDelaySeconds: 30 },
    readinessProbe: { ...probe('/readyz'), initialDelaySeconds: 5 },
    resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '1Gi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function environment(cell: Cell): readonly Record<string, unknown>[] {
  const isolated = cell.network.kind === 'own' && cell.network.egress === 'endpoints';
  const settings: Readonly<Record<string, string>> = {
    AWS_REGION: cell.region,
    CLUSTER_NAME: cell.id,
    HEALTH_PROBE_PORT: `${HEALTH_PORT}`,
    INTERRUPTION_QUEUE: interruptionQueueName(cell),
    // Without a way out it uses the prices of its release and asks for no newer ones.
    ISOLATED_VPC: `${isolated}`,
    KARPENTER_SERVICE: NAME,
    METRICS_PORT: `${METRICS_PORT}`,
  };
  return [
    ...Object.entries(settings).map(([name, value]) => ({ name, value })),
    { name: 'SYSTEM_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    {
      name: 'MEMORY_LIMIT',
      valueFrom: { resourceFieldRef: { containerName: 'controller', divisor: '0', resource: 'limits.memory' } },
    },
  ];
}
