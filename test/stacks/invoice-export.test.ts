import { DuckDBInstance } from '@duckdb/node-api';
import { dailyChargesSql } from '../../lib/focus/daily-charges';
import { FleetStage } from '../../lib/stacks/fleet-stage';
import type { Fleet } from '../../lib/workload/fleet';
import { type Anything, anApp, Synthesized } from './cells';
import { INVOICED_FLEET } from './fleets';

function staged(fleet: Fleet): Synthesized {
  const app = anApp();
  new FleetStage(app, { fleet, deployment: 'production', cells: ['UsEast1'], limits: [], tags: {} });
  return new Synthesized(app);
}

const app = staged(INVOICED_FLEET);
const STACK = 'Fleet-Invoice';
const only = (type: string): Anything => {
  const found = app.resources(STACK, type);
  expect([type, found.length]).toEqual([type, 1]);
  return found[0];
};

describe('the export of an invoice', () => {
  test('is FOCUS 1.2 by the day, Parquet, with every column and each month once', () => {
    const { Export } = only('AWS::BCMDataExports::Export').Properties;
    expect(Export.DataQuery.QueryStatement).toMatch(
      /^SELECT AvailabilityZone, BilledCost, .*, x_ServiceCode FROM FOCUS_1_2_AWS$/,
    );
    expect(Export.DataQuery.TableConfigurations).toEqual({ FOCUS_1_2_AWS: { TIME_GRANULARITY: 'DAILY' } });
    expect(Export.DestinationConfigurations.S3Destination.S3OutputConfigurations).toEqual({
      Format: 'PARQUET',
      Compression: 'PARQUET',
      OutputType: 'CUSTOM',
      Overwrite: 'OVERWRITE_REPORT',
    });
    expect(Export.RefreshCadence).toEqual({ Frequency: 'SYNCHRONOUS' });
  });

  test('waits for the leave that lets AWS write, for exports of this account alone', () => {
    const policies = app.resources(STACK, 'AWS::S3::BucketPolicy');
    const statements: Anything[] = policies[0]?.Properties.PolicyDocument.Statement;
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({
      Principal: { Service: 'bcm-data-exports.amazonaws.com' },
      Action: ['s3:GetBucketPolicy', 's3:PutObject'],
      Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } },
    });
    expect(JSON.stringify(allowed[0].Condition)).toContain(':bcm-data-exports:us-east-1:444455556666:export/*');
    expect(only('AWS::BCMDataExports::Export').DependsOn).toEqual(
      expect.arrayContaining([expect.stringContaining('BucketPolicy')]),
    );
    expect(only('AWS::S3::Bucket').DeletionPolicy).toBe('Retain');
  });

  test('lies where the table looks for its months', () => {
    const { S3Bucket, S3Prefix } =
      only('AWS::BCMDataExports::Export').Properties.Export.DestinationConfigurations.S3Destination;
    const { TableInput } = only('AWS::Glue::Table').Properties;
    const template = TableInput.Parameters['storage.location.template'];
    const bucket = typeof S3Bucket === 'string' ? S3Bucket : S3Bucket.Ref;
    const text =
      typeof template === 'string'
        ? template
        : template['Fn::Join'][1].map((part: Anything) => part.Ref ?? part).join('');
    expect(text).toBe(`s3://${bucket}/${S3Prefix}/headroom-production/data/BILLING_PERIOD=\${billing_period}`);
    expect(TableInput.PartitionKeys).toEqual([{ Name: 'billing_period', Type: 'string' }]);
  });

  test('is asked within a limit, and answers are encrypted', () => {
    const { WorkGroupConfiguration } = only('AWS::Athena::WorkGroup').Properties;
    expect(WorkGroupConfiguration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 100_000_000_000,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    });
  });

  test('is made only where it is asked for, in the one region that exports', () => {
    const { invoice: _, ...without } = INVOICED_FLEET;
    expect(staged(without).stacks.map(({ stackName }) => stackName)).not.toContain(STACK);
    const elsewhere = staged({ ...INVOICED_FLEET, region: 'us-west-2' });
    expect(elsewhere.stacks.find(({ stackName }) => stackName === STACK)?.environment.region).toBe('us-east-1');
  });

  test.each([
    ['no bucket that S3 takes', { bucketName: 'Invoices' }, 'a bucket is named by'],
    ['the bucket of the weights', { bucketName: 'example-model-weights-shared' }, 'share a bucket'],
    ['half a gigabyte', { bucketName: 'invoices', gigabytesPerQuery: 0.5 }, 'a whole number of gigabytes'],
  ])('fails on %s', (_, invoice, sentence) => {
    expect(() => staged({ ...INVOICED_FLEET, invoice })).toThrow(sentence);
  });
});

describe('the saved query', () => {
  const sql: string = only('AWS::Athena::NamedQuery').Properties.QueryString;

  test('is the one that is asked here', () => {
    expect(sql).toBe(dailyChargesSql('focus'));
  });

  test('runs over the very table that Athena has, and casts before it adds', async () => {
    const { Columns } = only('AWS::Glue::Table').Properties.TableInput.StorageDescriptor;
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const duck = (type: string) =>
      type
        .replace('string', 'VARCHAR')
        .replace('string', 'VARCHAR')
        .replace(/^map<(.*),(.*)>$/, 'MAP($1, $2)');
    const types = Columns.map(({ Name, Type }: Anything) => `${Name} ${duck(Type)}`);
    await connection.run(`CREATE TABLE focus (${types.join(', ')})`);
    const row: Readonly<Record<string, string>> = {
      billingperiodstart: "TIMESTAMP '2026-12-01 00:00:00'",
      billingperiodend: "TIMESTAMP '2027-01-01 00:00:00'",
      chargeperiodstart: "TIMESTAMP '2026-12-02 00:00:00'",
      billingaccountid: "'444455556666'",
      billingcurrency: "'USD'",
      chargecategory: "'Usage'",
      publishername: "'Amazon Web Services, Inc.'",
      servicename: "'Amazon EC2'",
      tags: "MAP {'headroom:deployment': 'production'}",
      effectivecost: '1',
      listcost: '1',
    };
    const insert = `INSERT INTO focus (${Object.keys(row).join(', ')}, billedcost) VALUES`;
    for (const cost of ['0.1', '0.2']) await connection.run(`${insert} (${Object.values(row).join(', ')}, ${cost})`);
    const [answer] = (await connection.runAndReadAll(sql)).getRowObjectsJson();
    connection.closeSync();
    expect(answer).toMatchObject({
      billing_start: '2026-12-01',
      billing_end: '2027-01-01',
      charge_day: '2026-12-02',
      kind: 'usage',
      deployment: 'production',
      charges: '2',
      unread: '0',
      uninvoiced: '2',
    });
    // The table has doubles, so the engine's own cast decides the places beyond fifteen; files that are read here are exact.
    expect(String(answer?.cash)).toMatch(/^0\.300000000000000\d{9}$/);
  });

  /** Functions that mean the same in DuckDB 1.5 and in Trino, which Athena engine 3 is (their function references, read 2026-11-24). */
  const SHARED = [
    'ARRAY_POSITION',
    'CAST',
    'COALESCE',
    'CONCAT',
    'CONTAINS',
    'COUNT',
    'GREATEST',
    'LEAST',
    'LOWER',
    'MAP_KEYS',
    'MAP_VALUES',
    'SUM',
  ];

  test('says nothing that only one of the two engines reads', () => {
    const bare = sql.replaceAll(/'[^']*'/g, "''");
    const called = [...bare.matchAll(/\b([A-Z_]+)\(/gi)]
      .map(([, name]) => name ?? '')
      .filter((name) => name !== 'DECIMAL');
    expect([...new Set(called)].filter((name) => !SHARED.includes(name))).toEqual([]);
    expect(bare).not.toMatch(/::|->|"|`|\{|GROUP BY ALL|QUALIFY|EXCLUDE|FILTER|ILIKE|TRY_CAST|LIST_|STRUCT|;/);
  });
});
