import { randomStream } from './random-stream';

/** What one engine step costs: the same formula that predictions use. */
export type StepCost = (step: {
  readonly decoding: number;
  readonly contextTokens: number;
  readonly prompts: number;
  readonly tokensPerPrompt: number;
  readonly offsetTokens: number;
}) => number;

/** A replica with one scheduler. */
export interface SimulatedReplica {
  readonly cost: StepCost;
  /** Prompt tokens of a step. */
  readonly chunkTokens: number;
  /** Whether prompts share a step with decoding sequences; otherwise they go first, in steps of their own. */
  readonly mixed: boolean;
  readonly maxSequences: number;
  readonly kvCapacityTokens: number;
}

/** Requests: at a rate whatever is in flight, or each as soon as one of `concurrency` ends. */
export interface SimulatedLoad {
  readonly requests: number;
  /** Requests that are served first and not counted. */
  readonly warmup: number;
  readonly requestsPerSecond?: number;
  readonly arrivalScv?: number;
  readonly concurrency?: number;
  readonly inputTokens: number;
  readonly inputTokensScv: number;
  readonly outputTokens: number;
  readonly outputTokensScv: number;
  readonly seed: number;
}

export interface SimulatedTimes {
  readonly ttftSeconds: readonly number[];
  readonly tpotSeconds: readonly number[];
  readonly itlSeconds: readonly number[];
  readonly secondsPassed: number;
}

interface Request {
  readonly id: number;
  readonly arrivedAt: number;
  readonly input: number;
  readonly output: number;
  done: number;
  emitted: number;
  firstAt: number;
  lastAt: number;
}

/** Serves requests step by step: continuous batching, chunked prefill in order of arrival, room for the final length reserved. */
export function simulate(replica: SimulatedReplica, load: SimulatedLoad): SimulatedTimes {
  const draw = randomStream(load.seed);
  const ttft: number[] = [];
  const tpot: number[] = [];
  const itl: number[] = [];
  const waiting: Request[] = [];
  let running: Request[] = [];
  let now = 0;
  let made = 0;
  let nextAt = 0;
  let reserved = 0;
  const make = (at: number): void => {
    const input = Math.max(1, Math.round(draw.gamma(load.inputTokens, load.inputTokensScv)));
    const output = Math.max(2, Math.round(draw.gamma(load.outputTokens, load.outputTokensScv)));
    waiting.push({ id: made, arrivedAt: at, input, output, done: 0, emitted: 0, firstAt: 0, lastAt: 0 });
    made += 1;
  };
  const arrive = (): void => {
    if (load.requestsPerSecond === undefined) return;
    while (nextAt <= now && made < load.requests) {
      make(nextAt);
      nextAt += draw.gap(1 / load.requestsPerSecond, load.arrivalScv ?? 1);
    }
  };
  const finish = (r: Request): void => {
    reserved -= r.input + r.output;
    if (r.id >= load.warmup) tpot.push((r.lastAt - r.firstAt) / (r.output - 1));
    if (load.concurrency !== undefined && made < load.requests) make(now);
  };
  for (let i = 0; i < (load.concurrency ?? 0); i += 1) make(0);
  for (;;) {
    arrive();
    while (waiting.length > 0 && running.length < replica.maxSequences) {
      const next = waiting[0] as Request;
      if (running.length > 0 && reserved + next.input + next.output > replica.kvCapacityTokens) break;
      reserved += next.input + next.output;
      running.push(next);
      waiting.shift();
    }
    if (running.length === 0) {
      if (made >= load.requests) break;
      now = nextAt;
      continue;
    }
    const filling = running.filter((r) => r.done < r.input);
    const decoding = replica.mixed || filling.length === 0 ? running.filter((r) => r.done >= r.input) : [];
    let budget = replica.chunkTokens;
    const chunks = filling.flatMap((r) => {
      const tokens = Math.min(budget, r.input - r.done);
      budget -= tokens;
      return tokens > 0 ? [{ r, tokens, offset: r.done }] : [];
    });
    const tokens = chunks.reduce((sum, c) => sum + c.tokens, 0);
    now += replica.cost({
      decoding: decoding.length,
      contextTokens: mean(decoding.map((r) => r.input + r.emitted)),
      prompts: chunks.length,
      tokensPerPrompt: chunks.length === 0 ? 0 : tokens / chunks.length,
      offsetTokens: mean(chunks.map((c) => c.offset)),
    });
    for (const r of decoding) {
      if (r.id >= load.warmup) itl.push(now - r.lastAt);
      r.emitted += 1;
      r.lastAt = now;
    }
    for (const c of chunks) {
      c.r.done += c.tokens;
      if (c.r.done < c.r.input) continue;
      c.r.emitted = 1;
      c.r.firstAt = now;
      c.r.lastAt = now;
      if (c.r.id >= load.warmup) ttft.push(now - c.r.arrivedAt);
    }
    const ended = running.filter((r) => r.emitted >= r.output);
    if (ended.length > 0) {
      running = running.filter((r) => r.emitted < r.output);
      ended.forEach(finish);
    }
  }
  return { ttftSeconds: ttft, tpotSeconds: tpot, itlSeconds: itl, secondsPassed: now };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, v) => sum + v, 0) / values.length;

/** Mean and 99th percentile. */
export function summaryOf(values: readonly number[]): { readonly mean: number; readonly p99: number } {
  const ascending = [...values].sort((a, b) => a - b);
  return { mean: mean(ascending), p99: ascending[Math.floor(0.99 * ascending.length)] ?? Number.NaN };
}
