import { defaultCatalog } from '../../../../lib/catalog/catalog';
import { linksOf, networkSeconds } from '../../../../lib/planner/performance/calibrated/links';
import { type PredictError, predictLines, predictor } from '../../../../lib/planner/performance/calibrated/predict';
import type { PredictAnswer } from '../../../../lib/planner/performance/calibrated/predict-answer';

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

  test('stages along nodes keep their collectives inside', () => {
    const staged = { ...LATENT, accelerators: 16, pipelineParallel: 2 };
    expect(answer(staged).tpotSeconds).toBeCloseTo(answer({ ...staged, nodes: 1 }).tpotSeconds ?? 0, 9);
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

  test('but not on a month', () => {
    expect(answer({ ...DENSE, softwareDate: '2025-10' })).toEqual(answer({ ...DENSE, softwareDate: '2025-10-01' }));
  });
});
