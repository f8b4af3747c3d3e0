import * as fc from 'fast-check';
import { defaultCatalog } from '../../../../lib/catalog/catalog';
import { boundedLog, COEFFICIENT_NAMES } from '../../../../lib/planner/performance/calibrated/coefficient-names';
import {
  COEFFICIENT_FILES,
  ERROR_BANDS,
  NEURON_FILE,
} from '../../../../lib/planner/performance/calibrated/coefficients';
import { type PredictError, predictLines, predictor } from '../../../../lib/planner/performance/calibrated/predict';
import type { PredictAnswer } from '../../../../lib/planner/performance/calibrated/predict-answer';

const SHARES = [
  'gemmMemory',
  'gemmBf16',
  'gemmFp8',
  'gemmFp8Block',
  'gemmFp4',
  'decodeAttention',
  'decodeLatent',
  'decodeLinear',
  'prefillAttention',
  'prefillLatent',
  'expertMemory',
  'expertMemoryFp4',
  'expertMemoryMxfp4',
  'expertMemoryInt4',
  'expertBf16',
  'expertFp8',
  'expertFp4',
  'expertMxfp4',
  'expertInt4',
  'collectiveBandwidth',
] as const;
const predict = predictor();
const BASE = {
  id: 'a',
  model: 'meta-llama/Meta-Llama-3.1-8B',
  accelerator: 'H100',
  engine: 'vllm',
  precision: 'fp8',
  inputTokens: 1000,
  outputTokens: 200,
  concurrency: 8,
  accelerators: 1,
};
const answerTo = (override: object): PredictAnswer => predict({ ...BASE, ...override }) as PredictAnswer;
const errorOf = (override: object): string => (predict({ ...BASE, ...override }) as PredictError).error;

describe('headroom predict', () => {
  test('answers line by line, in order; a bad line has an error on its line', () => {
    const text = [JSON.stringify(BASE), 'not json', '', JSON.stringify({ ...BASE, id: 7, concurrency: 16 })].join('\n');
    const answers = predictLines(text)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map((a) => a.id)).toEqual(['a', null, 7]);
    expect(answers[1].error).toMatch(/^the line is not a JSON object/);
    expect(answers[2].tpotSeconds).toBeGreaterThan(answers[0].tpotSeconds);
  });

  test('every accelerator of the catalogue with a known bandwidth gets an answer with every engine of its kind', () => {
    for (const accelerator of defaultCatalog.accelerators.filter(
      (a) => a.memoryBandwidthBytesPerSecond !== undefined,
    )) {
      const engines = accelerator.vendor === 'aws' ? ['vllm-neuron', 'neuron-static'] : ['vllm', 'sglang', 'trtllm'];
      for (const engine of engines) {
        const a = answerTo({
          accelerator: accelerator.key,
          engine,
          accelerators: accelerator.vendor === 'aws' ? 4 : 1,
        });
        expect(a.fits).toBe(true);
        expect(a.tpotSeconds).toBeGreaterThan(0);
        expect(a.errorBand?.tpotSeconds[0]).toBeLessThanOrEqual(a.tpotSeconds ?? 0);
        expect(a.errorBand?.tpotSeconds[1]).toBeGreaterThanOrEqual(a.tpotSeconds ?? 0);
      }
    }
  });

  test('bands widen from calibrated to extrapolated', () => {
    const width = (a: PredictAnswer) => (a.errorBand?.tpotSeconds[1] ?? 0) / (a.errorBand?.tpotSeconds[0] ?? 1);
    const near = answerTo({ accelerator: 'H100', inputTokens: 2000, outputTokens: 1000, concurrency: 16 });
    const far = answerTo({ accelerator: 'L40S', inputTokens: 2000, outputTokens: 1000, concurrency: 16 });
    expect([near.basis, far.basis]).toEqual(['calibrated', 'extrapolated']);
    expect(width(far)).toBeGreaterThan(width(near));
  });

  test('a model that does not fit has nulls, not numbers', () => {
    const a = answerTo({ model: 'deepseek-ai/DeepSeek-R1', accelerator: 'A10G' });
    expect(a.fits).toBe(false);
    expect([a.ttftSeconds, a.tpotSeconds, a.outputTokensPerSecond, a.errorBand]).toEqual([null, null, null, null]);
  });

  test('what is left out is chosen and named', () => {
    const a = predict({
      id: 1,
      model: 'meta-llama/Meta-Llama-3.1-70B',
      instanceType: 'p5.48xlarge',
      inputTokens: 500,
      outputTokens: 100,
      concurrency: 4,
    }) as PredictAnswer;
    expect(a.chosen).toEqual(['engine vllm', 'precision bf16', 'accelerators 4', 'newest known software']);
  });

  test('percentiles are not below means, and more load is never faster', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom('inferencex', 'steady', 'other'),
        fc.constantFrom('vllm', 'sglang', 'trtllm'),
        (concurrency, protocol, engine) => {
          const a = answerTo({ concurrency, protocol, engine });
          const b = answerTo({ concurrency: concurrency + 8, protocol, engine });
          expect(a.ttftP99Seconds).toBeGreaterThanOrEqual(a.ttftSeconds ?? 0);
          expect(a.tpotP99Seconds).toBeGreaterThanOrEqual(a.tpotSeconds ?? 0);
          expect(b.tpotSeconds).toBeGreaterThanOrEqual((a.tpotSeconds ?? 0) * (1 - 1e-9));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('an open loop keeps up until it saturates, and then says so', () => {
    const rate = (requestsPerSecond: number) => {
      const { concurrency: _, ...rest } = BASE;
      return predict({ ...rest, requestsPerSecond }) as PredictAnswer;
    };
    const slow = rate(0.5);
    const busy = rate(10);
    expect(slow.saturated).toBe(false);
    expect(slow.outputTokensPerSecond).toBeCloseTo(100, 9);
    expect(busy.ttftSeconds).toBeGreaterThan(slow.ttftSeconds ?? 0);
    expect(rate(10_000).saturated).toBe(true);
  });

  test('speculation, a prefix hit and older software act as they must', () => {
    const plain = answerTo({});
    expect(answerTo({ speculative: { draftTokens: 3, acceptanceLength: 2.5 } }).tpotSeconds).toBeLessThan(
      plain.tpotSeconds ?? 0,
    );
    expect(answerTo({ prefixCacheHitFraction: 0.9 }).ttftSeconds).toBeLessThan(plain.ttftSeconds ?? 0);
    expect(answerTo({ softwareDate: '2025-06-01' }).tpotSeconds).toBeGreaterThan(plain.tpotSeconds ?? 0);
  });

  test('fails on what is wrong, in one sentence on the line', () => {
    expect(errorOf({ accelerator: 'H1000' })).toMatch(/no accelerator "H1000"/);
    expect(errorOf({ model: 'nobody/nothing' })).toMatch(/no model "nobody\/nothing"/);
    expect(errorOf({ requestsPerSecond: 1 })).toBe('give either concurrency or requestsPerSecond');
    expect(errorOf({ instanceType: 'p5.48xlarge' })).toBe('give either accelerator or instanceType');
    expect(errorOf({ tensorParallel: 3, accelerators: 8 })).toMatch(/make them equal/);
    expect(errorOf({ inputTokens: -1 })).toMatch(/^inputTokens: /);
    expect(errorOf({ acelerators: 8 })).toMatch(/acelerators/);
    expect(errorOf({ accelerator: 'TRN1', engine: 'vllm' })).toMatch(/give vllm-neuron or neuron-static/);
  });
});

describe('coefficient files', () => {
  test('are small: under 8 KB each and 100 KB together', () => {
    const sizes = [...COEFFICIENT_FILES, ERROR_BANDS, NEURON_FILE].map((file) => JSON.stringify(file, null, 2).length);
    expect(Math.max(...sizes)).toBeLessThan(8192);
    expect(sizes.reduce((sum, n) => sum + n, 0)).toBeLessThan(102_400);
  });

  test('hold every coefficient once, each with an origin, and none that is not positive', () => {
    for (const file of COEFFICIENT_FILES) {
      const names = Object.values(file.coefficients).flatMap((group) => Object.keys(group));
      expect(names.sort()).toEqual([...COEFFICIENT_NAMES].sort());
      for (const group of Object.values(file.coefficients))
        for (const value of Object.values(group)) expect(value).toBeGreaterThan(0);
      expect(file.crossValidated === undefined).toBe(file.evidence.rows === 0);
    }
  });

  test('no share of a datasheet exceeds it, four-bit experts among them', () => {
    for (const file of COEFFICIENT_FILES) {
      const all = { ...file.coefficients.order, ...file.coefficients.operators, ...file.coefficients.fit };
      for (const name of SHARES) expect(all[name]).toBeLessThanOrEqual(1);
    }
    // A logarithm of a share is held at 0, whatever measurements say.
    expect(boundedLog('expertMemoryMxfp4', 0.1)).toBe(0);
    expect(boundedLog('hostStep', 0.1)).toBe(0.1);
  });
});
