import type { Range } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { scaledBy } from '../scalable-target';
import { countOf, field, flagOf, listOf, literalText, Opaque, type Value } from '../template-value';
import { type ChargerContext, exactly } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AttributeDefinitions',
  'BillingMode',
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'KinesisStreamSpecification',
  'LocalSecondaryIndexes',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'ProvisionedThroughput',
  'ResourcePolicy',
  'SSESpecification',
  'StreamSpecification',
  'TableClass',
  'TableName',
  'Tags',
  'TimeToLiveSpecification',
  'WarmThroughput',
]);

/** Requests or provisioned capacity of the table and its indexes, storage, backups and stream reads. */
export function chargeTable(table: Resource, context: ChargerContext): readonly Line[] {
  return [
    ...capacity(table, context),
    usage('tableGigabytes', 'dynamodb:storage'),
    ...apart(table),
    ...unknownProperties(table, 'table', KNOWN),
  ];
}

function capacity(table: Resource, context: ChargerContext): readonly Line[] {
  const mode = literalText(table.property('BillingMode') ?? 'PROVISIONED');
  if (mode === 'PAY_PER_REQUEST')
    return [usage('tableWriteRequests', 'dynamodb:writeRequests'), usage('tableReadRequests', 'dynamodb:readRequests')];
  if (mode !== 'PROVISIONED') return [unpriced('tableCapacity', 'the billing mode is not decided by the template')];
  const scaled = scaledBy(
    table,
    'dynamodb',
    'CapacityUnits',
    literalText(table.property('TableName')),
    context.assembly,
  );
  if (scaled !== undefined)
    return [
      unpriced('tableCapacity', 'the capacity is scaled, and its bounds are not added up here; declare a ceiling'),
    ];
  const indexes = listOf(table.property('GlobalSecondaryIndexes') ?? [], 'GlobalSecondaryIndexes');
  if (indexes instanceof Opaque) return [unpriced('tableCapacity', indexes.reason)];
  const throughputs = [
    table.property('ProvisionedThroughput'),
    ...indexes.map((one) => field(one, 'ProvisionedThroughput')),
  ];
  return [
    sum('tableWriteCapacity', 'dynamodb:writeCapacity', throughputs, 'WriteCapacityUnits'),
    sum('tableReadCapacity', 'dynamodb:readCapacity', throughputs, 'ReadCapacityUnits'),
  ];
}

function sum(
  dimension: string,
  item: 'dynamodb:writeCapacity' | 'dynamodb:readCapacity',
  throughputs: readonly Value[],
  name: string,
): Line {
  const counts = throughputs.map((one) => countOf(field(one, name), name));
  const unknown = counts.find((one) => one instanceof Opaque);
  if (unknown instanceof Opaque) return unpriced(dimension, unknown.reason);
  const known = counts.filter((one): one is Range<number> => !(one instanceof Opaque));
  const total = (at: keyof Range<number>) => known.reduce((units, one) => units + one[at], 0);
  return priced(dimension, item, exactly({ min: total('min'), plan: total('plan'), max: total('max') }));
}

function apart(table: Resource): readonly Line[] {
  const lines: Line[] = [];
  const recovery = field(table.property('PointInTimeRecoverySpecification'), 'PointInTimeRecoveryEnabled');
  if (flagOf(recovery, 'PointInTimeRecoveryEnabled') !== false)
    lines.push(usage('tableBackupGigabytes', 'dynamodb:continuousBackup'));
  if (table.property('StreamSpecification') !== undefined)
    lines.push(usage('tableStreamReads', 'dynamodb:streamReads'));
  for (const [name, dimension] of APART) {
    if (table.property(name) !== undefined)
      lines.push(unpriced(dimension, `${name} is billed apart and not priced; declare a ceiling`));
  }
  if ((table.property('TableClass') ?? 'STANDARD') !== 'STANDARD')
    lines.push(unpriced('tableClass', 'only the standard table class is priced'));
  return lines;
}

const APART = [
  ['ContributorInsightsSpecification', 'tableInsights'],
  ['KinesisStreamSpecification', 'tableKinesisStream'],
  ['WarmThroughput', 'tableWarmThroughput'],
] as const;
