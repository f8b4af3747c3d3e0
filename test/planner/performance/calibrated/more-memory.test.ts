import fc from 'fast-check';
import { predictor } from '../../../../lib/planner/performance/calibrated/predict';
import type { PredictAnswer } from '../../../../lib/planner/performance/calibrated/predict-answer';

const predict = predictor();
const load = fc.record({
  model: fc.constantFrom('meta-llama/Meta-Llama-3.1-8B', 'Qwen/Qwen3-32B', 'openai/gpt-oss-120b'),
  accelerator: fc.constantFrom('H100', 'B200'),
  engine: fc.constantFrom('vllm', 'sglang', 'trtllm'),
  accelerators: fc.constantFrom(2, 4),
  protocol: fc.constantFrom('steady', 'inferencex', 'other'),
  inputTokens: fc.integer({ min: 100, max: 8000 }),
  outputTokens: fc.integer({ min: 200, max: 2000 }),
  concurrency: fc.integer({ min: 2, max: 1024 }),
});
const answer = (request: object): PredictAnswer => predict({ id: 1, precision: 'fp8', ...request }) as PredictAnswer;
const RUNS = { numRuns: 300 };

/** Law 6, of whole replicas: what their memory does to closed loops. */
describe('more memory', () => {
  const share = fc.double({ min: 0.5, max: 0.97, noNaN: true });

  test('never makes a replica unfit, and never seats fewer', () => {
    fc.assert(
      fc.property(load, share, share, (request, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((gpuMemoryUtilization) =>
          answer({ ...request, gpuMemoryUtilization }),
        ) as [PredictAnswer, PredictAnswer];
        expect(more.fits || !less.fits).toBe(true);
        expect(more.maxConcurrency ?? 0).toBeGreaterThanOrEqual(less.maxConcurrency ?? 0);
      }),
      RUNS,
    );
  });

  // Not never: of requests that are admitted together, all prompts of a cycle are counted into each one's decoding.
  test('takes at most 15 % of the throughput of answers of 200 tokens and more', () => {
    fc.assert(
      fc.property(load, share, share, (request, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((gpuMemoryUtilization) =>
          answer({ ...request, gpuMemoryUtilization }),
        ) as [PredictAnswer, PredictAnswer];
        fc.pre(less.fits);
        expect(more.outputTokensPerSecond ?? 0).toBeGreaterThan(0.85 * (less.outputTokensPerSecond ?? 0));
      }),
      RUNS,
    );
  });
});

test('where there is a seat for one, many requests take turns: they get little more done than one, however short the answers', () => {
  const short = fc.record({
    inputTokens: fc.integer({ min: 100, max: 30_000 }),
    outputTokens: fc.integer({ min: 2, max: 500 }),
  });
  fc.assert(
    fc.property(load, short, (request, lengths) => {
      const one = { ...request, ...lengths, protocol: 'steady', maxNumSeqs: 1 };
      const alone = answer({ ...one, concurrency: 1 });
      const many = answer(one);
      fc.pre(alone.fits);
      const gain = (many.outputTokensPerSecond ?? 0) / (alone.outputTokensPerSecond ?? 0);
      expect(gain).toBeGreaterThanOrEqual(0.99);
      // What surrounds the steps of a turn, of a few milliseconds where prompt and answer are short, overlaps with the turn before.
      expect(gain).toBeLessThan(4);
    }),
    RUNS,
  );
});
