import type { Bill } from '../../../lib/budget/bill/bill';
import { aStack, bill } from './billing';

const THREE_YEARS = { start: '2026-12-01T00:00:00Z', end: '2029-12-01T00:00:00Z' };
const billed = (properties: object, window = THREE_YEARS, root: object = {}) =>
  bill([aStack({ Key: { Type: 'AWS::KMS::Key', Properties: properties } }, { root })], { window });

/** Where each number of key versions begins: min | plan | max. */
const steps = (of: Bill) =>
  of.charges
    .filter(({ dimension }) => dimension === 'kmsKeys')
    .map(({ active, quantity: { min, plan, max } }) => `${active.start.slice(0, 10)} ${min} | ${plan} | ${max}`);

test('a key that rotates costs one key more after a year and another after two, and nothing after', () => {
  const of = billed({ EnableKeyRotation: true });
  // 2028 has a leap day, so the second rotation comes on the last day of November.
  expect(steps(of)).toEqual(['2026-12-01 1 | 1 | 3', '2027-12-01 2 | 2 | 3', '2028-11-30 3 | 3 | 3']);
  // Twelve months × 1, then × 2 for eleven and 29/30 of November, then × 3 for 1/30 of it and twelve:
  // 12 + 24 − 2/30 + 3/30 + 36 = 72 + 1/30. At most 3 × 36.
  expect(of.windowTotal.min).toBe('2161/30');
  expect(of.windowTotal.plan).toBe(of.windowTotal.min);
  expect(of.windowTotal.max).toBe('108');
});

test('the template may set another period', () => {
  expect(steps(billed({ EnableKeyRotation: true, RotationPeriodInDays: 100 }))).toEqual([
    '2026-12-01 1 | 1 | 3',
    '2027-03-11 2 | 2 | 3',
    '2027-06-19 3 | 3 | 3',
  ]);
});

test('a period that is decided at deployment is the longest at min and the default at plan', () => {
  const root = { Parameters: { Days: { Type: 'Number', Default: 365, AllowedValues: [365, 730] } } };
  expect(steps(billed({ EnableKeyRotation: true, RotationPeriodInDays: { Ref: 'Days' } }, THREE_YEARS, root))).toEqual([
    '2026-12-01 1 | 1 | 3',
    '2027-12-01 1 | 2 | 3',
    '2028-11-30 2 | 3 | 3',
  ]);
});

test.each([{ Ref: 'Nobody' }, 'soon', -1])('fails closed on the period %j: the shortest at plan', (period) => {
  expect(steps(billed({ EnableKeyRotation: true, RotationPeriodInDays: period }))).toEqual([
    '2026-12-01 1 | 1 | 3',
    '2027-03-01 1 | 2 | 3',
    '2027-05-30 1 | 3 | 3',
  ]);
});

test('fails closed on a period that no calendar holds: no rotation is certain, three versions at max', () => {
  const of = billed({ EnableKeyRotation: true, RotationPeriodInDays: 9_000_000_000_000 });
  expect(steps(of)).toEqual(['2026-12-01 1 | 1 | 3']);
});

test('a key that does not rotate stays one key, and one that may rotate is planned to', () => {
  expect(steps(billed({ EnableKeyRotation: false }))).toEqual(['2026-12-01 1 | 1 | 1']);
  expect(steps(billed({ EnableKeyRotation: { Ref: 'Nobody' } }))).toEqual([
    '2026-12-01 1 | 1 | 3',
    '2027-12-01 1 | 2 | 3',
    '2028-11-30 1 | 3 | 3',
  ]);
});
