import { defaultCatalog, findAccelerator, findInstanceType, findModel } from '../../../lib/catalog/catalog';
import { replicaShapes } from '../../../lib/planner/performance/parallelism';
import { layoutName } from '../../../lib/planner/sizing/replica-option';
import type { Precision } from '../../../lib/workload/workload';

function shapes(model: string, instanceType: string, precision: Precision = 'bf16') {
  const type = findInstanceType(defaultCatalog, instanceType);
  const accelerator = findAccelerator(defaultCatalog, type.acceleratorKey);
  const engine = accelerator.vendor === 'aws' ? 'vllm-neuron' : 'vllm';
  return replicaShapes(findModel(defaultCatalog, model), accelerator, type, precision, engine);
}
const legal = (...given: Parameters<typeof shapes>) => shapes(...given).legal.map(layoutName);
const refused = (...given: Parameters<typeof shapes>) =>
  shapes(...given).refused.map(({ shape, reason }) => `${layoutName(shape)}: ${reason}`);

test('a dense model on four L4 is split in powers of two, tensor and pipeline parallel', () => {
  expect(legal('Qwen/Qwen3-8B', 'g6.12xlarge')).toEqual(['tp1', 'tp2', 'tp4', 'tp1 pp2', 'tp2 pp2', 'tp1 pp4']);
});

test('full nodes in one scale-up domain are joined as pipeline stages over EFA', () => {
  const over = legal('meta-llama/Meta-Llama-3.1-405B', 'p5.48xlarge').filter((name) => name.includes('nodes'));
  expect(over).toEqual(['tp8 pp2 on 2 nodes', 'tp8 pp4 on 4 nodes']);
  expect(legal('meta-llama/Meta-Llama-3.1-405B', 'g6e.48xlarge').some((name) => name.includes('nodes'))).toBe(false);
});

test('experts are split by tensor or expert parallelism, and shared by attention-data-parallel ranks', () => {
  expect(legal('Qwen/Qwen3-30B-A3B', 'g6e.12xlarge').filter((name) => !name.includes('pp'))).toEqual([
    'tp1',
    'tp2',
    'tp2 ep2',
    'tp4',
    'tp4 ep4',
    'tp1 dp2 ep2',
    'tp2 dp2 ep4',
    'tp1 dp4 ep4',
  ]);
});

test('28 heads do not divide by 8', () => {
  expect(refused('Qwen/Qwen2.5-7B-Instruct', 'p5.48xlarge')).toContain('tp8: 28 heads do not divide by 8');
});

test('experts of 768 in blocks of 128 do not divide by 4, unless expert parallelism keeps them whole', () => {
  const refusals = refused('Qwen/Qwen3-30B-A3B-FP8', 'p5.48xlarge', 'fp8');
  expect(refusals).toContain('tp4: the expert width of 768 does not divide by 4 in blocks of 128');
  expect(legal('Qwen/Qwen3-30B-A3B-FP8', 'p5.48xlarge', 'fp8')).toContain('tp4 ep4');
});

test('on Neuron tensor parallelism counts logical cores: 32 on trn1.32xlarge, 64 on trn2.48xlarge', () => {
  const trn1 = shapes('meta-llama/Meta-Llama-3.1-70B', 'trn1.32xlarge').legal;
  expect(trn1.map((shape) => [shape.tensorParallel, shape.acceleratorsPerReplica])).toEqual([
    [1, 1],
    [2, 1],
    [4, 2],
    [8, 4],
    [16, 8],
    [32, 16],
  ]);
  expect(legal('meta-llama/Meta-Llama-3.1-70B', 'trn2.48xlarge').at(-1)).toBe('tp64');
});

test('no more pipeline stages than layers', () => {
  const type = findInstanceType(defaultCatalog, 'g6.48xlarge');
  const model = { ...findModel(defaultCatalog, 'Qwen/Qwen3-8B'), layers: 3 };
  const found = replicaShapes(model, findAccelerator(defaultCatalog, 'L4'), type, 'bf16', 'vllm');
  expect(found.refused.map(({ reason }) => reason)).toContain('3 layers make no 4 pipeline stages');
});
