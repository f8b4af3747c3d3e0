import { gammaTail, normalTail, tailQuantile } from '../../../lib/planner/performance/probability';
import { beyond, meanWait, serverWait } from '../../../lib/planner/performance/waiting';

test('the normal tail at 0, 1.6449 and 1.96 is 50 %, 5 % and 2.5 %', () => {
  expect(normalTail(0)).toBeCloseTo(0.5, 6);
  expect(normalTail(1.6448536)).toBeCloseTo(0.05, 6);
  expect(normalTail(-1.959964)).toBeCloseTo(0.975, 6);
});

test('the gamma tail of shape 4 agrees with its Poisson sum to half a percent', () => {
  // Gamma(4, 1): mean 4, variance 4; P(X > 6) = e⁻⁶ (1 + 6 + 18 + 36) = 0.1512
  expect(gammaTail(6, 4, 4)).toBeCloseTo(Math.exp(-6) * 61, 2);
  expect(gammaTail(9, 4, 4)).toBeCloseTo(Math.exp(-9) * (1 + 9 + 40.5 + 121.5), 2);
});

test('a gamma without variance is a constant', () => {
  expect(gammaTail(0.9, 1, 0)).toBe(1);
  expect(gammaTail(1.1, 1, 0)).toBe(0);
  expect(gammaTail(-1, 0, 0)).toBe(0);
});

test('the quantile of an exponential tail is ln(1 / share)', () => {
  expect(tailQuantile((x) => Math.exp(-x), 0.01, 0.001)).toBeCloseTo(Math.log(100), 4);
  expect(tailQuantile(() => 1, 0.01, 1)).toBe(Number.POSITIVE_INFINITY);
});

test('the wait of M/M/1 is exact: P(W > t) = ρ exp(−(1 − ρ) t / s), mean ρ s / (1 − ρ)', () => {
  const wait = serverWait(0.8, 2, 1, 1);
  expect(wait?.probability).toBe(0.8);
  expect(wait?.perSecond).toBeCloseTo(0.2 / 2, 12);
  expect(wait === undefined ? 0 : meanWait(wait)).toBeCloseTo((0.8 * 2) / 0.2, 12);
});

test('the mean wait of M/D/1 is half of M/M/1', () => {
  const constant = serverWait(0.8, 2, 1, 0);
  expect(constant === undefined ? 0 : meanWait(constant)).toBeCloseTo((0.8 * 2) / 0.2 / 2, 12);
});

test('a server that cannot keep up has no wait', () => {
  expect(serverWait(1, 2, 1, 1)).toBeUndefined();
});

test('what is waited for beyond a grace is the tail after it', () => {
  expect(beyond({ probability: 0.5, perSecond: 2 }, 3).probability).toBeCloseTo(0.5 * Math.exp(-6), 12);
});
