import fc from 'fast-check';
import type { Accelerator } from '../../../lib/catalog/accelerator';
import { defaultCatalog, findAccelerator, findInstanceType, findModel } from '../../../lib/catalog/catalog';
import type { InstanceType } from '../../../lib/catalog/instance-type';
import { conversationLengths } from '../../../lib/deployments/conversation-lengths';
import type {
  Coefficients,
  EngineCoefficients,
  GemmCoefficients,
  GpuCoefficients,
  LinkCoefficients,
} from '../../../lib/planner/performance/coefficients';
import { replicaShapes } from '../../../lib/planner/performance/parallelism';
import type { EngineStep, ReplicaConfiguration } from '../../../lib/planner/performance/performance-model';
import { rooflineModel } from '../../../lib/planner/performance/roofline-model';
import { requestSlots, servingPoint, tpotQuantile, ttftQuantile } from '../../../lib/planner/performance/serving';
import { servingDemand } from '../../../lib/planner/performance/serving-demand';
import { STATED_COEFFICIENTS } from '../../../lib/planner/performance/stated-coefficients';

const TYPES = [
  'g6.12xlarge',
  'g6e.48xlarge',
  'g7e.12xlarge',
  'p4d.24xlarge',
  'p5.48xlarge',
  'p6-b200.48xlarge',
  'trn1.32xlarge',
  'trn2.48xlarge',
];
const MODELS = [
  'Qwen/Qwen3-8B',
  'Qwen/Qwen3-30B-A3B',
  'openai/gpt-oss-20b',
  'deepseek-ai/DeepSeek-V3',
  'Qwen/Qwen3.5-27B',
  'zai-org/GLM-5',
];

/** Any legal shape of a model on a type, in the checkpoint's own precision. */
const configuration: fc.Arbitrary<ReplicaConfiguration> = fc
  .tuple(fc.constantFrom(...TYPES), fc.constantFrom(...MODELS), fc.nat())
  .map(([typeName, modelId, pick]) => {
    const instanceType = findInstanceType(defaultCatalog, typeName);
    const accelerator = findAccelerator(defaultCatalog, instanceType.acceleratorKey);
    const model = findModel(defaultCatalog, modelId);
    const engine = accelerator.vendor === 'aws' ? 'vllm-neuron' : 'vllm';
    const { legal } = replicaShapes(model, accelerator, instanceType, model.checkpoint.precision, engine);
    const shape = legal[pick % legal.length];
    if (shape === undefined) throw new Error('tp1 is always legal');
    return { model, accelerator, instanceType, shape };
  });

const step: fc.Arbitrary<EngineStep> = fc.record({
  decodeSequences: fc.integer({ min: 0, max: 512 }),
  meanContextTokens: fc.integer({ min: 0, max: 100_000 }),
  prefillTokens: fc.integer({ min: 0, max: 8192 }),
  prefillOffsetTokens: fc.integer({ min: 0, max: 50_000 }),
});

function stepSeconds(configured: ReplicaConfiguration, at: EngineStep, coefficients = STATED_COEFFICIENTS): number {
  const steps = rooflineModel(coefficients).steps(configured);
  if ('unknown' in steps) throw new Error(steps.unknown);
  return steps.stepSeconds(at);
}

const times = (value: number | undefined, factor: number) => (value === undefined ? undefined : value * factor);

function scaledAccelerator(
  accelerator: Accelerator,
  memory: number,
  bandwidth: number,
  flops: number,
  link = 1,
): Accelerator {
  const { bf16, fp8, fp4 } = accelerator.denseFlopsPerSecond;
  return {
    ...accelerator,
    memoryBytes: times(accelerator.memoryBytes, memory),
    memoryBandwidthBytesPerSecond: times(accelerator.memoryBandwidthBytesPerSecond, bandwidth),
    scaleUpBytesPerSecond: times(accelerator.scaleUpBytesPerSecond, link),
    denseFlopsPerSecond: {
      ...(bf16 === undefined ? {} : { bf16: bf16 * flops }),
      ...(fp8 === undefined ? {} : { fp8: fp8 * flops }),
      ...(fp4 === undefined ? {} : { fp4: fp4 * flops }),
    },
  };
}

describe('law 6: better hardware is never worse', () => {
  const better = fc.double({ min: 1, max: 8, noNaN: true });

  test('more bandwidth, FLOP/s or link rate never makes a step longer', () => {
    fc.assert(
      fc.property(configuration, step, better, better, better, (configured, at, bandwidth, flops, link) => {
        const accelerator = scaledAccelerator(configured.accelerator, 1, bandwidth, flops, link);
        return stepSeconds({ ...configured, accelerator }, at) <= stepSeconds(configured, at) * (1 + 1e-12);
      }),
      { numRuns: 500 },
    );
  });

  test('more memory never makes a fit fail or leaves less room', () => {
    fc.assert(
      fc.property(configuration, better, (configured, memory) => {
        const accelerator = scaledAccelerator(configured.accelerator, memory, 1, 1);
        const model = rooflineModel();
        const small = model.memory(configured);
        const large = model.memory({ ...configured, accelerator });
        if ('unknown' in small || !small.fits) return true;
        return !('unknown' in large) && large.fits && large.kvCapacityTokens >= small.kvCapacityTokens;
      }),
    );
  });

  test('more tokens never make a step shorter', () => {
    const more = fc.record({ sequences: fc.nat(64), context: fc.nat(5000), prompt: fc.nat(4000) });
    fc.assert(
      fc.property(configuration, step, more, (configured, at, { sequences, context, prompt }) => {
        const larger = {
          ...at,
          decodeSequences: at.decodeSequences + sequences,
          meanContextTokens: at.meanContextTokens + context,
          prefillTokens: at.prefillTokens + prompt,
        };
        return stepSeconds(configured, larger) >= stepSeconds(configured, at) * (1 - 1e-12);
      }),
      { numRuns: 500 },
    );
  });
});

/** Every figure of the model in other units: a second is `time` new ones, a byte `bytes`. FLOPs per second scale with time. */
function inUnits(coefficients: Coefficients, time: number, bytes: number): Coefficients {
  const gemm = (g: GemmCoefficients): GemmCoefficients => ({ ...g, launchSeconds: g.launchSeconds * time });
  const link = (l: LinkCoefficients): LinkCoefficients => ({ ...l, latencySeconds: l.latencySeconds * time });
  const mapped = <K extends string, V>(record: Readonly<Record<K, V>>, change: (value: V) => V) =>
    Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, change(value)])) as Record<K, V>;
  const attention = (a: GpuCoefficients['attention']) => ({
    ...a,
    prefillLaunchSeconds: a.prefillLaunchSeconds * time,
    decodeLaunchSeconds: a.decodeLaunchSeconds * time,
  });
  const engine = (e: EngineCoefficients): EngineCoefficients => ({
    ...e,
    hostSecondsPerStep: e.hostSecondsPerStep * time,
    hostSecondsPerSequence: e.hostSecondsPerSequence * time,
    prefillSecondsPerLayer: e.prefillSecondsPerLayer * time,
  });
  return {
    ...coefficients,
    engines: mapped(coefficients.engines, engine),
    accelerators: mapped(coefficients.accelerators, (generation) =>
      generation.kind === 'neuron'
        ? { ...generation, layerSeconds: generation.layerSeconds * time }
        : {
            ...generation,
            gemm: mapped(generation.gemm, gemm),
            experts: mapped(generation.experts, gemm),
            attention: attention(generation.attention),
            latentAttention: attention(generation.latentAttention),
            fabric: link(generation.fabric),
            pcie: link(generation.pcie),
            efa: link(generation.efa),
            elementwiseSecondsPerLayer: generation.elementwiseSecondsPerLayer * time,
          },
    ),
    memory: {
      ...coefficients.memory,
      reserveBytes: coefficients.memory.reserveBytes * bytes,
      cacheBytesPerValue: coefficients.memory.cacheBytesPerValue * bytes,
      stateBytesPerValue: coefficients.memory.stateBytesPerValue * bytes,
      bytesPerParameter: mapped(coefficients.memory.bytesPerParameter, (value) => value * bytes),
    },
  };
}

function hardwareInUnits(configured: ReplicaConfiguration, time: number, bytes: number): ReplicaConfiguration {
  const rate = bytes / time;
  const { network } = configured.instanceType;
  const instanceType: InstanceType = {
    ...configured.instanceType,
    network:
      network === undefined ? undefined : { ...network, efaBytesPerSecond: times(network.efaBytesPerSecond, rate) },
  };
  return {
    ...configured,
    instanceType,
    accelerator: scaledAccelerator(configured.accelerator, bytes, rate, 1 / time, rate),
  };
}

describe('law 9: units', () => {
  const power = fc.integer({ min: -20, max: 20 }).map((exponent) => 2 ** exponent);

  test('in other units of time and bytes a step is the same step, to the last bit', () => {
    fc.assert(
      fc.property(configuration, step, power, power, (configured, at, time, bytes) => {
        const coefficients = inUnits(STATED_COEFFICIENTS, time, bytes);
        const rescaled = stepSeconds(hardwareInUnits(configured, time, bytes), at, coefficients);
        return rescaled === stepSeconds(configured, at) * time;
      }),
      { numRuns: 300 },
    );
  });

  test('in other units of bytes the same tokens fit', () => {
    fc.assert(
      fc.property(configuration, power, (configured, bytes) => {
        const fit = rooflineModel().memory(configured);
        const coefficients = inUnits(STATED_COEFFICIENTS, 1, bytes);
        const rescaled = rooflineModel(coefficients).memory(hardwareInUnits(configured, 1, bytes));
        if ('unknown' in fit || 'unknown' in rescaled) throw new Error('all of these types are known');
        if (!fit.fits) return !rescaled.fits;
        return rescaled.fits && rescaled.kvCapacityTokens === fit.kvCapacityTokens;
      }),
    );
  });

  test('in another unit of time latencies change by it, and rates by its inverse', () => {
    const demand = servingDemand(conversationLengths, 0.25, 1.5);
    const at = (configured: ReplicaConfiguration, coefficients: Coefficients, concurrency: number) => {
      const model = rooflineModel(coefficients);
      const [fit, steps] = [model.memory(configured), model.steps(configured)];
      if ('unknown' in fit || 'unknown' in steps || !fit.fits) return undefined;
      const replica = { fit, steps, demand, limits: model.scheduling(configured) };
      const slots = requestSlots(replica);
      return slots <= concurrency ? undefined : servingPoint(replica, slots, concurrency);
    };
    fc.assert(
      fc.property(configuration, power, fc.double({ min: 0.1, max: 40, noNaN: true }), (configured, time, n) => {
        const point = at(configured, STATED_COEFFICIENTS, n);
        const rescaled = at(hardwareInUnits(configured, time, 1), inUnits(STATED_COEFFICIENTS, time, 1), n);
        if (point === undefined || rescaled === undefined) return point === rescaled;
        return (
          rescaled.requestsPerSecond === point.requestsPerSecond / time &&
          rescaled.meanTtftSeconds === point.meanTtftSeconds * time &&
          ttftQuantile(rescaled, 95) === ttftQuantile(point, 95) * time &&
          tpotQuantile(rescaled, 99) === tpotQuantile(point, 99) * time
        );
      }),
    );
  });
});
