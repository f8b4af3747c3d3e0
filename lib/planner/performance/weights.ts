import type { CheckpointQuantization, ModelArchitecture, ModelPart } from '../../catalog/model';
import type { Precision } from '../../workload/workload';
import type { MatrixFormat, MemoryCoefficients } from './coefficients';

/** How one part of a model is kept in memory and multiplied. */
export interface PartFormat {
  readonly format: MatrixFormat;
  readonly bytesPerParameter: number;
}

/** Engines leave these in bf16 whatever the checkpoint; they are small, or looked up rather than multiplied. */
const ALWAYS_BF16: readonly ModelPart[] = ['embeddings', 'norms', 'router', 'head', 'indexer'];

/**
 * The format of a part when the model is served at `precision`.
 *
 * A bf16 checkpoint served at a lower precision is quantized on load, linear layers only. A quantized checkpoint keeps the
 * parts that it names in bf16; where it does not say which, attention is taken to be among them, as in the published
 * gpt-oss, Kimi and DeepSeek FP4 checkpoints: more memory than it may need, never less.
 */
export function partFormat(
  model: ModelArchitecture,
  precision: Precision,
  part: ModelPart,
  memory: MemoryCoefficients,
): PartFormat {
  const { checkpoint } = model;
  if (precision === 'bf16' || staysBf16(checkpoint, precision, part)) return inFormat('bf16', memory);
  const published = checkpoint.precision === precision;
  const format: MatrixFormat =
    precision === 'fp8' && published && checkpoint.block === 'block' ? 'fp8Block' : precision;
  const plain = memory.bytesPerParameter[format];
  const nominalBits = precision === 'fp8' ? 8 : 4;
  const bits = published ? (checkpoint.bitsPerWeight ?? nominalBits) : nominalBits;
  return { format, bytesPerParameter: (plain * bits) / nominalBits };
}

function staysBf16(checkpoint: CheckpointQuantization, precision: Precision, part: ModelPart): boolean {
  if (ALWAYS_BF16.includes(part)) return true;
  if (checkpoint.precision !== precision) return false;
  if (checkpoint.unquantized === 'unknown') return part === 'attention' || part === 'linearAttention';
  return checkpoint.unquantized.includes(part);
}

function inFormat(format: MatrixFormat, memory: MemoryCoefficients): PartFormat {
  return { format, bytesPerParameter: memory.bytesPerParameter[format] };
}
