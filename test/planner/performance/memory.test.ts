import { defaultCatalog, findModel } from '../../../lib/catalog/catalog';
import { memoryFit, rankWeightBytes } from '../../../lib/planner/performance/memory';
import type { MemoryFit, ReplicaConfiguration } from '../../../lib/planner/performance/performance-model';
import { STATED_COEFFICIENTS } from '../../../lib/planner/performance/stated-coefficients';
import { partFormat } from '../../../lib/planner/performance/weights';
import { anAccelerator, aReplica, aShape } from '../fixtures';

const MEMORY = STATED_COEFFICIENTS.memory;
const LLAMA_8B = 'meta-llama/Meta-Llama-3.1-8B';

function fits(configuration: ReplicaConfiguration): Extract<MemoryFit, { fits: true }> {
  const fit = memoryFit(configuration, MEMORY);
  if ('unknown' in fit || !fit.fits) throw new Error(JSON.stringify(fit));
  return fit;
}

test('Llama 3.1 8B in bf16 on one H100: 16.06 GB of weights leave room for 452,033 tokens', () => {
  // weights: 8,030,261,248 parameters × 2 bytes; usable: 0.9 × 80 GiB = 77,309,411,328; reserve 2e9
  // a token: 32 layers × 2 × 8 heads × 128 × 2 bytes = 131,072 bytes; (77,309,411,328 − 2e9 − 16,060,522,496) / 131,072
  const fit = fits(aReplica(LLAMA_8B, 'p5.4xlarge'));
  expect(fit.weightsBytesPerAccelerator).toBe(16_060_522_496);
  expect(fit.kvCapacityTokens).toBe(452_033);
  expect(fit.cacheBytesPerSequence(1000)).toBe(131_072_000);
  expect(fit.stateBytesPerSequence).toBe(0);
});

test('tensor parallelism past the key-value heads replicates them', () => {
  const eight = fits(aReplica(LLAMA_8B, 'p5.48xlarge', { tensorParallel: 8, acceleratorsPerReplica: 8 }));
  // 1 of 8 heads on each rank: 32 × 2 × 1 × 128 × 2 bytes
  expect(eight.cacheBytesPerSequence(1)).toBe(16_384);
  const model = findModel(defaultCatalog, LLAMA_8B);
  const bytes = (tensorParallel: number) => rankWeightBytes(model, aShape({ tensorParallel }), MEMORY);
  // On 16 ranks: (8,030,261,248 − norms) / 16 + norms, and key-value weights 32 × 2 × 1,024 × 4,096 doubled to 1/8 a rank
  const norms = 65 * 4096;
  const keyValue = 32 * 2 * 1024 * 4096;
  expect(bytes(16)).toBeCloseTo(2 * ((8_030_261_248 - norms) / 16 + norms + keyValue / 16), 0);
});

test('a pipeline stage holds its layers and either the embeddings or the head', () => {
  const model = findModel(defaultCatalog, LLAMA_8B);
  const layers = 8_030_261_248 - 2 * 128_256 * 4096;
  expect(rankWeightBytes(model, aShape({ pipelineParallel: 4 }), MEMORY)).toBeCloseTo(
    2 * (layers / 4 + 128_256 * 4096),
    0,
  );
});

test('latent attention keeps its whole latent on every rank: 61 layers × 576 values × 2 bytes', () => {
  const shape = { tensorParallel: 8, acceleratorsPerReplica: 8, precision: 'fp8' } as const;
  expect(fits(aReplica('deepseek-ai/DeepSeek-V3', 'p5en.48xlarge', shape)).cacheBytesPerSequence(1)).toBe(70_272);
});

test('attention data parallelism multiplies the room for caches and splits experts, not attention', () => {
  const shape = (dp: number) => ({
    tensorParallel: 8 / dp,
    attentionDataParallel: dp,
    expertParallel: dp > 1 ? 8 : 1,
    acceleratorsPerReplica: 8,
    precision: 'fp8' as const,
  });
  const tensor = fits(aReplica('deepseek-ai/DeepSeek-V3', 'p5en.48xlarge', shape(1)));
  const data = fits(aReplica('deepseek-ai/DeepSeek-V3', 'p5en.48xlarge', shape(8)));
  expect(data.kvCapacityTokens).toBeGreaterThan(4 * tensor.kvCapacityTokens);
  expect(data.weightsBytesPerAccelerator).toBeGreaterThan(tensor.weightsBytesPerAccelerator);
});

test('a window caps what its layers keep', () => {
  const fit = fits(aReplica('openai/gpt-oss-20b', 'p5.4xlarge', { precision: 'fp4' }));
  // 24 layers of 2 × 8 × 64 values × 2 bytes, every other one keeping 128 tokens
  expect(fit.cacheBytesPerSequence(1000)).toBe(12 * 1000 * 2048 + 12 * 128 * 2048);
});

test('linear attention keeps a state per sequence instead of tokens', () => {
  const fit = fits(aReplica('Qwen/Qwen3.5-27B', 'p5.4xlarge'));
  // 48 layers × (48 × 128 × 128 of state + 3 × (2 × 16 × 128 + 48 × 128) of recent inputs) × 4 bytes
  const state = 48 * (48 * 128 * 128 + 3 * (2 * 16 * 128 + 48 * 128)) * 4;
  expect(fit.stateBytesPerSequence).toBe(state);
  // 16 full layers × 2 × 4 × 256 values × 2 bytes a token
  expect(fit.cacheBytesPerSequence(100)).toBe(state + 100 * 16 * 2 * 4 * 256 * 2);
});

test('a Neuron core has its share of the chip: Llama 2 70B over 32 cores of Trainium1', () => {
  const shape = { tensorParallel: 32, acceleratorsPerReplica: 16, engine: 'vllm-neuron' } as const;
  const fit = fits(aReplica('meta-llama/Llama-2-70b-hf', 'trn1.32xlarge', shape));
  // 138 GB over 16 chips, key-value heads four times replicated
  expect(fit.weightsBytesPerAccelerator / 1e9).toBeGreaterThan(138 / 16);
  expect(fit.weightsBytesPerAccelerator / 1e9).toBeLessThan(150 / 16);
});

test('says how much is missing where it does not fit', () => {
  expect(memoryFit(aReplica('meta-llama/Meta-Llama-3.1-70B', 'g6.xlarge'), MEMORY)).toEqual({
    fits: false,
    reason:
      '131.4 GiB of weights and 1.9 GiB of reserve per accelerator exceed the 20.1 GiB usable (90 % of its memory)',
  });
});

test('says what is not known', () => {
  const configuration = { ...aReplica(LLAMA_8B, 'p5.4xlarge'), accelerator: anAccelerator({ memoryBytes: undefined }) };
  expect(memoryFit(configuration, MEMORY)).toEqual({ unknown: 'no source states the memory of Round GPU' });
});

describe('formats', () => {
  const format = (id: string, precision: 'bf16' | 'fp8' | 'fp4' | 'int4', part: Parameters<typeof partFormat>[2]) =>
    partFormat(findModel(defaultCatalog, id), precision, part, MEMORY);

  test('a bf16 checkpoint served in fp8 keeps head and embeddings in bf16', () => {
    expect(format(LLAMA_8B, 'fp8', 'attention')).toEqual({ format: 'fp8', bytesPerParameter: 1 });
    expect(format(LLAMA_8B, 'fp8', 'head')).toEqual({ format: 'bf16', bytesPerParameter: 2 });
    expect(format(LLAMA_8B, 'fp8', 'embeddings')).toEqual({ format: 'bf16', bytesPerParameter: 2 });
  });

  test('gpt-oss keeps attention in bf16 and its experts at 4.25 bits', () => {
    expect(format('openai/gpt-oss-120b', 'fp4', 'attention')).toEqual({ format: 'bf16', bytesPerParameter: 2 });
    expect(format('openai/gpt-oss-120b', 'fp4', 'experts')).toEqual({ format: 'fp4', bytesPerParameter: 4.25 / 8 });
  });

  test('block scales are a format of their own', () => {
    expect(format('deepseek-ai/DeepSeek-V3', 'fp8', 'experts').format).toBe('fp8Block');
  });

  test('where the checkpoint does not say what it left out, attention counts as left out', () => {
    expect(format('nvidia/Kimi-K2.5-NVFP4', 'fp4', 'attention').format).toBe('bf16');
    expect(format('nvidia/Kimi-K2.5-NVFP4', 'fp4', 'experts')).toEqual({ format: 'fp4', bytesPerParameter: 4.5 / 8 });
  });
});
