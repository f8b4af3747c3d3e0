import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Product } from './products';

/** One GetProducts request as the server understood it. */
export interface ListRequest {
  readonly serviceCode: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly token: string | undefined;
  readonly maxResults: number;
}

/** How one request goes wrong; undefined answers it. */
export type Misbehaviour =
  | 'throttle'
  | 'cutBeforeAnswer'
  | 'cutInAnswer'
  | 'hang'
  | 'html'
  | 'html503'
  | 'noPriceList'
  | 'expiredToken'
  | 'repeatedToken'
  | 'endlessTokens'
  | 'invalidParameter'
  | 'accessDenied'
  | undefined;

export interface ServerOptions {
  /** Products a page. @default 100 */
  readonly pageSize?: number;
  /** Whether it leaves the filtering to the client, as a careless server would. @default false */
  readonly ignoresFilters?: boolean;
  /** What the Savings Plans service offers at the same address. @default - nothing */
  readonly rates?: readonly object[];
  /** Asked before every answer, with how many requests came before. */
  readonly misbehave?: (request: ListRequest, before: number) => Misbehaviour;
}

/**
 * A Price List on loopback that speaks the real protocol: POST / with x-amz-target, signed, AWS JSON 1.1, `PriceList` of JSON
 * strings, page tokens, errors as `__type`. Beside it stands the Savings Plans service: REST JSON at a path of its own.
 */
export class PriceListServer {
  readonly requests: ListRequest[] = [];
  options: ServerOptions;

  private constructor(
    private readonly server: http.Server,
    readonly products: readonly (Product | string)[],
    options: ServerOptions,
  ) {
    this.options = options;
  }

  static async start(products: readonly (Product | string)[], options: ServerOptions = {}): Promise<PriceListServer> {
    const server = http.createServer();
    const made = new PriceListServer(server, products, options);
    server.on('request', (request, response) => made.receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private receive(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.answer(request, Buffer.concat(chunks).toString('utf8'), response));
  }

  private answer(request: http.IncomingMessage, body: string, response: http.ServerResponse): void {
    if (request.url === '/DescribeSavingsPlansOfferingRates') {
      this.answerRates(request, JSON.parse(body), response);
      return;
    }
    const signed = /AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/us-east-1\/pricing\/aws4_request/;
    if (
      request.headers['x-amz-target'] !== 'AWSPriceListService.GetProducts' ||
      request.headers['content-type'] !== 'application/x-amz-json-1.1' ||
      !signed.test(request.headers.authorization ?? '')
    ) {
      refuse(response, 400, 'UnrecognizedClientException', 'this is not the protocol');
      return;
    }
    const read = JSON.parse(body);
    const asked: ListRequest = {
      serviceCode: read.ServiceCode,
      filters: Object.fromEntries(
        read.Filters.map((each: { Field: string; Value: string }) => [each.Field, each.Value]),
      ),
      token: read.NextToken,
      maxResults: read.MaxResults,
    };
    const misbehaviour = this.options.misbehave?.(asked, this.requests.length);
    this.requests.push(asked);
    if (misbehaviour === undefined || misbehaviour === 'repeatedToken' || misbehaviour === 'endlessTokens')
      this.page(asked, response, misbehaviour);
    else misbehaved(misbehaviour, request, response);
  }

  private answerRates(request: http.IncomingMessage, read: RatesBody, response: http.ServerResponse): void {
    const asked: ListRequest = {
      serviceCode: 'savingsplans',
      filters: {
        planType: read.savingsPlanTypes.join(),
        paymentOption: read.savingsPlanPaymentOptions.join(),
        ...Object.fromEntries(read.filters.map(({ name, values }) => [name, values.join()])),
      },
      token: read.nextToken,
      maxResults: read.maxResults,
    };
    const misbehaviour = this.options.misbehave?.(asked, this.requests.length);
    this.requests.push(asked);
    if (misbehaviour !== undefined) {
      misbehaved(misbehaviour, request, response);
      return;
    }
    const size = Math.min(this.options.pageSize ?? 1000, asked.maxResults);
    const from = Number(asked.token?.replace('page-', '') ?? 0);
    const rates = this.options.rates ?? [];
    const next = from + size < rates.length ? `page-${from + size}` : '';
    send(response, 200, { searchResults: rates.slice(from, from + size), nextToken: next });
  }

  private page(asked: ListRequest, response: http.ServerResponse, misbehaviour: Misbehaviour): void {
    const size = Math.min(this.options.pageSize ?? 100, asked.maxResults);
    const from = Number(asked.token?.replace('page-', '') ?? 0);
    const found = this.products.filter((product) => typeof product === 'string' || this.finds(asked, product));
    const next = misbehaviour === 'repeatedToken' ? 'page-0' : `page-${from + size}`;
    const more = misbehaviour !== undefined || from + size < found.length;
    send(response, 200, {
      FormatVersion: 'aws_v1',
      PriceList: found
        .slice(from, from + size)
        .map((product) => (typeof product === 'string' ? product : JSON.stringify(product))),
      ...(more ? { NextToken: next } : {}),
    });
  }

  private finds({ serviceCode, filters }: ListRequest, { serviceCode: of, product }: Product): boolean {
    const listed: Readonly<Record<string, string>> = { ...product.attributes, productFamily: product.productFamily };
    const passes =
      this.options.ignoresFilters || Object.entries(filters).every(([field, value]) => listed[field] === value);
    return of === serviceCode && passes;
  }
}

const ERRORS: Readonly<Record<string, readonly [type: string, message: string]>> = {
  throttle: ['ThrottlingException', 'Rate exceeded'],
  expiredToken: ['ExpiredNextTokenException', 'The token expired'],
  invalidParameter: ['InvalidParameterException', 'The attribute is not known'],
  accessDenied: ['AccessDeniedException', 'not authorized to perform: pricing:GetProducts'],
};
interface RatesBody {
  readonly savingsPlanTypes: readonly string[];
  readonly savingsPlanPaymentOptions: readonly string[];
  readonly filters: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly nextToken?: string;
  readonly maxResults: number;
}

const PAGE = '<!DOCTYPE html><html><body><h1>Sign in to the corporate network</h1></body></html>';

function misbehaved(how: Misbehaviour, request: http.IncomingMessage, response: http.ServerResponse): void {
  const error = ERRORS[how ?? ''];
  if (error !== undefined) refuse(response, 400, ...error);
  switch (how) {
    case 'noPriceList':
      send(response, 200, { hello: 'world' });
      return;
    case 'html':
      sendText(response, 200, 'text/html', PAGE);
      return;
    case 'html503':
      sendText(response, 503, 'text/html', PAGE);
      return;
    case 'cutBeforeAnswer':
      request.socket.destroy();
      return;
    case 'cutInAnswer':
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': '4096' });
      response.write('{"FormatVersion":"aws_v1","PriceList":["{\\"product', () => request.socket.destroy());
      return;
    default:
      // Never answered.
      return;
  }
}

function refuse(response: http.ServerResponse, status: number, type: string, message: string): void {
  send(response, status, { __type: type, message });
}

function send(response: http.ServerResponse, status: number, body: unknown): void {
  sendText(response, status, 'application/x-amz-json-1.1', JSON.stringify(body));
}

function sendText(response: http.ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}
