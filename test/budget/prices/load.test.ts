import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { ITEMS, isCapacity, unitOf } from '../../../lib/budget/prices/items';
import { loadPriceBook, sealPriceBook, sha256OfOffers } from '../../../lib/budget/prices/load';
import { priceOf } from '../../../lib/budget/prices/lookup';
import type { Offer } from '../../../lib/budget/prices/price-book';
import { isProblem } from '../../../lib/problem';
import { anOffer } from '../bill/billing';

const SNAPSHOTS = path.join(__dirname, '../../../lib/budget/prices/snapshots');
const SNAPSHOT = fs.readFileSync(path.join(SNAPSHOTS, '2026-11-23.json'), 'utf8');
const BOOK = loadPriceBook(SNAPSHOT);
const NOW = '2026-11-23T00:00:00Z';

describe('every snapshot of the repository', () => {
  test.each(fs.readdirSync(SNAPSHOTS).filter((name) => name.endsWith('.json')))('%s is verified on load', (name) => {
    expect(() => loadPriceBook(fs.readFileSync(path.join(SNAPSHOTS, name), 'utf8'))).not.toThrow();
  });
});

describe('the snapshot of 2026-11-23', () => {
  test.each([
    ['us-east-1', 'instance:p4d.24xlarge:onDemand', '21.957642'],
    ['us-east-1', 'instance:p5.48xlarge:onDemand', '55.04'],
    ['us-west-2', 'instance:trn1.32xlarge:onDemand', '21.5'],
    ['us-gov-east-1', 'instance:p6-b300.48xlarge:onDemand', '170.9'],
    ['us-east-2', 'instance:trn2.48xlarge:capacityBlock', '35.7608'],
    ['us-west-2', 'instance:m6i.2xlarge:onDemand', '0.384'],
    ['us-east-1', 'kms:requests', '0.000003'],
    ['us-east-1', 's3:getRequests', '0.0000004'],
    ['us-west-2', 'eks:extendedSupport', '0.5'],
    ['us-east-1', 'scheduler:invocation', '0.000001'],
  ])('%s %s costs %s, digit by digit', (region, item, usd) => {
    const found = priceOf(BOOK, { region, item }, NOW);
    expect(found.kind === 'found' && found.offer.usd).toBe(usd);
  });

  test('nothing is priced that no source priced where and when it says', () => {
    const absent: readonly (readonly [string, string])[] = [
      ['us-east-1', 'instance:trn2.48xlarge:onDemand'],
      ['us-east-1', 'instance:p5en.48xlarge:capacityBlock'],
      ['us-gov-east-1', 'instance:p6-b300.48xlarge:capacityBlock'],
      ['us-west-2', 'nat:gigabyte'],
      ['us-east-2', 'eks:cluster'],
    ];
    for (const [region, item] of absent) expect(priceOf(BOOK, { region, item }, NOW).kind).toBe('missing');
  });

  test('every row has a source, a date that has passed, and a price above zero', () => {
    for (const offer of BOOK.offers) {
      expect(offer.source).not.toBe('');
      expect(offer.retrieved <= BOOK.effectiveDate && offer.effectiveDate <= BOOK.effectiveDate).toBe(true);
      expect(Number(offer.usd)).toBeGreaterThan(0);
    }
  });
});

const offers = fc.uniqueArray(
  fc.record({
    region: fc.constantFrom('us-east-1', 'us-west-2'),
    item: fc.constantFrom(...(Object.keys(ITEMS) as (keyof typeof ITEMS)[]), 'instance:p5.48xlarge:onDemand' as const),
    usd: fc.constantFrom('0.1', '0.10000001', '55.04', '55.040'),
    day: fc.constantFrom('2026-01-01', '2026-07-01', '2026-07-02'),
  }),
  { selector: (row) => `${row.region} ${row.item} ${row.day}`, minLength: 1, maxLength: 20 },
);

interface Row {
  readonly region: string;
  readonly item: Parameters<typeof anOffer>[0];
  readonly usd: string;
  readonly day: string;
}

function offersOf(rows: readonly Row[]): readonly Offer[] {
  return rows.map(({ region, item, usd, day }) => anOffer(item, usd, { region, effectiveDate: `${day}T00:00:00Z` }));
}

test('a sealed book survives its text, in any order of its offers', () => {
  fc.assert(
    fc.property(offers, (rows) => {
      const sealed = sealPriceBook('2026-11-23', offersOf(rows));
      const shuffled = { ...sealed, offers: [...sealed.offers].reverse() };
      expect(loadPriceBook(JSON.stringify(shuffled)).offers).toEqual(shuffled.offers);
      expect(sha256OfOffers(shuffled.offers)).toBe(sealed.sha256);
    }),
  );
});

test('any change of any price, however small, changes the hash', () => {
  fc.assert(
    fc.property(offers, fc.nat(), (rows, at) => {
      const before = offersOf(rows);
      const index = at % before.length;
      const after = before.map((offer, i) => (i === index ? { ...offer, usd: `${offer.usd}1` } : offer));
      expect(sha256OfOffers(after)).not.toBe(sha256OfOffers(before));
    }),
  );
});

describe('a price book that cannot be trusted', () => {
  const good = anOffer('gp3:storage', '0.08');
  const text = (change: object) => JSON.stringify({ ...sealPriceBook('2026-11-23', [good]), ...change });
  const row = (change: object) => JSON.stringify(sealPriceBook('2026-11-23', [{ ...good, ...change }]));

  test.each([
    ['text that is not JSON', '{"schemaVersion": 1,', /not JSON/],
    ['another shape', '[]', /object/],
    ['another schema version', text({ schemaVersion: 2 }), /schemaVersion/],
    ['another currency', text({ currency: 'CNY' }), /must be "USD"/],
    ['a hash of other offers', text({ sha256: 'abc' }), /hash to [0-9a-f]{64}/],
    ['a field nobody knows', text({ discount: '12' }), /discount/],
    ['no offers', text({ offers: [] }), /at least one offer/],
    ['a number instead of text', row({ usd: 0.08 }), /usd/],
    ['an exponent', row({ usd: '8e-2' }), /decimal text/],
    ['a negative price', row({ usd: '-0.08' }), /decimal text/],
    ['a day that no calendar has', row({ effectiveDate: '2026-02-30' }), /"2026-02-30"/],
    ['a row without a source', row({ source: '' }), /where the price comes from/],
    ['an item outside the scheme', row({ item: 'gp4:storage' }), /not an item/],
    ['a unit that is not the item’s', row({ unit: 'hour' }), /must be priced per gigabyte-month/],
    ['capacity for nothing', row({ item: 'instance:p5.48xlarge:onDemand', unit: 'hour', usd: '0.00' }), /never free/],
    [
      'two prices for one thing',
      JSON.stringify(sealPriceBook('2026-11-23', [good, { ...good, usd: '0.09' }])),
      /two prices/,
    ],
  ])('fails on %s, in one sentence', (_, broken, reason) => {
    let thrown: unknown;
    try {
      loadPriceBook(broken);
    } catch (error) {
      thrown = error;
    }
    expect(isProblem(thrown) && thrown.code).toBe('InvalidPriceBook');
    expect(isProblem(thrown) && thrown.message).toMatch(reason);
    expect(isProblem(thrown) && thrown.message).not.toMatch(/\n|\.$/);
  });
});

test('only instances are capacity, and every name in the scheme has a unit', () => {
  expect(Object.keys(ITEMS).some(isCapacity)).toBe(false);
  expect(unitOf('instance:p5.48xlarge:onDemand')).toBe('hour');
  expect(unitOf('instance:p5.48xlarge:reserved')).toBeUndefined();
  expect(unitOf('toString')).toBeUndefined();
});
