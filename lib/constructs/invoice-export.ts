import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnExport } from 'aws-cdk-lib/aws-bcmdataexports';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FOCUS_1_2_COLUMNS } from '../focus/aws-columns';
import { dailyChargesSql } from '../focus/daily-charges';
import type { FleetInvoice } from '../workload/fleet';
import { KEPT_DAYS, KeptBucket } from './kept-bucket';

/** AWS's table of FOCUS 1.2 (AWS Data Exports user guide, table dictionary, read 2026-11-24). */
const AWS_TABLE = 'FOCUS_1_2_AWS';
const PREFIX = 'exports';
const RESULTS = 'results';
/** In Athena; the query reads it by this name. */
const TABLE = 'focus';
const DEFAULT_GIGABYTES = 100;
/** Exports begin with the month in which they are made; a year more asks for no folder that matters. */
const FIRST_MONTH = '2026-01';

export interface InvoiceExportProps {
  readonly deployment: string;
  readonly invoice: FleetInvoice;
}

/**
 * The account's invoice as AWS exports it: FOCUS 1.2 by the day, Parquet in a bucket, overwritten as AWS restates a month; a
 * table over it, and the saved query that `headroom actuals` asks of the same files here.
 *
 * The table finds its months by their names, so that no crawler runs. Athena refuses a query that would read more than the
 * limit, and writes its results, encrypted, beside the export.
 */
export class InvoiceExport extends Construct {
  constructor(scope: Construct, id: string, { deployment, invoice }: InvoiceExportProps) {
    super(scope, id);
    const name = `headroom-${deployment}`;
    const bucket = this.createBucket(invoice.bucketName);
    const exported = new CfnExport(this, 'Export', { export: exportOf(name, bucket.bucketName, this) });
    // AWS writes a test file when it makes the export. The name alone waits for the bucket, not for its policy.
    if (bucket.policy !== undefined) exported.node.addDependency(bucket.policy);
    const database = `headroom_${deployment.replaceAll('-', '_')}`;
    const location = `s3://${bucket.bucketName}/${PREFIX}/${name}/data`;
    const catalog = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: database, description: 'What AWS has charged, as it exports it' },
    });
    new CfnTable(this, 'Table', tableOf(database, location)).addResourceDependency(catalog);
    const workGroup = new CfnWorkGroup(this, 'WorkGroup', workGroupOf(name, bucket.bucketName, invoice));
    const query = new CfnNamedQuery(this, 'DailyCharges', {
      name: `${name}-daily-charges`,
      description: 'What was charged by day, kind and deployment, as headroom actuals asks it',
      database,
      workGroup: name,
      queryString: dailyChargesSql(TABLE),
    });
    query.addResourceDependency(workGroup);
    query.addResourceDependency(catalog);
  }

  private createBucket(bucketName: string): Bucket {
    const bucket = new KeptBucket(this, 'Bucket', {
      bucketName,
      lifecycleRules: [{ prefix: `${RESULTS}/`, expiration: Duration.days(KEPT_DAYS) }],
      reasons: {
        unlogged: 'the management account alone reads it; who does is in CloudTrail where its owner wants data events',
        unreplicated: 'AWS can export its months again',
        withoutKey: 'AWS delivers into a bucket of S3-managed keys without a grant',
      },
    });
    bucket.addToResourcePolicy(delivery(bucket, this));
    return bucket;
  }
}

/** AWS may write, for exports of this account alone (AWS Data Exports user guide, S3 bucket policy, read 2026-11-24). */
function delivery(bucket: Bucket, scope: Construct): PolicyStatement {
  const { account, partition, region } = Stack.of(scope);
  return new PolicyStatement({
    sid: 'DataExports',
    effect: Effect.ALLOW,
    principals: [new ServicePrincipal('bcm-data-exports.amazonaws.com')],
    actions: ['s3:PutObject', 's3:GetBucketPolicy'],
    resources: [bucket.bucketArn, bucket.arnForObjects('*')],
    conditions: {
      StringLike: { 'aws:SourceArn': `arn:${partition}:bcm-data-exports:${region}:${account}:export/*` },
      StringEquals: { 'aws:SourceAccount': account },
    },
  });
}

function exportOf(name: string, bucketName: string, scope: Construct): CfnExport.ExportProperty {
  return {
    name,
    description: 'FOCUS 1.2 with AWS columns',
    dataQuery: {
      queryStatement: `SELECT ${FOCUS_1_2_COLUMNS.map(([column]) => column).join(', ')} FROM ${AWS_TABLE}`,
      tableConfigurations: { [AWS_TABLE]: { TIME_GRANULARITY: 'DAILY' } },
    },
    destinationConfigurations: {
      s3Destination: {
        s3Bucket: bucketName,
        s3Prefix: PREFIX,
        s3Region: Stack.of(scope).region,
        s3OutputConfigurations: {
          format: 'PARQUET',
          compression: 'PARQUET',
          outputType: 'CUSTOM',
          // A month is restated until its invoice is out; a second copy of it would be counted twice.
          overwrite: 'OVERWRITE_REPORT',
        },
      },
    },
    refreshCadence: { frequency: 'SYNCHRONOUS' },
  };
}

function tableOf(databaseName: string, location: string) {
  return {
    catalogId: Aws.ACCOUNT_ID,
    databaseName,
    tableInput: {
      name: TABLE,
      tableType: 'EXTERNAL_TABLE',
      parameters: {
        classification: 'parquet',
        'projection.enabled': 'true',
        'projection.billing_period.type': 'date',
        'projection.billing_period.format': 'yyyy-MM',
        'projection.billing_period.range': `${FIRST_MONTH},NOW`,
        'projection.billing_period.interval': '1',
        'projection.billing_period.interval.unit': 'MONTHS',
        'storage.location.template': `${location}/BILLING_PERIOD=\${billing_period}`,
      },
      partitionKeys: [{ name: 'billing_period', type: 'string' }],
      storageDescriptor: {
        location,
        columns: FOCUS_1_2_COLUMNS.map(([column, type]) => ({ name: column.toLowerCase(), type })),
        inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
      },
    },
  };
}

function workGroupOf(name: string, bucketName: string, { gigabytesPerQuery = DEFAULT_GIGABYTES }: FleetInvoice) {
  return {
    name,
    description: 'Questions about the invoice',
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: gigabytesPerQuery * 1e9,
      resultConfiguration: {
        outputLocation: `s3://${bucketName}/${RESULTS}/`,
        encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        expectedBucketOwner: Aws.ACCOUNT_ID,
      },
    },
  };
}
