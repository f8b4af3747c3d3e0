import { NAMESPACE } from '../workload/pod-identity';
import { type KubernetesObject, type ManifestFile, yamlFile } from './chart';
import { CLIENTS, NAMES, networkPolicies, toPods } from './network-policies';
import { CLIENT_NAMESPACE_LABEL, ENDPOINT_PICKERS, MODEL_SERVERS } from './pod-labels';
import type { ServedWorkload } from './served-workload';

/** The gateway's own namespace: what it may reach is not what a model server may. */
export const GATEWAY_NAMESPACE = 'model-gateway';
const GATEWAY = 'models';
const PORT = 80;
const CONTROL_PLANE = 'istio-system';
const CONTROL_PLANE_PORT = 15012;
const GROUP = 'gateway.networking.k8s.io';

/**
 * A gateway of Gateway API before the inference pools of a cell, with a namespace, and network policies of its own.
 *
 * It is made of Istio's class, whose Service stays inside the cluster when the Gateway says so: by default it would be a load
 * balancer that nobody planned or priced.
 */
export function gatewayFile(): ManifestFile {
  const enforced = { 'pod-security.kubernetes.io/enforce': 'baseline' };
  return yamlFile('gateway.yaml', [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: GATEWAY_NAMESPACE, labels: { ...enforced, ...CLIENT_NAMESPACE_LABEL } },
    },
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'Gateway',
      metadata: {
        name: GATEWAY,
        namespace: GATEWAY_NAMESPACE,
        annotations: { 'networking.istio.io/service-type': 'ClusterIP' },
      },
      spec: {
        gatewayClassName: 'istio',
        listeners: [{ name: 'http', port: PORT, protocol: 'HTTP', allowedRoutes: { namespaces: ROUTES_FROM } }],
      },
    },
    ...networkPolicies(GATEWAY_NAMESPACE, POLICIES),
  ]);
}

const ROUTES_FROM = { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } } };

const POLICIES = {
  'default-deny': { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  gateway: {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: CLIENTS, ports: [{ port: PORT, protocol: 'TCP' }] }],
    egress: [
      NAMES,
      { to: [inNamespace(CONTROL_PLANE)], ports: [{ port: CONTROL_PLANE_PORT, protocol: 'TCP' }] },
      toPods(NAMESPACE, MODEL_SERVERS, 8000),
      toPods(NAMESPACE, ENDPOINT_PICKERS, 9002),
    ],
  },
};

function inNamespace(name: string): Record<string, unknown> {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

/**
 * The way from the gateway to a workload's inference pool, under the workload's name; none where the cell has no gateway. The
 * pool's picker decides on a server by the request's body.
 */
export function modelRoute({ cell, workload }: Pick<ServedWorkload, 'cell' | 'workload'>): readonly KubernetesObject[] {
  if (cell.serving?.gateway === undefined) return [];
  return [
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'HTTPRoute',
      metadata: { name: workload.name, namespace: NAMESPACE },
      spec: {
        parentRefs: [{ group: GROUP, kind: 'Gateway', name: GATEWAY, namespace: GATEWAY_NAMESPACE }],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: `/${workload.name}` } }],
            filters: [
              { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } },
            ],
            backendRefs: [{ group: 'inference.networking.k8s.io', kind: 'InferencePool', name: workload.name }],
          },
        ],
      },
    },
  ];
}
