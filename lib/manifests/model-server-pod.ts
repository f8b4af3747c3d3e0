import { ACCELERATOR_TAINT, workloadLabels } from '../catalog/node';
import { Problem } from '../problem';
import { serviceAccountOf } from '../workload/pod-identity';
import { BEHIND_PROXY_PORT, efaCheck, kvTransferEnvironment, routingProxy } from './disaggregation';
import { engineFlags } from './engine-flags';
import { imageReference } from './image-reference';
import type { ImageName } from './images';
import { drainSeconds, LEAVING_SECONDS, startupSeconds } from './load-time';
import { podLabels, serverLabels } from './pod-labels';
import { efaResources, podResources } from './pod-resources';
import { type ServedWorkload, usesEfa } from './served-workload';
import { weightsAt, weightsCopy, weightsMounts, weightsPath, weightsVolumes } from './weights';

/** What a pod does in its replica: alone, or as the first or a later node of several. */
export type PodRole = 'alone' | 'leader' | 'worker';

const PROBE_SECONDS = 10;
/** After the engine's own time to finish. */
const MARGIN_SECONDS = 15;
const CACHE = '/var/cache/model-server';
/** As in vLLM's Kubernetes guide. */
const SHARED_MEMORY = '2Gi';

/** The template of a model server's pods. */
export function modelServerPod(served: ServedWorkload, role: PodRole): Record<string, unknown> {
  const { accelerator, workload, pool } = served;
  return {
    metadata: { labels: podLabels(served, role !== 'worker') },
    spec: {
      serviceAccountName: serviceAccountOf(workload).name,
      automountServiceAccountToken: false,
      // Of a workload named vllm they would have VLLM_PORT, which the engine takes for its own setting.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: graceSeconds(served),
      nodeSelector: workloadLabels(workload.name, pool),
      tolerations: [{ key: ACCELERATOR_TAINT[accelerator.vendor], operator: 'Exists', effect: 'NoSchedule' }],
      ...(role === 'alone' ? { topologySpreadConstraints: [spread(served)] } : {}),
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      ...startingWith(served),
      containers: [serverContainer(served, role)],
      volumes: [
        { name: 'cache', emptyDir: {} },
        { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: SHARED_MEMORY } },
        ...weightsVolumes(served),
      ],
    },
  };
}

/** Seconds between the wish to end a pod and its kill: it leaves, finishes its longest request, and has a margin. */
export function graceSeconds(served: ServedWorkload): number {
  return LEAVING_SECONDS + drainSeconds(served) + MARGIN_SECONDS;
}

/** Replicas that fit on one node are kept apart as far as there are nodes, so that one node takes few of them down. */
function spread(served: ServedWorkload): Record<string, unknown> {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: serverLabels(served) },
  };
}

/** What runs before the server, and beside it. */
function startingWith(served: ServedWorkload): { readonly initContainers?: readonly Record<string, unknown>[] } {
  const first = [
    ...(served.pool === undefined ? [] : [efaCheck(serverImage(served), efaResources(served))]),
    ...(weightsAt(served) === 'copied' ? [weightsCopy(served)] : []),
    ...(served.pool === 'decode' ? [routingProxy(served)] : []),
  ];
  return first.length === 0 ? {} : { initContainers: first };
}

function serverContainer(served: ServedWorkload, role: PodRole): Record<string, unknown> {
  return {
    name: 'server',
    image: serverImage(served),
    command: ['vllm', 'serve', weightsPath(served)],
    args: [...engineFlags(served), ...(role === 'worker' ? ['--headless'] : [])],
    env: environment(served),
    ...(role === 'worker' ? {} : answering(served)),
    resources: podResources(served),
    securityContext: { allowPrivilegeEscalation: false, capabilities: capabilities(served) },
    volumeMounts: [
      { name: 'cache', mountPath: CACHE },
      { name: 'shared-memory', mountPath: '/dev/shm' },
      ...weightsMounts(served),
    ],
  };
}

/** EFA writes into locked memory (vLLM documentation, parallelism and scaling, GPUDirect RDMA). */
function capabilities(served: ServedWorkload): Record<string, unknown> {
  return { drop: ['ALL'], ...(usesEfa(served) ? { add: ['IPC_LOCK'] } : {}) };
}

function serverImage(served: ServedWorkload): string {
  return imageReference(engineImage(served), served.cell);
}

/** @throws Problem InvalidDeployment for an engine that nothing is written for. */
function engineImage({ shape, engineStatus, workload }: ServedWorkload): ImageName {
  if (shape.engine === 'vllm') return 'vllm';
  if (shape.engine === 'vllm-neuron') return engineStatus === 'legacy' ? 'vllmNeuronLegacy' : 'vllmNeuron';
  throw new Problem(
    'InvalidDeployment',
    `workload ${workload.name} is planned on ${shape.engine}, and manifests are written for vLLM alone; choose a precision that vLLM serves`,
  );
}

/** Compiled code outlives a restart of the container, on the node's fastest disks: volumes lie where the kubelet does. */
function environment(served: ServedWorkload): readonly Record<string, unknown>[] {
  const { cell, shape, engineStatus } = served;
  const neuron = shape.engine === 'vllm-neuron' && engineStatus === 'current';
  const compilation = `${startupSeconds(served)}`;
  return [
    region(served),
    { name: 'HOME', value: CACHE },
    { name: 'VLLM_CACHE_ROOT', value: `${CACHE}/vllm` },
    ...(neuron ? [{ name: 'VLLM_NEURON_COMPILATION_TIMEOUT', value: compilation }] : []),
    ...(usesEfa(served) ? [{ name: 'FI_PROVIDER', value: 'efa' }] : []),
    ...kvTransferEnvironment(served),
    ...(cell.serving?.weightsBucket === undefined ? [{ name: 'HF_HOME', value: `${CACHE}/hub` }, HUB_TOKEN] : []),
  ];
}

function region({ cell }: ServedWorkload): Record<string, unknown> {
  return { name: 'AWS_REGION', value: cell.region };
}

/** Models behind a licence need one; it is a secret that a person makes. */
const HUB_TOKEN = {
  name: 'HF_TOKEN',
  valueFrom: { secretKeyRef: { name: 'hugging-face', key: 'token', optional: true } },
};

const HTTP = { name: 'http', containerPort: 8000 };

function answering(served: ServedWorkload): Record<string, unknown> {
  // The pod's own port is the proxy's, where there is one.
  const port = served.pool === 'decode' ? { name: 'engine', containerPort: BEHIND_PROXY_PORT } : HTTP;
  const health = { httpGet: { path: '/health', port: port.name }, timeoutSeconds: 5 };
  return {
    ports: [port],
    // Nothing else is asked until the weights are loaded, however long it takes.
    startupProbe: {
      ...health,
      periodSeconds: PROBE_SECONDS,
      failureThreshold: Math.ceil(startupSeconds(served) / PROBE_SECONDS),
    },
    readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...health, periodSeconds: PROBE_SECONDS, failureThreshold: 6 },
    lifecycle: { preStop: { sleep: { seconds: leavingSeconds(served) } } },
  };
}

/** The legacy engine aborts requests when it is told to end, so that they are waited for before. */
function leavingSeconds(served: ServedWorkload): number {
  return served.engineStatus === 'legacy' ? LEAVING_SECONDS + drainSeconds(served) : LEAVING_SECONDS;
}
