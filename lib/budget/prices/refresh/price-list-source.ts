import type { PricingClient } from '@aws-sdk/client-pricing';
import type { Instant } from '../../../units/interval';
import { canonicalJson } from '../canonical';
import { parseAnswer, readRow, refusedRow } from '../price-list';
import { type ListRow, queryFilters } from '../price-list-rows';
import { clientSettings, type Patience, paced, viaOf } from './patience';
import type { PriceQuery, PriceSource, QueryResult } from './price-query';
import { type Page, readPages } from './read-pages';

/** GetProducts' own limit. */
const PAGE_SIZE = 100;

/**
 * The AWS Price List Query API through its SDK, paced to its limit. Endpoint and credentials are found as every AWS tool finds
 * them (`AWS_ENDPOINT_URL_PRICING`, `AWS_ENDPOINT_URL`, profiles, roles).
 */
export async function priceListSource(
  rows: readonly ListRow[],
  now: () => Instant,
  patience: Partial<Patience>,
): Promise<PriceSource> {
  // Loaded when needed: every other command does without the SDK.
  const { PricingClient, GetProductsCommand } = await import('@aws-sdk/client-pricing');
  const { getEndpointFromInstructions } = await import('@smithy/core/endpoints');
  const client = new PricingClient(await clientSettings(patience));
  client.middlewareStack.use(paced(patience));
  const { url } = await getEndpointFromInstructions({}, GetProductsCommand, client.config);
  return {
    queries: grouped(rows).map((group) => queryOf(group, { client, host: url.host, now })),
    close: () => client.destroy(),
  };
}

interface Asking {
  readonly client: PricingClient;
  readonly host: string;
  readonly now: () => Instant;
}

/** Rows of the same service and filters: one query finds them all. */
interface RowGroup {
  readonly serviceCode: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly rows: readonly ListRow[];
}

function grouped(rows: readonly ListRow[]): readonly RowGroup[] {
  const groups = new Map<string, RowGroup & { readonly rows: ListRow[] }>();
  for (const row of rows) {
    const question = { serviceCode: row.selector.serviceCode, filters: queryFilters(row) };
    const key = canonicalJson(question);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...question, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

function queryOf(group: RowGroup, asking: Asking): PriceQuery {
  const { serviceCode, filters, rows } = group;
  return {
    id: canonicalJson({ host: asking.host, serviceCode, filters, items: rows.map(({ item }) => item) }),
    about: serviceCode,
    read: () => read(group, asking),
  };
}

async function read(group: RowGroup, { client, host, now }: Asking): Promise<QueryResult> {
  const pages = await readPages((token) => pageOf(group, client, token));
  switch (pages.kind) {
    case 'failed':
      return pages;
    case 'refused':
      return { kind: 'read', readings: group.rows.map((row) => refusedRow(row, pages.why)) };
    case 'read': {
      const answer = parseAnswer(pages.entries);
      const stamp = { retrieved: now(), via: viaOf(host) };
      return { kind: 'read', readings: group.rows.map((row) => readRow(row, answer, stamp)) };
    }
  }
}

async function pageOf(
  { serviceCode, filters }: RowGroup,
  client: PricingClient,
  token: string | undefined,
): Promise<Page<string>> {
  const { GetProductsCommand } = await import('@aws-sdk/client-pricing');
  const page = await client.send(
    new GetProductsCommand({
      ServiceCode: serviceCode,
      FormatVersion: 'aws_v1',
      MaxResults: PAGE_SIZE,
      Filters: Object.entries(filters).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value })),
      ...(token === undefined ? {} : { NextToken: token }),
    }),
  );
  return { entries: page.PriceList?.map(String), next: page.NextToken };
}
