import { MODEL_PARTS, type ModelArchitecture, type ModelPart } from './model';
import { parameterCount } from './parameters';

const BITS = { bf16: 16, fp8: 8, fp4: 4, int4: 4 } as const;

/** Bytes of a published checkpoint: rather more than less where it does not say which parts stay in bf16. */
export function checkpointBytes(model: ModelArchitecture): number {
  const { parts } = parameterCount(model);
  return MODEL_PARTS.reduce((sum, part) => sum + (parts[part] * checkpointBits(model, part)) / 8, 0);
}

function checkpointBits({ checkpoint }: ModelArchitecture, part: ModelPart): number {
  const { precision, unquantized, bitsPerWeight } = checkpoint;
  const stays = unquantized === 'unknown' ? part !== 'experts' : unquantized.includes(part);
  return precision === 'bf16' || stays ? BITS.bf16 : (bitsPerWeight ?? BITS[precision]);
}
