import { decodeAttentionSeconds, prefillAttentionSeconds, type RankAttention } from './attention-seconds';
import type { Coefficients, EngineCoefficients, GpuCoefficients, MatrixFormat } from './coefficients';
import { allReduceSeconds, allToAllSeconds, type Link, sendSeconds } from './collectives';
import { expertSeconds } from './experts';
import { gemmSeconds, type Peaks } from './gemm';
import { stageShare } from './memory';
import type { EngineStep, ReplicaConfiguration, StepTimes } from './performance-model';
import { type RankState, rankAttention, rankState } from './rank-attention';
import { type LayerExperts, type LayerMatrix, rankExperts, rankHead, rankMatrices } from './rank-matrices';

/** Figures of the hardware that a step needs, all known. */
export interface GpuHardware {
  readonly bytesPerSecond: number;
  readonly flopsPerSecond: Readonly<Record<MatrixFormat, number>>;
  /** Between ranks of a stage; undefined where the shape has one rank a stage. */
  readonly link: Link | undefined;
  /** Between stages. */
  readonly stageLink: Link | undefined;
}

/** Everything about a replica that does not change from step to step. */
interface Layout {
  readonly hidden: number;
  readonly layers: number;
  readonly moeLayers: number;
  /** Of the fullest pipeline stage in all layers. */
  readonly share: number;
  readonly stages: number;
  readonly tensorParallel: number;
  readonly dataParallel: number;
  readonly expertRanks: number;
  readonly latent: boolean;
  readonly matrices: readonly LayerMatrix[];
  readonly experts: LayerExperts | undefined;
  readonly attention: readonly RankAttention[];
  readonly state: RankState | undefined;
  readonly head: LayerMatrix;
}

/** Tokens of one micro-batch on the fullest attention-data-parallel rank. */
interface RankStep {
  readonly decodes: number;
  readonly prefills: number;
  /** Of all ranks of the stage: they share the experts. */
  readonly expertTokens: number;
  readonly context: number;
  readonly offset: number;
}

/**
 * Step times of a GPU replica: the sum of its operators, each a roofline with stated efficiencies, plus launches, collectives,
 * pipeline sends and the engine's own time. With pipeline stages, the batch runs as that many micro-batches: a token takes
 * one pass through all stages.
 */
export function gpuSteps(
  configuration: ReplicaConfiguration,
  hardware: GpuHardware,
  coefficients: GpuCoefficients,
  all: Coefficients,
): StepTimes {
  const layout = layoutOf(configuration, all);
  const engine = all.engines[configuration.shape.engine];
  const parts = (step: EngineStep) => stageParts(rankStep(step, layout), layout, hardware, coefficients, engine, all);
  return {
    stepSeconds(step) {
      const { compute, cache, rest } = parts(step);
      return layout.stages * (compute + cache + rest);
    },
    boundBy(step) {
      const decodeOnly = parts({ ...step, prefillTokens: 0 });
      const whole = parts(step);
      const decode = decodeOnly.compute + decodeOnly.cache + decodeOnly.rest;
      return whole.compute + whole.cache + whole.rest > 2 * decode ? 'prefillFlops' : 'decodeBandwidth';
    },
  };
}

function layoutOf({ model, shape }: ReplicaConfiguration, { memory }: Coefficients): Layout {
  return {
    hidden: model.hidden,
    layers: model.layers,
    moeLayers: model.moe?.layers ?? 0,
    share: stageShare(model.layers, shape.pipelineParallel),
    stages: shape.pipelineParallel,
    tensorParallel: shape.tensorParallel,
    dataParallel: shape.attentionDataParallel,
    expertRanks: shape.tensorParallel * shape.attentionDataParallel,
    latent: model.attention.kind === 'mla',
    matrices: rankMatrices(model, shape, memory),
    experts: rankExperts(model, shape, memory),
    attention: rankAttention(model, shape.tensorParallel),
    state: rankState(model, shape.tensorParallel),
    head: rankHead(model, shape, memory),
  };
}

function rankStep(step: EngineStep, { stages, dataParallel }: Layout): RankStep {
  return {
    decodes: step.decodeSequences / (stages * dataParallel),
    prefills: step.prefillTokens / (stages * (step.prefillRanks ?? 1)),
    expertTokens: (step.decodeSequences + step.prefillTokens) / stages,
    context: step.meanContextTokens,
    offset: step.prefillOffsetTokens,
  };
}

interface StageParts {
  readonly compute: number;
  readonly cache: number;
  readonly rest: number;
}

function stageParts(
  step: RankStep,
  layout: Layout,
  hardware: GpuHardware,
  coefficients: GpuCoefficients,
  engine: EngineCoefficients,
  all: Coefficients,
): StageParts {
  const { share } = layout;
  return {
    compute:
      share * matrixSeconds(step, layout, hardware, coefficients, all) +
      headSeconds(step, layout, hardware, coefficients, all),
    cache: share * attentionSeconds(step, layout, hardware, coefficients, all),
    rest:
      share * launchSeconds(step, layout, coefficients, engine) +
      share * collectiveSeconds(step, layout, hardware, all) +
      stageSendSeconds(step, layout, hardware, all) +
      engine.hostSecondsPerStep +
      engine.hostSecondsPerSequence * step.decodes,
  };
}

function peaks(hardware: GpuHardware, format: MatrixFormat): Peaks {
  return { flopsPerSecond: hardware.flopsPerSecond[format], bytesPerSecond: hardware.bytesPerSecond };
}

function matrixSeconds(
  step: RankStep,
  { matrices, experts }: Layout,
  hardware: GpuHardware,
  coefficients: GpuCoefficients,
  { memory }: Coefficients,
): number {
  const rows = step.decodes + step.prefills;
  const activation = memory.bytesPerParameter.bf16;
  let seconds = 0;
  for (const matrix of matrices) {
    const { format, layers } = matrix;
    seconds += layers * gemmSeconds(rows, matrix, peaks(hardware, format), coefficients.gemm[format], activation);
  }
  if (experts === undefined) return seconds;
  const { format, layers } = experts;
  const { expertTokens } = step;
  return seconds + layers * expertSeconds(expertTokens, experts, peaks(hardware, format), coefficients.experts[format]);
}

/** The head sees the last token of each sequence only; the steps of a prompt's last chunk add one. */
function headSeconds(
  step: RankStep,
  { head }: Layout,
  hardware: GpuHardware,
  coefficients: GpuCoefficients,
  { memory }: Coefficients,
): number {
  const rows = step.decodes + Math.min(1, step.prefills);
  return gemmSeconds(
    rows,
    head,
    peaks(hardware, head.format),
    coefficients.gemm[head.format],
    memory.bytesPerParameter.bf16,
  );
}

function attentionSeconds(
  { decodes, prefills, context, offset }: RankStep,
  { attention, state, latent }: Layout,
  hardware: GpuHardware,
  coefficients: GpuCoefficients,
  { memory }: Coefficients,
): number {
  const bf16 = peaks(hardware, 'bf16');
  const efficiencies = latent ? coefficients.latentAttention : coefficients.attention;
  let seconds = 0;
  for (const kind of attention) {
    seconds +=
      kind.layers *
      (prefillAttentionSeconds(prefills, offset, kind, bf16, efficiencies) +
        decodeAttentionSeconds(decodes, context, kind, bf16, efficiencies, memory.cacheBytesPerValue));
  }
  if (state === undefined) return seconds;
  // Read and written once a step by every sequence that decodes.
  const stateBytes = 2 * decodes * state.layers * state.valuesPerLayer * memory.stateBytesPerValue;
  const stateFlops = 4 * prefills * state.layers * state.valuesPerLayer;
  return (
    seconds +
    stateBytes / (bf16.bytesPerSecond * efficiencies.decodeMemoryEfficiency) +
    stateFlops / (bf16.flopsPerSecond * efficiencies.prefillComputeEfficiency)
  );
}

/** Fixed time of all layers' kernels, times what the engine adds; prompt tokens also leave the captured graph. */
function launchSeconds(
  { decodes, prefills }: RankStep,
  { matrices, experts, attention, layers, latent }: Layout,
  coefficients: GpuCoefficients,
  engine: EngineCoefficients,
): number {
  const kernels = latent ? coefficients.latentAttention : coefficients.attention;
  const attentionLaunch =
    (decodes > 0 ? kernels.decodeLaunchSeconds : 0) + (prefills > 0 ? kernels.prefillLaunchSeconds : 0);
  const launches =
    matrices.reduce((sum, matrix) => sum + matrix.layers * coefficients.gemm[matrix.format].launchSeconds, 0) +
    attention.reduce((sum, kind) => sum + kind.layers * attentionLaunch, 0) +
    (experts === undefined ? 0 : experts.layers * coefficients.experts[experts.format].launchSeconds) +
    layers * coefficients.elementwiseSecondsPerLayer;
  return launches * engine.layerFactor + (prefills > 0 ? layers * engine.prefillSecondsPerLayer : 0);
}

/** Two all-reduces a layer; where attention is data parallel, experts are reached by an all-to-all there and back. */
function collectiveSeconds(
  { decodes, prefills }: RankStep,
  { hidden, layers, moeLayers, tensorParallel, dataParallel, expertRanks, experts }: Layout,
  { link }: GpuHardware,
  { memory }: Coefficients,
): number {
  if (link === undefined) return 0;
  const bytes = (decodes + prefills) * hidden * memory.bytesPerParameter.bf16;
  const reduce = allReduceSeconds(bytes, tensorParallel, link);
  if (dataParallel === 1 || experts === undefined) return 2 * layers * reduce;
  const exchanged = allToAllSeconds((bytes * experts.expertsPerToken) / tensorParallel, expertRanks, link);
  return (2 * layers - moeLayers) * reduce + 2 * moeLayers * exchanged;
}

function stageSendSeconds(
  { decodes, prefills }: RankStep,
  { hidden, tensorParallel }: Layout,
  { stageLink }: GpuHardware,
  { memory }: Coefficients,
): number {
  if (stageLink === undefined) return 0;
  return sendSeconds(((decodes + prefills) * hidden * memory.bytesPerParameter.bf16) / tensorParallel, stageLink);
}
