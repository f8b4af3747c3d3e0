import { ERROR_BANDS } from '../../../../lib/planner/performance/calibrated/coefficients';
import { predictor } from '../../../../lib/planner/performance/calibrated/predict';
import type { PredictAnswer } from '../../../../lib/planner/performance/calibrated/predict-answer';
import { PREDICT_INPUTS } from '../../../../lib/planner/performance/calibrated/predict-request';

const predict = predictor();

/** Mixture of experts with latent attention, so that every way to lay a replica out means something. */
const CLOSED = {
  id: 'a',
  model: 'deepseek-ai/DeepSeek-R1',
  accelerator: 'B200',
  engine: 'vllm',
  precision: 'fp4',
  inputTokens: 12_000,
  outputTokens: 500,
  concurrency: 64,
  accelerators: 8,
};
const BENCH = { ...CLOSED, protocol: 'inferencex', inputTokens: 3000 };
const OPEN = { ...CLOSED, concurrency: undefined, requestsPerSecond: 2 };
const DENSE = { ...CLOSED, model: 'meta-llama/Meta-Llama-3.1-70B', precision: 'fp8' };

/** What each input is changed from and to. Names that the schema knows and this table does not fail the test. */
const CHANGES: Readonly<Record<string, readonly [base: object, change: object]>> = {
  id: [CLOSED, { id: 'b' }],
  model: [CLOSED, { model: 'moonshotai/Kimi-K2.5' }],
  accelerator: [CLOSED, { accelerator: 'H200' }],
  instanceType: [
    { ...CLOSED, accelerator: undefined, instanceType: 'p6-b200.48xlarge' },
    { instanceType: 'p5en.48xlarge' },
  ],
  engine: [CLOSED, { engine: 'sglang' }],
  precision: [CLOSED, { precision: 'fp8' }],
  inputTokens: [CLOSED, { inputTokens: 4000 }],
  outputTokens: [CLOSED, { outputTokens: 1000 }],
  concurrency: [CLOSED, { concurrency: 65 }],
  requestsPerSecond: [OPEN, { requestsPerSecond: 2.5 }],
  accelerators: [CLOSED, { accelerators: 4 }],
  tensorParallel: [CLOSED, { tensorParallel: 4 }],
  pipelineParallel: [CLOSED, { pipelineParallel: 2 }],
  attentionDataParallel: [CLOSED, { attentionDataParallel: 8 }],
  expertTensorParallel: [CLOSED, { expertTensorParallel: 2 }],
  expertParallel: [CLOSED, { expertParallel: 8 }],
  nodes: [CLOSED, { nodes: 2 }],
  prefixCacheHitFraction: [CLOSED, { prefixCacheHitFraction: 0.5 }],
  engineVersion: [CLOSED, { engineVersion: '0.12.0' }],
  softwareDate: [CLOSED, { softwareDate: '2025-10-01' }],
  protocol: [CLOSED, { protocol: 'static' }],
  quantization: [DENSE, { quantization: 'block' }],
  unquantizedParts: [CLOSED, { unquantizedParts: [] }],
  kvCacheDtype: [CLOSED, { kvCacheDtype: 'bf16' }],
  maxNumSeqs: [CLOSED, { maxNumSeqs: 32 }],
  maxBatchedTokens: [CLOSED, { maxBatchedTokens: 2048 }],
  chunkedPrefill: [CLOSED, { chunkedPrefill: false }],
  asyncScheduling: [CLOSED, { asyncScheduling: false }],
  cudaGraph: [{ ...CLOSED, model: 'openai/gpt-oss-120b', accelerators: 1, concurrency: 1 }, { cudaGraph: false }],
  gpuMemoryUtilization: [CLOSED, { gpuMemoryUtilization: 0.8 }],
  speculative: [CLOSED, { speculative: { draftTokens: 2, acceptanceLength: 2 } }],
  arrivalScv: [OPEN, { arrivalScv: 4 }],
  inputTokensScv: [CLOSED, { inputTokensScv: 1 }],
  outputTokensScv: [CLOSED, { outputTokensScv: 1 }],
  expertImbalance: [{ ...CLOSED, expertParallel: 8 }, { expertImbalance: 3 }],
  promptsPerSlot: [BENCH, { promptsPerSlot: 2 }],
  warmupRequests: [BENCH, { warmupRequests: 8 }],
  logicalNeuronCore: [
    {
      ...CLOSED,
      model: 'meta-llama/Meta-Llama-3.1-8B',
      precision: 'bf16',
      accelerator: 'TRN2',
      engine: undefined,
      accelerators: undefined,
      tensorParallel: 8,
    },
    { logicalNeuronCore: 1 },
  ],
};

const answer = (request: object): PredictAnswer => predict(JSON.parse(JSON.stringify(request))) as PredictAnswer;
const numbers = ({ chosen: _, ...rest }: PredictAnswer): object => rest;

describe('every input of headroom predict', () => {
  test('is in the table of this test', () => {
    expect(Object.keys(CHANGES).sort()).toEqual([...PREDICT_INPUTS].sort());
  });

  test.each(Object.entries(CHANGES))('%s changes the answer', (_, [base, change]) => {
    const before = answer(base);
    expect(before.fits).toBe(true);
    expect(numbers(answer({ ...base, ...change }))).not.toEqual(numbers(before));
  });

  test('lengths that vary change an open loop too', () => {
    const before = answer(OPEN);
    expect(answer({ ...OPEN, inputTokensScv: 1 }).ttftP99Seconds).toBeGreaterThan(before.ttftP99Seconds ?? 0);
    expect(answer({ ...OPEN, outputTokensScv: 1 }).tpotSeconds).toBeGreaterThan(before.tpotSeconds ?? 0);
  });

  test('what an answer does not depend on is named', () => {
    expect(answer({ ...CLOSED, arrivalScv: 4, warmupRequests: 1 }).chosen).toContain(
      'not used here: arrivalScv, warmupRequests',
    );
    expect(answer({ ...CLOSED, logicalNeuronCore: 2 }).chosen).toContain('not used here: logicalNeuronCore');
    const neuron = {
      id: 1,
      model: 'meta-llama/Meta-Llama-3.1-8B',
      accelerator: 'TRN1',
      inputTokens: 500,
      outputTokens: 100,
      concurrency: 4,
      accelerators: 4,
    };
    const plain = answer(neuron);
    const told = answer({
      ...neuron,
      cudaGraph: false,
      asyncScheduling: false,
      speculative: { draftTokens: 2, acceptanceLength: 2 },
    });
    expect(numbers(told)).toEqual(numbers(plain));
    expect(told.chosen).toContain('not used here: asyncScheduling, cudaGraph, speculative');
  });

  test('what arrivals are taken for is named', () => {
    expect(answer(OPEN).chosen).toEqual(expect.arrayContaining(['Poisson arrivals', 'constant token lengths']));
  });
});

describe('the direction of an input', () => {
  test('scheduling between steps and launching kernel by kernel never make a token faster', () => {
    const small = { ...CLOSED, model: 'openai/gpt-oss-120b', accelerators: 1, concurrency: 1 };
    for (const change of [{ asyncScheduling: false }, { cudaGraph: false }])
      expect(answer({ ...small, ...change }).tpotSeconds).toBeGreaterThan(answer(small).tpotSeconds ?? 0);
  });

  test('by hand: without async scheduling a step of one sequence takes 0.4 ms and 6 µs more', () => {
    const small = { ...CLOSED, model: 'openai/gpt-oss-120b', accelerators: 1, concurrency: 1 };
    const more = (answer({ ...small, asyncScheduling: false }).tpotSeconds ?? 0) - (answer(small).tpotSeconds ?? 0);
    expect(more / ERROR_BANDS.caution).toBeCloseTo(0.4e-3 + 6e-6, 9);
  });

  test('longer outputs among them fill the cache: at an SCV of 1 it holds fewer requests', () => {
    const long = { ...DENSE, outputTokens: 8000, accelerators: 2, concurrency: 16 };
    expect(answer({ ...long, outputTokensScv: 1 }).maxConcurrency).toBeLessThan(answer(long).maxConcurrency ?? 0);
  });
});
