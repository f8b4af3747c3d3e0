import type { Cycle } from './cycle';
import type { PrefillCost } from './prefill';
import { gammaTail } from './probability';
import type { ServingDemand } from './serving-demand';
import { meanWait, type Wait } from './waiting';

/** Time to first token of a request: its mean, and the share of requests above a value. */
export interface FirstToken {
  readonly meanSeconds: number;
  tail(seconds: number): number;
}

/**
 * Time to first token = rest of the running step + what prompts arrived in the meantime add to the own step + own service,
 * and, rarely, a wait for a full step's backlog or for a slot.
 *
 * The running step is seen length-biased: with T its length, the rest is uniform on [0, T] and λT prompts come with it. Rest
 * and companions Y have mean (1/2 + λδ) E[T²]/E[T] and second moment (1/3 + λδ + (λδ)²) E[T³]/E[T] + λ E[δ²] E[T²]/E[T]; Y is
 * taken for a gamma. An idle engine has neither. P(TTFT > t) = Σ w P(Y > t − S) over prompt classes; the waits add their tails.
 */
export function firstToken(
  demand: ServingDemand,
  prefill: PrefillCost,
  requestsPerSecond: number,
  inFlight: number,
  cycle: Cycle,
  waits: readonly Wait[],
): FirstToken {
  const busy = -Math.expm1(-inFlight);
  const added = requestsPerSecond * prefill.meanMarginalSeconds;
  const addedSquare = requestsPerSecond * prefill.marginalSquare;
  const mean = ((0.5 + added) * cycle.second) / cycle.mean;
  const second =
    ((1 / 3 + added + added * added) * cycle.third) / cycle.mean + (addedSquare * cycle.second) / cycle.mean;
  const variance = Math.max(0, second - mean * mean);
  return {
    meanSeconds: busy * mean + prefill.meanServiceSeconds + waits.reduce((sum, wait) => sum + meanWait(wait), 0),
    tail: (seconds) => {
      let tail = 0;
      demand.prompts.forEach(({ weight }, index) => {
        const left = seconds - (prefill.serviceSeconds[index] ?? 0);
        tail += weight * (left < 0 ? 1 : Math.min(1, busy * gammaTail(left, mean, variance) + waitTails(waits, left)));
      });
      return tail;
    },
  };
}

function waitTails(waits: readonly Wait[], seconds: number): number {
  return waits.reduce((sum, { probability, perSecond }) => sum + probability * Math.exp(-perSecond * seconds), 0);
}
