import { NAMESPACE } from '../workload/pod-identity';
import type { KubernetesObject } from './chart';
import { keepsPrefixes } from './engine-flags';
import { imageReference } from './image-reference';
import { graceSeconds } from './model-server-pod';
import { POOLS_PICKER_CONFIGURATION, pickerConfiguration } from './picker-configuration';
import { answeringLabels, endpointPickerLabels } from './pod-labels';
import type { ServedWorkload, ServersOfWorkload } from './served-workload';

const GROUP = 'inference.networking.k8s.io';
const EXPERIMENTAL_GROUP = 'inference.networking.x-k8s.io';
/** Where llm-d's endpoint picker has the same kinds. */
const ROUTER_GROUP = 'llm-d.ai';
const PICKER_PORT = 9002;
const HEALTH_PORT = 9003;

/**
 * The pool of a workload's servers for Gateway API, and its endpoint picker: a gateway asks it which server gets a request.
 * The route from a gateway to the pool is in gateway.ts, or left to whoever owns the gateway.
 */
export function inferencePool(servers: ServersOfWorkload): readonly KubernetesObject[] {
  const [served] = servers;
  const { workload, pool } = served;
  const picker = pickerName(workload.name);
  return [
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'InferencePool',
      metadata: { name: workload.name, namespace: NAMESPACE },
      spec: {
        selector: { matchLabels: answeringLabels(served) },
        targetPorts: [{ number: 8000 }],
        // Without the picker any server will do: slower, not down.
        endpointPickerRef: { name: picker, port: { number: PICKER_PORT }, failureMode: 'FailOpen' },
      },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: picker, namespace: NAMESPACE } },
    ...permissions(picker),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: picker, namespace: NAMESPACE },
      data: {
        'plugins.yaml': pool === undefined ? pickerConfiguration(keepsPrefixes(served)) : POOLS_PICKER_CONFIGURATION,
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: picker, namespace: NAMESPACE },
      spec: {
        selector: endpointPickerLabels(workload.name),
        ports: [{ name: 'grpc', port: PICKER_PORT, targetPort: 'grpc', appProtocol: 'http2' }],
      },
    },
    pickerDeployment(servers),
  ];
}

/** The name of everything that belongs to a workload's endpoint picker. */
export function pickerName(workload: string): string {
  return `${workload}-picker`;
}

function permissions(picker: string): readonly KubernetesObject[] {
  const metadata = { name: picker, namespace: NAMESPACE };
  const verbs = ['get', 'list', 'watch'];
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs },
        { apiGroups: [GROUP], resources: ['inferencepools'], verbs },
        { apiGroups: [EXPERIMENTAL_GROUP], resources: ['inferenceobjectives', 'inferencemodelrewrites'], verbs },
        { apiGroups: [ROUTER_GROUP], resources: ['inferenceobjectives', 'inferencemodelrewrites'], verbs },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: picker },
      subjects: [{ kind: 'ServiceAccount', name: picker, namespace: NAMESPACE }],
    },
  ];
}

function pickerDeployment(servers: ServersOfWorkload): KubernetesObject {
  const [served] = servers;
  const name = pickerName(served.workload.name);
  const labels = endpointPickerLabels(served.workload.name);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, labels },
    spec: {
      // One at a time: it remembers which server has which prefix.
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          enableServiceLinks: false,
          // As long as the servers that it answers for.
          terminationGracePeriodSeconds: Math.max(...servers.map(graceSeconds)),
          securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [pickerContainer(served)],
          volumes: [{ name: 'configuration', configMap: { name } }],
        },
      },
    },
  };
}

function pickerContainer(served: ServedWorkload): Record<string, unknown> {
  const probe = { grpc: { port: HEALTH_PORT, service: 'inference-extension' } };
  return {
    name: 'picker',
    image: imageReference(served.pool === undefined ? 'endpointPicker' : 'poolsEndpointPicker', served.cell),
    args: [
      `--pool-name=${served.workload.name}`,
      `--pool-namespace=${NAMESPACE}`,
      `--pool-group=${GROUP}`,
      '--config-file=/config/plugins.yaml',
      '--zap-encoder=json',
      // Anyone whom the network policy lets in may read its metrics; it may not ask the API who they are.
      '--metrics-endpoint-auth=false',
      '--tracing=false',
      // Istio speaks to a picker in the clear; network policies say who may.
      ...(served.cell.serving?.gateway === 'istio' ? ['--secure-serving=false'] : []),
    ],
    env: [
      { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    ports: [
      { name: 'grpc', containerPort: PICKER_PORT },
      { name: 'grpc-health', containerPort: HEALTH_PORT },
      { name: 'metrics', containerPort: 9090 },
    ],
    livenessProbe: { ...probe, initialDelaySeconds: 5, periodSeconds: 10 },
    readinessProbe: { ...probe, periodSeconds: 2 },
    resources: { requests: { cpu: '500m', memory: '512Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'configuration', mountPath: '/config' }],
  };
}
