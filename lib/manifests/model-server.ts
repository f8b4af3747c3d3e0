import { NAMESPACE, serviceAccountOf } from '../workload/pod-identity';
import { type KubernetesObject, type ManifestFile, yamlFile } from './chart';
import { modelRoute } from './gateway';
import { inferencePool } from './inference-pool';
import { startupSeconds } from './load-time';
import { modelServerPod } from './model-server-pod';
import { answeringLabels, serverLabels } from './pod-labels';
import { podScaling, scales } from './pod-scaling';
import { podsPerNode, type ServedWorkload, type ServersOfWorkload } from './served-workload';

/** Image pull and scheduling, beside the time that the server itself takes: a judgement. */
const PROGRESS_MARGIN_SECONDS = 900;

/**
 * One workload's model servers: account, replicas of each kind with their disruption budget and scaling, and what requests go
 * through: a service and an inference pool.
 *
 * @param served the workload's servers: one entry, or one for each pool
 */
export function modelServerFile(served: ServersOfWorkload): ManifestFile {
  const [{ workload }] = served;
  return yamlFile(`workloads/${workload.name}.yaml`, [
    // Its role, with the weights' bucket, comes by Pod Identity.
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadataOfAll(served), ...serviceAccountOf(workload) } },
    ...served.map((each) => (each.shape.nodesPerReplica > 1 ? leaderWorkerSet(each) : deployment(each))),
    service(served),
    ...served.map(disruptionBudget),
    ...inferencePool(served),
    ...modelRoute(served[0]),
    ...served.flatMap(podScaling),
  ]);
}

function metadataOf(served: ServedWorkload) {
  return { name: served.name, namespace: NAMESPACE, labels: { ...serverLabels(served) } };
}

function metadataOfAll([{ workload }]: ServersOfWorkload) {
  return { name: workload.name, namespace: NAMESPACE, labels: { ...serverLabels({ workload }) } };
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
      selector: { matchLabels: serverLabels(served) },
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
      // The headless service by which nodes find their leader is made under a name of its own: ours has the name of the set.
      networkConfig: { subdomainPolicy: 'UniquePerReplica' },
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

/** Of two pools, decode servers: one that is asked without a prefill server beside it reads the prompt itself. */
function service(served: ServersOfWorkload): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOfAll(served),
    spec: {
      selector: answeringLabels(served[0], 'decode'),
      ports: [{ name: 'http', port: 8000, targetPort: 'http' }],
    },
  };
}

/**
 * Drains take one node at a time: all of its pods, because what was evicted finds no room before the node is gone, and an eviction
 * that waits for it would wait for ever. Of a replica over several nodes the rest follows, and counts.
 */
function disruptionBudget(served: ServedWorkload): KubernetesObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(served),
    spec: { maxUnavailable: podsPerNode(served), selector: { matchLabels: serverLabels(served) } },
  };
}
