import { fixed } from '../../../lib/units/range';
import { aBill, aCharge } from '../../builders';
import { aContract, aPeriod, aWaiver, judged, rulesOf } from './contracts';

/** 100 GiB of gp3 at 0.08 USD a month: 8 USD in each whole month, whatever its length. */
const volume = aCharge({
  stack: 'UsEast1/Capacity00',
  logicalId: 'Disk',
  type: 'AWS::EC2::Volume',
  dimension: 'storage',
  offer: 'gp3:storage',
  unit: 'gigabyte-month',
  quantity: fixed('100'),
  unitPrice: '0.08',
});

/** One to three g6.xlarge, two planned. */
const group = aCharge({ quantity: { min: '1', plan: '2', max: '3' } });

const ranged = aBill({ charges: [group] });
const december = (override = {}) => aContract({ periods: [aPeriod(override)] });

describe('a ceiling', () => {
  // 3 × 0.8048 × 744 = 1796.3136 at max; 2 × = 1197.5424 at plan; 1 × = 598.7712 at min.
  test('is judged at max unless the contract says plan', () => {
    const contract = december({ ceiling: '1500' });
    const atMax = judged({ bill: ranged, contract });
    expect(atMax.status).toBe('over');
    expect(atMax.periods[0]?.ceiling).toEqual({
      result: 'over',
      basis: 'max',
      limit: '1500',
      amount: { min: '598.7712', plan: '1197.5424', max: '1796.3136' },
      over: '296.3136',
    });
    const atPlan = judged({ bill: ranged, contract: { ...contract, ceilingBasis: 'plan' } });
    expect(atPlan.status).toBe('within');
    expect(atPlan.periods[0]?.ceiling.result).toBe('within');
  });

  test('met to the last digit is kept; a ten-thousandth above it is over', () => {
    expect(judged({ bill: ranged, contract: december({ ceiling: '1796.3136' }) }).status).toBe('within');
    expect(judged({ bill: ranged, contract: december({ ceiling: '1796.3135' }) }).status).toBe('over');
  });

  test('names the period, the amount over, the dearest charges and what to change', () => {
    // 296.3136 ÷ (0.8048 × 744 = 598.7712 a node) = 0.49: one node fewer is enough.
    const [finding] = judged({ bill: ranged, contract: december({ ceiling: '1500' }) }).findings;
    expect(finding).toEqual({
      rule: 'CeilingExceeded',
      severity: 'fatal',
      period: 'Y1',
      stack: null,
      logicalId: null,
      sentence:
        'period Y1 (2026-12-01 to 2027-01-01, end excluded) costs 1,796.31 USD at max, 296.31 USD over its ceiling of 1,500.00 USD; largest at list price and max: UsEast1/Capacity00 ChatGroup instances 1,796.31 USD',
      remedy:
        'lower the max of UsEast1/Capacity00 ChatGroup (instances) from 3 to 2, or cut 296.32 USD elsewhere, or have the ceiling of Y1 raised to 1,796.32 USD',
    });
  });

  test('counts the baseline of its period and no other', () => {
    const row = { id: 'other', amount: '1000', asOf: '2026-11-01', source: 'export' };
    const within = december({ ceiling: '2000' });
    const counted = { ...within, baseline: [{ ...row, period: 'Y1' }] };
    // 1796.3136 + 1000 = 2796.3136
    expect(judged({ bill: ranged, contract: counted }).periods[0]?.ceiling.over).toBe('796.3136');
    const twoYears = aContract({
      periods: [
        aPeriod({ ceiling: '2000' }),
        aPeriod({ id: 'Y2', start: '2027-01-01T00:00:00Z', end: '2028-01-01T00:00:00Z' }),
      ],
      baseline: [{ ...row, period: 'Y2' }],
    });
    expect(judged({ bill: ranged, contract: twoYears }).status).toBe('within');
  });

  test('splits what runs across periods at the exclusive end', () => {
    const january = { start: '2026-12-01T00:00:00Z', end: '2027-02-01T00:00:00Z' };
    const bill = aBill({ window: january, charges: [aCharge({ active: january }), { ...volume, active: january }] });
    const contract = aContract({
      periods: [
        aPeriod({ end: '2026-12-16T00:00:00Z' }),
        aPeriod({ id: 'Y2', start: '2026-12-16T00:00:00Z', end: '2027-02-01T00:00:00Z' }),
      ],
    });
    // First: 15 days × 24 × 0.8048 = 289.728, and 360 / 744 of 8 USD = 120/31. Then 47 days: 907.8144 and 16 - 120/31.
    const [first, second] = judged({ bill, contract }).periods.map((period) => period.ceiling.amount.max);
    expect(first).toBe('1137696/3875'); // (289.728 × 31 + 120) / 31 = 9101.568 / 31
    expect(second).toBe('17823904/19375'); // (907.8144 × 31 + 376) / 31 = 28518.2464 / 31
  });
});

describe('an hourly ceiling', () => {
  test('is judged in the dearest hour: a month-priced item is dearest in the shortest month', () => {
    const span = { start: '2026-12-01T00:00:00Z', end: '2027-03-01T00:00:00Z' };
    const bill = aBill({ window: span, charges: [aCharge({ active: span }), { ...volume, active: span }] });
    // 0.8048 + 8 ÷ 672 h of February 2027 = 0.8048 + 1/84
    const dearest = '42877/52500'; // 0.8048 × 52500 = 42252, and 52500 / 84 = 625
    const contract = aContract({ periods: [aPeriod({ end: span.end, ceilingPerHour: '0.81' })] });
    const hourly = judged({ bill, contract }).periods[0]?.ceilingPerHour;
    expect(hourly?.amount.max).toBe(dearest);
  });

  test('does not add up what never runs at the same time', () => {
    const first = { start: '2026-12-01T00:00:00Z', end: '2026-12-10T00:00:00Z' };
    const second = { start: '2026-12-10T00:00:00Z', end: '2027-01-01T00:00:00Z' };
    const both = { start: '2026-12-20T00:00:00Z', end: '2026-12-21T00:00:00Z' };
    const contract = december({ ceilingPerHour: '1' });
    const apart = aBill({ charges: [aCharge({ active: first }), aCharge({ logicalId: 'Next', active: second })] });
    expect(judged({ bill: apart, contract }).status).toBe('within');
    const meeting = aBill({ charges: [...apart.charges, aCharge({ logicalId: 'Burst', active: both })] });
    const verdict = judged({ bill: meeting, contract });
    expect(verdict.status).toBe('over');
    expect(verdict.findings[0]?.sentence).toContain(
      'costs in its dearest hour 1.61 USD an hour at max, 0.61 USD an hour over its ceiling of 1.00 USD an hour',
    );
  });

  test('leaves out what is paid once', () => {
    const fee = aCharge({ stack: 'ledger', unit: 'once', unitPrice: '5000', dueAt: '2026-12-05T00:00:00Z' });
    const verdict = judged({ bill: aBill({ charges: [aCharge(), fee] }), contract: december({ ceilingPerHour: '1' }) });
    expect(verdict.status).toBe('within');
    expect(verdict.periods[0]?.ceiling.amount.max).toBe('5598.7712');
  });
});

describe('a floor', () => {
  test.each([
    ['598.7712', 'met', '0', '0'],
    ['598.7713', 'atRisk', '0.0001', '0'],
    ['1796.3136', 'atRisk', '1197.5424', '0'],
    ['1796.3137', 'missed', '1197.5425', '0.0001'],
  ])('of %s is %s', (commitment, result, atMin, atMax) => {
    const contract = { ...december({ commitment }), share: '1' };
    const floor = judged({ bill: ranged, contract }).periods[0]?.floor;
    expect(floor).toMatchObject({ result, commitment, shortfall: { min: atMin, max: atMax } });
  });

  test("is this app's share of the commitment, and is met by the baseline too", () => {
    const contract = {
      ...december({ commitment: '10000' }),
      share: '0.2',
      baseline: [{ id: 'other', period: 'Y1', amount: '300', asOf: '2026-11-01', source: 'export' }],
    };
    // 0.2 × 10000 = 2000; drawdown at max 1796.3136 + 300 = 2096.3136, at min 898.7712
    const floor = judged({ bill: ranged, contract }).periods[0]?.floor;
    expect(floor).toMatchObject({ result: 'atRisk', commitment: '2000', shortfall: { min: '1101.2288', max: '0' } });
  });

  test('is not judged without a share and a baseline, nor for a period that the bill does not reach', () => {
    expect(judged({ contract: december({ commitment: '10000' }) }).periods[0]?.floor.result).toBe('notJudged');
    const later = aPeriod({
      id: 'Y2',
      start: '2027-01-01T00:00:00Z',
      end: '2028-01-01T00:00:00Z',
      commitment: '10000',
    });
    const verdict = judged({ contract: aContract({ share: '1', periods: [aPeriod(), later] }) });
    expect(verdict.periods[1]?.floor).toMatchObject({ result: 'notJudged', commitment: null, shortfall: null });
    expect(verdict.status).toBe('within');
  });

  test("warns when missed, and fails only where the contract's gate is on it", () => {
    const contract = { ...december({ commitment: '2000' }), share: '1' };
    const warned = judged({ bill: ranged, contract });
    expect([warned.status, rulesOf(warned)]).toEqual(['within', ['warning CommitmentShortfall']]);
    expect(warned.findings[0]?.sentence).toBe(
      'period Y1 (2026-12-01 to 2027-01-01, end excluded) draws down 1,796.31 USD even at max, 203.69 USD short of its floor of 2,000.00 USD',
    );
    const failed = judged({ bill: ranged, contract: { ...contract, floorGate: 'fail' } });
    expect([failed.status, rulesOf(failed)]).toEqual(['shortfall', ['fatal CommitmentShortfall']]);
  });

  test('at risk only warns, whatever the gate', () => {
    const contract = aContract({ periods: [aPeriod({ commitment: '1000' })], share: '1', floorGate: 'fail' });
    const verdict = judged({ bill: ranged, contract });
    expect([verdict.status, rulesOf(verdict)]).toEqual(['within', ['warning CommitmentShortfall']]);
  });

  test('can be missed beside an exceeded ceiling; over comes first', () => {
    const contract = aContract({
      periods: [aPeriod({ commitment: '2000', ceiling: '1000' })],
      share: '1',
      floorGate: 'fail',
    });
    const verdict = judged({ bill: ranged, contract });
    expect([verdict.status, rulesOf(verdict)]).toEqual([
      'over',
      ['fatal CeilingExceeded', 'fatal CommitmentShortfall'],
    ]);
  });
});

describe('the measure', () => {
  const discounts = [{ services: ['AmazonEC2'], percent: '12' }];
  const amountsOf = (override: object, charges = [aCharge({ region: 'us-east-1' })]) => {
    const { ceiling, floor } = judged({ bill: aBill({ charges }), contract: aContract(override) }).periods[0] ?? {};
    return [ceiling?.amount.max, floor?.amount.max];
  };

  test('listGross takes nothing off', () => {
    expect(amountsOf({ measure: 'listGross', discounts })).toEqual(['598.7712', '598.7712']);
  });

  test('net takes the discount of the service off', () => {
    // 598.7712 × 0.88 = 526.918656
    expect(amountsOf({ measure: 'net', discounts })).toEqual(['526.918656', '526.918656']);
    expect(amountsOf({ measure: 'net', discounts: [{ services: ['AmazonEKS'], percent: '12' }] })[0]).toBe('598.7712');
  });

  test('net takes a private rate as it is, only for its type, purchase and region', () => {
    const rate = {
      instanceType: 'g6.xlarge',
      region: 'us-east-1',
      purchase: 'onDemand',
      usdPerHour: '0.7',
      source: 'B',
    };
    // 744 × 0.7 = 520.8, without the 12 %
    expect(amountsOf({ measure: 'net', discounts, rates: [rate] })).toEqual(['520.8', '520.8']);
    expect(amountsOf({ measure: 'net', rates: [{ ...rate, region: 'us-west-2' }] })[0]).toBe('598.7712');
    expect(amountsOf({ measure: 'net', rates: [{ ...rate, purchase: 'spot' }] })[0]).toBe('598.7712');
  });

  test('where the service is unknown the ceiling gets no discount and the floor the greatest', () => {
    const declared = [aCharge({ offer: 'ceiling', basis: 'ceiling' })];
    expect(amountsOf({ measure: 'net', discounts }, declared)).toEqual(['598.7712', '526.918656']);
  });
});

describe('an owned Capacity Block', () => {
  const block = {
    id: 'cr-2',
    instanceType: 'p5en.48xlarge',
    count: 16,
    start: '2026-12-25T00:00:00Z',
    end: '2027-01-04T00:00:00Z',
    upfront: '100000',
    purchased: '2026-12-02T00:00:00Z',
  };
  const years = [aPeriod(), aPeriod({ id: 'Y2', start: '2027-01-01T00:00:00Z', end: '2028-01-01T00:00:00Z' })];
  const amountsOf = (capacityBlocks: 'atPurchase' | 'amortized' | 'no') => {
    const counts = { ...aContract().counts, capacityBlocks };
    const fee = aCharge({
      stack: 'ledger',
      logicalId: 'cr-2',
      unit: 'once',
      unitPrice: '100000',
      dueAt: block.purchased,
      active: { start: block.start, end: block.end },
    });
    const bill = aBill({ charges: [fee] });
    const { periods } = judged({ bill, contract: aContract({ periods: years, counts, capacityBlocks: [block] }) });
    return periods.map((period) => [period.ceiling.amount.max, period.floor.amount.max]);
  };

  test('counts when it is bought, over its hours, or not toward the floor, and never twice', () => {
    expect(amountsOf('atPurchase')).toEqual([
      ['100000', '100000'],
      ['0', '0'],
    ]);
    // 7 of its 10 days lie in December
    expect(amountsOf('amortized')).toEqual([
      ['70000', '70000'],
      ['30000', '30000'],
    ]);
    expect(amountsOf('no')).toEqual([
      ['100000', '0'],
      ['0', '0'],
    ]);
  });
});

describe('what no contract can excuse', () => {
  const line = {
    stack: 'A',
    logicalId: 'Odd',
    type: 'AWS::Some::Thing',
    dimension: 'any',
    reason: 'no charger knows it',
  };
  const unpriced = aBill({
    resources: { total: 2, priced: 1, free: 0, bounded: 0, waived: 0, unpriced: 1 },
    unpriced: [line],
  });

  test('an unpriced resource stops it, with a contract and without', () => {
    expect(judged({ bill: unpriced }).status).toBe('unpriced');
    const verdict = judged({ bill: unpriced, contract: null });
    expect([verdict.status, verdict.periods]).toEqual(['unpriced', []]);
    expect(verdict.findings[0]).toMatchObject({ rule: 'Unpriced', stack: 'A', logicalId: 'Odd', severity: 'fatal' });
  });

  test('without a contract a priced bill is within and not judged', () => {
    expect(judged({ contract: null })).toMatchObject({ status: 'within', periods: [], inputs: { contract: null } });
  });

  test('a bill that does not add up is a failed check', () => {
    const miscounted = aBill({ resources: { total: 3, priced: 1, free: 0, bounded: 0, waived: 0, unpriced: 0 } });
    expect(judged({ bill: miscounted }).status).toBe('failed');
    for (const wrong of [
      { windowTotal: { min: '2', plan: '1', max: '3' } },
      { windowTotal: { min: '1', plan: '3', max: '2' } },
      { windowTotal: { min: '-1', plan: '1', max: '3' } },
      { quantity: { min: '-1', plan: '1', max: '3' } },
      { quantity: fixed('-1') },
      { unitPrice: '-0.01' },
    ]) {
      expect(judged({ bill: aBill({ charges: [aCharge(wrong)] }), contract: null }).status).toBe('failed');
      expect(judged({ bill: aBill({ charges: [aCharge(wrong)] }) })).toMatchObject({ status: 'failed', periods: [] });
    }
    const hidden = aBill({ resources: { total: 1, priced: 0, free: 0, bounded: 0, waived: 0, unpriced: 1 } });
    expect(judged({ bill: hidden }).status).toBe('failed');
  });

  test('no plan is infeasible, after unpriced and before over', () => {
    const infeasible = { sentence: 'nothing fits chat', remedy: 'allow another region' };
    const over = december({ ceiling: '1' });
    expect(judged({ infeasible, contract: over }).status).toBe('infeasible');
    expect(judged({ infeasible, bill: unpriced }).status).toBe('unpriced');
  });
});

describe('spend outside all periods', () => {
  const long = { start: '2026-11-30T00:00:00Z', end: '2027-01-02T00:00:00Z' };
  const bill = aBill({ window: long, charges: [aCharge({ active: long })] });

  test('is over where the contract has a ceiling: one day before and one after, 48 h × 0.8048', () => {
    const verdict = judged({ bill, contract: december({ ceiling: '1000000' }) });
    expect(verdict.status).toBe('over');
    expect(verdict.findings[0]).toMatchObject({
      rule: 'UncoveredWindow',
      period: 'outside',
      sentence:
        'the bill has 38.63 USD at max from 2026-11-30 to 2026-12-01 and from 2027-01-01 to 2027-01-02, which no period of the contract covers',
    });
  });

  test('is a warning where there is no ceiling to exceed', () => {
    const verdict = judged({ bill, contract: december() });
    expect([verdict.status, rulesOf(verdict)]).toEqual(['within', ['warning UncoveredWindow']]);
  });

  test('can be waived under the name "outside", up to an amount', () => {
    const contract = december({ ceiling: '1000000' });
    const waive = (upTo: string) => aWaiver({ rule: 'UncoveredWindow', period: 'outside', upTo });
    expect(judged({ bill, contract, waivers: [waive('38.6304')] }).status).toBe('within');
    expect(judged({ bill, contract, waivers: [waive('38.6303')] }).status).toBe('over');
  });
});

describe('old prices', () => {
  test('are a warning with the oldest row, counted from the day it was read', () => {
    const verdict = judged({ staleAfterDays: 30 });
    expect(verdict.status).toBe('within');
    expect(verdict.findings[0]?.sentence).toBe(
      'the oldest price row that this bill uses was read on 2026-10-09, more than 30 days before 2026-11-23',
    );
    // 45 days from 9 October is 23 November
    expect(judged({ staleAfterDays: 45 }).findings).toEqual([]);
    expect(rulesOf(judged({ staleAfterDays: 44 }))).toEqual(['warning PriceBookStale']);
  });
});

describe('a group larger than its reservation', () => {
  test('is a warning; what it can run beyond is billed on demand', () => {
    const reservations = [
      { id: 'cr-1', count: 8, used: fixed(8), unused: fixed(0), over: { min: 0, plan: 0, max: 2 }, groups: [] },
    ];
    expect(rulesOf(judged({ bill: aBill({ reservations }) }))).toEqual(['warning ReservationOversubscribed']);
  });
});

describe('the verdict', () => {
  test('carries what it was made from, whatever the order of stacks', () => {
    const stacks = [
      { path: 'B', sha256: 'bb' },
      { path: 'A', sha256: 'aa' },
    ];
    const verdict = judged({ stacks });
    expect(verdict.inputs.contract).toEqual({ id: 'example-agreement', sha256: 'cc' });
    expect(JSON.stringify(verdict)).toBe(JSON.stringify(judged({ stacks: [...stacks].reverse() })));
    expect(verdict.asOf).toBe('2026-11-23T00:00:00Z');
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
  });
});
