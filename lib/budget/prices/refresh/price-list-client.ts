import type {
  GetProductsCommandOutput,
  PricingClient,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-pricing';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { type ListedAnswer, parseAnswer } from '../price-list';
import type { ListQuery } from './list-queries';
import { type Rate, TokenBucket } from './token-bucket';

/** What came of one query. */
export type QueryAnswer =
  | ({
      readonly kind: 'answered';
      /** The server, when it is not AWS's own: an emulator or a proxy. */
      readonly via: string | undefined;
    } & ListedAnswer)
  /** The list understands the query and refuses it: its rows have no reading, others do. */
  | { readonly kind: 'refused'; readonly why: string }
  /** No answer to be had: the whole refresh stops. */
  | { readonly kind: 'failed'; readonly why: string };

/** How patient the client is. */
export interface Patience {
  readonly rate: Rate;
  /** Tries of one request that is throttled or cut off. */
  readonly attempts: number;
  /** Longest wait before the nth further try; the wait is a random part of it. */
  readonly backoffMillis: (retry: number) => number;
  /** Without an answer for so long, a request counts as cut off. */
  readonly timeoutMillis: number;
}

const PATIENCE: Patience = {
  rate: { burst: 10, perSecond: 5 },
  attempts: 8,
  backoffMillis: (retry) => Math.min(20_000, 250 * 2 ** retry),
  timeoutMillis: 30_000,
};

/** GetProducts' own limit. */
const PAGE_SIZE = 100;
/** How often one query may begin anew because its page token expired or came twice. */
const RESTARTS = 3;

const REFUSED = ['InvalidParameterException', 'NotFoundException'];
const STALE_TOKEN = ['ExpiredNextTokenException', 'InvalidNextTokenException'];

/**
 * Reads the Price List through the SDK: paced to its limit, patient with throttling and cut connections, beginning a query
 * anew when its page token goes stale. Endpoint and credentials are found as every AWS tool finds them
 * (`AWS_ENDPOINT_URL_PRICING`, `AWS_ENDPOINT_URL`, profiles, roles).
 */
export class PriceListClient {
  private constructor(
    private readonly client: PricingClient,
    /** The server that is asked, e.g. "api.pricing.us-east-1.amazonaws.com". */
    readonly host: string,
  ) {}

  static async open(patience: Partial<Patience> = {}): Promise<PriceListClient> {
    const { rate, attempts, backoffMillis, timeoutMillis } = { ...PATIENCE, ...patience };
    // The SDK is pinned to a version that runs on every Node that this package does: its notice helps nobody here.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    // Loaded when needed: every other command does without the SDK.
    const sdk = await import('@aws-sdk/client-pricing');
    const { ConfiguredRetryStrategy } = await import('@smithy/core/retry');
    const { getEndpointFromInstructions } = await import('@smithy/core/endpoints');
    const client = new sdk.PricingClient({
      region: 'us-east-1',
      retryStrategy: new ConfiguredRetryStrategy(attempts, (n) => Math.random() * backoffMillis(n)),
      requestHandler: {
        connectionTimeout: timeoutMillis,
        requestTimeout: timeoutMillis,
        throwOnRequestTimeout: true,
      },
    });
    pace(client, new TokenBucket(rate));
    const { url } = await getEndpointFromInstructions({}, sdk.GetProductsCommand, client.config);
    return new PriceListClient(client, url.host);
  }

  /** Every product that a query finds. */
  async ask(query: ListQuery): Promise<QueryAnswer> {
    for (let start = 0; start <= RESTARTS; start += 1) {
      try {
        const entries = await this.#pages(query);
        if (entries !== undefined) return { kind: 'answered', via: this.#via(), ...parseAnswer(entries) };
      } catch (thrown) {
        const error = thrown as Error;
        if (REFUSED.includes(error.name)) return { kind: 'refused', why: oneLine(error.message) };
        if (!STALE_TOKEN.includes(error.name)) return { kind: 'failed', why: whyOf(error) };
      }
    }
    return { kind: 'failed', why: `the pages of one query could not be read to the end in ${RESTARTS + 1} tries` };
  }

  close(): void {
    this.client.destroy();
  }

  /** Undefined when the list hands out a page token for the second time: the pages would never end. */
  async #pages({ serviceCode, filters }: ListQuery): Promise<readonly string[] | undefined> {
    const { GetProductsCommand } = await import('@aws-sdk/client-pricing');
    const entries: string[] = [];
    const seen = new Set<string>();
    let token: string | undefined;
    do {
      const page: GetProductsCommandOutput = await this.client.send(
        new GetProductsCommand({
          ServiceCode: serviceCode,
          FormatVersion: 'aws_v1',
          MaxResults: PAGE_SIZE,
          Filters: Object.entries(filters).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value })),
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      if (page.PriceList === undefined) throw new Error('the answer holds no PriceList');
      entries.push(...page.PriceList.map(String));
      token = page.NextToken === '' ? undefined : page.NextToken;
      if (token !== undefined && seen.has(token)) return undefined;
      seen.add(token ?? '');
    } while (token !== undefined);
    return entries;
  }

  #via(): string | undefined {
    return /\.amazonaws\.com(\.cn)?$/.test(this.host) ? undefined : this.host;
  }
}

/** Behind the retries, so that every try takes its turn. */
function pace(client: PricingClient, bucket: TokenBucket): void {
  const waitTurn: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => async (args) => {
    await bucket.take();
    return next(args);
  };
  client.middlewareStack.addRelativeTo(waitTurn, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'priceListPace',
  });
}

function whyOf(error: Error): string {
  if (error.name === 'CredentialsProviderError')
    return 'no AWS credentials found; pricing:GetProducts is all they need';
  if (error.name === 'SyntaxError')
    return 'the answer is not JSON; is the endpoint the Price List, or a proxy in its way?';
  return `${error.name}: ${oneLine(error.message)}`;
}

function oneLine(text: string): string {
  return text.split('\n')[0]?.trim().slice(0, 200) ?? '';
}
