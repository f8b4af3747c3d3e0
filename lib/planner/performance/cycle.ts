import type { PrefillCost } from './prefill';

/** First three moments of the time between two tokens of a sequence: one step of the engine. */
export interface Cycle {
  readonly mean: number;
  readonly second: number;
  readonly third: number;
}

/**
 * Mean step at N decoding sequences. Every step emits N tokens and a request needs D of them, so N/D prompts start per step:
 * T = t_dec + e (1 − exp(−chunks N/D)) + N/D · marginal, with what a step's first prompt token adds paid once.
 *
 * It is also the mean time per output token, the open-loop form of TPOT = t_dec + (b − 1) / (osl − 1) Σ (t_mix − t_dec).
 */
export function meanCycle(decodeSeconds: number, promptsPerStep: number, prefill: PrefillCost): number {
  const entered = -Math.expm1(-promptsPerStep * prefill.meanChunks);
  return decodeSeconds + prefill.entrySeconds * entered + promptsPerStep * prefill.meanMarginalSeconds;
}

/**
 * Moments of the step. Prompts that arrive during one step ride in the next, so a long step makes the next one long: the
 * variance of a Poisson number of prompts, over 1 − g² with g the share of time that prompts add. Arrivals that are
 * burstier than Poisson scatter by as much more. The third moment is that of a gamma distribution.
 */
export function cycleMoments(
  decodeSeconds: number,
  decodeVariance: number,
  promptsPerStep: number,
  prefill: PrefillCost,
  arrivalScv: number,
): Cycle {
  const mean = meanCycle(decodeSeconds, promptsPerStep, prefill);
  const { entrySeconds, meanChunks, meanMarginalSeconds, marginalSquare } = prefill;
  const none = Math.exp(-promptsPerStep * meanChunks);
  const prompts =
    promptsPerStep * (marginalSquare + Math.max(0, arrivalScv - 1) * meanMarginalSeconds ** 2) +
    entrySeconds * none * (entrySeconds * (1 - none) + 2 * promptsPerStep * meanMarginalSeconds);
  const feedback = (promptsPerStep * meanMarginalSeconds) / mean;
  const variance = decodeVariance + prompts / (1 - feedback * feedback);
  const spread = variance / (mean * mean);
  return {
    mean,
    second: mean * mean * (1 + spread),
    third: mean ** 3 * (1 + spread) * (1 + 2 * spread),
  };
}
