import fc from 'fast-check';
import { parseContract } from '../../../lib/budget/envelope/parse-contract';
import { loadPriceBook, sealPriceBook } from '../../../lib/budget/prices/load';
import { priceOf } from '../../../lib/budget/prices/lookup';
import type { PriceBook } from '../../../lib/budget/prices/price-book';
import { usd } from '../../../lib/report/format';
import { fixed } from '../../../lib/units/range';
import { aBill, aCharge } from '../../builders';
import { AS_OF, anOffer, aStack, BOOK, bill, billOf, DECEMBER, OFFERS, reasons, totals } from '../bill/billing';
import { aContract, aPeriod, judged, rulesOf } from '../envelope/contracts';
import { FULL, stated } from '../envelope/full-contract';
import { anEgress, anInstance, aService, EGRESS_TIERS } from '../prices/products';
import { quotesAt, read } from './asking';

const P5 = 'instance:p5.48xlarge:onDemand';
const textOf = (book: PriceBook): string => JSON.stringify(book);
const altered = (change: (book: { currency: string; offers: Record<string, string>[] }) => void): (() => unknown) => {
  const book = JSON.parse(textOf(sealPriceBook('2026-11-23', OFFERS)));
  change(book);
  return () => loadPriceBook(JSON.stringify(book));
};
const NAT = { Nat: { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: 's', ConnectivityType: 'private' } } };

describe('1 exact decimals', () => {
  test('an amount is compared unrounded, and printed half-even', () => {
    // 3 × 744 h × 0.0000000001 = 0.0000002232 above 598.7712: less than any cent.
    const charges = [aCharge(), aCharge({ logicalId: 'Little', unitPrice: '0.0000000001', quantity: fixed('3') })];
    const limit = (ceiling: string) =>
      judged({ bill: aBill({ charges }), contract: aContract({ periods: [aPeriod({ ceiling })] }) }).periods[0]
        ?.ceiling;
    expect(limit('598.7712')).toMatchObject({ result: 'over', over: '0.0000002232' });
    expect(limit('598.7712002232')).toMatchObject({ result: 'within', over: '0' });
    expect(['0.125', '0.135', '2.5', '-0.125'].map((amount) => usd(amount))).toEqual(['0.12', '0.14', '2.50', '-0.12']);
  });

  test('a price of ten and more places keeps them, as text', () => {
    // 744 × 0.0456789012345 = 33.985102518468
    const priceBook = sealPriceBook('2026-11-23', [anOffer('nat:hour', '0.0456789012345')]);
    expect(totals(billOf(NAT, { priceBook })).natGatewayHours).toBe('33.985102518468');
  });
});

describe('2 tiers', () => {
  test('the first tier that costs anything is the price, whatever the order they are listed in', () => {
    expect(read('transfer:internetEgress', [anEgress()])).toBe('0.09');
    expect(read('transfer:internetEgress', [anEgress([...EGRESS_TIERS].reverse())])).toBe('0.09');
  });

  test('fails where a later tier is dearer, since the first would bound nothing, and where tiers leave a gap', () => {
    const [paid, none] = EGRESS_TIERS;
    const from = { unit: 'GB', beginRange: '10240', endRange: 'Inf' };
    expect(
      read('transfer:internetEgress', [anEgress([paid ?? {}, none ?? {}, { ...from, pricePerUnit: { USD: '0.1' } }])]),
    ).toBe('tiers');
    expect(
      read('transfer:internetEgress', [
        anEgress([paid ?? {}, none ?? {}, { ...from, beginRange: '20480', pricePerUnit: { USD: '0.08' } }]),
      ]),
    ).toBe('tiers');
  });
});

describe('3 units', () => {
  test('fails for a row in another unit than its item’s, in the list and in a book', () => {
    const hour = (unit: string) => [
      aService('AmazonEKS', 'Compute', 'USW2-AmazonEKS-Hours:perCluster', [{ unit, pricePerUnit: { USD: '0.1' } }]),
    ];
    expect([read('eks:cluster', hour('Hours')), read('eks:cluster', hour('Keys'))]).toEqual(['0.1', 'unit']);
    const wrong = altered(({ offers }) => {
      for (const offer of offers) if (offer.item === 'eks:cluster') offer.unit = 'month';
    });
    expect(wrong).toThrow('eks:cluster in us-east-1 must be priced per hour, got "month"');
  });

  test('a price by the month is never multiplied by hours: a key costs 1 in a month of any length', () => {
    const key = { Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: false } } };
    const month = (start: string, end: string) =>
      totals(billOf(key, { window: { start: `${start}T00:00:00Z`, end: `${end}T00:00:00Z` } })).kmsKeys;
    expect(month('2027-02-01', '2027-03-01')).toBe('1');
    expect(month('2027-03-01', '2027-04-01')).toBe('1');
  });
});

describe('8 currency', () => {
  test('fails for a book, a contract and a listed price in another currency: they are never added', () => {
    const book = altered((it) => {
      it.currency = 'CNY';
    });
    expect(book).toThrow('must be "USD"');
    expect(() => parseContract(JSON.stringify(stated({ ...FULL, currency: 'EUR' })))).toThrow('it must be "USD"');
    const yuan = [anInstance('p5.48xlarge', '1', { dimensions: [{ pricePerUnit: { CNY: '398.0000000000' } }] })];
    expect(read(P5, yuan)).toBe('currency');
  });

  test('a region of another partition, which is priced in CNY, has no price', () => {
    const china = bill([aStack(NAT, { region: 'cn-north-1' })]);
    expect(reasons(china).natGatewayHours).toMatch('no price for nat:hour in cn-north-1');
    expect(china.windowTotal.max).toBe('0');
  });
});

describe('9 effective dates', () => {
  const versions = [
    anOffer('nat:hour', '0.045'),
    anOffer('nat:hour', '0.050', { effectiveDate: '2026-12-11T00:00:00Z' }),
  ];
  const priceBook = sealPriceBook('2026-11-23', versions);

  test('a window that crosses a change is priced in pieces, each price from its date on', () => {
    // 240 h × 0.045 + 504 h × 0.050
    expect(
      billOf(NAT, { priceBook })
        .charges.filter(({ dimension }) => dimension === 'natGatewayHours')
        .map(({ windowTotal }) => windowTotal.max),
    ).toEqual(['10.8', '25.2']);
    expect(priceOf(priceBook, { region: 'us-east-1', item: 'nat:hour' }, '2026-12-10T23:59:59Z')).toMatchObject({
      offer: { usd: '0.045' },
    });
    expect(priceOf(priceBook, { region: 'us-east-1', item: 'nat:hour' }, '2026-12-11T00:00:00Z')).toMatchObject({
      offer: { usd: '0.050' },
    });
  });

  test('a private rate holds inside the contract’s periods and in its region, and nowhere else', () => {
    const rates = [
      { instanceType: 'g6.xlarge', region: 'us-east-1', purchase: 'onDemand', usdPerHour: '0.5', source: 'exhibit B' },
    ];
    const cost = (region: string) => {
      const charges = [aCharge({ offer: 'instance:g6.xlarge:onDemand', region })];
      return judged({ bill: aBill({ charges }), contract: aContract({ measure: 'net', rates }) }).periods[0]?.ceiling
        .amount.max;
    };
    // 744 × 0.5, and 744 × 0.8048
    expect([cost('us-east-1'), cost('us-west-2')]).toEqual(['372', '598.7712']);
    // A day before the contract begins is no period's, and stands outside it: a finding where there is a ceiling.
    const before = { start: '2026-11-30T00:00:00Z', end: DECEMBER.end };
    const early = aBill({
      window: before,
      charges: [aCharge({ active: before, offer: 'instance:g6.xlarge:onDemand', region: 'us-east-1' })],
    });
    const verdict = judged({
      bill: early,
      contract: aContract({ measure: 'net', rates, periods: [aPeriod({ ceiling: '9999' })] }),
    });
    expect(rulesOf(verdict)).toContain('fatal UncoveredWindow');
  });
});

describe('10 staleness', () => {
  test('the age of a row is counted from its reading to asOf, so it is the same on every day that is asked', () => {
    const rules = (asOf: string) => rulesOf(judged({ asOf, staleAfterDays: 30 }));
    // The builders' bill rests on a row of 2026-10-09.
    expect(rules('2026-11-08')).toEqual([]);
    expect(rules('2026-11-09')).toEqual(['warning PriceBookStale']);
    expect(rules('2026-11-09')).toEqual(rules('2026-11-09'));
  });

  test('a quote of a block is good for a day, and then none', () => {
    expect(quotesAt('2026-11-24T20:59:59Z')).toBe(1);
    expect(quotesAt('2026-11-24T21:00:00Z')).toBe(0);
  });
});

describe('11 zero and missing prices', () => {
  const group = {
    Fleet: { Type: 'AWS::EC2::Instance', Properties: { InstanceType: 'p5.48xlarge', ImageId: 'ami-1', SubnetId: 's' } },
  };

  test('fails for capacity at 0, for two prices of one date, and for two SKUs', () => {
    const zero = altered(({ offers }) => {
      for (const offer of offers) if (offer.item === P5) offer.usd = '0.0';
    });
    expect(zero).toThrow('costs 0, and capacity is never free');
    const twice = altered(({ offers }) => {
      offers.push({ ...(offers.find(({ item }) => item === P5) ?? {}), usd: '1' });
    });
    expect(twice).toThrow('has two prices from');
    expect(read(P5, [anInstance('p5.48xlarge', '0.0000000000')])).toBe('zero');
    expect(read(P5, [anInstance('p5.48xlarge', '55'), anInstance('p5.48xlarge', '54', { sku: 'OTHER' })])).toBe(
      'ambiguous',
    );
    expect(read(P5, [anInstance('p5.48xlarge', '55', { attributes: { operatingSystem: 'Windows' } })])).toBe(
      'notListed',
    );
  });

  test('fails for a missing price and a type that the region does not offer: unpriced, never 0 and never cheaper', () => {
    const without = sealPriceBook(
      '2026-11-23',
      OFFERS.filter(({ item }) => item !== P5),
    );
    const missing = billOf(group, { priceBook: without });
    expect(reasons(missing).instanceHours).toMatch(`no price for ${P5} in us-east-1`);
    const elsewhere = bill([aStack(group, { region: 'eu-north-1' })], { priceBook: BOOK });
    expect(reasons(elsewhere).instanceHours).toMatch(`no price for ${P5} in eu-north-1`);
    for (const one of [missing, elsewhere]) expect(one.resources.unpriced).toBe(1);
  });
});

describe('25 regions and usage types', () => {
  test('a row is found by its region, with every prefix that AWS has for one and with none, and never by a map of ours', () => {
    const prefix = fc.constantFrom('', 'USW2-', 'USE1-', 'EUC1-', 'UGW1-', 'LAX1-');
    fc.assert(
      fc.property(prefix, (its) => {
        expect(read(P5, [anInstance('p5.48xlarge', '55.0400000000', { prefix: its })])).toBe('55.04');
      }),
    );
    expect(read(P5, [anInstance('p5.48xlarge', '55.0400000000', { region: 'us-east-1' })])).toBe('notListed');
  });

  test('fails for a Local Zone’s instance, whose region is not the one that is asked for', () => {
    const zone = bill([aStack(NAT, { region: 'us-west-2-lax-1' })]);
    expect(zone.unpriced.length).toBeGreaterThan(0);
    expect(AS_OF < DECEMBER.start).toBe(true);
  });
});
