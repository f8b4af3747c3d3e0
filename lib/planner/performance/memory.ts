import { type Attention, MODEL_PARTS, type ModelArchitecture, type ModelPart } from '../../catalog/model';
import { parameterCount } from '../../catalog/parameters';
import type { ReplicaShape } from '../plan';
import type { RankAttention } from './attention-seconds';
import type { MemoryCoefficients } from './coefficients';
import type { MemoryFit, ReplicaConfiguration } from './performance-model';
import { rankAttention, rankKvHeads, rankState } from './rank-attention';
import { partFormat } from './weights';

/** Layers of the fullest pipeline stage over all layers. */
export function stageShare(layers: number, pipelineParallel: number): number {
  return Math.ceil(layers / pipelineParallel) / layers;
}

/**
 * Bytes of weights on the fullest rank: each part at its own precision, split as engines split it. Key-value heads are
 * replicated past their number, latent projections always; experts are split over every rank of a stage; embeddings and head
 * over the tensor-parallel ranks of the first and the last stage.
 */
export function rankWeightBytes(model: ModelArchitecture, shape: ReplicaShape, memory: MemoryCoefficients): number {
  const { parts } = parameterCount(model);
  const share = stageShare(model.layers, shape.pipelineParallel);
  const bytes = (part: ModelPart): number =>
    parts[part] * partFormat(model, shape.precision, part, memory).bytesPerParameter;
  const layered = MODEL_PARTS.filter((part) => part !== 'embeddings' && part !== 'head').reduce(
    (sum, part) => sum + bytes(part) * splitOf(part, model, shape),
    0,
  );
  const table = bytes('embeddings') / shape.tensorParallel;
  const head = bytes('head') / shape.tensorParallel;
  return layered * share + (shape.pipelineParallel === 1 ? table + head : Math.max(table, head));
}

/** Share of a part's parameters that one rank of a stage holds. */
function splitOf(part: ModelPart, model: ModelArchitecture, shape: ReplicaShape): number {
  const tp = shape.tensorParallel;
  switch (part) {
    case 'attention':
      return attentionSplit(model.attention, model.hidden, tp);
    case 'experts':
      return 1 / (tp * shape.attentionDataParallel);
    case 'indexer':
    case 'router':
    case 'norms':
      return 1;
    default:
      return 1 / tp;
  }
}

function attentionSplit(attention: Attention, hidden: number, tp: number): number {
  if (attention.kind === 'mla') {
    const { heads, qLoraRank, kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim } = attention;
    const shared = hidden * (qLoraRank + kvLoraRank + qkRopeHeadDim);
    const queryDepth = qLoraRank === 0 ? hidden : qLoraRank;
    const split =
      heads *
      (queryDepth * (qkNopeHeadDim + qkRopeHeadDim) + kvLoraRank * (qkNopeHeadDim + vHeadDim) + hidden * vHeadDim);
    return (shared + split / tp) / (shared + split);
  }
  const { heads, kvHeads } = attention.kind === 'gqa' ? attention : attention.full;
  const gate = attention.kind === 'hybridLinear' && attention.full.outputGate === true ? heads : 0;
  const queries = 2 * heads + gate;
  return (queries / tp + 2 * rankKvHeads(kvHeads, tp)) / (queries + 2 * kvHeads);
}

/** Bytes that one sequence of `tokens` takes on the fullest rank: cache up to each window, and state. */
export function rankSequenceBytes(
  tokens: number,
  kinds: readonly RankAttention[],
  stateBytes: number,
  share: number,
  bytesPerValue: number,
): number {
  const values = kinds.reduce(
    (sum, kind) => sum + kind.layers * Math.min(tokens, kind.keptTokens) * kind.cachedValuesPerToken,
    0,
  );
  return values * bytesPerValue * share + stateBytes;
}

/** Fits weights, reserve and at least some cache into the share of device memory that the engine may use. */
export function memoryFit(
  { model, accelerator, instanceType, shape }: ReplicaConfiguration,
  memory: MemoryCoefficients,
): MemoryFit | { readonly unknown: string } {
  if (accelerator.memoryBytes === undefined) return { unknown: `no source states the memory of ${accelerator.name}` };
  const ranksPerAccelerator = instanceType.logicalNeuronCoresPerChip ?? 1;
  const usable = (accelerator.memoryBytes * memory.usableFraction) / ranksPerAccelerator;
  const reserve = memory.reserveBytes / ranksPerAccelerator;
  const weights = rankWeightBytes(model, shape, memory);
  const free = usable - reserve - weights;
  if (free <= 0) return { fits: false, reason: tooLarge(weights, reserve, usable, ranksPerAccelerator, memory) };
  const share = stageShare(model.layers, shape.pipelineParallel);
  const kinds = rankAttention(model, shape.tensorParallel);
  const state = rankState(model, shape.tensorParallel);
  const stateBytes = state === undefined ? 0 : state.layers * state.valuesPerLayer * memory.stateBytesPerValue * share;
  const perToken = rankSequenceBytes(1, kinds, 0, share, memory.cacheBytesPerValue);
  const cacheBytes = free * shape.attentionDataParallel;
  return {
    fits: true,
    weightsBytesPerAccelerator: weights * Math.min(ranksPerAccelerator, shape.tensorParallel),
    kvCapacityTokens: Math.floor(cacheBytes / perToken),
    stateBytesPerSequence: stateBytes,
    cacheBytes,
    assumed: { memoryFraction: memory.usableFraction, cacheBytesPerValue: memory.cacheBytesPerValue },
    cacheBytesPerSequence: (tokens) => rankSequenceBytes(tokens, kinds, stateBytes, share, memory.cacheBytesPerValue),
  };
}

function tooLarge(
  weights: number,
  reserve: number,
  usable: number,
  ranksPerAccelerator: number,
  memory: MemoryCoefficients,
): string {
  const where = ranksPerAccelerator === 1 ? 'accelerator' : 'logical core';
  return (
    `${gib(weights)} GiB of weights and ${gib(reserve)} GiB of reserve per ${where} exceed the ${gib(usable)} GiB usable ` +
    `(${memory.usableFraction * 100} % of its memory)`
  );
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
