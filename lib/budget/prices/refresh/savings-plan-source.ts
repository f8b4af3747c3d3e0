import type { SavingsplansClient } from '@aws-sdk/client-savingsplans';
import type { Instant } from '../../../units/interval';
import { canonicalJson } from '../canonical';
import {
  parseRates,
  questionOf,
  type RateQuestion,
  type RateRow,
  rateFilters,
  readRate,
  refusedRate,
} from '../savings-plan-rates';
import { clientSettings, type Patience, paced, viaOf } from './patience';
import type { PriceQuery, PriceSource, QueryResult } from './price-query';
import { type Page, readPages } from './read-pages';

/** The service's own limit. */
const PAGE_SIZE = 1000;

/** The Savings Plans offering rates through their SDK (`AWS_ENDPOINT_URL_SAVINGSPLANS`, `AWS_ENDPOINT_URL`). Reads, never buys. */
export async function savingsPlanSource(
  rows: readonly RateRow[],
  now: () => Instant,
  patience: Partial<Patience>,
): Promise<PriceSource> {
  const { SavingsplansClient, DescribeSavingsPlansOfferingRatesCommand } = await import('@aws-sdk/client-savingsplans');
  const { getEndpointFromInstructions } = await import('@smithy/core/endpoints');
  const client = new SavingsplansClient(await clientSettings(patience));
  client.middlewareStack.use(paced(patience));
  // Its command says the same as every other; only its types are looser.
  const command = DescribeSavingsPlansOfferingRatesCommand as Parameters<typeof getEndpointFromInstructions>[1];
  const { url } = await getEndpointFromInstructions({}, command, client.config);
  return {
    queries: grouped(rows).map((group) => queryOf(group, { client, host: url.host, now })),
    close: () => client.destroy(),
  };
}

interface Asking {
  readonly client: SavingsplansClient;
  readonly host: string;
  readonly now: () => Instant;
}

interface RateGroup {
  readonly question: RateQuestion;
  readonly rows: readonly RateRow[];
}

/** The service does not filter by term: plans that differ in it alone share a question. */
function grouped(rows: readonly RateRow[]): readonly RateGroup[] {
  const groups = new Map<string, { readonly question: RateQuestion; readonly rows: RateRow[] }>();
  for (const row of rows) {
    const question = questionOf(row);
    const key = canonicalJson(question);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { question, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

function queryOf(group: RateGroup, asking: Asking): PriceQuery {
  const items = group.rows.map(({ item }) => item);
  return {
    id: canonicalJson({ host: asking.host, savingsPlans: group.question, items }),
    about: 'Savings Plans',
    read: () => read(group, asking),
  };
}

async function read({ question, rows }: RateGroup, { client, host, now }: Asking): Promise<QueryResult> {
  const pages = await readPages((token) => pageOf(question, client, token));
  switch (pages.kind) {
    case 'failed':
      return pages;
    case 'refused':
      return { kind: 'read', readings: rows.map((row) => refusedRate(row, pages.why)) };
    case 'read': {
      const answer = parseRates(pages.entries);
      const stamp = { retrieved: now(), via: viaOf(host) };
      return { kind: 'read', readings: rows.map((row) => readRate(row, answer, stamp)) };
    }
  }
}

async function pageOf(
  question: RateQuestion,
  client: SavingsplansClient,
  token: string | undefined,
): Promise<Page<unknown>> {
  const { DescribeSavingsPlansOfferingRatesCommand } = await import('@aws-sdk/client-savingsplans');
  const filters = rateFilters(question);
  const page = await client.send(
    new DescribeSavingsPlansOfferingRatesCommand({
      savingsPlanTypes: [question.planType],
      savingsPlanPaymentOptions: [question.payment],
      products: ['EC2'],
      serviceCodes: ['AmazonEC2'],
      operations: ['RunInstances'],
      filters: (Object.keys(filters) as (keyof typeof filters)[]).map((name) => ({ name, values: [filters[name]] })),
      maxResults: PAGE_SIZE,
      ...(token === undefined ? {} : { nextToken: token }),
    }),
  );
  return { entries: page.searchResults, next: page.nextToken };
}
