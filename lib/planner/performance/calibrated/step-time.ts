import type { Coefficients } from './coefficient-names';
import {
  allGatherSeconds,
  allReduceSeconds,
  allToAllSeconds,
  type Exchange,
  groupsReached,
  sendSeconds,
} from './collectives';
import { activeExperts, expertImbalance } from './experts';
import type { RankWork } from './rank-work';
import { smoothMaximum } from './smooth';

/** Hidden states are exchanged in bf16. */
const BYTES_PER_VALUE = 2;
/** Share of the bf16 peak that latent decode attention reaches when many heads share a latent (opfit gen_mla). */
const LATENT_DECODE_COMPUTE = 0.6;
/** Share of the bf16 peak in the chunked scan of linear attention, relative to its memory efficiency. */
const LINEAR_SCAN_COMPUTE = 0.2;

/** Floors of launches, by what layers contain. */
function floorSeconds(w: RankWork, c: Coefficients): number {
  return (
    w.layers * (c.layerFloor + c.widthFloor * w.hidden + (w.quantFloor === undefined ? 0 : c[w.quantFloor])) +
    w.moeLayers * (c.moeFloor + c.routeFloor * w.expertsPerToken) +
    w.latentLayers * c.latentFloor +
    w.linearLayers * c.linearFloor
  );
}

/** Matrix multiplications of `rows` tokens, the head for `sampled` of them, and kernels that only move the hidden state. */
function matrixSeconds(w: RankWork, c: Coefficients, rows: number, sampled: number): number {
  const memory = w.bandwidth * c.gemmMemory;
  const plain = w.bf16FlopsPerSecond * c.gemmBf16;
  const tile = c.tileRows;
  let time = (rows * w.hidden * 2 * w.layers * c.elementwise) / w.bandwidth;
  if (w.quantWeights > 0) {
    const compute = (2 * (rows + tile) * w.quantWeights) / (w.quantFlopsPerSecond * c[w.quantEfficiency]);
    time += smoothMaximum(compute, (w.quantWeights * w.quantBytes + rows * w.quantActivations * 2) / memory);
  }
  if (w.plainWeights > 0) {
    const compute = (2 * (rows + tile) * w.plainWeights) / plain;
    time += smoothMaximum(compute, (w.plainWeights * 2 + rows * w.plainActivations * 2) / memory);
  }
  return time + smoothMaximum((2 * (sampled + tile) * w.headWeights) / plain, (w.headWeights * 2) / memory);
}

/** Reading the caches of decoding sequences. */
function decodeAttentionSeconds(w: RankWork, c: Coefficients, sequences: number, context: number): number {
  let time = 0;
  if (w.kvBytesPerToken + w.windowBytesPerToken > 0) {
    const bytes = context * w.kvBytesPerToken + Math.min(context, w.windowTokens) * w.windowBytesPerToken;
    time += (sequences * bytes) / (w.bandwidth * c.decodeAttention);
  }
  if (w.latentBytesPerToken > 0) {
    const seen = sequences * Math.min(context, w.sparseTopK);
    time += smoothMaximum(
      (seen * w.latentBytesPerToken) / (w.bandwidth * c.decodeLatent),
      (seen * w.latentFlopsPerToken) / (w.bf16FlopsPerSecond * LATENT_DECODE_COMPUTE),
    );
  }
  return time + (sequences * w.stateBytesPerSequence) / (w.bandwidth * c.decodeLinear);
}

/** Attention of prompt tokens with the `span` tokens that they see on average. */
function prefillAttentionSeconds(w: RankWork, c: Coefficients, chunk: number, span: number): number {
  const peak = w.bf16FlopsPerSecond;
  const flops = chunk * (w.prefillFlops * span + w.prefillWindowFlops * Math.min(span, w.windowTokens));
  const latent = w.prefillLatentFlops * chunk * Math.min(span, w.sparseTopK);
  return (
    flops / (peak * c.prefillAttention) +
    latent / (peak * c.prefillLatent) +
    (w.linearFlopsPerToken * chunk) / (peak * LINEAR_SCAN_COMPUTE * c.decodeLinear)
  );
}

/** Load of the busiest expert rank relative to the mean: as said, else growing with each doubling of the ranks. */
const imbalanceOf = (w: RankWork, c: Coefficients): number =>
  w.imbalance ?? expertImbalance(w.expertParallel, c.expertSkew);

/** Routed experts for the tokens of all attention-data-parallel ranks. */
function expertSeconds(w: RankWork, c: Coefficients, world: number): number {
  if (w.experts === 0) return 0;
  const active = activeExperts(w.experts, w.expertsPerToken, world, c.expertSpread) / w.expertParallel;
  const pairs = (world * w.expertsPerToken * imbalanceOf(w, c)) / w.expertParallel;
  const reach = c[w.expertMemory];
  const moved = (pairs * w.hidden * 2 * w.moeLayers * c.expertPasses) / w.bandwidth;
  const multiplied = smoothMaximum(
    (2 * (pairs + c.expertRows * active) * w.expertWeights) / (w.expertFlopsPerSecond * c[w.expertEfficiency]),
    (active * w.expertWeights * w.expertBytes) / (w.bandwidth * reach),
  );
  return moved + multiplied;
}

/** What every layer exchanges: attention's outputs within its group, then those of the feed-forward block or the experts. */
function collectiveSeconds(w: RankWork, c: Coefficients, rows: number, world: number): number {
  if (w.ranks === 1) return 0;
  const inGroup = exchangeOf(c, w.attentionLink, w.attentionLinkSeconds);
  const own = rows * w.hidden * BYTES_PER_VALUE;
  const attention = w.layers * allReduceSeconds(w.attentionRanks, own, inGroup);
  const among = exchangeOf(c, w.link, w.linkSeconds);
  if (w.meeting === 'none') return attention + w.layers * allReduceSeconds(w.feedForwardRanks, own, among);
  const all = world * w.hidden * BYTES_PER_VALUE;
  const gathered = 2 * allGatherSeconds(w.feedForwardRanks, all, among);
  if (w.meeting === 'gather') return attention + w.layers * gathered;
  // A token travels once to each group of ranks with an expert of its choice, to all ranks that share an expert, and back.
  const shared = w.feedForwardRanks / w.expertParallel;
  const sent = ((all * imbalanceOf(w, c)) / w.ranks) * groupsReached(w.expertParallel, w.expertsPerToken) * shared;
  const routed = 2 * allToAllSeconds(w.expertParallel, sent, among);
  return attention + w.moeLayers * routed + (w.layers - w.moeLayers) * gathered;
}

function exchangeOf(c: Coefficients, link: number, network: number): Exchange {
  return {
    latency: c.collectiveLatency,
    growth: c.collectiveRank,
    bandwidth: link * c.collectiveBandwidth,
    network,
  };
}

/** Hidden states that stages send each other: a rank of a stage its share within a node, all of them over its network. */
function pipelineSeconds(w: RankWork, c: Coefficients, rows: number): number {
  if (w.nearSends + w.farSends === 0) return 0;
  const bytes = rows * w.hidden * BYTES_PER_VALUE;
  const near = sendSeconds(bytes / w.attentionRanks, exchangeOf(c, w.attentionLink, 0));
  const far = w.farSends > 0 ? sendSeconds(bytes, exchangeOf(c, w.farLink, w.farSeconds)) : 0;
  return w.nearSends * near + w.farSends * far;
}

/**
 * Seconds of one engine step on the slowest rank. Plain numbers instead of a record: it is called millions of times.
 *
 * @param sequences decoding sequences per attention-data-parallel rank
 * @param context mean tokens in their caches
 * @param rowsPerSequence tokens that a decoding sequence verifies in a step: 1, more with speculation
 * @param prompts prompts of this step per rank, each with `tokens` tokens after `offset` earlier ones
 * @param age factor by which the software's age lengthens floors and host time
 */
export function stepSeconds(
  w: RankWork,
  c: Coefficients,
  sequences: number,
  context: number,
  rowsPerSequence: number,
  prompts: number,
  tokens: number,
  offset: number,
  age: number,
): number {
  const chunk = prompts * tokens;
  const rows = sequences * rowsPerSequence + chunk;
  const world = rows * w.dataParallel;
  let time =
    age * floorSeconds(w, c) +
    matrixSeconds(w, c, rows, sequences * rowsPerSequence + prompts) +
    decodeAttentionSeconds(w, c, sequences, context) +
    expertSeconds(w, c, world) +
    collectiveSeconds(w, c, rows, world) +
    pipelineSeconds(w, c, rows);
  if (chunk > 0) time += prefillAttentionSeconds(w, c, chunk, offset + tokens / 2);
  if (chunk > 0 || w.eager) time = smoothMaximum(time, w.layers * c.prefillLaunch);
  return time + age * (c.hostStep + c.hostSequence * sequences);
}
