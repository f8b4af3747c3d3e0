import type { Coefficients } from './coefficient-names';
import type { RankWork } from './rank-work';
import { type RequestTimes, requestTimes, type Serving } from './request-time';

/** Requests that arrive at a rate, whatever is in flight. Squared coefficients of variation; 1 is Poisson. */
export interface Arrivals {
  readonly requestsPerSecond: number;
  readonly arrivalScv: number;
  readonly inputTokensScv: number;
}

/** Times at a rate of arrivals, and whether there is a load that keeps up. */
export interface OpenLoop {
  readonly saturated: boolean;
  /** Requests in flight on the whole replica, by Little's law. */
  readonly concurrency: number;
  readonly serving: Serving;
}

const HALVINGS = 24;

/** Requests in flight minus what Little's law asks for at that load: above zero where the load keeps up. */
function slack(w: RankWork, c: Coefficients, s: Serving, rate: number, concurrency: number, t: RequestTimes): number {
  requestTimes(w, c, { ...s, protocol: 'steady', concurrency }, t);
  return concurrency - rate * ((s.outputTokens - 1) * t.tpotSeconds + t.serviceSeconds);
}

/** Smallest number in flight that keeps up with arrivals, by bisection up to `most`. */
function inFlight(
  w: RankWork,
  c: Coefficients,
  s: Serving,
  rate: number,
  most: number,
  t: RequestTimes,
): number | undefined {
  let high = 1;
  while (high < most && slack(w, c, s, rate, high, t) < 0) high *= 2;
  high = Math.min(high, most);
  if (slack(w, c, s, rate, high, t) < 0) return undefined;
  let low = 0;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (slack(w, c, s, rate, middle, t) < 0) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * An open loop: the load at which requests leave as fast as they come, then Allen–Cunneen waiting
 * ρ S (c_a² + c_s²) / (2 (1 − ρ)) with one wall-clock service time S per prompt. Saturated where no load keeps up or ρ ≥ 1:
 * then the times are those of the fullest load.
 */
export function openLoopTimes(
  w: RankWork,
  c: Coefficients,
  s: Serving,
  a: Arrivals,
  most: number,
  t: RequestTimes,
): OpenLoop {
  const found = inFlight(w, c, s, a.requestsPerSecond, most, t);
  const concurrency = found ?? most;
  const serving: Serving = { ...s, protocol: 'steady', concurrency };
  requestTimes(w, c, serving, t);
  const rho = (a.requestsPerSecond / w.dataParallel) * t.serviceSeconds;
  const queued = t.waitSeconds;
  if (found === undefined || rho >= 1) return { saturated: true, concurrency, serving };
  t.waitSeconds = (rho * t.serviceSeconds * (a.arrivalScv + a.inputTokensScv)) / (2 * (1 - rho));
  t.ttftSeconds += t.waitSeconds - queued;
  return { saturated: false, concurrency, serving };
}
