import type { ModelArchitecture } from '../model';
import { BF16, FP8_BLOCK, gqa, MXFP4_EXPERTS, model, NVFP4, type RowShape, windowed } from './row';

const MINIMAX_M2_5: RowShape = {
  architecture: 'MiniMaxM2ForCausalLM',
  layers: 62,
  hidden: 3072,
  vocabulary: 200064,
  attention: gqa(48, 8, 128),
  moe: {
    layers: 62,
    experts: 256,
    expertsPerToken: 8,
    expertIntermediate: 1536,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 196608,
};

const QWEN3_235B_A22B: RowShape = {
  architecture: 'Qwen3MoeForCausalLM',
  layers: 94,
  hidden: 4096,
  vocabulary: 151936,
  attention: gqa(64, 4, 128),
  moe: {
    layers: 94,
    experts: 128,
    expertsPerToken: 8,
    expertIntermediate: 1536,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 40960,
};

const QWEN3_30B_A3B: RowShape = {
  architecture: 'Qwen3MoeForCausalLM',
  layers: 48,
  hidden: 2048,
  vocabulary: 151936,
  attention: gqa(32, 4, 128),
  moe: {
    layers: 48,
    experts: 128,
    expertsPerToken: 8,
    expertIntermediate: 768,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 40960,
};

const QWEN3_CODER_480B_A35B: RowShape = {
  architecture: 'Qwen3MoeForCausalLM',
  layers: 62,
  hidden: 6144,
  vocabulary: 151936,
  attention: gqa(96, 8, 128),
  moe: {
    layers: 62,
    experts: 160,
    expertsPerToken: 8,
    expertIntermediate: 2560,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 262144,
};

const QWEN3_VL_235B_A22B: RowShape = {
  architecture: 'Qwen3VLMoeForConditionalGeneration',
  layers: 94,
  hidden: 4096,
  vocabulary: 151936,
  attention: gqa(64, 4, 128),
  moe: {
    layers: 94,
    experts: 128,
    expertsPerToken: 8,
    expertIntermediate: 1536,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 262144,
};

const QWEN3_VL_30B_A3B: RowShape = {
  architecture: 'Qwen3VLMoeForConditionalGeneration',
  layers: 48,
  hidden: 2048,
  vocabulary: 151936,
  attention: gqa(32, 4, 128),
  moe: {
    layers: 48,
    experts: 128,
    expertsPerToken: 8,
    expertIntermediate: 768,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 262144,
};

const LLAMA_4_MAVERICK_17B_128E: RowShape = {
  architecture: 'Llama4ForConditionalGeneration',
  layers: 48,
  hidden: 5120,
  vocabulary: 202048,
  attention: gqa(40, 8, 128),
  moe: {
    layers: 24,
    experts: 128,
    expertsPerToken: 1,
    expertIntermediate: 8192,
    sharedExperts: 1,
    sharedIntermediate: 8192,
  },
  denseIntermediate: 16384,
  maxContextTokens: 1048576,
};

const LLAMA_4_SCOUT_17B_16E: RowShape = {
  architecture: 'Llama4ForConditionalGeneration',
  layers: 48,
  hidden: 5120,
  vocabulary: 202048,
  attention: gqa(40, 8, 128),
  moe: {
    layers: 48,
    experts: 16,
    expertsPerToken: 1,
    expertIntermediate: 8192,
    sharedExperts: 1,
    sharedIntermediate: 8192,
  },
  maxContextTokens: 10485760,
};

const MIXTRAL_8X22B: RowShape = {
  architecture: 'MixtralForCausalLM',
  layers: 56,
  hidden: 6144,
  vocabulary: 32000,
  attention: gqa(48, 8, 128),
  moe: {
    layers: 56,
    experts: 8,
    expertsPerToken: 2,
    expertIntermediate: 16384,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 65536,
};

const MIXTRAL_8X7B: RowShape = {
  architecture: 'MixtralForCausalLM',
  layers: 32,
  hidden: 4096,
  vocabulary: 32000,
  attention: gqa(32, 8, 128),
  moe: {
    layers: 32,
    experts: 8,
    expertsPerToken: 2,
    expertIntermediate: 14336,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 32768,
};

const GPT_OSS_120B: RowShape = {
  architecture: 'GptOssForCausalLM',
  layers: 36,
  hidden: 2880,
  vocabulary: 201088,
  attention: windowed(64, 8, 64, { tokens: 128, layers: 18 }),
  moe: {
    layers: 36,
    experts: 128,
    expertsPerToken: 4,
    expertIntermediate: 2880,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 131072,
};

const GPT_OSS_20B: RowShape = {
  architecture: 'GptOssForCausalLM',
  layers: 24,
  hidden: 2880,
  vocabulary: 201088,
  attention: windowed(64, 8, 64, { tokens: 128, layers: 12 }),
  moe: {
    layers: 24,
    experts: 32,
    expertsPerToken: 4,
    expertIntermediate: 2880,
    sharedExperts: 0,
    sharedIntermediate: 0,
  },
  maxContextTokens: 131072,
};

/** Grouped-query attention with experts. */
export const MIXTURE_OF_EXPERTS_MODELS: readonly ModelArchitecture[] = [
  model('MiniMaxAI/MiniMax-M2.5', MINIMAX_M2_5, FP8_BLOCK),
  model('MiniMaxAI/MiniMax-M2.7', { ...MINIMAX_M2_5, maxContextTokens: 204800 }, FP8_BLOCK),
  model('nvidia/MiniMax-M2.5-NVFP4', MINIMAX_M2_5, NVFP4),
  model('nvidia/MiniMax-M2.7-NVFP4', MINIMAX_M2_5, NVFP4),
  model('Qwen/Qwen3-235B-A22B-FP8', QWEN3_235B_A22B, FP8_BLOCK),
  model('Qwen/Qwen3-235B-A22B', QWEN3_235B_A22B, BF16),
  model('nvidia/Qwen3-235B-A22B-NVFP4', QWEN3_235B_A22B, NVFP4),
  model('Qwen/Qwen3-30B-A3B-FP8', QWEN3_30B_A3B, FP8_BLOCK),
  model('Qwen/Qwen3-30B-A3B', QWEN3_30B_A3B, BF16),
  model('Qwen/Qwen3-Coder-480B-A35B-Instruct', QWEN3_CODER_480B_A35B, BF16),
  model('Qwen/Qwen3-VL-235B-A22B-Instruct', QWEN3_VL_235B_A22B, BF16),
  model('Qwen/Qwen3-VL-30B-A3B-Instruct', QWEN3_VL_30B_A3B, BF16),
  model('meta-llama/Llama-4-Maverick-17B-128E-Instruct', LLAMA_4_MAVERICK_17B_128E, BF16),
  model('meta-llama/Llama-4-Scout-17B-16E-Instruct', LLAMA_4_SCOUT_17B_16E, BF16),
  model('mistralai/Mixtral-8x22B-v0.1', MIXTRAL_8X22B, BF16),
  model('mistralai/Mixtral-8x7B-v0.1', MIXTRAL_8X7B, BF16),
  model('openai/gpt-oss-120b', GPT_OSS_120B, MXFP4_EXPERTS),
  model('openai/gpt-oss-20b', GPT_OSS_20B, MXFP4_EXPERTS),
];
