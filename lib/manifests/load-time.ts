import { MODEL_PARTS, type ModelArchitecture, type ModelPart } from '../catalog/model';
import { parameterCount } from '../catalog/parameters';
import { longestTokens } from '../workload/token-statistics';
import type { ServedWorkload } from './served-workload';

/**
 * One connection to S3 at the low end of what AWS states: 85 MB/s (Amazon S3 performance guidelines, 85 to 90 MB/s a
 * request). The streamer opens many, so that a load that takes longer than this is stuck, not slow.
 */
const SLOWEST_BYTES_PER_SECOND = 85e6;
/** Starting the engine, compiling and capturing graphs: a judgement. Neuron compiles the model, for twenty minutes and more. */
const ENGINE_START_SECONDS = { nvidia: 600, aws: 3600 } as const;
/** Least seconds that a pod keeps after its end is asked for (reference: 120). */
const LEAST_GRACE_SECONDS = 120;
/** While the pod is taken out of every list of endpoints it still answers (15 in KServe pull request 5496, 2026-05-06). */
export const LEAVING_SECONDS = 15;

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

/** Seconds that a server may take until it answers. */
export function startupSeconds({ model, accelerator }: Pick<ServedWorkload, 'model' | 'accelerator'>): number {
  return ENGINE_START_SECONDS[accelerator.vendor] + Math.ceil(checkpointBytes(model) / SLOWEST_BYTES_PER_SECOND);
}

/** Seconds that the longest request takes at the planned 99th percentiles, which a leaving server waits for. */
export function drainSeconds({ plan, workload }: Pick<ServedWorkload, 'plan' | 'workload'>): number {
  const least = LEAST_GRACE_SECONDS - LEAVING_SECONDS;
  if (plan.ttftSeconds === null || plan.tpotSeconds === null) return least;
  const longest = plan.ttftSeconds.p99 + plan.tpotSeconds.p99 * longestTokens(workload.tokens.output);
  return Math.max(least, Math.ceil(longest));
}
