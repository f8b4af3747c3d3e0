import { defaultCatalog, findAccelerator, findModel } from '../../../lib/catalog/catalog';
import { coefficientsOfFile } from '../../../lib/planner/performance/calibrated/coefficient-file';
import type { Coefficients } from '../../../lib/planner/performance/calibrated/coefficient-names';
import { COEFFICIENT_FILES } from '../../../lib/planner/performance/calibrated/coefficients';
import { openLoopTimes } from '../../../lib/planner/performance/calibrated/open-loop';
import { percentilesOf } from '../../../lib/planner/performance/calibrated/percentiles';
import { type ReplicaLoad, servingOf, workOf } from '../../../lib/planner/performance/calibrated/replica-load';
import { emptyTimes, requestTimes } from '../../../lib/planner/performance/calibrated/request-time';
import { stepSeconds } from '../../../lib/planner/performance/calibrated/step-time';
import { type SimulatedReplica, type SimulatedTimes, simulate, summaryOf } from './replica-simulation';

const SCV = 0.3;
type Engine = 'vllm' | 'sglang';

/** What measurements say an engine adds around its steps is taken out: the simulation has a bare scheduler. */
function bare(accelerator: string, engine: Engine, stepsBefore: number): Coefficients {
  const file = COEFFICIENT_FILES.find((f) => f.accelerator === accelerator && f.engine === engine);
  if (file === undefined) throw new Error(`no coefficients of ${accelerator} ${engine}`);
  const none = 1e-12;
  return {
    ...coefficientsOfFile(file),
    prefillQueue: 1,
    interference: 1,
    stepsBefore,
    requestOverhead: none,
    tokenOverhead: none,
    frontLag: none,
  };
}

function load(model: string, accelerator: string, engine: Engine, ranks: number, input: number, output: number) {
  const given: ReplicaLoad = {
    model: findModel(defaultCatalog, model),
    accelerator: findAccelerator(defaultCatalog, accelerator),
    engine,
    precision: 'fp8',
    inputTokens: input,
    outputTokens: output,
    inputTokensScv: SCV,
    outputTokensScv: SCV,
    concurrency: 1,
    protocol: 'steady',
    monthsOld: 0,
    tensorParallel: ranks,
    attentionDataParallel: 1,
    expertTensorParallel: ranks,
    expertParallel: 1,
  };
  const work = workOf(given);
  return { work, serving: servingOf(given, work), accelerator, engine };
}
type Loaded = ReturnType<typeof load>;

function replica({ work, serving }: Loaded, c: Coefficients): SimulatedReplica {
  return {
    cost: (s) => stepSeconds(work, c, s.decoding, s.contextTokens, 1, s.prompts, s.tokensPerPrompt, s.offsetTokens, 1),
    chunkTokens: serving.chunkTokens,
    mixed: serving.mixed,
    maxSequences: 1024,
    kvCapacityTokens: serving.kvCapacityTokens,
  };
}

const lengths = ({ serving }: Loaded) => ({
  inputTokens: serving.inputTokens,
  inputTokensScv: SCV,
  outputTokens: serving.outputTokens,
  outputTokensScv: SCV,
});

interface Compared {
  readonly ttft: number;
  readonly ttftP99: number;
  readonly tpot: number;
  readonly tpotP99: number;
  readonly itlP99: number;
}

/** Predicted over simulated, less one. */
function compared(
  t: { readonly ttftSeconds: number; readonly tpotSeconds: number },
  p: { readonly ttftP99Seconds: number; readonly tpotP99Seconds: number; readonly itlP99Seconds: number },
  simulated: SimulatedTimes,
): Compared {
  const [ttft, tpot, itl] = [simulated.ttftSeconds, simulated.tpotSeconds, simulated.itlSeconds].map(summaryOf);
  const over = (a: number, b: number | undefined) => a / (b ?? Number.NaN) - 1;
  return {
    ttft: over(t.ttftSeconds, ttft?.mean),
    ttftP99: over(p.ttftP99Seconds, ttft?.p99),
    tpot: over(t.tpotSeconds, tpot?.mean),
    tpotP99: over(p.tpotP99Seconds, tpot?.p99),
    itlP99: over(p.itlP99Seconds, itl?.p99),
  };
}

function closedLoop(loaded: Loaded, concurrency: number): Compared {
  const c = bare(loaded.accelerator, loaded.engine, 1e-12);
  const serving = { ...loaded.serving, concurrency };
  const t = requestTimes(loaded.work, c, serving, emptyTimes());
  const requests = concurrency * 12 + 400;
  const run = { requests, warmup: concurrency * 3 + 40, concurrency, seed: 7, ...lengths(loaded) };
  return compared(t, percentilesOf(c, serving, t), simulate(replica(loaded, c), run));
}

/** At a share of the largest rate that the simulated replica carries. */
function openLoop(loaded: Loaded, share: number, arrivalScv: number): Compared {
  const c = bare(loaded.accelerator, loaded.engine, 0.5);
  const full = simulate(replica(loaded, c), {
    requests: 1500,
    warmup: 0,
    concurrency: 256,
    seed: 3,
    ...lengths(loaded),
  });
  const requestsPerSecond = (share * 1500) / full.secondsPassed;
  const spread = { inputTokensScv: SCV, outputTokensScv: SCV };
  const t = emptyTimes();
  const p = openLoopTimes(loaded.work, c, loaded.serving, { requestsPerSecond, arrivalScv, ...spread }, 1024, t);
  if (p === undefined || p.saturated) throw new Error('the load is carried in the simulation');
  const run = { requests: 3000, warmup: 300, requestsPerSecond, arrivalScv, seed: 11, ...lengths(loaded) };
  return compared(t, p, simulate(replica(loaded, c), run));
}

const CASES = [
  ['Llama-3.1-8B on an H100', load('meta-llama/Meta-Llama-3.1-8B', 'H100', 'vllm', 1, 1000, 200)],
  ['Llama-3.1-70B on two H200', load('meta-llama/Meta-Llama-3.1-70B', 'H200', 'vllm', 2, 3000, 300)],
  ['Llama-3.1-8B, SGLang', load('meta-llama/Meta-Llama-3.1-8B', 'H100', 'sglang', 1, 1000, 200)],
] as const;

describe('the simulation itself', () => {
  const constant = { inputTokens: 100, inputTokensScv: 0, outputTokens: 11, outputTokensScv: 0, seed: 1, warmup: 0 };
  const slow: SimulatedReplica = {
    cost: ({ decoding, prompts, tokensPerPrompt }) => 0.01 * Math.min(1, decoding) + 0.001 * prompts * tokensPerPrompt,
    chunkTokens: 50,
    mixed: true,
    maxSequences: 8,
    kvCapacityTokens: 1e9,
  };

  test('by hand: a prompt of 100 in chunks of 50 takes 2 × 50 ms, then ten tokens 10 ms each', () => {
    const one = simulate(slow, { ...constant, requests: 1, concurrency: 1 });
    expect(one.ttftSeconds[0]).toBeCloseTo(0.1, 12);
    expect(one.tpotSeconds[0]).toBeCloseTo(0.01, 12);
  });

  test('by hand: two at once fill the budget in turn; the first meets both chunks of the second', () => {
    const two = simulate(slow, { ...constant, requests: 2, concurrency: 2 });
    // Steps: 50, 50 ms (first token of A), then 60, 60 ms with A decoding (first token of B), then 10 ms each.
    expect(two.ttftSeconds[1]).toBeCloseTo(0.22, 12);
    expect(two.tpotSeconds[0]).toBeCloseTo((0.12 + 8 * 0.01) / 10, 12);
  });

  test('what finds no room waits until what is before it has ended', () => {
    const tight = simulate({ ...slow, kvCapacityTokens: 120 }, { ...constant, requests: 2, concurrency: 2 });
    expect(tight.ttftSeconds[1]).toBeCloseTo(0.1 + 10 * 0.01 + 0.1, 12);
  });

  test('arrivals have the rate and the burstiness they are asked for: an idle queue sees them one by one', () => {
    const sparse = simulate(slow, { ...constant, requests: 2000, requestsPerSecond: 0.1, arrivalScv: 4 });
    expect(sparse.secondsPassed / 20_000).toBeGreaterThan(0.85);
    expect(sparse.secondsPassed / 20_000).toBeLessThan(1.15);
  });
});

describe('predictions against the simulation, on the same step times', () => {
  test.each(CASES)('%s, closed loop: means within 6 %%, percentiles within 25 %%', (_, loaded) => {
    for (const concurrency of [1, 16, 64]) {
      const e = closedLoop(loaded, concurrency);
      expect(Math.abs(e.ttft)).toBeLessThan(0.06);
      expect(Math.abs(e.tpot)).toBeLessThan(0.06);
      expect(Math.abs(e.ttftP99)).toBeLessThan(0.25);
      expect(Math.abs(e.tpotP99)).toBeLessThan(0.25);
      expect(Math.abs(e.itlP99)).toBeLessThan(0.4);
    }
  });

  test.each(CASES)(
    '%s, Poisson arrivals up to three quarters: means within 15 %%, percentiles within 25 %%',
    (_, loaded) => {
      for (const share of [0.2, 0.5, 0.75]) {
        const e = openLoop(loaded, share, 1);
        expect(Math.abs(e.ttft)).toBeLessThan(0.15);
        expect(Math.abs(e.tpot)).toBeLessThan(0.15);
        expect(Math.abs(e.ttftP99)).toBeLessThan(0.25);
        expect(Math.abs(e.tpotP99)).toBeLessThan(0.25);
      }
    },
  );

  // Gamma gaps. Where prompts have steps of their own (SGLang) the closed formulas stand, which know no clumps of arrivals.
  test.each([
    [...CASES[0], 0.25],
    [...CASES[1], 0.25],
    [...CASES[2], 0.45],
  ] as const)(
    '%s, bursty arrivals (SCV 4) at half the load: within a quarter, SGLang within 45 %%',
    (_, loaded, within) => {
      const e = openLoop(loaded, 0.5, 4);
      expect(Math.abs(e.ttft)).toBeLessThan(within);
      expect(Math.abs(e.tpot)).toBeLessThan(within);
    },
  );

  test('five times the arrivals that fit are saturated', () => {
    const [, loaded] = CASES[0];
    const arrivals = { requestsPerSecond: 200, arrivalScv: 1, inputTokensScv: 0, outputTokensScv: 0 };
    const c = bare('H100', 'vllm', 0.5);
    expect(openLoopTimes(loaded.work, c, loaded.serving, arrivals, 1024, emptyTimes())?.saturated).toBe(true);
  });
});
