import type { EngineSupport } from '../engine-support';
import type { Sourced } from '../sourced';

const vllm: Sourced = { source: 'vLLM documentation 0.32, quantization and FP8 W8A8', asOf: '2026-11-23' };
const vllmMeasured: Sourced = {
  source: 'gpt-oss on H100 in ai-dynamo/aiconfigurator silicon_sample.csv @095f58a (vLLM)',
  asOf: '2026-08-21',
};
const sglang: Sourced = { source: 'SGLang documentation, quantization, platform compatibility', asOf: '2026-11-23' };
const trtllm: Sourced = {
  source: 'TensorRT-LLM 1.3.0rc27 documentation, quantization; ModelOpt support matrix',
  asOf: '2026-11-23',
};
const neuronPlugin: Sourced = {
  source: 'AWS Neuron documentation 2.33, vLLM Neuron plugin: model recipes and feature matrix',
  asOf: '2026-11-23',
};
const neuronLegacy: Sourced = {
  source:
    'AWS Neuron documentation 2.29.1, vLLM user guide for NxD Inference (vLLM 0.16, in maintenance since 2.32); aws-neuron-sdk@81ce03a benchmarks (Mistral)',
  asOf: '2026-11-23',
};

const ALL_NVIDIA = ['ampere', 'ada', 'hopper', 'blackwell'] as const;
const WITH_FP8 = ['ada', 'hopper', 'blackwell'] as const;
const CURRENT = { arithmetic: 'native', status: 'current' } as const;
const WEIGHT_ONLY = { arithmetic: 'weightOnly', status: 'current' } as const;
const LEGACY = { arithmetic: 'native', status: 'legacy' } as const;

const PLUGIN_MODELS = ['LlamaForCausalLM', 'GptOssForCausalLM', 'Qwen3ForCausalLM', 'Qwen3VLForConditionalGeneration'];
const NXDI_MODELS = [
  'LlamaForCausalLM',
  'Llama4ForConditionalGeneration',
  'MistralForCausalLM',
  'Qwen2ForCausalLM',
  'Qwen3ForCausalLM',
  'Qwen3MoeForCausalLM',
  'Qwen3VLForConditionalGeneration',
];

/** Which engine serves which precision where. FP8 on Ampere is left out: it would only save memory. */
export const ENGINE_SUPPORT: readonly EngineSupport[] = [
  { engine: 'vllm', generations: ALL_NVIDIA, precision: 'bf16', ...CURRENT, ...vllm },
  { engine: 'vllm', generations: WITH_FP8, precision: 'fp8', ...CURRENT, ...vllm },
  { engine: 'vllm', generations: ['blackwell'], precision: 'fp4', ...CURRENT, ...vllm },
  {
    engine: 'vllm',
    generations: ['hopper'],
    precision: 'fp4',
    architectures: ['GptOssForCausalLM'],
    ...WEIGHT_ONLY,
    ...vllmMeasured,
  },
  { engine: 'vllm', generations: ALL_NVIDIA, precision: 'int4', ...WEIGHT_ONLY, ...vllm },

  { engine: 'sglang', generations: ALL_NVIDIA, precision: 'bf16', ...CURRENT, ...sglang },
  { engine: 'sglang', generations: WITH_FP8, precision: 'fp8', ...CURRENT, ...sglang },
  { engine: 'sglang', generations: ['blackwell'], precision: 'fp4', ...CURRENT, ...sglang },
  { engine: 'sglang', generations: ALL_NVIDIA, precision: 'int4', ...WEIGHT_ONLY, ...sglang },

  { engine: 'trtllm', generations: ALL_NVIDIA, precision: 'bf16', ...CURRENT, ...trtllm },
  { engine: 'trtllm', generations: WITH_FP8, precision: 'fp8', ...CURRENT, ...trtllm },
  { engine: 'trtllm', generations: ['blackwell'], precision: 'fp4', ...CURRENT, ...trtllm },
  { engine: 'trtllm', generations: ALL_NVIDIA, precision: 'int4', ...WEIGHT_ONLY, ...trtllm },

  {
    engine: 'vllm-neuron',
    generations: ['neuron3', 'neuron4'],
    precision: 'bf16',
    architectures: PLUGIN_MODELS,
    ...CURRENT,
    ...neuronPlugin,
  },
  {
    engine: 'vllm-neuron',
    generations: ['neuron3', 'neuron4'],
    precision: 'fp8',
    architectures: ['LlamaForCausalLM'],
    ...CURRENT,
    ...neuronPlugin,
  },
  {
    engine: 'vllm-neuron',
    generations: ['neuron4'],
    precision: 'fp8',
    architectures: ['Qwen3ForCausalLM', 'Qwen3VLForConditionalGeneration'],
    ...CURRENT,
    ...neuronPlugin,
  },
  {
    engine: 'vllm-neuron',
    generations: ['neuron4'],
    precision: 'fp4',
    architectures: ['GptOssForCausalLM'],
    ...CURRENT,
    ...neuronPlugin,
  },
  {
    engine: 'vllm-neuron',
    generations: ['neuron2', 'neuron3'],
    precision: 'bf16',
    architectures: NXDI_MODELS,
    ...LEGACY,
    ...neuronLegacy,
  },
];
