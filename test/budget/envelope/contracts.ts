import type { Contract, ContractPeriod, Waiver } from '../../../lib/budget/envelope/contract';
import { type JudgeInput, judge } from '../../../lib/budget/envelope/judge';
import type { Verdict } from '../../../lib/budget/envelope/verdict';
import { aBill } from '../../builders';

/** December 2026, 744 hours. */
export function aPeriod(override: Partial<ContractPeriod> = {}): ContractPeriod {
  return { id: 'Y1', start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z', commitment: '0', ...override };
}

/** Discloses, measures at list, one period without ceilings; a test adds what it is about. */
export function aContract(override: Partial<Contract> = {}): Contract {
  return {
    schemaVersion: 1,
    id: 'example-agreement',
    currency: 'USD',
    disclose: true,
    measure: 'listGross',
    periods: [aPeriod()],
    ceilingBasis: 'max',
    floorGate: 'warn',
    carryForward: 'none',
    discounts: [],
    rates: [],
    counts: { capacityBlocks: 'atPurchase', savingsPlanUpfront: 'amortized', support: false, tax: false },
    baseline: [],
    capacityReservations: [],
    capacityBlocks: [],
    assumptions: [],
    ...override,
  };
}

export function aWaiver(override: Partial<Waiver> = {}): Waiver {
  return {
    rule: 'CeilingExceeded',
    period: 'Y1',
    upTo: '700',
    approver: 'finops',
    ticket: 'FIN-1',
    expires: '2026-12-01T00:00:00Z',
    ...override,
  };
}

/** Judges one g6.xlarge in December against a contract: 598.7712 USD unless the test says otherwise. */
export function judged(override: Partial<JudgeInput> = {}): Verdict {
  return judge({
    bill: aBill(),
    contract: aContract(),
    waivers: [],
    asOf: '2026-11-23',
    stacks: [{ path: 'UsEast1/Capacity00', sha256: 'aa' }],
    sha256: { contract: 'cc', waivers: null, assumptions: null },
    staleAfterDays: 60,
    ...override,
  });
}

export function rulesOf(verdict: Verdict): readonly string[] {
  return verdict.findings.map((finding) => `${finding.severity} ${finding.rule}`);
}
