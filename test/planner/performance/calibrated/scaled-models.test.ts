import * as fc from 'fast-check';
import { defaultCatalog, findModel } from '../../../../lib/catalog/catalog';
import type { ModelArchitecture } from '../../../../lib/catalog/model';
import { predictor } from '../../../../lib/planner/performance/calibrated/predict';
import type { PredictAnswer } from '../../../../lib/planner/performance/calibrated/predict-answer';

const DIMENSIONS = ['hidden', 'heads', 'experts', 'vocabulary'] as const;
type Dimension = (typeof DIMENSIONS)[number];

function scaled(model: ModelArchitecture, what: Dimension, factor: number): ModelArchitecture {
  if (what === 'hidden') return { ...model, hidden: model.hidden * factor };
  if (what === 'vocabulary') return { ...model, vocabulary: model.vocabulary * factor };
  if (what === 'experts')
    return model.moe === undefined ? model : { ...model, moe: { ...model.moe, experts: model.moe.experts * factor } };
  const a = model.attention;
  if (a.kind === 'hybridLinear')
    return { ...model, attention: { ...a, full: { ...a.full, heads: a.full.heads * factor } } };
  return { ...model, attention: { ...a, heads: a.heads * factor } };
}

/** Numbers of an answer by name, the ends of its bands among them. */
function outputsOf(a: PredictAnswer): Readonly<Record<string, number>> {
  const { errorBand, id: _, ...rest } = a;
  const numbers = Object.entries(rest).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  const [ttftLow = 0, ttftHigh = 0] = errorBand?.ttftSeconds ?? [];
  const [tpotLow = 0, tpotHigh = 0] = errorBand?.tpotSeconds ?? [];
  return { ...Object.fromEntries(numbers), ttftLow, ttftHigh, tpotLow, tpotHigh };
}

const MODELS = [
  'meta-llama/Meta-Llama-3.1-8B',
  'meta-llama/Meta-Llama-3.1-70B',
  'openai/gpt-oss-120b',
  'deepseek-ai/DeepSeek-R1',
  'Qwen/Qwen3.5-397B-A17B',
  'MiniMaxAI/MiniMax-M2.5',
];
const GPU = ['H100', 'H200', 'B200', 'B300', 'A100-80', 'L40S'];

/** Where weights leave hardly room for the load, what is left is the small difference of two large numbers and moves by more. */
const roomy = (a: PredictAnswer, held: number): boolean => a.fits && (a.kvCapacityTokens ?? 0) > held;

test('two per cent more or less of hidden size, heads, experts or vocabulary moves every output by at most six', () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...MODELS),
      fc.constantFrom(...DIMENSIONS),
      fc.constantFrom(0.98, 1.02),
      fc.constantFrom(...GPU),
      fc.constantFrom('vllm', 'sglang', 'trtllm'),
      fc.constantFrom('bf16', 'fp8', 'fp4', 'int4'),
      fc.constantFrom('steady', 'inferencex', 'static', 'other', 'open'),
      fc.integer({ min: 100, max: 8000 }),
      fc.integer({ min: 50, max: 2000 }),
      fc.integer({ min: 1, max: 256 }),
      (id, what, factor, accelerator, engine, precision, load, inputTokens, outputTokens, concurrency) => {
        const model = findModel(defaultCatalog, id);
        const predict = predictor({
          modelFromFile: (name) => (name === 'other' ? scaled(model, what, factor) : model),
        });
        const request = {
          id: 1,
          accelerator,
          engine,
          precision,
          inputTokens,
          outputTokens,
          accelerators: what === 'heads' ? 1 : 8,
          ...(load === 'open' ? { requestsPerSecond: concurrency / 16 } : { concurrency, protocol: load }),
        };
        const before = predict({ ...request, model: 'same' }) as PredictAnswer;
        const after = predict({ ...request, model: 'other' }) as PredictAnswer;
        if (!roomy(before, 1.1 * concurrency * (inputTokens + outputTokens)) || !after.fits) return;
        compared += 1;
        const b = outputsOf(before);
        const a = outputsOf(after);
        for (const [name, value] of Object.entries(b)) {
          const moved = Math.abs((a[name] ?? 0) / value - 1);
          if (!(moved <= 0.06)) throw new Error(`${name} moves by ${moved} from ${value}`);
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(compared).toBeGreaterThan(100);
});
