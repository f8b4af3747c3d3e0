import { checkpointBytes } from '../catalog/checkpoint-bytes';
import { Problem } from '../problem';
import { longestTokens } from '../workload/token-statistics';
import { streamerThreads } from '../workload/weights-rate';
import { enginePort, kvTransferFlags } from './disaggregation';
import { drainSeconds } from './load-time';
import { memoryBytes } from './pod-resources';
import type { ServedWorkload } from './served-workload';

/** Lengths are rounded up to whole multiples of this many tokens, a multiple of every cache block size in use. */
const LENGTH_STEP_TOKENS = 256;
/** Of the pod's host memory, for weights on their way to the accelerator; without a limit a whole file is kept. */
const STREAMER_MEMORY_SHARE = 0.25;

/** Where weights are published to, as vLLM and the AWS command line name it. */
export function publishedWeights({ cell, model }: Pick<ServedWorkload, 'cell' | 'model'>): string {
  const bucket = cell.serving?.weightsBucket;
  return bucket === undefined ? model.id : `s3://${bucket}/${model.id}`;
}

/**
 * Arguments of `vllm serve` that the plan decides. What they leave out, vLLM's defaults decide.
 *
 * Names are those of vLLM 0.20 (engine arguments) and of the vLLM Neuron plug-in 0.29; the legacy line takes few of them.
 *
 * @throws Problem InvalidDeployment where the weights that the plan counts on are not those that are published, and where the
 * engine cannot be started as it is planned.
 */
export function engineFlags(served: ServedWorkload): readonly string[] {
  const { shape, plan, model } = served;
  const shared = [
    `--served-model-name=${model.id}`,
    '--host=0.0.0.0',
    `--port=${enginePort(served)}`,
    '--dtype=bfloat16',
    `--tensor-parallel-size=${shape.tensorParallel}`,
    `--max-model-len=${maxModelTokens(served)}`,
    ...(plan.concurrencyPerReplica === null
      ? []
      : [`--max-num-seqs=${Math.ceil(plan.concurrencyPerReplica / shape.attentionDataParallel)}`]),
  ];
  if (shape.engine === 'vllm-neuron') return [...shared, ...neuronFlags(served)];
  return [...shared, ...gpuFlags(served)];
}

/** Whether servers keep what they worked out of a prompt for the next that begins alike. vLLM does unless it is told not to. */
export function keepsPrefixes({ shape, engineStatus, workload }: ServedWorkload): boolean {
  const isLegacyNeuron = shape.engine === 'vllm-neuron' && engineStatus === 'legacy';
  return !isLegacyNeuron || workload.prefixCacheHitFraction > 0;
}

function neuronFlags(served: ServedWorkload): readonly string[] {
  const { engineStatus, plan, workload, shape, model } = served;
  if (shape.nodesPerReplica > 1) {
    throw new Problem(
      'InvalidDeployment',
      `workload ${workload.name} is planned over ${shape.nodesPerReplica} nodes a replica on Neuron, and no source says how vLLM is started there; choose a type on which it fits one node`,
    );
  }
  if (shape.precision !== model.checkpoint.precision) {
    throw new Problem(
      'InvalidDeployment',
      `workload ${workload.name} is planned in ${shape.precision} on Neuron, where weights are served as they are published, and ${model.id} is published in ${model.checkpoint.precision}; name a checkpoint in ${shape.precision} or ask for ${model.checkpoint.precision}`,
    );
  }
  // The legacy line has no chunked prefill, so that a limit below the longest prompt would be refused.
  if (engineStatus === 'legacy') return keepsPrefixes(served) ? [] : ['--no-enable-prefix-caching'];
  return [
    ...(plan.engineLimits === undefined ? [] : [`--max-num-batched-tokens=${plan.engineLimits.stepTokens}`]),
    `--shutdown-timeout=${drainSeconds(served)}`,
  ];
}

function gpuFlags(served: ServedWorkload): readonly string[] {
  const { shape, plan } = served;
  const limits = plan.engineLimits;
  return [
    ...above1('--pipeline-parallel-size', shape.pipelineParallel),
    ...above1('--data-parallel-size', shape.attentionDataParallel),
    ...(shape.expertParallel > 1 ? ['--enable-expert-parallel'] : []),
    ...quantization(served),
    ...(limits === undefined ? [] : [`--max-num-batched-tokens=${limits.stepTokens}`]),
    ...(limits?.memoryFraction === undefined ? [] : [`--gpu-memory-utilization=${limits.memoryFraction}`]),
    ...(limits?.cacheBytesPerValue === undefined
      ? []
      : [`--kv-cache-dtype=${limits.cacheBytesPerValue === 1 ? 'fp8' : 'auto'}`]),
    ...kvTransferFlags(served),
    `--shutdown-timeout=${drainSeconds(served)}`,
    ...(served.cell.serving?.weightsBucket === undefined ? [] : streaming(served)),
    ...severalNodes(served),
  ];
}

function above1(flag: string, size: number): readonly string[] {
  return size > 1 ? [`${flag}=${size}`] : [];
}

/** A published checkpoint says its own format; one in bf16 is quantized on load. */
function quantization({ shape, model }: ServedWorkload): readonly string[] {
  const onLoad = model.checkpoint.precision === 'bf16' && shape.precision !== 'bf16';
  return onLoad ? [`--quantization=${shape.precision}`] : [];
}

function streaming(served: ServedWorkload): readonly string[] {
  const { model, shape } = served;
  const concurrency = streamerThreads(checkpointBytes(model));
  const memory = memoryBytes(served);
  const settings = {
    concurrency,
    ...(shape.acceleratorsPerReplica > 1 ? { distributed: true } : {}),
    ...(memory === undefined ? {} : { memory_limit: Math.floor(memory * STREAMER_MEMORY_SHARE) }),
  };
  return ['--load-format=runai_streamer', `--model-loader-extra-config=${JSON.stringify(settings)}`];
}

/** LeaderWorkerSet gives every container these variables. Every node but the first serves no requests of its own. */
function severalNodes({ shape }: ServedWorkload): readonly string[] {
  if (shape.nodesPerReplica === 1) return [];
  return [
    '--distributed-executor-backend=mp',
    '--nnodes=$(LWS_GROUP_SIZE)',
    '--node-rank=$(LWS_WORKER_INDEX)',
    '--master-addr=$(LWS_LEADER_ADDRESS)',
    // Each data-parallel rank spans all the nodes.
    ...above1('--data-parallel-size-local', shape.attentionDataParallel),
  ];
}

/** The longest request that the plan has room for, rounded up, as far as the model goes. */
export function maxModelTokens({ workload, model }: Pick<ServedWorkload, 'workload' | 'model'>): number {
  const longest = longestTokens(workload.tokens.input) + longestTokens(workload.tokens.output);
  const rounded = Math.ceil(longest / LENGTH_STEP_TOKENS) * LENGTH_STEP_TOKENS;
  return Math.min(rounded, model.maxContextTokens ?? rounded);
}
