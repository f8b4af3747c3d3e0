import { availableParallelism } from 'node:os';
import type { DuckDBConnection } from '@duckdb/node-api';
import { parse as parseCsv } from 'csv-parse/sync';
import { dailyChargesSql } from '../../focus/daily-charges';
import { Problem } from '../../problem';
import { type ExportFile, firstLine, hashOfFile } from './export-file';
import { type FoundColumn, focusVersionOf, focusView } from './focus-view';

/** A row of the query: one kind of charge of one day, as text. */
export interface ChargeRow {
  readonly billingStart: string;
  readonly billingEnd: string;
  readonly day: string;
  readonly account: string;
  readonly currency: string;
  readonly kind: string;
  readonly deployment: string | null;
  readonly cash: string;
  readonly amortized: string;
  readonly list: string;
  readonly rows: number;
  readonly unread: number;
  readonly uninvoiced: number;
}

/** What one file holds. */
export interface ReadExport extends ExportFile {
  readonly focusVersion: '1.0' | '1.2';
  readonly sha256: string;
  readonly charges: readonly ChargeRow[];
}

/** Bytes that the engine may hold; the rest of two gigabytes is left to the reader's buffers and Node. */
const MEMORY_LIMIT = '1GB';

/**
 * Reads exports one after another, each by one query in an embedded DuckDB: no row ever becomes a JavaScript value.
 *
 * @throws Problem InvalidActuals for a file that is not what its name says, lacks a column or has an amount or a date that is
 *   none; UnreadableFile.
 */
export async function readExports(files: readonly ExportFile[]): Promise<readonly ReadExport[]> {
  const connection = await openEngine();
  try {
    const read: ReadExport[] = [];
    for (const file of files) read.push(await readExport(connection, file));
    return read;
  } finally {
    connection.closeSync();
  }
}

async function openEngine(): Promise<DuckDBConnection> {
  // Loaded only here: it is native, and no other command needs it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(Math.min(availableParallelism(), 4)),
    memory_limit: MEMORY_LIMIT,
    preserve_insertion_order: 'false',
    // Never from the network: what is built in is enough.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

async function readExport(connection: DuckDBConnection, file: ExportFile): Promise<ReadExport> {
  const [sha256, { columns, charges }] = await Promise.all([hashOfFile(file.file), queried(connection, file)]);
  return { ...file, focusVersion: focusVersionOf(columns), sha256, charges };
}

async function queried(
  connection: DuckDBConnection,
  file: ExportFile,
): Promise<{ readonly columns: readonly FoundColumn[]; readonly charges: readonly ChargeRow[] }> {
  try {
    const columns = await (file.format === 'csv' ? csvColumns : parquetColumns)(connection, file);
    const view = focusView(file.name, columns, file.format === 'csv' ? csvSource(file, columns) : parquetSource(file));
    await connection.run(`CREATE OR REPLACE TEMP VIEW focus AS ${view}`);
    const answer = await connection.runAndReadAll(dailyChargesSql('focus'));
    return { columns, charges: answer.getRowsJson().map(chargeRow) };
  } catch (thrown) {
    throw thrown instanceof Problem ? thrown : unreadable(file, thrown);
  }
}

async function parquetColumns(connection: DuckDBConnection, file: ExportFile): Promise<readonly FoundColumn[]> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${parquetSource(file)}`);
  return described.getRowsJson().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

/** Of the first line: a sniffer that looks at some rows may take a broken one for the header. */
async function csvColumns(_: DuckDBConnection, { file }: ExportFile): Promise<readonly FoundColumn[]> {
  const [names] = parseCsv(await firstLine(file), { bom: true });
  return (names ?? []).map((name) => ({ name, type: 'VARCHAR' }));
}

const AS_IT_STANDS =
  'auto_detect = false, null_padding = false, ignore_errors = false, hive_partitioning = false, max_line_size = 8388608';

function parquetSource({ file }: ExportFile): string {
  return `read_parquet(${literalOf(file)}, hive_partitioning = false)`;
}

/** Every field as text: types are given by the view. */
function csvSource({ file }: ExportFile, columns: readonly FoundColumn[]): string {
  const named = columns.map(({ name }) => `${quoted(name)}: 'VARCHAR'`).join(', ');
  return `read_csv(${literalOf(file)}, header = true, delim = ',', quote = '"', escape = '"', columns = {${named}}, ${AS_IT_STANDS})`;
}

/** The path as the engine reads it: what would be a pattern stands for itself. */
function literalOf(file: string): string {
  return quoted(file.replaceAll(/[[*?]/g, '[$&]'));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function chargeRow(row: readonly unknown[]): ChargeRow {
  const [billingStart, billingEnd, day, account, currency, kind, deployment, cash, amortized, list, ...counts] = row;
  const [rows, unread, uninvoiced] = counts.map(Number);
  return {
    billingStart: String(billingStart),
    billingEnd: String(billingEnd),
    day: String(day),
    account: String(account),
    currency: String(currency),
    kind: String(kind),
    deployment: typeof deployment === 'string' ? deployment : null,
    cash: String(cash),
    amortized: String(amortized),
    list: String(list),
    rows: rows ?? 0,
    unread: unread ?? 0,
    uninvoiced: uninvoiced ?? 0,
  };
}

/** The engine's complaint in one sentence of ours: its own may quote the rows. */
function unreadable({ name, format }: ExportFile, thrown: unknown): Problem {
  const said = String(thrown);
  if (/overflow/i.test(said)) {
    return new Problem('InvalidActuals', `${name} has amounts whose sum is above 14 digits; check its cost columns`);
  }
  if (/out of memory/i.test(said)) {
    return new Problem('InvalidActuals', `${name} needs more than ${MEMORY_LIMIT} of memory to read; split it by day`);
  }
  const line = /Line: (\d+)/.exec(said)?.[1];
  const where = line === undefined ? '' : ` at line ${line}`;
  return new Problem(
    'InvalidActuals',
    `${name} is not whole as ${format === 'csv' ? 'CSV' : 'Parquet'}${where}; fetch it again`,
  );
}
