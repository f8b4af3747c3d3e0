import * as fc from 'fast-check';
import type { Actuals, ChargeKind, DailyCharge } from '../../../lib/budget/envelope/actuals';
import { actualsWithin } from '../../../lib/budget/envelope/actuals-within';
import type { Contract } from '../../../lib/budget/envelope/contract';
import { parseActuals, sealOf } from '../../../lib/budget/envelope/parse-actuals';
import { parseContract } from '../../../lib/budget/envelope/parse-contract';
import { Usd } from '../../../lib/units/money';
import { stated } from './full-contract';

const CONTRACT = {
  schemaVersion: 1,
  id: 'agreement',
  currency: 'USD',
  disclose: true,
  measure: 'net',
  periods: [
    { id: 'Y1', start: '2026-12-01', end: '2027-12-01', commitment: '1000', ceiling: 'none', ceilingPerHour: 'none' },
    { id: 'Y2', start: '2027-12-01', end: '2028-12-01', commitment: '1000', ceiling: 'none', ceilingPerHour: 'none' },
  ],
  floorGate: 'warn',
  share: 'none',
  carryForward: 'none',
  counts: { capacityBlocks: 'atPurchase', savingsPlanUpfront: 'amortized', support: false, tax: false },
};

function contract(changes: object = {}, counts: object = {}): Contract {
  const parsed = parseContract(JSON.stringify(stated({ ...CONTRACT, ...changes })));
  return { ...parsed, counts: { ...parsed.counts, ...counts } };
}

function charge(kind: ChargeKind, cash: string, changes: Partial<DailyCharge> = {}): DailyCharge {
  return { day: '2026-12-02', kind, deployment: null, cash, amortized: cash, list: cash, ...changes };
}

function actuals(charges: readonly DailyCharge[], changes: Partial<Actuals> = {}): Actuals {
  const rest = {
    schemaVersion: 1 as const,
    asOf: '2027-02-03T00:00:00Z',
    currency: 'USD' as const,
    covered: { start: '2026-12-01T00:00:00Z', end: '2027-02-01T00:00:00Z' },
    months: [
      { month: '2026-12', state: 'final' as const, rows: 10 },
      { month: '2027-01', state: 'open' as const, rows: 10 },
    ],
    sources: [
      { name: 'a.csv', format: 'csv' as const, focusVersion: '1.2' as const, rows: 20, sha256: 'a'.repeat(64) },
    ],
    charges,
    ...changes,
  };
  return { ...rest, sha256: sealOf(rest) };
}

function drawdownOf(charges: readonly DailyCharge[], of: Contract): string | null | undefined {
  return actualsWithin(actuals(charges), of, 'production')[0]?.total.drawdown;
}

describe('what has been charged in a period', () => {
  // Savings Plan paid 730 upfront for a year, 2 a day amortized, covering use of 3 a day at list; 5 of other use; 1 of tax; a credit of 4.
  const charges = [
    charge('commitmentUpfront', '730', { amortized: '0', list: '730' }),
    charge('committedUsage', '0', { amortized: '2', list: '3' }),
    charge('commitmentFee', '0.5', { amortized: '0', list: '0.5' }),
    charge('usage', '5', { list: '6' }),
    charge('tax', '1'),
    charge('support', '7'),
    charge('credit', '-4'),
    charge('capacityBlock', '100'),
  ];

  test('cash is everything invoiced, amortized everything effective, and drawdown what the contract counts', () => {
    const [period] = actualsWithin(actuals(charges), contract(), 'production');
    // 730 + 0.5 + 5 + 1 + 7 − 4 + 100 = 839.5; 2 + 5 + 1 + 7 − 4 + 100 = 111; 2 + 5 + 100 = 107, and with 1 + 7 115.
    expect(period?.total).toEqual({
      cash: '839.5',
      amortized: '111',
      drawdown: '107',
      approved: '115',
      marketplace: '0',
    });
  });

  test.each([
    ['upfront fees at their purchase, recurring ones too', {}, { savingsPlanUpfront: 'atPurchase' }, '835.5'],
    ['no upfront fee', {}, { savingsPlanUpfront: 'no' }, '105.5'],
    ['no Capacity Block', {}, { capacityBlocks: 'no' }, '7'],
    ['tax', {}, { tax: true }, '108'],
    ['support', {}, { support: true }, '114'],
    ['use at list price, and then no fee of the plan that covers it', { measure: 'listGross' }, {}, '109'],
  ])('counts %s', (_, changes, counts, expected) => {
    expect(drawdownOf(charges, contract(changes, counts))).toBe(expected);
  });

  test('all of it but credits is approved spend, whatever draws down', () => {
    const approved = (counts: object) =>
      actualsWithin(actuals(charges), contract({}, counts), 'production')[0]?.total.approved;
    // At its purchase: 100 of the block, 730 + 0.5 of the plan; 5 of use, 1 of tax, 7 of support.
    expect(approved({ capacityBlocks: 'no', savingsPlanUpfront: 'no' })).toBe('843.5');
    expect(approved({ capacityBlocks: 'no' })).toBe('115');
    expect(approved({ tax: true, support: true })).toBe('115');
  });

  test('where reserved instances are counted otherwise than plans, each sum is on its safe side', () => {
    const both = contract({}, { savingsPlanUpfront: 'amortized', reservedInstanceUpfront: 'atPurchase' });
    const total = actualsWithin(actuals(charges), both, 'production')[0]?.total;
    // Floor: nothing of the 730, the 0.5 and the 2; 5 + 100. Ceiling: all three; 5 + 100 + 1 + 7.
    expect(total).toMatchObject({ drawdown: '105', approved: '845.5' });
  });

  test('what an export does not say is unknown, not zero', () => {
    const [period] = actualsWithin(actuals(charges), contract({ measure: 'afterCommitmentDiscounts' }), 'production');
    expect(period?.total).toMatchObject({ cash: '839.5', drawdown: null, marketplace: null });
  });

  test('a day belongs to the period that it lies in, the end excluded', () => {
    const days = ['2026-11-30', '2026-12-01', '2027-11-30', '2027-12-01'].map((day) => charge('usage', '1', { day }));
    const covered = { start: '2026-11-30T00:00:00Z', end: '2027-12-02T00:00:00Z' };
    const periods = actualsWithin(actuals(days, { covered }), contract(), 'production');
    expect(periods.map(({ id, total }) => [id, total.drawdown])).toEqual([
      ['Y1', '2'],
      ['Y2', '1'],
    ]);
    expect(periods[1]?.covered).toEqual({ start: '2027-12-01T00:00:00Z', end: '2027-12-02T00:00:00Z' });
  });

  test('a period is final only when every month in it is', () => {
    expect(actualsWithin(actuals([]), contract(), 'production')[0]?.state).toBe('open');
    const covered = { start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z' };
    expect(actualsWithin(actuals([], { covered }), contract(), 'production')[0]?.state).toBe('final');
  });

  test('own rows and the others are the whole, whatever the rows', () => {
    const cents = fc.integer({ min: -10_000_000, max: 10_000_000 }).map((n) => Usd.of(n).times('1/1000').toText());
    const anyCharge = fc.record({
      day: fc.constantFrom('2026-12-01', '2026-12-31', '2027-11-30'),
      kind: fc.constantFrom<ChargeKind>('usage', 'tax', 'credit', 'marketplace', 'committedUsage', 'commitmentFee'),
      deployment: fc.constantFrom('production', 'sandbox', null),
      cash: cents,
      amortized: cents,
      list: cents,
    });
    fc.assert(
      fc.property(fc.array(anyCharge), fc.constantFrom('net', 'listGross'), (rows, measure) => {
        const [period] = actualsWithin(actuals(rows), contract({ measure }), 'production');
        for (const what of ['cash', 'amortized', 'drawdown', 'marketplace'] as const) {
          const parts = Usd.of(period?.own[what] ?? '0').plus(Usd.of(period?.others[what] ?? '0'));
          expect(parts.toText()).toBe(period?.total[what]);
        }
      }),
    );
  });
});

describe('actuals.json', () => {
  test('is read as it was written', () => {
    const written = actuals([charge('usage', '5')]);
    expect(parseActuals(JSON.stringify(written))).toEqual(written);
  });

  test.each([
    ['an amount changed', { charges: [charge('usage', '6')] }, 'was changed after it was made'],
    ['a month called final', { months: [{ month: '2027-01', state: 'final', rows: 10 }] }, 'was changed after'],
    ['an unknown field', { note: 'hello' }, 'unknown field "note"'],
    ['an amount as a number', { charges: [{ ...charge('usage', '5'), cash: 5 }] }, 'wrong charges[0].cash'],
    ['another currency', { currency: 'EUR' }, 'wrong currency: it must be "USD"'],
  ])('fails on %s', (_, changes, sentence) => {
    const damaged = { ...actuals([charge('usage', '5')]), ...changes };
    expect(() => parseActuals(JSON.stringify(damaged))).toThrow(sentence);
  });

  test('fails on days that had not come when it was made', () => {
    const covered = { start: '2026-12-01T00:00:00Z', end: '2028-01-01T00:00:00Z' };
    expect(() => parseActuals(JSON.stringify(actuals([], { covered })))).toThrow('covers days to 2028');
  });
});
