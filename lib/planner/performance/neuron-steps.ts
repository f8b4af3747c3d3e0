import { MODEL_PARTS } from '../../catalog/model';
import { parameterCount } from '../../catalog/parameters';
import { prefillAttentionFlops } from './attention-seconds';
import type { Coefficients, MatrixFormat, NeuronCoefficients } from './coefficients';
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
 * Step times of a Neuron replica: layers × floor + weights / (bandwidth · 0.70) + cache / (bandwidth · 0.33) + host, and
 * prompt tokens at 0.12 of peak FLOP/s. Collectives over NeuronLink are inside the floor. `tensorParallel` counts logical
 * cores, each with its share of a chip.
 */
export function neuronSteps(
  { model, shape }: ReplicaConfiguration,
  hardware: NeuronHardware,
  coefficients: NeuronCoefficients,
  { memory, engines }: Coefficients,
): StepTimes {
  const tp = shape.tensorParallel;
  const engine = engines[shape.engine];
  const coreBytesPerSecond = hardware.bytesPerSecond / hardware.logicalCoresPerChip;
  const read = weightReads(model, shape, memory);
  const kinds = rankAttention(model, tp);
  const state = rankState(model, tp);
  const stateBytes = state === undefined ? 0 : 2 * state.layers * state.valuesPerLayer * memory.stateBytesPerValue;
  const secondsPerToken = tokenComputeSeconds();

  function tokenComputeSeconds(): number {
    const { parts } = parameterCount(model);
    return MODEL_PARTS.reduce((sum, part) => {
      if (part === 'embeddings' || part === 'head') return sum;
      const { format } = partFormat(model, shape.precision, part, memory);
      const active = part === 'experts' ? activeShare() : 1;
      const peak = (hardware.flopsPerSecond[format] / hardware.logicalCoresPerChip) * tp;
      return sum + (2 * parts[part] * active) / (peak * coefficients.computeEfficiency);
    }, 0);
  }

  function activeShare(): number {
    return model.moe === undefined ? 1 : model.moe.expertsPerToken / model.moe.experts;
  }

  function decodeSeconds({ decodeSequences, meanContextTokens, prefillTokens }: EngineStep): number {
    const cached =
      decodeSequences * rankSequenceBytes(meanContextTokens, kinds, stateBytes, 1, memory.cacheBytesPerValue);
    return (
      model.layers * coefficients.layerSeconds +
      read(decodeSequences + prefillTokens) / (coreBytesPerSecond * coefficients.weightReadEfficiency) +
      cached / (coreBytesPerSecond * coefficients.cacheReadEfficiency) +
      engine.hostSecondsPerStep
    );
  }

  function computeSeconds({ decodeSequences, prefillTokens, prefillOffsetTokens }: EngineStep): number {
    const peak = (hardware.flopsPerSecond.bf16 / hardware.logicalCoresPerChip) * coefficients.computeEfficiency;
    const attention = kinds.reduce(
      (sum, kind) => sum + kind.layers * prefillAttentionFlops(prefillTokens, prefillOffsetTokens, kind),
      0,
    );
    return (decodeSequences + prefillTokens) * secondsPerToken + attention / peak;
  }

  return {
    stepSeconds: (step) => decodeSeconds(step) + computeSeconds(step),
    boundBy: (step) => (computeSeconds(step) > decodeSeconds(step) ? 'prefillFlops' : 'decodeBandwidth'),
  };
}

/** Bytes of weights that one core reads for `tokens` in a step: all of them, of the experts only the distinct ones. */
function weightReads(
  model: ReplicaConfiguration['model'],
  shape: ReplicaConfiguration['shape'],
  memory: Coefficients['memory'],
): (tokens: number) => number {
  const all = rankWeightBytes(model, shape, memory);
  const { moe } = model;
  if (moe === undefined) return () => all;
  const { parts } = parameterCount(model);
  const experts =
    (parts.experts * partFormat(model, shape.precision, 'experts', memory).bytesPerParameter) / shape.tensorParallel;
  return (tokens) =>
    all - experts + experts * (distinctExperts(moe.experts, moe.expertsPerToken, tokens) / moe.experts);
}
