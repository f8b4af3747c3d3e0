import type { Coefficients } from './coefficient-names';
import type { RankWork } from './rank-work';
import { stepSeconds } from './step-time';
import { meanWaveSeconds } from './wave';

/** How load is offered; see `headroom predict`. */
export type Protocol = 'inferencex' | 'steady' | 'static' | 'other';

/** A load on a replica and how its engine schedules it. */
export interface Serving {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Requests in flight on the whole replica. */
  readonly concurrency: number;
  readonly protocol: Protocol;
  /** Prompt tokens that one step takes. */
  readonly chunkTokens: number;
  /** Whether prompts share a step with decoding sequences. */
  readonly mixed: boolean;
  /** Tokens whose keys and values fit on one attention-data-parallel rank. */
  readonly kvCapacityTokens: number;
  /** Whether a request is admitted only with room for all its output (TensorRT-LLM's guaranteed no-evict policy). */
  readonly reserved: boolean;
  /** Months between the software and the reference date; positive is older. */
  readonly monthsOld: number;
  readonly promptsPerSlot: number;
  /** Whether requests before the measurement took the cold stalls. */
  readonly warm: boolean;
  /** Share of the prompt found in the prefix cache. */
  readonly prefixHit: number;
  /** Tokens a sequence verifies and keeps per step: 1 and 1 without speculation. */
  readonly verified: number;
  readonly accepted: number;
  /** Draft time of a step, relative to the step. */
  readonly draftShare: number;
  /** Squared coefficients of variation of the lengths; 0 is all alike. Undefined: as the protocol has them. */
  readonly inputTokensScv?: number | undefined;
  readonly outputTokensScv?: number | undefined;
}

/** Lengths uniform over [0.8, 1] of the longest: (0.2 / 0.9)² / 12. */
const INFERENCEX_SCV = 0.2 ** 2 / 0.9 ** 2 / 12;

/** Squared coefficient of variation of output lengths: as said, else as the protocol has it. */
export function outputScv(s: Serving): number {
  return s.outputTokensScv ?? (s.protocol === 'inferencex' || s.protocol === 'other' ? INFERENCEX_SCV : 0);
}

/** Mean tokens in the cache of a decoding sequence: longer outputs are seen more often, E[L²] / (2 E[L]) = L (1 + scv) / 2. */
export function meanContextTokens(s: Serving): number {
  return s.inputTokens + (s.outputTokens * (1 + (s.outputTokensScv ?? 0))) / 2;
}

/** Tokens that a request takes of the cache while it is admitted: all it will have, or what it has on average. */
export function heldTokens(s: Serving): number {
  return s.reserved ? s.inputTokens + s.outputTokens * (1 + (s.outputTokensScv ?? 0)) : meanContextTokens(s);
}

/** What a load leads to; filled in place, because a fit evaluates it millions of times. */
export interface RequestTimes {
  ttftSeconds: number;
  tpotSeconds: number;
  decodeSeconds: number;
  /** Time that one more prompt adds to steps. */
  stallSeconds: number;
  /** Prefill time per prompt while prompts queue. */
  serviceSeconds: number;
  overheadSeconds: number;
  /** Mean time in the queue before a prompt's own prefill. */
  waitSeconds: number;
  coldSeconds: number;
  activeSequences: number;
  promptChunks: number;
  /** What one prompt, and a full step's prompts, add to the steps of others, all chunks together. */
  aloneSeconds: number;
  crowdedSeconds: number;
  /** Other prompts that a step begins, on average, and how many a step can take. */
  promptsPerStep: number;
  promptsTogether: number;
  /** What prompts that begin in the same step add to each other. */
  companionSeconds: number;
}

export function emptyTimes(): RequestTimes {
  return {
    ttftSeconds: 0,
    tpotSeconds: 0,
    decodeSeconds: 0,
    stallSeconds: 0,
    serviceSeconds: 0,
    overheadSeconds: 0,
    waitSeconds: 0,
    coldSeconds: 0,
    activeSequences: 0,
    promptChunks: 0,
    aloneSeconds: 0,
    crowdedSeconds: 0,
    promptsPerStep: 0,
    promptsTogether: 1,
    companionSeconds: 0,
  };
}

/** Seconds of a prompt's chunks with `prompts` prompts in each, and `riding` sequences decoding alongside. */
function prefillSeconds(
  w: RankWork,
  c: Coefficients,
  s: Serving,
  prompts: number,
  riding: number,
  context: number,
  age: number,
): number {
  const cached = s.inputTokens * s.prefixHit;
  const fresh = s.inputTokens - cached;
  const chunks = Math.max(1, Math.ceil(fresh / s.chunkTokens));
  const tokens = fresh / chunks;
  let time = 0;
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    time += stepSeconds(w, c, riding, context, s.verified, prompts, tokens, cached + chunk * tokens, age);
  }
  return time;
}

/** Time that a prompt adds to the steps of others, prompts that arrive within a step sharing it: the busier, the more. */
function sharedStall(
  alone: number,
  crowded: number,
  together: number,
  others: number,
  output: number,
  decode: number,
): number {
  const pressure = Math.min(1, (others * alone) / (output * decode));
  const merged = 1 + (together - 1) * pressure;
  if (merged <= 1) return alone;
  return (alone + ((crowded - alone) * (merged - 1)) / (together - 1)) / merged;
}

/** Cold stalls of the first wave, in seconds of that wave. */
function coldSeconds(w: RankWork, c: Coefficients, s: Serving): number {
  if (s.warm || (s.protocol !== 'inferencex' && s.protocol !== 'other')) return 0;
  const novel = w.latentLayers + w.linearLayers > 0 ? c.novelStall : 0;
  return (c.coldStall * w.ranks ** -c.coldRanks + novel) * c.driftStall ** s.monthsOld;
}

/** Waiting and prefill, by protocol. */
function waitSeconds(
  s: Serving,
  c: Coefficients,
  t: RequestTimes,
  active: number,
  together: number,
  cycle: number,
): number {
  if (s.protocol === 'static') return (t.serviceSeconds * (active + together)) / 2;
  // A slot's next request comes as its last one ends, between two steps: it waits for those that come with it.
  if (s.protocol === 'steady') return t.serviceSeconds + t.companionSeconds;
  return meanWaveSeconds({
    slots: active,
    service: t.serviceSeconds,
    together,
    // The width of a uniform spread of that variance.
    gain: c.waveSpread * Math.sqrt(12 * outputScv(s)) * cycle,
    cycle,
    waves: s.promptsPerSlot,
    first: c.firstWave,
  });
}

/** Mean TTFT and TPOT of requests under a load, and the parts that percentiles need. */
export function requestTimes(w: RankWork, c: Coefficients, s: Serving, t: RequestTimes): RequestTimes {
  const perRank = Math.max(1, s.concurrency / w.dataParallel);
  const context = meanContextTokens(s);
  const full = Math.min(1, Math.max(1 / perRank, s.kvCapacityTokens / (perRank * heldTokens(s))));
  // Rounding must not leave less than the one request that there is room for.
  const active = Math.max(1, perRank * full);
  const age = c.driftFloor ** s.monthsOld;
  const output = Math.max(1, s.outputTokens - 1) / s.accepted;
  const decode = stepSeconds(w, c, active, context, s.verified, 0, 0, 0, age) * (1 + s.draftShare);
  const fresh = s.inputTokens * (1 - s.prefixHit);
  const chunks = Math.max(1, Math.ceil(fresh / s.chunkTokens));
  const together = Math.max(1, Math.min(active, s.chunkTokens / fresh));
  const riding = s.mixed ? active - 1 : 0;
  const base = s.mixed ? decode * chunks : 0;
  const alone = prefillSeconds(w, c, s, 1, riding, context, age);
  const crowded = together > 1 ? prefillSeconds(w, c, s, together, riding, context, age) : alone;
  const stall = sharedStall(
    Math.max(0, alone - base),
    Math.max(0, crowded - base),
    together,
    active - 1,
    output,
    decode,
  );
  const step = s.protocol === 'static' ? decode : decode + (c.interference * (active - 1) * stall) / output;
  t.decodeSeconds = decode;
  t.stallSeconds = stall;
  t.aloneSeconds = c.interference * Math.max(0, alone - base);
  t.crowdedSeconds = c.interference * Math.max(0, crowded - base);
  t.promptsPerStep = (active - 1) / output;
  t.promptsTogether = together;
  t.companionSeconds = t.promptsPerStep * stall;
  t.activeSequences = active;
  t.promptChunks = chunks;
  t.serviceSeconds = (c.prefillQueue * crowded) / together;
  t.overheadSeconds = c.requestOverhead + c.tokenOverhead * s.inputTokens + c.frontLag * (active - 1) * w.dataParallel;
  t.coldSeconds = coldSeconds(w, c, s);
  const cycle = output * step;
  const prefill = waitSeconds(s, c, t, active, together, cycle);
  t.waitSeconds = Math.max(0, prefill - t.serviceSeconds);
  let ttft = t.overheadSeconds + prefill + t.coldSeconds / s.promptsPerSlot;
  if (s.protocol !== 'static')
    ttft += Math.min(c.stepsBefore, output) * step + 0.9 * Math.max(0, c.prefillQueue * alone - t.serviceSeconds);
  // What does not fit in memory waits for what does, which holds its room while it prefills as well: by Little's law, but for
  // a first wave that finds memory empty. Static batches follow each other whole.
  const held = cycle + (s.protocol === 'static' ? t.serviceSeconds * active : prefill);
  if (full < 1) ttft += (1 / full - 1) * held * (s.protocol === 'inferencex' ? 1 - 0.5 / s.promptsPerSlot : 1);
  t.tpotSeconds = (step / s.accepted) * c.driftStep ** s.monthsOld;
  t.ttftSeconds = ttft;
  return t;
}
