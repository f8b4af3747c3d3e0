import * as path from 'node:path';
import { priceEffect } from '../../lib/blueprint/price-effect';
import { readQuestion } from '../../lib/blueprint/question';
import { sealPriceBook } from '../../lib/budget/prices/load';
import type { Offer, PriceBook } from '../../lib/budget/prices/price-book';
import { renderMoves } from '../../lib/report/price-report';
import { exact, exactText } from '../../lib/units/exact';
import { Usd } from '../../lib/units/money';

const ROOT = path.join(__dirname, '../..');
const QUESTION = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' });
const BOOK = QUESTION.priceBook;

function times(factor: string, book: PriceBook, which: (offer: Offer) => boolean = () => true): PriceBook {
  const offers = book.offers.map((offer) =>
    which(offer) ? { ...offer, usd: exactText(exact(offer.usd).mul(exact(factor))) } : offer,
  );
  return sealPriceBook(book.effectiveDate, offers);
}

describe('same code, new prices', () => {
  test('twice the price is twice the bill at min, plan and max, exactly, less what is a declared ceiling', () => {
    const { before, after, replanned } = priceEffect(QUESTION, BOOK, times('2', BOOK));
    expect(replanned).toBeNull();
    const ceilings = before.charges.filter(({ basis }) => basis === 'ceiling');
    for (const bound of ['min', 'plan', 'max'] as const) {
      const fixed = Usd.sum(ceilings.map(({ windowTotal }) => Usd.of(windowTotal[bound])));
      const expected = Usd.of(before.windowTotal[bound]).minus(fixed).times(2).plus(fixed);
      expect(after.windowTotal[bound]).toBe(expected.toText());
    }
  });

  test('prices that nothing here uses do nothing', () => {
    const elsewhere = times('9', BOOK, ({ region }) => region === 'eu-west-2');
    const { before, after, replanned } = priceEffect(QUESTION, BOOK, elsewhere);
    expect([after.windowTotal, replanned]).toEqual([before.windowTotal, null]);
  });

  test('a price that would have changed the choice is shown with the templates as they are and as they would be', () => {
    const chosen = BOOK.offers.filter(({ item }) => item === 'instance:g6.xlarge:onDemand');
    const dear = times('100', BOOK, (offer) => chosen.includes(offer));
    const effect = priceEffect(QUESTION, BOOK, dear);
    const { before, after, replanned } = effect;
    expect(Usd.of(after.windowTotal.plan).exceeds(Usd.of(before.windowTotal.plan))).toBe(true);
    // The cheapest choice at the new prices costs less than the old choice does at them.
    expect(replanned && Usd.of(after.windowTotal.plan).exceeds(Usd.of(replanned.windowTotal.plan))).toBe(true);
    const text = renderMoves({ at: QUESTION.asOf, moves: [], unmoved: 0, readAgain: 0, announced: [] }, effect);
    expect(text).toMatch(/sandbox, over .*: same code, new prices: \+\d+\.\d % at plan/);
  });
});
