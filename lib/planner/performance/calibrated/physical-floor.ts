import type { Coefficients } from './coefficient-names';
import { activeExperts } from './experts';
import { weightBytes } from './memory-fit';
import type { RankWork } from './rank-work';
import { meanContextTokens, type Serving } from './request-time';

/** Times that no engine can beat on a rank's hardware, seconds. */
export interface PhysicalFloor {
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
}

/** Bytes of weights that a step reads at least: all but the embeddings, and of the experts those that its tokens choose. */
function readBytes(w: RankWork, c: Coefficients, tokens: number): number {
  const all = weightBytes(w) - 2 * w.embeddingWeights;
  if (w.experts === 0) return all;
  const idle = w.experts - activeExperts(w.experts, w.expertsPerToken, tokens, c.expertSpread);
  return all - (idle * w.expertWeights * w.expertBytes) / w.expertParallel;
}

/** Bytes of the caches that a decoding sequence reads. */
function cacheBytes(w: RankWork, s: Serving): number {
  const context = Math.min(meanContextTokens(s), w.sparseTopK);
  const windowed = Math.min(context, w.windowTokens) * w.windowBytesPerToken;
  return context * (w.kvBytesPerToken + w.latentBytesPerToken) + windowed + w.stateBytesPerSequence;
}

/**
 * The roofline of what a request cannot do without: a token reads the weights and its sequences' caches at the datasheet's bandwidth, a first
 * token reads the weights once and multiplies its prompt at the datasheet's peak.
 */
export function physicalFloor(w: RankWork, c: Coefficients, s: Serving, activeSequences: number): PhysicalFloor {
  const fresh = s.inputTokens * (1 - s.prefixHit);
  const decoding = activeSequences * s.verified * w.dataParallel;
  const token = (readBytes(w, c, decoding) + activeSequences * cacheBytes(w, s)) / w.bandwidth;
  const routed = (w.expertsPerToken * w.expertWeights) / w.expertParallel;
  const multiplied =
    2 *
    fresh *
    (w.plainWeights / w.bf16FlopsPerSecond + w.quantWeights / w.quantFlopsPerSecond + routed / w.expertFlopsPerSecond);
  return {
    ttftSeconds: Math.max(readBytes(w, c, 1) / w.bandwidth, multiplied),
    tpotSeconds: token / s.accepted,
  };
}
