import type { RankAttention } from './attention-seconds';
import type {
  Coefficients,
  EngineCoefficients,
  GpuCoefficients,
  MatrixFormat,
  MemoryCoefficients,
} from './coefficients';
import type { Link } from './collectives';
import { stageShare } from './memory';
import type { EngineStep, ReplicaConfiguration } from './performance-model';
import { type RankState, rankAttention, rankState } from './rank-attention';
import { type LayerExperts, type LayerMatrix, rankExperts, rankHead, rankMatrices } from './rank-matrices';

/** Figures of the hardware that a step needs, all known. */
export interface GpuHardware {
  readonly bytesPerSecond: number;
  readonly flopsPerSecond: Readonly<Record<MatrixFormat, number>>;
  /** Between ranks of a stage; undefined where the shape has one rank a stage. */
  readonly link: Link | undefined;
  /** Between stages; undefined where there is one. */
  readonly stageLink: Link | undefined;
}

/** Everything about a GPU replica that does not change from step to step. */
export interface GpuReplica {
  readonly hardware: GpuHardware;
  readonly coefficients: GpuCoefficients;
  readonly engine: EngineCoefficients;
  readonly memory: MemoryCoefficients;
  readonly hidden: number;
  readonly layers: number;
  readonly moeLayers: number;
  /** Layers of the fullest pipeline stage over all layers. */
  readonly share: number;
  readonly stages: number;
  readonly tensorParallel: number;
  readonly dataParallel: number;
  readonly latent: boolean;
  readonly matrices: readonly LayerMatrix[];
  readonly experts: LayerExperts | undefined;
  readonly attention: readonly RankAttention[];
  readonly attentionLayers: number;
  readonly state: RankState | undefined;
  readonly head: LayerMatrix;
  /** Launches of all layers' kernels but attention's, with the engine's factor. */
  readonly launchSeconds: number;
}

/** Tokens of one micro-batch on the fullest attention-data-parallel rank. */
export interface RankStep {
  readonly decodes: number;
  readonly prefills: number;
  /** Of all ranks of the stage: they share the experts. */
  readonly expertTokens: number;
  readonly context: number;
  readonly offset: number;
}

export function gpuReplica(
  { model, shape }: ReplicaConfiguration,
  hardware: GpuHardware,
  coefficients: GpuCoefficients,
  { engines, memory }: Coefficients,
): GpuReplica {
  const engine = engines[shape.engine];
  const matrices = rankMatrices(model, shape, memory);
  const experts = rankExperts(model, shape, memory);
  const attention = rankAttention(model, shape.tensorParallel);
  const launches =
    matrices.reduce((sum, { layers, format }) => sum + layers * coefficients.gemm[format].launchSeconds, 0) +
    (experts === undefined ? 0 : experts.layers * coefficients.experts[experts.format].launchSeconds) +
    model.layers * coefficients.elementwiseSecondsPerLayer;
  return {
    hardware,
    coefficients,
    engine,
    memory,
    hidden: model.hidden,
    layers: model.layers,
    moeLayers: model.moe?.layers ?? 0,
    share: stageShare(model.layers, shape.pipelineParallel),
    stages: shape.pipelineParallel,
    tensorParallel: shape.tensorParallel,
    dataParallel: shape.attentionDataParallel,
    latent: model.attention.kind === 'mla',
    matrices,
    experts,
    attention,
    attentionLayers: attention.reduce((sum, { layers }) => sum + layers, 0),
    state: rankState(model, shape.tensorParallel),
    head: rankHead(model, shape, memory),
    launchSeconds: launches * engine.layerFactor,
  };
}

/** With pipeline stages the batch runs as that many micro-batches, one in each stage at a time. */
export function rankStep(step: EngineStep, { stages, dataParallel }: GpuReplica): RankStep {
  return {
    decodes: step.decodeSequences / (stages * dataParallel),
    prefills: step.prefillTokens / (stages * (step.prefillRanks ?? 1)),
    expertTokens: (step.decodeSequences + step.prefillTokens) / stages,
    context: step.meanContextTokens,
    offset: step.prefillOffsetTokens,
  };
}
