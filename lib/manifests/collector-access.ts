import { MODEL_SERVER } from '../metrics/exporters';
import { type Cell, observabilityOf } from '../workload/cell';
import { NAMESPACE } from '../workload/pod-identity';
import { type ManifestFile, yamlFile } from './chart';
import { networkPolicies } from './network-policies';
import { MODEL_SERVERS } from './pod-labels';

/**
 * Lets the metrics collector in. It is no pod: its interfaces stand in the control subnets, in the lower half of a cell's own
 * network, and accelerator nodes with their pods in the upper one. Of a given network only its block is known.
 */
export function collectorAccess(cell: Cell): readonly ManifestFile[] {
  if (observabilityOf(cell).level !== 'metrics') return [];
  const ports = MODEL_SERVER.ports.map((port) => ({ port, protocol: 'TCP' }));
  const policy = {
    podSelector: { matchLabels: MODEL_SERVERS },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ ipBlock: { cidr: collectorBlock(cell) } }], ports }],
  };
  return [yamlFile('collector-access.yaml', networkPolicies(NAMESPACE, { 'metrics-collector': policy }))];
}

function collectorBlock({ network }: Cell): string {
  if (network.kind === 'existing') return network.vpcCidr;
  const [address = '', prefixLength = ''] = network.cidr.split('/');
  return `${address}/${Number(prefixLength) + 1}`;
}
