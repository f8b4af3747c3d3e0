import { planFile, planFor } from '../blueprint';
import { readQuestion } from '../blueprint/question';
import { toJsonText } from '../report/json';
import { renderPlan } from '../report/plan-report';
import type { Asked } from './main';
import type { ExitCode, World } from './world';

/** `headroom plan`: 0 when every workload has a plan, 1 when one cannot have any. */
export function plan(asked: Asked, world: World): ExitCode {
  const question = readQuestion({ root: world.root, cwd: world.cwd, ...asked, contract: 'none' });
  const planned = planFor(question);
  world.out(asked.json === true ? toJsonText(planFile(question, planned)) : renderPlan(planned));
  return planned.kind === 'feasible' ? 0 : 1;
}
