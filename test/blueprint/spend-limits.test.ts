import * as path from 'node:path';
import fc from 'fast-check';
import { answer, planFor } from '../../lib/blueprint';
import { type Question, readQuestion } from '../../lib/blueprint/question';
import { spendLimits, summed } from '../../lib/blueprint/spend-limits';
import { costWithin } from '../../lib/budget/bill/cost-within';
import type { Contract } from '../../lib/budget/envelope/contract';
import type { CapacityPlan } from '../../lib/planner/plan';
import { Problem } from '../../lib/problem';
import { Usd } from '../../lib/units/money';

const ROOT = path.join(__dirname, '..', '..');
const questionOf = (deployment: string): Question => readQuestion({ root: ROOT, cwd: ROOT, deployment });
const production = questionOf('production');
const sandbox = questionOf('sandbox');

function withContract(question: Question, change: Partial<Contract>): Question {
  if (question.contract.kind !== 'given') throw new Error('the deployment has a contract');
  return { ...question, contract: { ...question.contract, contract: { ...question.contract.contract, ...change } } };
}

const periodsOf = (question: Question): Contract['periods'] =>
  question.contract.kind === 'given' ? question.contract.contract.periods : [];

function planOf(question: Question): CapacityPlan {
  const planned = planFor(question);
  if (planned.kind !== 'feasible') throw new Error('there is a plan');
  return planned.plan;
}

const never = (): never => {
  throw new Error('nothing is billed for a ceiling');
};
const plan = planOf(production);
const limitsOf = (question: Question) => [...spendLimits(plan, question, never).values()].flat();

describe('a disclosed ceiling', () => {
  const { verdict } = answer(production);

  test('is split among the cells, to the cent, in every period of the verdict', () => {
    expect(verdict.periods.map(({ id }) => id)).toEqual(['Y1', 'Y2']);
    for (const { id, start, end, ceiling } of verdict.periods) {
      const ofPeriod = limitsOf(production).filter((limit) => limit.id === id);
      expect(ofPeriod).toHaveLength(2);
      expect(ofPeriod.every((limit) => limit.start === start && limit.end === end)).toBe(true);
      const sum = Usd.sum(ofPeriod.map(({ amount }) => Usd.of(amount)));
      expect(sum.toText()).toBe(Usd.of(ceiling.limit ?? '0').toText());
    }
  });

  test('is whole again where all cells are watched together', () => {
    expect(summed(limitsOf(production)).map(({ id, amount }) => [id, amount])).toEqual(
      verdict.periods.map(({ id, ceiling }) => [id, Usd.of(ceiling.limit ?? '0').toView(2)]),
    );
  });

  test('leaves out what is spent elsewhere', () => {
    const baseline = [{ id: 'others', period: 'Y1', amount: '1000000.00', asOf: '2026-11-01', source: 'FOCUS' }];
    const [first] = periodsOf(production);
    const ofFirst = limitsOf(withContract(production, { baseline })).filter(({ id }) => id === 'Y1');
    const sum = Usd.sum(ofFirst.map(({ amount }) => Usd.of(amount)));
    // 21,000,000.00 less 1,000,000.00.
    expect([first?.ceiling, sum.toView(2)]).toEqual(['21000000.00', '20000000.00']);
  });

  test('leaves out what blocks and Savings Plans that are owned cost', () => {
    const term = { start: '2026-12-01T00:00:00Z', end: '2027-12-01T00:00:00Z', purchased: '2026-12-01T00:00:00Z' };
    const savingsPlan = {
      ...term,
      id: 'sp-1',
      type: 'compute',
      upfront: '0',
      commitmentPerHour: '100',
      rates: [],
    } as const;
    const block = { ...term, id: 'cr-1', instanceType: 'p5.48xlarge', count: 1, upfront: '24000' };
    const owning = withContract(production, { savingsPlans: [savingsPlan], capacityBlocks: [block] });
    const ofFirst = limitsOf(owning).filter(({ id }) => id === 'Y1');
    // 21,000,000 less 8760 h of 100 USD and 24,000
    expect(Usd.sum(ofFirst.map(({ amount }) => Usd.of(amount))).toView(2)).toBe('20100000.00');
  });

  test('of any amount is split without losing a cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000_000 }), (cents) => {
        const ceiling = Usd.of(`${cents}/100`).toView(2);
        const periods = periodsOf(production).map((period) => ({ ...period, ceiling }));
        const limits = limitsOf(withContract(production, { periods })).filter(({ id }) => id === 'Y1');
        return Usd.sum(limits.map(({ amount }) => Usd.of(amount))).compare(Usd.of(ceiling)) === 0;
      }),
      { numRuns: 30 },
    );
  });

  test('of a period without nodes is split by the whole plan', () => {
    const after = {
      id: 'Y3',
      start: '2028-12-01T00:00:00Z',
      end: '2029-12-01T00:00:00Z',
      commitment: '1',
      ceiling: '100',
    };
    const limits = limitsOf(withContract(production, { periods: [after] }));
    expect(Usd.sum(limits.map(({ amount }) => Usd.of(amount))).toText()).toBe('100');
    expect(limits).toHaveLength(2);
  });
});

describe('a contract that is not disclosed', () => {
  const secret = (change: Partial<Contract> = {}) => withContract(sandbox, { disclose: false, ...change });
  const { bill } = answer(sandbox);
  const amountsIn = (question: Question) =>
    [...spendLimits(planOf(question), question, () => answer(sandbox).bill).values()]
      .flat()
      .map(({ amount }) => amount);

  test('is watched by what the bill says the cell costs at plan', () => {
    const [period] = periodsOf(sandbox);
    if (period === undefined) throw new Error('the sandbox has a period');
    const planned = Usd.sum(bill.charges.map((charge) => costWithin(charge, period).plan));
    // README: the whole window, plan.
    expect([planned.toView(2), ...amountsIn(secret())]).toEqual(['71.20', '71.20']);
  });

  test('prints the same whatever was agreed', () => {
    const periods = periodsOf(sandbox).map((period) => ({ ...period, commitment: '987654.00', ceiling: '123456.00' }));
    const discounts = [{ services: ['AmazonEC2'], percent: '37' }];
    const agreed = secret({ periods, discounts, measure: 'net', ceilingBasis: 'plan' });
    expect(amountsIn(agreed)).toEqual(amountsIn(secret()));
    const amount = answer(secret()).bill.windowTotal.plan;
    expect(answer(agreed).bill.windowTotal.plan).toBe(amount);
  });

  test('with a ceiling left out is the same as without disclosure', () => {
    const periods = periodsOf(sandbox).map(({ ceiling: _ceiling, ...period }) => period);
    expect(amountsIn(withContract(sandbox, { periods }))).toEqual(amountsIn(secret()));
  });
});

test('without a contract that can be read nothing is watched', () => {
  const contract = { kind: 'broken', problem: new Problem('InvalidContract', 'it is not JSON') } as const;
  expect(spendLimits(plan, { ...production, contract }, never).size).toBe(0);
});

test('an undisclosed contract keeps the fees of its blocks out of the bill, the templates and the verdict', () => {
  const block = {
    id: 'cr-1',
    instanceType: 'p5.48xlarge',
    count: 1,
    start: '2026-12-01T00:00:00Z',
    end: '2026-12-15T00:00:00Z',
    purchased: '2026-12-01T00:00:00Z',
    upfront: '23456.78',
  };
  const told = (disclose: boolean) => {
    const { bill, verdict } = answer(withContract(sandbox, { disclose, capacityBlocks: [block] }));
    return JSON.stringify([bill, verdict]);
  };
  expect(told(true)).toContain('23456.78');
  expect(told(false)).not.toMatch(/23,?45[67]/);
});
