import { parse } from 'csv-parse/sync';
import { Problem } from '../problem';
import { timestampReader } from './trace-timestamp';

/** Requests that were served somewhere, by arrival. Columns side by side: the same index is the same request. */
export interface Trace {
  /** Seconds after the first arrival; ascending. */
  readonly arrivedAtSeconds: readonly number[];
  readonly inputTokens: readonly number[];
  readonly outputTokens: readonly number[];
}

interface TraceRow {
  readonly at: number;
  readonly input: number;
  readonly output: number;
}

interface TraceFormat {
  readonly columns: readonly [time: string, input: string, output: string];
  /** Makes a reader of the time column: seconds, undefined when the text is no time. */
  readonly timeReader: () => (text: string) => number | undefined;
  readonly timeMeans: string;
}

/** The Azure LLM inference traces of 2023: as converted by Splitwise, and as Azure published them. */
const FORMATS: readonly TraceFormat[] = [
  {
    columns: ['arrived_at', 'num_prefill_tokens', 'num_decode_tokens'],
    timeReader: () => secondsOf,
    timeMeans: 'seconds of at least 0',
  },
  {
    columns: ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'],
    timeReader: timestampReader,
    timeMeans: 'a UTC timestamp such as 2023-11-16 18:15:46.6805900',
  },
];

const DECIMAL = /^\d+(\.\d+)?(e[+-]?\d+)?$/i;
const WHOLE = /^\d{1,9}(\.0+)?$/;

/**
 * Reads a trace from CSV text. Rows may be in any order; other columns are ignored.
 *
 * @param name how the trace is called in a Problem, its file name as a rule
 * @throws Problem InvalidTrace for unknown columns, for no rows, and for a bad row with its line, column and value.
 */
export function parseTrace(text: string, name: string): Trace {
  const [header, ...lines] = recordsOf(text, name);
  const format = formatOf(header ?? [], name);
  const rowOf = rowReader(format, header ?? [], name);
  const rows: TraceRow[] = [];
  lines.forEach((fields, index) => {
    // The header is line 1. A blank line is a record of one empty field.
    if (!isBlank(fields)) rows.push(rowOf(fields, index + 2));
  });
  if (rows.length === 0) throw new Problem('InvalidTrace', `trace ${name} has no requests; give at least one row`);
  return withinAYear(traceOf(rows), name);
}

/** A longer gap than a year is a slip of the pen, and would make any rate as small as one likes. */
function withinAYear(trace: Trace, name: string): Trace {
  const days = (trace.arrivedAtSeconds.at(-1) ?? 0) / 86_400;
  if (days <= 366) return trace;
  throw new Problem('InvalidTrace', `trace ${name} spans ${Math.round(days)} days; give at most 366, in seconds`);
}

function recordsOf(text: string, name: string): string[][] {
  try {
    return parse(text, { bom: true, trim: true, relax_column_count: true, relax_quotes: true });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Problem('InvalidTrace', `trace ${name} is not CSV: ${reason.replace(/\s+/g, ' ')}; correct that line`);
  }
}

function formatOf(header: readonly string[], name: string): TraceFormat {
  const found = FORMATS.find(({ columns }) => columns.every((column) => header.includes(column)));
  if (found !== undefined) return found;
  const allowed = FORMATS.map(({ columns }) => columns.join(',')).join(' or ');
  const given = header.join(',').slice(0, 120);
  if (given === '')
    throw new Problem('InvalidTrace', `trace ${name} is empty; give a CSV file with columns ${allowed}`);
  throw new Problem('InvalidTrace', `trace ${name} has columns ${given}; rename them to ${allowed}`);
}

/** Reads one row; its errors name line, column and value. */
function rowReader(format: TraceFormat, header: readonly string[], name: string) {
  const [time, input, output] = format.columns;
  const readTime = format.timeReader();
  const cell = (column: string, read: (text: string) => number | undefined, means: string) => {
    const position = header.indexOf(column);
    return (fields: readonly string[], line: number): number => {
      const text = fields[position];
      const value = text === undefined ? undefined : read(text);
      if (value !== undefined) return value;
      const got = text === undefined || text === '' ? 'no value' : JSON.stringify(text.slice(0, 40));
      throw new Problem(
        'InvalidTrace',
        `trace ${name} line ${line}: ${column} must be ${means}, got ${got}; correct the row`,
      );
    };
  };
  const at = cell(time, readTime, format.timeMeans);
  const inputTokens = cell(input, wholeTokensOf, 'a whole number of at least 1');
  const outputTokens = cell(output, wholeTokensOf, 'a whole number of at least 1');
  return (fields: readonly string[], line: number): TraceRow => {
    if (fields.length > header.length) {
      throw new Problem(
        'InvalidTrace',
        `trace ${name} line ${line}: the row has ${fields.length} fields and the header ${header.length}; write numbers without separators and correct the row`,
      );
    }
    return { at: at(fields, line), input: inputTokens(fields, line), output: outputTokens(fields, line) };
  };
}

function traceOf(rows: readonly TraceRow[]): Trace {
  const ordered = rows.every((row, index) => index === 0 || row.at >= (rows[index - 1]?.at ?? 0))
    ? rows
    : [...rows].sort((a, b) => a.at - b.at);
  const first = ordered[0]?.at ?? 0;
  return {
    arrivedAtSeconds: ordered.map(({ at }) => at - first),
    inputTokens: ordered.map(({ input }) => input),
    outputTokens: ordered.map(({ output }) => output),
  };
}

const isBlank = (fields: readonly string[]): boolean => fields.every((field) => field === '');
function secondsOf(text: string): number | undefined {
  return DECIMAL.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

function wholeTokensOf(text: string): number | undefined {
  return WHOLE.test(text) && Number(text) >= 1 ? Number(text) : undefined;
}
