import type { Coefficients } from './coefficient-names';
import type { RequestTimes, Serving } from './request-time';

/** Logarithm of 1 / (1 − 0.99): how far out an exponential tail lies. */
const LN_100 = Math.log(100);
/** 99 % quantile of a standard normal. */
const Z_99 = 2.326;

export interface Percentiles {
  readonly ttftP99Seconds: number;
  readonly tpotP99Seconds: number;
  readonly itlP99Seconds: number;
}

/**
 * Closed-form 99th percentiles. TTFT: an exponential tail of the queueing part, or the end of the first wave where one in a
 * hundred requests belongs to it. TPOT: a Poisson number of other prompts' prefills falls into a request's decoding. ITL: a
 * gap is a step, with a chunk of prefill in it wherever one in a hundred steps carries one.
 */
export function percentilesOf(c: Coefficients, s: Serving, t: RequestTimes): Percentiles {
  const output = Math.max(1, s.outputTokens - 1) / s.accepted;
  const prompts = s.protocol === 'static' ? 0 : c.interference * (t.activeSequences - 1);
  const tail = t.waitSeconds * LN_100;
  const first = s.protocol === 'inferencex' && s.promptsPerSlot < 100;
  const wave = first ? c.firstWave * t.serviceSeconds * t.activeSequences + t.coldSeconds : 0;
  const perChunk = t.stallSeconds / t.promptChunks;
  const carrying = (prompts * t.promptChunks) / output;
  return {
    ttftP99Seconds: Math.max(t.ttftSeconds, t.ttftSeconds - t.waitSeconds + Math.max(tail, wave)),
    tpotP99Seconds: t.tpotSeconds + (Z_99 * Math.sqrt(prompts) * t.stallSeconds) / output / s.accepted,
    itlP99Seconds: t.decodeSeconds + (carrying >= 0.01 ? perChunk : 0),
  };
}
