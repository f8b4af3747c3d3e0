import fc from 'fast-check';
import type { Trace } from '../../lib/workload/trace';
import type { Traffic } from '../../lib/workload/traffic';
import { trafficProfileOf } from '../../lib/workload/traffic-profile';

function noTrace(): never {
  throw new Error('this traffic names no trace');
}

function profileOf(arrivedAtSeconds: readonly number[]) {
  const tokens = arrivedAtSeconds.map(() => 1);
  const trace: Trace = { arrivedAtSeconds, inputTokens: tokens, outputTokens: tokens };
  return trafficProfileOf({ kind: 'trace', file: 'arrivals.csv' }, () => trace);
}

/** Arrivals every `gap` seconds, `count` of them, from `start`. */
const every = (gap: number, count: number, start = 0) =>
  Array.from({ length: count }, (_, index) => start + index * gap);

test('rates are taken as given, and without a trough the lowest is the mean', () => {
  const traffic: Traffic = { kind: 'rate', meanRequestsPerSecond: 2, peakRequestsPerSecond: 5 };
  expect(trafficProfileOf(traffic, noTrace)).toMatchObject({
    lowestRequestsPerSecond: 2,
    meanRequestsPerSecond: 2,
    peakRequestsPerSecond: 5,
    arrivalScv: 1,
  });
});

test('an hourly shape gives its lowest, mean and highest hour', () => {
  // 23 hours of 1 and one of 25: mean (23 + 25) / 24 = 2.
  const traffic: Traffic = { kind: 'hourly', requestsPerSecond: [25, ...Array<number>(23).fill(1)] };
  expect(trafficProfileOf(traffic, noTrace)).toMatchObject({
    lowestRequestsPerSecond: 1,
    meanRequestsPerSecond: 2,
    peakRequestsPerSecond: 25,
    basis: '24 hourly rates, Poisson arrivals assumed within the hour',
  });
});

test('a steady trace is equal at lowest, mean and peak, and its gaps do not vary', () => {
  // One request a second for 300 s: 300 gaps in 300 s; any half-open minute holds 60, any open one 59.
  const profile = profileOf(every(1, 301));
  expect(profile.meanRequestsPerSecond).toBe(1);
  expect(profile.peakRequestsPerSecond).toBe(1);
  expect(profile.lowestRequestsPerSecond).toBeCloseTo(59 / 60, 12);
  expect(profile.arrivalScv).toBe(0);
});

test('the peak is the busiest minute wherever it starts, and the lowest the quietest', () => {
  // A request every 10 s from 0 to 600 (61 of them), and 54 more between 90 and 117 s, every half second.
  // Busiest: the half-open minute from 60 or later holds 6 of the slow ones and all 54, so 60 in 60 s.
  // Quietest: just after an arrival, five of the slow ones. Mean: 114 gaps in 600 s.
  const profile = profileOf([...every(10, 61), ...every(0.5, 54, 90.25)].sort((a, b) => a - b));
  expect(profile.peakRequestsPerSecond).toBe(1);
  expect(profile.lowestRequestsPerSecond).toBeCloseTo(5 / 60, 12);
  expect(profile.meanRequestsPerSecond).toBe(114 / 600);
});

test('bursts are seen in the gaps, as worked by hand', () => {
  // Pairs at 0, 0, 10, 10, 20, 20: gaps 0, 10, 0, 10, 0; mean 4; squares 16 × 3 + 36 × 2 = 120; 120 / 5 / 16 = 1.5.
  expect(profileOf([0, 0, 10, 10, 20, 20]).arrivalScv).toBeCloseTo(1.5, 12);
});

test('the peak is never below the mean, even where every minute holds fewer', () => {
  // Two requests at 0 s and two at 61 s: 3 gaps in 61 s. The busiest minute holds 2, which is 2 in 60 s.
  const profile = profileOf([0, 0, 61, 61]);
  expect(profile.meanRequestsPerSecond).toBe(3 / 61);
  expect(profile.peakRequestsPerSecond).toBe(3 / 61);
});

test('a trace shorter than a minute is one window', () => {
  // Three requests in 4 s: two gaps, so 0.5 a second; the busiest 4 s (half-open) hold 2 of 3.
  expect(profileOf([0, 2, 4])).toMatchObject({
    lowestRequestsPerSecond: 0.25,
    meanRequestsPerSecond: 0.5,
    peakRequestsPerSecond: 0.5,
  });
});

test('lowest ≤ mean ≤ peak, and the profile does not depend on the unit or the start of time', () => {
  const arrivals = fc
    .array(fc.integer({ min: 0, max: 900 }), { minLength: 2, maxLength: 120 })
    .map((seconds) => seconds.sort((a, b) => a - b))
    .filter((seconds) => (seconds.at(-1) ?? 0) > (seconds[0] ?? 0));
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 0, max: 1000 }), (seconds, shift) => {
      const profile = profileOf(seconds);
      expect(profile.lowestRequestsPerSecond).toBeGreaterThanOrEqual(0);
      expect(profile.lowestRequestsPerSecond).toBeLessThanOrEqual(profile.meanRequestsPerSecond);
      expect(profile.meanRequestsPerSecond).toBeLessThanOrEqual(profile.peakRequestsPerSecond);
      expect(profileOf(seconds.map((at) => at + shift))).toEqual(profile);
    }),
  );
});

test('the sliding windows find what trying every window finds', () => {
  const arrivals = fc
    .array(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 60 })
    .map((seconds) => [0, ...seconds, 400].sort((a, b) => a - b));
  fc.assert(
    fc.property(arrivals, (seconds) => {
      const mean = (seconds.length - 1) / 400;
      const inWindow = (from: number, isIn: (at: number) => boolean) =>
        seconds.filter((at) => at >= from && at - from <= 60 && isIn(at)).length;
      const most = Math.max(...seconds.map((from) => inWindow(from, (at) => at - from < 60)));
      const fewest = Math.min(
        ...seconds
          .filter((from) => from + 60 <= 400)
          .map((from) => inWindow(from, (at) => at > from && at - from < 60)),
      );
      const profile = profileOf(seconds);
      expect(profile.peakRequestsPerSecond).toBe(Math.max(mean, most / 60));
      expect(profile.lowestRequestsPerSecond).toBe(Math.min(mean, fewest / 60));
    }),
  );
});

test('fails on a trace whose requests all arrive at once', () => {
  expect(() => profileOf([3, 3])).toThrow('trace arrivals.csv has no two requests at different times');
  expect(() => profileOf([3])).toThrow('so it has no rate; give a longer trace');
});
