import type { Attention, CheckpointQuantization, ModelArchitecture, ModelPart, ModelShape } from '../model';
import { parameterCount } from '../parameters';
import type { Sourced } from '../sourced';

/** What rows of one architecture share; what is left out is the common case. */
export interface RowShape {
  readonly architecture: string;
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly attention: Attention;
  readonly moe?: ModelShape['moe'];
  /** @default - every layer is MoE */
  readonly denseIntermediate?: number;
  /** @default false */
  readonly tiedEmbeddings?: boolean;
  /** @default 3 */
  readonly feedForwardMatrices?: 2 | 3;
  readonly maxContextTokens: number;
}

/** Completes a row: layers without experts are dense, parameters are counted. */
export function model(id: string, shape: RowShape, checkpoint: CheckpointQuantization): ModelArchitecture {
  const whole: ModelShape = {
    id,
    architecture: shape.architecture,
    layers: shape.layers,
    hidden: shape.hidden,
    vocabulary: shape.vocabulary,
    tiedEmbeddings: shape.tiedEmbeddings ?? false,
    attention: shape.attention,
    denseIntermediate: shape.denseIntermediate,
    denseLayers: shape.layers - (shape.moe?.layers ?? 0),
    ...(shape.moe === undefined ? {} : { moe: shape.moe }),
    feedForwardMatrices: shape.feedForwardMatrices ?? 3,
    maxContextTokens: shape.maxContextTokens,
    checkpoint,
    ...modelConfigOf(id, checkpoint),
  };
  return withParameters(whole);
}

/** Adds the counts that every reader of a model needs. */
export function withParameters(shape: ModelShape): ModelArchitecture {
  const { total, active } = parameterCount(shape);
  return { ...shape, totalParameters: total, activeParameters: active };
}

function modelConfigOf(id: string, checkpoint: CheckpointQuantization): Sourced {
  const parts = checkpoint.unquantized === 'unknown' ? '; which parts stay in bf16 is not published in it' : '';
  return { source: `config.json of huggingface.co/${id}${parts}`, asOf: '2026-11-23' };
}

/** Never quantized by the FP8 and MXFP4 checkpoints whose configs say what they leave out. */
const ALWAYS_WHOLE: readonly ModelPart[] = ['embeddings', 'router', 'norms', 'head'];

export const BF16: CheckpointQuantization = { precision: 'bf16', block: 'none', unquantized: [] };
/** One 32-bit scale for 128 × 128 weights. */
export const FP8_BLOCK: CheckpointQuantization = { precision: 'fp8', block: 'block', unquantized: ALWAYS_WHOLE };
/** The row's config names no quantization, its name does. */
export const FP8_BY_NAME: CheckpointQuantization = { precision: 'fp8', block: 'tensor', unquantized: 'unknown' };
/** One 8-bit scale for 16 weights. */
export const NVFP4: CheckpointQuantization = {
  precision: 'fp4',
  block: 'block',
  bitsPerWeight: 4.5,
  unquantized: 'unknown',
};
/** One 8-bit scale for 32 weights; only the experts are quantized. */
export const MXFP4_EXPERTS: CheckpointQuantization = {
  precision: 'fp4',
  block: 'block',
  bitsPerWeight: 4.25,
  unquantized: ['embeddings', 'attention', 'router', 'norms', 'head'],
};
/** One 16-bit scale for 32 weights. */
export const INT4_GROUP_32: CheckpointQuantization = {
  precision: 'int4',
  block: 'block',
  bitsPerWeight: 4.5,
  unquantized: 'unknown',
};

/** Multi-head attention where `kvHeads` = `heads`. */
export function gqa(heads: number, kvHeads: number, headDim: number): Attention {
  return { kind: 'gqa', heads, kvHeads, headDim };
}

/** Grouped-query attention where `layers` of the layers see only the last `tokens`. */
export function windowed(
  heads: number,
  kvHeads: number,
  headDim: number,
  window: { readonly tokens: number; readonly layers: number },
): Attention {
  return { kind: 'gqa', heads, kvHeads, headDim, window };
}
