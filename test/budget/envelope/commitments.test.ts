import fc from 'fast-check';
import type { Charge } from '../../../lib/budget/bill/charge';
import type { ReservedInstanceRow, SavingsPlanRow } from '../../../lib/budget/envelope/commitments';
import type { Contract } from '../../../lib/budget/envelope/contract';
import { Usd } from '../../../lib/units/money';
import { fixed } from '../../../lib/units/range';
import { aBill, aCharge } from '../../builders';
import { aContract, aPeriod, aWaiver, judged } from './contracts';

/** One on-demand instance in December, 744 hours, unless the test says otherwise. */
function anInstance(instanceType: string, unitPrice: string, override: Partial<Charge> = {}): Charge {
  const offer = `instance:${instanceType}:onDemand`;
  return aCharge({ offer, unitPrice, region: 'us-east-1', coverable: true, logicalId: instanceType, ...override });
}

/** 1 USD an hour, no upfront, for the year around December. */
function aPlan(override: Partial<SavingsPlanRow> = {}): SavingsPlanRow {
  return {
    id: 'sp-1',
    type: 'compute',
    start: '2026-07-01T00:00:00Z',
    end: '2027-07-01T00:00:00Z',
    purchased: '2026-07-01T00:00:00Z',
    upfront: '0',
    commitmentPerHour: '1',
    rates: [aRate('p5.48xlarge', '30'), aRate('g6.xlarge', '0.5')],
    ...override,
  };
}

const aRate = (instanceType: string, usdPerHour: string, region = 'us-east-1') => ({
  instanceType,
  region,
  usdPerHour,
  source: 'exhibit C',
});

function aReservation(override: Partial<ReservedInstanceRow> = {}): ReservedInstanceRow {
  return {
    id: 'ri-1',
    instanceType: 'm5.xlarge',
    region: 'us-east-1',
    sizeFlexible: true,
    count: 1,
    start: '2026-07-01T00:00:00Z',
    end: '2027-07-01T00:00:00Z',
    purchased: '2026-07-01T00:00:00Z',
    upfront: '0',
    usdPerHour: '0.1',
    source: 'exhibit C',
    ...override,
  };
}

type Override = Partial<Omit<Contract, 'counts'>> & { readonly counts?: Partial<Contract['counts']> };

/** What December comes to at max after commitments: toward the ceiling and toward the floor. */
function december(charges: readonly Charge[], override: Override = {}, account?: Readonly<Record<string, string>>) {
  const { counts, ...rest } = override;
  const base = aContract({ measure: 'afterCommitmentDiscounts', ...rest });
  const contract = { ...base, counts: { ...base.counts, ...counts } };
  const stacks = Object.entries(account ?? {}).map(([path, id]) => ({ path, sha256: 'aa', account: id }));
  const [period] = judged({ bill: aBill({ charges }), contract, stacks }).periods;
  return [period?.ceiling.amount.max, period?.floor.amount.max];
}

describe('a Savings Plan', () => {
  test('covers usage at its own rate, and the rest stays on demand', () => {
    // 1 USD covers 2 of 3 g6.xlarge at 0.5; the third is 0.8: (1 + 0.8) × 744 = 1339.2
    const charges = [anInstance('g6.xlarge', '0.8', { quantity: fixed('3') })];
    expect(december(charges, { savingsPlans: [aPlan()] })).toEqual(['1339.2', '1339.2']);
  });

  test('costs what it commits when nothing uses it', () => {
    expect(december([], { savingsPlans: [aPlan()] })).toEqual(['744', '744']);
  });

  test('covers a part of an instance', () => {
    // 1 of 30 USD: a thirtieth of 55 USD is covered: (1 + 55 × 29/30) × 744 = 40300
    expect(december([anInstance('p5.48xlarge', '55')], { savingsPlans: [aPlan()] })[0]).toBe('40300');
  });

  test('goes first where it saves the greatest percentage', () => {
    // g6 saves 37.5 %, p5 45.45 %: all of it goes to p5: (1 + 0.8 + 55 × 29/30) × 744 = 40895.2
    const charges = [anInstance('g6.xlarge', '0.8'), anInstance('p5.48xlarge', '55')];
    expect(december(charges, { savingsPlans: [aPlan()] })[0]).toBe('40895.2');
  });

  test('at equal percentages goes first where its rate is lower', () => {
    // Both save 50 %; g6.2xlarge at 0.6 first, the remaining 0.4 covers a quarter of g6.4xlarge (rate 1.6, 3.2 on demand).
    // With the higher rate first the plan would cover 1/1.6 of 3.2 = 2.0 too: totals alike by value, so the used part shows it.
    const rates = [aRate('g6.2xlarge', '0.6'), aRate('g6.4xlarge', '1.6')];
    const charges = [anInstance('g6.4xlarge', '3.2'), anInstance('g6.2xlarge', '1.2')];
    // A private rate of g6.2xlarge makes it visible: uncovered it would cost 0.1 and not 1.2.
    const privately = [{ ...aRate('g6.2xlarge', '0.1'), purchase: 'onDemand' }];
    // 1 + 3.2 × 3/4 = 3.4 an hour
    const net = december(charges, { measure: 'net', rates: privately, savingsPlans: [aPlan({ rates })] });
    expect(net[0]).toBe(Usd.of('3.4').times(744).toText());
  });

  test('of one family and region goes before one for everything, and reaches nothing else', () => {
    const own = aPlan({
      id: 'sp-2',
      type: 'ec2Instance',
      instanceFamily: 'g6',
      region: 'us-east-1',
      rates: [aRate('g6.xlarge', '0.4')],
    });
    // sp-2 covers 2.5 of 3; sp-1 the last half for 0.25: 2 × 744 in all
    const charges = [anInstance('g6.xlarge', '0.8', { quantity: fixed('3') })];
    expect(december(charges, { savingsPlans: [aPlan(), own] })[0]).toBe('1488');
    // Elsewhere, and in another family, it covers nothing: 1 + 0.9 + 0.7 an hour
    const others = [anInstance('g6.xlarge', '0.9', { region: 'us-west-2' }), anInstance('g5.xlarge', '0.7')];
    expect(december(others, { savingsPlans: [own] })[0]).toBe('1934.4');
  });

  test('without a rate for a type covers nothing of it', () => {
    // Toward a floor it may save 66 %: 1 USD of commitment covers 1/0.34 of 3.4 USD, and 3.4 − 1/0.34 = 0.4588… stays.
    const [ceiling, floor] = december([anInstance('g5.xlarge', '3.4')], { savingsPlans: [aPlan()] });
    expect(ceiling).toBe(Usd.of('4.4').times(744).toText());
    expect(floor).toBe(Usd.of('4.4').minus(Usd.of('50/17')).times(744).toText());
  });

  test('is not applied at a loss', () => {
    expect(december([anInstance('g6.xlarge', '0.4')], { savingsPlans: [aPlan()] })[0]).toBe(
      Usd.of('1.4').times(744).toText(),
    );
  });

  test('covers its own account before others', () => {
    // The own g6 saves 37.5 %, the other p5 45 %; own first: 2 × 0.5 is all of it, so p5 stays at 55.
    const charges = [
      anInstance('g6.xlarge', '0.8', { stack: 'Own', quantity: fixed('2') }),
      anInstance('p5.48xlarge', '55', { stack: 'Other' }),
    ];
    const plan = aPlan({ account: '111111111111' });
    const accounts = { Own: '111111111111', Other: '222222222222' };
    expect(december(charges, { savingsPlans: [plan] }, accounts)[0]).toBe(Usd.of(56).times(744).toText());
  });

  test('shared with others counts with the declared part of it', () => {
    // A quarter of 4 USD is 1 USD an hour, as in the first test.
    const charges = [anInstance('g6.xlarge', '0.8', { quantity: fixed('3') })];
    const plan = aPlan({ commitmentPerHour: '4', share: '0.25' });
    expect(december(charges, { savingsPlans: [plan] })[0]).toBe('1339.2');
  });

  test('covers a reservation, used or not, but no Capacity Block', () => {
    const reserved = anInstance('g6.xlarge', '0.8', { type: 'AWS::EC2::CapacityReservation', quantity: fixed('2') });
    expect(december([reserved], { savingsPlans: [aPlan()] })[0]).toBe('744');
    const block = anInstance('g6.xlarge', '0.8', { offer: 'instance:g6.xlarge:capacityBlock', quantity: fixed('2') });
    expect(december([block], { savingsPlans: [aPlan()] })[0]).toBe(Usd.of('2.6').times(744).toText());
  });

  test('is not counted on for spot, nor forgotten in a floor', () => {
    // Not surely covered: 1 + 1.6 toward the ceiling; possibly covered: 1 toward the floor.
    const { coverable, ...spot } = anInstance('g6.xlarge', '0.8', { quantity: fixed('2') });
    expect(coverable).toBe(true);
    expect(december([spot], { savingsPlans: [aPlan()] })).toEqual([Usd.of('2.6').times(744).toText(), '744']);
  });

  test('that ends within the period covers until then', () => {
    // Until 2026-12-11, 240 h: 1 USD; then 504 h of 1.6 on demand: 240 + 806.4
    const charges = [anInstance('g6.xlarge', '0.8', { quantity: fixed('2') })];
    const plan = aPlan({ end: '2026-12-11T00:00:00Z' });
    expect(december(charges, { savingsPlans: [plan] })[0]).toBe('1046.4');
  });

  test('with an upfront part counts it when the contract says', () => {
    // 8760 h of 1 USD, half paid at the purchase in December. December has 744 of the 8760 hours.
    const plan = aPlan({
      start: '2026-12-01T00:00:00Z',
      end: '2027-12-01T00:00:00Z',
      purchased: '2026-12-01T00:00:00Z',
      upfront: '4380',
    });
    const charges = [anInstance('g6.xlarge', '0.8', { quantity: fixed('2') })];
    const of = (savingsPlanUpfront: 'atPurchase' | 'amortized' | 'no') =>
      december(charges, { savingsPlans: [plan], counts: { savingsPlanUpfront } });
    expect(of('amortized')).toEqual(['744', '744']);
    expect(of('atPurchase')).toEqual(['4752', '4752']);
    // Approved spend all the same; it draws nothing down.
    expect(of('no')).toEqual(['4752', '372']);
  });

  test('under a contract discount is discounted where the contract says so, and on the safe side where it does not', () => {
    // 1 USD of plan and 0.8 on demand, 10 % off EC2. 1.8 × 0.9 = 1.62; plan undiscounted 1 + 0.72 = 1.72
    const charges = [anInstance('g6.xlarge', '0.8', { quantity: fixed('3') })];
    const discounts = [{ services: ['AmazonEC2'], percent: '10' }];
    const of = (counts: Partial<Contract['counts']>) =>
      december(charges, { measure: 'net', discounts, savingsPlans: [aPlan()], counts });
    const hours = (usd: string) => Usd.of(usd).times(744).toText();
    expect(of({ commitmentFeesDiscounted: true })).toEqual([hours('1.62'), hours('1.62')]);
    expect(of({ commitmentFeesDiscounted: false })).toEqual([hours('1.72'), hours('1.72')]);
    expect(of({})).toEqual([hours('1.72'), hours('1.62')]);
  });

  test('is invoiced net, whatever the contract measures: cash at the purchase, amortized by the hour', () => {
    // 10 % off; half of 8760 USD upfront in December. Plan 0.9 an hour amortized; on demand 0.8 × 0.9 = 0.72 beside it.
    const term = { start: '2026-12-01T00:00:00Z', end: '2027-12-01T00:00:00Z', purchased: '2026-12-01T00:00:00Z' };
    const charges = [anInstance('g6.xlarge', '0.8', { quantity: fixed('3') })];
    const base = aContract({
      discounts: [{ services: ['AmazonEC2'], percent: '10' }],
      savingsPlans: [aPlan({ ...term, upfront: '4380' })],
    });
    for (const measure of ['listGross', 'afterCommitmentDiscounts', 'net'] as const) {
      const contract = { ...base, measure, counts: { ...base.counts, commitmentFeesDiscounted: true } };
      const [period] = judged({ bill: aBill({ charges }), contract }).periods;
      // (4380 + 0.5 × 744) × 0.9 + 0.72 × 744 and (0.9 + 0.72) × 744
      expect(period?.spend).toMatchObject({ cash: fixed('4812.48'), amortized: fixed('1205.28') });
      expect(period?.commitments).toEqual([
        { id: 'sp-1', kind: 'savingsPlan', unit: 'USD', committed: '744', used: fixed('744'), unused: fixed('0') },
      ]);
    }
  });

  test('changes nothing at list price, but a ceiling is never held against less than is paid', () => {
    const listGross = (charges: readonly Charge[]) =>
      december(charges, { measure: 'listGross', savingsPlans: [aPlan()] });
    expect(listGross([anInstance('g6.xlarge', '0.8', { quantity: fixed('3') })])).toEqual(['1785.6', '1785.6']);
    // Half used: 0.8 at list, 1 is paid.
    expect(listGross([anInstance('g6.xlarge', '0.8')])).toEqual(['744', '595.2']);
  });

  test('counts in the dearest hour too', () => {
    const charges = [anInstance('g6.xlarge', '0.8', { quantity: fixed('3') })];
    const contract = aContract({ measure: 'afterCommitmentDiscounts', savingsPlans: [aPlan()] });
    const [period] = judged({ bill: aBill({ charges }), contract }).periods;
    expect(period?.ceilingPerHour.amount.max).toBe('1.8');
  });
});

describe('a Compute Savings Plan and what is no instance', () => {
  // 744 h × 2 vCPU × 0.04 = 59.52 of Fargate; 10 of Lambda in the month.
  const fargate = aCharge({
    logicalId: 'Tasks',
    offer: 'fargate:vcpu',
    unitPrice: '0.04',
    region: 'us-east-1',
    quantity: fixed('2'),
  });
  const lambda = aCharge({
    logicalId: 'Function',
    offer: 'lambda:gigabyteSeconds',
    unit: 'gigabyte-second',
    unitPrice: '0.00001',
    region: 'us-east-1',
    quantity: fixed('1000000'),
  });
  const plans = { savingsPlans: [aPlan({ commitmentPerHour: '0.02' })] };

  test('covers none of Fargate toward a ceiling, and toward a floor as much as it could at the greatest saving', () => {
    // Fee 744 × 0.02 = 14.88. At 34 % of list 0.02 USD covers 0.02/0.34 = 1/17 USD of usage an hour: 744/17 = 43.7647….
    const [ceiling, floor] = december([fargate], plans);
    expect(ceiling).toBe('74.4');
    expect(Usd.of(floor ?? '0').toView(6)).toBe(
      Usd.of('59.52').plus(Usd.of('14.88')).minus(Usd.of('744/17')).toView(6),
    );
  });

  test('covers none of Lambda toward a ceiling, and toward a floor perhaps all of it', () => {
    expect(december([lambda], plans)).toEqual(['24.88', '14.88']);
  });

  test('says so; an EC2 Instance plan reaches neither', () => {
    const said = (type: 'compute' | 'ec2Instance') =>
      judged({
        bill: aBill({ charges: [fargate, lambda] }),
        contract: aContract({
          measure: 'afterCommitmentDiscounts',
          savingsPlans: [
            aPlan({ type, ...(type === 'compute' ? {} : { instanceFamily: 'p5', region: 'us-east-1', rates: [] }) }),
          ],
        }),
      }).findings.filter(({ rule }) => rule === 'CommitmentRateMissing');
    expect(said('compute').map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(
        /^the Savings Plan sp-1 may cover Fargate, for which a contract lists no rates: toward a ceiling/,
      ),
      expect.stringMatching(/^the Savings Plan sp-1 may cover Lambda, /),
    ]);
    expect(said('ec2Instance')).toEqual([]);
  });
});

describe('a reserved instance', () => {
  test('goes before Savings Plans', () => {
    // The reservation covers one of two m5.xlarge, the plan the other: 0.1 + 1
    const charges = [anInstance('m5.xlarge', '0.192', { quantity: fixed('2') })];
    const plan = aPlan({ rates: [aRate('m5.xlarge', '0.12')] });
    expect(december(charges, { reservedInstances: [aReservation()], savingsPlans: [plan] })[0]).toBe('818.4');
  });

  test('with size flexibility covers smaller ones first and a part of greater ones', () => {
    // 8 units: m5.large takes 4, a quarter of m5.2xlarge the other 4: 0.1 + 0.75 × 0.384 = 0.388
    const charges = [anInstance('m5.2xlarge', '0.384'), anInstance('m5.large', '0.096')];
    expect(december(charges, { reservedInstances: [aReservation()] })[0]).toBe(Usd.of('0.388').times(744).toText());
  });

  test('without it covers its own type alone', () => {
    const charges = [anInstance('m5.2xlarge', '0.384'), anInstance('m5.xlarge', '0.192')];
    const row = aReservation({ sizeFlexible: false });
    expect(december(charges, { reservedInstances: [row] })[0]).toBe(Usd.of('0.484').times(744).toText());
  });

  test('of a zone covers what runs in it, and nothing elsewhere nor any capacity reservation', () => {
    const row = aReservation({ sizeFlexible: false, availabilityZoneId: 'use1-az4' });
    const of = (override: Partial<Charge>) =>
      december([anInstance('m5.xlarge', '0.192', override)], { reservedInstances: [row] });
    const both = Usd.of('0.292').times(744).toText();
    expect(of({ availabilityZoneId: 'use1-az4' })).toEqual(['74.4', '74.4']);
    expect(of({ availabilityZoneId: 'use1-az2' })).toEqual([both, both]);
    expect(of({ availabilityZoneId: 'use1-az4', type: 'AWS::EC2::CapacityReservation' })).toEqual([both, both]);
  });

  test('of a zone is not counted on where the bill does not say the zone, nor forgotten in a floor', () => {
    const row = aReservation({ sizeFlexible: false, availabilityZoneId: 'use1-az4' });
    expect(december([anInstance('m5.xlarge', '0.192')], { reservedInstances: [row] })).toEqual([
      Usd.of('0.292').times(744).toText(),
      '74.4',
    ]);
  });
});

/** Laws over random usage and commitments of one family. */
describe('laws of coverage', () => {
  const TYPES = ['g6.xlarge', 'g6.2xlarge', 'g6.4xlarge'] as const;
  const aNumber = (max: number) => fc.integer({ min: 1, max }).map((cents) => Usd.of(cents).times('1/100').toText());
  const someCharge = fc
    .record({
      type: fc.constantFrom(...TYPES),
      counts: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)),
      sure: fc.boolean(),
      stack: fc.constantFrom('One', 'Two'),
      from: fc.integer({ min: 1, max: 15 }),
      to: fc.integer({ min: 16, max: 30 }),
    })
    .map(({ type, counts: [a, b, c], sure, stack, from, to }) => {
      const day = (date: number) => `2026-12-${`${date}`.padStart(2, '0')}T00:00:00Z`;
      const made = anInstance(type, { 'g6.xlarge': '0.8', 'g6.2xlarge': '1.1', 'g6.4xlarge': '1.7' }[type], {
        stack,
        logicalId: `${type}-${from}`,
        quantity: { min: `${a}`, plan: `${a + b}`, max: `${a + b + c}` },
        active: { start: day(from), end: day(to) },
      });
      const { coverable, ...unsure } = made;
      return sure ? made : unsure;
    });
  const somePlan = fc
    .record({
      commitmentPerHour: aNumber(800),
      rates: fc.tuple(aNumber(120), aNumber(120), aNumber(180)),
      isFamily: fc.boolean(),
      account: fc.constantFrom('111111111111', undefined),
      end: fc.constantFrom('2026-12-12T00:00:00Z', '2027-07-01T00:00:00Z'),
    })
    .map(({ rates, isFamily, account, ...rest }) =>
      aPlan({
        ...rest,
        rates: TYPES.map((type, index) => aRate(type, rates[index] ?? '1')),
        ...(isFamily ? { type: 'ec2Instance', instanceFamily: 'g6', region: 'us-east-1' } : {}),
        ...(account === undefined ? {} : { account }),
      }),
    );
  const someReservation = fc
    .record({
      instanceType: fc.constantFrom(...TYPES),
      count: fc.integer({ min: 1, max: 4 }),
      usdPerHour: aNumber(90),
      sizeFlexible: fc.boolean(),
    })
    .map(aReservation);
  const someContract = fc
    .record({
      savingsPlans: fc
        .array(somePlan, { maxLength: 3 })
        .map((plans) => plans.map((plan, index) => ({ ...plan, id: `sp-${index}` }))),
      reservedInstances: fc
        .array(someReservation, { maxLength: 2 })
        .map((rows) => rows.map((row, index) => ({ ...row, id: `ri-${index}` }))),
      measure: fc.constantFrom('listGross' as const, 'afterCommitmentDiscounts' as const, 'net' as const),
    })
    .map((rest) => aContract({ ...rest, discounts: [{ services: ['AmazonEC2'], percent: '12' }], share: '1' }));
  const stacks = [
    { path: 'One', sha256: 'aa', account: '111111111111' },
    { path: 'Two', sha256: 'bb', account: '222222222222' },
  ];
  const periodOf = (charges: readonly Charge[], contract: Contract) => {
    const [period] = judged({ bill: aBill({ charges }), contract, stacks }).periods;
    if (period === undefined) throw new Error('one period is judged');
    return period;
  };
  const someCharges = fc.array(someCharge, { maxLength: 6 });

  test('law 4: min ≤ plan ≤ max after commitments, in every measure', () => {
    fc.assert(
      fc.property(someCharges, someContract, (charges, contract) => {
        const period = periodOf(charges, contract);
        for (const { amount } of [period.ceiling, period.ceilingPerHour, period.floor]) {
          expect(Usd.of(amount.min).exceeds(Usd.of(amount.plan))).toBe(false);
          expect(Usd.of(amount.plan).exceeds(Usd.of(amount.max))).toBe(false);
        }
      }),
    );
  });

  test('law 4: a charge more never lowers an amount, nor does it turn over into within a trillionth above the ceiling', () => {
    fc.assert(
      fc.property(someCharges, someCharge, someContract, (charges, more, contract) => {
        const before = periodOf(charges, contract);
        const after = periodOf([...charges, more], contract);
        expect(Usd.of(before.ceiling.amount.max).exceeds(Usd.of(after.ceiling.amount.max))).toBe(false);
        expect(Usd.of(before.ceilingPerHour.amount.max).exceeds(Usd.of(after.ceilingPerHour.amount.max))).toBe(false);
        const limit = Usd.of(before.ceiling.amount.max).minus(Usd.of('0.000000000001'));
        fc.pre(!limit.isNegative());
        const tight = { ...contract, periods: [aPeriod({ ceiling: limit.toText() })] };
        expect(periodOf(charges, tight).ceiling.result).toBe('over');
        expect(periodOf([...charges, more], tight).ceiling.result).toBe('over');
        const exactly = { ...contract, periods: [aPeriod({ ceiling: before.ceiling.amount.max })] };
        expect(periodOf(charges, exactly).ceiling.result).toBe('within');
      }),
    );
  });

  test('law 5: a commitment met exactly is met, and a trillionth more is missed or at risk', () => {
    fc.assert(
      fc.property(someCharges, someContract, (charges, contract) => {
        const { min, max } = periodOf(charges, contract).floor.amount;
        const resultAt = (commitment: Usd) =>
          periodOf(charges, { ...contract, periods: [aPeriod({ commitment: commitment.toText() })] }).floor.result;
        const more = Usd.of('0.000000000001');
        expect(resultAt(Usd.of(min))).toBe('met');
        expect(resultAt(Usd.of(min).plus(more))).toBe(min === max ? 'missed' : 'atRisk');
        expect(resultAt(Usd.of(max).plus(more))).toBe('missed');
      }),
    );
  });

  test('law 3: with whatever commitments and waivers, what is unpriced is never within', () => {
    const line = { stack: 'One', logicalId: 'Odd', type: 'T', dimension: 'd', reason: 'unknown' };
    const resources = { total: 2, priced: 1, free: 0, bounded: 0, waived: 0, unpriced: 1 };
    fc.assert(
      fc.property(someCharges, someContract, (charges, contract) => {
        const bill = aBill({ charges, resources, unpriced: [line] });
        const waivers = [aWaiver({ rule: 'BreakGlass', period: 'all', upTo: '999999999' })];
        expect(judged({ bill, contract, waivers }).status).toBe('unpriced');
      }),
    );
  });

  test('law 5: the parts of a period add up to it with commitments, wherever it is cut', () => {
    fc.assert(
      fc.property(someCharges, someContract, fc.integer({ min: 2, max: 30 }), (charges, contract, day) => {
        const cut = `2026-12-${`${day}`.padStart(2, '0')}T00:00:00Z`;
        const parts = [aPeriod({ end: cut }), aPeriod({ id: 'Y2', start: cut })];
        const { periods } = judged({ bill: aBill({ charges }), contract: { ...contract, periods: parts }, stacks });
        const whole = periodOf(charges, contract);
        expect(Usd.sum(periods.map(({ ceiling }) => Usd.of(ceiling.amount.max))).toText()).toBe(
          whole.ceiling.amount.max,
        );
        expect(Usd.sum(periods.map(({ floor }) => Usd.of(floor.amount.min))).toText()).toBe(whole.floor.amount.min);
      }),
    );
  });

  test('law 2: used and unused are what is committed, at every bound, and nothing is used twice', () => {
    fc.assert(
      fc.property(someCharges, someContract, (charges, contract) => {
        const period = periodOf(charges, contract);
        for (const { committed, used, unused } of period.commitments ?? []) {
          for (const bound of ['min', 'plan', 'max'] as const) {
            expect(Usd.of(used[bound]).plus(Usd.of(unused[bound])).toText()).toBe(Usd.of(committed).toText());
            expect(Usd.of(unused[bound]).isNegative()).toBe(false);
          }
        }
        // Two commitments that cover the same usage twice would take off more than there is.
        expect(Usd.of(period.floor.amount.min).isNegative()).toBe(false);
        expect(Usd.of(period.ceiling.amount.min).isNegative()).toBe(false);
      }),
    );
  });

  test('law 8: the order of charges and of commitments changes nothing', () => {
    fc.assert(
      fc.property(someCharges, someContract, (charges, contract) => {
        const turned = {
          ...contract,
          savingsPlans: [...(contract.savingsPlans ?? [])].reverse(),
          reservedInstances: [...(contract.reservedInstances ?? [])].reverse(),
        };
        expect(JSON.stringify(periodOf([...charges].reverse(), turned))).toBe(
          JSON.stringify(periodOf(charges, contract)),
        );
      }),
    );
  });

  test('a commitment never saves more than it could be used for, and unused costs all of it', () => {
    fc.assert(
      fc.property(someCharges, someContract, (charges, contract) => {
        const after = { ...contract, measure: 'afterCommitmentDiscounts' as const };
        const bare = { ...after, savingsPlans: [], reservedInstances: [] };
        const fees = Usd.of(periodOf([], after).ceiling.amount.max);
        const without = Usd.of(periodOf(charges, bare).ceiling.amount.max);
        const held = Usd.of(periodOf(charges, after).ceiling.amount.max);
        expect(fees.exceeds(held)).toBe(false);
        expect(held.exceeds(without.plus(fees))).toBe(false);
      }),
    );
  });
});
