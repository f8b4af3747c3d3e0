import { NAMESPACE } from '../workload/pod-identity';
import { type KubernetesObject, type ManifestFile, yamlFile } from './chart';
import {
  CLIENT_NAMESPACE_LABEL,
  ENDPOINT_PICKERS,
  endpointPickerLabels,
  type Labels,
  MODEL_SERVERS,
  modelServerLabels,
} from './pod-labels';
import { type ServedWorkload, usesEfa } from './served-workload';

/** Serves credentials to pods with Pod Identity, on every node. */
const POD_IDENTITY_AGENT = '169.254.170.23/32';

/** The `spec` of a network policy. */
export type Policy = Record<string, unknown>;

/**
 * Network policies: nothing in or out but what is named. EFA traffic bypasses them, as it bypasses the kernel; its security
 * group bounds it.
 */
export function networkPoliciesFile(served: readonly ServedWorkload[]): ManifestFile {
  const policies: Readonly<Record<string, Policy>> = {
    'default-deny': { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    'dns-and-https-out': { podSelector: {}, policyTypes: ['Egress'], egress: [NAMES, HTTPS] },
    'model-servers': modelServers(),
    'endpoint-pickers': endpointPickers(),
    ...Object.fromEntries(
      served.filter(usesEfa).map(({ workload }) => [`${workload.name}-nodes`, amongThemselves(workload.name)]),
    ),
    ...Object.fromEntries(served.map(({ workload }) => [`${workload.name}-picker`, pickerScrapes(workload.name)])),
  };
  return yamlFile('network-policies.yaml', networkPolicies(NAMESPACE, policies));
}

/** Policies of one namespace, by their names. */
export function networkPolicies(
  namespace: string,
  policies: Readonly<Record<string, Policy>>,
): readonly KubernetesObject[] {
  return Object.entries(policies).map(([name, spec]) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  }));
}

/** A rule that lets traffic out to one port of some pods of another namespace. */
export function toPods(namespace: string, labels: Labels, port: number): Record<string, unknown> {
  const inNamespace = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  return {
    to: [{ namespaceSelector: inNamespace, podSelector: { matchLabels: labels } }],
    ports: [{ port, protocol: 'TCP' }],
  };
}

/** Lets names be asked of the cluster. */
export const NAMES = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

/** Weights, AWS and the Kubernetes API have no fixed addresses; routes and endpoints of the network bound them. */
const HTTPS = { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443, protocol: 'TCP' }] };
/** Pods of the namespaces that may call models. */
export const CLIENTS = [{ namespaceSelector: { matchLabels: CLIENT_NAMESPACE_LABEL } }];

function modelServers(): Policy {
  return {
    podSelector: { matchLabels: MODEL_SERVERS },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: CLIENTS, ports: [{ port: 8000, protocol: 'TCP' }] }],
    egress: [{ to: [{ ipBlock: { cidr: POD_IDENTITY_AGENT } }], ports: [{ port: 80, protocol: 'TCP' }] }],
  };
}

function endpointPickers(): Policy {
  return {
    podSelector: { matchLabels: ENDPOINT_PICKERS },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: CLIENTS, ports: [9002, 9090].map((port) => ({ port, protocol: 'TCP' })) }],
    egress: [{ to: [{ podSelector: { matchLabels: MODEL_SERVERS } }], ports: [{ port: 8000, protocol: 'TCP' }] }],
  };
}

/** The picker reads the metrics of its own workload's servers. */
function pickerScrapes(workload: string): Policy {
  return {
    podSelector: { matchLabels: modelServerLabels(workload) },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [{ podSelector: { matchLabels: endpointPickerLabels(workload) } }],
        ports: [{ port: 8000, protocol: 'TCP' }],
      },
    ],
  };
}

/** Nodes of one replica agree on ports as they start; pools fetch caches from each other. */
function amongThemselves(workload: string): Policy {
  const peers = [{ podSelector: { matchLabels: modelServerLabels(workload) } }];
  return {
    podSelector: { matchLabels: modelServerLabels(workload) },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: peers }],
    egress: [{ to: peers }],
  };
}
