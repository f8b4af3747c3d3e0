import * as fc from 'fast-check';
import { checkBook } from '../../lib/budget/prices/book-check';
import { mergeReadings } from '../../lib/budget/prices/merge';
import { movesBetween } from '../../lib/budget/prices/moves';
import type { Offer } from '../../lib/budget/prices/price-book';
import type { RowReading } from '../../lib/budget/prices/price-list';
import { renderBookCheck, renderMoves, renderRefresh } from '../../lib/report/price-report';
import { fixed } from '../../lib/units/range';
import { aBook, anOffer, P5 } from '../budget/prices/offers';
import { aBill, aCharge } from '../builders';
import { expectGolden, expectReadable } from './golden';

const NOW = '2026-11-23T21:00:00Z';

function priced(item: string, usd: string): RowReading {
  const source = 'AWS Price List AmazonEC2 SKU 3D4V8UAYEMB38GU2 (USW2-BoxUsage:p5.48xlarge)';
  const offers = [anOffer(item, usd, { effectiveDate: '2026-11-01T00:00:00Z', retrieved: NOW, source })];
  return { kind: 'priced', region: 'us-west-2', item, offers };
}

const READINGS: readonly RowReading[] = [
  priced(P5, '55.04'),
  priced('nat:hour', '0.045'),
  {
    kind: 'fault',
    region: 'us-west-2',
    item: 'eks:cluster',
    fault: 'ambiguous',
    reason: 'the price list has 2 SKUs for it: A, B',
  },
  {
    kind: 'fault',
    region: 'us-west-2',
    item: 'kms:key',
    fault: 'unit',
    reason: 'SKU C is priced per "Fob", not month',
  },
  { kind: 'fault', region: 'us-west-2', item: 'nat:gigabyte', fault: 'notListed', reason: 'it is not there' },
];

test('what a refresh says: what moved, what is kept and why, what was refused', () => {
  const { book, summary } = mergeReadings(aBook(), READINGS, NOW);
  const text = renderRefresh({ sha256: book.sha256, queries: 26, resumed: 7, summary });
  expectReadable(text);
  expectGolden('report-prices-refresh.txt', text);
});

test('what a check says: the oldest rows, and why not to use the book', () => {
  const check = checkBook(aBook(), {
    asOf: '2026-11-23T00:00:00Z',
    now: NOW,
    maxAgeDays: 90,
    refuseOld: true,
    named: 3,
  });
  const text = renderBookCheck('prices/2026-07-20.json', check);
  expectReadable(text);
  expectGolden('report-prices-verify.txt', text);
});

test('what a comparison says: what moved, and what it does to the bill of templates that stay as they are', () => {
  const newer = [
    anOffer(P5, '51.55'),
    anOffer('nat:hour', '0.045'),
    anOffer('eks:cluster', '0.1', { retrieved: NOW }),
    anOffer('eks:cluster', '0.12', { effectiveDate: '2027-01-01T00:00:00Z' }),
  ];
  // 100,000 × 1.031 = 103,100: what the issue calls "same code, new prices: +3.1 %".
  const charge = aCharge({ stack: 'UsWest2/Capacity00', offer: P5, windowTotal: fixed('100000') });
  const before = aBill({ windowTotal: fixed('100000'), charges: [charge] });
  const after = aBill({ windowTotal: fixed('103100'), charges: [{ ...charge, windowTotal: fixed('103100') }] });
  const effect = { deployment: 'production', before, after, replanned: aBill({ windowTotal: fixed('100500') }) };
  const text = renderMoves(movesBetween(aBook(), aBook(newer), NOW), effect);
  expectReadable(text);
  expectGolden('report-prices-diff.txt', text);
  expect(text).toContain('same code, new prices: +3.1 % at plan');
});

test('a move too small to show is not shown as none', () => {
  const moves = movesBetween(aBook([anOffer(P5, '50')]), aBook([anOffer(P5, '50.0001')]), NOW);
  expect(renderMoves(moves, undefined)).toMatch(/< \+0\.1 %/);
  const fall = movesBetween(aBook([anOffer(P5, '50')]), aBook([anOffer(P5, '49.9999')]), NOW);
  expect(renderMoves(fall, undefined)).toMatch(/> -0\.1 %/);
});

test('whatever the books hold, the page is readable', () => {
  const offer: fc.Arbitrary<Offer> = fc
    .record({
      item: fc.constantFrom(
        P5,
        'eks:cluster',
        'nat:hour',
        'savingsPlan:ec2Instance:3yr:partialUpfront:p6-b300.48xlarge',
      ),
      region: fc.constantFrom('us-west-2', 'us-gov-east-1', 'ap-southeast-3'),
      cents: fc.integer({ min: 1, max: 10_000_000 }),
      source: fc.stringMatching(/^[\w (),.:/-]{1,200}$/),
      day: fc.integer({ min: 10, max: 28 }),
    })
    .map(({ item, cents, day, ...rest }) =>
      anOffer(item, `${cents / 100}`, { ...rest, effectiveDate: `2026-12-${day}T00:00:00Z` }),
    );
  const books = fc.uniqueArray(offer, {
    minLength: 1,
    selector: ({ region, item, effectiveDate }) => `${region} ${item} ${effectiveDate}`,
  });
  fc.assert(
    fc.property(books, books, (older, newer) => {
      const terms = { asOf: NOW, now: NOW, maxAgeDays: 30, refuseOld: true, named: 10 };
      expectReadable(renderMoves(movesBetween(aBook(older), aBook(newer), '2026-12-20T00:00:00Z'), undefined));
      expectReadable(renderBookCheck('book.json', checkBook(aBook(newer), terms)));
    }),
    { numRuns: 50 },
  );
});
