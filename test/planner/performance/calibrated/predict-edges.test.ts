import * as fc from 'fast-check';
import { defaultCatalog, findAccelerator, findModel } from '../../../../lib/catalog/catalog';
import { linksOf, networkSeconds } from '../../../../lib/planner/performance/calibrated/links';
import { perfectHardware } from '../../../../lib/planner/performance/calibrated/perfect-hardware';
import { physicalFloor } from '../../../../lib/planner/performance/calibrated/physical-floor';
import { type PredictError, predictLines, predictor } from '../../../../lib/planner/performance/calibrated/predict';
import type { PredictAnswer } from '../../../../lib/planner/performance/calibrated/predict-answer';
import { type ReplicaLoad, servingOf, workOf } from '../../../../lib/planner/performance/calibrated/replica-load';

const LLAMA_ON_H100: ReplicaLoad = {
  model: findModel(defaultCatalog, 'meta-llama/Meta-Llama-3.1-8B'),
  accelerator: findAccelerator(defaultCatalog, 'H100'),
  engine: 'vllm',
  precision: 'bf16',
  inputTokens: 1000,
  outputTokens: 200,
  concurrency: 1,
  protocol: 'steady',
  monthsOld: 0,
  tensorParallel: 1,
  attentionDataParallel: 1,
  expertTensorParallel: 1,
  expertParallel: 1,
};
const predict = predictor();
const DENSE = {
  id: 'a',
  model: 'meta-llama/Meta-Llama-3.1-8B',
  accelerator: 'H100',
  engine: 'vllm',
  precision: 'bf16',
  inputTokens: 1000,
  outputTokens: 200,
  concurrency: 8,
};
const LATENT = { ...DENSE, model: 'deepseek-ai/DeepSeek-R1', precision: 'fp8', concurrency: 64 };
const LARGE = { id: 1, model: 'meta-llama/Meta-Llama-3.1-70B', inputTokens: 1000, outputTokens: 500, concurrency: 1 };
const answer = (request: object): PredictAnswer => predict(JSON.parse(JSON.stringify(request))) as PredictAnswer;
const errorOf = (request: object): string => (predict(request) as PredictError).error;

describe('lines', () => {
  test('a byte order mark, carriage returns and blank lines change nothing', () => {
    const line = JSON.stringify(DENSE);
    expect(predictLines(`\ufeff${line}\r\n\r\n  \r\n${line}\r\n`)).toBe(predictLines(`${line}\n${line}\n`));
  });

  test('fails on what is no object', () => {
    for (const line of ['[1]', '"x"', '5', 'null', '{"id":1,"inputTokens":NaN}'])
      expect(JSON.parse(predictLines(line))).toEqual({
        id: null,
        error: expect.stringMatching(/^the line is not a JSON/),
      });
  });
});

describe('an open loop beyond what the replica carries', () => {
  const at = (requestsPerSecond: number) => answer({ ...DENSE, concurrency: undefined, requestsPerSecond });

  test('makes as many tokens as the fullest that keeps up, whatever the rate', () => {
    let most = 0;
    for (let rate = 1; !at(rate).saturated; rate *= 1.05) most = rate;
    const full = at(1e9);
    expect(full.saturated).toBe(true);
    expect(full.outputTokensPerSecond).toBeGreaterThan(most * DENSE.outputTokens);
    expect(full.outputTokensPerSecond).toBeLessThan(most * 1.06 * DENSE.outputTokens);
    expect(at(most * 2).outputTokensPerSecond).toBeCloseTo(full.outputTokensPerSecond ?? 0, -2);
  });

  test('waits as at 99 % of it: longer than just below, not for days', () => {
    expect(at(1e9).ttftSeconds).toBeGreaterThan(at(10).ttftSeconds ?? 0);
    expect(at(1e9).ttftSeconds).toBeLessThan(600);
  });

  test('Neuron makes the tokens that are asked for', () => {
    const rate = { ...LARGE, concurrency: undefined, accelerator: 'TRN1', accelerators: 16, requestsPerSecond: 0.05 };
    expect(answer(rate)).toMatchObject({ saturated: false, outputTokensPerSecond: 25 });
  });
});

describe('saturation of a closed loop', () => {
  test('a lone request with a long prompt and a short answer waits for nobody', () => {
    expect(answer({ ...DENSE, inputTokens: 8000, outputTokens: 20, concurrency: 1 }).saturated).toBe(false);
    expect(answer({ ...DENSE, inputTokens: 8000, outputTokens: 20, concurrency: 1e4 }).saturated).toBe(true);
  });
});

describe('room for one request alone', () => {
  test('has numbers', () => {
    // One request of 8,162 + 2,050 tokens in what a 24 GB accelerator has left, and 253 that want it: rounding left 0.999… active.
    for (let inputTokens = 8000; inputTokens < 8400; inputTokens += 7) {
      const a = answer({
        ...DENSE,
        model: 'Qwen/Qwen3-32B-FP8',
        accelerator: 'A10G',
        engine: 'trtllm',
        precision: 'fp4',
        inputTokens,
        outputTokens: 2050,
        concurrency: 253,
        accelerators: 1,
        protocol: 'inferencex',
      });
      expect(a).toMatchObject({ fits: true, maxConcurrency: 1 });
      for (const value of [a.ttftSeconds, a.ttftP99Seconds, a.tpotP99Seconds, a.outputTokensPerSecond])
        expect(value).toBeGreaterThan(0);
    }
  });
});

describe('the share of memory that a request states', () => {
  test('is kept to: a hundredth of an H100 holds nothing', () => {
    expect(answer({ ...DENSE, gpuMemoryUtilization: 0.01 }).fits).toBe(false);
    const tokens = (share: number) => answer({ ...DENSE, gpuMemoryUtilization: share }).kvCapacityTokens ?? 0;
    expect(tokens(0.3)).toBeLessThan(tokens(0.5));
  });
});

describe('nodes', () => {
  test('by hand: two H100 nodes reach each other over 400 GB/s of EFA, there and back in 38 µs; eight in three times that', () => {
    const h100 = defaultCatalog.accelerators.find((a) => a.key === 'H100');
    if (h100 === undefined) throw new Error('no H100');
    expect(linksOf(h100, 'p5.48xlarge', defaultCatalog)).toEqual({
      domainSize: 8,
      instanceSize: 8,
      near: 450e9,
      far: 400e9,
    });
    expect([1, 2, 8].map(networkSeconds)).toEqual([0, 38e-6, 3 * 38e-6]);
  });

  test('sixteen H100 are two nodes, said so, extrapolated and slower than if one could hold them', () => {
    const two = answer({ ...LATENT, accelerators: 16 });
    const one = answer({ ...LATENT, accelerators: 16, nodes: 1 });
    expect(two.chosen).toContain('nodes 2');
    expect([two.basis, one.basis]).toEqual(['extrapolated', 'calibrated']);
    expect(two.tpotSeconds).toBeGreaterThan(one.tpotSeconds ?? 0);
    expect({ ...answer({ ...LATENT, accelerators: 16, nodes: 2 }), chosen: [] }).toEqual({ ...two, chosen: [] });
  });

  test('stages along nodes keep their collectives inside: the network carries one message a token', () => {
    const staged = { ...LATENT, accelerators: 16, pipelineParallel: 2 };
    const more = (answer(staged).tpotSeconds ?? 0) - (answer({ ...staged, nodes: 1 }).tpotSeconds ?? 0);
    expect(more).toBeGreaterThan(19e-6);
    expect(more).toBeLessThan(50e-6);
  });
});

describe('what is left out', () => {
  test('stays within the instance type that is named', () => {
    expect(answer({ ...LARGE, instanceType: 'g6.xlarge' })).toMatchObject({ fits: false });
    expect(answer({ ...LARGE, instanceType: 'g6.xlarge' }).chosen).toContain('accelerators 1');
    expect(answer({ ...LARGE, instanceType: 'p5.48xlarge' }).chosen).toContain('accelerators 4');
  });

  test('follows the experts that are said', () => {
    expect(answer({ ...LATENT, accelerator: 'B300', expertParallel: 8 }).chosen).toContain('accelerators 8');
  });

  test('is chosen on Neuron too', () => {
    expect(answer({ ...LARGE, instanceType: 'trn2.48xlarge' })).toMatchObject({ fits: true });
    expect(answer({ ...LARGE, instanceType: 'inf2.48xlarge' }).chosen).toContain('accelerators 8');
  });

  test('a draft model that nobody knows is said to be a guess', () => {
    const speculative = { draftTokens: 3, acceptanceLength: 2, draftModel: 'nobody/draft' };
    expect(answer({ ...DENSE, speculative }).chosen.join()).toContain('a draft model that the catalogue does not have');
  });
});

describe('a band', () => {
  test('by hand: Llama-3.1-8B in bf16 reads 15.009 GB of weights and one cache of 1,100 tokens, at 3.35 TB/s at best', () => {
    // 6,979,321,856 + 525,336,576 weights × 2 bytes + 1,100 × 131,072 bytes = 15,153,496,064 bytes over 3.35e12 B/s = 4.5234 ms
    const work = workOf(LLAMA_ON_H100);
    const floor = physicalFloor(work, perfectHardware(), servingOf(LLAMA_ON_H100, work), 1);
    expect(floor.tpotSeconds * 1e3).toBeCloseTo(4.5234, 4);
    // 1,000 tokens × 2 × 6,979,321,856 FLOPs over 989e12 is 14.114 ms, longer than reading the weights.
    expect(floor.ttftSeconds * 1e3).toBeCloseTo(14.114, 2);
  });

  test('never reaches below what the hardware takes to read the weights', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('openai/gpt-oss-120b', 'meta-llama/Meta-Llama-3.1-8B', 'moonshotai/Kimi-K2.5'),
        fc.constantFrom('H100', 'B200', 'L4', 'RTXPRO6000', 'A10G', 'GB300'),
        fc.constantFrom('bf16', 'fp8', 'fp4', 'int4'),
        fc.constantFrom('vllm', 'trtllm'),
        fc.integer({ min: 1, max: 64 }),
        fc.constantFrom(1, 2, 4, 8),
        (model, accelerator, precision, engine, concurrency, accelerators) => {
          const a = answer({ ...DENSE, model, accelerator, precision, engine, concurrency, accelerators });
          if (a.errorBand === null) return;
          const found = findModel(defaultCatalog, model);
          const bandwidth = findAccelerator(defaultCatalog, accelerator).memoryBandwidthBytesPerSecond ?? 0;
          const bytes = { bf16: 2, fp8: 1, fp4: 0.53, int4: 0.5 }[precision as 'bf16'];
          // Active parameters count embeddings that are looked up, not read.
          const read = found.activeParameters - found.hidden * found.vocabulary;
          const least = (read * bytes) / bandwidth / accelerators;
          expect(a.errorBand.tpotSeconds[0]).toBeGreaterThanOrEqual(least * 0.95);
          expect(a.errorBand.tpotSeconds[0]).toBeLessThanOrEqual(a.tpotSeconds ?? 0);
        },
      ),
    );
  });
});

describe('a Neuron server', () => {
  const NEURON = { ...DENSE, model: 'openai/gpt-oss-120b', engine: undefined, accelerator: 'TRN2', accelerators: 4 };

  test('holds as many requests as its graph was compiled for: 32, or what is said', () => {
    expect(answer({ ...NEURON, precision: 'fp8', concurrency: 64 })).toMatchObject({
      maxConcurrency: 32,
      saturated: true,
    });
    expect(answer({ ...NEURON, precision: 'fp8', maxNumSeqs: 48 }).maxConcurrency).toBe(48);
  });

  test('without units for fp4 widens its weights to bf16 and says so; Trainium3 keeps them', () => {
    const wide = answer({ ...NEURON, precision: 'fp4' });
    expect(wide.chosen).toContain('fp4 weights widened to bf16');
    expect(wide.tpotSeconds).toBe(answer({ ...NEURON, precision: 'bf16' }).tpotSeconds);
    const kept = answer({ ...NEURON, accelerator: 'TRN3', precision: 'fp4' });
    expect(kept.chosen.join()).not.toContain('widened');
    expect(kept.tpotSeconds).toBeLessThan(
      answer({ ...NEURON, accelerator: 'TRN3', precision: 'fp8' }).tpotSeconds ?? 0,
    );
  });
});

describe('fails on a line', () => {
  test('whose numbers contradict each other', () => {
    expect(errorOf({ ...LATENT, accelerators: 8, expertTensorParallel: 8, expertParallel: 8 })).toBe(
      'expertTensorParallel × expertParallel is 8 × 8 but a stage has 8 accelerators; make them equal',
    );
    expect(errorOf({ ...DENSE, accelerators: 7 })).toMatch(/has 32 attention heads; give a number that divides them/);
    expect(errorOf({ ...DENSE, speculative: { draftTokens: 3, acceptanceLength: 5 } })).toMatch(
      /at most draftTokens \+ 1/,
    );
    expect(errorOf({ ...DENSE, softwareDate: 'yesterday' })).toMatch(/^softwareDate: not a date/);
  });

  test('whose quantization is misspelt or of another precision', () => {
    expect(errorOf({ ...DENSE, precision: 'fp8', quantization: 'blok' })).toBe(
      'quantization: "blok" is not known; give one of tensor, channel, block, nvfp4, mxfp4',
    );
    expect(errorOf({ ...DENSE, unquantizedParts: ['atention'] })).toBe(
      'unquantizedParts.0: "atention" is not known; give one of attention, dense, shared',
    );
    expect(errorOf({ ...DENSE, kvCacheDtype: 'fp7' })).toMatch(/^kvCacheDtype: "fp7" is not known; give one of auto/);
    expect(errorOf({ ...DENSE, precision: 'fp8', quantization: 'mxfp4' })).toBe(
      'quantization is mxfp4 but precision is fp8; give tensor or channel or block, or the precision that it belongs to',
    );
    expect(errorOf({ ...DENSE, quantization: 'block' })).toMatch(/precision is bf16; leave it out, or the precision/);
  });

  test('but not on a month', () => {
    expect(answer({ ...DENSE, softwareDate: '2025-10' })).toEqual(answer({ ...DENSE, softwareDate: '2025-10-01' }));
  });
});
