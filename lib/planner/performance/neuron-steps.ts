import { MODEL_PARTS, type ModelArchitecture } from '../../catalog/model';
import { parameterCount } from '../../catalog/parameters';
import type { ReplicaShape } from '../plan';
import { prefillAttentionFlops, type RankAttention } from './attention-seconds';
import type { Coefficients, MatrixFormat, MemoryCoefficients, NeuronCoefficients } from './coefficients';
import { distinctExperts } from './experts';
import { rankSequenceBytes, rankWeightBytes } from './memory';
import type { EngineStep, ReplicaConfiguration, StepTimes } from './performance-model';
import { rankAttention, rankState } from './rank-attention';
import { partFormat } from './weights';

/** Figures of one chip, all known. */
export interface NeuronHardware {
  readonly bytesPerSecond: number;
  readonly flopsPerSecond: Readonly<Record<MatrixFormat, number>>;
  readonly logicalCoresPerChip: number;
}

/**
 * Step times of a Neuron replica, by the fit: layers × floor + weights / (bandwidth · 0.70) + cache / (bandwidth · 0.33) +
 * host, and prompt tokens at 0.12 of peak FLOP/s. Collectives over NeuronLink are inside the floor. `tensorParallel` counts
 * logical cores, each with its share of a chip. Decoding never beats the peak FLOP/s.
 */
export function neuronSteps(
  { model, shape }: ReplicaConfiguration,
  hardware: NeuronHardware,
  coefficients: NeuronCoefficients,
  { memory, engines }: Coefficients,
): StepTimes {
  const cores = shape.tensorParallel;
  const bytesPerSecond = hardware.bytesPerSecond / hardware.logicalCoresPerChip;
  const weights = weightReads(model, shape, memory);
  const cache = cacheReads(model, cores, memory);
  const secondsPerToken = tokenSeconds(model, shape, hardware, memory) / cores;
  const attentionFlopsPerSecond =
    (hardware.flopsPerSecond.bf16 / hardware.logicalCoresPerChip) * coefficients.computeEfficiency;
  const kinds = rankAttention(model, cores);
  const fixed = model.layers * coefficients.layerSeconds + engines[shape.engine].hostSecondsPerStep;

  const decodeSeconds = ({ decodeSequences, meanContextTokens, prefillTokens }: EngineStep): number => {
    const read = weights(decodeSequences + prefillTokens) / (bytesPerSecond * coefficients.weightReadEfficiency);
    const cached = cache(decodeSequences, meanContextTokens) / (bytesPerSecond * coefficients.cacheReadEfficiency);
    return fixed + Math.max(read, decodeSequences * secondsPerToken) + cached;
  };
  const prefillSeconds = ({ prefillTokens, prefillOffsetTokens }: EngineStep): number =>
    (prefillTokens * secondsPerToken) / coefficients.computeEfficiency +
    attentionFlops(prefillTokens, prefillOffsetTokens, kinds) / attentionFlopsPerSecond;

  return {
    stepSeconds: (step) => decodeSeconds(step) + prefillSeconds(step),
    boundBy: (step) => (prefillSeconds(step) > decodeSeconds(step) ? 'prefillFlops' : 'decodeBandwidth'),
  };
}

/** Seconds that one logical core at peak takes for the matrix multiplications of one token: 2 FLOPs an active parameter. */
function tokenSeconds(
  model: ModelArchitecture,
  { precision }: ReplicaShape,
  { flopsPerSecond, logicalCoresPerChip }: NeuronHardware,
  memory: MemoryCoefficients,
): number {
  const { parts } = parameterCount(model);
  const activeExperts = model.moe === undefined ? 1 : model.moe.expertsPerToken / model.moe.experts;
  return MODEL_PARTS.filter((part) => part !== 'embeddings' && part !== 'head').reduce((sum, part) => {
    const { format } = partFormat(model, precision, part, memory);
    const active = parts[part] * (part === 'experts' ? activeExperts : 1);
    return sum + (2 * active) / (flopsPerSecond[format] / logicalCoresPerChip);
  }, 0);
}

function attentionFlops(tokens: number, offset: number, kinds: readonly RankAttention[]): number {
  return kinds.reduce((sum, kind) => sum + kind.layers * prefillAttentionFlops(tokens, offset, kind), 0);
}

/** Bytes of weights that one core reads for `tokens` in a step: all of them, of the experts only the distinct ones. */
function weightReads(
  model: ModelArchitecture,
  shape: ReplicaShape,
  memory: MemoryCoefficients,
): (tokens: number) => number {
  const all = rankWeightBytes(model, shape, memory);
  const { moe } = model;
  if (moe === undefined) return () => all;
  const { bytesPerParameter } = partFormat(model, shape.precision, 'experts', memory);
  const experts = (parameterCount(model).parts.experts * bytesPerParameter) / shape.tensorParallel;
  return (tokens) =>
    all - experts + experts * (distinctExperts(moe.experts, moe.expertsPerToken, tokens) / moe.experts);
}

/** Bytes of cache and state that one core reads for `sequences` at a context; state is read and written. */
function cacheReads(
  model: ModelArchitecture,
  cores: number,
  memory: MemoryCoefficients,
): (sequences: number, context: number) => number {
  const kinds = rankAttention(model, cores);
  const state = rankState(model, cores);
  const stateBytes = state === undefined ? 0 : 2 * state.layers * state.valuesPerLayer * memory.stateBytesPerValue;
  return (sequences, context) =>
    sequences * rankSequenceBytes(context, kinds, stateBytes, 1, memory.cacheBytesPerValue);
}
