import {
  count,
  date,
  duration,
  percent,
  plainNumber,
  quantity,
  quantityRange,
  ratePlaces,
  usd,
} from '../../lib/report/format';
import { exact } from '../../lib/units/exact';

test.each([
  ['0', '0.00'],
  ['1234567.891', '1,234,567.89'],
  ['999.995', '1,000.00'],
  ['-1234.5', '-1,234.50'],
  ['1/3', '0.33'],
  ['0.004', '< 0.01'],
  ['-0.001', '> -0.01'],
  ['48000000', '48,000,000.00'],
])('the amount %s reads %s', (amount, text) => {
  expect(usd(amount)).toBe(text);
});

test('an amount is rounded half-even, and never through a float', () => {
  expect([usd('0.125'), usd('0.135')]).toEqual(['0.12', '0.14']);
  expect(usd('90071992547409931.07')).toBe('90,071,992,547,409,931.07');
});

test('small rates get four places, large ones two', () => {
  expect(ratePlaces({ min: '0', plan: '1', max: '100' })).toBe(4);
  expect(ratePlaces({ min: '0', plan: '1', max: '100.01' })).toBe(2);
});

test.each([
  ['0', '0.0 %'],
  ['1/8', '12.5 %'],
  ['1', '100.0 %'],
  ['12.5', '1,250.0 %'],
  ['0.0001', '< 0.1 %'],
])('the share %s reads %s', (share, text) => {
  expect(percent(exact(share))).toBe(text);
});

test('a whole percentage is rounded half-even, and not nothing is not 0 %', () => {
  expect(percent(exact('0.125'), 0)).toBe('12 %');
  expect(percent(exact('0.001'), 0)).toBe('< 1 %');
});

test.each([
  ['4', '4'],
  ['2000', '2,000'],
  ['0.5', '0.5'],
  ['1/3', '0.333'],
  ['0.0001', '< 0.001'],
  ['0', '0'],
])('the quantity %s reads %s', (text, shown) => {
  expect(quantity(text)).toBe(shown);
});

test('a quantity that does not vary is said once', () => {
  expect(quantityRange({ min: '4', plan: '4', max: '4' })).toBe('4');
  expect(quantityRange({ min: '0', plan: '500', max: '2000' })).toBe('0/500/2,000');
});

test('durations, numbers, dates and counts read as people write them', () => {
  expect([duration(0.0412), duration(0.9999), duration(1.8449)]).toEqual(['41.2 ms', '1000 ms', '1.84 s']);
  expect([plainNumber(0.01234), plainNumber(2.4567), plainNumber(12345.6)]).toEqual(['0.0123', '2.46', '12,346']);
  expect([date('2026-12-01T00:00:00Z'), date('2026-12-01T11:30:00Z')]).toEqual(['2026-12-01', '2026-12-01T11:30Z']);
  expect([count(1, 'node'), count(2, 'node'), count(1200, 'node')]).toEqual(['1 node', '2 nodes', '1,200 nodes']);
});
