import { stringify } from 'yaml';
import { NODE_LABEL } from '../catalog/node';
import { EXPORTERS, type Exporter } from './exporters';

/** Seconds. AMP's collector takes 30 and more; every halving doubles the samples that are paid for. */
export const SCRAPE_SECONDS = 60;

type Relabeling = Readonly<Record<string, string | readonly string[]>>;

/**
 * What an AMP collector pulls out of a cell's cluster, as the YAML that it takes. Of Prometheus's ways to find targets it knows
 * `kubernetes_sd_configs` alone (AMP user guide, scraper configuration).
 *
 * @param cell goes onto every series as the label `cell`
 */
export function scrapeConfiguration(cell: string): string {
  return stringify(
    {
      global: { scrape_interval: `${SCRAPE_SECONDS}s`, external_labels: { cell } },
      scrape_configs: EXPORTERS.map(scrapeJob),
    },
    { lineWidth: 0 },
  );
}

function scrapeJob(exporter: Exporter): Record<string, unknown> {
  return {
    job_name: exporter.job,
    // A metric about another object names that object's namespace, not the exporter's.
    ...(exporter.job === 'kube-state-metrics' ? { honor_labels: true } : {}),
    kubernetes_sd_configs: [
      exporter.podName === undefined
        ? { role: 'node' }
        : { role: 'pod', ...(exporter.namespace === undefined ? {} : { namespaces: { names: [exporter.namespace] } }) },
    ],
    relabel_configs: exporter.podName === undefined ? onNodes(exporter) : onPods(exporter, exporter.podName),
    metric_relabel_configs: [{ source_labels: ['__name__'], regex: exporter.kept.join('|'), action: 'keep' }],
  };
}

/** Targets are the nodes' own addresses, with the labels that a plan gave them. */
function onNodes({ ports }: Exporter): readonly Relabeling[] {
  return [
    copied('__meta_kubernetes_node_address_InternalIP', '__address__', `$1:${ports.join()}`),
    copied('__meta_kubernetes_node_name', 'node'),
    copied(nodeLabel(NODE_LABEL.nodeGroup), 'node_group'),
    copied(nodeLabel(NODE_LABEL.workload), 'workload'),
    copied(nodeLabel('node.kubernetes.io/instance-type'), 'instance_type'),
  ];
}

/** Targets are the pods that listen on the port: of a replica over several nodes its leader alone. */
function onPods({ ports, container }: Exporter, podName: string): readonly Relabeling[] {
  const keep = (source: string, regex: string): Relabeling => ({ source_labels: [source], regex, action: 'keep' });
  return [
    keep('__meta_kubernetes_pod_label_app_kubernetes_io_name', podName),
    keep('__meta_kubernetes_pod_container_port_number', ports.join('|')),
    ...(container === undefined ? [] : [keep('__meta_kubernetes_pod_container_name', container)]),
    keep('__meta_kubernetes_pod_phase', 'Running'),
    copied('__meta_kubernetes_pod_label_app_kubernetes_io_instance', 'workload'),
    copied('__meta_kubernetes_pod_label_llm_d_ai_role', 'pool'),
    copied('__meta_kubernetes_pod_node_name', 'node'),
    // What scales the pods asks for its own by these two, as it would of any other Prometheus.
    copied('__meta_kubernetes_namespace', 'namespace'),
    copied('__meta_kubernetes_pod_name', 'pod'),
  ];
}

function copied(source: string, target: string, replacement?: string): Relabeling {
  return {
    source_labels: [source],
    target_label: target,
    ...(replacement === undefined ? {} : { regex: '(.+)', replacement }),
  };
}

/** Prometheus writes what is neither a letter nor a digit of a label's key as an underscore. */
function nodeLabel(key: string): string {
  return `__meta_kubernetes_node_label_${key.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
}
