import { type Cycle, cycleMoments, meanCycle } from './cycle';
import { firstToken } from './first-token';
import type { MemoryFit, SchedulerLimits, StepTimes } from './performance-model';
import { type PrefillCost, prefillCost } from './prefill';
import { gammaTail, tailQuantile } from './probability';
import type { ServingDemand } from './serving-demand';
import { slotWait } from './slot-wait';
import { beyond, serverWait } from './waiting';

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
  /** The part of it in which its own prompt is processed. */
  readonly meanPrefillSeconds: number;
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
 * The time per output token is the mean step, and by Little's law N = λ D TPOT with D output tokens after the first; so N
 * gives the load in closed form. A decoding request sees N others and itself.
 */
export function servingPoint(replica: ServedReplica, slots: number, concurrency: number): ServingPoint | undefined {
  const { demand } = replica;
  const load = loadAt(replica, Math.min(concurrency + 1, slots), concurrency);
  const { decodeSeconds, prefill, tpot, rate } = load;
  const inFlight = concurrency + rate * prefill.meanServiceSeconds;
  const alone = decodeStep(replica, 1);
  const drained = prefill.meanDrainSeconds;
  const queue = serverWait(rate * drained, drained, demand.arrivalScv, prefill.drainScv);
  const slot = slotWait(slots, slotLoad(replica, load, slots, alone));
  if (queue === undefined || slot === undefined || inFlight >= slots) return undefined;
  const spread = decodeSpread(load, concurrency, alone, demand);
  const cycle = cycleMoments(decodeSeconds, spread, concurrency / load.decodes, prefill, demand.arrivalScv);
  const first = firstToken(demand, prefill, rate, inFlight, cycle, [beyond(queue, prefill.fullStepSeconds), slot]);
  const lag = lagSeconds(replica, load, concurrency, inFlight);
  return {
    concurrency,
    requestsPerSecond: rate,
    inFlight,
    meanTtftSeconds: first.meanSeconds + lag,
    meanPrefillSeconds: prefill.meanServiceSeconds,
    meanTpotSeconds: tpot,
    ttftTail: (seconds) => first.tail(seconds - lag),
    tpotTail: tpotTail(demand, load, alone, spread, cycle),
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

/** Load with as many sequences decoding, whatever the latency. */
export function rateAt(replica: ServedReplica, concurrency: number): number {
  return loadAt(replica, concurrency, concurrency).rate;
}

/** Share of time that the prefill queue is busy when all steps are full; at 1 it cannot keep up. */
export function prefillUtilization(replica: ServedReplica, slots: number, concurrency: number): number {
  const { rate, prefill } = loadAt(replica, Math.min(concurrency + 1, slots), concurrency);
  return rate * prefill.meanDrainSeconds;
}

interface Load {
  readonly decodeSeconds: number;
  readonly prefill: PrefillCost;
  /** Output tokens after the first. */
  readonly decodes: number;
  readonly tpot: number;
  readonly rate: number;
}

function loadAt(replica: ServedReplica, seen: number, concurrency: number): Load {
  const { steps, demand, limits } = replica;
  const decodeSeconds = decodeStep(replica, seen);
  const prefill = prefillCost(steps, demand, concurrency, limits, decodeSeconds);
  const decodes = Math.max(1, demand.meanOutputTokens - 1);
  const tpot = meanCycle(decodeSeconds, concurrency / decodes, prefill);
  return { decodeSeconds, prefill, decodes, tpot, rate: concurrency / (decodes * tpot) };
}

/** What the engine adds before a first token besides its steps. */
export function lagSeconds(
  { steps, demand }: ServedReplica,
  load: Pick<Load, 'prefill' | 'tpot' | 'decodeSeconds'>,
  concurrency: number,
  inFlight: number,
): number {
  const { prefill, tpot, decodeSeconds } = load;
  const lag = steps.firstTokenLagSeconds?.({
    concurrency,
    inFlight,
    meanTpotSeconds: tpot,
    meanPrefillSeconds: prefill.meanServiceSeconds,
    meanPromptTokens: demand.meanPromptTokens,
    meanChunks: prefill.meanChunks,
    decodeSeconds,
  });
  return lag ?? 0;
}

/** A step without prompts. */
export function decodeStep({ steps, demand }: ServedReplica, decodeSequences: number): number {
  return steps.stepSeconds({
    decodeSequences,
    meanContextTokens: demand.meanContextTokens,
    prefillTokens: 0,
    prefillOffsetTokens: 0,
  });
}

/** A slot is held for the prefill and D steps; both grow with the others in flight as the decode step does. */
function slotLoad(replica: ServedReplica, load: Load, slots: number, alone: number) {
  const { demand } = replica;
  const hold = load.prefill.meanServiceSeconds + load.decodes * load.tpot;
  const second = demand.outputs.reduce((sum, { tokens, weight }) => sum + weight * tokens * tokens, 0);
  return {
    requestsPerSecond: load.rate,
    holdAloneSeconds: (hold * alone) / load.decodeSeconds,
    holdFullSeconds: (hold * decodeStep(replica, slots)) / load.decodeSeconds,
    arrivalScv: demand.arrivalScv,
    holdScv: second / demand.meanOutputTokens ** 2 - 1,
  };
}

/**
 * Variance of the decode step from the number of sequences in flight. They share the engine, so that state n weighs
 * λ^n Π D t(k)/k: with t affine a negative binomial, whose variance is N t(N + 1) / t(1), whatever the output lengths.
 */
function decodeSpread(
  { decodeSeconds }: Load,
  concurrency: number,
  alone: number,
  { arrivalScv }: ServingDemand,
): number {
  const perSequence = (decodeSeconds - alone) / concurrency;
  return Math.max(1, arrivalScv) * perSequence ** 2 * concurrency * (decodeSeconds / alone);
}

/**
 * A request's mean time per output token over d tokens: the step of an otherwise idle engine, plus a gamma-distributed rest.
 *
 * Steps are alike: one that is longer lets more prompts come, which lengthen the next by the share g of time that prompts take, so
 * that the sum of d steps scatters by σ² d (1 + g) / (1 − g), less at the ends. The step in which a request's own prompt ended is
 * such a longer one, as long as that prompt has it. The number decoding, which hardly changes while a request decodes, scatters by these steps as well as by
 * arrivals: by 1 + (c_a² − 1 + 2 c_a² g / (1 − g) + λ σ² (1 + g) / ((1 − g) T)) E[min] / E[X] times as much as it would alone, X an
 * output's length (`occupancy.ts`). Short outputs scatter most, so it is a mixture over output lengths.
 */
function tpotTail(
  demand: ServingDemand,
  { decodeSeconds, prefill, tpot, rate }: Load,
  alone: number,
  spread: number,
  cycle: Cycle,
): (seconds: number) => number {
  const burst = Math.max(1, demand.arrivalScv);
  const variance = Math.max(0, cycle.second - cycle.mean * cycle.mean);
  const g = Math.min(0.95, rate * prefill.meanMarginalSeconds);
  const echo = (1 + g) / (1 - g);
  const noise = (2 * burst * g) / (1 - g) + (rate * variance * echo) / cycle.mean;
  const numbers = (spread / burst) * (tpot / decodeSeconds) ** 2 * (1 + (burst - 1 + noise) * demand.outputOverlap);
  const ownStep = prefill.meanServiceSeconds + (rate * prefill.meanMarginalSeconds * cycle.second) / cycle.mean;
  const later = Math.max(0, ownStep / Math.max(1, prefill.meanChunks) - tpot);
  const own = demand.prompts.reduce(
    (sum, { weight }, index) => {
      const beyond = (prefill.serviceSeconds[index] ?? 0) - prefill.meanServiceSeconds;
      return sum + weight * beyond * beyond;
    },
    (burst * rate * prefill.marginalSquare * cycle.second) / cycle.mean,
  );
  const classes = demand.outputs.map(({ tokens, weight }) => {
    const gaps = Math.max(1, tokens - 1);
    const faded = (1 - g ** gaps) / (1 - g);
    const steps = (variance / gaps) * (echo - (2 * g * faded) / (gaps * (1 - g)));
    return {
      weight,
      mean: tpot + (later * g * faded) / gaps - alone,
      variance: numbers + steps + own * ((g * faded) / gaps) ** 2,
    };
  });
  return (seconds) =>
    classes.reduce((tail, one) => tail + one.weight * gammaTail(seconds - alone, one.mean, one.variance), 0);
}
