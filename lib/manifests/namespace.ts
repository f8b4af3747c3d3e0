import { NAMESPACE } from '../workload/pod-identity';
import { type ManifestFile, yamlFile } from './chart';
import {
  CLIENT_NAMESPACE_LABEL,
  ENDPOINT_PICKERS,
  endpointPickerLabels,
  MODEL_SERVERS,
  modelServerLabels,
} from './pod-labels';
import type { ServedWorkload } from './served-workload';

/** Serves credentials to pods with Pod Identity, on every node. */
const POD_IDENTITY_AGENT = '169.254.170.23/32';
const POD_SECURITY = 'pod-security.kubernetes.io';

/**
 * The namespace of the model servers. Pods with host access or privileges are refused; what the strictest level would refuse
 * beyond that is only told, because published engine images run as root. Where a replica spans nodes nothing is refused: the
 * middle level has no room for memory that EFA locks.
 */
export function namespaceFile(served: readonly ServedWorkload[]): ManifestFile {
  const labels = {
    [`${POD_SECURITY}/enforce`]: served.some(({ shape }) => shape.nodesPerReplica > 1) ? 'privileged' : 'baseline',
    [`${POD_SECURITY}/audit`]: 'restricted',
    [`${POD_SECURITY}/warn`]: 'restricted',
  };
  return yamlFile('namespace.yaml', [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } }]);
}

type Policy = Record<string, unknown>;

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
      served
        .filter(({ shape }) => shape.nodesPerReplica > 1)
        .map(({ workload }) => [`${workload.name}-nodes`, amongThemselves(workload.name)]),
    ),
    ...Object.fromEntries(served.map(({ workload }) => [`${workload.name}-picker`, pickerScrapes(workload.name)])),
  };
  return yamlFile(
    'network-policies.yaml',
    Object.entries(policies).map(([name, spec]) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: NAMESPACE },
      spec,
    })),
  );
}

const NAMES = {
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
const CLIENTS = [{ namespaceSelector: { matchLabels: CLIENT_NAMESPACE_LABEL } }];

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

/** Nodes of one replica agree on ports as they start. */
function amongThemselves(workload: string): Policy {
  const peers = [{ podSelector: { matchLabels: modelServerLabels(workload) } }];
  return {
    podSelector: { matchLabels: modelServerLabels(workload) },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: peers }],
    egress: [{ to: peers }],
  };
}
