import { Problem } from '../problem';
import { NAMESPACE } from '../workload/pod-identity';
import type { KubernetesObject } from './chart';
import type { ServedWorkload } from './served-workload';

/** Requests that wait, for each replica, at which one more is wanted (EKS documentation, scaling on vLLM's metrics). */
const WAITING_PER_REPLICA = 25;
/** Seconds that a wish must last: up and down (the same). */
const STABLE_SECONDS = { up: 30, down: 300 } as const;

/**
 * Whether replicas are added and removed with the load. The planned nodes hold them all: only pods come and go, and nodes
 * only where a node group has an actuator of its own.
 */
export function scales({ replicas }: Pick<ServedWorkload, 'replicas'>): boolean {
  return replicas.max > replicas.min;
}

/**
 * KEDA's scaling of a workload's replicas between the plan's floor and ceiling in this cell; nothing where the two are one.
 *
 * @throws Problem InvalidDeployment when nothing says where the queue is measured.
 */
export function podScaling(served: ServedWorkload): readonly KubernetesObject[] {
  if (!scales(served)) return [];
  const { name, replicas } = served;
  const metadata = { name, namespace: NAMESPACE };
  return [
    {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'TriggerAuthentication',
      metadata,
      // The role of KEDA's own operator.
      spec: { podIdentity: { provider: 'aws' } },
    },
    {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata,
      spec: {
        scaleTargetRef: { ...scaledResource(served), name },
        minReplicaCount: replicas.min,
        maxReplicaCount: replicas.max,
        advanced: { horizontalPodAutoscalerConfig: { behavior: BEHAVIOR } },
        // When the metrics are gone nobody knows the load: the most is what keeps the promise, and what the bill counts.
        fallback: { failureThreshold: 3, replicas: replicas.max },
        triggers: [
          trigger(served, 'vllm:num_requests_waiting', WAITING_PER_REPLICA),
          ...holding(served).map((each) => trigger(served, 'vllm:num_requests_running', each)),
        ],
      },
    },
  ];
}

/**
 * Requests that a replica runs at once, as planned. As many replicas stay as these take: nothing waits while there are enough
 * of them, and an empty queue alone would send all but the floor away.
 */
function holding({ plan: { concurrencyPerReplica: each } }: ServedWorkload): readonly number[] {
  return each === null ? [] : [Math.max(1, Math.floor(each))];
}

/** One more replica for every so many requests of a metric, over the workload's pods. */
function trigger(served: ServedWorkload, metric: string, perReplica: number): Record<string, unknown> {
  return {
    type: 'prometheus',
    metricType: 'AverageValue',
    authenticationRef: { name: served.name },
    metadata: {
      serverAddress: metricsUrl(served),
      awsRegion: served.cell.region,
      query: `sum(${metric}{namespace="${NAMESPACE}",pod=~"${podPattern(served)}"})`,
      threshold: `${perReplica}`,
      ignoreNullValues: 'false',
    },
  };
}

const BEHAVIOR = {
  scaleUp: { stabilizationWindowSeconds: STABLE_SECONDS.up },
  scaleDown: { stabilizationWindowSeconds: STABLE_SECONDS.down },
};

function scaledResource({ shape }: ServedWorkload): Record<string, string> {
  return shape.nodesPerReplica > 1
    ? { apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet' }
    : { apiVersion: 'apps/v1', kind: 'Deployment' };
}

/**
 * Anchored by PromQL: the pods of workload "chat" are neither those of "chat-long" nor its leaders, "chat-long-0", where its
 * replicas span nodes. A pod of a Deployment ends in five characters that Kubernetes makes up (apiserver names/generate.go).
 */
function podPattern({ name, shape }: ServedWorkload): string {
  return shape.nodesPerReplica > 1 ? `${name}-[0-9]+` : `${name}-[a-z0-9]+-[a-z0-9]{5}`;
}

function metricsUrl({ cell, workload, replicas }: ServedWorkload): string {
  if (cell.serving?.metricsUrl !== undefined) return cell.serving.metricsUrl;
  throw new Problem(
    'InvalidDeployment',
    `workload ${workload.name} scales from ${replicas.min} to ${replicas.max} replicas in cell ${cell.id}, and nothing says where its queue is measured; give the workspace's query URL as serving.metricsUrl`,
  );
}
