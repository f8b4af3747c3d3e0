import fc from 'fast-check';
import { exact, exactText } from '../lib/units/exact';
import { type Interval, plusHours } from '../lib/units/interval';

/**
 * Generators for properties about money and time. Amounts that differ only far behind the point, and instants around month
 * ends and leap days, come up often: that is where sums and comparisons go wrong.
 */

/** Two decimal texts that are equal, or differ by one unit behind up to 30 places. */
export const nearEqualTexts = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.nat(30), fc.constantFrom(-1n, 0n, 1n))
  .map(([whole, places, step]) => {
    const scale = 10n ** BigInt(places);
    const second = whole * scale + step;
    return [whole.toString(), exactText(exact(second < 0n ? 0n : second).div(exact(scale)))] as const;
  });

/** Hours around starts of months, of years and of leap days. */
const TURNS = ['2026-12-01', '2027-01-01', '2027-03-01', '2028-02-28', '2028-02-29', '2028-03-01', '2028-12-31'];

export const instants = fc
  .tuple(fc.constantFrom(...TURNS), fc.integer({ min: -30, max: 30 }))
  .map(([day, hours]) => plusHours(`${day}T00:00:00Z`, hours));

/** Intervals that mostly start or end beside a turn. */
export const intervals = fc
  .tuple(instants, instants)
  .filter(([a, b]) => a !== b)
  .map(([a, b]): Interval => (a < b ? { start: a, end: b } : { start: b, end: a }));

/** An interval with an instant inside it. */
export const cutIntervals = fc
  .uniqueArray(instants, { minLength: 3, maxLength: 3 })
  .map((three) => [...three].sort())
  .map(([start = '', cut = '', end = '']) => ({ start, cut, end }));

/** The same elements in another order. */
export function shuffled<T>(values: readonly T[]): fc.Arbitrary<readonly T[]> {
  return fc.shuffledSubarray([...values], { minLength: values.length, maxLength: values.length });
}
