import type { Accelerator } from '../../catalog/accelerator';
import type { InstanceType } from '../../catalog/instance-type';
import type { Attention, ModelArchitecture } from '../../catalog/model';
import type { Precision } from '../../workload/workload';
import type { Engine, ReplicaShape } from '../plan';

/** A split that the model's dimensions do not allow, with the numbers. */
export interface RefusedShape {
  readonly shape: ReplicaShape;
  readonly reason: string;
}

export interface ReplicaShapes {
  readonly legal: readonly ReplicaShape[];
  readonly refused: readonly RefusedShape[];
}

/** Scales are kept for blocks of 128 × 128 weights (weight_block_size of DeepSeek's and Qwen's FP8 checkpoints). */
const WEIGHT_BLOCK = 128;
/** Nodes that one replica may span, as pipeline stages over EFA. */
const NODES_PER_REPLICA = [1, 2, 4];

/**
 * Every way to lay one replica over a type's accelerators: tensor × pipeline × attention-data parallel in powers of two
 * within a node; over several nodes, full nodes as pipeline stages where the type has EFA. On Neuron, tensor parallel over
 * logical cores only.
 */
export function replicaShapes(
  model: ModelArchitecture,
  accelerator: Accelerator,
  instanceType: InstanceType,
  precision: Precision,
  engine: Engine,
): ReplicaShapes {
  const count = instanceType.acceleratorCount ?? 0;
  const all =
    accelerator.vendor === 'aws'
      ? neuronShapes(instanceType, count)
      : NODES_PER_REPLICA.flatMap((nodes) => gpuShapes(model, instanceType, count, nodes));
  const legal: ReplicaShape[] = [];
  const refused: RefusedShape[] = [];
  for (const split of all) {
    const shape: ReplicaShape = { instanceType: instanceType.name, ...split, precision, engine };
    const reason = whyNot(model, shape);
    if (reason === undefined) legal.push(shape);
    else refused.push({ shape, reason });
  }
  return { legal, refused };
}

type Split = Omit<ReplicaShape, 'instanceType' | 'precision' | 'engine'>;

function neuronShapes(instanceType: InstanceType, count: number): readonly Split[] {
  const coresPerChip = instanceType.logicalNeuronCoresPerChip ?? 1;
  return powersOfTwo(count * coresPerChip).map((tensorParallel) => ({
    acceleratorsPerReplica: Math.ceil(tensorParallel / coresPerChip),
    nodesPerReplica: 1,
    tensorParallel,
    pipelineParallel: 1,
    expertParallel: 1,
    attentionDataParallel: 1,
  }));
}

function gpuShapes(
  model: ModelArchitecture,
  instanceType: InstanceType,
  count: number,
  nodes: number,
): readonly Split[] {
  if (nodes > 1 && !joinsNodes(instanceType)) return [];
  const stages = nodes > 1 ? [nodes] : powersOfTwo(count);
  const dataParallel = model.moe === undefined ? [1] : powersOfTwo(count);
  return stages.flatMap((pipelineParallel) =>
    dataParallel.flatMap((attentionDataParallel) =>
      powersOfTwo(count)
        .filter((tensorParallel) => fills(tensorParallel * attentionDataParallel, pipelineParallel, count, nodes))
        .flatMap((tensorParallel) =>
          expertParallelSizes(model, tensorParallel, attentionDataParallel).map((expertParallel) => ({
            acceleratorsPerReplica: tensorParallel * attentionDataParallel * pipelineParallel,
            nodesPerReplica: nodes,
            tensorParallel,
            pipelineParallel,
            expertParallel,
            attentionDataParallel,
          })),
        ),
    ),
  );
}

/** Only full scale-up domains are joined over EFA: PCIe boxes and p5.4xlarge reach it without GPUDirect RDMA. */
function joinsNodes({ network, scaleUpDomainSize, acceleratorCount }: InstanceType): boolean {
  return network?.efaBytesPerSecond !== undefined && (scaleUpDomainSize ?? 1) > 1 && (acceleratorCount ?? 1) > 1;
}

/** Within a node anything that fits; over nodes, one stage is one full node. */
function fills(stageRanks: number, stages: number, count: number, nodes: number): boolean {
  return nodes === 1 ? stageRanks * stages <= count : stageRanks === count;
}

/** Attention-data-parallel ranks can only share experts; within tensor parallel both ways exist. */
function expertParallelSizes(
  model: ModelArchitecture,
  tensorParallel: number,
  dataParallel: number,
): readonly number[] {
  const ranks = tensorParallel * dataParallel;
  if (model.moe === undefined || ranks === 1) return [1];
  return dataParallel > 1 ? [ranks] : [1, ranks];
}

/** Why the model's dimensions do not divide so; undefined when they do. */
function whyNot(model: ModelArchitecture, shape: ReplicaShape): string | undefined {
  const { tensorParallel: tp, pipelineParallel: pp, expertParallel: ep } = shape;
  if (pp > model.layers) return `${model.layers} layers make no ${pp} pipeline stages`;
  const heads = headsWhyNot(model.attention, tp);
  if (heads !== undefined) return heads;
  const { moe } = model;
  const widths: [string, number, number][] = [];
  if (model.denseLayers > 0 && model.denseIntermediate !== undefined)
    widths.push(['feed-forward', model.denseIntermediate, tp]);
  if (moe !== undefined) {
    if (moe.experts % ep !== 0) return `${moe.experts} experts do not divide by ${ep}`;
    widths.push(['expert', moe.expertIntermediate, (tp * shape.attentionDataParallel) / ep]);
    if (moe.sharedExperts > 0) widths.push(['shared expert', moe.sharedExperts * moe.sharedIntermediate, tp]);
  }
  const block = shape.precision === 'fp8' && model.checkpoint.precision === 'fp8' && model.checkpoint.block === 'block';
  const bad = widths.find(([, width, parts]) => width % (parts * (block && parts > 1 ? WEIGHT_BLOCK : 1)) !== 0);
  if (bad === undefined) return undefined;
  const unit = block ? ` in blocks of ${WEIGHT_BLOCK}` : '';
  return `the ${bad[0]} width of ${bad[1]} does not divide by ${bad[2]}${unit}`;
}

function headsWhyNot(attention: Attention, tp: number): string | undefined {
  const counts = headCounts(attention);
  const heads = counts.split.find((count) => count % tp !== 0);
  if (heads !== undefined) return `${heads} heads do not divide by ${tp}`;
  const { kvHeads } = counts;
  // Fewer key-value heads than ranks are replicated, which needs whole copies.
  if (kvHeads !== undefined && kvHeads % tp !== 0 && tp % kvHeads !== 0) {
    return `${kvHeads} key-value heads do not divide by ${tp}`;
  }
  return undefined;
}

function headCounts(attention: Attention): { readonly split: readonly number[]; readonly kvHeads: number | undefined } {
  switch (attention.kind) {
    case 'gqa':
      return { split: [attention.heads], kvHeads: attention.kvHeads };
    case 'mla':
      return { split: [attention.heads], kvHeads: undefined };
    case 'hybridLinear':
      return {
        split: [attention.full.heads, attention.linear.keyHeads, attention.linear.valueHeads],
        kvHeads: attention.full.kvHeads,
      };
  }
}

/** 1, 2, 4 … up to a limit. */
function powersOfTwo(limit: number): readonly number[] {
  const powers: number[] = [];
  for (let power = 1; power <= limit; power *= 2) powers.push(power);
  return powers;
}
