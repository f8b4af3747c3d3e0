import { NAMESPACE, serviceAccountOf } from '../workload/pod-identity';
import { type KubernetesObject, type ManifestFile, yamlFile } from './chart';
import { inferencePool } from './inference-pool';
import { startupSeconds } from './load-time';
import { modelServerPod } from './model-server-pod';
import { answeringLabels, modelServerLabels } from './pod-labels';
import { podScaling, scales } from './pod-scaling';
import type { ServedWorkload } from './served-workload';

/** Image pull and scheduling, beside the time that the server itself takes: a judgement. */
const PROGRESS_MARGIN_SECONDS = 900;

/** One workload's model servers: account, replicas, service, disruption budget, inference pool, scaling. */
export function modelServerFile(served: ServedWorkload): ManifestFile {
  const { workload, shape } = served;
  return yamlFile(`workloads/${workload.name}.yaml`, [
    // Its role, with the weights' bucket, comes by Pod Identity.
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadataOf(served), ...serviceAccountOf(workload) } },
    shape.nodesPerReplica > 1 ? leaderWorkerSet(served) : deployment(served),
    service(served),
    disruptionBudget(served),
    ...inferencePool(served),
    ...podScaling(served),
  ]);
}

function metadataOf({ workload }: ServedWorkload) {
  return { name: workload.name, namespace: NAMESPACE, labels: { ...modelServerLabels(workload.name) } };
}

/** Left out where an autoscaler owns it. */
function replicasOf(served: ServedWorkload): { readonly replicas?: number } {
  return scales(served) ? {} : { replicas: served.replicas.plan };
}

/** A new replica needs accelerators, and there are none to spare: the old one goes first, one at a time. */
const ONE_AT_A_TIME = { maxUnavailable: 1, maxSurge: 0 };

function deployment(served: ServedWorkload): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(served),
    spec: {
      ...replicasOf(served),
      progressDeadlineSeconds: startupSeconds(served) + PROGRESS_MARGIN_SECONDS,
      strategy: { type: 'RollingUpdate', rollingUpdate: ONE_AT_A_TIME },
      selector: { matchLabels: modelServerLabels(served.workload.name) },
      template: modelServerPod(served, 'alone'),
    },
  };
}

/** Replicas of several nodes: each starts, fails and is replaced as a whole. */
function leaderWorkerSet(served: ServedWorkload): KubernetesObject {
  return {
    apiVersion: 'leaderworkerset.x-k8s.io/v1',
    kind: 'LeaderWorkerSet',
    metadata: metadataOf(served),
    spec: {
      ...replicasOf(served),
      startupPolicy: 'LeaderCreated',
      rolloutStrategy: { type: 'RollingUpdate', rollingUpdateConfiguration: ONE_AT_A_TIME },
      leaderWorkerTemplate: {
        size: served.shape.nodesPerReplica,
        restartPolicy: 'RecreateGroupOnPodRestart',
        leaderTemplate: modelServerPod(served, 'leader'),
        workerTemplate: modelServerPod(served, 'worker'),
      },
    },
  };
}

function service(served: ServedWorkload): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(served),
    spec: {
      selector: answeringLabels(served.workload.name, served.shape.nodesPerReplica),
      ports: [{ name: 'http', port: 8000, targetPort: 'http' }],
    },
  };
}

/** Drains take one pod at a time; of a replica over several nodes the rest follows, and counts. */
function disruptionBudget(served: ServedWorkload): KubernetesObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(served),
    spec: { maxUnavailable: 1, selector: { matchLabels: modelServerLabels(served.workload.name) } },
  };
}
