import { parse } from 'csv-parse/sync';

/** Which figure of a row is compared with the time per output token. */
export type NeuronMetric = 'tpot' | 'itl' | 'latencyPerToken';

/** One configuration of `neuron.csv`: its metrics gathered, per server. */
export interface NeuronMeasurement {
  readonly model: string;
  readonly accelerator: 'INF2' | 'TRN1' | 'TRN2';
  /** Static SDK benchmark, or a server that batches continuously. */
  readonly engine: 'neuron-static' | 'vllm-neuron';
  readonly chips: number;
  /** Sequences the graph was compiled for. */
  readonly batch: number;
  /** Requests in flight on one server. */
  readonly concurrency: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly bytesPerWeight: 1 | 2;
  readonly sampledOnHost: boolean;
  readonly metric: NeuronMetric;
  readonly tpotSeconds: number;
  readonly ttftSeconds: number | undefined;
}

/** Names of `neuron.csv` and the catalogue's id of their architecture, as measured/README.md maps them. */
const NAMES: Readonly<Record<string, string>> = {
  'Llama-2-7b': 'meta-llama/Llama-2-7b-hf',
  'NousResearch/Llama-2-7b-chat-hf': 'meta-llama/Llama-2-7b-hf',
  'Llama-2-13b': 'meta-llama/Llama-2-13b-hf',
  'Llama-2-70b': 'meta-llama/Llama-2-70b-hf',
  'Llama-3-8B': 'meta-llama/Meta-Llama-3-8B',
  'NousResearch/Meta-Llama-3-8B-Instruct': 'meta-llama/Meta-Llama-3-8B',
  'Llama-3-70B': 'meta-llama/Meta-Llama-3-70B',
  'NousResearch/Meta-Llama-3-70B-Instruct': 'meta-llama/Meta-Llama-3-70B',
  'Llama-3.1-8B-Instruct': 'meta-llama/Meta-Llama-3.1-8B',
  'meta-llama/Llama-3.1-8B-Instruct': 'meta-llama/Meta-Llama-3.1-8B',
  'meta-llama/Meta-Llama-3.1-8B-Instruct': 'meta-llama/Meta-Llama-3.1-8B',
  'deepseek-ai/DeepSeek-R1-Distill-Llama-70B': 'meta-llama/Meta-Llama-3.1-70B',
  'Llama-3.1-405B-Instruct': 'meta-llama/Meta-Llama-3.1-405B',
  'Mistral-7B-Instruct-v0.2': 'mistralai/Mistral-7B-Instruct-v0.2',
  'mistralai/Mistral-7B-Instruct-v0.2': 'mistralai/Mistral-7B-Instruct-v0.2',
  'mistralai/Mistral-7b-Instruct-v0.2': 'mistralai/Mistral-7B-Instruct-v0.2',
  'Qwen/Qwen3-235B-A22B-Instruct-2507': 'Qwen/Qwen3-235B-A22B',
  'gpt-oss-120b': 'openai/gpt-oss-120b',
};

const METRICS: readonly (readonly [string, NeuronMetric])[] = [
  ['tpot_p50_ms', 'tpot'],
  ['itl_mean_ms', 'itl'],
  ['avg_latency_per_token_ms', 'latencyPerToken'],
];

/** Rows that can be scored, and how many cannot and why. */
export interface NeuronRows {
  readonly rows: readonly NeuronMeasurement[];
  readonly left: Readonly<Record<'speculation' | 'arrivalRate' | 'unmapped' | 'noMetric', number>>;
}

type Row = Record<string, string>;

const field = (row: Row, name: string): string => row[name] ?? '';
const lastNumber = (text: string): number => Number(/([\d.]+)/.exec(text)?.[1] ?? Number.NaN);

/** Metrics of one configuration under the columns that identify it. */
function gathered(text: string): readonly { readonly row: Row; readonly metrics: ReadonlyMap<string, number> }[] {
  const rows: Row[] = parse(text, { columns: true, skip_empty_lines: true, trim: true });
  const groups = new Map<string, { row: Row; metrics: Map<string, number> }>();
  for (const row of rows) {
    const key = ['model', 'instance', 'tp', 'batch', 'concurrency', 'isl', 'osl', 'dtype', 'note', 'source']
      .map((name) => field(row, name))
      .join('|');
    const group = groups.get(key) ?? { row, metrics: new Map<string, number>() };
    group.metrics.set(field(row, 'metric'), Number(field(row, 'value')));
    groups.set(key, group);
  }
  return [...groups.values()];
}

function acceleratorOf(instance: string): NeuronMeasurement['accelerator'] {
  if (instance.startsWith('inf2')) return 'INF2';
  return instance.startsWith('trn1') ? 'TRN1' : 'TRN2';
}

/** Servers that share an instance: "DP=3 servers", "3 servers x TP8". */
function serversOf(row: Row): number {
  const text = `${field(row, 'note')} ${field(row, 'instance')}`;
  return Number(/DP=(\d+)/.exec(text)?.[1] ?? /(\d+) servers x/.exec(text)?.[1] ?? 1);
}

function reasonToLeave(
  row: Row,
  metrics: ReadonlyMap<string, number>,
  known: (id: string) => boolean,
): keyof NeuronRows['left'] | undefined {
  if (/specul(?!ation, bf16)|EAGLE/i.test(field(row, 'note')) && !/no speculation/.test(field(row, 'note')))
    return 'speculation';
  if (!/^\d+$/.test(field(row, 'concurrency'))) return 'arrivalRate';
  if (!known(NAMES[field(row, 'model')] ?? field(row, 'model'))) return 'unmapped';
  return METRICS.some(([name]) => metrics.has(name)) ? undefined : 'noMetric';
}

function measurementOf(row: Row, metrics: ReadonlyMap<string, number>): NeuronMeasurement {
  const accelerator = acceleratorOf(field(row, 'instance'));
  const [name, metric] = METRICS.find(([candidate]) => metrics.has(candidate)) ?? ['', 'tpot' as const];
  const ttft = metrics.get('ttft_p50_ms') ?? metrics.get('ttft_mean_ms');
  return {
    model: NAMES[field(row, 'model')] ?? field(row, 'model'),
    accelerator,
    engine: metric === 'tpot' ? 'neuron-static' : 'vllm-neuron',
    chips: Number(field(row, 'tp')) / (accelerator === 'TRN2' ? 4 : 2),
    batch: Number(field(row, 'batch')),
    concurrency: Math.max(1, Number(field(row, 'concurrency')) / serversOf(row)),
    inputTokens: lastNumber(field(row, 'isl')),
    outputTokens: lastNumber(field(row, 'osl')),
    bytesPerWeight: /int8|fp8/.test(field(row, 'dtype')) ? 1 : 2,
    sampledOnHost: /CPU sampling/.test(field(row, 'note')),
    metric,
    tpotSeconds: (metrics.get(name) ?? Number.NaN) / 1000,
    ttftSeconds: ttft === undefined ? undefined : ttft / 1000,
  };
}

/** Reads `neuron.csv`. `known` says which architectures can be evaluated. */
export function readNeuronMeasurements(text: string, known: (id: string) => boolean): NeuronRows {
  const left = { speculation: 0, arrivalRate: 0, unmapped: 0, noMetric: 0 };
  const rows: NeuronMeasurement[] = [];
  for (const { row, metrics } of gathered(text)) {
    const reason = reasonToLeave(row, metrics, known);
    if (reason === undefined) rows.push(measurementOf(row, metrics));
    else left[reason] += 1;
  }
  return { rows, left };
}
