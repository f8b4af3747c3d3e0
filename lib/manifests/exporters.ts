import type { Catalog } from '../catalog/catalog';
import { DCGM, type Exporter, NEURON } from '../metrics/exporters';
import type { CellPlan } from '../planner/plan';
import { type Cell, observabilityOf } from '../workload/cell';
import { type KubernetesObject, type ManifestFile, yamlFile } from './chart';
import { imageReference } from './image-reference';
import { daemonSet, hostFolder, instanceTypesOf, onNodes } from './node-daemon';

const POD_RESOURCES = '/var/lib/kubelet/pod-resources';

/**
 * What makes accelerators answer with metrics, each where the cell has such nodes: NVIDIA's DCGM exporter and AWS's
 * neuron-monitor. None where nobody collects them. The exporters of nodes and of Kubernetes objects are EKS add-ons.
 */
export function acceleratorExporters(cell: Cell, plan: CellPlan, catalog: Catalog): readonly ManifestFile[] {
  if (observabilityOf(cell).level !== 'metrics') return [];
  const types = instanceTypesOf(plan, catalog);
  const ofVendor = (wanted: 'nvidia' | 'aws'): readonly string[] =>
    types.filter(({ vendor }) => vendor === wanted).map(({ name }) => name);
  const [nvidia, neuron] = [ofVendor('nvidia'), ofVendor('aws')];
  return [
    ...(nvidia.length === 0 ? [] : [yamlFile('dcgm-exporter.yaml', [dcgmExporter(cell, nvidia)])]),
    ...(neuron.length === 0 ? [] : [yamlFile('neuron-monitor.yaml', [neuronMonitor(cell, neuron)])]),
  ];
}

/** Profiling counters need SYS_ADMIN; which pod has which GPU is asked of the kubelet. */
function dcgmExporter(cell: Cell, instanceTypes: readonly string[]): KubernetesObject {
  return exporter(DCGM, {
    ...onNodes(instanceTypes),
    automountServiceAccountToken: false,
    containers: [
      {
        name: DCGM.job,
        image: imageReference('dcgmExporter', cell),
        env: [
          { name: 'DCGM_EXPORTER_LISTEN', value: `:${DCGM.ports.join()}` },
          { name: 'DCGM_EXPORTER_KUBERNETES', value: 'true' },
          { name: 'DCGM_EXPORTER_COLLECTORS', value: '/etc/dcgm-exporter/dcp-metrics-included.csv' },
        ],
        ports: portsOf(DCGM),
        readinessProbe: { httpGet: { path: '/health', port: 'metrics' }, initialDelaySeconds: 30 },
        // On nodes of eight GPUs a limit of 512 MiB was seen to kill half of them (a public incident report, found by its image).
        resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
        securityContext: { runAsNonRoot: false, runAsUser: 0, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } },
        volumeMounts: [{ name: 'pod-resources', mountPath: POD_RESOURCES, readOnly: true }],
      },
    ],
    volumes: [hostFolder('pod-resources', POD_RESOURCES)],
  });
}

/** The monitor writes reports, its companion answers with them (AWS Neuron documentation, neuron-monitor user guide). */
function neuronMonitor(cell: Cell, instanceTypes: readonly string[]): KubernetesObject {
  return exporter(NEURON, {
    ...onNodes(instanceTypes),
    automountServiceAccountToken: false,
    containers: [
      {
        name: NEURON.job,
        image: imageReference('neuronMonitor', cell),
        command: ['/bin/sh', '-c', `neuron-monitor | neuron-monitor-prometheus.py --port ${NEURON.ports.join()}`],
        ports: portsOf(NEURON),
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
        securityContext: { privileged: true, runAsNonRoot: false, runAsUser: 0 },
        volumeMounts: [{ name: 'dev', mountPath: '/dev' }],
      },
    ],
    volumes: [hostFolder('dev', '/dev')],
  });
}

function exporter({ job }: Exporter, pod: Record<string, unknown>): KubernetesObject {
  return daemonSet(job, pod);
}

function portsOf({ ports }: Exporter): readonly Record<string, unknown>[] {
  return ports.map((containerPort) => ({ name: 'metrics', containerPort }));
}
