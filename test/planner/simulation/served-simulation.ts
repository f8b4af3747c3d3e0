import type { ServedReplica } from '../../../lib/planner/performance/serving';
import { randomStream } from './random-stream';

/** Where the lengths of requests come from. */
export interface LengthSource {
  readonly inputs: ArrayLike<number>;
  readonly outputs: ArrayLike<number>;
}

/** Requests at a rate, whatever is in flight; gaps are gamma distributed. */
export interface ServedLoad {
  readonly requestsPerSecond: number;
  readonly arrivalScv: number;
  readonly requests: number;
  /** Requests that are served first and not counted. */
  readonly warmup: number;
  readonly lengths: LengthSource;
  readonly seed: number;
  /** Requests in flight that the server admits. @default - as many as its limits say */
  readonly admitted?: number;
}

export interface ServedTimes {
  readonly ttftSeconds: Float64Array;
  readonly tpotSeconds: Float64Array;
  /** Step durations, each as often as sequences waited through it for their next token. */
  readonly gaps: { readonly seconds: readonly number[]; readonly sequences: readonly number[] };
  readonly secondsPassed: number;
}

interface Request {
  readonly id: number;
  readonly arrivedAt: number;
  readonly input: number;
  readonly output: number;
  readonly held: number;
  done: number;
  firstAt: number;
}

/** Longest output, in steps, that the ring of endings holds. */
const RING = 1 << 14;

/**
 * Serves requests step by step on one scheduler: continuous batching, prompts chunked into what decodes leave of the budget, in
 * order of arrival; a request is admitted with room for its final length, so that none is evicted. A step costs what the replica's
 * own step times say. Work a step is proportional to what begins and ends in it, so that millions of steps take seconds.
 */
export function serve({ steps, fit, limits, demand }: ServedReplica, load: ServedLoad): ServedTimes {
  if (limits.schedulers !== 1) throw new Error('one scheduler');
  const draw = randomStream(load.seed);
  const { inputs, outputs } = load.lengths;
  const pick = (from: ArrayLike<number>): number => from[Math.floor(draw.uniform() * from.length)] ?? 1;
  const counted = load.requests - load.warmup;
  const ttft = new Float64Array(counted);
  const tpot: number[] = [];
  const seconds: number[] = [];
  const sequences: number[] = [];
  const most = Math.min(limits.sequences, load.admitted ?? Number.POSITIVE_INFINITY);
  const cachedShare =
    (demand.prompts[0]?.cachedTokens ?? 0) /
    ((demand.prompts[0]?.tokens ?? 1) + (demand.prompts[0]?.cachedTokens ?? 0));
  const waiting: Request[] = [];
  let head = 0;
  const filling: Request[] = [];
  const ending: Request[][] = Array.from({ length: RING }, () => []);
  let now = 0;
  let made = 0;
  let nextAt = draw.gamma(1 / load.requestsPerSecond, load.arrivalScv);
  let step = 0;
  let decoding = 0;
  let inFlight = 0;
  let held = 0;
  let context = 0;
  let first = 0;
  for (;;) {
    while (nextAt <= now && made < load.requests) {
      const input = pick(inputs);
      const output = pick(outputs);
      waiting.push({
        id: made,
        arrivedAt: nextAt,
        input,
        output,
        held: fit.cacheBytesPerSequence(input + output),
        done: input * cachedShare,
        firstAt: 0,
      });
      made += 1;
      nextAt += draw.gamma(1 / load.requestsPerSecond, load.arrivalScv);
    }
    while (head < waiting.length && inFlight < most) {
      const next = waiting[head] as Request;
      if (inFlight > 0 && held + next.held > fit.cacheBytes) break;
      held += next.held;
      inFlight += 1;
      filling.push(next);
      head += 1;
      if (head > 4096) head -= waiting.splice(0, head).length;
    }
    if (inFlight === 0) {
      if (made >= load.requests) break;
      now = nextAt;
      continue;
    }
    const budget = Math.max(limits.stepTokens - decoding, limits.stepTokens / 16);
    let left = budget;
    let attended = 0;
    let ready = 0;
    for (const one of filling) {
      if (left <= 0) break;
      const tokens = Math.min(left, one.input - one.done);
      attended += tokens * (one.done + tokens / 2);
      one.done += tokens;
      left -= tokens;
      if (one.done >= one.input) ready += 1;
    }
    const prefillTokens = budget - left;
    const cost = steps.stepSeconds({
      decodeSequences: decoding,
      meanContextTokens: decoding === 0 ? 0 : context / decoding,
      prefillTokens,
      prefillOffsetTokens: prefillTokens === 0 ? 0 : attended / prefillTokens - prefillTokens / 2,
    });
    now += cost;
    step += 1;
    if (decoding > 0 && first >= load.warmup) {
      seconds.push(cost);
      sequences.push(decoding);
    }
    context += decoding;
    const ended = ending[step % RING] as Request[];
    for (const one of ended) {
      if (one.id >= load.warmup) tpot.push((now - one.firstAt) / (one.output - 1));
      decoding -= 1;
      inFlight -= 1;
      held -= one.held;
      context -= one.input + one.output;
    }
    ended.length = 0;
    for (const one of filling.splice(0, ready)) {
      one.firstAt = now;
      if (one.id >= load.warmup) ttft[one.id - load.warmup] = now - one.arrivedAt;
      first = Math.max(first, one.id);
      if (one.output <= 1) {
        inFlight -= 1;
        held -= one.held;
        continue;
      }
      decoding += 1;
      context += one.input + 1;
      (ending[(step + one.output - 1) % RING] as Request[]).push(one);
    }
  }
  return { ttftSeconds: ttft, tpotSeconds: Float64Array.from(tpot), gaps: { seconds, sequences }, secondsPassed: now };
}

/** Requests per second that leave while more wait than are admitted: no load above it is stable. */
export function largestStableRate(replica: ServedReplica, lengths: LengthSource, seed: number): number {
  const requests = 20_000;
  const endless = { requestsPerSecond: 1e9, arrivalScv: 1, requests, warmup: 0, lengths, seed };
  const { ttftSeconds } = serve(replica, endless);
  // All came at once: first tokens come as requests are admitted. Filling up and running empty are left out.
  const [from, to] = [0.2 * requests, 0.9 * requests];
  return (to - from) / ((ttftSeconds[to] ?? 0) - (ttftSeconds[from] ?? 0));
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return sum / values.length;
}

/** The value that a share of them does not exceed. */
export function quantileOf(values: Float64Array, share: number): number {
  const ascending = Float64Array.from(values).sort();
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? Number.NaN;
}

/** The same of step durations, each as often as it was waited through. */
export function gapQuantile({ seconds, sequences }: ServedTimes['gaps'], share: number): number {
  const order = Array.from(seconds, (_, index) => index).sort((a, b) => (seconds[a] ?? 0) - (seconds[b] ?? 0));
  const total = sequences.reduce((sum, one) => sum + one, 0);
  let passed = 0;
  for (const index of order) {
    passed += sequences[index] ?? 0;
    if (passed >= share * total) return seconds[index] ?? Number.NaN;
  }
  return Number.NaN;
}
