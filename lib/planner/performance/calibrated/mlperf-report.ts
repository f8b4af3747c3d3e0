import { parse } from 'csv-parse/sync';
import { type Catalog, tryFindAccelerator, tryFindModel } from '../../../catalog/catalog';
import type { Precision } from '../../../workload/workload';
import type { Coefficients } from './coefficient-names';
import { weightBytes } from './memory-fit';
import { type ReplicaLoad, servingOf, workOf } from './replica-load';
import { emptyTimes, requestTimes } from './request-time';
import { groupBy, quantileOf } from './scores';

/** Mean lengths of MLPerf's data sets, as measured/README.md gives them. The long one is from memory there. */
const LENGTHS: Readonly<
  Record<string, { readonly model: string; readonly input: number; readonly output: number; readonly sure: boolean }>
> = {
  'llama2-70b': { model: 'meta-llama/Llama-2-70b-hf', input: 221, output: 294.45, sure: true },
  'llama3.1-405b': { model: 'meta-llama/Meta-Llama-3.1-405B', input: 9400, output: 684.68, sure: false },
};

const ACCELERATORS: readonly (readonly [RegExp, string])[] = [
  [/H100-SXM/, 'H100'],
  [/H200-SXM-141GB$/, 'H200'],
  [/GB300/, 'GB300'],
  [/GB200/, 'GB200'],
  [/B300-SXM/, 'B300'],
  [/B200-SXM/, 'B200'],
  [/L40S/, 'L40S'],
  [/RTX PRO 6000/, 'RTXPRO6000'],
];

/** A cell of MLPerf: the median over submitters, closed division, offline, 99 and 99.9 as one. */
export interface MlperfCell {
  readonly round: string;
  readonly model: string;
  readonly accelerator: string;
  readonly accelerators: number;
  readonly precision: Precision;
  readonly tokensPerSecond: number;
}

type Row = Readonly<Record<string, string>>;

function cellOf(row: Row): MlperfCell | undefined {
  const model = (row.model ?? '').replace(/-99(\.9)?$/, '').replace('llama3_1', 'llama3.1');
  const accelerator = ACCELERATORS.find(([pattern]) => pattern.test(row.accelerator ?? ''))?.[1];
  const usable = row.division === 'closed' && row.scenario === 'Offline' && LENGTHS[model] !== undefined;
  if (!usable || accelerator === undefined) return undefined;
  const weights = row.weights ?? '';
  // Submissions of v4.1 state fp16 where they run the FP8 that TensorRT-LLM quantizes to.
  const precision = /fp4/.test(weights) ? 'fp4' : 'fp8';
  return {
    round: row.round ?? '',
    model,
    accelerator,
    accelerators: Number(row.accels),
    precision,
    tokensPerSecond: Number(row.result),
  };
}

/** Reads `mlperf.csv`. */
export function readMlperf(csv: string): readonly MlperfCell[] {
  const rows: Row[] = parse(csv, { columns: true, skip_empty_lines: true, trim: true });
  const cells = rows.map(cellOf).filter((cell) => cell !== undefined);
  return groupBy(cells, (c) => [c.round, c.model, c.accelerator, c.accelerators, c.precision].join('|')).map(
    ([, group]) => {
      const results = group.map((c) => c.tokensPerSecond).sort((a, b) => a - b);
      return { ...(group[0] as MlperfCell), tokensPerSecond: quantileOf(results, 0.5) };
    },
  );
}

const BATCHES = [16, 32, 64, 128, 256, 512, 768, 1024, 1536, 2048];
const RANKS = [1, 2, 4, 8];

/** Highest output tokens per second and accelerator that a replica reaches, whatever its latency: what offline asks for. */
export function offlineTokensPerSecond(
  cell: MlperfCell,
  catalog: Catalog,
  coefficientsOf: (accelerator: string) => Coefficients | undefined,
): number | undefined {
  const lengths = LENGTHS[cell.model];
  const model = tryFindModel(catalog, lengths?.model ?? '');
  const accelerator = tryFindAccelerator(catalog, cell.accelerator);
  const c = coefficientsOf(cell.accelerator);
  if (lengths === undefined || model === undefined || accelerator === undefined || c === undefined) return undefined;
  const memoryBytes = accelerator.memoryBytes ?? 278e9;
  let best = 0;
  for (const tensorParallel of RANKS.filter((n) => n <= cell.accelerators)) {
    for (const concurrency of BATCHES) {
      const load: ReplicaLoad = {
        model,
        accelerator: { ...accelerator, memoryBytes },
        engine: 'trtllm',
        precision: cell.precision,
        inputTokens: lengths.input,
        outputTokens: lengths.output,
        concurrency,
        protocol: 'steady',
        monthsOld: 0,
        tensorParallel,
        attentionDataParallel: 1,
        expertTensorParallel: tensorParallel,
        expertParallel: 1,
      };
      const work = workOf(load);
      const serving = servingOf(load, work);
      const fits =
        weightBytes(work) < memoryBytes &&
        serving.kvCapacityTokens >= concurrency * (lengths.input + lengths.output / 2);
      if (!fits) continue;
      const t = requestTimes(work, c, serving, emptyTimes());
      const seconds = t.ttftSeconds + (lengths.output - 1) * t.tpotSeconds;
      best = Math.max(best, (concurrency * lengths.output) / seconds / tensorParallel);
    }
  }
  return best;
}

/** The MLPerf part of `npm run accuracy`: offline throughput, with one peak-tuning factor for the engine and nothing else fitted. */
export function mlperfReport(
  csv: string,
  catalog: Catalog,
  coefficientsOf: (accelerator: string) => Coefficients | undefined,
): string {
  const cells = readMlperf(csv);
  const rounds = [...new Set(cells.map((c) => c.round))].sort();
  const lines = rounds.flatMap((round) => {
    const rows = cells
      .filter((c) => c.round === round)
      .map((cell) => ({
        cell,
        predicted: (offlineTokensPerSecond(cell, catalog, coefficientsOf) ?? Number.NaN) * cell.accelerators,
      }))
      .filter((row) => row.predicted > 0);
    const ratios = rows.map((row) => row.cell.tokensPerSecond / row.predicted).sort((a, b) => a - b);
    const factor = quantileOf(ratios, 0.5);
    const errors = rows
      .map((row) => Math.abs((row.predicted * factor) / row.cell.tokensPerSecond - 1))
      .sort((a, b) => a - b);
    return [
      `MLPerf ${round} offline: ${rows.length} cells, peak-tuning factor ${factor.toFixed(2)} (TensorRT-LLM), median error ${(100 * quantileOf(errors, 0.5)).toFixed(1)} %`,
      ...rows.map(
        (row) =>
          `  ${row.cell.model} ${row.cell.precision} on ${row.cell.accelerators} × ${row.cell.accelerator}: measured ${row.cell.tokensPerSecond.toFixed(0)} tokens/s, predicted ${row.predicted.toFixed(0)}, with the factor ${((100 * row.predicted * factor) / row.cell.tokensPerSecond - 100).toFixed(1)} %${LENGTHS[row.cell.model]?.sure === true ? '' : ' (output length from memory)'}`,
      ),
    ];
  });
  return lines.join('\n');
}
