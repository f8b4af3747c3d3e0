import * as fc from 'fast-check';
import { defaultCatalog, findAccelerator, findModel } from '../../../../lib/catalog/catalog';
import type { ModelArchitecture } from '../../../../lib/catalog/model';
import { coefficientsOfFile } from '../../../../lib/planner/performance/calibrated/coefficient-file';
import { COEFFICIENT_NAMES, type Coefficients } from '../../../../lib/planner/performance/calibrated/coefficient-names';
import { COEFFICIENT_FILES } from '../../../../lib/planner/performance/calibrated/coefficients';
import { formatsOf } from '../../../../lib/planner/performance/calibrated/formats';
import { perfectHardware } from '../../../../lib/planner/performance/calibrated/perfect-hardware';
import { type RankWork, rankWork } from '../../../../lib/planner/performance/calibrated/rank-work';
import { emptyTimes, requestTimes, type Serving } from '../../../../lib/planner/performance/calibrated/request-time';
import { stepSeconds } from '../../../../lib/planner/performance/calibrated/step-time';

const MODELS = [
  'meta-llama/Meta-Llama-3.1-8B',
  'openai/gpt-oss-120b',
  'deepseek-ai/DeepSeek-R1',
  'Qwen/Qwen3.5-397B-A17B',
  'MiniMaxAI/MiniMax-M2.5',
];
const modelOf = fc.constantFrom(...MODELS).map((id) => findModel(defaultCatalog, id));
const precisionOf = fc.constantFrom('bf16' as const, 'fp8' as const, 'fp4' as const, 'int4' as const);
const fileOf = fc.constantFrom(...COEFFICIENT_FILES.filter((file) => file.basis === 'calibrated'));
const ranksOf = fc.constantFrom(1, 2, 4, 8);

function workOf(
  model: ModelArchitecture,
  precision: 'bf16' | 'fp8' | 'fp4' | 'int4',
  ranks: number,
  accelerator: string,
): RankWork {
  const shape = { tensorParallel: ranks, attentionDataParallel: 1, expertTensorParallel: ranks, expertParallel: 1 };
  return rankWork(model, findAccelerator(defaultCatalog, accelerator), shape, formatsOf(model, precision, 2));
}

const load = fc.record({
  sequences: fc.integer({ min: 0, max: 256 }),
  context: fc.integer({ min: 1, max: 20_000 }),
  prompts: fc.integer({ min: 0, max: 8 }),
  tokens: fc.integer({ min: 1, max: 4096 }),
  offset: fc.integer({ min: 0, max: 8192 }),
});
type Load = { sequences: number; context: number; prompts: number; tokens: number; offset: number };

const seconds = (w: RankWork, c: Coefficients, l: Load): number =>
  stepSeconds(w, c, l.sequences, l.context, 1, l.prompts, l.tokens, l.offset, 1);

const SERVING: Serving = {
  inputTokens: 1000,
  outputTokens: 500,
  concurrency: 16,
  protocol: 'inferencex',
  chunkTokens: 8192,
  mixed: true,
  reserved: false,
  kvCapacityTokens: 1e7,
  monthsOld: 2,
  promptsPerSlot: 10,
  warm: false,
  prefixHit: 0,
  verified: 1,
  accepted: 1,
  draftShare: 0,
};

describe('a step of an engine', () => {
  test('law 6: more memory bandwidth, FLOP/s or link never makes it longer', () => {
    fc.assert(
      fc.property(
        modelOf,
        precisionOf,
        fileOf,
        ranksOf,
        load,
        fc.double({ min: 1, max: 8, noNaN: true }),
        (model, precision, file, ranks, l, more) => {
          const w = workOf(model, precision, ranks, file.accelerator);
          const c = coefficientsOfFile(file);
          const before = seconds(w, c, l);
          const faster: readonly RankWork[] = [
            { ...w, bandwidth: w.bandwidth * more },
            { ...w, bf16FlopsPerSecond: w.bf16FlopsPerSecond * more },
            {
              ...w,
              quantFlopsPerSecond: w.quantFlopsPerSecond * more,
              expertFlopsPerSecond: w.expertFlopsPerSecond * more,
            },
            { ...w, link: w.link * more },
            { ...w, attentionLink: w.attentionLink * more },
          ];
          for (const better of faster) expect(seconds(better, c, l)).toBeLessThanOrEqual(before * (1 + 1e-12));
        },
      ),
    );
  });

  test('more sequences, context or prompt tokens never make it shorter', () => {
    fc.assert(
      fc.property(
        modelOf,
        precisionOf,
        fileOf,
        ranksOf,
        load,
        fc.integer({ min: 0, max: 64 }),
        (model, precision, file, ranks, l, more) => {
          const w = workOf(model, precision, ranks, file.accelerator);
          const c = coefficientsOfFile(file);
          const before = seconds(w, c, l) * (1 - 1e-12);
          expect(seconds(w, c, { ...l, sequences: l.sequences + more })).toBeGreaterThanOrEqual(before);
          expect(seconds(w, c, { ...l, context: l.context + more })).toBeGreaterThanOrEqual(before);
          expect(seconds(w, c, { ...l, tokens: l.tokens + more })).toBeGreaterThanOrEqual(before);
        },
      ),
    );
  });

  test('law 9: another unit of time or bytes changes it by exactly that factor', () => {
    const times = new Set(
      COEFFICIENT_NAMES.filter(
        (name) =>
          /Floor$|^host|Overhead$|Stall$|Launch$|^frontLag$|^collectiveLatency$/.test(name) &&
          !name.startsWith('drift'),
      ),
    );
    fc.assert(
      fc.property(
        modelOf,
        precisionOf,
        fileOf,
        ranksOf,
        load,
        fc.integer({ min: -4, max: 4 }),
        (model, precision, file, ranks, l, power) => {
          const factor = 2 ** power;
          const w = workOf(model, precision, ranks, file.accelerator);
          const c = coefficientsOfFile(file);
          const slower: RankWork = {
            ...w,
            bandwidth: w.bandwidth / factor,
            link: w.link / factor,
            attentionLink: w.attentionLink / factor,
            bf16FlopsPerSecond: w.bf16FlopsPerSecond / factor,
            quantFlopsPerSecond: w.quantFlopsPerSecond / factor,
            expertFlopsPerSecond: w.expertFlopsPerSecond / factor,
          };
          const scaled = Object.fromEntries(
            COEFFICIENT_NAMES.map((name) => [name, times.has(name) ? c[name] * factor : c[name]]),
          ) as Coefficients;
          expect(seconds(slower, scaled, l)).toBe(seconds(w, c, l) * factor);
          const a = requestTimes(w, c, SERVING, emptyTimes());
          const b = requestTimes(slower, scaled, SERVING, emptyTimes());
          expect(b.tpotSeconds).toBe(a.tpotSeconds * factor);
          expect(b.ttftSeconds).toBe(a.ttftSeconds * factor);
        },
      ),
    );
  });

  test('perfect hardware reads the weights of a dense model once: Llama-3.1-8B in bf16 on an H200', () => {
    // 32 layers × (4096 × 128 × (2 × 32 + 2 × 8) + 3 × 4096 × 14336) = 6,979,321,856 weights, head 4096 × 128256 = 525,336,576.
    // Memory: 7,504,658,432 × 2 bytes over 4.8e12 B/s = 3.126941 ms; activations (32 × (2 × 4096 + 10240 + 2 × 4096 + 3 × 14336)
    // × 2 bytes = 4,456,448 bytes) add 0.000928 ms. Compute of one row, 15 GFLOP over 989e12, is 0.0152 ms: its cube is nothing.
    const w = workOf(findModel(defaultCatalog, 'meta-llama/Meta-Llama-3.1-8B'), 'bf16', 1, 'H200');
    const step = stepSeconds(w, perfectHardware(), 1, 0, 1, 0, 0, 0, 1);
    expect(w.plainWeights).toBe(6_979_321_856);
    expect(w.headWeights).toBe(525_336_576);
    expect(step * 1e3).toBeCloseTo(3.12787, 4);
  });
});

describe('dimensions of a model', () => {
  const scaled = (model: ModelArchitecture, what: string, factor: number): ModelArchitecture => {
    const a = model.attention;
    if (what === 'hidden') return { ...model, hidden: model.hidden * factor };
    if (what === 'vocabulary') return { ...model, vocabulary: model.vocabulary * factor };
    if (what === 'experts')
      return model.moe === undefined ? model : { ...model, moe: { ...model.moe, experts: model.moe.experts * factor } };
    if (a.kind === 'hybridLinear')
      return { ...model, attention: { ...a, full: { ...a.full, heads: a.full.heads * factor } } };
    return { ...model, attention: { ...a, heads: a.heads * factor } };
  };

  test('two per cent more or less of hidden size, heads, experts or vocabulary moves every output by at most six', () => {
    fc.assert(
      fc.property(
        modelOf,
        precisionOf,
        fileOf,
        ranksOf,
        fc.constantFrom('hidden', 'heads', 'experts', 'vocabulary'),
        fc.constantFrom(0.98, 1.02),
        fc.integer({ min: 1, max: 256 }),
        (model, precision, file, ranks, what, factor, concurrency) => {
          const c = coefficientsOfFile(file);
          const serving = { ...SERVING, concurrency };
          const a = requestTimes(workOf(model, precision, ranks, file.accelerator), c, serving, emptyTimes());
          const b = requestTimes(
            workOf(scaled(model, what, factor), precision, ranks, file.accelerator),
            c,
            serving,
            emptyTimes(),
          );
          expect(Math.abs(b.tpotSeconds / a.tpotSeconds - 1)).toBeLessThanOrEqual(0.06);
          expect(Math.abs(b.ttftSeconds / a.ttftSeconds - 1)).toBeLessThanOrEqual(0.06);
        },
      ),
    );
  });

  test('an id changes nothing, and no coefficient file names a model', () => {
    const model = findModel(defaultCatalog, 'openai/gpt-oss-120b');
    expect(workOf({ ...model, id: 'else', architecture: 'else' }, 'fp4', 2, 'B200')).toEqual(
      workOf(model, 'fp4', 2, 'B200'),
    );
    const text = JSON.stringify(COEFFICIENT_FILES);
    for (const row of defaultCatalog.models) expect(text).not.toContain(row.id);
  });
});
