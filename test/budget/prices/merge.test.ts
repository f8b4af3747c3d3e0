import * as fc from 'fast-check';
import { loadPriceBook, sealPriceBook } from '../../../lib/budget/prices/load';
import { priceOf } from '../../../lib/budget/prices/lookup';
import { mergeReadings } from '../../../lib/budget/prices/merge';
import type { Offer } from '../../../lib/budget/prices/price-book';
import type { RowReading } from '../../../lib/budget/prices/price-list';
import { aBook, anOffer, bookText, P5 } from './offers';

const NOW = '2026-11-23T21:00:00Z';

function priced(item: string, usd: string, effectiveDate = '2026-11-01T00:00:00Z', unit = 'hour'): RowReading {
  const offer = { ...anOffer(item, usd), effectiveDate, retrieved: NOW, source: 'AWS Price List', unit } as Offer;
  return { kind: 'priced', region: offer.region, item, offers: [offer] };
}

function fault(item: string): RowReading {
  return { kind: 'fault', region: 'us-west-2', item, fault: 'notListed', reason: 'it is gone' };
}

const rowsOf = (book: { readonly offers: readonly Offer[] }, item: string, region = 'us-west-2') =>
  book.offers
    .filter((offer) => offer.item === item && offer.region === region)
    .map(({ usd, effectiveDate, retrieved }) => [usd, effectiveDate.slice(0, 10), retrieved.slice(0, 10)]);

describe('readings merged into a book', () => {
  test('a price that did not move keeps the date from which it holds, and is as young as the reading', () => {
    const { book, summary } = mergeReadings(aBook(), [priced(P5, '50.0')], NOW);
    expect(rowsOf(book, P5)).toEqual([['50.0', '2026-07-01', '2026-11-23']]);
    expect([summary.changed, summary.added, summary.read]).toEqual([[], [], 1]);
  });

  test('a price that moved is a further version, and the days before keep theirs', () => {
    const { book, summary } = mergeReadings(aBook(), [priced(P5, '55.04')], NOW);
    expect(rowsOf(book, P5)).toEqual([
      ['50.00', '2026-07-01', '2026-07-20'],
      ['55.04', '2026-11-01', '2026-11-23'],
    ]);
    expect(summary.changed.map(({ was, now }) => [was.usd, now.usd])).toEqual([['50.00', '55.04']]);
    const before = priceOf(book, { region: 'us-west-2', item: P5 }, '2026-10-31T23:59:59Z');
    expect(before.kind === 'found' && before.offer.usd).toBe('50.00');
  });

  test('a price that the list dates before our own guess of its start wins over the guess', () => {
    const { book } = mergeReadings(aBook(), [priced(P5, '55.04', '2026-06-01T00:00:00Z')], NOW);
    expect(rowsOf(book, P5)).toEqual([['55.04', '2026-06-01', '2026-11-23']]);
  });

  test('a price that is known to start later stays', () => {
    const next = anOffer(P5, '60', { effectiveDate: '2027-01-01T00:00:00Z' });
    const { book } = mergeReadings(aBook([anOffer(P5, '50'), next]), [priced(P5, '55.04')], NOW);
    expect(rowsOf(book, P5).map(([usd]) => usd)).toEqual(['50', '55.04', '60']);
  });

  test('a row that is not found again keeps its price and its age, and is named', () => {
    const { book, summary } = mergeReadings(aBook(), [fault(P5), priced('eks:cluster', '0.1')], NOW);
    expect(rowsOf(book, P5)).toEqual([['50.00', '2026-07-01', '2026-07-20']]);
    expect(summary.kept).toEqual([
      { region: 'us-west-2', item: P5, retrieved: '2026-07-20T00:00:00Z', fault: 'notListed', reason: 'it is gone' },
    ]);
  });

  test('rows that nobody asked for stay, and are named with the reason', () => {
    const { book, summary } = mergeReadings(aBook(), [priced('eks:cluster', '0.1')], NOW);
    expect(rowsOf(book, 'eks:cluster', 'us-east-1')).toEqual([['0.1', '2026-07-01', '2026-07-20']]);
    expect(summary.notAsked.map(({ region, item, reason }) => [region, item, reason])).toContainEqual([
      'us-west-2',
      'instance:p5en.48xlarge:capacityBlock',
      'Capacity Block rates are not in the Price List',
    ]);
    expect(summary.notAsked.map(({ region, item }) => `${region} ${item}`)).toContain('us-east-1 eks:cluster');
  });

  test('a row that is new is added, and one that is listed badly and was never there is named, not added', () => {
    const odd: RowReading = {
      kind: 'fault',
      region: 'us-west-2',
      item: 'kms:key',
      fault: 'unit',
      reason: 'SKU X is priced per "Fob", not month',
    };
    const { book, summary } = mergeReadings(aBook(), [priced('nat:hour', '0.045'), odd, fault('nat:gigabyte')], NOW);
    expect(summary.added.map(({ item }) => item)).toEqual(['nat:hour']);
    expect(summary.refused.map(({ item }) => item)).toEqual(['kms:key']);
    expect(summary.notOffered).toBe(1);
    expect(rowsOf(book, 'kms:key')).toEqual([]);
  });
});

describe('laws', () => {
  const items = [P5, 'eks:cluster', 'nat:hour', 'instance:g6.xlarge:onDemand'];
  const day = fc
    .integer({ min: 1, max: 28 })
    .map((of) => `2026-${of > 14 ? '11' : '12'}-${String(of).padStart(2, '0')}T00:00:00Z`);
  const usd = fc.integer({ min: 1, max: 999 }).map((cents) => `${cents / 100}`);
  const offers = fc
    .uniqueArray(fc.record({ item: fc.constantFrom(...items), usd, effectiveDate: day }), {
      selector: ({ item, effectiveDate }) => `${item} ${effectiveDate}`,
      minLength: 1,
    })
    .map((rows) => rows.map(({ item, usd: price, effectiveDate }) => anOffer(item, price, { effectiveDate })));
  const readings = fc
    .uniqueArray(fc.record({ item: fc.constantFrom(...items), usd, effectiveDate: day, found: fc.boolean() }), {
      selector: ({ item }) => item,
    })
    .map((rows) =>
      rows.map(({ item, usd: price, effectiveDate, found }) =>
        found ? priced(item, price, effectiveDate) : fault(item),
      ),
    );

  test('nothing is lost: every row of the book is a row afterwards, untouched unless it was read', () => {
    fc.assert(
      fc.property(offers, readings, (rows, read) => {
        const { book } = mergeReadings(sealPriceBook('2026-07-20', rows), read, NOW);
        const foundAgain = new Set(read.filter(({ kind }) => kind === 'priced').map(({ item }) => item));
        for (const { item } of rows) expect(rowsOf(book, item).length).toBeGreaterThan(0);
        const untouched = rows.filter(({ item }) => !foundAgain.has(item));
        for (const row of untouched) expect(book.offers).toContainEqual(row);
      }),
    );
  });

  test('a row that was read costs what the list says from its date on, and twice read is once read', () => {
    fc.assert(
      fc.property(offers, readings, (rows, read) => {
        const once = mergeReadings(sealPriceBook('2026-07-20', rows), read, NOW);
        const twice = mergeReadings(once.book, read, NOW);
        expect(twice.book).toEqual(once.book);
        expect(loadPriceBook(bookText(once.book))).toEqual(once.book);
        for (const reading of read) {
          if (reading.kind === 'fault') continue;
          const [listed] = reading.offers;
          const held = priceOf(once.book, reading, listed?.effectiveDate ?? NOW);
          expect(held.kind === 'found' && held.offer.usd).toBe(listed?.usd);
        }
      }),
    );
  });
});
