import { Problem } from '../../../problem';
import { csvRows, type Measurement } from './measurement';

type Row = Readonly<Record<string, string>>;

/** Columns that the public `silicon_sample.csv` has under these names (planner research, §3). */
const MARKS = ['tp_size', 'ttft', 'tpot'];

/** Whether a CSV has the public format rather than that of `serving.csv`. */
export function isSiliconSample(text: string): boolean {
  const columns = (text.split('\n')[0] ?? '').split(',').map((name) => name.trim());
  return MARKS.every((mark) => columns.includes(mark));
}

/** The first of several names that a row has. */
function pick(row: Row, names: readonly string[], line: number): string {
  const found = names.find((name) => (row[name] ?? '') !== '');
  if (found === undefined)
    throw new Problem('InvalidArgument', `line ${line} has none of the columns ${names.join(', ')}; add one`);
  return row[found] ?? '';
}

function positive(row: Row, names: readonly string[], line: number, otherwise?: number): number {
  const text = names.map((name) => row[name] ?? '').find((value) => value !== '');
  if (text === undefined && otherwise !== undefined) return otherwise;
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value)))
    throw new Problem(
      'InvalidArgument',
      `line ${line} has "${text ?? ''}" as ${names.join(' or ')}; give a number above zero`,
    );
  return value;
}

function engineOf(text: string, line: number): Measurement['engine'] {
  const name = text.toLowerCase().replace(/[^a-z]/g, '');
  if (name.startsWith('vllm')) return 'vllm';
  if (name.startsWith('sglang')) return 'sglang';
  if (name.startsWith('trt') || name.startsWith('tensorrt')) return 'trtllm';
  throw new Problem('InvalidArgument', `line ${line} has "${text}" as backend; give vllm, sglang or trtllm`);
}

function precisionOf(text: string): Measurement['precision'] {
  const name = text.toLowerCase();
  if (/fp4|nvfp4|mxfp4/.test(name)) return 'fp4';
  if (/fp8/.test(name)) return 'fp8';
  return /int4|w4a16/.test(name) ? 'int4' : 'bf16';
}

/** `h200_sxm` → H200, the catalogue's key. */
function acceleratorOf(system: string): string {
  return system.replace(/_(sxm|pcie|server).*$/i, '').toUpperCase();
}

/**
 * Reads the public format: times in milliseconds, `batch_size` per attention-data-parallel rank, concurrency = batch × dp
 * where it is not a column of its own. `tp_size` is tensor parallelism of attention.
 */
export function readSiliconSample(text: string): readonly Measurement[] {
  return csvRows(text).map((row, index) => siliconRow(row, index + 2));
}

function siliconRow(row: Row, line: number): Measurement {
  const tensorParallel = positive(row, ['tp_size', 'tp'], line);
  const attentionDataParallel = positive(row, ['dp_size', 'attention_dp_size', 'dp'], line, 1);
  const accelerators = tensorParallel * attentionDataParallel;
  const expertParallel = positive(row, ['moe_ep_size', 'ep_size', 'ep'], line, 1);
  const ttftSeconds = positive(row, ['ttft'], line) / 1000;
  const tpotSeconds = positive(row, ['tpot'], line) / 1000;
  const outputTokens = positive(row, ['osl'], line);
  return {
    id: row.id ?? String(line),
    model: pick(row, ['model_path', 'model', 'model_name'], line),
    accelerator: acceleratorOf(pick(row, ['system', 'gpu', 'device'], line)),
    engine: engineOf(pick(row, ['backend', 'framework', 'engine'], line), line),
    engineVersion: row.backend_version ?? row.version ?? '',
    precision: precisionOf(pick(row, ['precision', 'gemm_quant_mode', 'quantization', 'dtype'], line)),
    inputTokens: positive(row, ['isl'], line),
    outputTokens,
    concurrency: positive(
      row,
      ['concurrency'],
      line,
      positive(row, ['batch_size', 'bs'], line, 1) * attentionDataParallel,
    ),
    accelerators,
    tensorParallel,
    attentionDataParallel,
    expertTensorParallel: positive(row, ['moe_tp_size'], line, accelerators / expertParallel),
    expertParallel,
    protocol: /inferencex|inferencemax/i.test(row.silicon_data_source ?? row.source ?? '') ? 'inferencex' : 'other',
    measuredOn: row.date ?? row.measured_on ?? '',
    saturated: ttftSeconds > 0.25 * outputTokens * tpotSeconds,
    ttftSeconds,
    tpotSeconds,
  };
}
