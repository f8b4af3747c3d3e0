import { NAMESPACE } from '../workload/pod-identity';

/** Something in a cluster that answers with metrics, and which of them are worth their price. */
export interface Exporter {
  /** Name of the scrape job, and of the label `job`. */
  readonly job: string;
  /** Of its container; a replica's later nodes have none. */
  readonly ports: readonly number[];
  /** Name of the container that answers. @default - any of the pod */
  readonly container?: string;
  /** Value of `app.kubernetes.io/name` on its pods; absent for what answers on every node's own address. */
  readonly podName?: string;
  /** @default - every namespace */
  readonly namespace?: string;
  /** Names of the metrics that are kept, as regular expressions. Everything else is dropped before it is paid for. */
  readonly kept: readonly string[];
}

const SYSTEM = 'kube-system';

/** Names as vLLM 0.16 to 0.29 have them (vllm/v1/metrics/loggers.py; a scrape of 0.29.0 of 2026-09-20 in a public repository). */
export const MODEL_SERVER: Exporter = {
  job: 'model-server',
  // Behind the proxy of a decode pool it is the second.
  ports: [8000, 8200],
  container: 'server',
  podName: 'model-server',
  namespace: NAMESPACE,
  kept: [
    'vllm:time_to_first_token_seconds_(bucket|count|sum)',
    'vllm:request_time_per_output_token_seconds_(bucket|count|sum)',
    'vllm:num_requests_(running|waiting)',
    'vllm:num_preemptions_total',
    'vllm:kv_cache_usage_perc',
    'vllm:request_success_total',
    'vllm:(prompt|generation)_tokens_total',
  ],
};

/** NVIDIA's exporter; names of its default counters. */
export const DCGM: Exporter = {
  job: 'dcgm-exporter',
  ports: [9400],
  podName: 'dcgm-exporter',
  namespace: SYSTEM,
  kept: [
    'DCGM_FI_DEV_(GPU_UTIL|FB_USED|FB_FREE|GPU_TEMP|POWER_USAGE|XID_ERRORS|ROW_REMAP_FAILURE)',
    'DCGM_FI_PROF_(GR_ENGINE_ACTIVE|PIPE_TENSOR_ACTIVE|DRAM_ACTIVE)',
  ],
};

/** The companion of AWS's neuron-monitor. */
export const NEURON: Exporter = {
  job: 'neuron-monitor',
  ports: [8000],
  podName: 'neuron-monitor',
  namespace: SYSTEM,
  kept: [
    'neuroncore_utilization_ratio',
    'neuron_runtime_memory_used_bytes',
    'execution_errors_total',
    'hardware_ecc_events_total',
  ],
};

/** EKS's add-on prometheus-node-exporter, on every node. A p5.48xlarge has 1,536 CPU counters: none of them is kept. */
export const NODE: Exporter = {
  job: 'node-exporter',
  ports: [9100],
  kept: ['node_load1', 'node_memory_(MemAvailable|MemTotal)_bytes', 'node_filesystem_(avail|size)_bytes'],
};

/** EKS's add-on kube-state-metrics. */
export const CLUSTER_STATE: Exporter = {
  job: 'kube-state-metrics',
  ports: [8080],
  podName: 'kube-state-metrics',
  kept: [
    'kube_node_status_condition',
    'kube_pod_status_unschedulable',
    'kube_pod_container_status_restarts_total',
    'kube_deployment_(spec_replicas|status_replicas_available)',
  ],
};

export const EXPORTERS: readonly Exporter[] = [MODEL_SERVER, DCGM, NEURON, NODE, CLUSTER_STATE];
