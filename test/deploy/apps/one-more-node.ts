import { addCells, openApp, planFor } from '../../../lib/blueprint';
import { readQuestion } from '../../../lib/blueprint/question';
import { Evidence } from '../../../lib/budget/policy/evidence';

/** A deployment whose first workload was given a spare node: a change that only the plan knows of. */
const app = openApp();
const given = (key: string): string | undefined => app.node.tryGetContext(key);
const question = readQuestion({
  root: process.cwd(),
  cwd: process.cwd(),
  deployment: given('deployment') ?? 'sandbox',
  asOf: given('asOf'),
});
const workloads = question.workloads.map((ready, index) =>
  index === 0 && ready.workload.kind === 'inference'
    ? { ...ready, workload: { ...ready.workload, spareNodes: (ready.workload.spareNodes ?? 0) + 1 } }
    : ready,
);
const changed = { ...question, workloads };
const planned = planFor(changed);
addCells(app, changed, planned);
const evidence = Evidence.emptied(`${app.outdir}/headroom`);
evidence.write('plan.json', planned.kind === 'feasible' ? planned.plan : planned);
app.synth();
