import type { ModelArchitecture } from '../model';
import { BF16, FP8_BLOCK, INT4_GROUP_32, model, NVFP4, type RowShape } from './row';

const DEEPSEEK_R1: RowShape = {
  architecture: 'DeepseekV3ForCausalLM',
  layers: 61,
  hidden: 7168,
  vocabulary: 129280,
  attention: {
    kind: 'mla',
    heads: 128,
    kvLoraRank: 512,
    qLoraRank: 1536,
    qkNopeHeadDim: 128,
    qkRopeHeadDim: 64,
    vHeadDim: 128,
  },
  moe: {
    layers: 58,
    experts: 256,
    expertsPerToken: 8,
    expertIntermediate: 2048,
    sharedExperts: 1,
    sharedIntermediate: 2048,
  },
  denseIntermediate: 18432,
  maxContextTokens: 163840,
};

const DEEPSEEK_V3_2: RowShape = {
  architecture: 'DeepseekV32ForCausalLM',
  layers: 61,
  hidden: 7168,
  vocabulary: 129280,
  attention: {
    kind: 'mla',
    heads: 128,
    kvLoraRank: 512,
    qLoraRank: 1536,
    qkNopeHeadDim: 128,
    qkRopeHeadDim: 64,
    vHeadDim: 128,
    sparseTopK: 2048,
    indexer: { heads: 64, headDim: 128 },
  },
  moe: {
    layers: 58,
    experts: 256,
    expertsPerToken: 8,
    expertIntermediate: 2048,
    sharedExperts: 1,
    sharedIntermediate: 2048,
  },
  denseIntermediate: 18432,
  maxContextTokens: 163840,
};

const KIMI_K2: RowShape = {
  architecture: 'DeepseekV3ForCausalLM',
  layers: 61,
  hidden: 7168,
  vocabulary: 163840,
  attention: {
    kind: 'mla',
    heads: 64,
    kvLoraRank: 512,
    qLoraRank: 1536,
    qkNopeHeadDim: 128,
    qkRopeHeadDim: 64,
    vHeadDim: 128,
  },
  moe: {
    layers: 60,
    experts: 384,
    expertsPerToken: 8,
    expertIntermediate: 2048,
    sharedExperts: 1,
    sharedIntermediate: 2048,
  },
  denseIntermediate: 18432,
  maxContextTokens: 131072,
};

const KIMI_K2_5: RowShape = {
  architecture: 'KimiK25ForConditionalGeneration',
  layers: 61,
  hidden: 7168,
  vocabulary: 163840,
  attention: {
    kind: 'mla',
    heads: 64,
    kvLoraRank: 512,
    qLoraRank: 1536,
    qkNopeHeadDim: 128,
    qkRopeHeadDim: 64,
    vHeadDim: 128,
  },
  moe: {
    layers: 60,
    experts: 384,
    expertsPerToken: 8,
    expertIntermediate: 2048,
    sharedExperts: 1,
    sharedIntermediate: 2048,
  },
  denseIntermediate: 18432,
  maxContextTokens: 262144,
};

const GLM_5: RowShape = {
  architecture: 'GlmMoeDsaForCausalLM',
  layers: 78,
  hidden: 6144,
  vocabulary: 154880,
  attention: {
    kind: 'mla',
    heads: 64,
    kvLoraRank: 512,
    qLoraRank: 2048,
    qkNopeHeadDim: 192,
    qkRopeHeadDim: 64,
    vHeadDim: 256,
    sparseTopK: 2048,
    indexer: { heads: 32, headDim: 128 },
  },
  moe: {
    layers: 75,
    experts: 256,
    expertsPerToken: 8,
    expertIntermediate: 2048,
    sharedExperts: 1,
    sharedIntermediate: 2048,
  },
  denseIntermediate: 12288,
  maxContextTokens: 202752,
};

/** Multi-head latent attention, some with a sparse indexer, all with experts. */
export const LATENT_ATTENTION_MODELS: readonly ModelArchitecture[] = [
  model('deepseek-ai/DeepSeek-R1', DEEPSEEK_R1, FP8_BLOCK),
  model('deepseek-ai/DeepSeek-V3', DEEPSEEK_R1, FP8_BLOCK),
  model('nvidia/DeepSeek-V3.1-NVFP4', DEEPSEEK_R1, NVFP4),
  model('deepseek-ai/DeepSeek-V3.2', DEEPSEEK_V3_2, FP8_BLOCK),
  model('nvidia/DeepSeek-V3.2-NVFP4', DEEPSEEK_V3_2, NVFP4),
  model('moonshotai/Kimi-K2-Instruct', KIMI_K2, FP8_BLOCK),
  model('moonshotai/Kimi-K2.5', KIMI_K2_5, INT4_GROUP_32),
  model('nvidia/Kimi-K2.5-NVFP4', KIMI_K2_5, NVFP4),
  model('nvidia/Kimi-K2.6-NVFP4', KIMI_K2_5, NVFP4),
  model('nvidia/Kimi-K2.7-Code-NVFP4', KIMI_K2_5, NVFP4),
  model('nvidia/GLM-5-NVFP4', GLM_5, NVFP4),
  model('nvidia/GLM-5.1-NVFP4', GLM_5, NVFP4),
  model('nvidia/GLM-5.2-NVFP4', { ...GLM_5, maxContextTokens: 1048576 }, NVFP4),
  model('zai-org/GLM-5-FP8', GLM_5, FP8_BLOCK),
  model('zai-org/GLM-5.1-FP8', GLM_5, FP8_BLOCK),
  model('zai-org/GLM-5.1', GLM_5, BF16),
  model('zai-org/GLM-5.2-FP8', { ...GLM_5, maxContextTokens: 1048576 }, FP8_BLOCK),
  model('zai-org/GLM-5.2', { ...GLM_5, maxContextTokens: 1048576 }, BF16),
  model('zai-org/GLM-5', GLM_5, BF16),
];
