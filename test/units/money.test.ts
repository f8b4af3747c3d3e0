import fc from 'fast-check';
import { exact, exactText, roundedText } from '../../lib/units/exact';
import { Usd } from '../../lib/units/money';

const amounts = fc
  .tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.bigInt({ min: 1n, max: 10n ** 4n }))
  .map(([n, d]) => Usd.of(`${n}/${d}`));

describe('laws of Usd', () => {
  test('addition is commutative and associative, and minus undoes plus', () => {
    fc.assert(
      fc.property(amounts, amounts, amounts, (a, b, c) => {
        expect(a.plus(b).toText()).toBe(b.plus(a).toText());
        expect(a.plus(b).plus(c).toText()).toBe(a.plus(b.plus(c)).toText());
        expect(a.plus(b).minus(b).toText()).toBe(a.toText());
      }),
    );
  });

  test('text is canonical and survives a round trip', () => {
    fc.assert(fc.property(amounts, (a) => expect(Usd.of(a.toText()).compare(a)).toBe(0)));
  });
});

test('sums that floats get wrong are exact', () => {
  expect(Usd.of('0.1').plus(Usd.of('0.1')).plus(Usd.of('0.1')).compare(Usd.of('0.3'))).toBe(0);
  expect(Usd.of('55.04').times(8).times(730).toText()).toBe('321433.6');
});

test('a price without a finite decimal is shown as a ratio', () => {
  expect(exactText(exact('0.08').div(exact(744)))).toBe('1/9300');
});

test('views are rounded half-even', () => {
  expect(roundedText(exact('2.5'), 0)).toBe('2');
  expect(roundedText(exact('3.5'), 0)).toBe('4');
  expect(roundedText(exact('-0.004'), 2)).toBe('0.00');
  expect(roundedText(exact('2/3'), 12)).toBe('0.666666666667');
});

test.each(['', 'abc', '1e3', '0x10', '1/0', '1.2.3', ' 1', 'NaN', '.5'])('fails on %j', (text) => {
  expect(() => Usd.of(text)).toThrow(/exact amount/);
});

test('fails on a float, because it is already inexact', () => {
  expect(() => Usd.of(0.1)).toThrow('write it as text');
});

test('fails when compared with an operator', () => {
  expect(() => Usd.of('1') < Usd.of('2')).toThrow(/compare\(\)/);
});
