import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { savingsPlanItem, savingsPlanOf, unitOf } from '../../../lib/budget/prices/items';
import { loadPriceBook } from '../../../lib/budget/prices/load';
import type { RowReading } from '../../../lib/budget/prices/price-list';
import { refreshPriceBook } from '../../../lib/budget/prices/refresh/refresh';
import { parseRates, rateRows, readRate } from '../../../lib/budget/prices/savings-plan-rates';
import { isProblem } from '../../../lib/problem';
import { aBook, anOffer, bookText, P5 } from './offers';
import { PriceListServer, type ServerOptions } from './price-list-server';
import { CREDENTIALS, LISTED, NOW, QUICK } from './refresh-world';

const PLAN = { type: 'compute', term: '1yr', payment: 'noUpfront' } as const;
const ITEM = savingsPlanItem(PLAN, 'p5.48xlarge');

interface RateOverride {
  readonly offering?: object;
  readonly properties?: Readonly<Record<string, string>>;
  readonly rest?: object;
}

/** One entry of `searchResults` in the documented shape. */
function aRate(rate: string, { offering, properties, rest }: RateOverride = {}): object {
  const named = {
    region: 'us-west-2',
    instanceFamily: 'p5',
    instanceType: 'p5.48xlarge',
    productDescription: 'Linux/UNIX',
    tenancy: 'shared',
    ...properties,
  };
  return {
    savingsPlanOffering: {
      offeringId: '11111111-2222-3333-4444-555555555555',
      paymentOption: 'No Upfront',
      planType: 'Compute',
      durationSeconds: 31_536_000,
      currency: 'USD',
      planDescription: '1 year No Upfront Compute Savings Plan',
      ...offering,
    },
    rate,
    unit: 'Hrs',
    productType: 'EC2',
    serviceCode: 'AmazonEC2',
    usageType: 'USW2-BoxUsage:p5.48xlarge',
    operation: 'RunInstances',
    properties: Object.entries(named).map(([name, value]) => ({ name, value })),
    ...rest,
  };
}

function reading(...rates: readonly unknown[]): RowReading {
  const [row] = rateRows(['us-west-2'], [PLAN], ['p5.48xlarge']);
  if (row === undefined) throw new Error('no row');
  return readRate(row, parseRates(rates), { retrieved: NOW });
}

const said = (read: RowReading) => (read.kind === 'priced' ? read.offers.map(({ usd }) => usd).join() : read.fault);

describe('a Savings Plan rate', () => {
  test('has an item of its own: plan, term, payment and instance type, by the hour', () => {
    expect([ITEM, unitOf(ITEM)]).toEqual(['savingsPlan:compute:1yr:noUpfront:p5.48xlarge', 'hour']);
    expect(savingsPlanOf(ITEM)).toEqual(PLAN);
    expect(['savingsPlan:compute:2yr:noUpfront:p5.48xlarge', 'savingsPlan:compute:1yr:noUpfront'].map(unitOf)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('becomes an offer that holds from when it was read, with the offering as its source', () => {
    expect(reading(aRate('40.1790000000'))).toMatchObject({
      kind: 'priced',
      offers: [
        {
          item: ITEM,
          unit: 'hour',
          usd: '40.179',
          effectiveDate: NOW,
          source: 'AWS Savings Plans offering 11111111-2222-3333-4444-555555555555 (USW2-BoxUsage:p5.48xlarge)',
        },
      ],
    });
  });

  test.each<readonly [string, RateOverride]>([
    ['an unused reservation', { rest: { usageType: 'USW2-UnusedBox:p5.48xlarge' } }],
    ['dedicated tenancy', { properties: { tenancy: 'dedicated' } }],
    ['Windows', { properties: { productDescription: 'Windows' }, rest: { operation: 'RunInstances:0002' } }],
    ['another operation', { rest: { operation: 'RunInstances:0002' } }],
    ['three years', { offering: { durationSeconds: 94_608_000 } }],
    ['all upfront', { offering: { paymentOption: 'All Upfront' } }],
    ['a plan for one family', { offering: { planType: 'EC2Instance' } }],
    ['another region', { properties: { region: 'us-east-1' } }],
    ['another type', { properties: { instanceType: 'p5.4xlarge' }, rest: { usageType: 'USW2-BoxUsage:p5.4xlarge' } }],
    ['SageMaker', { rest: { serviceCode: 'AmazonSageMaker' } }],
  ])('is not confused with that of %s', (_, override) => {
    expect(said(reading(aRate('1', override), aRate('40.179')))).toBe('40.179');
    expect(said(reading(aRate('1', override)))).toBe('notListed');
  });

  test.each<readonly [string, readonly unknown[]]>([
    ['ambiguous', [aRate('40.179'), aRate('41')]],
    ['currency', [aRate('290', { offering: { currency: 'CNY' } })]],
    ['unit', [aRate('40.179', { rest: { unit: 'Request' } })]],
    ['zero', [aRate('0.0000000000')]],
    ['unreadable', [aRate('a lot')]],
    ['unreadable', [{ rate: '1' }]],
    ['notListed', []],
  ])('fails to be one: %s', (fault, rates) => {
    expect(said(reading(...rates))).toBe(fault);
  });

  test('may be offered twice at the same rate', () => {
    expect(said(reading(aRate('40.179'), aRate('40.1790', { offering: { offeringId: 'another' } })))).toBe('40.179');
  });
});

describe('a refresh with Savings Plans', () => {
  const environment = { ...process.env };
  let server: PriceListServer;
  let folder: string;
  let bookFile: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-rates-'));
    bookFile = path.join(folder, 'book.json');
    fs.writeFileSync(bookFile, bookText(aBook()));
  });
  afterEach(async () => {
    process.env = environment;
    await server.stop();
    fs.rmSync(folder, { recursive: true });
  });

  const FILLERS = Array.from({ length: 5 }, (_, at) => aRate('0.1', { properties: { instanceType: `m${at}.large` } }));

  async function refresh(options: ServerOptions, savingsPlans?: readonly string[]) {
    server = await PriceListServer.start(LISTED, options);
    process.env = { ...environment, ...CREDENTIALS, AWS_ENDPOINT_URL: server.url };
    const asked = { bookFile, regions: ['us-west-2'], ...(savingsPlans === undefined ? {} : { savingsPlans }) };
    return refreshPriceBook(asked, { now: () => NOW, patience: QUICK });
  }

  const rateRequests = () => server.requests.filter(({ serviceCode }) => serviceCode === 'savingsplans');
  const ratesIn = () => loadPriceBook(fs.readFileSync(bookFile, 'utf8')).offers.filter(({ item }) => item === ITEM);

  test('reads the rates of the plans that it is told of, page by page, beside the prices', async () => {
    const options = { rates: [...FILLERS, aRate('40.179')], pageSize: 3 };
    const outcome = await refresh(options, ['compute:1yr:noUpfront']);
    expect(outcome).toMatchObject({ kind: 'replaced', summary: { kept: [] } });
    expect(ratesIn().map(({ usd }) => usd)).toEqual(['40.179']);
    expect(rateRequests().map(({ token }) => token)).toEqual([undefined, 'page-3']);
    expect(rateRequests()[0]?.filters).toEqual({
      planType: 'Compute',
      paymentOption: 'No Upfront',
      region: 'us-west-2',
      productDescription: 'Linux/UNIX',
      tenancy: 'shared',
    });
  });

  test('asks again for those that the book has, and for none where it has none', async () => {
    await refresh({ rates: [] });
    expect(rateRequests()).toEqual([]);
    await server.stop();
    fs.writeFileSync(bookFile, bookText(aBook([anOffer(P5, '50'), anOffer(ITEM, '39')])));
    expect(await refresh({ rates: [aRate('40.179')] })).toMatchObject({ kind: 'replaced' });
    expect(ratesIn().map(({ usd, effectiveDate }) => [usd, effectiveDate])).toEqual([
      ['39', '2026-07-01T00:00:00Z'],
      ['40.179', NOW],
    ]);
  });

  test('keeps a rate that is not offered today, and the whole book when there is no answer', async () => {
    const before = bookText(aBook([anOffer(P5, '50'), anOffer(ITEM, '39')]));
    fs.writeFileSync(bookFile, before);
    expect(await refresh({ rates: [] })).toMatchObject({ kind: 'replaced', summary: { kept: [{ item: ITEM }] } });
    expect(ratesIn().map(({ usd, retrieved }) => [usd, retrieved])).toEqual([['39', '2026-07-20T00:00:00Z']]);
    await server.stop();
    fs.writeFileSync(bookFile, before);
    const down: ServerOptions = {
      misbehave: ({ serviceCode }) => (serviceCode === 'savingsplans' ? 'html' : undefined),
    };
    expect(await refresh(down)).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/about Savings Plans/) });
    expect(fs.readFileSync(bookFile, 'utf8')).toBe(before);
  });

  test.each(['compute', 'compute:1yr', 'compute:5yr:noUpfront', 'compute:1yr:noUpfront:p5.48xlarge'])(
    'fails for a plan that is none: %s',
    async (plan) => {
      const thrown = await refresh({}, [plan]).catch((error) => error);
      expect(isProblem(thrown) && thrown.code).toBe('InvalidArgument');
    },
  );
});
