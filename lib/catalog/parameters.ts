import type { Attention, ModelPart, ModelShape } from './model';

/** Parameters by the parts that a checkpoint may store at different precisions. */
export interface ParameterCount {
  readonly parts: Readonly<Record<ModelPart, number>>;
  readonly total: number;
  /** Read and multiplied for one token: see `ModelArchitecture.activeParameters`. */
  readonly active: number;
}

/**
 * Counts a model's weights from its shape. Biases and the norms of queries and keys are left out: under 0.1 %. So are
 * multi-token-prediction layers, which a server loads only to speculate, and vision towers.
 */
export function parameterCount(shape: ModelShape): ParameterCount {
  const parts = countParts(shape);
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { parts, total, active: total - idleExperts(shape) - lookedUpOnly(shape) };
}

function countParts(shape: ModelShape): Record<ModelPart, number> {
  const { hidden, layers, moe, feedForwardMatrices } = shape;
  const feedForward = (width: number): number => feedForwardMatrices * hidden * width;
  const moeLayers = moe?.layers ?? 0;
  return {
    embeddings: shape.vocabulary * hidden,
    ...attentionParts(shape.attention, hidden, layers),
    denseFeedForward: shape.denseLayers * feedForward(shape.denseIntermediate ?? 0),
    experts: moeLayers * (moe?.experts ?? 0) * feedForward(moe?.expertIntermediate ?? 0),
    sharedExperts: moeLayers * (moe?.sharedExperts ?? 0) * feedForward(moe?.sharedIntermediate ?? 0),
    router: moeLayers * hidden * (moe?.experts ?? 0),
    norms: (2 * layers + 1) * hidden,
    head: shape.tiedEmbeddings ? 0 : shape.vocabulary * hidden,
  };
}

type AttentionParts = Pick<Record<ModelPart, number>, 'attention' | 'linearAttention' | 'indexer'>;

function attentionParts(attention: Attention, hidden: number, layers: number): AttentionParts {
  switch (attention.kind) {
    case 'gqa':
      return { attention: layers * groupedQuery(attention, hidden), linearAttention: 0, indexer: 0 };
    case 'mla':
      return {
        attention: layers * multiHeadLatent(attention, hidden),
        linearAttention: 0,
        indexer: layers * indexer(attention, hidden),
      };
    case 'hybridLinear':
      return {
        attention: attention.full.layers * groupedQuery(attention.full, hidden),
        linearAttention: attention.linear.layers * gatedDelta(attention.linear, hidden),
        indexer: 0,
      };
  }
}

/** Projections of queries, keys, values and output. */
function groupedQuery(
  attention: { heads: number; kvHeads: number; headDim: number; outputGate?: boolean },
  hidden: number,
): number {
  const queries = attention.heads * attention.headDim;
  const gate = attention.outputGate === true ? queries : 0;
  return hidden * (2 * queries + gate + 2 * attention.kvHeads * attention.headDim);
}

type Mla = Extract<Attention, { kind: 'mla' }>;

/** Down to a latent and up to all heads, for queries and for keys with values; without a query latent, one projection. */
function multiHeadLatent(attention: Mla, hidden: number): number {
  const { heads, qLoraRank, kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim } = attention;
  const queryWidth = heads * (qkNopeHeadDim + qkRopeHeadDim);
  const query = qLoraRank === 0 ? hidden * queryWidth : qLoraRank * (hidden + queryWidth);
  const keyValue = hidden * (kvLoraRank + qkRopeHeadDim) + kvLoraRank * heads * (qkNopeHeadDim + vHeadDim);
  return query + keyValue + heads * vHeadDim * hidden;
}

/** Its queries come from the query latent; it has one key for all its heads and one weight a head. */
function indexer(attention: Mla, hidden: number): number {
  if (attention.indexer === undefined) return 0;
  const { heads, headDim } = attention.indexer;
  return attention.qLoraRank * heads * headDim + hidden * (headDim + heads);
}

type Linear = Extract<Attention, { kind: 'hybridLinear' }>['linear'];

/** Gated delta net: queries, keys, values and their gate, two scalars a value head, a short convolution, the output. */
function gatedDelta(linear: Linear, hidden: number): number {
  const keys = linear.keyHeads * linear.keyDim;
  const values = linear.valueHeads * linear.valueDim;
  const projections = hidden * (2 * keys + 2 * values + 2 * linear.valueHeads + values);
  return projections + (2 * keys + values) * linear.convolution;
}

function idleExperts({ moe, hidden, feedForwardMatrices }: ModelShape): number {
  if (moe === undefined) return 0;
  const expert = feedForwardMatrices * hidden * moe.expertIntermediate;
  return moe.layers * (moe.experts - moe.expertsPerToken) * expert;
}

/** A table that is also the output head is multiplied; one of its own is only looked up. */
function lookedUpOnly(shape: ModelShape): number {
  return shape.tiedEmbeddings ? 0 : shape.vocabulary * shape.hidden;
}
