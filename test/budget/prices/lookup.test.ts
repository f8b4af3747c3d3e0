import fc from 'fast-check';
import { sealPriceBook } from '../../../lib/budget/prices/load';
import { priceOf, pricesDuring } from '../../../lib/budget/prices/lookup';
import { exact, exactText } from '../../../lib/units/exact';
import { hoursIn, plusHours } from '../../../lib/units/interval';
import { anOffer } from '../bill/billing';

const ITEM = 'instance:p5.48xlarge:onDemand';
const at = (day: string) => `${day}T00:00:00Z`;
const versions = [
  anOffer(ITEM, '98.32', { effectiveDate: at('2025-04-28') }),
  anOffer(ITEM, '55.04', { effectiveDate: at('2025-06-23') }),
  anOffer(ITEM, '60', { effectiveDate: at('2027-01-01') }),
];
const BOOK = sealPriceBook('2026-11-23', versions);
const QUERY = { region: 'us-east-1', item: ITEM };

test.each([
  ['2025-04-27', undefined],
  ['2025-04-28', '98.32'],
  ['2025-06-22', '98.32'],
  ['2025-06-23', '55.04'],
  ['2026-12-31', '55.04'],
  ['2027-01-01', '60'],
])('on %s the price is %s', (day, usd) => {
  const found = priceOf(BOOK, QUERY, at(day));
  expect(found.kind === 'found' ? found.offer.usd : undefined).toBe(usd);
});

test('a missing price says what was asked for', () => {
  expect(priceOf(BOOK, { region: 'us-east-2', item: ITEM }, at('2026-12-01'))).toEqual({
    kind: 'missing',
    reason: `the price book has no price for ${ITEM} in us-east-2; headroom prices refresh --region us-east-2 --instance-type p5.48xlarge reads AmazonEC2 BoxUsage:p5.48xlarge`,
  });
  const early = priceOf(BOOK, QUERY, at('2025-01-01'));
  expect(early.kind === 'missing' && early.reason).toContain('before 2025-04-28');
});

const days = fc.integer({ min: 0, max: 800 }).map((n) => plusHours('2025-04-28T00:00:00Z', 24 * n));

test('the prices that follow each other over an interval cover it without gap or overlap, each as priceOf says', () => {
  fc.assert(
    fc.property(days, days, (a, b) => {
      fc.pre(a !== b);
      const during = a < b ? { start: a, end: b } : { start: b, end: a };
      const history = pricesDuring(BOOK, QUERY, during);
      if (history.kind === 'missing') throw new Error(history.reason);
      const hours = history.parts.reduce((sum, part) => sum.add(hoursIn(part.during)), exact(0));
      expect(exactText(hours)).toBe(exactText(hoursIn(during)));
      for (const part of history.parts) {
        expect(priceOf(BOOK, QUERY, part.during.start)).toEqual({ kind: 'found', offer: part.offer });
      }
    }),
  );
});

test('an interval that starts before the first price has none at all', () => {
  expect(pricesDuring(BOOK, QUERY, { start: at('2025-04-27'), end: at('2026-01-01') }).kind).toBe('missing');
});
