import fc from 'fast-check';
import type { Charge } from '../../../lib/budget/bill/charge';
import type { Contract, Waiver } from '../../../lib/budget/envelope/contract';
import type { Verdict } from '../../../lib/budget/envelope/verdict';
import { exact } from '../../../lib/units/exact';
import { type Interval, overlap, plusHours } from '../../../lib/units/interval';
import { Usd } from '../../../lib/units/money';
import { BOUNDS } from '../../../lib/units/range';
import { aBill, aCharge } from '../../builders';
import { aContract, aPeriod, aWaiver, judged } from './contracts';

const START = '2026-11-15T00:00:00Z';
const WINDOW: Interval = { start: START, end: plusHours(START, 24 * 800) };

/** Any part of about two years, leap day of 2028 included. */
const anActive = fc
  .tuple(fc.nat(24 * 799), fc.integer({ min: 1, max: 24 * 800 }))
  .map(
    ([from, hours]) =>
      overlap({ start: plusHours(START, from), end: plusHours(START, from + hours) }, WINDOW) ?? WINDOW,
  );

const aRange = fc
  .tuple(fc.nat(20), fc.nat(20), fc.nat(20))
  .map(([a, b, c]) => ({ min: `${a}`, plan: `${a + b}`, max: `${a + b + c}` }));

/** Hour-priced and month-priced charges, so that amounts are proper fractions more often than not. */
const someCharge: fc.Arbitrary<Charge> = fc
  .record({
    logicalId: fc.constantFrom('A', 'B', 'C', 'D'),
    stack: fc.constantFrom('One', 'Two/Nested'),
    active: anActive,
    quantity: aRange,
    cents: fc.integer({ min: 1, max: 10_000 }),
    monthly: fc.boolean(),
  })
  .map(({ cents, monthly, ...rest }) =>
    aCharge({
      ...rest,
      unitPrice: Usd.of(cents).times('1/100').toText(),
      unit: monthly ? 'month' : 'hour',
      offer: monthly ? 'kms:key' : 'instance:g6.xlarge:onDemand',
    }),
  );

const someCharges = fc.array(someCharge, { maxLength: 8 });

/** Two contract years that cover the whole window, with a share. */
function twoYears(override: Partial<Contract> = {}): Contract {
  return aContract({
    share: '1',
    periods: [
      aPeriod({ start: START, end: '2027-11-15T00:00:00Z', commitment: '100000' }),
      aPeriod({ id: 'Y2', start: '2027-11-15T00:00:00Z', end: WINDOW.end, commitment: '100000' }),
    ],
    ...override,
  });
}

const withLimits = (
  contract: Contract,
  limits: Readonly<Partial<Record<'ceiling' | 'ceilingPerHour' | 'commitment', string>>>,
): Contract => ({
  ...contract,
  periods: contract.periods.map((period) => ({ ...period, ...limits })),
});

const verdictOf = (charges: readonly Charge[], contract: Contract, waivers: readonly Waiver[] = []): Verdict =>
  judged({ bill: aBill({ window: WINDOW, charges }), contract, waivers });

const A_THIRD_OF_A_CENT = Usd.of('1/300');

describe('law 3: what is unknown is never within', () => {
  test('whatever else the bill and the contract say', () => {
    const line = { stack: 'One', logicalId: 'Odd', type: 'T', dimension: 'd', reason: 'unknown' };
    const resources = { total: 2, priced: 1, free: 0, bounded: 0, waived: 0, unpriced: 1 };
    fc.assert(
      fc.property(someCharges, fc.boolean(), (charges, contracted) => {
        const bill = aBill({ window: WINDOW, charges, resources, unpriced: [line] });
        const waivers = [aWaiver({ upTo: '999999999' }), aWaiver({ rule: 'UncoveredWindow', upTo: '999999999' })];
        expect(judged({ bill, contract: contracted ? twoYears() : null, waivers }).status).toBe('unpriced');
      }),
    );
  });
});

describe('law 4: more is never better', () => {
  const limits = fc.record({ ceiling: fc.nat(200_000).map(String), ceilingPerHour: fc.nat(400).map(String) });

  test('adding a charge never turns over into within, with a waiver or without', () => {
    fc.assert(
      fc.property(someCharges, someCharge, limits, fc.nat(300_000), (charges, more, ceilings, upTo) => {
        const contract = withLimits(twoYears(), ceilings);
        const waivers = [aWaiver({ upTo: `${upTo}` }), aWaiver({ upTo: `${upTo}`, period: 'Y2' })];
        fc.pre(verdictOf(charges, contract, waivers).status === 'over');
        expect(verdictOf([...charges, more], contract, waivers).status).toBe('over');
      }),
    );
  });

  test('a ceiling met exactly is kept, a third of a cent less is not', () => {
    fc.assert(
      fc.property(fc.array(someCharge, { minLength: 1, maxLength: 6 }), fc.boolean(), (charges, hourly) => {
        const period = verdictOf(charges, twoYears()).periods[0];
        const amount = Usd.of((hourly ? period?.ceilingPerHour : period?.ceiling)?.amount.max ?? '0');
        fc.pre(amount.exceeds(A_THIRD_OF_A_CENT));
        const resultAt = (limit: Usd) => {
          const judgedAt = verdictOf(
            charges,
            withLimits(twoYears(), hourly ? { ceilingPerHour: limit.toText() } : { ceiling: limit.toText() }),
          ).periods[0];
          return (hourly ? judgedAt?.ceilingPerHour : judgedAt?.ceiling)?.result;
        };
        expect(resultAt(amount)).toBe('within');
        expect(resultAt(amount.minus(A_THIRD_OF_A_CENT))).toBe('over');
      }),
    );
  });

  test('min ≤ plan ≤ max in every amount of every period, at list and net', () => {
    fc.assert(
      fc.property(someCharges, fc.constantFrom('listGross' as const, 'net' as const), (charges, measure) => {
        const discounts = [{ services: ['AmazonEC2'], percent: '33' }];
        for (const period of verdictOf(charges, twoYears({ measure, discounts })).periods) {
          for (const { amount } of [period.ceiling, period.ceilingPerHour, period.floor]) {
            expect(Usd.of(amount.min).exceeds(Usd.of(amount.plan))).toBe(false);
            expect(Usd.of(amount.plan).exceeds(Usd.of(amount.max))).toBe(false);
          }
        }
      }),
    );
  });
});

describe('law 5: drawdown and shortfall', () => {
  test('add up to the commitment when under it, and there is no shortfall otherwise', () => {
    fc.assert(
      fc.property(someCharges, fc.nat(300_000), fc.constantFrom('1', '0.37'), (charges, commitment, share) => {
        const contract = withLimits(twoYears({ share }), { commitment: `${commitment}` });
        for (const { floor } of verdictOf(charges, contract).periods) {
          const target = Usd.of(floor.commitment ?? '0');
          expect(target.toText()).toBe(Usd.of(commitment).times(share).toText());
          for (const bound of BOUNDS) {
            const drawdown = Usd.of(floor.amount[bound]);
            const shortfall = Usd.of(floor.shortfall?.[bound] ?? '0');
            if (target.exceeds(drawdown)) expect(drawdown.plus(shortfall).toText()).toBe(target.toText());
            else expect(shortfall.isZero()).toBe(true);
          }
        }
      }),
    );
  });

  test('a commitment met exactly is met, and a third of a cent more is not', () => {
    fc.assert(
      fc.property(fc.array(someCharge, { minLength: 1, maxLength: 6 }), (charges) => {
        const { min, max } = verdictOf(charges, twoYears()).periods[0]?.floor.amount ?? { min: '0', max: '0' };
        const resultAt = (commitment: Usd) =>
          verdictOf(charges, withLimits(twoYears(), { commitment: commitment.toText() })).periods[0]?.floor.result;
        expect(resultAt(Usd.of(min))).toBe('met');
        expect(resultAt(Usd.of(max).plus(A_THIRD_OF_A_CENT))).toBe('missed');
        if (min === max) return;
        expect(resultAt(Usd.of(max))).toBe('atRisk');
      }),
    );
  });

  test('the parts of a period add up to it, wherever it is cut', () => {
    fc.assert(
      fc.property(someCharges, fc.integer({ min: 1, max: 24 * 800 - 1 }), (charges, hours) => {
        const cut = plusHours(START, hours);
        const parts = aContract({
          periods: [aPeriod({ start: START, end: cut }), aPeriod({ id: 'Y2', start: cut, end: WINDOW.end })],
        });
        const whole = aContract({ periods: [aPeriod({ start: START, end: WINDOW.end })] });
        const maxOf = (contract: Contract) =>
          Usd.sum(verdictOf(charges, contract).periods.map((period) => Usd.of(period.ceiling.amount.max))).toText();
        expect(maxOf(parts)).toBe(maxOf(whole));
      }),
    );
  });

  test('the dearest hour times the hours is never below what the period costs', () => {
    fc.assert(
      fc.property(someCharges, (charges) => {
        const whole = aContract({ periods: [aPeriod({ start: START, end: WINDOW.end })] });
        const [period] = verdictOf(charges, whole).periods;
        const ceilingOfHours = Usd.of(period?.ceilingPerHour.amount.max ?? '0').times(exact(24 * 800));
        expect(Usd.of(period?.ceiling.amount.max ?? '0').exceeds(ceilingOfHours)).toBe(false);
      }),
    );
  });
});

describe('laws 8 and 10', () => {
  test('the order of charges changes nothing, and a verdict survives JSON', () => {
    const shuffled = someCharges.chain((charges) =>
      fc.tuple(fc.constant(charges), fc.shuffledSubarray(charges, { minLength: charges.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.nat(200_000), ([charges, others], ceiling) => {
        const contract = withLimits(twoYears(), { ceiling: `${ceiling}` });
        const verdict = verdictOf(charges, contract);
        expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
        expect(JSON.stringify(verdictOf(others, contract))).toBe(JSON.stringify(verdict));
      }),
    );
  });
});
