import fc from 'fast-check';
import { billTemplates } from '../../../lib/budget/bill/bill-templates';
import { redactVerdict } from '../../../lib/budget/envelope/disclose';
import { parseContract } from '../../../lib/budget/envelope/parse-contract';
import { violationsOf } from '../../../lib/budget/policy/violations';
import { sealPriceBook } from '../../../lib/budget/prices/load';
import { renderBill } from '../../../lib/report/bill-report';
import { renderVerdict } from '../../../lib/report/verdict-report';
import { type Exact, exact, exactText, roundedText } from '../../../lib/units/exact';
import { anOffer } from '../bill/billing';
import { judged } from './contracts';
import { FULL, fullBill, fullContract } from './full-contract';

const MONTH_HOURS = 744;
const YEAR_HOURS = 8760;

/** Every amount and percentage of the contract that is its own, by field. */
function secretsIn(contract: typeof FULL): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) walk(one, name);
    else if (typeof value === 'string' && /^\d+\.\d{2,}$/.test(value)) found.push(value);
  };
  walk(contract, '');
  return found;
}

/** An amount as it could be told: itself, by the hour, month or year, doubled by a share, and what two of them make. */
function derivatives(secret: Exact, share: Exact): readonly Exact[] {
  const factors = [
    exact(1),
    share,
    exact(1).sub(share),
    exact(12),
    exact(MONTH_HOURS),
    exact(YEAR_HOURS),
    exact(730),
    exact(100),
  ];
  return factors.flatMap((factor) => (factor.equals(0) ? [] : [secret.mul(factor), secret.div(factor)]));
}

/** As JSON, reports and sentences would write it. */
function spellings(amount: Exact): readonly string[] {
  const cents = roundedText(amount, 2);
  return [exactText(amount), cents, cents.replace(/\B(?=(\d{3})+\.)/g, ','), roundedText(amount, 4)];
}

function outputsOf(contract: ReturnType<typeof fullContract>): string {
  const verdict = redactVerdict(judged({ bill: fullBill, contract }), contract);
  const violations = violationsOf({ bill: fullBill, verdict }, [], renderVerdict(verdict, { disclose: false }));
  return [JSON.stringify(verdict), renderVerdict(verdict, { disclose: false }), JSON.stringify(violations)].join('\n');
}

test('no undisclosed amount, nor what is simply made of one, is in a verdict, a report or a violation', () => {
  // Of commitments from 10,000 USD up no disclosed share has five digits, which an undisclosed amount could equal by chance.
  const between = (min: number, max: number) =>
    fc.integer({ min, max }).map((whole) => `${Math.floor(whole / 100)}.${`${whole % 100}`.padStart(2, '0')}`);
  const cents = between(1_000_003, 99_999_989);
  const some = fc.record({
    commitment: cents,
    ceiling: cents,
    baseline: cents,
    upfront: cents,
    // At most what the plan commits over its term.
    paid: between(1_000_003, 17_000_029),
    hourly: fc.integer({ min: 20_007, max: 49_999 }),
  });
  fc.assert(
    fc.property(some, ({ commitment, ceiling, baseline, upfront, paid, hourly }) => {
      const [y1, y2] = FULL.periods;
      const changed = {
        ...FULL,
        disclose: false,
        periods: [
          { ...y1, commitment, ceiling },
          { ...y2, commitment: ceiling, ceiling: commitment },
        ],
        baseline: FULL.baseline.map((row) => ({ ...row, amount: baseline })),
        capacityBlocks: FULL.capacityBlocks.map((row) => ({ ...row, upfront })),
        savingsPlans: FULL.savingsPlans.map((row) => ({
          ...row,
          upfront: paid,
          commitmentPerHour: `${hourly / 1000}`,
        })),
      };
      const text = outputsOf(parseContract(JSON.stringify(changed)));
      // What the bill says in the open is nobody's secret, even where a secret happens to be equal.
      const open = JSON.stringify(fullBill);
      for (const secret of secretsIn(changed as typeof FULL)) {
        for (const amount of derivatives(exact(secret), exact(FULL.share))) {
          for (const told of spellings(amount)) {
            if (told.replaceAll(/[^\d]/g, '').length < 5 || open.includes(told)) continue;
            expect(text).not.toMatch(new RegExp(`(?<![\\d.,])${told.replaceAll('.', '\\.')}(?![\\d]|\\.\\d)`));
          }
        }
      }
    }),
    { numRuns: 15 },
  );
});

test('every new number of an undisclosed verdict is a share', () => {
  const contract = fullContract({ disclose: false });
  const verdict = redactVerdict(judged({ bill: fullBill, contract }), contract);
  const share = /^(less than 1|-?\d+) % of (the commitment|what is reserved)$/;
  for (const period of verdict.periods) {
    const { spend, floor, commitments = [] } = period;
    for (const range of [spend?.cash, spend?.amortized, spend?.drawdown, floor.carriedIn, floor.carriedOut]) {
      for (const amount of Object.values(range ?? {})) expect(amount).toMatch(share);
    }
    expect(commitments).toHaveLength(2);
    for (const { committed, used, unused } of commitments) {
      for (const amount of [committed, ...Object.values(used), ...Object.values(unused)]) expect(amount).toMatch(share);
    }
  }
  expect(verdict.obligations?.find(({ id }) => id === 'sp-1')?.afterContract).toMatch(share);
  expect(verdict.proposals?.[0]).toMatchObject({ usdPerHour: 'undisclosed', fee: expect.stringMatching(share) });
});

test('the upfront fee of an owned block is in no bill of a contract that does not disclose', () => {
  const { assumptions, capacityReservations, capacityBlocks } = fullContract();
  const billOf = (withholdsFees: boolean) =>
    billTemplates({
      stacks: [],
      window: { start: '2026-12-01T00:00:00Z', end: '2027-02-01T00:00:00Z' },
      asOf: '2026-11-23T00:00:00Z',
      priceBook: sealPriceBook('2026-11-23', [anOffer('instance:p5.48xlarge:onDemand', '55.04')]),
      assumptions,
      ledger: { capacityReservations, capacityBlocks, withholdsFees },
    });
  const texts = (withholds: boolean) => [JSON.stringify(billOf(withholds)), renderBill(billOf(withholds))].join('\n');
  expect(texts(false)).toMatch(/12,?345\.67/);
  expect(texts(true)).not.toMatch(/12,?345\.67/);
  expect(texts(true)).toContain('without the fees of 1 owned Capacity Block, which the contract withholds');
  // The verdict counts it all the same: it is the contract's to say.
  const december = (bill: ReturnType<typeof billOf>) =>
    judged({ bill, contract: fullContract() }).periods[0]?.ceiling.amount;
  expect(december(billOf(true))).toEqual(december(billOf(false)));
});

test('law 10: a verdict with everything in it survives JSON', () => {
  const verdict = judged({ bill: fullBill, contract: fullContract() });
  expect(verdict.periods[0]).toHaveProperty('commitments');
  expect(verdict).toHaveProperty('obligations');
  expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
});
