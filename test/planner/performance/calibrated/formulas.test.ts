import * as fc from 'fast-check';
import { defaultCatalog, findAccelerator, findModel } from '../../../../lib/catalog/catalog';
import { attentionWork } from '../../../../lib/planner/performance/calibrated/attention-work';
import { bandModel, bandOf, bandScore, scoreBands } from '../../../../lib/planner/performance/calibrated/bands';
import { decisionScore } from '../../../../lib/planner/performance/calibrated/decision-test';
import { activeExperts, expertImbalance } from '../../../../lib/planner/performance/calibrated/experts';
import { drawIndices } from '../../../../lib/planner/performance/calibrated/few-rows';
import { formatsOf, kvBytesOf } from '../../../../lib/planner/performance/calibrated/formats';
import type { Measurement } from '../../../../lib/planner/performance/calibrated/measurement';
import { kvCapacityTokens, weightBytes } from '../../../../lib/planner/performance/calibrated/memory-fit';
import {
  type NeuronSample,
  neuronMetric,
  neuronSamples,
} from '../../../../lib/planner/performance/calibrated/neuron-fit';
import type { NeuronMeasurement } from '../../../../lib/planner/performance/calibrated/neuron-measurement';
import {
  NEURON_NAMES,
  type NeuronCoefficients,
  neuronKvBytes,
  neuronTimes,
  paddingWeights,
} from '../../../../lib/planner/performance/calibrated/neuron-times';
import { rankWork } from '../../../../lib/planner/performance/calibrated/rank-work';
import { scoreOf } from '../../../../lib/planner/performance/calibrated/scores';
import { sharpMaximum, smoothMaximum } from '../../../../lib/planner/performance/calibrated/smooth';
import { monthsOld, softwareDate } from '../../../../lib/planner/performance/calibrated/software-dates';
import { meanWaveSeconds, queueWait } from '../../../../lib/planner/performance/calibrated/wave';

const model = (id: string) => findModel(defaultCatalog, id);
const ONE = { tensorParallel: 1, attentionDataParallel: 1, expertTensorParallel: 1, expertParallel: 1 };

describe('smooth maxima', () => {
  test('by hand: ∛(3³ + 4³) = ∛91, ⁴√(3⁴ + 4⁴) = ⁴√337; one side alone is itself', () => {
    expect(smoothMaximum(3, 4)).toBeCloseTo(4.497941, 6);
    expect(sharpMaximum(3, 4)).toBeCloseTo(4.284572, 6);
    expect(smoothMaximum(0, 8)).toBe(8);
  });
});

describe('experts', () => {
  test('uniform routing: one token of Mixtral activates 2 of 8, two tokens 8 (1 − (3/4)²) = 3.5', () => {
    expect(activeExperts(8, 2, 1, 1)).toBeCloseTo(2, 12);
    expect(activeExperts(8, 2, 2, 1)).toBeCloseTo(3.5, 12);
  });

  test('skew activates fewer, never fewer than one token does, never more than there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0.5, max: 1, noNaN: true }), (tokens, spread) => {
        const active = activeExperts(256, 8, tokens, spread);
        expect(active).toBeGreaterThanOrEqual(8 - 1e-9);
        expect(active).toBeLessThanOrEqual(activeExperts(256, 8, tokens, 1) + 1e-9);
        expect(active).toBeLessThanOrEqual(256);
      }),
    );
  });

  test('eight expert ranks: the busiest does 1 + 0.27 × 3 = 1.81 of the mean', () => {
    expect(expertImbalance(8, 0.27)).toBeCloseTo(1.81, 12);
    expect(expertImbalance(1, 0.27)).toBe(1);
  });
});

describe('attention on a rank', () => {
  test('Llama-3.1-8B on 16 ranks keeps one of its 8 key-value heads: 32 layers × 2 × 1 × 128 × 2 bytes', () => {
    expect(attentionWork(model('meta-llama/Meta-Llama-3.1-8B'), 16, 2).kvBytesPerToken).toBe(16_384);
    expect(attentionWork(model('meta-llama/Meta-Llama-3.1-8B'), 1, 2).kvBytesPerToken).toBe(131_072);
  });

  test('a latent is not split: DeepSeek-R1 keeps 61 × (512 + 64) × 1 byte on every rank', () => {
    expect(attentionWork(model('deepseek-ai/DeepSeek-R1'), 1, 1).latentBytesPerToken).toBe(35_136);
    expect(attentionWork(model('deepseek-ai/DeepSeek-R1'), 8, 1).latentBytesPerToken).toBe(35_136);
  });
});

describe('formats', () => {
  test('four-bit checkpoints of MoE models keep attention in bf16, dense ones do not', () => {
    expect(formatsOf(model('openai/gpt-oss-120b'), 'fp4', 2)).toMatchObject({ attention: 'bf16', experts: 'mxfp4' });
    expect(formatsOf(model('deepseek-ai/DeepSeek-R1'), 'fp4', 2)).toMatchObject({
      attention: 'bf16',
      experts: 'nvfp4',
    });
    expect(formatsOf(model('meta-llama/Meta-Llama-3.1-70B'), 'fp4', 2)).toMatchObject({
      attention: 'nvfp4',
      dense: 'nvfp4',
    });
    expect(formatsOf(model('deepseek-ai/DeepSeek-R1'), 'fp8', 2).attention).toBe('fp8Block');
  });

  test('a checkpoint served as published keeps in bf16 what it does', () => {
    const dense = model('meta-llama/Meta-Llama-3.1-70B');
    const checkpoint = { precision: 'fp8', block: 'channel', unquantized: ['attention', 'norms'] } as const;
    expect(formatsOf({ ...dense, checkpoint }, 'fp8', 2)).toMatchObject({ attention: 'bf16', dense: 'fp8' });
    const sparse = model('MiniMaxAI/MiniMax-M2.5');
    const shared = { precision: 'fp8', block: 'tensor', unquantized: ['sharedExperts'] } as const;
    expect(formatsOf({ ...sparse, checkpoint: shared }, 'fp8', 2)).toMatchObject({ dense: 'bf16', experts: 'fp8' });
    expect(formatsOf(sparse, 'fp8', 2)).toMatchObject({ attention: 'fp8Block', experts: 'fp8Block' });
  });

  test('what a request says wins', () => {
    const said = { unquantizedParts: ['dense'], kvCacheDtype: 'bf16' } as const;
    expect(formatsOf(model('deepseek-ai/DeepSeek-R1'), 'fp4', 2, said)).toMatchObject({
      attention: 'nvfp4',
      dense: 'bf16',
    });
    expect(kvBytesOf(model('deepseek-ai/DeepSeek-R1'), 'fp4', 'trtllm', 'blackwell', said)).toBe(2);
  });
});

describe('memory', () => {
  test('Llama-3.1-8B in bf16 leaves 80 GB × 0.9 − 16.06 GB − 4 GB for 131,072 bytes a token', () => {
    // Weights: 2 × (6,979,321,856 + 2 × 525,336,576) = 16,059,990,016 bytes. (72e9 − 16.059990016e9 − 4e9) / 131072 = 396,270.8
    const w = rankWork(
      model('meta-llama/Meta-Llama-3.1-8B'),
      findAccelerator(defaultCatalog, 'H100'),
      ONE,
      formatsOf(model('meta-llama/Meta-Llama-3.1-8B'), 'bf16', 2),
    );
    expect(weightBytes(w)).toBe(16_059_990_016);
    expect(kvCapacityTokens(w, 80e9, { fraction: 0.9, reserveBytes: 4e9 })).toBeCloseTo(396_270.8, 0);
    expect(kvCapacityTokens(w, 10e9, { fraction: 0.9, reserveBytes: 4e9 })).toBe(0);
  });
});

describe('waves', () => {
  test('arrivals at once wait (n − 1) S / 2 and a little; far apart they wait ρ S / 2 of a random queue', () => {
    // n = 11, S = 1, width 0: fluid 5, wait (5 + √(25 + 10)) / 2 = 5.458. Width 1100: fluid −495, wait (−495 + √(245025 + 10)) / 2.
    expect(queueWait(11, 1, 0)).toBeCloseTo(5.45804, 5);
    expect(queueWait(11, 1, 1100)).toBeCloseTo(0.00505, 4);
  });

  test('one wave of four prompts, two a step, takes 0.1 × (4 + 2) / 2', () => {
    expect(
      meanWaveSeconds({ slots: 4, service: 0.1, together: 2, gain: 1, cycle: 10, waves: 1, first: 1 }),
    ).toBeCloseTo(0.3, 12);
  });

  test('more slots, longer service or less spread never shorten the wait', () => {
    const waves = fc.record({
      slots: fc.integer({ min: 1, max: 500 }),
      service: fc.double({ min: 1e-4, max: 2, noNaN: true }),
      together: fc.constant(1),
      gain: fc.double({ min: 0, max: 50, noNaN: true }),
      cycle: fc.double({ min: 0.1, max: 500, noNaN: true }),
      waves: fc.constant(10),
      first: fc.constant(1),
    });
    fc.assert(
      fc.property(waves, (w) => {
        const before = meanWaveSeconds(w) * (1 - 1e-9);
        expect(meanWaveSeconds({ ...w, slots: w.slots + 1 })).toBeGreaterThanOrEqual(before);
        expect(meanWaveSeconds({ ...w, gain: w.gain / 2 })).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});

describe('scores', () => {
  test('by hand: 10 % high and 10 % low', () => {
    const s = scoreOf([Math.log(1.1), Math.log(0.9)]);
    expect(s.mape).toBeCloseTo(0.1, 12);
    expect(s.bias).toBeCloseTo(Math.sqrt(1.1 * 0.9) - 1, 12);
    expect(s.geometric).toBeCloseTo(Math.sqrt(1.1 / 0.9) - 1, 12);
  });
});

describe('bands', () => {
  const errors = (n: number, pair: string, sigma: number) =>
    Array.from({ length: n }, (_, i) => ({ pair, group: 'vllm', logError: sigma * (i - (n - 1) / 2) }));

  test('a band always holds its prediction, and widens with the distance from evidence', () => {
    const model = bandModel([...errors(50, 'a', 0.01), ...errors(20, 'b', 0.02)], 0.8);
    const near = bandOf(model, 'vllm');
    const far = bandOf(model, 'vllm', 2);
    expect(near.low).toBeLessThanOrEqual(1);
    expect(near.high).toBeGreaterThanOrEqual(1);
    expect(far.high / far.low).toBeGreaterThan(near.high / near.low);
  });

  test('pairs that resemble each other are covered at the level, one unlike the others is not', () => {
    const alike = [...errors(100, 'a', 0.01), ...errors(100, 'b', 0.01), ...errors(100, 'c', 0.01)];
    expect(bandScore(alike, scoreBands(alike, 0.8, true)).coverage).toBeCloseTo(0.8, 1);
    const odd = alike.map((e) => (e.pair === 'c' ? { ...e, logError: e.logError + 3 } : e));
    const score = bandScore(
      odd.filter((e) => e.pair === 'c'),
      scoreBands(odd, 0.8, true),
    );
    expect(score.coverage).toBe(0);
  });
});

describe('the decision test', () => {
  const row = (concurrency: number, tpotSeconds: number): Measurement => ({
    id: String(concurrency),
    model: 'm',
    accelerator: 'H100',
    engine: 'vllm',
    engineVersion: '',
    precision: 'fp8',
    inputTokens: 100,
    outputTokens: 101,
    concurrency,
    accelerators: 1,
    tensorParallel: 1,
    attentionDataParallel: 1,
    expertTensorParallel: 1,
    expertParallel: 1,
    protocol: 'other',
    measuredOn: '',
    saturated: false,
    ttftSeconds: 1e-9,
    tpotSeconds,
  });

  test('truth never misses and regrets nothing; predicting half picks what misses', () => {
    // At 15 ms only 10 ms × 8 is feasible; at 25 and 40 ms 20 ms × 32 is.
    const rows = [row(8, 0.01), row(32, 0.02)];
    expect(decisionScore(rows, rows, 0)).toMatchObject({ cells: 3, picks: 3, missShare: 0, meanRegret: 0 });
    const half = rows.map((m) => ({ ttftSeconds: m.ttftSeconds, tpotSeconds: m.tpotSeconds / 2 }));
    expect(decisionScore(rows, half, 0).missShare).toBeCloseTo(1 / 3, 12);
  });

  test('a cell without a pick regrets everything', () => {
    const rows = [row(8, 0.01), row(32, 0.02)];
    const far = rows.map((m) => ({ ...m, tpotSeconds: 1 }));
    expect(decisionScore(rows, far, 0)).toMatchObject({ picks: 0, meanRegret: 1 });
  });
});

describe('software dates', () => {
  test('a version cannot be younger than its release, nor a measurement older than its day', () => {
    expect(softwareDate('vllm', '0.12.0', '2026-03-01')).toBe('2025-12-05');
    expect(softwareDate('vllm', '', '2026-03-01')).toBe('2026-03-01');
    expect(softwareDate('vllm', 'unheard-of', '')).toBeUndefined();
  });

  test('months count back from May 2026; unknown is newest', () => {
    expect(monthsOld('2026-03-01')).toBe(2);
    expect(monthsOld(undefined)).toBe(0);
    expect(monthsOld('2030-01-01')).toBe(0);
  });
});

describe('draws', () => {
  test('are reproducible and without repetition', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 200 }), fc.integer({ min: 1, max: 99 }), (n, seed) => {
        const drawn = drawIndices(n, 5, seed);
        expect(drawIndices(n, 5, seed)).toEqual(drawn);
        expect(new Set(drawn).size).toBe(5);
        expect(drawn.every((i) => i >= 0 && i < n)).toBe(true);
      }),
    );
  });

  test('of neighbouring seeds differ in every place', () => {
    // Twenty draws of five from a hundred: by chance alone a place repeats an index now and then, never all twenty times.
    const draws = Array.from({ length: 20 }, (_, i) => drawIndices(100, 5, 1 + i));
    for (const place of [0, 1, 2, 3, 4]) expect(new Set(draws.map((draw) => draw[place])).size).toBeGreaterThan(10);
  });
});

describe('Neuron', () => {
  const zero = Object.fromEntries(NEURON_NAMES.map((name) => [name, 0])) as NeuronCoefficients;
  const perfect: NeuronCoefficients = {
    ...zero,
    weightMemory2: 1,
    weightMemory3: 1,
    cacheMemory: 1,
    prefill: 1,
    expertPrefill: 1,
  };
  const llama = model('meta-llama/Meta-Llama-3.1-8B');

  test('a core keeps at least one key-value head: 24 cores hold 24 of 8', () => {
    expect(neuronKvBytes(llama, 24)).toBe(32 * 2 * 24 * 128 * 2);
    expect(neuronKvBytes(llama, 4)).toBe(32 * 2 * 8 * 128 * 2);
  });

  test('perfect chips: weights and cache over bandwidth, 2 FLOP per parameter and token over peak', () => {
    const inf2 = findAccelerator(defaultCatalog, 'INF2');
    const t = neuronTimes(
      {
        model: llama,
        accelerator: inf2,
        engine: 'neuron-static',
        chips: 4,
        batch: 2,
        concurrency: 2,
        inputTokens: 1000,
        outputTokens: 100,
        bytesPerWeight: 2,
        sampledOnHost: false,
      },
      perfect,
    );
    const bandwidth = 4 * (inf2.memoryBandwidthBytesPerSecond ?? 0);
    expect(t.stepSeconds).toBeCloseTo((2 * llama.totalParameters + 2 * 1100 * 131_072) / bandwidth, 9);
    expect(t.ttftSeconds).toBeCloseTo((2 * 2 * llama.activeParameters * 1000) / (4 * 190e12), 9);
  });

  test('static loops of NeuronCore v2 pad heads: 32 query heads on 24 cores are 48, and so are the key-value heads', () => {
    expect(neuronKvBytes(llama, 24, true)).toBe(32 * 2 * 48 * 128 * 2);
    expect(neuronKvBytes(llama, 32, true)).toBe(32 * 2 * 32 * 128 * 2);
    expect(neuronKvBytes(llama, 8, true)).toBe(32 * 2 * 8 * 128 * 2);
    // Sixteen more query heads and forty more key-value heads, each 4096 × 128 twice (query and output, key and value), 32 layers.
    expect(paddingWeights(llama, 24, true)).toBe(32 * 4096 * 128 * 2 * (16 + 40));
    expect(paddingWeights(llama, 8, true)).toBe(0);
  });

  test('sampling on the host copies 8 × 128,256 logits at 5 ns and chooses among 2 × 128,256 at 10 ns', () => {
    const served = {
      model: llama,
      accelerator: findAccelerator(defaultCatalog, 'INF2'),
      engine: 'vllm-neuron' as const,
      chips: 4,
      batch: 8,
      concurrency: 2,
      inputTokens: 1000,
      outputTokens: 100,
      bytesPerWeight: 2,
      sampledOnHost: false,
    };
    const c = { ...perfect, logitCopy: 5e-9, logitSample: 10e-9 };
    const more = neuronTimes({ ...served, sampledOnHost: true }, c).stepSeconds - neuronTimes(served, c).stepSeconds;
    expect(more).toBeCloseTo(8 * 128_256 * 5e-9 + 2 * 128_256 * 10e-9, 12);
  });

  test('requests without a slot wait by Little: 6 in flight on 2 slots wait for two services of 100 tokens', () => {
    const load = {
      model: llama,
      accelerator: findAccelerator(defaultCatalog, 'INF2'),
      engine: 'neuron-static' as const,
      chips: 4,
      batch: 2,
      concurrency: 6,
      inputTokens: 1000,
      outputTokens: 100,
      bytesPerWeight: 2,
      sampledOnHost: false,
    };
    const t = neuronTimes(load, perfect);
    expect(t.ttftSeconds).toBeCloseTo(2 * t.prefillSeconds + 2 * 100 * t.tpotSeconds, 9);
  });

  test("a row of llmperf counts another tokenizer's tokens, the first token and half the wait into its latency", () => {
    const m: NeuronMeasurement = {
      model: llama.id,
      accelerator: 'INF2',
      engine: 'vllm-neuron',
      chips: 4,
      batch: 1,
      concurrency: 3,
      inputTokens: 1500,
      outputTokens: 150,
      bytesPerWeight: 2,
      sampledOnHost: false,
      metric: 'latencyPerToken',
      tpotSeconds: 1,
      ttftSeconds: undefined,
    };
    const [sample] = neuronSamples([m], defaultCatalog) as [NeuronSample];
    // 128,256 / 32,000 = 4.008 times the vocabulary: at an exponent of a half each token is 2.00200 of llmperf's.
    const c = { ...perfect, vocabularyReach: 0.5 };
    const ratio = Math.sqrt(128_256 / 32_000);
    const t = neuronTimes({ ...sample.load, inputTokens: 1500 / ratio, outputTokens: 150 / ratio }, c);
    const alone = t.prefillSeconds + (150 / ratio) * t.tpotSeconds;
    expect(neuronMetric(sample, c)).toBeCloseTo(((1 + 3) / 2) * (alone / 150), 9);
    expect(neuronMetric({ ...sample, m: { ...m, metric: 'itl' } }, c)).toBe(neuronTimes(sample.load, c).tpotSeconds);
  });
});
