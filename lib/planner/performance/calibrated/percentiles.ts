import type { Coefficients } from './coefficient-names';
import { gammaQuantile } from './length-spread';
import type { RequestTimes, Serving } from './request-time';

/** 99 % quantile of a standard normal. */
const Z_99 = 2.326;
const SHARE = 0.99;

export interface Percentiles {
  readonly ttftP99Seconds: number;
  readonly tpotP99Seconds: number;
  readonly itlP99Seconds: number;
}

/** The smallest number that a Poisson variable does not exceed with a probability of `share`. */
export function poissonQuantile(mean: number, share: number): number {
  let term = Math.exp(-mean);
  let passed = term;
  let k = 0;
  while (passed < share && k < 1000) {
    k += 1;
    term *= mean / k;
    passed += term;
  }
  return k;
}

/**
 * 99th percentile of the gap between two tokens: a decoding step, and what the prompts add that one step in a hundred begins or
 * exceeds. Their number is Poisson; a step takes no more than its budget, and prompts longer than that fill it by themselves.
 */
export function gapP99(t: RequestTimes, promptsPerStep: number): number {
  return gapWith(t, poissonQuantile(promptsPerStep * t.promptChunks, SHARE));
}

/**
 * The same under arrivals at a rate: the longer a step, the more prompts come during it and ride in the next. A step that follows
 * one without prompts begins as many as come in a decoding step; one that follows a step with prompts, as many as come in that.
 */
export function openGapP99(t: RequestTimes, promptsPerSecond: number): number {
  const rate = promptsPerSecond * t.promptChunks;
  const idle = rate * t.decodeSeconds;
  let after = rate * gapWith(t, 1);
  let carrying = 0;
  for (let i = 0; i < 3; i += 1) {
    const start = -Math.expm1(-idle);
    carrying = start / (start + Math.exp(-after));
    after = rate * gapWith(t, Math.min(t.promptsTogether, Math.max(1, after / -Math.expm1(-after))));
  }
  let prompts = 0;
  const share = (k: number) => carrying * poissonTail(after, k) + (1 - carrying) * poissonTail(idle, k);
  while (share(prompts) > 1 - SHARE && prompts < 64) prompts += 1;
  return gapWith(t, prompts);
}

/** Share of a Poisson variable above k. */
function poissonTail(mean: number, k: number): number {
  let term = Math.exp(-mean);
  let passed = term;
  for (let i = 1; i <= k; i += 1) {
    term *= mean / i;
    passed += term;
  }
  return Math.max(0, 1 - passed);
}

/** A step that begins so many prompts. */
function gapWith(t: RequestTimes, prompts: number): number {
  if (prompts === 0) return t.decodeSeconds;
  if (t.promptChunks > 1 || t.promptsTogether <= 1) return t.decodeSeconds + t.aloneSeconds / t.promptChunks;
  const more = (Math.min(prompts, t.promptsTogether) - 1) / (t.promptsTogether - 1);
  return t.decodeSeconds + t.aloneSeconds + (t.crowdedSeconds - t.aloneSeconds) * more;
}

/** TTFT of a steady closed loop: its own prompt's length spreads, and so does the number of prompts that begin with it. */
function steadyTtft(s: Serving, t: RequestTimes): number {
  const inputScv = s.inputTokensScv ?? 0;
  const mean = t.serviceSeconds + t.companionSeconds;
  const variance =
    inputScv * t.serviceSeconds ** 2 + (1 + inputScv) * t.promptsPerStep * (t.aloneSeconds / t.promptChunks) ** 2;
  return t.ttftSeconds - mean + gammaQuantile(mean, variance, Z_99);
}

/** TTFT of a benchmark whose slots start together: the end of the first wave, where one request in a hundred belongs to it. */
function waveTtft(c: Coefficients, s: Serving, t: RequestTimes): number {
  const first = s.protocol === 'inferencex' && s.promptsPerSlot < 100;
  const wave = first ? c.firstWave * t.serviceSeconds * t.activeSequences + t.coldSeconds : 0;
  return t.ttftSeconds - t.waitSeconds + Math.max(-Math.log(1 - SHARE) * t.waitSeconds, wave);
}

/**
 * Closed-form 99th percentiles of a closed loop. TPOT: a Poisson number of other prompts' prefills falls into a request's
 * decoding; short outputs and long prompts scatter most.
 */
export function percentilesOf(c: Coefficients, s: Serving, t: RequestTimes): Percentiles {
  const output = Math.max(1, s.outputTokens - 1) / s.accepted;
  const alike = s.protocol === 'static';
  const prompts = alike ? 0 : c.interference * (t.activeSequences - 1);
  const spread = (1 + (s.inputTokensScv ?? 0)) * (1 + (s.outputTokensScv ?? 0));
  return {
    ttftP99Seconds: Math.max(t.ttftSeconds, s.protocol === 'steady' ? steadyTtft(s, t) : waveTtft(c, s, t)),
    tpotP99Seconds: t.tpotSeconds + (Z_99 * Math.sqrt(prompts * spread) * t.stallSeconds) / output / s.accepted,
    itlP99Seconds: gapP99(t, alike ? 0 : t.promptsPerStep),
  };
}
