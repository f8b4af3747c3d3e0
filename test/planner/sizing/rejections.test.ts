import { defaultCatalog, findModel } from '../../../lib/catalog/catalog';
import type { PlanResult, Rejection } from '../../../lib/planner/plan';
import type { InferenceWorkload } from '../../../lib/workload/workload';
import { anInferenceWorkload } from '../../builders';
import { aModel, plan, ratesOf, withSlo } from '../fixtures';

function rejectedOf(result: PlanResult): readonly Rejection[] {
  return result.kind === 'feasible'
    ? result.plan.workloads.flatMap(({ rejected }) => rejected)
    : result.workloads.flatMap(({ rejected }) => rejected);
}

const of = (families: readonly string[], more: Partial<InferenceWorkload> = {}): InferenceWorkload =>
  anInferenceWorkload({
    placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand'], instanceFamilies: families },
    ...more,
  });

const find = (result: PlanResult, code: Rejection['code']) => rejectedOf(result).find((one) => one.code === code);

test('DoesNotFit says what is too large for what', () => {
  const model = findModel(defaultCatalog, 'meta-llama/Meta-Llama-3.1-70B');
  expect(find(plan({ model, workload: of(['g6'], { precision: 'bf16' }) }), 'DoesNotFit')).toEqual({
    candidate: 'g6.12xlarge bf16',
    code: 'DoesNotFit',
    reason:
      'tp4: 32.9 GiB of weights and 1.9 GiB of reserve per accelerator exceed the 20.1 GiB usable (90 % of its memory)',
  });
});

test('DoesNotFit says that the longest request outgrows the context', () => {
  const result = plan({ model: aModel({ maxContextTokens: 1500 }) });
  expect(rejectedOf(result)).toEqual([
    {
      candidate: 'test/tiny',
      code: 'DoesNotFit',
      reason: 'its context is 1500 tokens, the longest request has 2000',
    },
  ]);
});

test('SloMissed says by how much an idle replica misses, the closest first', () => {
  const model = findModel(defaultCatalog, 'Qwen/Qwen3-8B');
  const slo = withSlo(2, 0.002, {
    precision: 'bf16',
    placement: {
      cells: ['UsEast1'],
      purchaseOptions: ['onDemand'],
      instanceFamilies: ['g5', 'g6', 'p5en'],
      bestEffortFloor: 'a test',
    },
  });
  const result = plan({ model, workload: slo });
  expect(result.kind).toBe('infeasible');
  const missed = rejectedOf(result).filter(({ code }) => code === 'SloMissed');
  expect(rejectedOf(result)[0]).toBe(missed[0]);
  expect(missed[0]?.candidate).toBe('p5en.48xlarge bf16 onDemand');
  expect(missed[0]?.reason).toMatch(/^tp8: tpot p95 is [\d.]+ s when idle, [\d.]+ % over 0.002 s$/);
  expect(missed.at(-1)?.candidate).toBe('g6.xlarge bf16 onDemand');
});

test('NotOffered names the region', () => {
  const result = plan({
    workload: of(['trn2'], { placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand'] } }),
  });
  expect(rejectedOf(result).find(({ candidate }) => candidate === 'trn2.48xlarge')).toEqual({
    candidate: 'trn2.48xlarge',
    code: 'NotOffered',
    reason: 'trn2.48xlarge is not offered in us-east-1',
  });
});

test('Unpriced names what has no price', () => {
  const spot = of(['g6'], {
    placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand', 'spot'], instanceFamilies: ['g6'] },
  });
  expect(rejectedOf(plan({ workload: spot }))).toContainEqual({
    candidate: 'g6.xlarge bf16 spot',
    code: 'Unpriced',
    reason: 'no price is known for g6.xlarge spot in us-east-1',
  });
});

test('Unverified types are refused unless they are insisted on', () => {
  expect(rejectedOf(plan())).toContainEqual({
    candidate: 'p6e-gb200.36xlarge',
    code: 'Unverified',
    reason: "EC2's public description has no p6e-gb200.36xlarge; name it in unverifiedInstanceTypes to insist",
  });
  const insisted = of(['p6e-gb200'], {
    placement: {
      cells: ['UsEast1'],
      purchaseOptions: ['onDemand'],
      instanceFamilies: ['p6e-gb200'],
      unverifiedInstanceTypes: ['p6e-gb200.36xlarge'],
      bestEffortFloor: 'a test',
    },
  });
  const result = plan({ workload: insisted }, { rateOf: ratesOf({ 'p6e-gb200.36xlarge': '50' }) });
  expect(result.kind).toBe('feasible');
});

test('UnsupportedPrecision says whether the checkpoint or the hardware is in the way', () => {
  expect(find(plan({ workload: of(['g5'], { precision: 'fp8' }) }), 'UnsupportedPrecision')?.reason).toBe(
    'no deployed engine serves LlamaForCausalLM at fp8 on NVIDIA A10G',
  );
  expect(find(plan({ workload: of(['g6'], { precision: 'int4' }) }), 'UnsupportedPrecision')?.reason).toBe(
    'the checkpoint is published in bf16, not int4',
  );
});

test('UnknownHardware names the figure without a source', () => {
  expect(find(plan({ workload: of(['g7']) }), 'UnknownHardware')).toEqual({
    candidate: expect.stringMatching(/^g7\./),
    code: 'UnknownHardware',
    reason: expect.stringMatching(/^no source states the memory bandwidth of NVIDIA RTX PRO 4500/),
  });
});

test('Dearer gives the cost, or at least what it would cost, and the difference', () => {
  const result = plan({ workload: of(['g6', 'g5']) });
  expect(result.kind).toBe('feasible');
  const dearer = rejectedOf(result).filter(({ code }) => code === 'Dearer');
  // 0.9776 + 8/730 = 0.98856; 0.9776 − 0.8048 = 0.1728
  expect(dearer.find(({ candidate }) => candidate === 'g6.2xlarge bf16 onDemand')?.reason).toBe(
    'tp1 on 1 nodes costs at least 0.99 USD an hour, 0.17 more than the choice',
  );
  expect(dearer.length).toBeGreaterThan(2);
});

test('NotShardable says which dimension does not divide', () => {
  // 28 heads go over 4 cores at most: 57 GB of weights that 8 would hold.
  const model = aModel({
    hidden: 7168,
    layers: 60,
    denseLayers: 60,
    denseIntermediate: 28672,
    attention: { kind: 'gqa', heads: 28, kvHeads: 4, headDim: 256 },
  });
  const result = plan({ model, workload: of(['trn1'], { precision: 'bf16' }) });
  expect(find(result, 'NotShardable')?.reason).toMatch(/^tp8: 28 heads do not divide by 8; tp4: [\d.]+ GiB of weights/);
});
