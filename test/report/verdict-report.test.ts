import fc from 'fast-check';
import { redactVerdict } from '../../lib/budget/envelope/disclose';
import type { Finding, Verdict } from '../../lib/budget/envelope/verdict';
import { renderVerdict } from '../../lib/report/verdict-report';
import { fixed } from '../../lib/units/range';
import { aWaiver, judged } from '../budget/envelope/contracts';
import { fullBill, fullContract } from '../budget/envelope/full-contract';
import { aCeilingResult, aFloorResult, aPeriodVerdict, aVerdict } from '../builders';
import { expectGolden, expectReadable } from './golden';

const exceeded: Finding = {
  rule: 'CeilingExceeded',
  severity: 'fatal',
  period: 'Y1',
  stack: null,
  logicalId: null,
  sentence:
    'the ceiling of Y1 is exceeded at max by 1,500,000.00 USD, of which the assistant on p5en.48xlarge is the dearest part',
  remedy: 'lower the maximum size of its node group by 3, or have the ceiling raised',
};
const stale: Finding = {
  rule: 'PriceBookStale',
  severity: 'warning',
  period: null,
  stack: 'UsEast1/Capacity00',
  logicalId: 'ChatGroup',
  sentence: 'the price of g6.xlarge was read 45 days ago',
  remedy: 'run headroom prices refresh',
};
// Over 60,000,000 by 1,500,000 at max; the commitment of 48,000,000 is missed at min by 12,000,000.
const over = aVerdict({
  status: 'over',
  periods: [
    aPeriodVerdict({
      start: '2026-12-01T00:00:00Z',
      end: '2027-12-01T00:00:00Z',
      ceiling: aCeilingResult({
        result: 'over',
        limit: '60000000',
        amount: { min: '36000000', plan: '50000000', max: '61500000' },
        over: '1500000',
      }),
      ceilingPerHour: aCeilingResult({
        limit: '9000',
        amount: { min: '4100', plan: '5700', max: '7020.5' },
      }),
      floor: aFloorResult({
        result: 'atRisk',
        commitment: '48000000',
        amount: { min: '36000000', plan: '50000000', max: '61500000' },
        shortfall: { min: '12000000', plan: '0', max: '0' },
      }),
    }),
  ],
  findings: [stale, exceeded],
});

test('a disclosed verdict reads as the golden does', () => {
  const text = renderVerdict(over, { disclose: true });
  expectReadable(text);
  expectGolden('report-verdict.txt', text);
});

test('an undisclosed one reads as its golden does, in whole percentages of the commitment', () => {
  const text = renderVerdict({ ...over, findings: [stale] }, { disclose: false });
  expectReadable(text);
  expectGolden('report-verdict-undisclosed.txt', text);
});

describe('a verdict with all that a contract can hold', () => {
  const verdict = judged({
    bill: fullBill,
    contract: fullContract(),
    waivers: [aWaiver({ rule: 'BreakGlass', period: 'all', upTo: '1000000', expires: '2026-11-25T00:00:00Z' })],
    stacks: [{ path: 'UsEast1/Capacity00', sha256: 'aa', account: '111111111111' }],
    actuals: {
      schemaVersion: 1,
      asOf: '2026-12-12T00:00:00Z',
      currency: 'USD',
      covered: { start: '2026-12-01T00:00:00Z', end: '2026-12-11T00:00:00Z' },
      months: [{ month: '2026-12', state: 'open', rows: 1 }],
      sources: [],
      charges: [
        { day: '2026-12-01', kind: 'usage', deployment: null, cash: '1234.5', amortized: '1234.5', list: '1234.5' },
      ],
      sha256: 'dd',
    },
  });

  test('reads as its golden does', () => {
    const text = renderVerdict(verdict, { disclose: true });
    expectReadable(text);
    expectGolden('report-verdict-commitments.txt', text);
  });

  test('and undisclosed as its own', () => {
    const hidden = fullContract({ disclose: false });
    const text = renderVerdict(redactVerdict(judged({ bill: fullBill, contract: hidden }), hidden), {
      disclose: false,
    });
    expectReadable(text);
    expectGolden('report-verdict-commitments-undisclosed.txt', text);
  });
});

test('undisclosed, no amount that derives from the contract is shown', () => {
  // Amounts in USD have two places; what the app's own charges cost does not derive from the contract.
  const cents = fc.bigInt({ min: 10_000n, max: 10n ** 12n });
  const usd = (value: bigint) => `${value / 100n}.${(value % 100n).toString().padStart(2, '0')}`;
  fc.assert(
    fc.property(cents, cents, cents, (commitment, limit, amount) => {
      const period = aPeriodVerdict({
        ceiling: aCeilingResult({ result: 'over', limit: usd(limit), amount: fixed(usd(amount)), over: usd(limit) }),
        ceilingPerHour: aCeilingResult({ limit: usd(limit), amount: fixed(usd(amount)) }),
        floor: aFloorResult({
          result: 'missed',
          commitment: usd(commitment),
          amount: fixed(usd(amount)),
          shortfall: fixed(usd(commitment)),
        }),
        largest: [],
      });
      const text = renderVerdict(aVerdict({ periods: [period] }), { disclose: false });
      expect(text).not.toMatch(/\d\.\d/);
      expectReadable(text);
    }),
  );
});

test('undisclosed without a commitment there is nothing to compare with, so amounts are withheld', () => {
  const floor = aFloorResult({ result: 'notJudged', commitment: null, shortfall: null });
  const text = renderVerdict(aVerdict({ periods: [aPeriodVerdict({ floor, largest: [] })] }), { disclose: false });
  expect(text).toContain('withheld');
  expect(text).not.toMatch(/\d\.\d/);
});

test('amounts that the verdict words already stand as they are', () => {
  const worded = aPeriodVerdict({
    ceiling: aCeilingResult({
      result: 'over',
      limit: '125 % of the commitment',
      amount: fixed('less than 1 % of the commitment'),
      over: 'nothing',
    }),
    floor: aFloorResult({
      commitment: '100 % of the commitment',
      amount: fixed('128 % of the commitment'),
      shortfall: fixed('nothing'),
    }),
  });
  for (const disclose of [false, true]) {
    const text = renderVerdict(aVerdict({ periods: [worded] }), { disclose });
    expect(text).toMatch(/ceiling +less than 1 % +less than 1 % +less than 1 % +125 % +over by nothing/);
    expect(text).toMatch(/commitment +128 % +128 % +128 % +100 % +met/);
  }
});

test('what must be changed comes before warnings', () => {
  const text = renderVerdict(over, { disclose: true });
  expect(text.indexOf('CeilingExceeded')).toBeLessThan(text.indexOf('PriceBookStale'));
  expect(text).toContain('PriceBookStale (UsEast1/Capacity00 ChatGroup)');
});

test('without a contract nothing is judged, and that is said', () => {
  const text = renderVerdict(aVerdict({ inputs: { ...aVerdict().inputs, contract: null }, periods: [] }), {
    disclose: true,
  });
  expectReadable(text);
  expect(text).toContain('no contract: billed, not judged');
});

test.each(['within', 'over', 'shortfall', 'unpriced', 'infeasible', 'failed'] satisfies Verdict['status'][])(
  'the status %s is the first word',
  (status) => {
    expect(renderVerdict(aVerdict({ status }), { disclose: true })).toMatch(new RegExp(`^Verdict {2}${status}: `));
  },
);

test.each([
  [aFloorResult({ result: 'missed', shortfall: { min: '3', plan: '2', max: '1' } }), 'missed: 1.00 short even at max'],
  [aFloorResult({ result: 'atRisk', shortfall: { min: '3', plan: '2', max: '0' } }), 'at risk: 3.00 short at min'],
  [
    aFloorResult({ result: 'notJudged', commitment: null, shortfall: null }),
    'not judged: no share of it and no baseline',
  ],
])('a floor says by how much it is short: %#', (floor, sentence) => {
  const verdict = aVerdict({ periods: [aPeriodVerdict({ floor })] });
  expect(renderVerdict(verdict, { disclose: true })).toContain(sentence);
});
