import { agesOf } from '../../../lib/budget/prices/ages';
import { checkBook } from '../../../lib/budget/prices/book-check';
import { movesBetween } from '../../../lib/budget/prices/moves';
import { exactText } from '../../../lib/units/exact';
import { aBook, anOffer, P5 } from './offers';

const AT = '2026-11-23T00:00:00Z';

describe('what moved between two books', () => {
  test('is added, removed or changed by an exact share; what is the same is counted', () => {
    const older = aBook([anOffer(P5, '50'), anOffer('eks:cluster', '0.1'), anOffer('nat:hour', '0.045')]);
    const newer = aBook([
      anOffer(P5, '55.04'),
      anOffer('eks:cluster', '0.10', { retrieved: AT }),
      anOffer('publicIpv4:hour', '0.005'),
    ]);
    const moves = movesBetween(older, newer, AT);
    // 55.04 ÷ 50 − 1 = 0.1008
    expect(moves.moves.map(({ kind }) => kind)).toEqual(['changed', 'removed', 'added']);
    const [changed] = moves.moves;
    expect(changed?.kind === 'changed' && changed.growth && exactText(changed.growth)).toBe('0.1008');
    expect([moves.unmoved, moves.readAgain]).toEqual([1, 1]);
  });

  test('is judged at one instant: a price of tomorrow is announced, and counts tomorrow', () => {
    const older = aBook([anOffer(P5, '50')]);
    const newer = aBook([anOffer(P5, '50'), anOffer(P5, '60', { effectiveDate: '2026-12-01T00:00:00Z' })]);
    const today = movesBetween(older, newer, AT);
    expect([today.moves, today.announced.map(({ usd }) => usd)]).toEqual([[], ['60']]);
    const later = movesBetween(older, newer, '2026-12-01T00:00:00Z');
    expect([later.moves.map(({ kind }) => kind), later.announced]).toEqual([['changed'], []]);
  });

  test('has no percentage where nothing became something', () => {
    const [move] = movesBetween(aBook([anOffer('eks:cluster', '0')]), aBook([anOffer('eks:cluster', '1')]), AT).moves;
    expect(move).toMatchObject({ kind: 'changed', growth: undefined });
  });

  test('is nothing between a book and itself', () => {
    expect(movesBetween(aBook(), aBook(), AT)).toMatchObject({ moves: [], unmoved: 6, readAgain: 0, announced: [] });
  });
});

describe('the age of a book', () => {
  const book = aBook([
    anOffer('eks:cluster', '0.1', { retrieved: '2026-11-23T10:00:00Z' }),
    anOffer('nat:hour', '0.045', { retrieved: '2024-07-01T00:00:00Z' }),
    anOffer(P5, '50', { retrieved: '2026-11-20T12:00:00Z' }),
  ]);
  const terms = { asOf: AT, now: '2026-11-24T00:00:00Z', maxAgeDays: 30, refuseOld: false, named: 2 };

  test('is counted from the reading of each row, in whole days, oldest first', () => {
    // 2024-07-01 to 2026-11-23: 365 + 365 days to 2026-07-01, then 31 + 31 + 30 + 31 + 22 = 145.
    expect(agesOf(book, AT, AT).rows.map(({ offer, ageDays }) => [offer.item, ageDays])).toEqual([
      ['nat:hour', 875],
      [P5, 2],
      ['eks:cluster', 0],
    ]);
  });

  test('is shown as of a day and today, with the oldest rows and how many are old', () => {
    const check = checkBook(book, terms);
    expect(check.oldest.map(({ item, ageDays, ageDaysNow }) => [item, ageDays, ageDaysNow])).toEqual([
      ['nat:hour', 875, 876],
      [P5, 2, 3],
    ]);
    expect([check.older, check.faults]).toEqual([1, []]);
  });

  test('fails where the caller says how old is too old, and for a row that was read tomorrow', () => {
    expect(checkBook(book, { ...terms, refuseOld: true }).faults).toEqual([
      '1 of its prices were read more than 30 days ago',
    ]);
    expect(checkBook(book, { ...terms, now: AT }).faults).toEqual([
      'eks:cluster in us-west-2 says that it was read at 2026-11-23T10:00:00Z, which is not yet',
    ]);
  });
});
