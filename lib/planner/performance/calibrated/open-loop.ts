import { itlQuantile, numericPoint } from '../numeric-serving';
import type { StepTimes } from '../performance-model';
import { type ServedReplica, type ServingPoint, servingPoint, tpotQuantile, ttftQuantile } from '../serving';
import { servingDemand } from '../serving-demand';
import type { Coefficients } from './coefficient-names';
import { calibratedSteps } from './engine-steps';
import { tokensAround } from './length-spread';
import { openGapP99, type Percentiles } from './percentiles';
import type { RankWork } from './rank-work';
import { heldTokens, type RequestTimes, requestTimes, type Serving } from './request-time';

/** Requests that arrive at a rate, whatever is in flight. Squared coefficients of variation; 1 is Poisson. */
export interface Arrivals {
  readonly requestsPerSecond: number;
  readonly arrivalScv: number;
  readonly inputTokensScv: number;
  readonly outputTokensScv: number;
}

/** A replica under arrivals: the same formulas that sizing uses, on calibrated step times. */
export function servedReplica(
  w: RankWork,
  c: Coefficients,
  s: Serving,
  a: Omit<Arrivals, 'requestsPerSecond'>,
  seats: number,
): ServedReplica {
  const lengths = {
    input: tokensAround(s.inputTokens, a.inputTokensScv),
    output: tokensAround(s.outputTokens, a.outputTokensScv),
  };
  const whole = calibratedSteps(w, c, s);
  const cacheBytes = Math.max(s.kvCapacityTokens, 1) * w.dataParallel;
  return {
    steps: s.accepted > 1 ? perToken(whole, s.accepted) : whole,
    fit: {
      fits: true,
      weightsBytesPerAccelerator: 0,
      kvCapacityTokens: cacheBytes,
      stateBytesPerSequence: 0,
      cacheBytes,
      cacheBytesPerSequence: (tokens) => tokens,
    },
    limits: { schedulers: w.dataParallel, stepTokens: s.chunkTokens, sequences: Math.max(1, Math.floor(seats)) },
    demand: servingDemand(lengths, s.prefixHit, a.arrivalScv),
  };
}

/** Steps as one token of a request sees them: a decoding step yields `accepted` tokens, what prompts add stays whole. */
function perToken(steps: StepTimes, accepted: number): StepTimes {
  return {
    ...steps,
    stepSeconds: (step) =>
      steps.stepSeconds(step) - steps.stepSeconds({ ...step, prefillTokens: 0 }) * (1 - 1 / accepted),
  };
}

/** Requests that the cache and the scheduler hold at once, on the whole replica. */
export function seatsOf(w: RankWork, s: Serving, most: number): number {
  return Math.max(1, Math.min(most, Math.floor((s.kvCapacityTokens * w.dataParallel) / heldTokens(s))));
}

/** The point at which requests leave as fast as they come; the fullest that keeps up where none does. */
export interface Carried {
  readonly saturated: boolean;
  readonly point: ServingPoint;
}

const EVALUATIONS = 40;
const CLOSE = 1e-4;
/** Where more requests come than leave the wait has no mean: times are those at this share of what the replica can carry. */
const NEARLY_FULL = 0.99;

/**
 * Finds the number decoding that carries a rate. The time per output token is nearly affine in it, so that its secant finds it
 * in a few evaluations; a bracket keeps it safe.
 */
export function pointAtRate(replica: ServedReplica, seats: number, requestsPerSecond: number): Carried | undefined {
  const decodes = Math.max(1, replica.demand.meanOutputTokens - 1);
  const idle = servingPoint(replica, seats, 0.001);
  if (idle === undefined) return undefined;
  let best: ServingPoint = idle;
  let low = 0.001;
  let high = seats;
  let guess = Math.min(seats, requestsPerSecond * decodes * idle.meanTpotSeconds);
  let earlier = { at: 0.001, tpot: idle.meanTpotSeconds };
  if (idle.requestsPerSecond >= requestsPerSecond) return { saturated: false, point: idle };
  for (let i = 0; i < EVALUATIONS && high - low > CLOSE * high; i += 1) {
    const at = guess > low && guess < high ? guess : (low + high) / 2;
    const point = servingPoint(replica, seats, at);
    if (point === undefined || point.requestsPerSecond >= requestsPerSecond) high = at;
    else low = at;
    if (point === undefined) {
      guess = Number.NaN;
      continue;
    }
    if (Math.abs(point.requestsPerSecond / requestsPerSecond - 1) < CLOSE) return { saturated: false, point };
    if (point.requestsPerSecond < requestsPerSecond) best = point;
    const slope = (point.meanTpotSeconds - earlier.tpot) / (at - earlier.at);
    const share = requestsPerSecond * decodes;
    guess = (share * (point.meanTpotSeconds - slope * at)) / (1 - share * slope);
    earlier = { at, tpot: point.meanTpotSeconds };
  }
  const carried = best.requestsPerSecond / requestsPerSecond > 1 - 10 * CLOSE;
  return { saturated: !carried, point: best };
}

/** An open loop's times: means go into `t`, what lies at a hundredth comes back with them. */
export interface OpenLoop extends Percentiles {
  readonly saturated: boolean;
  /** Requests in flight on the whole replica. */
  readonly concurrency: number;
  /** Requests that leave, in the mean: those that come, or as many as the replica can carry. Undefined in a closed loop. */
  readonly requestsPerSecond: number | undefined;
}

/**
 * Times of requests that arrive at a rate: the operating point of the queueing formulas, with what an engine is measured to add
 * before a first token.
 */
export function openLoopTimes(
  w: RankWork,
  c: Coefficients,
  s: Serving,
  a: Arrivals,
  most: number,
  t: RequestTimes,
): OpenLoop | undefined {
  const spread: Serving = {
    ...s,
    protocol: 'steady',
    inputTokensScv: a.inputTokensScv,
    outputTokensScv: a.outputTokensScv,
  };
  const seats = seatsOf(w, spread, most);
  const replica = servedReplica(w, c, spread, a, seats / w.dataParallel);
  const carried = pointAtRate(replica, seats, a.requestsPerSecond);
  if (carried === undefined) return undefined;
  const { saturated } = carried;
  const leaving = carried.point.requestsPerSecond;
  const near = saturated ? (pointAtRate(replica, seats, NEARLY_FULL * leaving)?.point ?? carried.point) : carried.point;
  // Where prompts have steps of their own nobody decodes beside them: the closed formulas are nearer.
  const numeric = s.mixed ? numericPoint(replica, seats, near) : undefined;
  const point = numeric ?? near;
  requestTimes(w, c, { ...spread, concurrency: point.concurrency + w.dataParallel }, t);
  t.tpotSeconds = point.meanTpotSeconds;
  t.ttftSeconds = point.meanTtftSeconds;
  const perScheduler = point.requestsPerSecond / w.dataParallel;
  return {
    saturated,
    concurrency: point.inFlight,
    requestsPerSecond: saturated ? leaving : a.requestsPerSecond,
    ttftP99Seconds: Math.max(t.ttftSeconds, ttftQuantile(point, 99)),
    tpotP99Seconds: Math.max(t.tpotSeconds, tpotQuantile(point, 99)),
    itlP99Seconds: numeric === undefined ? openGapP99(t, perScheduler) : itlQuantile(numeric, 99),
  };
}
