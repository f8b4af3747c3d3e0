import type { ServedReplica } from '../../../lib/planner/performance/serving';
import { randomStream } from './random-stream';

export interface SimulatedPools {
  readonly prefill: ServedReplica;
  readonly prefillReplicas: number;
  readonly decode: ServedReplica;
  readonly decodeReplicas: number;
  readonly decodeSlots: number;
  /** Of a prompt, from server to server. */
  transferSeconds(promptTokens: number): number;
}

export interface PoolsLoad {
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly warmup: number;
  readonly seed: number;
  readonly prompts: readonly { readonly tokens: number; readonly weight: number }[];
  readonly outputs: readonly { readonly tokens: number; readonly weight: number }[];
}

interface Request {
  readonly id: number;
  readonly arrivedAt: number;
  readonly prompt: number;
  readonly output: number;
  readyAt: number;
  firstAt: number;
  endedAt: number;
}

/**
 * Prefill servers pack waiting prompts into steps in order of arrival, decode servers add whoever came to the next step; requests are
 * sent to servers at random. The step times are the predictions' own, the queues are not.
 */
export function simulatePools(pools: SimulatedPools, load: PoolsLoad) {
  const draw = randomStream(load.seed);
  const pick = (rows: PoolsLoad['prompts']): number => {
    let left = draw.uniform();
    for (const { tokens, weight } of rows) {
      left -= weight;
      if (left <= 0) return Math.max(1, Math.round(tokens));
    }
    return Math.max(1, Math.round(rows.at(-1)?.tokens ?? 1));
  };
  let at = 0;
  const requests = Array.from({ length: load.requests }, (_, id): Request => {
    at += draw.gap(1 / load.requestsPerSecond, 1);
    return {
      id,
      arrivedAt: at,
      prompt: pick(load.prompts),
      output: Math.max(2, pick(load.outputs)),
      readyAt: 0,
      firstAt: 0,
      endedAt: 0,
    };
  });
  const dealt = (count: number, order: readonly Request[]) => {
    const servers: Request[][] = Array.from({ length: count }, () => []);
    for (const request of order) servers[Math.floor(draw.uniform() * count)]?.push(request);
    return servers;
  };
  for (const server of dealt(pools.prefillReplicas, requests)) prefill(server, pools);
  const inOrder = [...requests].sort((a, b) => a.readyAt - b.readyAt);
  for (const server of dealt(pools.decodeReplicas, inOrder)) decode(server, pools);
  const counted = requests.filter(({ id }) => id >= load.warmup);
  return {
    ttftSeconds: counted.map(({ firstAt, arrivedAt }) => firstAt - arrivedAt),
    tpotSeconds: counted.map(({ endedAt, firstAt, output }) => (endedAt - firstAt) / (output - 1)),
  };
}

function prefill(requests: readonly Request[], { prefill: { steps, limits }, transferSeconds }: SimulatedPools): void {
  let now = 0;
  let next = 0;
  const waiting: { readonly request: Request; done: number }[] = [];
  while (next < requests.length || waiting.length > 0) {
    for (; (requests[next]?.arrivedAt ?? Infinity) <= now; next += 1) {
      waiting.push({ request: requests[next] as Request, done: 0 });
    }
    if (waiting.length === 0) {
      now = requests[next]?.arrivedAt ?? now;
      continue;
    }
    let budget = limits.stepTokens;
    const chunks = waiting.flatMap((one) => {
      const tokens = Math.min(budget, one.request.prompt - one.done);
      budget -= tokens;
      return tokens > 0 ? [{ one, tokens, offset: one.done }] : [];
    });
    const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
    // Each attends to itself: the offset at which one chunk of all of them would attend to as much.
    const pairs = chunks.reduce((sum, chunk) => sum + chunk.tokens * (chunk.offset + chunk.tokens / 2), 0);
    now += steps.stepSeconds({
      decodeSequences: 0,
      meanContextTokens: 0,
      prefillTokens: tokens,
      prefillOffsetTokens: pairs / tokens - tokens / 2,
    });
    for (const { one, tokens: read } of chunks) {
      one.done += read;
      if (one.done === one.request.prompt) one.request.readyAt = now + transferSeconds(one.request.prompt);
    }
    waiting.splice(0, waiting.length, ...waiting.filter(({ request, done }) => done < request.prompt));
  }
}

function decode(requests: readonly Request[], { decode: { steps }, decodeSlots }: SimulatedPools): void {
  let now = 0;
  let next = 0;
  let running: { readonly request: Request; written: number }[] = [];
  while (next < requests.length || running.length > 0) {
    if (running.length === 0) now = Math.max(now, requests[next]?.readyAt ?? now);
    const joining: { readonly request: Request; written: number }[] = [];
    for (; (requests[next]?.readyAt ?? Infinity) <= now && running.length + joining.length < decodeSlots; next += 1) {
      joining.push({ request: requests[next] as Request, written: 0 });
    }
    const mean = (values: readonly number[]) =>
      values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
    now += steps.stepSeconds({
      decodeSequences: running.length,
      meanContextTokens: mean(running.map(({ request, written }) => request.prompt + written)),
      prefillTokens: joining.length,
      prefillOffsetTokens: mean(joining.map(({ request }) => request.prompt)),
    });
    for (const one of [...running, ...joining]) {
      if (one.written === 0) one.request.firstAt = now;
      one.written += 1;
      one.request.endedAt = now;
    }
    running = [...running, ...joining].filter(({ request, written }) => written < request.output);
  }
}

export function quantileOf(values: readonly number[], percentile: number): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.floor((percentile / 100) * ascending.length)] ?? Number.NaN;
}
