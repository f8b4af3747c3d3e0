import type { Accelerator } from '../../../catalog/accelerator';
import type { ModelArchitecture } from '../../../catalog/model';
import { type AttentionWork, attentionWork } from './attention-work';
import type { CoefficientName } from './coefficient-names';
import { BYTES_PER_WEIGHT, type Formats, type WeightFormat } from './formats';
import { NETWORK_HOP_SECONDS } from './links';

export interface Parallelism {
  readonly tensorParallel: number;
  readonly attentionDataParallel: number;
  readonly expertTensorParallel: number;
  readonly expertParallel: number;
}

/** What a request may say about how a replica is laid out, beyond its parallelism. */
export interface Layout {
  /** Bytes per second between ranks, where it is not the accelerator's scale-up link. */
  readonly linkBytesPerSecond?: number;
  /** What a network between them adds to a collective. @default 0 */
  readonly linkSeconds?: number;
  /** Whether the ranks of one attention group lie in one node though the replica spans several. @default false */
  readonly attentionInNode?: boolean;
  /** Stages that layers are laid out in, and nodes that they span. @default 1 */
  readonly pipelineParallel?: number;
  readonly nodes?: number;
  /** Bytes per second of a node's network. @default - linkBytesPerSecond */
  readonly networkBytesPerSecond?: number;
  /** Load of the busiest expert rank relative to the mean. @default - fitted */
  readonly expertImbalance?: number;
  /** Whether decode steps replay captured CUDA graphs. @default true */
  readonly cudaGraph?: boolean | undefined;
}

/** What one rank of a replica does, counted once: everything that a step time needs. */
export interface RankWork extends AttentionWork {
  readonly layers: number;
  readonly hidden: number;
  readonly moeLayers: number;
  /** Weights and widths of matrix multiplications in the quantized format and in bf16. */
  readonly quantWeights: number;
  readonly quantActivations: number;
  readonly quantBytes: number;
  readonly quantFlopsPerSecond: number;
  readonly plainWeights: number;
  readonly plainActivations: number;
  readonly headWeights: number;
  readonly embeddingWeights: number;
  readonly experts: number;
  readonly expertsPerToken: number;
  readonly expertParallel: number;
  /** Load of the busiest expert rank relative to the mean, where somebody knows it. */
  readonly imbalance: number | undefined;
  /** Weights of one expert on this rank, over all layers. */
  readonly expertWeights: number;
  readonly expertBytes: number;
  readonly expertFlopsPerSecond: number;
  /** Whether every step is launched kernel by kernel, as steps with prefill always are. */
  readonly eager: boolean;
  /** Ranks that share a token's attention, and its feed-forward blocks. */
  readonly attentionRanks: number;
  readonly feedForwardRanks: number;
  /** Whether tokens of several attention ranks meet in the experts: gathered by all, or routed to where their experts are. */
  readonly meeting: 'none' | 'gather' | 'route';
  readonly ranks: number;
  readonly dataParallel: number;
  readonly bf16FlopsPerSecond: number;
  readonly bandwidth: number;
  readonly link: number;
  /** Seconds that a network between nodes adds to a collective. */
  readonly linkSeconds: number;
  readonly attentionLink: number;
  readonly attentionLinkSeconds: number;
  /** Messages from stage to stage within a node, and over the network. */
  readonly nearSends: number;
  readonly farSends: number;
  readonly farLink: number;
  readonly farSeconds: number;
  /** The coefficients of its formats. */
  readonly quantEfficiency: CoefficientName;
  readonly quantFloor: CoefficientName | undefined;
  readonly expertEfficiency: CoefficientName;
  readonly expertMemory: CoefficientName;
}

const GEMM: Readonly<Record<WeightFormat, CoefficientName>> = {
  bf16: 'gemmBf16',
  int4: 'gemmBf16',
  fp8: 'gemmFp8',
  fp8Block: 'gemmFp8Block',
  nvfp4: 'gemmFp4',
  mxfp4: 'gemmFp4',
};
const FLOOR: Readonly<Partial<Record<WeightFormat, CoefficientName>>> = {
  fp8: 'quantFp8Floor',
  fp8Block: 'quantBlockFloor',
  nvfp4: 'quantFp4Floor',
};
const EXPERT: Readonly<Record<WeightFormat, CoefficientName>> = {
  bf16: 'expertBf16',
  fp8: 'expertFp8',
  fp8Block: 'expertFp8',
  nvfp4: 'expertFp4',
  mxfp4: 'expertMxfp4',
  int4: 'expertInt4',
};
const EXPERT_MEMORY: Readonly<Partial<Record<WeightFormat, CoefficientName>>> = {
  nvfp4: 'expertMemoryFp4',
  mxfp4: 'expertMemoryMxfp4',
  int4: 'expertMemoryInt4',
};

/** Peak of the units that a format multiplies on. Hardware without units for a format widens its weights to bf16. */
function peakOf(accelerator: Accelerator, format: WeightFormat): number {
  const d = accelerator.denseFlopsPerSecond;
  const bf16 = d.bf16 ?? 0;
  if (format === 'bf16' || format === 'int4') return bf16;
  return (format === 'fp8' || format === 'fp8Block' ? d.fp8 : d.fp4) ?? bf16;
}

/** Dense feed-forward blocks, shared experts and routers on one rank. */
function feedForward(model: ModelArchitecture, ranks: number) {
  const moe = model.moe;
  const matrices = model.feedForwardMatrices;
  const dense = model.denseLayers * (model.denseIntermediate ?? 0);
  const shared = moe === undefined ? 0 : moe.layers * moe.sharedExperts * moe.sharedIntermediate;
  const blocks = model.denseLayers + (shared > 0 ? (moe?.layers ?? 0) : 0);
  return {
    weights: ((dense + shared) * model.hidden * matrices) / ranks,
    activations: blocks * 2 * model.hidden + ((dense + shared) * matrices) / ranks,
    routerWeights: moe === undefined ? 0 : moe.layers * model.hidden * moe.experts,
    routerActivations: moe === undefined ? 0 : moe.layers * (model.hidden + moe.experts),
  };
}

function matrices(model: ModelArchitecture, a: AttentionWork, formats: Formats, ffRanks: number) {
  const ff = feedForward(model, ffRanks);
  const attention = formats.attention !== 'bf16' ? 1 : 0;
  const dense = formats.dense !== 'bf16' ? 1 : 0;
  return {
    quantWeights: attention * a.weights + dense * ff.weights,
    quantActivations: attention * a.activations + dense * ff.activations,
    plainWeights: (1 - attention) * a.weights + (1 - dense) * ff.weights + ff.routerWeights,
    plainActivations: (1 - attention) * a.activations + (1 - dense) * ff.activations + ff.routerActivations,
  };
}

/** Links between a replica's ranks, and what its stages send each other. */
function linksOf(accelerator: Accelerator, layout: Layout) {
  const near = accelerator.scaleUpBytesPerSecond ?? layout.linkBytesPerSecond ?? 0;
  const link = layout.linkBytesPerSecond ?? near;
  const linkSeconds = layout.linkSeconds ?? 0;
  const stages = layout.pipelineParallel ?? 1;
  const farSends = Math.min(stages, layout.nodes ?? 1) - 1;
  const inNode = layout.attentionInNode ?? false;
  return {
    link,
    linkSeconds,
    attentionLink: inNode ? Math.max(near, link) : link,
    attentionLinkSeconds: inNode ? 0 : linkSeconds,
    nearSends: stages - 1 - farSends,
    farSends,
    farLink: layout.networkBytesPerSecond ?? link,
    farSeconds: NETWORK_HOP_SECONDS,
  };
}

function meetingOf(model: ModelArchitecture, shape: Parallelism): RankWork['meeting'] {
  if (model.moe === undefined || shape.attentionDataParallel === 1) return 'none';
  return shape.expertParallel > 1 ? 'route' : 'gather';
}

/** Counts the work of one rank. Mistakes of shape (ranks that do not divide) are the caller's to refuse. */
export function rankWork(
  model: ModelArchitecture,
  accelerator: Accelerator,
  shape: Parallelism,
  formats: Formats,
  layout: Layout = {},
): RankWork {
  const tp = shape.tensorParallel;
  const expertRanks = shape.expertTensorParallel * shape.expertParallel;
  const ranks = Math.max(tp * shape.attentionDataParallel, model.moe === undefined ? 1 : expertRanks);
  const a = attentionWork(model, tp, formats.kvBytes);
  const moe = model.moe;
  const quant = formats.dense !== 'bf16' ? formats.dense : formats.attention;
  const work = matrices(model, a, formats, moe === undefined ? tp : expertRanks);
  const head = (model.hidden * model.vocabulary) / tp;
  return {
    ...a,
    ...work,
    layers: model.layers,
    hidden: model.hidden,
    moeLayers: moe?.layers ?? 0,
    quantBytes: BYTES_PER_WEIGHT[quant],
    quantFlopsPerSecond: peakOf(accelerator, quant),
    headWeights: head,
    embeddingWeights: model.tiedEmbeddings ? 0 : head,
    experts: moe?.experts ?? 0,
    expertsPerToken: moe?.expertsPerToken ?? 0,
    expertParallel: shape.expertParallel,
    imbalance: layout.expertImbalance,
    expertWeights:
      moe === undefined
        ? 0
        : (moe.layers * model.feedForwardMatrices * model.hidden * moe.expertIntermediate) / shape.expertTensorParallel,
    expertBytes: BYTES_PER_WEIGHT[formats.experts],
    expertFlopsPerSecond: peakOf(accelerator, formats.experts),
    eager: layout.cudaGraph === false,
    attentionRanks: tp,
    feedForwardRanks: moe === undefined ? tp : expertRanks,
    meeting: meetingOf(model, shape),
    ranks,
    dataParallel: shape.attentionDataParallel,
    bf16FlopsPerSecond: accelerator.denseFlopsPerSecond.bf16 ?? 0,
    bandwidth: accelerator.memoryBandwidthBytesPerSecond ?? 0,
    ...linksOf(accelerator, layout),
    quantEfficiency: GEMM[quant],
    quantFloor: FLOOR[work.quantWeights > 0 ? quant : moe === undefined ? 'bf16' : formats.experts],
    expertEfficiency: EXPERT[formats.experts],
    expertMemory: EXPERT_MEMORY[formats.experts] ?? 'expertMemory',
  };
}
