import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { calibrationFrom, predictionsFor, writeAnswer } from '../../lib/blueprint/predictions';
import { ERROR_BANDS } from '../../lib/planner/performance/calibrated/coefficients';

const REQUEST = {
  id: 1,
  model: 'meta-llama/Meta-Llama-3.1-8B',
  accelerator: 'H200',
  engine: 'vllm',
  precision: 'fp8',
  inputTokens: 1000,
  outputTokens: 600,
  concurrency: 8,
  accelerators: 1,
};
const COLUMNS =
  'id,model,accelerator,engine,engineVersion,precision,inputTokens,outputTokens,concurrency,accelerators,tensorParallel,attentionDataParallel,expertTensorParallel,expertParallel,protocol,measuredOn,saturated,ttftSeconds,tpotSeconds';

describe('predictions and calibrations from files', () => {
  const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-predict-'));
  const file = (name: string, text: string) => fs.writeFileSync(path.join(cwd, name), text);
  const answer = (coefficients?: string) => JSON.parse(predictionsFor(cwd, 'in.jsonl', coefficients));
  afterAll(() => fs.rmSync(cwd, { recursive: true }));
  file('in.jsonl', `${JSON.stringify(REQUEST)}\n`);

  test('requests are read from a file; a config.json beside it is a model', () => {
    expect(answer()).toMatchObject({ id: 1, fits: true, basis: 'calibrated' });
    file(
      'config.json',
      JSON.stringify({
        architectures: ['LlamaForCausalLM'],
        model_type: 'llama',
        hidden_size: 2048,
        num_hidden_layers: 16,
        num_attention_heads: 32,
        num_key_value_heads: 8,
        head_dim: 64,
        intermediate_size: 8192,
        vocab_size: 128256,
        tie_word_embeddings: true,
        max_position_embeddings: 131072,
        torch_dtype: 'bfloat16',
      }),
    );
    file('in.jsonl', `${JSON.stringify({ ...REQUEST, model: 'config.json' })}\n${JSON.stringify(REQUEST)}\n`);
    const [small, large] = predictionsFor(cwd, 'in.jsonl', undefined)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(small.tpotSeconds).toBeLessThan(large.tpotSeconds);
    file('in.jsonl', `${JSON.stringify(REQUEST)}\n`);
  });

  test('an answer is written whole or not at all', () => {
    file('answer.jsonl', 'old');
    writeAnswer(cwd, 'answer.jsonl', 'new');
    expect(fs.readFileSync(path.join(cwd, 'answer.jsonl'), 'utf8')).toBe('new');
    expect(fs.readdirSync(cwd).filter((name) => name.includes('.tmp'))).toEqual([]);
    expect(() => writeAnswer(cwd, 'nowhere/answer.jsonl', 'new')).toThrow(/^cannot write nowhere\/answer.jsonl; give/);
    expect(() => writeAnswer(cwd, '.', 'new')).toThrow(/^cannot write \.; give/);
  });

  test('fails on a folder of coefficients that is none', () => {
    expect(() => answer('nowhere')).toThrow(/error-bands.json; give the path of a readable file/);
    fs.mkdirSync(path.join(cwd, 'odd'));
    file('odd/error-bands.json', '{');
    expect(() => answer('odd')).toThrow(/is not a file that calibrate wrote/);
    file('odd/error-bands.json', JSON.stringify(ERROR_BANDS));
    file('odd/a.json', '{"x":1}');
    expect(() => answer('odd')).toThrow(/a.json is not a file that calibrate wrote/);
  });

  test('a calibration on a machine twice as slow makes predictions slower', () => {
    const before = answer().tpotSeconds;
    const rows = [4, 8, 16, 32].flatMap((c) =>
      [1, 2].map(
        (n) =>
          `${c}${n},${REQUEST.model},H200,vllm,,fp8,1000,600,${c},${n},${n},1,${n},1,other,2026-05-01,false,0.2,${(before * 2) / Math.sqrt(n)}`,
      ),
    );
    file('mine.csv', [COLUMNS, ...rows].join('\n'));
    const text = calibrationFrom(cwd, 'mine.csv', 'mine', '2026-11-23');
    expect(text).toMatch(/^8 rows of 8/);
    expect(fs.existsSync(path.join(cwd, 'mine', 'h200-vllm.json'))).toBe(true);
    expect(JSON.parse(fs.readFileSync(path.join(cwd, 'mine', 'error-bands.json'), 'utf8')).tpot.level).toBe(
      ERROR_BANDS.tpot.level,
    );
    expect(answer('mine').tpotSeconds).toBeGreaterThan(before * 1.2);
  });

  test('fails on a file that is not there', () => {
    expect(() => predictionsFor(cwd, 'absent.jsonl', undefined)).toThrow(
      /absent.jsonl; give the path of a readable file/,
    );
  });
});
