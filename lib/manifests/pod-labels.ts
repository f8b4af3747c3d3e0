import type { PoolRole } from '../planner/plan';
import type { ServedWorkload } from './served-workload';

/** Namespaces with this label may call the model servers: gateways and clients. */
export const CLIENT_NAMESPACE_LABEL = { 'headroom/calls-models': 'true' } as const;

/** Set by LeaderWorkerSet on its pods; 0 is the leader. */
const WORKER_INDEX = 'leaderworkerset.sigs.k8s.io/worker-index';

const NAME = 'app.kubernetes.io/name';
const INSTANCE = 'app.kubernetes.io/instance';

/** What llm-d's endpoint picker tells pools apart by (its plug-ins prefill-filter and decode-filter). */
const ROLE = 'llm-d.ai/role';
/** On the pods of a pool that take requests: a replica's first node. */
const TAKES_REQUESTS: Labels = { 'llm-d.ai/inference-serving': 'true' };

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

/** The pods of servers that are alike. */
export function serverLabels({ workload, pool }: Pick<ServedWorkload, 'workload' | 'pool'>): Labels {
  return { ...modelServerLabels(workload.name), ...(pool === undefined ? {} : { [ROLE]: pool }) };
}

/** Of those, the labels of a pod that takes requests, or of one that does not. */
export function podLabels(served: Pick<ServedWorkload, 'workload' | 'pool'>, takesRequests: boolean): Labels {
  return { ...serverLabels(served), ...(served.pool !== undefined && takesRequests ? TAKES_REQUESTS : {}) };
}

/**
 * The pods of a workload that take requests: of a replica over several nodes its first node alone. With a role, those of that
 * pool.
 */
export function answeringLabels(
  { workload, shape, pool }: Pick<ServedWorkload, 'workload' | 'shape' | 'pool'>,
  role?: PoolRole,
): Labels {
  const labels = modelServerLabels(workload.name);
  if (pool !== undefined) return { ...labels, ...TAKES_REQUESTS, ...(role === undefined ? {} : { [ROLE]: role }) };
  return { ...labels, ...(shape.nodesPerReplica > 1 ? { [WORKER_INDEX]: '0' } : {}) };
}
