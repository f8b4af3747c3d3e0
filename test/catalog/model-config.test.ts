import fc from 'fast-check';
import { defaultCatalog, findModel } from '../../lib/catalog/catalog';
import type { ModelArchitecture } from '../../lib/catalog/model';
import { modelFromConfig } from '../../lib/catalog/model-config';
import { Problem } from '../../lib/problem';
import { CONFIGS } from './model-configs';

const LLAMA = CONFIGS['meta-llama/Meta-Llama-3.1-8B']!;
const QWEN_MOE = CONFIGS['Qwen/Qwen3-30B-A3B']!;
const DEEPSEEK = CONFIGS['deepseek-ai/DeepSeek-V3']!;

function read(config: object): ModelArchitecture {
  return modelFromConfig(JSON.stringify(config), 'my.json');
}

/** The message of the problem that reading gives; what stands in `changes` wins, `undefined` removes a key. */
function problemWith(config: object, changes: object): string {
  return messageOf(JSON.stringify({ ...config, ...changes }));
}

function messageOf(text: string): string {
  try {
    modelFromConfig(text, 'my.json');
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'InvalidModelConfig') return thrown.message;
    throw thrown;
  }
  return 'no problem';
}

describe('reads a published config into the row of the catalogue', () => {
  test.each(Object.entries(CONFIGS))('%s', (id, config) => {
    const { source: _source, asOf: _asOf, checkpoint, ...row } = findModel(defaultCatalog, id);
    const model = modelFromConfig(JSON.stringify(config), id);
    expect(model).toMatchObject(row);
    expect({ moe: model.moe, denseIntermediate: model.denseIntermediate }).toEqual({
      moe: row.moe,
      denseIntermediate: row.denseIntermediate,
    });
    // The catalogue's table does not say which parts of this checkpoint are quantized; its config does.
    if (checkpoint.unquantized === 'unknown') expect(model.checkpoint.precision).toBe(checkpoint.precision);
    else expect(model.checkpoint).toEqual(checkpoint);
  });
});

describe('sliding windows', () => {
  const gemma = {
    architectures: ['Gemma3ForConditionalGeneration'],
    model_type: 'gemma3',
    text_config: {
      model_type: 'gemma3_text',
      hidden_size: 5376,
      intermediate_size: 21504,
      num_hidden_layers: 62,
      num_attention_heads: 32,
      num_key_value_heads: 16,
      head_dim: 128,
      vocab_size: 262208,
      sliding_window: 1024,
      sliding_window_pattern: 6,
    },
  };

  test('every sixth layer of Gemma 3 27B sees everything: 10 of 62, and its embeddings are tied', () => {
    const model = read(gemma);
    expect(model.attention).toEqual({
      kind: 'gqa',
      heads: 32,
      kvHeads: 16,
      headDim: 128,
      window: { tokens: 1024, layers: 52 },
    });
    expect(model.tiedEmbeddings).toBe(true);
    expect(model.maxContextTokens).toBeUndefined();
  });

  test('gpt-oss alternates when its config does not list the layers', () => {
    const { layer_types: _types, ...rest } = CONFIGS['openai/gpt-oss-120b'] as Record<string, unknown>;
    expect(read(rest).attention).toMatchObject({ window: { tokens: 128, layers: 18 } });
  });

  test('Mistral has a window on every layer where it has one', () => {
    const mistral = CONFIGS['mistralai/Mistral-7B-Instruct-v0.2']!;
    expect(read({ ...mistral, sliding_window: 4096 }).attention).toMatchObject({
      window: { tokens: 4096, layers: 32 },
    });
  });

  test('Qwen has a window from max_window_layers on, once switched on', () => {
    const qwen = { ...CONFIGS['Qwen/Qwen2.5-7B-Instruct'], use_sliding_window: true, max_window_layers: 20 };
    expect(read(qwen).attention).toMatchObject({ window: { tokens: 131072, layers: 8 } });
  });

  test('chunked attention counts as full', () => {
    const maverick = CONFIGS['meta-llama/Llama-4-Maverick-17B-128E-Instruct'] as { text_config: object };
    const types = Array.from({ length: 48 }, (_, index) => (index % 4 === 3 ? 'full_attention' : 'chunked_attention'));
    const model = read({ ...maverick, text_config: { ...maverick.text_config, layer_types: types } });
    expect(model.attention).toEqual({ kind: 'gqa', heads: 40, kvHeads: 8, headDim: 128 });
  });

  test('fails where layers have a window of no size', () => {
    const { sliding_window: _window, ...text_config } = gemma.text_config;
    expect(problemWith(gemma, { text_config })).toBe(
      'the model configuration my.json lacks sliding_window; give its tokens',
    );
  });

  test('fails for a kind of layer that is not known', () => {
    const layer_types = Array.from({ length: 32 }, (_, index) => (index % 2 === 0 ? 'mamba' : 'full_attention'));
    expect(problemWith(LLAMA, { layer_types })).toBe(
      'the model configuration my.json has layer_types mamba, full_attention, of which not all are known for its architecture',
    );
  });

  test('fails where layers and their types differ in number', () => {
    expect(problemWith(LLAMA, { layer_types: ['full_attention'] })).toMatch('has 1 layer_types for 32 layers');
  });
});

describe('experts', () => {
  test.each([
    ['every second layer from the second on', { decoder_sparse_step: 2 }, 24],
    ['all but the listed layers', { mlp_only_layers: [0, 1, 47] }, 45],
    ['both', { decoder_sparse_step: 2, mlp_only_layers: [0, 1, 47] }, 22],
  ])('stand on %s', (_name, changes, layers) => {
    const model = read({ ...QWEN_MOE, ...changes });
    expect(model.moe?.layers).toBe(layers);
    expect(model.denseLayers).toBe(48 - layers);
    expect(model.denseIntermediate).toBe(6144);
  });

  test.each([
    ['every second layer after the dense ones', { first_k_dense_replace: 3, moe_layer_freq: 2 }, 29],
    ['the flagged layers', { first_k_dense_replace: 0, moe_layer_freq: [0, 1, ...Array(59).fill(1)] }, 60],
  ])('stand on %s', (_name, changes, layers) => {
    // Layers 4, 6 … 60 of 0 … 60 are 29.
    expect(read({ ...DEEPSEEK, ...changes }).moe?.layers).toBe(layers);
  });

  test('layers with and without experts make up the model, whatever the rules', () => {
    const rules = fc.record({
      decoder_sparse_step: fc.integer({ min: 1, max: 60 }),
      first_k_dense_replace: fc.integer({ min: 0, max: 60 }),
      mlp_only_layers: fc.array(fc.integer({ min: 0, max: 60 })),
    });
    fc.assert(
      fc.property(rules, (changes) => {
        const model = read({ ...QWEN_MOE, ...changes });
        const expert = model.moe?.layers ?? 0;
        expect(expert + model.denseLayers).toBe(48);
        const looser = read({ ...QWEN_MOE, ...changes, mlp_only_layers: [], first_k_dense_replace: 0 });
        expect(looser.moe?.layers ?? 0).toBeGreaterThanOrEqual(expert);
      }),
    );
  });

  test('a shared expert of a width of its own is one', () => {
    const model = read({ ...QWEN_MOE, shared_expert_intermediate_size: 5632 });
    expect(model.moe).toMatchObject({ sharedExperts: 1, sharedIntermediate: 5632 });
  });

  test('fails where a dense layer has no width', () => {
    expect(problemWith(QWEN_MOE, { intermediate_size: undefined, mlp_only_layers: [0] })).toBe(
      "the model configuration my.json lacks intermediate_size; give the model's complete config.json",
    );
  });

  test('fails where a token needs more experts than there are', () => {
    expect(problemWith(QWEN_MOE, { num_experts: 4 })).toMatch('sends a token to 8 of 4 experts');
  });
});

describe('quantization', () => {
  const group = (weights: object, more: object = {}) => ({
    quant_method: 'compressed-tensors',
    config_groups: { group_0: { targets: ['Linear'], weights } },
    ignore: ['lm_head'],
    ...more,
  });

  test.each([
    ['FP8 by tensor', { quant_method: 'fp8' }, { precision: 'fp8', block: 'tensor' }],
    ['FBGEMM FP8', { quant_method: 'fbgemm_fp8' }, { precision: 'fp8', block: 'channel' }],
    ['4-bit AWQ', { quant_method: 'awq', bits: 4, group_size: 128 }, { precision: 'int4', bitsPerWeight: 4.15625 }],
    ['4-bit GPTQ', { quant_method: 'gptq', bits: 4, group_size: 64 }, { precision: 'int4', bitsPerWeight: 4.3125 }],
    [
      'ModelOpt NVFP4',
      { quant_method: 'modelopt', quant_algo: 'NVFP4', ignore: ['lm_head'] },
      { precision: 'fp4', bitsPerWeight: 4.5 },
    ],
    [
      'ModelOpt FP8',
      { quant_method: 'modelopt', quant_algo: 'FP8', ignore: ['lm_head'] },
      { precision: 'fp8', block: 'tensor' },
    ],
    [
      'compressed FP8 by channel',
      group({ num_bits: 8, type: 'float', strategy: 'channel' }),
      { precision: 'fp8', block: 'channel' },
    ],
    [
      'compressed FP8 by block',
      group({ num_bits: 8, type: 'float', strategy: 'block' }),
      { precision: 'fp8', block: 'block' },
    ],
    [
      'compressed NVFP4',
      group({ num_bits: 4, type: 'float', group_size: 16 }),
      { precision: 'fp4', bitsPerWeight: 4.5 },
    ],
    [
      'compressed MXFP4',
      group({ num_bits: 4, type: 'float', group_size: 32 }),
      { precision: 'fp4', bitsPerWeight: 4.25 },
    ],
    [
      'compressed INT4',
      group({ num_bits: 4, type: 'int', group_size: 128 }),
      { precision: 'int4', bitsPerWeight: 4.125 },
    ],
  ])('%s', (_name, quantization_config, expected) => {
    const { checkpoint } = read({ ...LLAMA, quantization_config });
    expect(checkpoint).toMatchObject(expected);
    expect(checkpoint.unquantized).toEqual(['embeddings', 'router', 'norms', 'head']);
  });

  test('a compressed head is quantized unless it is ignored', () => {
    const ignore: string[] = [];
    const quantization_config = { ...group({ num_bits: 8, type: 'float', strategy: 'tensor' }), ignore };
    expect(read({ ...LLAMA, quantization_config }).checkpoint.unquantized).toEqual(['embeddings', 'router', 'norms']);
  });

  test('Kimi K2.5 quantizes its experts only', () => {
    const model = read(CONFIGS['moonshotai/Kimi-K2.5']!);
    expect(model.checkpoint).toEqual({
      precision: 'int4',
      block: 'block',
      bitsPerWeight: 4.5,
      unquantized: ['embeddings', 'attention', 'denseFeedForward', 'sharedExperts', 'router', 'norms', 'head'],
    });
  });

  test('ModelOpt may name every router and the head one by one', () => {
    const ignore = [...Array.from({ length: 48 }, (_, index) => `model.layers.${index}.mlp.gate`), 'lm_head'];
    const quantization_config = { quant_method: 'modelopt', quant_algo: 'NVFP4', exclude_modules: ignore };
    expect(read({ ...QWEN_MOE, quantization_config }).checkpoint.unquantized).toEqual([
      'embeddings',
      'router',
      'norms',
      'head',
    ]);
  });

  test('attention named one by one is whole where most of its own layers are, also on hybrid models', () => {
    const hybrid = CONFIGS['Qwen/Qwen3.5-397B-A17B']!;
    const full = Array.from(
      { length: 15 },
      (_, index) => `model.language_model.layers.${4 * index + 3}.self_attn.q_proj`,
    );
    const quantization_config = { quant_method: 'modelopt', quant_algo: 'NVFP4', ignore: full };
    expect(read({ ...hybrid, quantization_config }).checkpoint.unquantized).toContain('attention');
    expect(read({ ...hybrid, quantization_config }).checkpoint.unquantized).not.toContain('linearAttention');
    const few = { ...quantization_config, ignore: full.slice(0, 7) };
    expect(read({ ...hybrid, quantization_config: few }).checkpoint.unquantized).not.toContain('attention');
  });

  test.each([
    ['ModelOpt without its list', { quant_method: 'modelopt', quant_algo: 'NVFP4' }],
    [
      'targets other than linear layers',
      {
        quant_method: 'compressed-tensors',
        config_groups: { a: { targets: ['re:.*experts.*'], weights: { num_bits: 4, type: 'int' } } },
      },
    ],
  ])('which parts are whole is unknown with %s', (_name, quantization_config) => {
    expect(read({ ...LLAMA, quantization_config }).checkpoint.unquantized).toBe('unknown');
  });

  test.each([
    [
      'a method',
      { quant_method: 'bitsandbytes' },
      'is quantized as bitsandbytes, which is not known here; known are fp8',
    ],
    ['8-bit AWQ', { quant_method: 'awq', bits: 8 }, 'is quantized as 8-bit awq, which is not known here'],
    [
      '8-bit integers',
      group({ num_bits: 8, type: 'int' }),
      'is quantized as 8-bit int weights, which is not known here',
    ],
    [
      'mixed precision',
      { quant_method: 'modelopt', quant_algo: 'MIXED_PRECISION' },
      'is quantized as modelopt MIXED_PRECISION',
    ],
    [
      'groups of different precision',
      {
        quant_method: 'compressed-tensors',
        config_groups: { a: { weights: { num_bits: 4, type: 'int' } }, b: { weights: { num_bits: 8, type: 'float' } } },
      },
      'is quantized as compressed-tensors of mixed precision',
    ],
    ['no method', {}, 'has a quantization_config whose quant_method is missing or wrong'],
    ['a broken expression', { quant_method: 'fp8', ignored_layers: ['re:('] }, 'which is not a regular expression'],
  ])('fails for %s that cannot be sized', (_name, quantization_config, message) => {
    expect(problemWith(LLAMA, { quantization_config })).toMatch(message);
  });
});

describe('fails with one sentence', () => {
  test('for a config cut off at any place', () => {
    const text = JSON.stringify(DEEPSEEK);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (end) => {
        expect(messageOf(text.slice(0, end))).toBe(
          "the model configuration my.json is not whole JSON, perhaps cut off; give the model's complete config.json",
        );
      }),
    );
  });

  test.each(['null', '[]', '3', '"config"', '{"architectures":[]}'])('for JSON that is no config: %s', (text) => {
    expect(messageOf(text)).toMatch(/^the model configuration my\.json is not a config\.json/);
  });

  test('that names every missing key, as the family calls it', () => {
    expect(problemWith(DEEPSEEK, { kv_lora_rank: undefined, n_routed_experts: undefined, vocab_size: null })).toBe(
      "the model configuration my.json lacks vocab_size, kv_lora_rank, n_routed_experts; give the model's complete config.json",
    );
    const sparse = { architectures: ['GlmMoeDsaForCausalLM'], model_type: 'glm_moe_dsa' };
    expect(problemWith(DEEPSEEK, sparse)).toMatch('lacks index_topk, index_n_heads, index_head_dim;');
  });

  test.each([
    ['hidden_size', '4096', '"4096"'],
    ['num_hidden_layers', 0, '0'],
    ['vocab_size', 1.5, '1.5'],
    ['num_key_value_heads', -8, '-8'],
    ['tie_word_embeddings', 'no', '"no"'],
  ])('for a wrong %s', (key, value, shown) => {
    expect(problemWith(LLAMA, { [key]: value })).toBe(
      `the model configuration my.json has ${key} ${shown}, which is not a value it can have; correct it`,
    );
  });

  test('for a head size that cannot be derived', () => {
    expect(problemWith(LLAMA, { num_attention_heads: 33 })).toMatch('lacks head_dim');
    expect(problemWith(LLAMA, { num_key_value_heads: 7 })).toMatch('7 key-value heads, which do not divide');
  });

  test('for an unknown model_type, with the known ones', () => {
    expect(problemWith(LLAMA, { model_type: 'nemotron_h' })).toMatch(
      /^the model configuration my\.json has model_type "nemotron_h", whose layout is not known here; known are llama, mistral, /,
    );
  });

  test('for a model whose full layers differ in head size, which the layout does not have', () => {
    expect(problemWith(LLAMA, { model_type: 'gemma4', architectures: ['Gemma4ForConditionalGeneration'] })).toMatch(
      'has model_type "gemma4", whose layout is not known here',
    );
  });

  test('for an unknown architecture under a known model_type', () => {
    expect(problemWith(LLAMA, { architectures: ['LlamaForSequenceClassification'] })).toBe(
      'the model configuration my.json has the architecture LlamaForSequenceClassification, whose layout is not known here; its model_type is known with LlamaForCausalLM',
    );
  });

  test.each(['model_type', 'architectures'])('for a config without %s', (key) => {
    expect(problemWith(LLAMA, { [key]: undefined })).toMatch(`lacks ${key}`);
  });
});

test('the text model of an unknown multimodal wrapper is read', () => {
  const { architectures: _architectures, ...text_config } = LLAMA as Record<string, unknown>;
  const model = read({ architectures: ['LlavaForConditionalGeneration'], model_type: 'llava', text_config });
  expect(model.totalParameters).toBe(8_030_261_248);
  expect(model.architecture).toBe('LlavaForConditionalGeneration');
});

test('says that the row comes from a given file', () => {
  expect(read(LLAMA)).toMatchObject({ id: 'my.json', source: 'config.json given as my.json', asOf: 'undated' });
});
