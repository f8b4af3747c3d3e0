import type { VerdictStatus } from '../envelope/verdict';
import type { Evaluation } from './envelope-plugin';

const STATUSES: Readonly<Record<VerdictStatus, true>> = {
  within: true,
  over: true,
  shortfall: true,
  unpriced: true,
  infeasible: true,
  failed: true,
};

/**
 * What `evaluate` returned, checked where the types cannot: it is injected, and a promise or a verdict at odds with its own
 * findings would otherwise pass for an answer.
 *
 * @throws Error with one sentence, for the plugin to report.
 */
export function checkedEvaluation(returned: unknown): Evaluation {
  if (typeof returned !== 'object' || returned === null) throw new Error('the evaluation returned nothing');
  if ('then' in returned) throw new Error('the evaluation returned a promise, and validation is synchronous');
  const { bill, verdict } = returned as Partial<Evaluation>;
  if (!Array.isArray(bill?.charges) || !Array.isArray(verdict?.findings) || !Array.isArray(verdict.periods)) {
    throw new Error('the evaluation returned no bill or no verdict');
  }
  if (!Object.hasOwn(STATUSES, verdict.status)) throw new Error('the evaluation returned an unknown status');
  const hasFatal = verdict.findings.some((finding) => finding.severity === 'fatal');
  if (hasFatal === (verdict.status === 'within')) throw new Error('the verdict is at odds with its own findings');
  return { bill, verdict };
}
