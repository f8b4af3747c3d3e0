import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadPriceBook } from '../../../lib/budget/prices/load';
import {
  type RefreshOptions,
  type RefreshOutcome,
  type RefreshWorld,
  refreshPriceBook,
} from '../../../lib/budget/prices/refresh/refresh';
import { isProblem } from '../../../lib/problem';
import { aBook, bookText, P5 } from './offers';
import { type ListRequest, type Misbehaviour, PriceListServer, type ServerOptions } from './price-list-server';
import { aCapacityBlockRow, anInstance, type Product } from './products';
import { CREDENTIALS, HASTY, LISTED, NOW, QUICK } from './refresh-world';

const BEFORE = bookText(aBook());

const isInstances = ({ filters }: ListRequest) => filters.productFamily === 'Compute Instance';

let server: PriceListServer;
let folder: string;
let bookFile: string;
const environment = { ...process.env };

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-prices-'));
  bookFile = path.join(folder, 'book.json');
  fs.writeFileSync(bookFile, BEFORE);
  process.env = { ...environment, ...CREDENTIALS };
});

afterEach(async () => {
  await server?.stop();
  process.env = environment;
  fs.rmSync(folder, { recursive: true });
});

async function serve(products: readonly (Product | string)[] = LISTED, options: ServerOptions = {}): Promise<void> {
  server = await PriceListServer.start(products, options);
  process.env.AWS_ENDPOINT_URL_PRICING = server.url;
}

function refresh(options: Partial<RefreshOptions> = {}, world: Partial<RefreshWorld> = {}): Promise<RefreshOutcome> {
  return refreshPriceBook(
    { bookFile, regions: ['us-west-2'], ...options },
    { now: () => NOW, patience: QUICK, ...world },
  );
}

/** What is in the folder, apart from the book. */
const leftovers = () => fs.readdirSync(folder).filter((name) => name !== 'book.json');
const bytes = () => fs.readFileSync(bookFile, 'utf8');
const usdOf = (item: string) =>
  loadPriceBook(bytes())
    .offers.filter((offer) => offer.item === item && offer.region === 'us-west-2')
    .at(-1)?.usd;

function replaced(outcome: RefreshOutcome): Extract<RefreshOutcome, { kind: 'replaced' }> {
  if (outcome.kind === 'replaced') return outcome;
  throw new Error(outcome.reason);
}

const faults = (outcome: RefreshOutcome) => replaced(outcome).summary.kept.map(({ item, fault }) => [item, fault]);

/** The first so many requests that a test is about go wrong. */
function firstOnes(many: number, how: Misbehaviour, about: (request: ListRequest) => boolean = () => true) {
  let left = many;
  return (request: ListRequest): Misbehaviour => {
    if (!about(request) || left === 0) return undefined;
    left -= 1;
    return how;
  };
}

describe('a refresh', () => {
  test('replaces the book by what the list says, row by row, and leaves nothing beside it', async () => {
    await serve();
    const { summary, sha256 } = replaced(await refresh());
    expect(summary.changed.map(({ was, now }) => [now.item, was.usd, now.usd])).toEqual([[P5, '50.00', '55.04']]);
    expect([summary.read, summary.kept, summary.added]).toEqual([4, [], []]);
    const book = loadPriceBook(bytes());
    expect([book.sha256, book.effectiveDate]).toEqual([sha256, NOW]);
    expect(usdOf('gp3:throughput')).toBe('0.04');
    expect(usdOf('instance:p5en.48xlarge:capacityBlock')).toBe('63.158');
    expect(book.offers.filter(({ retrieved }) => retrieved === NOW).map(({ source }) => source)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^AWS Price List AmazonEKS SKU \w+ .*, through 127\.0\.0\.1:\d+$/),
      ]),
    );
    expect(leftovers()).toEqual([]);
  });

  test('reads types and regions that it is told of', async () => {
    await serve([
      ...LISTED,
      anInstance('p5.48xlarge', '56.0000000000', { sku: 'EAST', region: 'us-east-2', prefix: 'USE2-' }),
    ]);
    const options = { regions: ['us-west-2', 'us-east-2'], instanceTypes: ['g6.xlarge'] };
    const { summary } = replaced(await refresh(options));
    expect(summary.added.map(({ region, item, usd }) => [region, item, usd])).toEqual([
      ['us-east-2', P5, '56'],
      ['us-west-2', 'instance:g6.xlarge:onDemand', '0.8048'],
    ]);
  });

  test('asks for the regions of the present book when it is told of none', async () => {
    await serve();
    replaced(await refreshPriceBook({ bookFile }, { now: () => NOW, patience: QUICK }));
    const regions = server.requests.map(({ filters }) => filters.regionCode ?? filters.fromRegionCode);
    expect([...new Set(regions)].sort()).toEqual(['us-east-1', 'us-west-2']);
  });

  test('asks with the filters that tell an on-demand hour from all its neighbours', async () => {
    await serve();
    await refresh();
    expect(server.requests.find(isInstances)).toEqual({
      serviceCode: 'AmazonEC2',
      filters: {
        regionCode: 'us-west-2',
        productFamily: 'Compute Instance',
        operatingSystem: 'Linux',
        tenancy: 'Shared',
        preInstalledSw: 'NA',
        licenseModel: 'No License required',
        capacitystatus: 'Used',
        marketoption: 'OnDemand',
      },
      token: undefined,
      maxResults: 100,
    });
  });

  test('reads every page', async () => {
    const others = Array.from({ length: 7 }, (_, at) => anInstance(`m${at}.large`, '0.1'));
    await serve([...others, ...LISTED], { pageSize: 3 });
    expect(faults(await refresh())).toEqual([]);
    // 9 instances on demand, 3 a page.
    expect(server.requests.filter(isInstances).map(({ token }) => token)).toEqual([undefined, 'page-3', 'page-6']);
  });

  test('goes to the server that AWS_ENDPOINT_URL names, and rather to the one for prices', async () => {
    await serve();
    process.env.AWS_ENDPOINT_URL = server.url;
    delete process.env.AWS_ENDPOINT_URL_PRICING;
    replaced(await refresh());
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
    process.env.AWS_ENDPOINT_URL_PRICING = server.url;
    replaced(await refresh());
  });

  test('says how far it is', async () => {
    await serve();
    const seen: (readonly [number, number])[] = [];
    const { queries } = replaced(await refresh({}, { onProgress: (done, of) => seen.push([done, of]) }));
    expect(seen[0]).toEqual([0, queries]);
    expect(seen.at(-1)).toEqual([queries, queries]);
    expect(seen.length).toBe(queries + 1);
  });

  test('never sends more at once, nor more a second, than the list allows, tries again included', async () => {
    await serve(LISTED, { misbehave: firstOnes(5, 'throttle') });
    const started = performance.now();
    const { queries } = replaced(await refresh({}, { patience: { ...QUICK, rate: { burst: 10, perSecond: 50 } } }));
    const sent = queries + 5;
    expect(server.requests.length).toBe(sent);
    expect(performance.now() - started).toBeGreaterThanOrEqual(((sent - 10) / 50) * 1000);
  });
});

describe('a server that misbehaves for a while', () => {
  test.each<Misbehaviour>(['throttle', 'cutBeforeAnswer', 'cutInAnswer', 'hang', 'html503'])(
    '%s: is asked again, and the book is as if nothing had been',
    async (how) => {
      await serve();
      replaced(await refresh());
      const undisturbed = bytes();
      const asked = server.requests.length;
      fs.writeFileSync(bookFile, BEFORE);
      server.options = { misbehave: firstOnes(3, how) };
      const hangs = how === 'hang';
      expect(faults(await refresh({}, { patience: hangs ? HASTY : QUICK }))).toEqual([]);
      expect(bytes()).toBe(undisturbed);
      // On a loaded machine a hasty client gives others up too.
      const again = server.requests.length - 2 * asked;
      expect(hangs ? Math.min(again, 3) : again).toBe(3);
    },
  );

  test.each<Misbehaviour>(['expiredToken', 'repeatedToken'])(
    '%s: the query begins anew, nothing is doubled',
    async (how) => {
      const others = Array.from({ length: 4 }, (_, at) => anInstance(`m${at}.large`, '0.1'));
      const onSecondPage = (request: ListRequest) => isInstances(request) && request.token !== undefined;
      await serve([...others, ...LISTED], { pageSize: 3, misbehave: firstOnes(1, how, onSecondPage) });
      expect(faults(await refresh())).toEqual([]);
      expect(usdOf(P5)).toBe('55.04');
      expect(server.requests.filter(isInstances).filter(({ token }) => token === undefined).length).toBe(2);
    },
  );

  test('an entry that is no product spoils only what is not listed beside it', async () => {
    const withoutP5 = LISTED.filter((product) => product.product.attributes.instanceType !== 'p5.48xlarge');
    await serve(['{"product":', ...withoutP5]);
    expect(faults(await refresh())).toEqual([[P5, 'unreadable']]);
    expect(usdOf(P5)).toBe('50.00');
  });

  test('a query that the list refuses leaves its rows as they were', async () => {
    await serve(LISTED, { misbehave: (request) => (isInstances(request) ? 'invalidParameter' : undefined) });
    expect(faults(await refresh())).toEqual([[P5, 'refusedQuery']]);
    expect([usdOf(P5), usdOf('eks:cluster')]).toEqual(['50.00', '0.1']);
  });
});

describe('a list that lists badly', () => {
  const without = LISTED.filter((product) => product.product.attributes.instanceType !== 'p5.48xlarge');

  test.each<readonly [string, string, readonly Product[]]>([
    ['two SKUs', 'ambiguous', [anInstance('p5.48xlarge', '55.04'), anInstance('p5.48xlarge', '98.32', { sku: 'TWO' })]],
    ['only the Capacity Block row', 'notListed', [aCapacityBlockRow('p5.48xlarge')]],
    ['0.00', 'zero', [anInstance('p5.48xlarge', '0.0000000000')]],
    [
      'another currency',
      'currency',
      [anInstance('p5.48xlarge', '', { dimensions: [{ pricePerUnit: { CNY: '390.00' } }] })],
    ],
    ['a new unit', 'unit', [anInstance('p5.48xlarge', '', { dimensions: [{ unit: 'Accelerator-Hrs' }] })]],
    [
      'a tier gap',
      'tiers',
      [
        anInstance('p5.48xlarge', '', {
          dimensions: [
            { beginRange: '0', endRange: '100' },
            { beginRange: '200', endRange: 'Inf' },
          ],
        }),
      ],
    ],
    ['nothing', 'notListed', []],
  ])('%s: the row keeps its price and its age, the others are read', async (_, fault, listed) => {
    await serve([...without, ...listed]);
    const outcome = await refresh();
    expect(faults(outcome)).toEqual([[P5, fault]]);
    const row = loadPriceBook(bytes()).offers.filter((offer) => offer.item === P5);
    expect(row).toEqual(aBook().offers.filter((offer) => offer.item === P5));
    expect(replaced(outcome).summary.read).toBe(3);
  });

  test('a careless server that filters nothing changes nothing', async () => {
    await serve(LISTED, { ignoresFilters: true });
    expect(faults(await refresh())).toEqual([]);
    expect(usdOf(P5)).toBe('55.04');
  });
});

describe('fails, and leaves the book byte for byte as it was', () => {
  test.each<readonly [Misbehaviour, RegExp]>([
    ['throttle', /ThrottlingException: Rate exceeded/],
    ['cutBeforeAnswer', /there is no answer about/],
    ['cutInAnswer', /there is no answer about/],
    ['html', /is not in the protocol; is the endpoint the right one/],
    ['html503', /there is no answer about/],
    ['noPriceList', /holds no list of what was asked for/],
    ['accessDenied', /not authorized to perform: pricing:GetProducts/],
  ])('when the server only answers with %s', async (how, reason) => {
    await serve(LISTED, { misbehave: () => how });
    expect(await refresh()).toMatchObject({ kind: 'failed', reason: expect.stringMatching(reason) });
    expect(bytes()).toBe(BEFORE);
    expect(leftovers()).toEqual([]);
  });

  test.each<Misbehaviour>(['expiredToken', 'repeatedToken'])('when the pages never end: %s', async (how) => {
    await serve(LISTED, { pageSize: 1, misbehave: (request) => (isInstances(request) ? how : undefined) });
    expect(await refresh()).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/could not be read to the end/),
    });
    expect(bytes()).toBe(BEFORE);
  });

  test('when every page names another one', async () => {
    await serve(LISTED, { misbehave: (request) => (isInstances(request) ? 'endlessTokens' : undefined) });
    expect(await refresh()).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/goes on after 500 pages/) });
    expect(bytes()).toBe(BEFORE);
  });

  test('when nothing listens', async () => {
    process.env.AWS_ENDPOINT_URL_PRICING = 'http://127.0.0.1:9';
    expect(await refresh()).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/ECONNREFUSED/) });
    expect(bytes()).toBe(BEFORE);
  });

  test('without credentials, with one sentence', async () => {
    await serve();
    delete process.env.AWS_ACCESS_KEY_ID;
    expect(await refresh()).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/no AWS credentials found/),
    });
    expect(bytes()).toBe(BEFORE);
  });

  test('when the list is empty: a book is not replaced by nothing', async () => {
    await serve([]);
    expect(await refresh()).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/not one row/) });
    expect(bytes()).toBe(BEFORE);
  });

  test('when somebody else changed the book meanwhile', async () => {
    await serve(LISTED, {
      misbehave: () => {
        fs.writeFileSync(bookFile, `${BEFORE}\n`);
        return undefined;
      },
    });
    expect(await refresh()).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/somebody else/) });
    expect(bytes()).toBe(`${BEFORE}\n`);
  });

  test.each<readonly [string, Partial<RefreshOptions>]>([
    ['no such book', { bookFile: '/nowhere/book.json' }],
    ['a region that is none', { regions: ['frankfurt'] }],
    ['a type that is none', { instanceTypes: ['p5'] }],
  ])('for wrong input: %s', async (_, options) => {
    const thrown = await refresh(options).catch((error) => error);
    expect(isProblem(thrown)).toBe(true);
    expect(bytes()).toBe(BEFORE);
    expect(leftovers()).toEqual([]);
  });

  test('for a book whose hash does not hold', async () => {
    fs.writeFileSync(bookFile, BEFORE.replace('50.00', '5.00'));
    const thrown = await refresh().catch((error) => error);
    expect(isProblem(thrown) && thrown.code).toBe('InvalidPriceBook');
  });
});

describe('a refresh that was cut off', () => {
  test('goes on where it stopped: what was answered is not asked again', async () => {
    await serve(LISTED, { misbehave: (request) => (isInstances(request) ? 'accessDenied' : undefined) });
    // One at a time would be enough; what is under way when it stops may or may not be kept.
    expect(await refresh()).toMatchObject({ kind: 'failed' });
    const journal = fs.readFileSync(`${bookFile}.journal`, 'utf8').trim().split('\n').length;
    server.options = {};
    server.requests.length = 0;
    const { queries, resumed, summary } = replaced(await refresh());
    expect(resumed).toBe(journal);
    expect(server.requests.length).toBe(queries - journal);
    expect([summary.read, summary.kept]).toEqual([4, []]);
    expect(leftovers()).toEqual([]);
  });

  test('takes no answer of another server for its own: an emulator’s prices stay out of a real book', async () => {
    await serve(LISTED, { misbehave: (request) => (isInstances(request) ? 'accessDenied' : undefined) });
    expect(await refresh()).toMatchObject({ kind: 'failed' });
    await server.stop();
    await serve();
    expect(replaced(await refresh()).resumed).toBe(0);
  });
});
