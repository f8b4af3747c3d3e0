import { bandOf, slowdownOf } from '../../../../lib/planner/performance/calibrated/bands';
import { CAUTION } from '../../../../lib/planner/performance/calibrated/caution';
import { NEURON_FILE } from '../../../../lib/planner/performance/calibrated/coefficients';
import { neuronSteps } from '../../../../lib/planner/performance/calibrated/neuron-steps';
import { neuronTimes } from '../../../../lib/planner/performance/calibrated/neuron-times';
import { stagedSteps } from '../../../../lib/planner/performance/calibrated/pipeline-steps';
import { slowdownAt } from '../../../../lib/planner/performance/confidence';
import { defaultModel } from '../../../../lib/planner/performance/default-model';
import type { EngineStep, StepTimes } from '../../../../lib/planner/performance/performance-model';
import { rooflineModel } from '../../../../lib/planner/performance/roofline-model';
import { aReplica } from '../../fixtures';

const model = defaultModel();
const STEP: EngineStep = { decodeSequences: 32, meanContextTokens: 1500, prefillTokens: 0, prefillOffsetTokens: 0 };
const PROMPT: EngineStep = { ...STEP, prefillTokens: 1000 };

function stepsOf(configuration: ReturnType<typeof aReplica>): StepTimes {
  const steps = model.steps(configuration);
  if ('unknown' in steps) throw new Error(steps.unknown);
  return steps;
}

describe('which steps plans are made with', () => {
  test.each([
    ['an H100 that was measured', aReplica('Qwen/Qwen3-8B', 'p5.4xlarge'), 'calibrated'],
    ['an L4 that was not', aReplica('Qwen/Qwen3-8B', 'g6.xlarge'), 'extrapolated'],
    [
      'pipeline stages over two nodes',
      aReplica('meta-llama/Meta-Llama-3.1-70B', 'p5.48xlarge', {
        tensorParallel: 8,
        pipelineParallel: 2,
        nodesPerReplica: 2,
        acceleratorsPerReplica: 16,
      }),
      'extrapolated',
    ],
    [
      'Trainium1',
      aReplica('meta-llama/Meta-Llama-3.1-70B', 'trn1.32xlarge', {
        engine: 'vllm-neuron',
        tensorParallel: 32,
        acceleratorsPerReplica: 16,
      }),
      'calibrated',
    ],
  ] as const)('%s', (_, configuration, basis) => {
    expect(model.basis?.(configuration)).toBe(basis);
    const steps = stepsOf(configuration);
    expect(steps.stepSeconds(STEP)).toBeGreaterThan(0);
    expect(steps.stepSeconds(PROMPT)).toBeGreaterThan(steps.stepSeconds(STEP));
    const roofline = rooflineModel().steps(configuration);
    if ('unknown' in roofline) throw new Error('known');
    expect(steps.stepSeconds(STEP)).not.toBe(roofline.stepSeconds(STEP));
  });

  test('an accelerator without coefficients keeps its roofline, and its band', () => {
    const known = aReplica('Qwen/Qwen3-8B', 'p5.4xlarge');
    const made = { ...known, accelerator: { ...known.accelerator, key: 'MADE-UP' } };
    expect(model.basis?.(made)).toBe('roofline');
    const roofline = rooflineModel().steps(made);
    if ('unknown' in roofline) throw new Error('known');
    expect(stepsOf(made).stepSeconds(STEP)).toBe(roofline.stepSeconds(STEP));
    expect(model.errorBand(made)).toEqual(rooflineModel().errorBand(made));
  });
});

describe('worked by hand', () => {
  test('a band of ± 20 % is exceeded by one in ten: 1 at even odds, 1.2 at nine in ten, 1.392 at 99 in a hundred', () => {
    // 2.3263 / 1.2816 = 1.8152 times as far out: 1.2^1.8152 = 1.392
    const banded = { ...rooflineModel(), errorBand: () => ({ relative: 0.2, source: '' }) };
    const at = (confidence: number) => slowdownAt(banded, aReplica('Qwen/Qwen3-8B', 'p5.4xlarge'), confidence);
    expect(at(0.5)).toBeCloseTo(1, 6);
    expect(at(0.9)).toBeCloseTo(1.2, 6);
    expect(at(0.99)).toBeCloseTo(1.392, 3);
  });

  test('ends of e^−0.2 and e^0.1 at a level of 0.8: e^−0.05 at even odds, e^0.1 at nine in ten', () => {
    const band = { level: 0.8, scale: 0.1, scales: {}, lowerQuantile: -1, upperQuantile: 2 };
    expect(bandOf(band, '')).toEqual({ level: 0.8, low: Math.exp(-0.2), high: Math.exp(0.1) });
    expect(slowdownOf(band, '', 1, 0.5)).toBeCloseTo(Math.exp(-0.05), 6);
    expect(slowdownOf(band, '', 1, 0.9)).toBeCloseTo(Math.exp(0.1), 6);
    expect(slowdownOf(band, '', 2, 0.9)).toBeCloseTo(Math.exp(0.2), 6);
  });

  test('four stages of eight ranks over EFA take the time of a quarter of the sequences and three sends', () => {
    const configuration = aReplica('meta-llama/Meta-Llama-3.1-70B', 'p5.48xlarge', {
      tensorParallel: 8,
      pipelineParallel: 4,
      nodesPerReplica: 4,
      acceleratorsPerReplica: 32,
    });
    const { network } = configuration.instanceType;
    if (network === undefined) throw new Error('a p5.48xlarge has one');
    const instanceType = { ...configuration.instanceType, network: { ...network, efaBytesPerSecond: 400e9 } };
    const steps: StepTimes = { stepSeconds: (s) => 0.001 * s.decodeSequences, boundBy: () => 'decodeBandwidth' };
    // 64 / 4 = 16 sequences: 16 ms. A send: 19 µs + 16 × 8,192 × 2 bytes / 8 ranks at 50 GB/s = 19.65536 µs, three times.
    const staged = stagedSteps(steps, { ...configuration, instanceType }, 1e-6).stepSeconds({
      ...STEP,
      decodeSequences: 64,
    });
    expect(staged).toBeCloseTo(0.016 + 3 * (19e-6 + (16 * 8192 * 2) / 8 / 50e9), 12);
  });

  test('sixteen sequences run in a graph compiled for 16 + 4 √16 + 1 = 33, and a prompt in a step of its own', () => {
    const configuration = aReplica('meta-llama/Meta-Llama-3.1-70B', 'trn1.32xlarge', {
      engine: 'vllm-neuron',
      tensorParallel: 32,
      acceleratorsPerReplica: 16,
    });
    const c = NEURON_FILE.coefficients;
    const steps = neuronSteps(configuration, c);
    const load = {
      model: configuration.model,
      accelerator: configuration.accelerator,
      engine: 'vllm-neuron' as const,
      chips: 16,
      batch: 33,
      concurrency: 16,
      inputTokens: 1500,
      outputTokens: 0,
      bytesPerWeight: 2,
      sampledOnHost: false,
    };
    const alone = steps.stepSeconds({ ...STEP, decodeSequences: 16 });
    expect(alone).toBeCloseTo(neuronTimes(load, c).stepSeconds, 12);
    // 2 × 70.55e9 × 1,000 FLOPs on 16 chips at the fitted share of their peak, as far as others feel it.
    const flops = 16 * (configuration.accelerator.denseFlopsPerSecond.bf16 ?? 0) * c.prefill;
    const prompt = (2 * configuration.model.activeParameters * 1000) / flops;
    expect(steps.stepSeconds({ ...PROMPT, decodeSequences: 16 }) - alone).toBeCloseTo(c.interference * prompt, 9);
  });

  test('steps are the calibrated ones times the factor of caution', () => {
    const bare = defaultModel().steps(aReplica('Qwen/Qwen3-8B', 'p5.4xlarge'));
    if ('unknown' in bare) throw new Error('known');
    // Weights of 8.19e9 parameters in bf16 at 3.35 TB/s are 4.9 ms; efficiency, floors and caution make it 5 to 8 ms.
    const seconds = bare.stepSeconds({ ...STEP, decodeSequences: 1, meanContextTokens: 100 });
    expect(seconds / CAUTION).toBeGreaterThan(0.0049);
    expect(seconds).toBeLessThan(0.008);
  });
});
