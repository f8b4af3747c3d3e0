import { Problem } from '../problem';
import { imageReference } from './image-reference';
import { byWorkload, type ServedWorkload } from './served-workload';

/** Where a decode server listens behind the proxy that has its pod's port. */
export const BEHIND_PROXY_PORT = 8200;
/** Where servers tell each other what they hold: vLLM's own default (NixlConnector usage guide, 2026-11-23). */
const SIDE_CHANNEL_PORT = 5600;

/**
 * How a cache goes from the server that read a prompt to the one that writes the answer: by NIXL over libfabric, which is EFA
 * here. Without the backend's name vLLM takes UCX, and a transfer that fails is an error, not a second prefill in silence
 * (vLLM documentation, NixlConnector usage guide; llm-d guide to prefill/decode disaggregation on AWS; both 2026-11-23).
 */
const KV_TRANSFER = {
  kv_connector: 'NixlConnector',
  // Any value: the proxy decides for each request which server does what.
  kv_role: 'kv_both',
  kv_load_failure_policy: 'fail',
  kv_connector_extra_config: { backends: ['LIBFABRIC'] },
};

/** Port of vLLM in its pod. */
export function enginePort({ pool }: Pick<ServedWorkload, 'pool'>): number {
  return pool === 'decode' ? BEHIND_PROXY_PORT : 8000;
}

/** Arguments of `vllm serve` for a server of a pool; none for any other. */
export function kvTransferFlags({ pool }: Pick<ServedWorkload, 'pool'>): readonly string[] {
  return pool === undefined ? [] : [`--kv-transfer-config=${JSON.stringify(KV_TRANSFER)}`];
}

/** Environment of a server of a pool; none for any other. */
export function kvTransferEnvironment({ pool }: Pick<ServedWorkload, 'pool'>): readonly Record<string, unknown>[] {
  if (pool === undefined) return [];
  return [
    { name: 'VLLM_NIXL_SIDE_CHANNEL_HOST', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'VLLM_NIXL_SIDE_CHANNEL_PORT', value: `${SIDE_CHANNEL_PORT}` },
  ];
}

/**
 * Holds a pod back until libfabric finds EFA in it. Without that NIXL falls back to TCP, which serves, at fifty times the time
 * to first token and more (NVIDIA Dynamo's EFA guide: 98 s instead of 1 s).
 */
export function efaCheck(image: string, devices: Readonly<Record<string, string>>): Record<string, unknown> {
  return {
    name: 'efa-check',
    image,
    command: ['/opt/amazon/efa/bin/fi_info', '-p', 'efa', '-t', 'FI_EP_RDM'],
    // As many as the server: a pod's init containers and its containers take turns.
    resources: { requests: devices, limits: devices },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['IPC_LOCK'] } },
  };
}

/**
 * Stands before a decode server: sends a request to the prefill server that the endpoint picker named, then to the decode
 * server with where its cache is. Runs as long as the server does (flags of llm-d's sidecar 0.10).
 */
export function routingProxy({ cell }: Pick<ServedWorkload, 'cell'>): Record<string, unknown> {
  return {
    name: 'routing-proxy',
    image: imageReference('routingProxy', cell),
    restartPolicy: 'Always',
    args: ['--port=8000', `--model-server-port=${BEHIND_PROXY_PORT}`, '--kv-connector=nixlv2', '--secure-proxy=false'],
    ports: [{ name: 'http', containerPort: 8000 }],
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '4Gi' } },
    securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
  };
}

/**
 * Refuses pools that could not hand a cache over.
 *
 * @throws Problem InvalidDeployment
 */
export function checkPools(served: readonly ServedWorkload[]): void {
  for (const pools of byWorkload(served).filter(([first]) => first?.pool !== undefined)) {
    const roles = pools.map(({ pool }) => `${pool}`).sort();
    const [first] = pools;
    if (first !== undefined && roles.join() !== 'decode,prefill') {
      throw refused(first, `has the pools ${roles.join(', ')} in cell ${first.cell.id}; plan one of each role there`);
    }
    for (const pool of pools) checkPool(pool);
  }
}

function checkPool(served: ServedWorkload): void {
  const { shape, instanceType, pool } = served;
  if (shape.engine !== 'vllm') {
    throw refused(
      served,
      `has its ${pool} pool on ${shape.engine}, and pools are written for vLLM on GPUs alone; plan it whole`,
    );
  }
  if ((instanceType.network?.maxEfaInterfaces ?? 0) === 0) {
    throw refused(
      served,
      `has its ${pool} pool on ${instanceType.name}, which has no EFA, so that caches would go over TCP; choose a type that has it`,
    );
  }
}

function refused({ workload }: ServedWorkload, why: string): Problem {
  return new Problem('InvalidDeployment', `workload ${workload.name} ${why}`);
}
