import type { Finding, Verdict } from '../budget/envelope/verdict';
import type { Question } from './question';

/** The verdict, or an `unpriced` one when the price book was changed after it was sealed: its prices are nobody's. */
export function withSeal(verdict: Verdict, { alteredPrices }: Question): Verdict {
  if (alteredPrices === undefined) return verdict;
  const finding: Finding = {
    rule: 'Unpriced',
    severity: 'fatal',
    period: null,
    stack: null,
    logicalId: null,
    sentence: `no price is known: ${alteredPrices}`,
    remedy: 'restore the snapshot from the repository, or replace it by a refreshed one',
  };
  const status = verdict.status === 'failed' ? 'failed' : 'unpriced';
  return { ...verdict, status, findings: [finding, ...verdict.findings] };
}
