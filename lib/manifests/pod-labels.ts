/** Namespaces with this label may call the model servers: gateways and clients. */
export const CLIENT_NAMESPACE_LABEL = { 'headroom/calls-models': 'true' } as const;

/** Set by LeaderWorkerSet on its pods; 0 is the leader. */
const WORKER_INDEX = 'leaderworkerset.sigs.k8s.io/worker-index';

const NAME = 'app.kubernetes.io/name';
const INSTANCE = 'app.kubernetes.io/instance';

export type Labels = Readonly<Record<string, string>>;

/** Pods that are model servers, of every workload. */
export const MODEL_SERVERS: Labels = { [NAME]: 'model-server' };
/** Pods that pick endpoints, of every workload. */
export const ENDPOINT_PICKERS: Labels = { [NAME]: 'endpoint-picker' };

export function modelServerLabels(workload: string): Labels {
  return { ...MODEL_SERVERS, [INSTANCE]: workload };
}

export function endpointPickerLabels(workload: string): Labels {
  return { ...ENDPOINT_PICKERS, [INSTANCE]: workload };
}

/** The pods of a workload that answer requests: of a replica over several nodes its leader alone. */
export function answeringLabels(workload: string, nodesPerReplica: number): Labels {
  return { ...modelServerLabels(workload), ...(nodesPerReplica > 1 ? { [WORKER_INDEX]: '0' } : {}) };
}
