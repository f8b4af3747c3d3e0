import fc from 'fast-check';
import type { Actuals, ChargeKind, DailyCharge } from '../../../lib/budget/envelope/actuals';
import type { Contract, Waiver } from '../../../lib/budget/envelope/contract';
import type { JudgeInput } from '../../../lib/budget/envelope/judge';
import { Usd } from '../../../lib/units/money';
import { BOUNDS, fixed } from '../../../lib/units/range';
import { aBill, aCharge } from '../../builders';
import { aContract, aPeriod, aWaiver, judged, rulesOf } from './contracts';

/** December and January, one g6.xlarge in each: 598.7712 USD a month of 744 hours. */
const TWO_MONTHS = { start: '2026-12-01T00:00:00Z', end: '2027-02-01T00:00:00Z' };
const twoMonths = (commitments: readonly [string, string], override: Partial<Contract> = {}) =>
  aContract({
    share: '1',
    periods: [
      aPeriod({ commitment: commitments[0] }),
      aPeriod({ id: 'Y2', start: '2027-01-01T00:00:00Z', end: TWO_MONTHS.end, commitment: commitments[1] }),
    ],
    ...override,
  });
const twoMonthBill = aBill({ window: TWO_MONTHS, charges: [aCharge({ active: TWO_MONTHS })] });
const floorsOf = (contract: Contract) => judged({ bill: twoMonthBill, contract }).periods.map(({ floor }) => floor);

describe('what a period leaves over', () => {
  test('is nothing without carry-forward', () => {
    const [first, second] = floorsOf(twoMonths(['700', '500']));
    expect(first).toMatchObject({ result: 'missed', shortfall: fixed('101.2288') });
    expect(second).toMatchObject({ result: 'met', shortfall: fixed('0') });
    expect(first).not.toHaveProperty('carriedOut');
  });

  test('is a shortfall, up to its cap, which the next commitment grows by', () => {
    // 700 − 598.7712 = 101.2288 short. At most 10 % of 700 goes over; 31.2288 stays missed.
    const [first, second] = floorsOf(
      twoMonths(['700', '500'], { carryForward: 'shortfall', carryForwardCapPercent: '10' }),
    );
    expect(first).toMatchObject({ result: 'missed', shortfall: fixed('31.2288'), carriedOut: fixed('70') });
    // 500 + 70 is still below 598.7712; nothing is carried out of the last period.
    expect(second).toMatchObject({ result: 'met', commitment: '500', carriedIn: fixed('70'), carriedOut: fixed('0') });
  });

  test('is missed in the last period at the latest', () => {
    const [first, second] = floorsOf(
      twoMonths(['700', '600'], { carryForward: 'shortfall', carryForwardCapPercent: '100' }),
    );
    expect(first).toMatchObject({ result: 'met', shortfall: fixed('0'), carriedOut: fixed('101.2288') });
    // 600 + 101.2288 − 598.7712 = 102.4576
    expect(second).toMatchObject({ result: 'missed', shortfall: fixed('102.4576') });
  });

  test('is an excess, which the next commitment shrinks by', () => {
    // 598.7712 − 500 = 98.7712 goes over: 650 − 98.7712 = 551.2288 is met.
    const [first, second] = floorsOf(
      twoMonths(['500', '650'], { carryForward: 'excess', carryForwardCapPercent: '100' }),
    );
    expect(first).toMatchObject({ result: 'met', carriedOut: fixed('-98.7712') });
    expect(second).toMatchObject({ result: 'met', carriedIn: fixed('-98.7712'), shortfall: fixed('0') });
    const capped = floorsOf(twoMonths(['500', '650'], { carryForward: 'excess', carryForwardCapPercent: '1' }));
    expect(capped[1]).toMatchObject({ result: 'missed', carriedIn: fixed('-5'), shortfall: fixed('46.2288') });
  });

  test('law 5: drawdown + shortfall + what goes over = commitment + what came over, when under', () => {
    const modes = fc.constantFrom('none' as const, 'shortfall' as const, 'excess' as const);
    const quantity = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3))
      .map(([a, b, c]) => ({ min: `${a}`, plan: `${a + b}`, max: `${a + b + c}` }));
    fc.assert(
      fc.property(modes, fc.nat(3000), fc.nat(3000), fc.nat(100), quantity, (carryForward, one, two, cap, amount) => {
        const contract = twoMonths([`${one}`, `${two}`], { carryForward, carryForwardCapPercent: `${cap}` });
        const bill = aBill({ window: TWO_MONTHS, charges: [aCharge({ active: TWO_MONTHS, quantity: amount })] });
        for (const { floor } of judged({ bill, contract }).periods) {
          for (const bound of BOUNDS) {
            const [drawdown, shortfall, carriedIn, carriedOut] = [
              floor.amount,
              floor.shortfall,
              floor.carriedIn,
              floor.carriedOut,
            ].map((range) => Usd.of(range?.[bound] ?? '0')) as [Usd, Usd, Usd, Usd];
            const target = Usd.of(floor.commitment ?? '0')
              .plus(carriedIn)
              .atLeast(Usd.zero);
            if (target.exceeds(drawdown))
              expect(drawdown.plus(shortfall).plus(carriedOut).toText()).toBe(target.toText());
            else expect(shortfall.isZero()).toBe(true);
          }
        }
      }),
    );
  });
});

describe('spend outside this app', () => {
  const row = (category: 'usage' | 'marketplace' | 'support' | 'tax', amount: string) => ({
    id: category,
    period: 'Y1',
    category,
    amount,
    asOf: '2026-11-01T00:00:00Z',
    source: 'FOCUS',
  });
  const amounts = (override: Partial<Contract>, counts: Partial<Contract['counts']> = {}) => {
    const base = aContract({ periods: [aPeriod({ commitment: '1000' })], ...override });
    const [period] = judged({ contract: { ...base, counts: { ...base.counts, ...counts } } }).periods;
    return { ceiling: period?.ceiling.amount.max, floor: period?.floor.amount.max, cash: period?.spend?.cash.max };
  };

  test('of the Marketplace draws down to a quarter of the commitment, and is approved spend in full', () => {
    // 598.7712 + 250 of 400
    expect(amounts({ baseline: [row('marketplace', '400')] }, { marketplaceCapPercent: '25' })).toEqual({
      ceiling: '998.7712',
      floor: '848.7712',
      cash: '998.7712',
    });
  });

  test('of support and tax draws down only where the contract counts it', () => {
    const baseline = [row('support', '10'), row('tax', '5')];
    expect(amounts({ baseline })).toMatchObject({ ceiling: '613.7712', floor: '598.7712' });
    expect(amounts({ baseline }, { support: true })).toMatchObject({ ceiling: '613.7712', floor: '608.7712' });
    expect(amounts({ baseline }, { support: true, tax: true })).toMatchObject({ floor: '613.7712' });
  });

  test('is lowered by credits: cash always, drawdown where a credit says so, a ceiling never', () => {
    const credit = {
      id: 'c',
      period: 'Y1',
      amount: '100',
      applied: 'afterDiscounts',
      lowersDrawdown: false,
      source: 'x',
    } as const;
    expect(amounts({ credits: [credit] })).toEqual({ ceiling: '598.7712', floor: '598.7712', cash: '498.7712' });
    expect(amounts({ credits: [{ ...credit, lowersDrawdown: true }] })).toMatchObject({ floor: '498.7712' });
    // Before 12 % of discount a credit of 100 saves 88; 598.7712 × 0.88 − 88 = 438.918656
    const discounts = [{ services: ['AmazonEC2'], percent: '12' }];
    expect(amounts({ discounts, credits: [{ ...credit, applied: 'beforeDiscounts' }] })).toMatchObject({
      cash: '438.918656',
    });
    expect(amounts({ credits: [{ ...credit, amount: '1000', lowersDrawdown: true }] })).toMatchObject({
      floor: '0',
      cash: '0',
    });
  });
});

test('cash, amortized and drawdown of a block that crosses a period are three numbers', () => {
  // Bought for 1000 in December, used from 2026-12-22 to 2027-01-11, 20 days, 10 of them in December.
  const block = {
    id: 'cr-1',
    instanceType: 'p5.48xlarge',
    count: 1,
    start: '2026-12-22T00:00:00Z',
    end: '2027-01-11T00:00:00Z',
    upfront: '1000',
    purchased: '2026-12-01T00:00:00Z',
  };
  const base = twoMonths(['0', '0'], { capacityBlocks: [block] });
  const contract = { ...base, counts: { ...base.counts, capacityBlocks: 'no' as const } };
  const bill = aBill({ window: TWO_MONTHS, charges: [] });
  expect(judged({ bill, contract }).periods.map(({ spend }) => spend)).toEqual([
    { cash: fixed('1000'), amortized: fixed('500'), drawdown: fixed('0') },
    { cash: fixed('0'), amortized: fixed('500'), drawdown: fixed('0') },
  ]);
});

describe('a planned block', () => {
  // 2 × 24 h × 10 days × 1 USD = 480
  const proposal = {
    instanceType: 'trn2.48xlarge',
    region: 'us-east-2',
    count: 2,
    start: '2026-12-10T00:00:00Z',
    days: 10,
    usdPerHour: '1',
    source: 'quote',
    date: '2026-11-23T00:00:00Z',
  };
  const contract = (ceiling: string, commitment = '1000') => {
    const base = aContract({ share: '1', periods: [aPeriod({ commitment, ceiling })], plannedBlocks: [proposal] });
    return { ...base, counts: { ...base.counts, capacityBlocks: 'amortized' as const } };
  };

  test('is shown with its fee, meets no floor and changes no amount', () => {
    const verdict = judged({ contract: contract('2000') });
    expect(verdict.proposals).toEqual([
      expect.objectContaining({
        instanceType: 'trn2.48xlarge',
        fee: '480',
        end: '2026-12-20T00:00:00Z',
        quoted: proposal.date,
      }),
    ]);
    expect(verdict.periods[0]?.floor).toMatchObject({ result: 'missed', amount: fixed('598.7712') });
    expect(verdict.periods[0]?.ceiling.amount.max).toBe('598.7712');
    expect(rulesOf(verdict)).toEqual(['warning CommitmentShortfall']);
  });

  test('that would exceed a ceiling is a warning', () => {
    const verdict = judged({ contract: contract('1000') });
    expect(verdict.status).toBe('within');
    expect(verdict.findings.find(({ rule }) => rule === 'ProposalOverCeiling')?.sentence).toBe(
      'with the planned Capacity Blocks, period Y1 (2026-12-01 to 2027-01-01, end excluded) would come to 1,078.77 USD at max, 78.77 USD over its ceiling',
    );
  });
});

describe('an obligation', () => {
  const term = { start: '2026-11-01T00:00:00Z', purchased: '2026-11-01T00:00:00Z', upfront: '0' };
  const plan = {
    id: 'sp-1',
    ...term,
    end: '2027-02-11T00:00:00Z',
    type: 'compute',
    commitmentPerHour: '1',
    rates: [],
  } as const;

  test('that crosses a period or the contract is said, with what is left of it after the contract', () => {
    const verdict = judged({ bill: twoMonthBill, contract: twoMonths(['0', '0'], { savingsPlans: [plan] }) });
    // From 2027-02-01 to 2027-02-11: 240 h of 1 USD
    expect(verdict.obligations).toEqual([
      {
        kind: 'savingsPlan',
        id: 'sp-1',
        start: plan.start,
        end: plan.end,
        crosses: ['Y1', 'Y2'],
        afterContract: '240',
      },
    ]);
    expect(verdict.findings.find(({ rule }) => rule === 'ObligationCrossesEnd')?.sentence).toBe(
      'the Savings Plan sp-1 is committed until 2027-02-11, past the end of periods Y1, Y2 and of the contract; 240.00 USD of it, before discounts, falls after the contract',
    );
  });

  test('is none where it ends with the period, and a reservation that can be cancelled is none', () => {
    const reservation = { id: 'cr-1', instanceType: 'p5.48xlarge', availabilityZoneId: 'use1-az4', count: 1 };
    const contract = (committedUntil?: string) =>
      twoMonths(['0', '0'], {
        savingsPlans: [{ ...plan, end: '2027-01-01T00:00:00Z' }],
        capacityReservations: [
          {
            ...reservation,
            start: '2026-11-01T00:00:00Z',
            end: '2027-03-01T00:00:00Z',
            ...(committedUntil === undefined ? {} : { committedUntil }),
          },
        ],
      });
    expect(judged({ bill: twoMonthBill, contract: contract() }).obligations).toBeUndefined();
    expect(judged({ bill: twoMonthBill, contract: contract('2027-01-15T00:00:00Z') }).obligations).toMatchObject([
      { kind: 'capacityReservation', crosses: ['Y1'], afterContract: '0' },
    ]);
  });
});

test('a Savings Plan without a rate for what runs is said', () => {
  const contract = aContract({
    savingsPlans: [
      {
        id: 'sp-1',
        start: '2026-12-01T00:00:00Z',
        end: '2027-01-01T00:00:00Z',
        purchased: '2026-12-01T00:00:00Z',
        upfront: '0',
        type: 'compute',
        commitmentPerHour: '1',
        rates: [],
      },
    ],
  });
  const bill = aBill({ charges: [aCharge({ region: 'us-east-1', coverable: true })] });
  expect(judged({ bill, contract }).findings[0]?.sentence).toBe(
    'the Savings Plan sp-1 lists no rate for g6.xlarge in us-east-1, so nothing of it is taken as covered, and a floor is judged as if the plan saved the most that plans do',
  );
});

describe('a break-glass waiver', () => {
  const glass = (override: Partial<Waiver> = {}) =>
    aWaiver({ rule: 'BreakGlass', period: 'all', upTo: '600', expires: '2026-11-24T00:00:00Z', ...override });
  const contract = aContract({ periods: [aPeriod({ ceiling: '500', ceilingPerHour: '0.5' })] });
  const statusWith = (waivers: readonly Waiver[], override: Partial<JudgeInput> = {}) =>
    judged({ contract, waivers, ...override }).status;

  test('lets what costs too much through until it expires, and says so', () => {
    const verdict = judged({ contract, waivers: [glass()] });
    expect(verdict.status).toBe('within');
    expect(verdict.breakGlass).toEqual({ approver: 'finops', ticket: 'FIN-1', expires: '2026-11-24T00:00:00Z' });
    expect(rulesOf(verdict)).toEqual(['warning CeilingExceeded', 'warning HourlyCeilingExceeded']);
    expect(verdict.findings[0]?.sentence).toMatch(/; break-glass, waived by finops until 2026-11-24 \(FIN-1\)$/);
    expect(statusWith([glass()], { asOf: '2026-11-24' })).toBe('over');
    expect(statusWith([glass()], { infeasible: { sentence: 'no plan', remedy: 'none' } })).toBe('infeasible');
    expect(judged({ waivers: [glass()] })).not.toHaveProperty('breakGlass');
  });

  test('closes again above its amount, and outside its period', () => {
    expect(statusWith([glass({ upTo: '598.77' })])).toBe('over');
    expect(statusWith([glass({ upTo: '598.771199999999' })])).toBe('over');
    expect(statusWith([glass({ upTo: '598.7712' })])).toBe('within');
    expect(statusWith([glass({ period: 'Y1' })])).toBe('within');
    expect(statusWith([glass({ period: 'outside' })])).toBe('over');
  });

  test('lets nothing unpriced through, nor a broken check', () => {
    const line = { stack: 'One', logicalId: 'Odd', type: 'T', dimension: 'd', reason: 'unknown' };
    const resources = { total: 2, priced: 1, free: 0, bounded: 0, waived: 0, unpriced: 1 };
    expect(statusWith([glass()], { bill: aBill({ resources, unpriced: [line] }) })).toBe('unpriced');
    expect(statusWith([glass()], { bill: aBill({ resources }) })).toBe('failed');
  });
});

describe('a forecast from actuals', () => {
  const day = (date: string, kind: ChargeKind, cash: string, deployment: string | null = null): DailyCharge => ({
    day: date,
    kind,
    deployment,
    cash,
    amortized: cash,
    list: cash,
  });
  const actuals = (charges: readonly DailyCharge[], end = '2026-12-11T00:00:00Z'): Actuals => ({
    schemaVersion: 1,
    asOf: '2026-12-12T00:00:00Z',
    currency: 'USD',
    covered: { start: '2026-12-01T00:00:00Z', end },
    months: [{ month: '2026-12', state: 'open', rows: charges.length }],
    sources: [],
    charges,
    sha256: 'dd',
  });
  const baseline = [{ id: 'rest', period: 'Y1', amount: '744', asOf: '2026-11-01T00:00:00Z', source: 'FOCUS' }];

  test('counts what was charged, then plan and baseline for the hours after it', () => {
    // 10 days charged 300 + 40 of one's own; 504 h of 0.8048 = 405.6192 and of 1 USD of baseline = 504 follow.
    const charges = [day('2026-12-01', 'usage', '300'), day('2026-12-05', 'usage', '40', 'chat')];
    const [period] = judged({
      contract: aContract({ baseline }),
      actuals: actuals(charges),
      deployment: 'chat',
    }).periods;
    expect(period?.ceiling.amount.max).toBe('1249.6192');
    expect(period?.spend).toEqual({
      cash: fixed('1249.6192'),
      amortized: fixed('1249.6192'),
      drawdown: fixed('1249.6192'),
    });
    expect(period?.charged).toEqual({
      covered: { start: '2026-12-01T00:00:00Z', end: '2026-12-11T00:00:00Z' },
      state: 'open',
      cash: '340',
      amortized: '340',
      drawdown: '340',
    });
  });

  test('counts toward a ceiling what draws nothing down: a block, support, tax', () => {
    // 500 + 30 + 20 in the covered days, then 504 h of 0.8048 = 405.6192 and 504 of the baseline.
    const charges = (['capacityBlock', 'support', 'tax'] as const).map((kind, at) =>
      day('2026-12-05', kind, ['500', '30', '20'][at] ?? ''),
    );
    const contract = aContract({ baseline });
    const counts = { ...contract.counts, capacityBlocks: 'no', support: false, tax: false } as const;
    const [period] = judged({ contract: { ...contract, counts }, actuals: actuals(charges) }).periods;
    expect(period?.ceiling.amount.max).toBe('1459.6192');
    expect(period?.floor.amount.max).toBe('909.6192');
  });

  test("counts this app's rows alone against its share", () => {
    const charges = [day('2026-12-01', 'usage', '300'), day('2026-12-05', 'usage', '40', 'chat')];
    const [period] = judged({
      contract: aContract({ share: '0.5' }),
      actuals: actuals(charges),
      deployment: 'chat',
    }).periods;
    expect(period?.floor.amount.max).toBe('445.6192');
  });

  test('caps what the Marketplace has drawn down', () => {
    const base = aContract({ baseline, periods: [aPeriod({ commitment: '1000' })] });
    const contract = { ...base, counts: { ...base.counts, marketplaceCapPercent: '25' } };
    // 100 of use, 250 of 400 sold, 405.6192 planned, 504 of baseline
    const charges = [day('2026-12-01', 'usage', '100'), day('2026-12-02', 'marketplace', '400')];
    const [period] = judged({ contract, actuals: actuals(charges) }).periods;
    expect(period?.floor.amount.max).toBe('1259.6192');
    expect(period?.ceiling.amount.max).toBe('1409.6192');
  });

  test('of a whole period leaves nothing to plan', () => {
    const [period] = judged({
      contract: aContract({ baseline }),
      actuals: actuals([day('2026-12-01', 'usage', '300')], '2027-01-01T00:00:00Z'),
    }).periods;
    expect(period?.ceiling.amount).toEqual(fixed('300'));
    expect(period?.ceilingPerHour.amount).toEqual(fixed('0'));
  });

  test('that does not say the measure changes nothing but is said', () => {
    const contract = aContract({ baseline, measure: 'afterCommitmentDiscounts' });
    const verdict = judged({ contract, actuals: actuals([day('2026-12-01', 'usage', '300')]) });
    expect(verdict.periods[0]?.ceiling.amount.max).toBe('1342.7712');
    expect(rulesOf(verdict)).toContain('warning ActualsNotCounted');
  });
});
