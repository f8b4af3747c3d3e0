import fc from 'fast-check';
import { redactVerdict } from '../../../lib/budget/envelope/disclose';
import { Usd } from '../../../lib/units/money';
import { fixed } from '../../../lib/units/range';
import { aBill, aCharge } from '../../builders';
import { aContract, aPeriod, judged } from './contracts';

/** 598.7712 USD in December against 10,000 committed, a ceiling of 500 and 0.50 an hour. */
const contract = aContract({
  disclose: false,
  share: '0.5',
  periods: [aPeriod({ commitment: '10000', ceiling: '500', ceilingPerHour: '0.50' })],
});

describe('a contract that does not disclose', () => {
  const shown = redactVerdict(judged({ contract }), contract);

  test('shows every amount as a whole percentage of the commitment', () => {
    const [period] = shown.periods;
    // 598.7712 / 10000 = 5.99 %, 98.7712 / 10000 = 0.99 %
    expect(period?.ceiling).toEqual({
      result: 'over',
      basis: 'max',
      limit: '5 % of the commitment',
      amount: fixed('6 % of the commitment'),
      over: '1 % of the commitment',
    });
    // 10000 / 744 h = 13.44 an hour: 0.8048 is 5.99 %, 0.50 is 3.72 %, 0.3048 is 2.27 %
    expect(period?.ceilingPerHour.limit).toBe('4 % of the commitment');
    expect(period?.ceilingPerHour.over).toBe('2 % of the commitment');
    // 5000 - 598.7712 = 4401.2288
    expect(period?.floor).toMatchObject({
      commitment: '50 % of the commitment',
      shortfall: fixed('44 % of the commitment'),
    });
  });

  test('says so in sentences and remedies too, and the status is the same', () => {
    expect(shown.status).toBe('over');
    expect(shown.findings.map((finding) => finding.sentence)).toEqual([
      'period Y1 (2026-12-01 to 2027-01-01, end excluded) costs 6 % of the commitment at max, 1 % of the commitment over its ceiling of 5 % of the commitment; largest at list price and max: UsEast1/Capacity00 ChatGroup instances 598.77 USD',
      "period Y1 (2026-12-01 to 2027-01-01, end excluded) costs in its dearest hour 6 % of the commitment's mean hour at max, 2 % of the commitment's mean hour over its ceiling of 4 % of the commitment's mean hour; largest at list price and max: UsEast1/Capacity00 ChatGroup instances 598.77 USD",
      'period Y1 (2026-12-01 to 2027-01-01, end excluded) draws down 6 % of the commitment even at max, 44 % of the commitment short of its floor of 50 % of the commitment',
    ]);
  });

  test('keeps what the bill shows anyway: charges at list price', () => {
    expect(shown.periods[0]?.largest[0]).toMatchObject({ unitPrice: '0.8048', periodTotal: fixed('598.7712') });
  });

  test('with a commitment of zero gives no amount at all', () => {
    const bare = { ...contract, periods: [aPeriod({ commitment: '0', ceiling: '432.1' })] };
    const text = JSON.stringify(redactVerdict(judged({ contract: bare }), bare));
    expect(text).toContain('an undisclosed amount');
    expect(text).not.toContain('432');
  });
});

test('a contract that discloses, or none, leaves the verdict as it is', () => {
  const open = { ...contract, disclose: true };
  const verdict = judged({ contract: open });
  expect(redactVerdict(verdict, open)).toBe(verdict);
  expect(redactVerdict(verdict, null)).toBe(verdict);
});

test('no amount of the contract is found anywhere in a redacted verdict', () => {
  const secret = fc.integer({ min: 10_007, max: 99_999_989 }).map((cents) => Usd.of(cents).times('1/100'));
  fc.assert(
    fc.property(secret, secret, secret, secret, (commitment, ceiling, hourly, baseline) => {
      const secrets = { commitment: commitment.toText(), ceiling: ceiling.toText(), ceilingPerHour: hourly.toText() };
      const amount = baseline.toText();
      const hidden = aContract({
        disclose: false,
        measure: 'net',
        share: '1',
        discounts: [{ services: ['AmazonEC2'], percent: '17.3' }],
        baseline: [{ id: 'other', period: 'Y1', amount, asOf: '2026-11-01', source: 'export' }],
        periods: [aPeriod(secrets)],
      });
      const bill = aBill({ charges: [aCharge({ region: 'us-east-1' })] });
      const text = JSON.stringify(redactVerdict(judged({ bill, contract: hidden }), hidden));
      for (const told of [...Object.values(secrets), amount, '17.3', '0.827']) {
        expect(text).not.toMatch(new RegExp(`(?<![\\d.])${told.replace('.', '\\.')}(?![\\d.])`));
      }
      // Every contract-derived amount ends in a share or says that it is withheld.
      const { ceiling: shown, floor } = JSON.parse(text).periods[0];
      for (const each of [shown.limit, shown.over, ...Object.values(shown.amount), ...Object.values(floor.amount)]) {
        expect(each).toMatch(/^(less than 1|\d+) % of the commitment$/);
      }
    }),
  );
});
