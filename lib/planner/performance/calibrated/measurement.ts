import { CsvError, parse } from 'csv-parse/sync';
import { Problem } from '../../../problem';
import type { Protocol } from './request-time';

/** One end-to-end measurement of a serving configuration. */
export interface Measurement {
  readonly id: string;
  readonly model: string;
  readonly accelerator: string;
  readonly engine: 'vllm' | 'sglang' | 'trtllm';
  readonly engineVersion: string;
  readonly precision: 'bf16' | 'fp8' | 'fp4' | 'int4';
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly concurrency: number;
  readonly accelerators: number;
  readonly tensorParallel: number;
  readonly attentionDataParallel: number;
  readonly expertTensorParallel: number;
  readonly expertParallel: number;
  readonly protocol: Protocol;
  readonly measuredOn: string;
  readonly saturated: boolean;
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
}

/** Reads measurements with the columns of `serving.csv`. */
export function readMeasurements(text: string): Measurement[] {
  return csvRows(text).map((row, index) => readRow(row, index + 2));
}

/** Rows of a CSV by column. @throws Problem where it is none */
export function csvRows(text: string): readonly Record<string, string>[] {
  try {
    return parse(text, { columns: true, skip_empty_lines: true, trim: true, bom: true });
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    throw new Problem(
      'InvalidArgument',
      `the measurements are not a CSV with a header: ${thrown.message}; correct that line`,
    );
  }
}

function readRow(row: Record<string, string>, line: number): Measurement {
  const text = (name: string): string => {
    const value = row[name];
    if (value === undefined)
      throw new Problem(
        'InvalidArgument',
        `measurements lack the column "${name}"; see measured/README.md for the columns`,
      );
    return value;
  };
  const number = (name: string): number => {
    const value = Number(text(name));
    if (!(value > 0 && Number.isFinite(value)))
      throw new Problem('InvalidArgument', `line ${line} has "${text(name)}" as ${name}; give a number above zero`);
    return value;
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[]): T => {
    const value = text(name);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined)
      throw new Problem('InvalidArgument', `line ${line} has "${value}" as ${name}; give one of ${allowed.join(', ')}`);
    return found;
  };
  return {
    id: text('id'),
    model: text('model'),
    accelerator: text('accelerator'),
    engine: oneOf('engine', ['vllm', 'sglang', 'trtllm']),
    engineVersion: text('engineVersion'),
    precision: oneOf('precision', ['bf16', 'fp8', 'fp4', 'int4']),
    inputTokens: number('inputTokens'),
    outputTokens: number('outputTokens'),
    concurrency: number('concurrency'),
    accelerators: number('accelerators'),
    tensorParallel: number('tensorParallel'),
    attentionDataParallel: number('attentionDataParallel'),
    expertTensorParallel: number('expertTensorParallel'),
    expertParallel: number('expertParallel'),
    protocol: oneOf('protocol', ['inferencex', 'steady', 'static', 'other']),
    measuredOn: text('measuredOn'),
    saturated: oneOf('saturated', ['true', 'false']) === 'true',
    ttftSeconds: number('ttftSeconds'),
    tpotSeconds: number('tpotSeconds'),
  };
}
