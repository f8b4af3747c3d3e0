import { AMOUNT_TYPE } from '../../focus/daily-charges';
import { Problem } from '../../problem';

/** A column as DuckDB finds it in a file. */
export interface FoundColumn {
  readonly name: string;
  readonly type: string;
}

type Role = 'amount' | 'time' | 'text' | 'tags';

/** What the query reads, and how. InvoiceId alone may be missing: FOCUS 1.0 has none. */
const ROLES: Readonly<Record<string, Role>> = {
  BilledCost: 'amount',
  BillingAccountId: 'text',
  BillingCurrency: 'text',
  BillingPeriodEnd: 'time',
  BillingPeriodStart: 'time',
  ChargeCategory: 'text',
  ChargeDescription: 'text',
  ChargeFrequency: 'text',
  ChargePeriodStart: 'time',
  CommitmentDiscountId: 'text',
  EffectiveCost: 'amount',
  InvoiceId: 'text',
  ListCost: 'amount',
  PublisherName: 'text',
  ServiceName: 'text',
  Tags: 'tags',
};

/** Which version of FOCUS an export follows, by the columns that only one has. */
export function focusVersionOf(columns: readonly FoundColumn[]): '1.0' | '1.2' {
  return has(columns, 'InvoiceId') || has(columns, 'CapacityReservationStatus') ? '1.2' : '1.0';
}

/**
 * A view of a file with the types that an exported table has in Athena, and amounts as exact decimals.
 *
 * @throws Problem InvalidActuals for a missing column and for one of a type that it cannot have.
 */
export function focusView(name: string, columns: readonly FoundColumn[], source: string): string {
  const missing = Object.keys(ROLES).filter((column) => column !== 'InvoiceId' && !has(columns, column));
  if (missing.length > 0) {
    throw new Problem(
      'InvalidActuals',
      `${name} lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}; give a FOCUS 1.0 or 1.2 export with all columns of AWS`,
    );
  }
  const twice = columns.find(({ name: one }, at) => columns.findIndex((other) => same(other.name, one)) < at);
  if (twice !== undefined) throw new Problem('InvalidActuals', `${name} has the column ${twice.name} twice; keep one`);
  const read = Object.entries(ROLES).map(([column, role]) => {
    const found = columns.find((one) => same(one.name, column));
    return `${found === undefined ? 'NULL' : expressionOf(name, found, role)} AS ${column.toLowerCase()}`;
  });
  return `SELECT ${read.join(', ')} FROM ${source}`;
}

function expressionOf(file: string, { name, type }: FoundColumn, role: Role): string {
  const column = `"${name.replaceAll('"', '""')}"`;
  const isText = type === 'VARCHAR';
  if (role === 'text') return `NULLIF(CAST(${column} AS VARCHAR), '')`;
  if (role === 'time' && isText) return `TRY_CAST(${column} AS TIMESTAMP)`;
  if (role === 'time' && /^(TIMESTAMP|DATE)/.test(type)) return `CAST(${column} AS TIMESTAMP)`;
  if (role === 'tags' && isText) return tagsFromText(column);
  if (role === 'tags' && type === 'MAP(VARCHAR, VARCHAR)') return column;
  if (role === 'amount' && isText) return amountFromText(column);
  if (role === 'amount' && /^(DOUBLE|FLOAT)$/.test(type)) return amountFromDouble(column);
  if (role === 'amount' && /^(DECIMAL|BIGINT|INTEGER)/.test(type)) return `TRY_CAST(${column} AS ${AMOUNT_TYPE})`;
  throw new Problem(
    'InvalidActuals',
    `${file} has ${name} as ${type}, which is no ${role === 'amount' ? 'amount' : role}; give the export as AWS wrote it`,
  );
}

/**
 * Text with up to twelve places fits a machine word, which is eight times as fast; longer text takes the wide path. Both are
 * exact: nothing goes through a float.
 */
function amountFromText(text: string): string {
  const short = `LENGTH(${text}) - STRPOS(${text}, '.') <= 12 AND STRPOS(${text}, 'e') + STRPOS(${text}, 'E') = 0`;
  const wide = `TRY_CAST(${text} AS ${AMOUNT_TYPE})`;
  return `CASE WHEN ${short} THEN COALESCE(CAST(TRY_CAST(${text} AS DECIMAL(18, 12)) AS ${AMOUNT_TYPE}), ${wide}) ELSE ${wide} END`;
}

/**
 * The amount that a DOUBLE was made from, which is its shortest text. Up to fifteen digits a decimal that gives the same
 * DOUBLE back is that amount; the others go through the text itself. DuckDB's own cast would multiply as a float.
 */
function amountFromDouble(value: string): string {
  const word = `TRY_CAST(${value} AS DECIMAL(18, 12))`;
  return (
    `CASE WHEN ABS(${value}) < 1000 AND CAST(${word} AS DOUBLE) = ${value} THEN CAST(${word} AS ${AMOUNT_TYPE}) ` +
    `ELSE TRY_CAST(CAST(CAST(${value} AS DOUBLE) AS VARCHAR) AS ${AMOUNT_TYPE}) END`
  );
}

/** Tags stand in CSV as a JSON object; only those with a tag of ours are parsed. */
function tagsFromText(text: string): string {
  return `CASE WHEN CONTAINS(${text}, 'headroom') THEN TRY_CAST(TRY_CAST(${text} AS JSON) AS MAP(VARCHAR, VARCHAR)) END`;
}

function has(columns: readonly FoundColumn[], name: string): boolean {
  return columns.some((column) => same(column.name, name));
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
