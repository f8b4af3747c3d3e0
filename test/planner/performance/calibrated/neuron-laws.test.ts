import * as fc from 'fast-check';
import type { Accelerator } from '../../../../lib/catalog/accelerator';
import { defaultCatalog, findAccelerator } from '../../../../lib/catalog/catalog';
import type { ModelArchitecture } from '../../../../lib/catalog/model';
import { NEURON_FILE } from '../../../../lib/planner/performance/calibrated/coefficients';
import {
  NEURON_NAMES,
  type NeuronCoefficients,
  type NeuronLoad,
  neuronTimes,
} from '../../../../lib/planner/performance/calibrated/neuron-times';

const C = NEURON_FILE.coefficients;

const load: fc.Arbitrary<NeuronLoad> = fc
  .record({
    model: fc.constantFrom(...defaultCatalog.models),
    accelerator: fc.constantFrom('INF2', 'TRN1', 'TRN2').map((key) => findAccelerator(defaultCatalog, key)),
    engine: fc.constantFrom('neuron-static' as const, 'vllm-neuron' as const),
    chips: fc.constantFrom(1, 4, 12, 16),
    batch: fc.constantFrom(1, 4, 8, 32),
    concurrency: fc.integer({ min: 1, max: 64 }),
    inputTokens: fc.integer({ min: 10, max: 8000 }),
    outputTokens: fc.integer({ min: 10, max: 4000 }),
    bytesPerWeight: fc.constantFrom(1, 2),
    sampledOnHost: fc.boolean(),
  })
  // A static batch starts together: as many as it was compiled for.
  .map((l) => (l.engine === 'neuron-static' ? { ...l, concurrency: l.batch } : l));

const faster = (a: Accelerator, bandwidth: number, flops: number): Accelerator => ({
  ...a,
  memoryBandwidthBytesPerSecond: (a.memoryBandwidthBytesPerSecond ?? 0) * bandwidth,
  denseFlopsPerSecond: { ...a.denseFlopsPerSecond, bf16: (a.denseFlopsPerSecond.bf16 ?? 0) * flops },
});

test('law 6: more bandwidth or FLOP/s never makes a Neuron server slower', () => {
  fc.assert(
    fc.property(load, fc.double({ min: 1, max: 8, noNaN: true }), (l, more) => {
      const before = neuronTimes(l, C);
      for (const accelerator of [faster(l.accelerator, more, 1), faster(l.accelerator, 1, more)]) {
        const after = neuronTimes({ ...l, accelerator }, C);
        expect(after.tpotSeconds).toBeLessThanOrEqual(before.tpotSeconds * (1 + 1e-12));
        expect(after.ttftSeconds).toBeLessThanOrEqual(before.ttftSeconds * (1 + 1e-12));
      }
    }),
  );
});

test('law 9: in another unit of time every time changes by exactly that factor', () => {
  const times = /^layerFloor|^host|^sequence|^logit|^requestOverhead$/;
  fc.assert(
    fc.property(load, fc.integer({ min: -4, max: 4 }), (l, power) => {
      const factor = 2 ** power;
      const scaled = Object.fromEntries(
        NEURON_NAMES.map((name) => [name, times.test(name) ? C[name] * factor : C[name]]),
      ) as NeuronCoefficients;
      const slower = { ...l, accelerator: faster(l.accelerator, 1 / factor, 1 / factor) };
      const [a, b] = [neuronTimes(l, C), neuronTimes(slower, scaled)];
      expect(b.tpotSeconds).toBe(a.tpotSeconds * factor);
      expect(b.ttftSeconds).toBe(a.ttftSeconds * factor);
    }),
  );
});

test('two per cent more or less of hidden size, heads, experts or vocabulary moves a time by at most six', () => {
  fc.assert(
    fc.property(
      load,
      fc.constantFrom('hidden', 'heads', 'experts', 'vocabulary'),
      fc.constantFrom(0.98, 1.02),
      (l, what, factor) => {
        const a = neuronTimes(l, C);
        const b = neuronTimes({ ...l, model: scaled(l.model, what, factor) }, C);
        expect(Math.abs(b.tpotSeconds / a.tpotSeconds - 1)).toBeLessThanOrEqual(0.06);
        expect(Math.abs(b.ttftSeconds / a.ttftSeconds - 1)).toBeLessThanOrEqual(0.06);
      },
    ),
    { numRuns: 2000 },
  );
});

test('an id changes nothing, and the file names no model', () => {
  fc.assert(
    fc.property(load, (l) => {
      expect(neuronTimes({ ...l, model: { ...l.model, id: 'else', architecture: 'else' } }, C)).toEqual(
        neuronTimes(l, C),
      );
    }),
  );
  for (const { id } of defaultCatalog.models) expect(JSON.stringify(NEURON_FILE)).not.toContain(id);
});

/** A model with one dimension scaled, and its parameters with it. */
function scaled(model: ModelArchitecture, what: string, factor: number): ModelArchitecture {
  const a = model.attention;
  if (what === 'experts' && model.moe !== undefined) {
    const each = model.moe.layers * model.feedForwardMatrices * model.hidden * model.moe.expertIntermediate;
    return {
      ...model,
      totalParameters: model.totalParameters + (factor - 1) * model.moe.experts * each,
      moe: { ...model.moe, experts: model.moe.experts * factor },
    };
  }
  if (what === 'vocabulary') {
    const more = (factor - 1) * model.vocabulary * model.hidden * (model.tiedEmbeddings ? 1 : 2);
    return {
      ...model,
      vocabulary: model.vocabulary * factor,
      totalParameters: model.totalParameters + more,
      activeParameters: model.activeParameters + more,
    };
  }
  if (what === 'hidden')
    return {
      ...model,
      hidden: model.hidden * factor,
      totalParameters: model.totalParameters * factor,
      activeParameters: model.activeParameters * factor,
    };
  if (what === 'heads' && a.kind === 'hybridLinear')
    return { ...model, attention: { ...a, full: { ...a.full, heads: a.full.heads * factor } } };
  if (what === 'heads' && a.kind !== 'hybridLinear') return { ...model, attention: { ...a, heads: a.heads * factor } };
  return model;
}
