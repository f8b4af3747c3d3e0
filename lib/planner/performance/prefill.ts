import type { SchedulerLimits, StepTimes } from './performance-model';
import type { ServingDemand } from './serving-demand';

/** What prompts cost while `concurrency` sequences decode beside them. */
export interface PrefillCost {
  /** Wall-clock seconds per prompt class from its first step to its first token, as if no other prompt came. */
  readonly serviceSeconds: readonly number[];
  readonly meanServiceSeconds: number;
  /** What prompts add to the steps they ride in, over the plain decode step: first and second moment per request. */
  readonly meanAddedSeconds: number;
  readonly secondMomentAddedSeconds: number;
  /** Seconds per prompt when steps are full, so that prompts share them: what the queue is drained at. */
  readonly meanDrainSeconds: number;
  readonly drainScv: number;
  /** A step filled to its budget. */
  readonly fullStepSeconds: number;
}

/**
 * Walks every prompt class through its chunks: ⌈tokens / budget⌉ steps, each a mixed step with the decodes in flight
 * (chunked prefill, Agrawal et al. 2024, arXiv 2403.02310). The budget is what decodes leave of a step.
 */
export function prefillCost(
  steps: StepTimes,
  demand: ServingDemand,
  concurrency: number,
  { stepTokens, schedulers }: SchedulerLimits,
  decodeSeconds: number,
): PrefillCost {
  const budget = Math.max(stepTokens - concurrency / schedulers, stepTokens / 16);
  const mixed = (prefillTokens: number, prefillOffsetTokens: number, prefillRanks = 1): number =>
    steps.stepSeconds({
      decodeSequences: concurrency,
      meanContextTokens: demand.meanContextTokens,
      prefillTokens,
      prefillRanks,
      prefillOffsetTokens,
    });
  const fullStepSeconds = mixed(budget * schedulers, 0, schedulers);
  const serviceSeconds: number[] = [];
  let meanService = 0;
  let meanAdded = 0;
  let secondAdded = 0;
  let meanDrain = 0;
  let secondDrain = 0;
  for (const { tokens, cachedTokens, weight } of demand.prompts) {
    let service = 0;
    let added = 0;
    let done = 0;
    for (; tokens - done >= budget; done += budget) {
      const seconds = mixed(budget, cachedTokens + done);
      service += seconds;
      added += Math.max(0, seconds - decodeSeconds);
    }
    const rest = tokens - done;
    // Full steps of all schedulers: what they would take if every one had a prompt.
    const drain = service / schedulers + (rest / (budget * schedulers)) * fullStepSeconds;
    if (rest > 0) {
      const seconds = mixed(rest, cachedTokens + done);
      service += seconds;
      added += Math.max(0, seconds - decodeSeconds);
    }
    serviceSeconds.push(service);
    meanService += weight * service;
    meanAdded += weight * added;
    secondAdded += weight * added * added;
    meanDrain += weight * drain;
    secondDrain += weight * drain * drain;
  }
  return {
    serviceSeconds,
    meanServiceSeconds: meanService,
    meanAddedSeconds: meanAdded,
    secondMomentAddedSeconds: secondAdded,
    meanDrainSeconds: meanDrain,
    drainScv: Math.max(0, secondDrain / (meanDrain * meanDrain) - 1),
    fullStepSeconds,
  };
}
