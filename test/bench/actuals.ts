import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { makeActuals } from '../../lib/budget/actuals/make-actuals';
import { FOCUS_1_2_COLUMNS } from '../../lib/focus/aws-columns';

/**
 * How long an export of ten million rows takes to sum, as Parquet and as CSV, each in a process of its own.
 *
 * Usage: npm run bench:actuals [-- ROWS]. Generates in the temporary folder: about 7 GB of CSV at ten million.
 */
const [first = '10000000', file] = process.argv.slice(2);

/** One month of hours over 2,000 resources; costs with up to twelve places, as AWS writes most. */
const VALUES: Readonly<Record<string, string>> = {
  BilledCost: 'i % 99991 / 1e7',
  EffectiveCost: 'i % 99991 / 1e7',
  ListCost: 'i % 99991 / 8e6',
  BillingAccountId: "'111122223333'",
  BillingCurrency: "'USD'",
  BillingPeriodStart: "TIMESTAMP '2026-12-01'",
  BillingPeriodEnd: "TIMESTAMP '2027-01-01'",
  ChargeCategory: "'Usage'",
  ChargeDescription: "'$0.8048 per On Demand Linux g6.xlarge Instance Hour'",
  ChargeFrequency: "'Usage-Based'",
  ChargePeriodStart: "TIMESTAMP '2026-12-01' + INTERVAL 1 HOUR * (i % 744)",
  ChargePeriodEnd: "TIMESTAMP '2026-12-01' + INTERVAL 1 HOUR * (i % 744 + 1)",
  CommitmentDiscountId: 'NULL',
  InvoiceId: "'1234567890'",
  PublisherName: "'Amazon Web Services, Inc.'",
  RegionId: "'us-east-1'",
  ResourceId: "'arn:aws:ec2:us-east-1:111122223333:instance/i-' || (i % 2000)",
  ServiceName: "'Amazon Elastic Compute Cloud'",
  Tags: "MAP {'team': 'a', 'headroom:deployment': CASE WHEN i % 10 = 0 THEN 'production' ELSE 'other' END}",
};

async function generate(folder: string): Promise<readonly string[]> {
  const connection = await (await DuckDBInstance.create(':memory:', { memory_limit: '2GB' })).connect();
  const columns = (text: boolean) =>
    FOCUS_1_2_COLUMNS.filter(
      ([name]) => name in VALUES || !/^(SkuPriceDetails|x_|Pricing|Capacity|Sku|SubAccountType)/.test(name),
    ).map(([name, type]) => {
      const value = VALUES[name] ?? (type === 'string' ? `'${name}'` : 'NULL::DOUBLE');
      return `${text && name === 'Tags' ? `CAST(TO_JSON(${value}) AS VARCHAR)` : value} AS ${name}`;
    });
  console.log(`${columns(true).length} columns, ${Number(first).toLocaleString('en-US')} rows`);
  const rows = (text: boolean) => `(SELECT ${columns(text).join(', ')} FROM range(${Number(first)}) r(i))`;
  const files = [path.join(folder, 'export.snappy.parquet'), path.join(folder, 'export.csv')];
  await connection.run(`COPY ${rows(false)} TO '${files[0]}' (FORMAT parquet)`);
  await connection.run(`COPY ${rows(true)} TO '${files[1]}' (HEADER)`);
  connection.closeSync();
  return files;
}

async function measure(one: string): Promise<void> {
  const started = performance.now();
  const { charges } = await makeActuals({ files: [one], asOf: '2027-02-01T00:00:00Z' });
  const seconds = (performance.now() - started) / 1000;
  const peak = process.resourceUsage().maxRSS / 1024;
  const size = fs.statSync(one).size / 1e6;
  console.log(
    `${path.basename(one)}: ${size.toFixed(0)} MB, ${seconds.toFixed(1)} s, ${peak.toFixed(0)} MiB at the peak, ${charges.length} sums`,
  );
}

async function main(): Promise<void> {
  if (file !== undefined) return measure(file);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-bench-'));
  try {
    for (const one of await generate(folder)) {
      spawnSync(process.execPath, ['bin/run.js', 'test/bench/actuals.ts', first, one], { stdio: 'inherit' });
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

void main();
