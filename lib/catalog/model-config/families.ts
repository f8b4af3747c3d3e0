/** What a model family's `config.json` means where families differ. Read from the families' own configuration classes. */
export interface ModelFamily {
  /** `architectures` that have this layout and no other. */
  readonly architectures: readonly string[];
  readonly attention: 'gqa' | 'mla' | 'sparseMla' | 'hybridLinear';
  readonly experts: 'none' | 'all' | 'some';
  /** When the config does not say. */
  readonly tiedEmbeddings: boolean;
  /** Which layers have a sliding window when the config has no `layer_types`. */
  readonly window: 'none' | 'all' | 'optIn' | { readonly fullEvery: number };
  /** 2 where the feed-forward block has no gate. */
  readonly feedForwardMatrices: 2 | 3;
  /** Own names of keys that most families call otherwise. */
  readonly names: Readonly<Record<string, string>>;
}

const COMMON: Omit<ModelFamily, 'architectures'> = {
  attention: 'gqa',
  experts: 'none',
  tiedEmbeddings: false,
  window: 'none',
  feedForwardMatrices: 3,
  names: { dense_intermediate_size: 'intermediate_size' },
};

const dense = (architecture: string, ...differences: readonly Partial<ModelFamily>[]): ModelFamily =>
  Object.assign({ ...COMMON, architectures: [architecture] }, ...differences);

/** Some layers are dense, with a width of their own. */
const someExperts = (architecture: string, ...differences: readonly Partial<ModelFamily>[]): ModelFamily =>
  dense(
    architecture,
    { experts: 'some', names: { ...COMMON.names, expert_intermediate_size: 'moe_intermediate_size' } },
    ...differences,
  );

/** Every layer has experts; `intermediate_size` is their width. */
const allExperts = (architecture: string, ...differences: readonly Partial<ModelFamily>[]): ModelFamily =>
  dense(
    architecture,
    { experts: 'all', names: { expert_intermediate_size: 'intermediate_size', num_experts: 'num_local_experts' } },
    ...differences,
  );

const OPT_IN: Partial<ModelFamily> = { window: 'optIn' };
const HYBRID: Partial<ModelFamily> = { attention: 'hybridLinear' };
const LATENT: Partial<ModelFamily> = {
  attention: 'mla',
  names: {
    dense_intermediate_size: 'intermediate_size',
    expert_intermediate_size: 'moe_intermediate_size',
    num_experts: 'n_routed_experts',
  },
};
const SPARSE: Partial<ModelFamily> = { ...LATENT, attention: 'sparseMla' };

/** By `model_type`, without the `_text` of a multimodal model's text part. */
export const MODEL_FAMILIES: Readonly<Record<string, ModelFamily>> = {
  llama: dense('LlamaForCausalLM'),
  mistral: dense('MistralForCausalLM', { window: 'all' }),
  phi3: dense('Phi3ForCausalLM', { window: 'all' }),
  qwen2: dense('Qwen2ForCausalLM', OPT_IN),
  qwen3: dense('Qwen3ForCausalLM', OPT_IN),
  qwen3_vl: dense('Qwen3VLForConditionalGeneration', OPT_IN),
  mimo: dense('MiMoForCausalLM', OPT_IN),
  gemma2: dense('Gemma2ForCausalLM', { window: { fullEvery: 2 }, tiedEmbeddings: true }),
  gemma3: dense('Gemma3ForCausalLM', { window: { fullEvery: 6 }, tiedEmbeddings: true }),
  gptj: dense('GPTJForCausalLM', {
    feedForwardMatrices: 2,
    names: {
      hidden_size: 'n_embd',
      num_hidden_layers: 'n_layer',
      num_attention_heads: 'n_head',
      max_position_embeddings: 'n_positions',
      dense_intermediate_size: 'n_inner',
    },
  }),
  mixtral: allExperts('MixtralForCausalLM', { window: 'all' }),
  minimax_m2: allExperts('MiniMaxM2ForCausalLM'),
  gpt_oss: allExperts('GptOssForCausalLM', { window: { fullEvery: 2 } }),
  qwen2_moe: someExperts('Qwen2MoeForCausalLM', OPT_IN),
  qwen3_moe: someExperts('Qwen3MoeForCausalLM', OPT_IN),
  qwen3_vl_moe: someExperts('Qwen3VLMoeForConditionalGeneration', OPT_IN),
  llama4: someExperts('Llama4ForConditionalGeneration', {
    names: {
      dense_intermediate_size: 'intermediate_size_mlp',
      expert_intermediate_size: 'intermediate_size',
      num_experts: 'num_local_experts',
    },
  }),
  glm4_moe: someExperts('Glm4MoeForCausalLM', {
    names: { ...LATENT.names },
  }),
  qwen3_next: someExperts('Qwen3NextForCausalLM', HYBRID),
  qwen3_5: dense('Qwen3_5ForConditionalGeneration', HYBRID),
  qwen3_5_moe: someExperts('Qwen3_5MoeForConditionalGeneration', HYBRID),
  deepseek_v2: someExperts('DeepseekV2ForCausalLM', LATENT),
  deepseek_v3: someExperts('DeepseekV3ForCausalLM', LATENT),
  kimi_k2: someExperts('DeepseekV3ForCausalLM', LATENT),
  kimi_k25: someExperts('KimiK25ForConditionalGeneration', LATENT),
  deepseek_v32: someExperts('DeepseekV32ForCausalLM', SPARSE),
  glm_moe_dsa: someExperts('GlmMoeDsaForCausalLM', SPARSE),
};
