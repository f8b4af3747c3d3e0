import type { ModelArchitecture } from '../model';
import { BF16, FP8_BLOCK, FP8_BY_NAME, gqa, model, NVFP4, type RowShape, windowed } from './row';

const QWEN3_0_6B: RowShape = {
  architecture: 'Qwen3ForCausalLM',
  layers: 28,
  hidden: 1024,
  vocabulary: 151936,
  attention: gqa(16, 8, 128),
  denseIntermediate: 3072,
  tiedEmbeddings: true,
  maxContextTokens: 40960,
};

const QWEN3_1_7B: RowShape = {
  architecture: 'Qwen3ForCausalLM',
  layers: 28,
  hidden: 2048,
  vocabulary: 151936,
  attention: gqa(16, 8, 128),
  denseIntermediate: 6144,
  tiedEmbeddings: true,
  maxContextTokens: 40960,
};

const QWEN3_32B: RowShape = {
  architecture: 'Qwen3ForCausalLM',
  layers: 64,
  hidden: 5120,
  vocabulary: 151936,
  attention: gqa(64, 8, 128),
  denseIntermediate: 25600,
  maxContextTokens: 40960,
};

const QWEN3_8B: RowShape = {
  architecture: 'Qwen3ForCausalLM',
  layers: 36,
  hidden: 4096,
  vocabulary: 151936,
  attention: gqa(32, 8, 128),
  denseIntermediate: 12288,
  maxContextTokens: 40960,
};

const QWEN3_VL_2B: RowShape = {
  architecture: 'Qwen3VLForConditionalGeneration',
  layers: 28,
  hidden: 2048,
  vocabulary: 151936,
  attention: gqa(16, 8, 128),
  denseIntermediate: 6144,
  tiedEmbeddings: true,
  maxContextTokens: 262144,
};

const QWEN3_VL_32B: RowShape = {
  architecture: 'Qwen3VLForConditionalGeneration',
  layers: 64,
  hidden: 5120,
  vocabulary: 151936,
  attention: gqa(64, 8, 128),
  denseIntermediate: 25600,
  maxContextTokens: 262144,
};

const QWEN3_VL_4B: RowShape = {
  architecture: 'Qwen3VLForConditionalGeneration',
  layers: 36,
  hidden: 2560,
  vocabulary: 151936,
  attention: gqa(32, 8, 128),
  denseIntermediate: 9728,
  tiedEmbeddings: true,
  maxContextTokens: 262144,
};

const QWEN3_VL_8B: RowShape = {
  architecture: 'Qwen3VLForConditionalGeneration',
  layers: 36,
  hidden: 4096,
  vocabulary: 151936,
  attention: gqa(32, 8, 128),
  denseIntermediate: 12288,
  maxContextTokens: 262144,
};

const MIMO_7B: RowShape = {
  architecture: 'MiMoForCausalLM',
  layers: 36,
  hidden: 4096,
  vocabulary: 151680,
  attention: gqa(32, 8, 128),
  denseIntermediate: 11008,
  maxContextTokens: 32768,
};

const META_LLAMA_3_1_405B: RowShape = {
  architecture: 'LlamaForCausalLM',
  layers: 126,
  hidden: 16384,
  vocabulary: 128256,
  attention: gqa(128, 8, 128),
  denseIntermediate: 53248,
  maxContextTokens: 131072,
};

const META_LLAMA_3_1_70B: RowShape = {
  architecture: 'LlamaForCausalLM',
  layers: 80,
  hidden: 8192,
  vocabulary: 128256,
  attention: gqa(64, 8, 128),
  denseIntermediate: 28672,
  maxContextTokens: 131072,
};

const META_LLAMA_3_1_8B: RowShape = {
  architecture: 'LlamaForCausalLM',
  layers: 32,
  hidden: 4096,
  vocabulary: 128256,
  attention: gqa(32, 8, 128),
  denseIntermediate: 14336,
  maxContextTokens: 131072,
};

const GEMMA_4_31B: RowShape = {
  architecture: 'Gemma4ForConditionalGeneration',
  layers: 60,
  hidden: 5376,
  vocabulary: 262144,
  attention: windowed(32, 16, 256, { tokens: 1024, layers: 50 }),
  denseIntermediate: 21504,
  tiedEmbeddings: true,
  maxContextTokens: 262144,
};

const LLAMA_2_7B: RowShape = {
  architecture: 'LlamaForCausalLM',
  layers: 32,
  hidden: 4096,
  vocabulary: 32000,
  attention: gqa(32, 32, 128),
  denseIntermediate: 11008,
  maxContextTokens: 4096,
};

const LLAMA_2_13B: RowShape = {
  architecture: 'LlamaForCausalLM',
  layers: 40,
  hidden: 5120,
  vocabulary: 32000,
  attention: gqa(40, 40, 128),
  denseIntermediate: 13824,
  maxContextTokens: 4096,
};

const LLAMA_2_70B: RowShape = {
  architecture: 'LlamaForCausalLM',
  layers: 80,
  hidden: 8192,
  vocabulary: 32000,
  attention: gqa(64, 8, 128),
  denseIntermediate: 28672,
  maxContextTokens: 4096,
};

const CODELLAMA_13B: RowShape = {
  architecture: 'LlamaForCausalLM',
  layers: 40,
  hidden: 5120,
  vocabulary: 32016,
  attention: gqa(40, 40, 128),
  denseIntermediate: 13824,
  maxContextTokens: 16384,
};

const MISTRAL_7B: RowShape = {
  architecture: 'MistralForCausalLM',
  layers: 32,
  hidden: 4096,
  vocabulary: 32000,
  attention: gqa(32, 8, 128),
  denseIntermediate: 14336,
  maxContextTokens: 32768,
};

const QWEN2_5_7B: RowShape = {
  architecture: 'Qwen2ForCausalLM',
  layers: 28,
  hidden: 3584,
  vocabulary: 152064,
  attention: gqa(28, 4, 128),
  denseIntermediate: 18944,
  maxContextTokens: 32768,
};

const GPT_J_6B: RowShape = {
  architecture: 'GPTJForCausalLM',
  layers: 28,
  hidden: 4096,
  vocabulary: 50400,
  attention: gqa(16, 16, 256),
  denseIntermediate: 16384,
  feedForwardMatrices: 2,
  maxContextTokens: 2048,
};

/** Every layer has one feed-forward block. */
export const DENSE_MODELS: readonly ModelArchitecture[] = [
  model('Qwen/Qwen3-0.6B', QWEN3_0_6B, BF16),
  model('Qwen/Qwen3-1.7B', QWEN3_1_7B, BF16),
  model('Qwen/Qwen3-32B-FP8-Static-PerTensor', QWEN3_32B, FP8_BY_NAME),
  model('Qwen/Qwen3-32B-FP8', QWEN3_32B, FP8_BLOCK),
  model('Qwen/Qwen3-32B', QWEN3_32B, BF16),
  model('Qwen/Qwen3-8B', QWEN3_8B, BF16),
  model('Qwen/Qwen3-VL-2B-Instruct', QWEN3_VL_2B, BF16),
  model('Qwen/Qwen3-VL-32B-Instruct', QWEN3_VL_32B, BF16),
  model('Qwen/Qwen3-VL-32B-Thinking', QWEN3_VL_32B, BF16),
  model('Qwen/Qwen3-VL-4B-Instruct', QWEN3_VL_4B, BF16),
  model('Qwen/Qwen3-VL-8B-Instruct', QWEN3_VL_8B, BF16),
  model('XiaomiMiMo/MiMo-7B-Base', MIMO_7B, BF16),
  model('meta-llama/Meta-Llama-3.1-405B', META_LLAMA_3_1_405B, BF16),
  model('meta-llama/Meta-Llama-3.1-70B', META_LLAMA_3_1_70B, BF16),
  model('nvidia/Llama-3.1-70B-Instruct-FP8', META_LLAMA_3_1_70B, FP8_BY_NAME),
  model('meta-llama/Meta-Llama-3-70B', { ...META_LLAMA_3_1_70B, maxContextTokens: 8192 }, BF16),
  model('meta-llama/Meta-Llama-3.1-8B', META_LLAMA_3_1_8B, BF16),
  model('meta-llama/Meta-Llama-3-8B', { ...META_LLAMA_3_1_8B, maxContextTokens: 8192 }, BF16),
  model('nvidia/Gemma-4-31B-IT-NVFP4', GEMMA_4_31B, NVFP4),
  model('meta-llama/Llama-2-7b-hf', LLAMA_2_7B, BF16),
  model('meta-llama/Llama-2-13b-hf', LLAMA_2_13B, BF16),
  model('meta-llama/Llama-2-70b-hf', LLAMA_2_70B, BF16),
  model('codellama/CodeLlama-13b-hf', CODELLAMA_13B, BF16),
  model('mistralai/Mistral-7B-Instruct-v0.2', MISTRAL_7B, BF16),
  model('Qwen/Qwen2.5-7B-Instruct', QWEN2_5_7B, BF16),
  model('EleutherAI/gpt-j-6b', GPT_J_6B, BF16),
];
