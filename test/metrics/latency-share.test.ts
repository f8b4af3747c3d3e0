import fc from 'fast-check';
import { boundsWithin, fastRequests, TPOT, TTFT } from '../../lib/metrics/latency-share';
import { exact, exactText } from '../../lib/units/exact';

const within = (histogram: typeof TTFT, seconds: string) =>
  boundsWithin(histogram, exact(seconds)).map(({ bound, weight }) => [bound, exactText(weight)]);

test('a promise on a bound counts its bucket, whole', () => {
  expect(within(TTFT, '5')).toEqual([['5', '1']]);
  expect(within(TPOT, '0.05')).toEqual([['0.05', '1']]);
});

test('a promise between bounds takes its share of what lies between', () => {
  // 2 s between 1 s and 2.5 s: (2 − 1) ÷ 1.5 = 2/3 of the way, so 1/3 of the lower count and 2/3 of the upper.
  expect(within(TTFT, '2')).toEqual([
    ['1', '1/3'],
    ['2.5', '2/3'],
  ]);
  // 0.06 s between 0.05 s and 0.075 s: 0.01 ÷ 0.025 = 0.4.
  expect(within(TPOT, '0.06')).toEqual([
    ['0.05', '0.6'],
    ['0.075', '0.4'],
  ]);
});

test('below the first bound the bucket begins at nothing, above the last there is only the last', () => {
  expect(within(TPOT, '0.005')).toEqual([['0.01', '0.5']]);
  expect(within(TPOT, '100')).toEqual([['80', '1']]);
});

test('weights of two buckets add up to one, and meet the promise in the middle of their bounds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 2_560_000 }), (milliseconds) => {
      const seconds = exact(`${milliseconds}/1000`);
      const bounds = boundsWithin(TTFT, seconds);
      const sum = bounds.reduce((all, { weight }) => all.add(weight), exact(0));
      const mean = bounds.reduce((all, { bound, weight }) => all.add(exact(bound).mul(weight)), exact(0));
      return sum.equals(1) && mean.equals(seconds);
    }),
  );
});

test('a bound is found as a client library writes it and as Prometheus does', () => {
  const [, pattern = ''] = /le=~"([^"]*)"/.exec(fastRequests(TTFT, 'chat', exact('1'))) ?? [];
  const matcher = new RegExp(`^${JSON.parse(`"${pattern}"`) as string}$`);
  expect(['1', '1.0', '10', '1.5'].map((bound) => matcher.test(bound))).toEqual([true, true, false, false]);
});
