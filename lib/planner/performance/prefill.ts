import type { SchedulerLimits, StepTimes } from './performance-model';
import type { Prompt, ServingDemand } from './serving-demand';

/** What prompts cost while `concurrency` sequences decode beside them. */
export interface PrefillCost {
  /** Wall-clock seconds per prompt class from its first step to its first token, as if no other prompt came. */
  readonly serviceSeconds: readonly number[];
  readonly meanServiceSeconds: number;
  /** What the first prompt token of a step adds, however many prompts share the step: eager launches, mostly. */
  readonly entrySeconds: number;
  /** Steps that a prompt takes part in. */
  readonly meanChunks: number;
  /** What a prompt adds beyond `entrySeconds`, over all its steps. */
  readonly meanMarginalSeconds: number;
  /** Second moment of that, summed over the steps it falls into. */
  readonly marginalSquare: number;
  /** Second moment of all that a prompt adds. */
  readonly addedSquare: number;
  /** Seconds per prompt when steps are full, so that prompts share them: what the queue is drained at. */
  readonly meanDrainSeconds: number;
  readonly drainScv: number;
  /** A step filled to its budget. */
  readonly fullStepSeconds: number;
}

/** One prompt class walked through its chunks. */
interface Walk {
  readonly service: number;
  readonly chunks: number;
  readonly marginal: number;
  readonly marginalSquare: number;
  readonly added: number;
  readonly drain: number;
}

type MixedStep = (prefillTokens: number, offset: number, prefillRanks?: number) => number;

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
  const mixed: MixedStep = (prefillTokens, prefillOffsetTokens, prefillRanks = 1) =>
    steps.stepSeconds({
      decodeSequences: concurrency,
      meanContextTokens: demand.meanContextTokens,
      prefillTokens,
      prefillRanks,
      prefillOffsetTokens,
    });
  const fullStepSeconds = mixed(budget * schedulers, fullStepOffset(demand, budget), schedulers);
  const entrySeconds = Math.max(0, mixed(1, 0) - decodeSeconds);
  const full = fullStepSeconds / (budget * schedulers);
  const walks = demand.prompts.map((prompt) =>
    walk(prompt, budget, mixed, { decodeSeconds, entrySeconds, full, schedulers }),
  );
  const mean = (figure: (one: Walk) => number): number =>
    demand.prompts.reduce((sum, { weight }, index) => sum + weight * figure(walks[index] ?? NOTHING), 0);
  const meanDrainSeconds = mean(({ drain }) => drain);
  return {
    serviceSeconds: walks.map(({ service }) => service),
    meanServiceSeconds: mean(({ service }) => service),
    entrySeconds,
    meanChunks: mean(({ chunks }) => chunks),
    meanMarginalSeconds: mean(({ marginal }) => marginal),
    marginalSquare: mean(({ marginalSquare }) => marginalSquare),
    addedSquare: mean(({ added }) => added * added),
    meanDrainSeconds,
    drainScv: Math.max(0, mean(({ drain }) => drain * drain) / (meanDrainSeconds * meanDrainSeconds) - 1),
    fullStepSeconds,
  };
}

const NOTHING: Walk = { service: 0, chunks: 0, marginal: 0, marginalSquare: 0, added: 0, drain: 0 };

interface Rates {
  readonly decodeSeconds: number;
  readonly entrySeconds: number;
  /** Seconds a token of a full step. */
  readonly full: number;
  readonly schedulers: number;
}

function walk({ tokens, cachedTokens }: Prompt, budget: number, mixed: MixedStep, rates: Rates): Walk {
  const { decodeSeconds, entrySeconds, full, schedulers } = rates;
  let service = 0;
  let chunks = 0;
  let marginal = 0;
  let marginalSquare = 0;
  let added = 0;
  let drain = 0;
  for (let done = 0; done < tokens; done += budget) {
    const chunk = Math.min(budget, tokens - done);
    const seconds = mixed(chunk, cachedTokens + done);
    const more = Math.max(0, seconds - decodeSeconds);
    const own = Math.max(0, more - entrySeconds);
    service += seconds;
    chunks += 1;
    added += more;
    marginal += own;
    marginalSquare += own * own;
    drain += chunk === budget ? seconds / schedulers : chunk * full;
  }
  return { service, chunks, marginal, marginalSquare, added, drain };
}

/**
 * A full step holds several prompts, each attending to itself alone: the offset at which one chunk of that size attends to as
 * much, c (o + c/2) = c · x/2 for prompts of x tokens, size-biased. Below 0 where prompts are shorter than the step.
 */
export function fullStepOffset({ prompts }: ServingDemand, budget: number): number {
  const mean = (figure: (one: Prompt) => number) => prompts.reduce((sum, one) => sum + one.weight * figure(one), 0);
  const tokens = mean((one) => one.tokens);
  const sizeBiased = mean((one) => one.tokens * one.tokens) / tokens;
  const cached = mean((one) => one.tokens * one.cachedTokens) / tokens;
  return cached + (Math.min(sizeBiased, budget) - budget) / 2;
}

/** Tokens that a prompt token attends to, mean over tokens: what is cached, and half of its own prompt, size-biased. */
export function meanSpanTokens({ prompts }: ServingDemand): number {
  const mean = (figure: (one: Prompt) => number) => prompts.reduce((sum, one) => sum + one.weight * figure(one), 0);
  return mean((one) => one.tokens * (one.cachedTokens + one.tokens / 2)) / mean((one) => one.tokens);
}
