import { type Occupancy, occupancy } from './occupancy';
import { meanSpanTokens, type PrefillCost, prefillCost } from './prefill';
import { gammaTail, tailQuantile } from './probability';
import { decodeStep, lagSeconds, type ServedReplica, type ServingPoint } from './serving';
import { type StepChain, stepChain } from './step-chain';
import { meanWait, type Wait } from './waiting';

/** An operating point with the gaps between tokens, too. */
export interface NumericPoint extends ServingPoint {
  /** Share of gaps between two tokens that exceed `seconds`. */
  itlTail(seconds: number): number;
}

/** A quantile (0–100) of the gap between two tokens at a point. */
export function itlQuantile(point: NumericPoint, percentile: number): number {
  return tailQuantile(point.itlTail, 1 - percentile / 100, point.meanTpotSeconds);
}

interface Load {
  readonly prefill: PrefillCost;
  readonly decodes: number;
  readonly rate: number;
}

/** Rounds in which the number decoding and the steps that it sees find each other. */
const ROUNDS = 6;
const CLOSE = 0.01;

/**
 * Latencies at a rate by numbers instead of the closed formulas of `servingPoint`, which sizing tries thousands of times: the prompts of
 * a step are a Markov chain (`stepChain`), and the number decoding is a birth–death process on its steps (`occupancy`). The chain
 * changes within steps and the number over whole requests, so that each sees the other's mean. It costs milliseconds.
 *
 * @param near the closed formulas' point at that rate
 * @returns undefined where the slots cannot keep up
 */
export function numericPoint(replica: ServedReplica, slots: number, near: ServingPoint): NumericPoint | undefined {
  const { demand, steps, limits } = replica;
  const rate = near.requestsPerSecond;
  const decodes = Math.max(1, demand.meanOutputTokens - 1);
  const decodeAt = decodeCurve(replica, slots);
  const at = (decoding: number, empty: number) => {
    const prefill = prefillCost(steps, demand, decoding, limits, decodeAt(decoding));
    const load = { prefill, decodes, rate };
    const chain = chainAt(replica, load, decoding, empty);
    return { load, chain, found: occupied(replica, load, slots, chain, decodeAt, decoding) };
  };
  let decoding = near.concurrency;
  let { load, chain, found } = at(decoding, 0);
  for (
    let round = 1;
    round < ROUNDS && found !== undefined && (round === 1 || Math.abs(found.mean / decoding - 1) > CLOSE);
    round += 1
  ) {
    decoding = Math.max(0.001, found.mean);
    ({ load, chain, found } = at(decoding, found.empty));
  }
  if (found === undefined) return undefined;
  const { wait } = found;
  const tpot = requestTpot(replica, load, chain, found, decodeAt);
  const inFlight = found.mean + rate * chain.meanTtftSeconds;
  const lag = lagSeconds(
    replica,
    {
      prefill: load.prefill,
      tpot: tpot.meanSeconds,
      decodeSeconds: decodeAt(decoding),
    },
    decoding,
    inFlight,
  );
  return {
    concurrency: found.mean,
    requestsPerSecond: rate,
    inFlight,
    meanTtftSeconds: chain.meanTtftSeconds + meanWait(wait) + lag,
    meanPrefillSeconds: load.prefill.meanServiceSeconds,
    meanTpotSeconds: tpot.meanSeconds,
    ttftTail: (seconds) => waitedTail(chain.ttftTail, wait, seconds - lag),
    tpotTail: tpot.tail,
    itlTail: (seconds) => chain.stepTail(seconds),
  };
}

/** Steps that decode 1 to `slots` sequences: a straight line between a dozen of them. */
function decodeCurve(replica: ServedReplica, slots: number): (decoding: number) => number {
  const knots = Array.from({ length: KNOTS + 1 }, (_, knot) => 1 + (slots - 1) * (knot / KNOTS) ** 2);
  const seconds = knots.map((knot) => decodeStep(replica, knot));
  return (decoding) => {
    const at = slots <= 1 ? 0 : KNOTS * Math.sqrt(Math.max(0, Math.min(1, (decoding - 1) / (slots - 1))));
    const low = Math.min(KNOTS - 1, Math.floor(at));
    const [a = 1, b = 1] = [knots[low], knots[low + 1]];
    const [from = 0, to = 0] = [seconds[low], seconds[low + 1]];
    return b === a ? from : from + ((to - from) * (Math.min(slots, Math.max(1, decoding)) - a)) / (b - a);
  };
}

const KNOTS = 12;

function chainAt(replica: ServedReplica, { prefill, rate }: Load, decoding: number, empty: number): StepChain {
  const { demand, limits, steps } = replica;
  const budget = Math.max(limits.stepTokens - decoding / limits.schedulers, limits.stepTokens / 16) * limits.schedulers;
  const span = meanSpanTokens(demand);
  const stepSeconds = (prefillTokens: number): number =>
    steps.stepSeconds({
      decodeSequences: decoding,
      meanContextTokens: demand.meanContextTokens,
      prefillTokens,
      prefillRanks: limits.schedulers,
      // Tokens of prompts attend to half their own prompt on average, seen by length, whatever shares their step.
      prefillOffsetTokens: span - prefillTokens / 2,
    });
  // Long prompts cost more a token, for attention: their tokens count for as many more.
  const full = stepSeconds(budget);
  const perToken = (full - stepSeconds(0)) / budget;
  const further = { decodeSequences: decoding, meanContextTokens: demand.meanContextTokens, prefillTokens: budget };
  const stretched = steps.stepSeconds({
    ...further,
    prefillRanks: limits.schedulers,
    prefillOffsetTokens: 2 * span - budget / 2,
  });
  const perSpan = (stretched - full) / budget / span;
  const prompts = demand.prompts.map(({ tokens, cachedTokens, weight }, index) => ({
    tokens: tokens * Math.max(0.1, 1 + ((cachedTokens + tokens / 2 - span) * perSpan) / perToken),
    weight,
    serviceSeconds: prefill.serviceSeconds[index] ?? 0,
  }));
  return stepChain({
    prompts,
    budget,
    stepSeconds,
    requestsPerSecond: rate,
    arrivalScv: demand.arrivalScv,
    idle: empty,
  });
}

function occupied(
  { demand, fit }: ServedReplica,
  { decodes, rate }: Load,
  slots: number,
  chain: StepChain,
  decodeAt: (decoding: number) => number,
  decoding: number,
): Occupancy | undefined {
  const ratio = chain.meanSeconds / decodeAt(decoding);
  // The next in line waits for its whole room: on average half a request's stays free.
  const held = fit.cacheBytes / fit.cacheBytesPerSequence(demand.meanFinalTokens);
  const blocked = held < 2 * slots ? demand.meanBlockedTokens / demand.meanFinalTokens : 0;
  return occupancy({
    // A request holds its room while its prompt is in the queue for steps, too.
    slots: Math.min(slots, held - blocked) - rate * chain.meanTtftSeconds,
    roomScv: held < 2 * slots ? demand.roomScv : 0,
    requestsPerSecond: rate,
    holdSeconds: (n) => decodes * ratio * decodeAt(n),
    arrivalScv: demand.arrivalScv,
    // A prompt that comes lengthens steps for all who decode, and steps scatter besides.
    extraNoise:
      (2 * demand.arrivalScv * chain.correlation) / (1 - chain.correlation) +
      (rate * chain.variance * chain.memory) / chain.meanSeconds,
    holdScv: demand.outputScv,
    overlap: demand.outputOverlap,
  });
}

/** Those who wait for a slot wait for an exponential time first. */
function waitedTail(tail: (seconds: number) => number, wait: Wait, seconds: number): number {
  const now = tail(seconds);
  if (wait.probability < 1e-6) return now;
  const waited = WAIT_SHARES.reduce((sum, share) => sum + tail(seconds + Math.log(share) / wait.perSecond), 0);
  return (1 - wait.probability) * now + (wait.probability * waited) / WAIT_SHARES.length;
}

/** Middles of sixteen equal shares. */
const WAIT_SHARES = Array.from({ length: 16 }, (_, index) => (index + 0.5) / 16);

/**
 * A request's mean time per output token over d tokens: steps of the number that it sees decoding, longer at first, since the step
 * in which its prompt ended let others come. Its variance is that of the number decoding, as far as a request does not outlive it,
 * and that of steps, each like the one before. The rest above the step of an otherwise idle engine is taken for a gamma variable.
 */
function requestTpot(
  replica: ServedReplica,
  { decodes, rate }: Load,
  chain: StepChain,
  found: Occupancy,
  decodeAt: (decoding: number) => number,
): { readonly meanSeconds: number; tail(seconds: number): number } {
  const seen = found.mean / (rate * decodes);
  const alone = decodeStep(replica, 1);
  const ratio = chain.meanSeconds / decodeAt(found.mean);
  const slope = (decodeAt(found.mean + 1) - decodeAt(Math.max(1, found.mean - 1))) / Math.min(2, found.mean);
  const elasticity = Math.min(0.98, Math.max(0, (found.mean * slope) / decodeAt(found.mean)));
  const numbers = found.variance * (ratio * slope) ** 2;
  const relaxed = (decodes * seen) / (1 - elasticity);
  const classes = replica.demand.outputs
    .filter(({ tokens }) => tokens > 1)
    .map(({ tokens, weight }) => {
      const gaps = Math.max(1, tokens - 1);
      const mean = Math.max(alone, seen + earlySeconds(chain, gaps) / gaps);
      const age = (gaps * seen) / relaxed;
      const lasting = age < 1e-3 ? 1 : (2 * (age - 1 + Math.exp(-age))) / (age * age);
      const { memory, variance } = chain;
      const r = (memory - 1) / (memory + 1);
      const alike = memory - (2 * r * (1 - r ** gaps)) / (gaps * (1 - r) ** 2);
      return { weight, mean, variance: numbers * lasting + (variance * alike) / gaps };
    });
  const whole = classes.reduce((sum, { weight }) => sum + weight, 0);
  return {
    meanSeconds:
      classes.length === 0 ? seen : classes.reduce((sum, { weight, mean }) => sum + weight * mean, 0) / whole,
    tail: (seconds) =>
      classes.reduce(
        (sum, { weight, mean, variance }) => sum + weight * gammaTail(seconds - alone, mean - alone, variance),
        0,
      ) / (whole === 0 ? 1 : whole),
  };
}

/** By how much the first gaps of a request are longer than any, all together. */
function earlySeconds({ afterFirstToken, meanSeconds, fading }: StepChain, gaps: number): number {
  const known = Math.min(gaps, afterFirstToken.length);
  let sum = 0;
  for (let step = 0; step < known; step += 1) sum += (afterFirstToken[step] ?? 0) - meanSeconds;
  const last = (afterFirstToken.at(-1) ?? meanSeconds) - meanSeconds;
  return gaps <= known ? sum : sum + (last * fading * (1 - fading ** (gaps - known))) / (1 - fading);
}
