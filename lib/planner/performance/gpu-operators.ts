import { decodeAttentionSeconds, prefillAttentionSeconds } from './attention-seconds';
import type { AttentionCoefficients, MatrixFormat } from './coefficients';
import { expertSeconds } from './experts';
import { gemmSeconds, type Peaks } from './gemm';
import type { GpuHardware, GpuReplica, RankStep } from './gpu-replica';

/** Matrix multiplications and experts of all layers, and nothing of their launches. */
export function matrixSeconds(step: RankStep, replica: GpuReplica): number {
  const { hardware, coefficients, experts, memory } = replica;
  const rows = step.decodes + step.prefills;
  let seconds = 0;
  for (const matrix of replica.matrices) {
    const { format, layers } = matrix;
    const peaks = peaksOf(hardware, format);
    seconds += layers * gemmSeconds(rows, matrix, peaks, coefficients.gemm[format], memory.bytesPerParameter.bf16);
  }
  if (experts === undefined) return seconds;
  const { format, layers } = experts;
  const peaks = peaksOf(hardware, format);
  return seconds + layers * expertSeconds(step.expertTokens, experts, peaks, coefficients.experts[format]);
}

/** The head sees the last token of each sequence only; a prompt's last chunk adds one. */
export function headSeconds({ decodes, prefills }: RankStep, replica: GpuReplica): number {
  const { head, hardware, coefficients, memory } = replica;
  const rows = decodes + Math.min(1, prefills);
  const peaks = peaksOf(hardware, head.format);
  return gemmSeconds(rows, head, peaks, coefficients.gemm[head.format], memory.bytesPerParameter.bf16);
}

/** Attention of all layers over cached and new tokens, and the state of linear attention. */
export function attentionSeconds(step: RankStep, replica: GpuReplica): number {
  const { decodes, prefills, context, offset } = step;
  const { hardware, memory } = replica;
  const peaks = peaksOf(hardware, 'bf16');
  const efficiencies = attentionCoefficients(replica);
  let seconds = 0;
  for (const kind of replica.attention) {
    seconds +=
      kind.layers *
      (prefillAttentionSeconds(prefills, offset, kind, peaks, efficiencies) +
        decodeAttentionSeconds(decodes, context, kind, peaks, efficiencies, memory.cacheBytesPerValue));
  }
  return seconds + stateSeconds(step, replica, peaks, efficiencies);
}

export function attentionCoefficients({ latent, coefficients }: GpuReplica): AttentionCoefficients {
  return latent ? coefficients.latentAttention : coefficients.attention;
}

/** Every decoding sequence reads and writes its state once a step; a prompt token multiplies into it and out of it. */
function stateSeconds(
  { decodes, prefills }: RankStep,
  { state, memory }: GpuReplica,
  peaks: Peaks,
  efficiencies: AttentionCoefficients,
): number {
  if (state === undefined) return 0;
  const values = state.layers * state.valuesPerLayer;
  const bytes = 2 * decodes * values * memory.stateBytesPerValue;
  const flops = 4 * prefills * values;
  return (
    bytes / (peaks.bytesPerSecond * efficiencies.decodeMemoryEfficiency) +
    flops / (peaks.flopsPerSecond * efficiencies.prefillComputeEfficiency)
  );
}

function peaksOf(hardware: GpuHardware, format: MatrixFormat): Peaks {
  return { flopsPerSecond: hardware.flopsPerSecond[format], bytesPerSecond: hardware.bytesPerSecond };
}
