import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { FOCUS_1_2_COLUMNS } from '../../../lib/focus/aws-columns';

/** Fields of one row of an export, by column; the rest are those of a plain hour of use. */
export type FocusRow = Readonly<Record<string, string>>;

const HOUR: FocusRow = {
  BillingAccountId: '111122223333',
  BillingCurrency: 'USD',
  BillingPeriodStart: '2026-12-01T00:00:00Z',
  BillingPeriodEnd: '2027-01-01T00:00:00Z',
  ChargeCategory: 'Usage',
  ChargeDescription: 'an hour, "as used", of something',
  ChargeFrequency: 'Usage-Based',
  ChargePeriodStart: '2026-12-02T05:00:00Z',
  ChargePeriodEnd: '2026-12-02T06:00:00Z',
  InvoiceId: '1234',
  PublisherName: 'Amazon Web Services, Inc.',
  ServiceName: 'Amazon Elastic Compute Cloud',
  Tags: '{"team":"a"}',
};

export const COLUMNS_1_2 = FOCUS_1_2_COLUMNS.map(([name]) => name);
/** The columns of FOCUS 1.0 that are read, and some that are not. */
export const COLUMNS_1_0 = COLUMNS_1_2.filter(
  (name) => !/^(InvoiceId|CapacityReservation|Pricing|Sku(Meter|PriceD))/.test(name),
);

/** A row whose three costs are the same. */
export function used(cost: string, changes: FocusRow = {}): FocusRow {
  return { BilledCost: cost, EffectiveCost: cost, ListCost: cost, ...changes };
}

/** The same in January 2027, on no invoice yet. */
export const JANUARY: FocusRow = {
  BillingPeriodStart: '2027-01-01T00:00:00Z',
  BillingPeriodEnd: '2027-02-01T00:00:00Z',
  ChargePeriodStart: '2027-01-10T00:00:00Z',
  InvoiceId: '',
};

export function csvOf(rows: readonly FocusRow[], columns: readonly string[] = COLUMNS_1_2): string {
  const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => columns.map((name) => quoted(row[name] ?? HOUR[name] ?? '')).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

/** Writes an export as its name's ending says, and gives its path. */
export async function writeExport(
  folder: string,
  name: string,
  rows: readonly FocusRow[],
  columns: readonly string[] = COLUMNS_1_2,
): Promise<string> {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const text = csvOf(rows, columns);
  if (name.endsWith('.parquet')) await writeParquet(file, text);
  else fs.writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}

/** With the types that AWS writes: DOUBLE amounts, timestamps, maps. */
async function writeParquet(file: string, text: string): Promise<void> {
  const csv = `${file}.csv`;
  fs.writeFileSync(csv, text);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const types = new Map(FOCUS_1_2_COLUMNS);
  const columns = (text.split('\n')[0] ?? '').split(',').map((name) => {
    const type = types.get(name) ?? 'string';
    if (type.startsWith('map'))
      return `CAST(CAST("${name}" AS JSON) AS MAP(VARCHAR, VARCHAR)) AS ${name.toLowerCase()}`;
    return type === 'string'
      ? `"${name}" AS ${name.toLowerCase()}`
      : `CAST("${name}" AS ${type}) AS ${name.toLowerCase()}`;
  });
  await connection.run(
    `COPY (SELECT ${columns.join(', ')} FROM read_csv('${csv}', header = true, all_varchar = true)) TO '${file}' (FORMAT parquet)`,
  );
  connection.closeSync();
  fs.rmSync(csv);
}
