import * as fc from 'fast-check';
import type { Charge } from '../../../lib/budget/bill/charge';
import { costWithin } from '../../../lib/budget/bill/cost-within';
import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import { type BillDiff, CAUSES } from '../../../lib/budget/diff/bill-diff';
import { type Compared, diffBills } from '../../../lib/budget/diff/diff-bills';
import { type ComparedBill, parseBill } from '../../../lib/budget/diff/parse-bill';
import { exact } from '../../../lib/units/exact';
import type { Interval } from '../../../lib/units/interval';
import { Usd } from '../../../lib/units/money';
import { BOUNDS, fixed, mapRange } from '../../../lib/units/range';
import { aBill, aCharge, DECEMBER } from '../../builders';

/** A bill of these charges, each total worked out by the room that bills. */
function billOf(charges: readonly Charge[], window: Interval = DECEMBER): ComparedBill {
  const costed = charges.map((charge) => ({
    ...charge,
    windowTotal: mapRange(costWithin(charge, window), (usd) => usd.toText()),
  }));
  const total = mapRange(fixed(''), (_, bound) =>
    Usd.sum(costed.map((one) => Usd.of(one.windowTotal[bound]))).toText(),
  );
  return aBill({ charges: costed, window, windowTotal: total });
}

function diff(
  from: Partial<Compared> & { bill: ComparedBill },
  to: Partial<Compared> & { bill: ComparedBill },
): BillDiff {
  return diffBills({ stacks: [], verdict: undefined, ...from }, { stacks: [], verdict: undefined, ...to });
}

const between = (from: readonly Charge[], to: readonly Charge[]) => diff({ bill: billOf(from) }, { bill: billOf(to) });
const maxima = ({ by }: Pick<BillDiff, 'by'>) => Object.fromEntries(CAUSES.map((cause) => [cause, by[cause].max]));
const causes = { quantity: '0', priceBook: '0', calendar: '0', contract: '0' };

/** 744 hours of December at 2 USD. */
const node = (changes: Partial<Charge> = {}) => aCharge({ unitPrice: '2', quantity: fixed('3'), ...changes });

describe('why a bill changes', () => {
  test('nothing changes when nothing does', () => {
    const same = between([node()], [node()]);
    expect([same.changes, same.difference, maxima(same)]).toEqual([[], fixed('0'), causes]);
  });

  test('quantity: what the templates create', () => {
    // (5 − 3) × 2 × 744
    expect(maxima(between([node()], [node({ quantity: fixed('5') })]))).toEqual({ ...causes, quantity: '2976' });
  });

  test('price book: another price of the same thing', () => {
    // 3 × (2.5 − 2) × 744
    expect(maxima(between([node()], [node({ unitPrice: '2.5' })]))).toEqual({ ...causes, priceBook: '1116' });
  });

  test('calendar: billed for other hours', () => {
    // 3 × 2 × −24
    const active = { ...DECEMBER, end: '2026-12-31T00:00:00Z' };
    expect(maxima(between([node()], [node({ active })]))).toEqual({ ...causes, calendar: '-144' });
  });

  test('contract: what it declares, and what it owns', () => {
    const declared = (plan: string) =>
      node({ basis: 'assumption', dimension: 'natGatewayGigabytes', quantity: fixed(plan) });
    expect(maxima(between([node(), declared('1')], [node(), declared('2')]))).toEqual({ ...causes, contract: '1488' });
    const owned = node({ stack: 'ledger', logicalId: 'cr-1' });
    expect(maxima(between([], [owned]))).toEqual({ ...causes, contract: '4464' });
  });

  test('a usage that comes with its resource is a quantity, one that is declared later is the contract', () => {
    const usage = node({ basis: 'assumption', dimension: 'natGatewayGigabytes' });
    expect(maxima(between([], [node(), usage]))).toEqual({ ...causes, quantity: '8928' });
    expect(maxima(between([node()], [node(), usage]))).toEqual({ ...causes, contract: '4464' });
  });

  test('everything at once: old quantity and price over the new hours, then the new price, then the new quantity', () => {
    const active = { ...DECEMBER, end: '2026-12-31T00:00:00Z' };
    const changed = node({ active, unitPrice: '2.5', quantity: fixed('5') });
    // 3 × 2 × −24; 3 × 0.5 × 720; 2 × 2.5 × 720.
    expect(maxima(between([node()], [changed]))).toEqual({
      quantity: '3600',
      priceBook: '1080',
      calendar: '-144',
      contract: '0',
    });
  });

  test('a price that changes on a day is compared with the old price of that day', () => {
    const turn = '2026-12-11T00:00:00Z';
    const twice = [
      node({ active: { ...DECEMBER, end: turn } }),
      node({ active: { ...DECEMBER, start: turn }, unitPrice: '3' }),
    ];
    // From 2 USD all month to 3 USD for the last 21 days: 3 × 1 × 504.
    expect(maxima(between([node()], twice))).toEqual({ ...causes, priceBook: '1512' });
    expect(maxima(between(twice, [node()]))).toEqual({ ...causes, priceBook: '-1512' });
    expect(between(twice, twice).changes).toEqual([]);
  });

  test('of two equal lines one that goes is one that goes', () => {
    expect(maxima(between([node(), node()], [node()]))).toEqual({ ...causes, quantity: '-4464' });
    const larger = node({ quantity: fixed('7') });
    expect(maxima(between([node(), larger], [larger]))).toEqual({ ...causes, quantity: '-4464' });
  });

  test('another instance type is one thing removed and one added', () => {
    const { changes } = between([node()], [node({ offer: 'instance:g6.2xlarge:onDemand', unitPrice: '4' })]);
    expect(changes.map(({ change, before, after }) => [change, before.max, after.max])).toEqual([
      ['added', '0', '8928'],
      ['removed', '4464', '0'],
    ]);
  });

  test('the causes add up to the difference, at every bound, whatever changed', () => {
    const days = fc
      .integer({ min: 0, max: 90 })
      .map((day) => new Date(Date.UTC(2026, 10, 1 + day)).toISOString().replace('.000', ''));
    const span = fc
      .tuple(days, days)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => (a < b ? { start: a, end: b } : { start: b, end: a }));
    const price = fc.integer({ min: 1, max: 999_999_999 }).map((n) => Usd.of(n).times('1/100000007').toText());
    const quantity = fc
      .array(fc.integer({ min: 0, max: 50 }), { minLength: 3, maxLength: 3 })
      .map((three) => three.sort((a, b) => a - b))
      .map(([min, plan, max]) => ({ min: String(min), plan: String(plan), max: String(max) }));
    const charge = fc.record({
      stack: fc.constantFrom('A', 'ledger'),
      logicalId: fc.constantFrom('X', 'Y'),
      dimension: fc.constantFrom('instances', 'natGatewayGigabytes'),
      unit: fc.constantFrom('hour', 'month', 'gigabyte-month', 'once'),
      basis: fc.constantFrom('price', 'assumption', 'ceiling'),
      quantity,
      unitPrice: price,
      active: span,
    }) as fc.Arbitrary<Partial<Charge>>;
    const bill = fc.tuple(
      fc.array(
        charge.map((one) => aCharge(one)),
        { maxLength: 6 },
      ),
      span,
    );
    fc.assert(
      fc.property(bill, bill, ([from, was], [to, is]) => {
        const [before, after] = [billOf(from, was), billOf(to, is)];
        const compared = diff({ bill: before }, { bill: after });
        for (const bound of BOUNDS) {
          const told = CAUSES.reduce((sum, cause) => sum.add(exact(compared.by[cause][bound])), exact(0));
          expect(told.equals(exact(after.windowTotal[bound]).sub(exact(before.windowTotal[bound])))).toBe(true);
          expect(told.equals(exact(compared.difference[bound]))).toBe(true);
          for (const change of compared.changes) {
            const own = CAUSES.reduce((sum, cause) => sum.add(exact(change.by[cause][bound])), exact(0));
            expect(own.equals(exact(change.after[bound]).sub(exact(change.before[bound])))).toBe(true);
          }
        }
        expect(diff({ bill: before }, { bill: before }).changes).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what goes on costing', () => {
  const stack = (resources: object, path = 'UsEast1/Capacity00'): StackTemplate => ({
    path,
    stackName: path,
    region: 'us-east-1',
    account: undefined,
    template: { Resources: resources },
    sha256: '',
  });
  const kept = (policy?: string) => ({ ChatGroup: { Type: 'AWS::EKS::Nodegroup', DeletionPolicy: policy } });
  const left = (from: readonly StackTemplate[], to: readonly StackTemplate[], charges = [node()]) =>
    diff({ bill: billOf(charges), stacks: from }, { bill: billOf([]), stacks: to }).leftBehind;

  test('a resource that its policy keeps, at its old cost over the new window', () => {
    const [one, ...more] = left([stack(kept('Retain'))], [stack({})]);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ logicalId: 'ChatGroup', why: 'Retain', goesOnCosting: { max: '4464' } });
  });

  test('a snapshot costs an amount that nobody knows yet', () => {
    expect(left([stack(kept('Snapshot'))], [stack({})])).toMatchObject([{ why: 'Snapshot', goesOnCosting: null }]);
  });

  test('every paid resource of a stack that is no longer in the app', () => {
    expect(left([stack(kept())], [])).toMatchObject([{ why: 'stack', goesOnCosting: { max: '4464' } }]);
  });

  test('it runs to the end of the new window, whatever would have ended it', () => {
    const active = { ...DECEMBER, end: '2026-12-02T00:00:00Z' };
    expect(left([stack(kept('Retain'))], [stack({})], [node({ active })])).toMatchObject([
      { goesOnCosting: { max: '4464' } },
    ]);
  });

  test('not what is deleted, what stays, and what is free', () => {
    expect(left([stack(kept('Delete'))], [stack({})])).toEqual([]);
    expect(left([stack(kept('Retain'))], [stack(kept('Retain'))])).toEqual([]);
    expect(left([stack(kept('Retain'))], [stack({})], [])).toEqual([]);
  });
});

describe('the drawdown of a period', () => {
  const judged = (drawdown: string) => ({
    status: 'within' as const,
    contract: 'a',
    periods: [{ id: 'Y1', ...DECEMBER, drawdown: fixed(drawdown) }],
  });

  test('is told apart into what is on the bill and what the terms of the contract do', () => {
    const from = { bill: billOf([node()]), verdict: judged('4464') };
    // One node more, 1,488 at list price, and 10 % off everything: 5,952 × 0.9 = 5,356.8.
    const to = { bill: billOf([node({ quantity: fixed('4') })]), verdict: judged('5356.8') };
    expect(diff(from, to).periods).toMatchObject([{ id: 'Y1', list: { max: '1488' }, terms: { max: '-595.2' } }]);
    expect(diff(from, from).periods).toEqual([]);
  });
});

describe('bill.json', () => {
  const text = (changes: object) => JSON.stringify({ ...billOf([node()]), ...changes });

  test('is read as it was written', () => {
    expect(parseBill(text({}), 'bill.json').windowTotal.max).toBe('4464');
  });

  test.each([
    ['no JSON', '{', 'bill.json is not JSON'],
    ['something else', '{"plan": 1}', 'bill.json lacks schemaVersion'],
    ['a total that was edited', text({ windowTotal: fixed('1') }), 'does not add up at min'],
    [
      'a charge that was edited',
      text({ charges: [{ ...node(), windowTotal: fixed('1') }], windowTotal: fixed('1') }),
      'costs other than quantity × price × time',
    ],
    ['an amount as a number', text({ windowTotal: { min: 1, plan: 1, max: 1 } }), 'wrong windowTotal.min'],
    ['another currency', text({ currency: 'EUR' }), 'wrong currency'],
  ])('fails on %s', (_, json, sentence) => {
    expect(() => parseBill(json, 'bill.json')).toThrow(sentence);
  });
});
