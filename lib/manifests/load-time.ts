import { checkpointBytes } from '../catalog/checkpoint-bytes';
import { longestTokens } from '../workload/token-statistics';
import { CONNECTION_BYTES_PER_SECOND, ENGINE_START_SECONDS } from '../workload/weights-rate';
import type { ServedWorkload } from './served-workload';

/** Least seconds that a pod keeps after its end is asked for (reference: 120). */
const LEAST_GRACE_SECONDS = 120;
/** While the pod is taken out of every list of endpoints it still answers (15 in KServe pull request 5496, 2026-05-06). */
export const LEAVING_SECONDS = 15;

/** Seconds that a server may take until it answers: weights over one connection, so that a load that takes longer is stuck, not slow. */
export function startupSeconds({ model, accelerator }: Pick<ServedWorkload, 'model' | 'accelerator'>): number {
  return ENGINE_START_SECONDS[accelerator.vendor] + Math.ceil(checkpointBytes(model) / CONNECTION_BYTES_PER_SECOND);
}

/** Seconds that the longest request takes at the planned 99th percentiles, which a leaving server waits for. */
export function drainSeconds({ plan, workload }: Pick<ServedWorkload, 'plan' | 'workload'>): number {
  const least = LEAST_GRACE_SECONDS - LEAVING_SECONDS;
  if (plan.ttftSeconds === null || plan.tpotSeconds === null) return least;
  const longest = plan.ttftSeconds.p99 + plan.tpotSeconds.p99 * longestTokens(workload.tokens.output);
  return Math.max(least, Math.ceil(longest));
}
