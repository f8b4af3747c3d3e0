import type { Attention, ModelArchitecture } from '../../catalog/model';
import type { RankAttention } from './attention-seconds';

type Grouped = Pick<Extract<Attention, { kind: 'gqa' }>, 'heads' | 'kvHeads' | 'headDim'>;
type Latent = Extract<Attention, { kind: 'mla' }>;

/** Linear-attention state of one sequence on one rank, all its layers. */
export interface RankState {
  readonly layers: number;
  readonly valuesPerLayer: number;
}

/** The attention of a whole model as one tensor-parallel rank of `tensorParallel` computes and caches it. */
export function rankAttention(model: ModelArchitecture, tensorParallel: number): readonly RankAttention[] {
  const { attention, layers } = model;
  switch (attention.kind) {
    case 'gqa': {
      const windowed = attention.window?.layers ?? 0;
      const window = attention.window?.tokens ?? Number.POSITIVE_INFINITY;
      return [
        grouped(attention, layers - windowed, tensorParallel, Number.POSITIVE_INFINITY),
        grouped(attention, windowed, tensorParallel, window),
      ].filter((kind) => kind.layers > 0);
    }
    case 'mla':
      return latent(attention, layers, tensorParallel);
    case 'hybridLinear':
      return [grouped(attention.full, attention.full.layers, tensorParallel, Number.POSITIVE_INFINITY)];
  }
}

/** State of linear attention; undefined on models without it. */
export function rankState(model: ModelArchitecture, tensorParallel: number): RankState | undefined {
  if (model.attention.kind !== 'hybridLinear') return undefined;
  const { layers, valueHeads, valueDim, keyHeads, keyDim, convolution } = model.attention.linear;
  const recurrent = valueHeads * valueDim * keyDim;
  const recent = (convolution - 1) * (2 * keyHeads * keyDim + valueHeads * valueDim);
  return { layers, valuesPerLayer: (recurrent + recent) / tensorParallel };
}

/** Key-value heads on one rank: sharded, and replicated where there are more ranks than heads. */
export function rankKvHeads(kvHeads: number, tensorParallel: number): number {
  return Math.max(kvHeads / tensorParallel, 1);
}

function grouped(attention: Grouped, layers: number, tensorParallel: number, window: number): RankAttention {
  return {
    layers,
    heads: attention.heads / tensorParallel,
    headWidth: attention.headDim,
    decodeHeadWidth: attention.headDim,
    cachedValuesPerToken: 2 * rankKvHeads(attention.kvHeads, tensorParallel) * attention.headDim,
    spanTokens: window,
    keptTokens: window,
  };
}

/** The latent serves all heads, so every tensor-parallel rank keeps the whole of it; so does the indexer with its keys. */
function latent(attention: Latent, layers: number, tensorParallel: number): readonly RankAttention[] {
  const { kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim, indexer } = attention;
  const main: RankAttention = {
    layers,
    heads: attention.heads / tensorParallel,
    headWidth: (qkNopeHeadDim + qkRopeHeadDim + vHeadDim) / 2,
    decodeHeadWidth: (2 * kvLoraRank + qkRopeHeadDim) / 2,
    cachedValuesPerToken: kvLoraRank + qkRopeHeadDim,
    spanTokens: attention.sparseTopK ?? Number.POSITIVE_INFINITY,
    keptTokens: Number.POSITIVE_INFINITY,
  };
  if (indexer === undefined) return [main];
  const scores: RankAttention = {
    layers,
    heads: indexer.heads,
    // Scores only: half of what scores and weighted values cost.
    headWidth: indexer.headDim / 2,
    decodeHeadWidth: indexer.headDim / 2,
    cachedValuesPerToken: indexer.headDim,
    spanTokens: Number.POSITIVE_INFINITY,
    keptTokens: Number.POSITIVE_INFINITY,
  };
  return [main, scores];
}
