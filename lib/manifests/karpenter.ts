import type { Cell } from '../workload/cell';
import { interruptionQueueName } from '../workload/karpenter-names';
import { KARPENTER } from '../workload/pod-identity';
import { type ManifestFile, yamlFile } from './chart';
import { imageReference } from './image-reference';
import { KARPENTER_CLUSTER_RULES, KARPENTER_LEASE_RULES, KARPENTER_OWN_RULES } from './karpenter-rules';
import { NO_RIGHTS, systemController } from './system-controller';

const METRICS_PORT = 8080;
const HEALTH_PORT = 8081;

/**
 * Karpenter's controller, as its chart of the pinned release sets it up; its custom resource definitions are a prerequisite.
 * It runs on the system nodes, never on what it starts itself.
 */
export function karpenterFile(cell: Cell): ManifestFile {
  const rights = {
    everywhere: KARPENTER_CLUSTER_RULES,
    inNamespaces: { [KARPENTER.namespace]: KARPENTER_OWN_RULES, 'kube-node-lease': KARPENTER_LEASE_RULES },
  };
  return yamlFile('karpenter.yaml', systemController(cell, KARPENTER, rights, container(cell), { fsGroup: 65532 }));
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
    securityContext: NO_RIGHTS,
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
    KARPENTER_SERVICE: KARPENTER.name,
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
