import type { Attention, ModelArchitecture } from '../../../catalog/model';

/** What attention asks of one rank, summed over its layers. */
export interface AttentionWork {
  readonly weights: number;
  /** Input and output width of its matrix multiplications. */
  readonly activations: number;
  readonly latentLayers: number;
  readonly linearLayers: number;
  /** Bytes per token of context: full layers, windowed layers, latents. */
  readonly kvBytesPerToken: number;
  readonly windowBytesPerToken: number;
  readonly windowTokens: number;
  readonly latentBytesPerToken: number;
  readonly latentFlopsPerToken: number;
  readonly sparseTopK: number;
  /** Bytes that a sequence's linear state is read and written with, per step. */
  readonly stateBytesPerSequence: number;
  /** FLOPs per query token and token of context. */
  readonly prefillFlops: number;
  readonly prefillWindowFlops: number;
  readonly prefillLatentFlops: number;
  /** FLOPs per token, whatever the context. */
  readonly linearFlopsPerToken: number;
}

const NONE: AttentionWork = {
  weights: 0,
  activations: 0,
  latentLayers: 0,
  linearLayers: 0,
  kvBytesPerToken: 0,
  windowBytesPerToken: 0,
  windowTokens: 0,
  latentBytesPerToken: 0,
  latentFlopsPerToken: 0,
  sparseTopK: Number.MAX_VALUE,
  stateBytesPerSequence: 0,
  prefillFlops: 0,
  prefillWindowFlops: 0,
  prefillLatentFlops: 0,
  linearFlopsPerToken: 0,
};

interface Grouped {
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** Grouped-query attention: heads are split over ranks, a rank keeps at least one key-value head. */
function grouped(hidden: number, g: Grouped, tp: number, kvBytes: number, gated: boolean) {
  const heads = g.heads / tp;
  const kvHeads = Math.max(g.kvHeads / tp, 1);
  const width = g.headDim * (heads * (gated ? 3 : 2) + 2 * kvHeads);
  return {
    weights: g.layers * hidden * width,
    activations: g.layers * (2 * hidden + width),
    bytes: 2 * kvHeads * g.headDim * kvBytes,
    flops: 4 * heads * g.headDim,
  };
}

function groupedWork(
  hidden: number,
  layers: number,
  a: Extract<Attention, { kind: 'gqa' }>,
  tp: number,
  kvBytes: number,
): AttentionWork {
  const windowed = a.window?.layers ?? 0;
  const one = grouped(hidden, { ...a, layers }, tp, kvBytes, false);
  return {
    ...NONE,
    weights: one.weights,
    activations: one.activations,
    kvBytesPerToken: one.bytes * (layers - windowed),
    windowBytesPerToken: one.bytes * windowed,
    windowTokens: a.window?.tokens ?? 0,
    prefillFlops: one.flops * (layers - windowed),
    prefillWindowFlops: one.flops * windowed,
  };
}

/** Latent attention: decode multiplies with the latent of all heads, which every rank keeps whole; prefill expands it. */
function latentWork(
  hidden: number,
  layers: number,
  a: Extract<Attention, { kind: 'mla' }>,
  tp: number,
  kvBytes: number,
): AttentionWork {
  const heads = a.heads / tp;
  const query = a.qkNopeHeadDim + a.qkRopeHeadDim;
  const latent = a.kvLoraRank + a.qkRopeHeadDim;
  const down = a.qLoraRank + latent;
  const perHead = a.qLoraRank * query + a.kvLoraRank * (a.qkNopeHeadDim + a.vHeadDim) + a.vHeadDim * hidden;
  return {
    ...NONE,
    weights: layers * (hidden * down + heads * perHead),
    activations: layers * (2 * hidden + down + heads * (query + a.kvLoraRank + 2 * a.vHeadDim)),
    latentLayers: layers,
    latentBytesPerToken: layers * latent * kvBytes,
    latentFlopsPerToken: layers * 2 * heads * (latent + a.kvLoraRank),
    prefillLatentFlops: layers * 2 * heads * (query + a.vHeadDim),
    sparseTopK: a.sparseTopK ?? Number.MAX_VALUE,
  };
}

/** Linear attention on most layers: a float32 state per value head, read and written every step. */
function hybridWork(
  hidden: number,
  a: Extract<Attention, { kind: 'hybridLinear' }>,
  tp: number,
  kvBytes: number,
): AttentionWork {
  const one = grouped(hidden, a.full, tp, kvBytes, true);
  const l = a.linear;
  const width = (2 * l.keyHeads * l.keyDim + 3 * l.valueHeads * l.valueDim) / tp;
  const state = (l.layers * l.valueHeads * l.valueDim * l.keyDim) / tp;
  return {
    ...NONE,
    weights: one.weights + l.layers * hidden * width,
    activations: one.activations + l.layers * (2 * hidden + width),
    linearLayers: l.layers,
    kvBytesPerToken: one.bytes * a.full.layers,
    prefillFlops: one.flops * a.full.layers,
    stateBytesPerSequence: 2 * 4 * state,
    linearFlopsPerToken: 8 * state,
  };
}

/** Counts attention on one of `tp` ranks. */
export function attentionWork(model: ModelArchitecture, tp: number, kvBytes: number): AttentionWork {
  const a = model.attention;
  if (a.kind === 'gqa') return groupedWork(model.hidden, model.layers, a, tp, kvBytes);
  if (a.kind === 'mla') return latentWork(model.hidden, model.layers, a, tp, kvBytes);
  return hybridWork(model.hidden, a, tp, kvBytes);
}
