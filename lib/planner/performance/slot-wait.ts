import type { Wait } from './waiting';

/** Requests in flight as a birth–death process: what of it decides who waits for a slot. */
export interface SlotLoad {
  readonly requestsPerSecond: number;
  /** Time in a slot with one request, and with as many as there are slots; linear between. */
  readonly holdAloneSeconds: number;
  readonly holdFullSeconds: number;
  readonly arrivalScv: number;
  readonly holdScv: number;
}

/**
 * Wait for a free slot. With n requests in flight each leaves at the rate 1 / hold(n), so states weigh
 * w(n) = w(n − 1) · λ hold(n) / n, and beyond the last slot they decay by λ hold(c) / c. Where the hold does not grow this is
 * Erlang C; the decay is Allen & Cunneen's for other gaps and holds than exponential. Undefined when slots cannot keep up.
 */
export function slotWait(slots: number, load: SlotLoad): Wait | undefined {
  const { requestsPerSecond, holdAloneSeconds, holdFullSeconds, arrivalScv, holdScv } = load;
  const leaving = slots / holdFullSeconds;
  if (requestsPerSecond >= leaving) return undefined;
  const growth = slots > 1 ? (holdFullSeconds - holdAloneSeconds) / (slots - 1) : 0;
  // Weights relative to the current state: they would overflow from the first one on.
  let below = 0;
  for (let n = 1; n <= slots; n += 1) {
    const ratio = (requestsPerSecond * (holdAloneSeconds + growth * (n - 1))) / n;
    below = (below + 1) / ratio;
  }
  const full = 1 / (1 - requestsPerSecond / leaving);
  return {
    probability: full / (below + full),
    perSecond: (2 * (leaving - requestsPerSecond)) / (arrivalScv + holdScv),
  };
}
