import { ACCELERATOR_TAINT, hugeMebibytes, hugePages } from '../catalog/node';
import { acceleratorsPerPod, podsPerNode, type ServedWorkload, usesEfa } from './served-workload';

/** Share of a node that model servers ask for: the kubelet, its reserve and the daemon sets have the rest. A judgement. */
const SERVED_SHARE = 0.75;
const MEBIBYTE = 2 ** 20;

export interface PodResources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/**
 * What one pod of a replica takes of its node: its accelerators, and its share of processors and memory. A replica over
 * several nodes takes all EFA interfaces of each; one of a pool takes its share of them. Processors are asked for and not limited; memory is both.
 */
export function podResources(served: ServedWorkload): PodResources {
  const { accelerator } = served;
  const devices = {
    [ACCELERATOR_TAINT[accelerator.vendor]]: `${acceleratorsPerPod(served)}`,
    ...efaResources(served),
  };
  const memory = memoryBytes(served);
  const bounded = {
    ...devices,
    ...(memory === undefined ? {} : { memory: `${Math.floor(memory / MEBIBYTE)}Mi` }),
  };
  const processors = processorsOf(served);
  return {
    requests: { ...(processors === undefined ? {} : { cpu: `${processors}` }), ...bounded },
    limits: bounded,
  };
}

/** Bytes of host memory of one pod; undefined where no source states the node's. */
export function memoryBytes(served: ServedWorkload): number | undefined {
  const { hostMemoryBytes } = served.instanceType;
  return hostMemoryBytes === undefined ? undefined : hostMemoryBytes * SERVED_SHARE * nodeShare(served);
}

function processorsOf(served: ServedWorkload): number | undefined {
  const { vcpus } = served.instanceType;
  return vcpus === undefined ? undefined : Math.max(1, Math.floor(vcpus * SERVED_SHARE * nodeShare(served)));
}

/** Pods of a replica that takes three of eight accelerators share the node with one other. */
function nodeShare(served: ServedWorkload): number {
  return 1 / podsPerNode(served);
}

/** EFA interfaces of a pod with the memory that they need; none where nothing is sent to another pod, or the node has none. */
export function efaResources(served: ServedWorkload): Readonly<Record<string, string>> {
  const onNode = served.instanceType.network?.maxEfaInterfaces ?? 0;
  if (!usesEfa(served) || onNode === 0) return {};
  const interfaces = Math.max(1, Math.floor(onNode * nodeShare(served)));
  return { 'vpc.amazonaws.com/efa': `${interfaces}`, ...hugePages(hugeMebibytes(podsPerNode(served))) };
}
