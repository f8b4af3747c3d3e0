import type { Coefficients, GpuCoefficients } from '../../../lib/planner/performance/coefficients';
import type { EngineStep, ReplicaConfiguration } from '../../../lib/planner/performance/performance-model';
import { rooflineModel } from '../../../lib/planner/performance/roofline-model';
import { STATED_COEFFICIENTS } from '../../../lib/planner/performance/stated-coefficients';
import { aModel, anAccelerator, anInstanceType, aReplica, aShape } from '../fixtures';

const PERFECT_GEMM = { launchSeconds: 0, computeEfficiency: 1, memoryEfficiency: 1, paddingRows: 0 };
const PERFECT_FORMATS = {
  bf16: PERFECT_GEMM,
  fp8: PERFECT_GEMM,
  fp8Block: PERFECT_GEMM,
  fp4: PERFECT_GEMM,
  int4: PERFECT_GEMM,
};
const PERFECT_ATTENTION = {
  prefillLaunchSeconds: 0,
  prefillComputeEfficiency: 1,
  halfEfficiencyTokens: 0,
  decodeLaunchSeconds: 0,
  decodeMemoryEfficiency: 1,
  decodeComputeEfficiency: 1,
};
const PERFECT_LINK = { latencySeconds: 0, latencyGrowthPerRank: 0, bandwidthEfficiency: 1 };
/** A GPU without losses and an engine without overhead: what is left is the roofline. */
const PERFECT: GpuCoefficients = {
  kind: 'gpu',
  gemm: PERFECT_FORMATS,
  experts: PERFECT_FORMATS,
  attention: PERFECT_ATTENTION,
  latentAttention: PERFECT_ATTENTION,
  fabric: PERFECT_LINK,
  pcie: PERFECT_LINK,
  efa: PERFECT_LINK,
  elementwiseSecondsPerLayer: 0,
  source: 'made up for a test',
  asOf: '2026-11-23',
};
const FREE_ENGINE = { ...STATED_COEFFICIENTS.engines.vllm, layerFactor: 1, hostSecondsPerStep: 0 };
const IDEAL: Coefficients = {
  ...STATED_COEFFICIENTS,
  accelerators: { ...STATED_COEFFICIENTS.accelerators, hopper: PERFECT },
  engines: {
    ...STATED_COEFFICIENTS.engines,
    vllm: { ...FREE_ENGINE, hostSecondsPerSequence: 0, prefillSecondsPerLayer: 0 },
  },
};

function tiny(shape: Partial<ReplicaConfiguration['shape']> = {}): ReplicaConfiguration {
  return { model: aModel(), accelerator: anAccelerator(), instanceType: anInstanceType(), shape: aShape(shape) };
}

function stepsOf(configuration: ReplicaConfiguration, coefficients: Coefficients = IDEAL) {
  const steps = rooflineModel(coefficients).steps(configuration);
  if ('unknown' in steps) throw new Error(steps.unknown);
  return steps;
}

const seconds = (
  configuration: ReplicaConfiguration,
  step: Partial<EngineStep>,
  coefficients: Coefficients = IDEAL,
): number =>
  stepsOf(configuration, coefficients).stepSeconds({
    decodeSequences: 0,
    meanContextTokens: 0,
    prefillTokens: 0,
    prefillOffsetTokens: 0,
    ...step,
  });

/** A layer's weights: (2,048 + 1,024) × 1,024 of attention, 3 × 4,096 × 1,024 of feed-forward; and the head. */
const LAYER = 3_145_728 + 12_582_912;
const HEAD = 32_000 * 1024;

describe('on a GPU without losses', () => {
  test('a decode step of one sequence reads the weights once', () => {
    // (4 layers + head) × 2 bytes + 2 bytes × (columns + depth) of each product, at 1 TB/s; arithmetic is a hundredth of it
    const activations = 4 * (2048 + 1024 + 1024 + 1024 + 8192 + 1024 + 1024 + 4096) + 32_000 + 1024;
    const expected = (2 * (4 * LAYER + HEAD) + 2 * activations) / 1e12;
    expect(seconds(tiny(), { decodeSequences: 1 }) / expected).toBeCloseTo(1, 5);
  });

  test('a thousand tokens of context add 8.192 MB of cache and 16.4 MFLOP', () => {
    const without = seconds(tiny(), { decodeSequences: 1 });
    const cache = 4 * 1000 * 2 * 4 * 128 * 2;
    const flops = 4 * 4 * 8 * 128 * 1000;
    expect(seconds(tiny(), { decodeSequences: 1, meanContextTokens: 1000 }) - without).toBeCloseTo(
      cache / 1e12 + flops / 100e12,
      12,
    );
  });

  test('a prompt of 10,000 tokens takes its arithmetic when memory is no limit', () => {
    const accelerator = anAccelerator({ memoryBandwidthBytesPerSecond: 1e18 });
    // 2 FLOPs a weight and token; attention 2 · heads · width · s² a layer; one row of the head
    const flops = 2 * 4 * LAYER * 10_000 + 4 * 2 * 8 * 128 * 10_000 ** 2 + 2 * HEAD;
    expect(seconds({ ...tiny(), accelerator }, { prefillTokens: 10_000 })).toBeCloseTo(flops / 100e12, 9);
  });

  test('two tensor-parallel ranks halve it and pay two all-reduces a layer', () => {
    const accelerator = anAccelerator({ memoryBandwidthBytesPerSecond: 1e18 });
    const pair = { ...tiny({ tensorParallel: 2, acceleratorsPerReplica: 2 }), accelerator };
    const flops = (2 * 4 * LAYER * 10_000 + 4 * 2 * 8 * 128 * 10_000 ** 2 + 2 * HEAD) / 2;
    // 2 (n − 1)/n = 1 times 10,000 × 1,024 × 2 bytes at 100 GB/s, twice in each of 4 layers
    const reduces = (8 * 10_000 * 1024 * 2) / 100e9;
    expect(seconds(pair, { prefillTokens: 10_000 })).toBeCloseTo(flops / 100e12 + reduces, 9);
  });

  test('two pipeline stages pass a token through both, each with the head and one send', () => {
    const one = seconds(tiny(), { decodeSequences: 1 });
    const head = (2 * HEAD + 2 * (32_000 + 1024)) / 1e12;
    const two = seconds(tiny({ pipelineParallel: 2, acceleratorsPerReplica: 2 }), { decodeSequences: 2 });
    const send = (1024 * 2) / 100e9;
    expect(two / (one + head + 2 * send)).toBeCloseTo(1, 5);
  });

  test('one prompt occupies one attention-data-parallel rank, many are spread', () => {
    const model = aModel({
      denseLayers: 0,
      denseIntermediate: undefined,
      moe: {
        layers: 4,
        experts: 8,
        expertsPerToken: 2,
        expertIntermediate: 512,
        sharedExperts: 0,
        sharedIntermediate: 0,
      },
    });
    const shape = aShape({ attentionDataParallel: 4, expertParallel: 4, acceleratorsPerReplica: 4 });
    const moe = { ...tiny(), model, shape };
    const alone = seconds(moe, { prefillTokens: 8000, prefillRanks: 1 });
    const spread = seconds(moe, { prefillTokens: 8000, prefillRanks: 4 });
    expect(spread).toBeLessThan(alone);
  });
});

describe('on a real GPU', () => {
  test('launches, host and eager prompts come on top', () => {
    const stated = STATED_COEFFICIENTS.accelerators.hopper;
    if (stated.kind !== 'gpu') throw new Error('hopper is a GPU');
    const noWork = { ...anAccelerator({ memoryBandwidthBytesPerSecond: 1e30, denseFlopsPerSecond: { bf16: 1e30 } }) };
    const configuration = { ...tiny(), accelerator: noWork };
    // per layer 4 products, decode attention and element-wise work, × 1.22; 0.4 ms + 6 µs of host
    const layer = 4 * 3.18e-6 + 11.4e-6 + 11e-6;
    const expected = 4 * layer * 1.22 + 0.4e-3 + 6e-6;
    expect(seconds(configuration, { decodeSequences: 1 }, STATED_COEFFICIENTS)).toBeCloseTo(expected, 9);
    // a prompt token adds prefill attention's launch and 0.22 ms a layer of eager launches
    const more = 4 * (12.8e-6 * 1.22 + 0.22e-3);
    expect(seconds(configuration, { decodeSequences: 1, prefillTokens: 1 }, STATED_COEFFICIENTS)).toBeCloseTo(
      expected + more,
      9,
    );
  });

  test('says whether prompts or decoding bound a step', () => {
    const steps = stepsOf(tiny(), STATED_COEFFICIENTS);
    const step = { decodeSequences: 32, meanContextTokens: 1000, prefillOffsetTokens: 0 };
    expect(steps.boundBy({ ...step, prefillTokens: 0 })).toBe('decodeBandwidth');
    expect(steps.boundBy({ ...step, prefillTokens: 8000 })).toBe('prefillFlops');
  });

  test.each([
    ['memory bandwidth', { memoryBandwidthBytesPerSecond: undefined }, {}],
    ['FLOP/s', { denseFlopsPerSecond: {} }, {}],
    ['link rate', { scaleUpBytesPerSecond: undefined }, { tensorParallel: 2, acceleratorsPerReplica: 2 }],
  ])('says that no source states the %s', (what, missing, shape) => {
    const steps = rooflineModel().steps({ ...tiny(shape), accelerator: anAccelerator(missing) });
    expect(steps).toEqual({ unknown: expect.stringContaining(what) });
  });
});

describe('on Neuron', () => {
  const shape = { tensorParallel: 32, acceleratorsPerReplica: 16, engine: 'vllm-neuron' } as const;
  const llama = aReplica('meta-llama/Llama-2-70b-hf', 'trn1.32xlarge', shape);

  test('a decode step of Llama 2 70B on Trainium1 is floors, weights, cache and host', () => {
    // 80 layers × 0.106 ms = 8.48 ms; host 16 ms. A core's weights: (68.98e9 − kv 80 · 2 · 1,024 · 8,192 − norms) / 32 +
    // kv / 8 + norms, × 2 bytes, at 0.44 TB/s × 0.7. Cache: 80 × 2 × 128 × 2 bytes × 1,000 tokens, at 0.44 TB/s × 0.33.
    const total = 68_976_648_192;
    const keyValue = 80 * 2 * 1024 * 8192;
    const norms = 161 * 8192;
    const weights = 2 * ((total - keyValue - norms) / 32 + keyValue / 8 + norms);
    const cache = 80 * 2 * 128 * 2 * 1000;
    const expected = 8.48e-3 + 16e-3 + weights / (0.44e12 * 0.7) + cache / (0.44e12 * 0.33);
    const measured = seconds(llama, { decodeSequences: 1, meanContextTokens: 1000 }, STATED_COEFFICIENTS);
    expect(measured).toBeCloseTo(expected, 6);
  });

  test('prompt tokens run at 0.12 of peak', () => {
    const one = seconds(llama, { decodeSequences: 1 }, STATED_COEFFICIENTS);
    const many = seconds(llama, { decodeSequences: 1, prefillTokens: 1000 }, STATED_COEFFICIENTS);
    // 2 FLOPs for each of 68.7e9 multiplied weights, and 80 · 2 · 64 · 128 · s² of attention; 16 × 190 TFLOP/s × 0.12
    const flops = 2 * (68_976_648_192 - 2 * 32_000 * 8192) * 1000 + 80 * 2 * 64 * 128 * 1000 ** 2;
    expect(many - one).toBeCloseTo(flops / (16 * 190e12 * 0.12), 3);
  });
});

test('the error band says what was compared: B200 was, RTX PRO 6000 of the same generation was not', () => {
  const band = (instanceType: string) => rooflineModel().errorBand(aReplica('Qwen/Qwen3-8B', instanceType));
  expect(band('p6-b200.48xlarge')).toEqual({ relative: 0.29, source: expect.stringContaining('80 % of 911') });
  expect(band('g7e.2xlarge')).toEqual({ relative: 0.35, source: expect.stringContaining('no serving measurement') });
  expect(band('trn2.48xlarge').relative).toBe(0.25);
});
