import type { ModelArchitecture } from '../model';
import { BF16, model, NVFP4, type RowShape } from './row';

const QWEN3_5_122B_A10B: RowShape = {
  architecture: 'Qwen3_5MoeForConditionalGeneration',
  layers: 48,
  hidden: 3072,
  vocabulary: 248320,
  attention: {
    kind: 'hybridLinear',
    full: { layers: 12, heads: 32, kvHeads: 2, headDim: 256, outputGate: true },
    linear: { layers: 36, keyHeads: 16, valueHeads: 64, keyDim: 128, valueDim: 128, convolution: 4 },
  },
  moe: {
    layers: 48,
    experts: 256,
    expertsPerToken: 8,
    expertIntermediate: 1024,
    sharedExperts: 1,
    sharedIntermediate: 1024,
  },
  maxContextTokens: 262144,
};

const QWEN3_5_27B: RowShape = {
  architecture: 'Qwen3_5ForConditionalGeneration',
  layers: 64,
  hidden: 5120,
  vocabulary: 248320,
  attention: {
    kind: 'hybridLinear',
    full: { layers: 16, heads: 24, kvHeads: 4, headDim: 256, outputGate: true },
    linear: { layers: 48, keyHeads: 16, valueHeads: 48, keyDim: 128, valueDim: 128, convolution: 4 },
  },
  denseIntermediate: 17408,
  maxContextTokens: 262144,
};

const QWEN3_5_35B_A3B: RowShape = {
  architecture: 'Qwen3_5MoeForConditionalGeneration',
  layers: 40,
  hidden: 2048,
  vocabulary: 248320,
  attention: {
    kind: 'hybridLinear',
    full: { layers: 10, heads: 16, kvHeads: 2, headDim: 256, outputGate: true },
    linear: { layers: 30, keyHeads: 16, valueHeads: 32, keyDim: 128, valueDim: 128, convolution: 4 },
  },
  moe: {
    layers: 40,
    experts: 256,
    expertsPerToken: 8,
    expertIntermediate: 512,
    sharedExperts: 1,
    sharedIntermediate: 512,
  },
  maxContextTokens: 262144,
};

const QWEN3_5_397B_A17B: RowShape = {
  architecture: 'Qwen3_5MoeForConditionalGeneration',
  layers: 60,
  hidden: 4096,
  vocabulary: 248320,
  attention: {
    kind: 'hybridLinear',
    full: { layers: 15, heads: 32, kvHeads: 2, headDim: 256, outputGate: true },
    linear: { layers: 45, keyHeads: 16, valueHeads: 64, keyDim: 128, valueDim: 128, convolution: 4 },
  },
  moe: {
    layers: 60,
    experts: 512,
    expertsPerToken: 10,
    expertIntermediate: 1024,
    sharedExperts: 1,
    sharedIntermediate: 1024,
  },
  maxContextTokens: 262144,
};

/** Linear attention on three layers of four. */
export const HYBRID_MODELS: readonly ModelArchitecture[] = [
  model('Qwen/Qwen3.5-122B-A10B', QWEN3_5_122B_A10B, BF16),
  model('nvidia/Qwen3.5-122B-A10B-NVFP4', QWEN3_5_122B_A10B, NVFP4),
  model('Qwen/Qwen3.5-27B', QWEN3_5_27B, BF16),
  model('nvidia/Qwen3.6-27B-NVFP4', QWEN3_5_27B, NVFP4),
  model('Qwen/Qwen3.5-35B-A3B', QWEN3_5_35B_A3B, BF16),
  model('nvidia/Qwen3.6-35B-A3B-NVFP4', QWEN3_5_35B_A3B, NVFP4),
  model('Qwen/Qwen3.5-397B-A17B', QWEN3_5_397B_A17B, BF16),
  model('nvidia/Qwen3.5-397B-A17B-NVFP4', QWEN3_5_397B_A17B, NVFP4),
];
