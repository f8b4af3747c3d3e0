import type { ModelArchitecture } from '../../../catalog/model';
import type { Precision } from '../../../workload/workload';

/** How weights are stored and multiplied. */
export type WeightFormat = 'bf16' | 'fp8' | 'fp8Block' | 'nvfp4' | 'mxfp4' | 'int4';

/** Formats of a replica's parts, and bytes of a cached key or value. */
export interface Formats {
  readonly attention: WeightFormat;
  readonly dense: WeightFormat;
  readonly experts: WeightFormat;
  readonly kvBytes: 1 | 2;
}

/** Bytes a weight takes, with the scales that its block carries: 32 bits a 128 × 128 block, 8 bits for 16 or 32, 16 bits for 32. */
export const BYTES_PER_WEIGHT: Readonly<Record<WeightFormat, number>> = {
  bf16: 2,
  fp8: 1,
  fp8Block: 1 + 4 / (128 * 128),
  nvfp4: 0.5 + 1 / 16,
  mxfp4: 0.5 + 1 / 32,
  int4: 0.5 + 2 / 32,
};

/** What may be said of a precision's quantization: who shares a scale in fp8, which of the two formats fp4 is. */
export const QUANTIZATIONS = {
  bf16: [],
  fp8: ['tensor', 'channel', 'block'],
  fp4: ['nvfp4', 'mxfp4'],
  int4: [],
} as const satisfies Readonly<Record<Precision, readonly string[]>>;
export type Quantization = (typeof QUANTIZATIONS)[Precision][number];

/** Parts that can stay in bf16 where the others are quantized: `shared` experts count with the `dense` blocks. */
export const UNQUANTIZED_PARTS = ['attention', 'dense', 'shared'] as const;

/** Names of what caches hold, as engines take them. */
export const KV_CACHE_DTYPES = ['auto', 'bf16', 'bfloat16', 'fp16', 'float16', 'fp8', 'fp8_e4m3', 'fp8_e5m2'] as const;

/** What a request may say about a checkpoint beyond its precision. */
export interface CheckpointSaid {
  readonly quantization?: Quantization | undefined;
  readonly unquantizedParts?: readonly (typeof UNQUANTIZED_PARTS)[number][] | undefined;
  readonly kvCacheDtype?: (typeof KV_CACHE_DTYPES)[number] | undefined;
}

/** A checkpoint published with one scale for 32 four-bit weights (MXFP4). */
function isMxfp4(model: ModelArchitecture): boolean {
  return model.checkpoint.precision === 'fp4' && model.checkpoint.bitsPerWeight === 4.25;
}

function formatOf(model: ModelArchitecture, precision: Precision, said: CheckpointSaid): WeightFormat {
  if (precision === 'bf16' || precision === 'int4') return precision;
  if (precision === 'fp4')
    return said.quantization === 'mxfp4' || (said.quantization === undefined && isMxfp4(model)) ? 'mxfp4' : 'nvfp4';
  if (said.quantization !== undefined) return said.quantization === 'block' ? 'fp8Block' : 'fp8';
  if (isMxfp4(model)) return 'mxfp4';
  const { precision: own, block } = model.checkpoint;
  if (own === 'fp8' && block !== 'unknown') return block === 'block' ? 'fp8Block' : 'fp8';
  return model.moe !== undefined || block === 'block' ? 'fp8Block' : 'fp8';
}

/** Parts in bf16: as the checkpoint has them where it is served as published; else four-bit MoE models quantize experts alone. */
function wholeParts(model: ModelArchitecture, precision: Precision, experts: WeightFormat): readonly string[] {
  const narrow = model.moe !== undefined && (experts === 'nvfp4' || experts === 'mxfp4' || experts === 'int4');
  const { unquantized } = model.checkpoint;
  const usual = narrow ? ['attention', 'dense'] : [];
  if (precision !== model.checkpoint.precision || unquantized === 'unknown') return usual;
  const dense = unquantized.includes('denseFeedForward') || unquantized.includes('sharedExperts');
  return [...usual, ...(unquantized.includes('attention') ? ['attention'] : []), ...(dense ? ['dense'] : [])];
}

/**
 * Formats of a checkpoint served at a precision. Four-bit checkpoints of MoE models quantize the experts and keep attention
 * in bf16 (gpt-oss, Kimi, DeepSeek FP4), unless the request says which parts.
 */
export function formatsOf(
  model: ModelArchitecture,
  precision: Precision,
  kvBytes: 1 | 2,
  said: CheckpointSaid = {},
): Formats {
  const experts = formatOf(model, precision, said);
  const whole: readonly string[] = said.unquantizedParts ?? wholeParts(model, precision, experts);
  return {
    attention: whole.includes('attention') ? 'bf16' : experts,
    dense: whole.includes('dense') || whole.includes('shared') ? 'bf16' : experts,
    experts,
    kvBytes,
  };
}

/**
 * Bytes of a cached key or value: what the request says, else one byte where TensorRT-LLM serves quantized weights, and on
 * vLLM where the checkpoint brings scales for them (fp8 per tensor, NVFP4) or the accelerator is a Blackwell.
 */
export function kvBytesOf(
  model: ModelArchitecture,
  precision: Precision,
  engine: string,
  generation: string,
  said: CheckpointSaid = {},
): 1 | 2 {
  if (said.kvCacheDtype !== undefined && said.kvCacheDtype !== 'auto')
    return said.kvCacheDtype.startsWith('fp8') ? 1 : 2;
  if (precision === 'bf16') return 2;
  if (engine === 'trtllm') return 1;
  const format = formatOf(model, precision, said);
  const scaled = format === 'fp8' || format === 'nvfp4';
  return engine === 'vllm' && (scaled || generation === 'blackwell') ? 1 : 2;
}
