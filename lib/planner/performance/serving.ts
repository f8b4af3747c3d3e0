import type { MemoryFit, SchedulerLimits, StepTimes } from './performance-model';
import { type PrefillCost, prefillCost } from './prefill';
import { erlangC, gammaTail, tailQuantile } from './probability';
import type { ServingDemand } from './serving-demand';
import { beyond, meanWait, NO_WAIT, residualAndWaitTail, serverWait, type Wait } from './waiting';

/** A replica with its memory, limits and requests: what load and latency are computed from. */
export interface ServedReplica {
  readonly steps: StepTimes;
  readonly fit: Extract<MemoryFit, { fits: true }>;
  readonly limits: SchedulerLimits;
  readonly demand: ServingDemand;
}

/** One operating point of a replica: a load and the latencies it causes. */
export interface ServingPoint {
  /** Mean sequences decoding. */
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  /** Mean requests in flight, prefilling ones included. */
  readonly inFlight: number;
  readonly meanTtftSeconds: number;
  readonly meanTpotSeconds: number;
  /** Share of requests whose time to first token exceeds `seconds`. */
  ttftTail(seconds: number): number;
  /** Share of requests whose mean time per output token exceeds `seconds`. */
  tpotTail(seconds: number): number;
}

/**
 * Requests that the cache holds at once. Each is given room for its final length, so that none is ever preempted.
 *
 * @returns 0 when not even the longest request fits
 */
export function requestSlots({ fit, limits, demand }: Omit<ServedReplica, 'steps'>): number {
  if (fit.cacheBytes / limits.schedulers < fit.cacheBytesPerSequence(demand.longestRequestTokens)) return 0;
  const held = Math.floor(fit.cacheBytes / fit.cacheBytesPerSequence(demand.meanFinalTokens));
  return Math.max(1, Math.min(held, limits.sequences * limits.schedulers));
}

/**
 * The operating point at which `concurrency` sequences decode on average, under open-loop arrivals. Undefined where the
 * prefill queue or the slots cannot keep up.
 *
 * With D output tokens after the first and prompts that add Δ to the steps they ride in, the time per output token is
 * t_dec + λ TPOT Δ and, by Little's law, N = λ D TPOT; hence TPOT = t_dec(N + 1) + N Δ / D, the open-loop form of
 * TPOT = t_dec + (b − 1) / (osl − 1) Σ (t_mix − t_dec). An arriving request sees N others and itself.
 */
export function servingPoint(replica: ServedReplica, slots: number, concurrency: number): ServingPoint | undefined {
  const { steps, demand, limits } = replica;
  const decodeSeconds = decodeStep(steps, demand, Math.min(concurrency + 1, slots));
  const prefill = prefillCost(steps, demand, concurrency, limits, decodeSeconds);
  const decodes = Math.max(1, demand.meanOutputTokens - 1);
  const tpot = decodeSeconds + (concurrency * prefill.meanAddedSeconds) / decodes;
  const rate = concurrency / (decodes * tpot);
  const inFlight = concurrency + rate * prefill.meanServiceSeconds;
  const queue = serverWait(
    rate * prefill.meanDrainSeconds,
    prefill.meanDrainSeconds,
    demand.arrivalScv,
    prefill.drainScv,
  );
  const slot = slotWait(slots, inFlight, inFlight / rate, demand);
  if (queue === undefined || slot === undefined) return undefined;
  const ttft = ttftOf(replica, prefill, { rate, tpot, decodeSeconds, concurrency }, queue, slot);
  return {
    concurrency,
    requestsPerSecond: rate,
    inFlight,
    meanTpotSeconds: tpot,
    ...ttft,
    tpotTail: tpotTail(replica, prefill, { rate, tpot, decodeSeconds, concurrency }),
  };
}

/** A quantile (0–100) of time to first token at a point. */
export function ttftQuantile(point: ServingPoint, percentile: number): number {
  return tailQuantile(point.ttftTail, 1 - percentile / 100, point.meanTtftSeconds);
}

/** A quantile (0–100) of time per output token at a point. */
export function tpotQuantile(point: ServingPoint, percentile: number): number {
  return tailQuantile(point.tpotTail, 1 - percentile / 100, point.meanTpotSeconds);
}

/** Load at a concurrency, whatever the latency: an upper bound to what the replica carries with that many in flight. */
export function rateAt({ steps, demand, limits }: ServedReplica, concurrency: number): number {
  const decodeSeconds = decodeStep(steps, demand, concurrency);
  const prefill = prefillCost(steps, demand, concurrency, limits, decodeSeconds);
  const decodes = Math.max(1, demand.meanOutputTokens - 1);
  return concurrency / (decodes * decodeSeconds + concurrency * prefill.meanAddedSeconds);
}

function decodeStep(steps: StepTimes, demand: ServingDemand, decodeSequences: number): number {
  return steps.stepSeconds({
    decodeSequences,
    meanContextTokens: demand.meanContextTokens,
    prefillTokens: 0,
    prefillOffsetTokens: 0,
  });
}

/** Wait for a free slot: M/G/k with Erlang C, its rate by Allen & Cunneen. Holding times vary as output lengths do. */
function slotWait(slots: number, inFlight: number, holdSeconds: number, demand: ServingDemand): Wait | undefined {
  if (inFlight >= slots) return undefined;
  // Far below the limit the probability is nil, and the sum over thousands of servers is not worth its time.
  if (inFlight + 8 * Math.sqrt(inFlight) + 8 < slots) return NO_WAIT;
  const second = demand.outputs.reduce((sum, { tokens, weight }) => sum + weight * tokens * tokens, 0);
  const holdScv = second / demand.meanOutputTokens ** 2 - 1;
  return {
    probability: erlangC(slots, inFlight),
    perSecond: (2 * (slots - inFlight)) / (holdSeconds * (demand.arrivalScv + holdScv)),
  };
}

interface Load {
  readonly rate: number;
  readonly tpot: number;
  readonly decodeSeconds: number;
  readonly concurrency: number;
}

/**
 * Time to first token = what is left of the running step + wait + own service, a mixture over prompt classes:
 * P(TTFT > t) = Σ w P(U + W > t − S). Prompts that fit into one step's budget start together, so only the queue beyond a
 * full step is waited for. The rare waits for the prefill queue and for a slot add up as tails.
 */
function ttftOf(
  { demand, limits }: ServedReplica,
  prefill: PrefillCost,
  { rate, tpot, decodeSeconds, concurrency }: Load,
  queue: Wait,
  slot: Wait,
): Pick<ServingPoint, 'meanTtftSeconds' | 'ttftTail'> {
  const backlog = beyond(queue, prefill.fullStepSeconds);
  const mixedShare = Math.min(1, rate * prefill.meanServiceSeconds);
  const budget = limits.stepTokens * limits.schedulers;
  const others = Math.min(rate * tpot * demand.meanPromptTokens, budget) / budget;
  const together = others * Math.max(0, prefill.fullStepSeconds - decodeSeconds);
  const busy = 1 - Math.exp(-concurrency);
  const mixedSeconds = Math.min(prefill.fullStepSeconds, prefill.meanServiceSeconds + together);
  const residual = ((1 - mixedShare) * busy * decodeSeconds + mixedShare * mixedSeconds) / 2;
  const services = prefill.serviceSeconds;
  return {
    meanTtftSeconds: residual + together + meanWait(backlog) + meanWait(slot) + prefill.meanServiceSeconds,
    ttftTail: (seconds) => {
      let tail = 0;
      demand.prompts.forEach(({ weight }, index) => {
        const left = seconds - together - (services[index] ?? 0);
        const late = residualAndWaitTail(left, residual, backlog);
        const queued = left > 0 ? slot.probability * Math.exp(-slot.perSecond * left) : 1;
        tail += weight * Math.min(1, late + (slot.probability > 0 ? queued : 0));
      });
      return tail;
    },
  };
}

/**
 * A request's mean time per output token over D tokens: the step of an otherwise idle engine, plus a gamma-distributed rest
 * with the mean above and the variance of a compound Poisson sum of the prompts met, λ TPOT E[Δ²] / D, and of the other
 * sequences, N (dt/dN)². Short outputs meet few prompts and scatter most, so it is a mixture over output lengths.
 */
function tpotTail(
  { steps, demand }: ServedReplica,
  prefill: PrefillCost,
  { rate, tpot, decodeSeconds, concurrency }: Load,
): (seconds: number) => number {
  const alone = decodeStep(steps, demand, 1);
  const perSequence = concurrency === 0 ? 0 : (decodeSeconds - alone) / concurrency;
  const fromOthers = concurrency * perSequence * perSequence;
  const burst = Math.max(1, demand.arrivalScv);
  return (seconds) =>
    demand.outputs.reduce((tail, { tokens, weight }) => {
      const decodes = Math.max(1, tokens - 1);
      const fromPrompts = (rate * tpot * prefill.secondMomentAddedSeconds) / decodes;
      return tail + weight * gammaTail(seconds - alone, tpot - alone, burst * (fromPrompts + fromOthers));
    }, 0);
}
