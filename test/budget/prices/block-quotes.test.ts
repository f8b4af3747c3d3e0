import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import {
  type BlockOffering,
  type BlockQuestion,
  type BlockQuote,
  liveQuotes,
  parseQuotes,
  readOffering,
  withNewQuotes,
} from '../../../lib/budget/prices/block-quotes';
import { quoteBlocks } from '../../../lib/budget/prices/refresh/quote-blocks';
import { isProblem } from '../../../lib/problem';
import { renderQuotes } from '../../../lib/report/quote-report';
import { expectReadable } from '../../report/golden';
import { CREDENTIALS, QUICK, watchedFiles } from './refresh-world';

const NOW = '2026-11-23T21:00:00Z';
const ACCOUNT = '111122223333';
const QUESTION: BlockQuestion = {
  region: 'us-west-2',
  of: { kind: 'instances', type: 'p5.48xlarge' },
  count: 4,
  hours: 168,
  within: { start: '2026-12-01T00:00:00Z' },
};

/** 4 × 168 h at 41.528 USD: 27,906.816 USD. */
const OFFERING: BlockOffering = {
  id: 'cbr-0123456789abcdef0',
  instanceType: 'p5.48xlarge',
  ultraServerType: undefined,
  ultraServerCount: undefined,
  availabilityZone: 'us-west-2a',
  instanceCount: 4,
  start: '2026-12-01T11:30:00Z',
  end: '2026-12-08T11:30:00Z',
  upfrontFee: '27906.816',
  currency: 'USD',
};

const STAMP = { account: ACCOUNT, quotedAt: NOW };

function quoteOf(offering: Partial<BlockOffering> = {}, question = QUESTION): BlockQuote {
  const read = readOffering({ ...OFFERING, ...offering }, question, STAMP);
  if (read.kind === 'quote') return read.quote;
  throw new Error(read.reason);
}

describe('an offering', () => {
  test('is a quote of one account for one window, good for a day, with an exact rate', () => {
    expect(quoteOf()).toEqual({
      id: 'cbr-0123456789abcdef0',
      account: ACCOUNT,
      region: 'us-west-2',
      availabilityZone: 'us-west-2a',
      instanceType: 'p5.48xlarge',
      count: 4,
      window: { start: '2026-12-01T11:30:00Z', end: '2026-12-08T11:30:00Z' },
      upfrontFee: '27906.816',
      perHour: '41.528',
      quotedAt: NOW,
      expires: '2026-11-24T21:00:00Z',
    });
  });

  test('has the hours of its window, minutes too: one that starts at once ends at 11:30 all the same', () => {
    // From 21:45 to 11:30 two days on: 37.75 h. 4 × 37.75 × 41.528 = 6,270.728.
    const quote = quoteOf({ start: '2026-11-23T21:45:00Z', end: '2026-11-25T11:30:00Z', upfrontFee: '6270.728' });
    expect([quote.perHour, quote.expires]).toEqual(['41.528', '2026-11-23T21:45:00Z']);
  });

  test('of UltraServers counts those', () => {
    const question: BlockQuestion = { ...QUESTION, count: 1, of: { kind: 'ultraServers', type: 'u-p6e-gb200x72' } };
    const offered = {
      ultraServerType: 'u-p6e-gb200x72',
      ultraServerCount: 1,
      instanceCount: 18,
      upfrontFee: '127999.872',
    };
    // 761.904 × 168 = 127,999.872
    expect(quoteOf(offered, question)).toMatchObject({
      ultraServerType: 'u-p6e-gb200x72',
      count: 1,
      perHour: '761.904',
    });
  });

  test.each<readonly [string, Partial<BlockOffering>, RegExp]>([
    ['money in another currency', { currency: 'CNY' }, /is in CNY/],
    ['no currency', { currency: undefined }, /is in no currency/],
    ['no fee', { upfrontFee: undefined }, /costs nothing/],
    ['a fee of nothing', { upfrontFee: '0.00' }, /costs "0.00"/],
    ['a fee that is no number', { upfrontFee: '1e6' }, /costs "1e6"/],
    ['no window', { start: undefined }, /from nowhen/],
    ['a window that ends before it starts', { end: OFFERING.start }, /is for 4 from/],
    ['no zone', { availabilityZone: undefined }, /does not say what it offers/],
    ['no count', { instanceCount: undefined }, /does not say what it offers/],
    ['nothing in it', { instanceCount: 0 }, /is for 0 from/],
  ])('fails to be a quote with %s', (_, override, reason) => {
    expect(readOffering({ ...OFFERING, ...override }, QUESTION, STAMP)).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(reason),
    });
  });
});

describe('quotes.json', () => {
  const file = (quotes: readonly BlockQuote[]) => ({ schemaVersion: 1, quotes }) as const;
  const text = (quotes: readonly object[]) => JSON.stringify({ schemaVersion: 1, quotes });

  test('survives JSON, also at a rate without end', () => {
    // 1,000 ÷ (4 × 168) has no finite decimal.
    const endless = quoteOf({ upfrontFee: '1000' });
    expect(endless.perHour).toBe('125/84');
    expect(parseQuotes(JSON.stringify(file([quoteOf(), endless]))).quotes).toEqual([quoteOf(), endless]);
  });

  test.each<readonly [string, string, RegExp]>([
    ['no JSON', '{', /is not JSON/],
    ['an unknown key', text([{ ...quoteOf(), discount: '5' }]), /Unrecognized key/],
    ['an account that is none', text([{ ...quoteOf(), account: '12' }]), /quotes.0.account/],
    ['a rate that is not the fee’s', text([{ ...quoteOf(), perHour: '4.1528' }]), /which is not 4.1528 an hour for 4/],
    ['a quote for longer than a day', text([{ ...quoteOf(), expires: '2026-11-25T21:00:00Z' }]), /more than 24 hours/],
    ['a day that no calendar has', text([{ ...quoteOf(), quotedAt: '2026-02-30' }]), /UTC date/],
  ])('is refused with %s', (_, broken, sentence) => {
    const thrown = (() => {
      try {
        return parseQuotes(broken);
      } catch (error) {
        return error as Error;
      }
    })();
    expect(isProblem(thrown) && thrown.message).toMatch(sentence);
  });

  test('an expired quote is no quote', () => {
    expect(liveQuotes(file([quoteOf()]), '2026-11-24T20:59:59Z').length).toBe(1);
    expect(liveQuotes(file([quoteOf()]), '2026-11-24T21:00:00Z')).toEqual([]);
    expect(liveQuotes(file([quoteOf()]), '2026-11-23T20:59:59Z')).toEqual([]);
  });

  test('keeps what others were quoted, drops what has expired, replaces what was asked anew; cheapest first', () => {
    const others = { ...quoteOf({ id: 'other' }), account: '999999999999' };
    const elsewhere = { ...quoteOf({ id: 'elsewhere' }), region: 'us-east-1' };
    const old = { ...quoteOf({ id: 'old' }), quotedAt: '2026-11-22T20:00:00Z', expires: '2026-11-23T20:00:00Z' };
    const former = file([others, elsewhere, { ...old, region: 'eu-west-1' }, quoteOf({ id: 'before' })]);
    const fresh = [quoteOf({ id: 'dear', upfrontFee: '30000' }), quoteOf({ id: 'cheap', upfrontFee: '20000' })];
    const next = withNewQuotes(former, fresh, { ...QUESTION, account: ACCOUNT }, NOW);
    expect(next.quotes.map(({ id }) => id)).toEqual(['cheap', 'elsewhere', 'other', 'dear']);
    const none = withNewQuotes(former, [], { ...QUESTION, account: ACCOUNT }, NOW);
    expect(none.quotes.map(({ id }) => id)).toEqual(['elsewhere', 'other']);
  });

  test('law: a rate times its hours and its count is the fee, exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 1, max: 64 }), (cents, instanceCount) => {
        const upfrontFee = `${Math.floor(cents / 100)}.${(cents % 100).toString().padStart(2, '0')}`;
        const quote = quoteOf({ upfrontFee, instanceCount });
        expect(parseQuotes(JSON.stringify(file([quote]))).quotes).toEqual([quote]);
        expectReadable(renderQuotes({ quotes: [quote], refused: ['offering x is in CNY'] }));
      }),
      { numRuns: 50 },
    );
  });
});

describe('asking for quotes', () => {
  const environment = { ...process.env };
  const asked: string[] = [];
  let answers: (readonly [status: number, body: string] | 'cut')[];
  let server: http.Server;
  let folder: string;
  let quotesFile: string;

  const item = ({ id, fee }: { readonly id: string; readonly fee: string }) =>
    `<item><capacityBlockOfferingId>${id}</capacityBlockOfferingId><instanceType>p5.48xlarge</instanceType>` +
    '<availabilityZone>us-west-2a</availabilityZone><instanceCount>4</instanceCount>' +
    '<startDate>2026-12-01T11:30:00.000Z</startDate><endDate>2026-12-08T11:30:00.000Z</endDate>' +
    `<capacityBlockDurationHours>168</capacityBlockDurationHours><upfrontFee>${fee}</upfrontFee>` +
    '<currencyCode>USD</currencyCode><tenancy>default</tenancy></item>';
  const answer = (items: readonly string[], next = ''): readonly [number, string] => [
    200,
    '<DescribeCapacityBlockOfferingsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>' +
      `<capacityBlockOfferingSet>${items.join('')}</capacityBlockOfferingSet><nextToken>${next}</nextToken>` +
      '</DescribeCapacityBlockOfferingsResponse>',
  ];
  const error = (status: number, code: string): readonly [number, string] => [
    status,
    `<Response><Errors><Error><Code>${code}</Code><Message>said so</Message></Error></Errors><RequestID>r</RequestID></Response>`,
  ];

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-quotes-'));
    quotesFile = path.join(folder, 'quotes.json');
    asked.length = 0;
    answers = [];
    server = http.createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        asked.push(body);
        const next = answers.shift() ?? error(400, 'TooManyQuestions');
        if (next === 'cut') {
          request.socket.destroy();
          return;
        }
        response.writeHead(next[0], { 'content-type': 'text/xml' });
        response.end(next[1]);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env = { ...environment, ...CREDENTIALS, AWS_ACCOUNT_ID: ACCOUNT, AWS_ENDPOINT_URL_EC2: url };
  });
  afterEach(async () => {
    process.env = environment;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    fs.rmSync(folder, { recursive: true });
  });

  const ask = (options: object = {}) =>
    quoteBlocks({ quotesFile, question: QUESTION, ...options }, { now: () => NOW, patience: QUICK });
  const kept = () => parseQuotes(fs.readFileSync(quotesFile, 'utf8')).quotes;

  test('reads every page and keeps what is offered, cheapest first, with account and expiry', async () => {
    answers = [answer([item({ id: 'cb-a', fee: '27906.816' })], 'more'), answer([item({ id: 'cb-b', fee: '20000' })])];
    const outcome = await ask();
    expect(outcome).toMatchObject({ kind: 'quoted', refused: [] });
    expect(kept().map(({ id, account, expires }) => [id, account, expires])).toEqual([
      ['cb-b', ACCOUNT, '2026-11-24T21:00:00Z'],
      ['cb-a', ACCOUNT, '2026-11-24T21:00:00Z'],
    ]);
    expect(asked[0]).toMatch(/Action=DescribeCapacityBlockOfferings&.*CapacityDurationHours=168/);
    expect(asked[0]).toMatch(/InstanceType=p5.48xlarge&InstanceCount=4&StartDateRange=2026-12-01T00%3A00%3A00Z/);
    expect(asked[1]).toMatch(/NextToken=more/);
    expect(fs.readdirSync(folder)).toEqual(['quotes.json']);
  });

  test('is patient with throttling and a cut connection', async () => {
    answers = [error(503, 'RequestLimitExceeded'), 'cut', answer([item({ id: 'cb-a', fee: '27906.816' })])];
    expect(await ask()).toMatchObject({ kind: 'quoted', quotes: [{ perHour: '41.528' }] });
  });

  test('says that nothing is offered, and forgets what was', async () => {
    answers = [answer([item({ id: 'cb-a', fee: '27906.816' })]), answer([])];
    await ask();
    expect(await ask()).toEqual({ kind: 'quoted', quotes: [], refused: [] });
    expect(kept()).toEqual([]);
  });

  test.each<readonly [string, readonly [number, string], RegExp]>([
    ['a web page that is XML', [200, '<html><body>Sign in</body></html>'], /holds no list/],
    ['a web page that is none', [200, '<html><br></html>'], /not in the protocol/],
    ['no permission', error(403, 'UnauthorizedOperation'), /UnauthorizedOperation: said so/],
    ['a type that has no blocks', error(400, 'InvalidParameterValue'), /AWS refuses the question: said so/],
  ])('fails on %s, and leaves the quotes as they were', async (_, broken, reason) => {
    answers = [answer([item({ id: 'cb-a', fee: '27906.816' })]), broken];
    await ask();
    const before = fs.readFileSync(quotesFile, 'utf8');
    expect(await ask()).toMatchObject({ kind: 'failed', reason: expect.stringMatching(reason) });
    expect(fs.readFileSync(quotesFile, 'utf8')).toBe(before);
  });

  test('fails where the disk is full, and leaves nothing half-written', async () => {
    answers = [answer([item({ id: 'cb-a', fee: '27906.816' })])];
    const full = watchedFiles({
      write: (file) => {
        if (!file.endsWith('.tmp')) return undefined;
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
      },
    });
    const outcome = await quoteBlocks(
      { quotesFile, question: QUESTION },
      { now: () => NOW, patience: QUICK, files: full },
    );
    expect(outcome).toEqual({
      kind: 'failed',
      reason: 'the disk is full (ENOSPC in write); the quotes are as they were',
    });
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('of one file go one after another', async () => {
    answers = [answer([]), answer([])];
    const outcomes = await Promise.all([ask(), ask()]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['failed', 'quoted']);
  });

  test('needs to know whose quotes they are', async () => {
    delete process.env.AWS_ACCOUNT_ID;
    answers = [answer([]), answer([])];
    const thrown = await ask().catch((caught) => caught);
    expect(isProblem(thrown) && thrown.message).toMatch(/pass --account/);
    expect(await ask({ account: '444455556666' })).toMatchObject({ kind: 'quoted' });
  });
});
