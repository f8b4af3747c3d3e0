import { defaultCatalog, findAccelerator } from '../../lib/catalog/catalog';
import { enginesFor, nativePrecisions } from '../../lib/catalog/engine-support';
import { ENGINE_SUPPORT } from '../../lib/catalog/engine-support/table';
import type { Precision } from '../../lib/workload/workload';

const PRECISIONS: readonly Precision[] = ['bf16', 'fp8', 'fp4', 'int4'];

function engines(key: string, architecture: string, precision: Precision): readonly string[] {
  const accelerator = findAccelerator(defaultCatalog, key);
  return enginesFor(accelerator, { architecture }, precision).map(
    (row) => `${row.engine} ${row.status} ${row.arithmetic}`,
  );
}

test('no accelerator is asked to multiply in a precision that it has no dense figure for', () => {
  for (const accelerator of defaultCatalog.accelerators) {
    for (const precision of PRECISIONS) {
      for (const row of enginesFor(accelerator, { architecture: 'LlamaForCausalLM' }, precision)) {
        const multiplied = row.arithmetic === 'weightOnly' ? 'bf16' : precision;
        expect(nativePrecisions(accelerator)).toContain(multiplied);
      }
    }
  }
});

test('Ampere serves bf16 and 4-bit integers, and no FP8', () => {
  expect(engines('A100-80', 'LlamaForCausalLM', 'bf16')).toHaveLength(3);
  expect(engines('A100-80', 'LlamaForCausalLM', 'fp8')).toEqual([]);
  expect(engines('A100-80', 'LlamaForCausalLM', 'fp4')).toEqual([]);
  expect(engines('A10G', 'LlamaForCausalLM', 'int4')).toContain('vllm current weightOnly');
});

test('FP8 starts with Ada, FP4 with Blackwell', () => {
  for (const key of ['L4', 'L40S', 'H100', 'H200', 'B200', 'RTXPRO6000']) {
    expect(engines(key, 'LlamaForCausalLM', 'fp8')).toContain('vllm current native');
  }
  expect(engines('H100', 'LlamaForCausalLM', 'fp4')).toEqual([]);
  expect(engines('B200', 'LlamaForCausalLM', 'fp4')).toEqual([
    'vllm current native',
    'sglang current native',
    'trtllm current native',
  ]);
});

test('gpt-oss keeps its 4-bit weights on Hopper and multiplies in bf16', () => {
  expect(engines('H100', 'GptOssForCausalLM', 'fp4')).toEqual(['vllm current weightOnly']);
});

test('an accelerator without figures serves nothing', () => {
  for (const precision of PRECISIONS) expect(engines('RTXPRO4500', 'LlamaForCausalLM', precision)).toEqual([]);
});

test('Inferentia2 and Trainium1 serve bf16 with the legacy engine alone', () => {
  for (const key of ['INF2', 'TRN1']) {
    expect(engines(key, 'LlamaForCausalLM', 'bf16')).toEqual(['vllm-neuron legacy native']);
    expect(engines(key, 'LlamaForCausalLM', 'fp8')).toEqual([]);
  }
});

test('Trainium2 puts the current engine before the legacy one', () => {
  expect(engines('TRN2', 'Qwen3ForCausalLM', 'bf16')).toEqual([
    'vllm-neuron current native',
    'vllm-neuron legacy native',
  ]);
  expect(engines('TRN2', 'Qwen3MoeForCausalLM', 'bf16')).toEqual(['vllm-neuron legacy native']);
  expect(engines('TRN2', 'LlamaForCausalLM', 'fp8')).toEqual(['vllm-neuron current native']);
});

test('latent attention is served on no Neuron device', () => {
  for (const key of ['INF2', 'TRN1', 'TRN2', 'TRN3']) {
    for (const precision of PRECISIONS) expect(engines(key, 'DeepseekV3ForCausalLM', precision)).toEqual([]);
  }
});

test('every model of the catalogue is served by some engine on some available accelerator', () => {
  const hopper = findAccelerator(defaultCatalog, 'H200');
  for (const model of defaultCatalog.models) expect(enginesFor(hopper, model, 'bf16').length).toBeGreaterThan(0);
});

test('every row has a source, a date and an architecture that the catalogue has', () => {
  const known = new Set(defaultCatalog.models.map((model) => model.architecture));
  for (const row of ENGINE_SUPPORT) {
    expect(row.source.length).toBeGreaterThan(10);
    expect(row.asOf).toMatch(/^2026-\d\d-\d\d$/);
    for (const architecture of row.architectures ?? []) expect(known).toContain(architecture);
  }
});

test('a table of its own replaces the default one', () => {
  const h100 = findAccelerator(defaultCatalog, 'H100');
  expect(enginesFor(h100, { architecture: 'LlamaForCausalLM' }, 'bf16', [])).toEqual([]);
});
