import { addCells, openApp, planFor } from '../../../lib/blueprint';
import type { Question } from '../../../lib/blueprint/question';
import { Evidence } from '../../../lib/budget/policy/evidence';
import { questionOf } from '../opt-in';

/** Synthesizes what a target deploys, after a change of the question, and leaves its plan. */
export function synthesize(change: (question: Question) => Question = (question) => question): void {
  const app = openApp();
  const given = (key: string): string | undefined => app.node.tryGetContext(key);
  const question = change(questionOf(given('deployment') ?? 'sandbox', given('asOf')));
  const planned = planFor(question);
  addCells(app, question, planned);
  Evidence.emptied(`${app.outdir}/headroom`).write('plan.json', planned.kind === 'feasible' ? planned.plan : planned);
  app.synth();
}
