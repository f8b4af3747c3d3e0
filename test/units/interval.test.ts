import fc from 'fast-check';
import { exactText } from '../../lib/units/exact';
import { hoursIn, instant, interval, monthsOf, plusHours, proratedMonths } from '../../lib/units/interval';

const instants = fc.integer({ min: 0, max: 24 * 366 * 12 }).map((hours) => plusHours('2024-01-01T00:00:00Z', hours));

test('parts of an interval add up over month ends and leap days', () => {
  fc.assert(
    fc.property(fc.uniqueArray(instants, { minLength: 3, maxLength: 3 }), (three) => {
      const [a = '', b = '', c = ''] = three.sort();
      const whole = interval(a, c);
      expect(
        hoursIn(interval(a, b))
          .add(hoursIn(interval(b, c)))
          .equals(hoursIn(whole)),
      ).toBe(true);
      expect(
        proratedMonths(interval(a, b))
          .add(proratedMonths(interval(b, c)))
          .equals(proratedMonths(whole)),
      ).toBe(true);
    }),
  );
});

test('a leap February has 696 hours and counts as one month', () => {
  const [february] = monthsOf(interval('2028-02-01', '2028-03-01'));
  expect(february && exactText(february.hours)).toBe('696');
  expect(exactText(proratedMonths(interval('2028-02-01', '2028-03-01')))).toBe('1');
});

test('a date means its midnight, UTC', () => {
  expect(instant('2026-12-01')).toBe('2026-12-01T00:00:00Z');
  expect(instant('2026-12-01T11:30Z')).toBe('2026-12-01T11:30:00Z');
});

test.each(['2026-02-30', '2026-12-01T11:30', '2026-12-01T11:30+01:00', 'today', '2026-13-01', '2026-1-1'])(
  'fails on %j',
  (text) => {
    expect(() => instant(text)).toThrow('UTC date or instant');
  },
);

test('fails when an interval ends before it starts', () => {
  expect(() => interval('2026-12-02', '2026-12-01')).toThrow('start before it ends');
});
