import * as z from 'zod';
import type { Attention } from '../model';
import { type ConfigSection, invalid } from './section';

const count = z.int().positive();

const GROUPED = z.object({
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  sliding_window: count.nullish(),
  use_sliding_window: z.boolean().nullish(),
  max_window_layers: z.int().nonnegative().nullish(),
  sliding_window_pattern: count.nullish(),
  layer_types: z.array(z.string()).nullish(),
});
type Grouped = z.infer<typeof GROUPED>;

const LATENT = z.object({
  num_attention_heads: count,
  kv_lora_rank: count,
  q_lora_rank: count.nullish(),
  qk_nope_head_dim: count,
  qk_rope_head_dim: count,
  v_head_dim: count,
});

const INDEXER = z.object({ index_topk: count, index_n_heads: count, index_head_dim: count });

const LINEAR = GROUPED.extend({
  linear_num_key_heads: count,
  linear_num_value_heads: count,
  linear_key_head_dim: count,
  linear_value_head_dim: count,
  linear_conv_kernel_dim: count,
  full_attention_interval: count.nullish(),
});

/** Keys that a family's attention is read from. */
export const ATTENTION_SCHEMAS = {
  gqa: [GROUPED],
  mla: [LATENT],
  sparseMla: [LATENT, INDEXER],
  hybridLinear: [LINEAR],
} as const;

/** @throws Problem InvalidModelConfig where keys contradict each other. */
export function readAttention(section: ConfigSection): Attention {
  switch (section.family.attention) {
    case 'gqa':
      return groupedQuery(section);
    case 'mla':
      return latent(section);
    case 'sparseMla':
      return { ...latent(section), ...indexer(section) };
    case 'hybridLinear':
      return hybridLinear(section);
  }
}

function groupedQuery(section: ConfigSection): Attention {
  const config = GROUPED.parse(section.values);
  const layers = windowLayers(section, config);
  if (layers === 0) return { kind: 'gqa', ...heads(section, config) };
  if (typeof config.sliding_window !== 'number') throw invalid(section.id, 'lacks sliding_window; give its tokens');
  return { kind: 'gqa', ...heads(section, config), window: { tokens: config.sliding_window, layers } };
}

function heads(section: ConfigSection, config: Grouped): { heads: number; kvHeads: number; headDim: number } {
  const headDim = config.head_dim ?? config.hidden_size / config.num_attention_heads;
  if (!Number.isInteger(headDim)) {
    throw invalid(
      section.id,
      'lacks head_dim, and its hidden size is not a multiple of its attention heads; give head_dim',
    );
  }
  const kvHeads = config.num_key_value_heads ?? config.num_attention_heads;
  if (config.num_attention_heads % kvHeads !== 0) {
    throw invalid(
      section.id,
      `has ${kvHeads} key-value heads, which do not divide its ${config.num_attention_heads} attention heads; correct one`,
    );
  }
  return { heads: config.num_attention_heads, kvHeads, headDim };
}

/** How many layers see only a window. Without `layer_types` the family's rule decides. */
function windowLayers(section: ConfigSection, config: Grouped): number {
  if (config.layer_types) return layersOf(section, config, config.layer_types).sliding;
  const { window } = section.family;
  const layers = config.num_hidden_layers;
  if (typeof window === 'object')
    return layers - Math.floor(layers / (config.sliding_window_pattern ?? window.fullEvery));
  if (typeof config.sliding_window !== 'number') return 0;
  switch (window) {
    case 'none':
      return 0;
    case 'all':
      return layers;
    case 'optIn':
      return config.use_sliding_window === true ? Math.max(0, layers - (config.max_window_layers ?? layers)) : 0;
  }
}

/** Chunked attention keeps at least a chunk; engines keep all of it, so it counts as full. */
const FULL = ['full_attention', 'chunked_attention'];

function layersOf(
  section: ConfigSection,
  config: Grouped,
  types: readonly string[],
): { sliding: number; linear: number; full: number } {
  if (types.length !== config.num_hidden_layers) {
    throw invalid(
      section.id,
      `has ${types.length} layer_types for ${config.num_hidden_layers} layers; give one for each`,
    );
  }
  const sliding = types.filter((type) => type === 'sliding_attention').length;
  const linear = types.filter((type) => type === 'linear_attention').length;
  const full = types.filter((type) => FULL.includes(type)).length;
  if (sliding + linear + full === types.length && (linear === 0) === (section.family.attention !== 'hybridLinear')) {
    return { sliding, linear, full };
  }
  throw invalid(
    section.id,
    `has layer_types ${[...new Set(types)].join(', ')}, of which not all are known for its architecture`,
  );
}

function latent(section: ConfigSection): Extract<Attention, { kind: 'mla' }> {
  const config = LATENT.parse(section.values);
  return {
    kind: 'mla',
    heads: config.num_attention_heads,
    kvLoraRank: config.kv_lora_rank,
    qLoraRank: config.q_lora_rank ?? 0,
    qkNopeHeadDim: config.qk_nope_head_dim,
    qkRopeHeadDim: config.qk_rope_head_dim,
    vHeadDim: config.v_head_dim,
  };
}

function indexer(section: ConfigSection) {
  const config = INDEXER.parse(section.values);
  return {
    sparseTopK: config.index_topk,
    indexer: { heads: config.index_n_heads, headDim: config.index_head_dim },
  };
}

/** Every fourth layer has full attention unless the config says otherwise; its output is gated. */
function hybridLinear(section: ConfigSection): Attention {
  const config = LINEAR.parse(section.values);
  const full = config.layer_types
    ? layersOf(section, config, config.layer_types).full
    : Math.floor(config.num_hidden_layers / (config.full_attention_interval ?? 4));
  return {
    kind: 'hybridLinear',
    full: { layers: full, ...heads(section, config), outputGate: section.values.attn_output_gate !== false },
    linear: {
      layers: config.num_hidden_layers - full,
      keyHeads: config.linear_num_key_heads,
      valueHeads: config.linear_num_value_heads,
      keyDim: config.linear_key_head_dim,
      valueDim: config.linear_value_head_dim,
      convolution: config.linear_conv_kernel_dim,
    },
  };
}
