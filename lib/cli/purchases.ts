import { planFor } from '../blueprint';
import { readQuestion } from '../blueprint/question';
import { toJsonText } from '../report/json';
import { purchaseManifest, renderPurchases } from '../report/purchase-manifest';
import type { Asked } from './main';
import type { ExitCode, World } from './world';

/** `headroom purchases`: what a person is to buy, with the scripts; 1 when a workload has no plan. It buys nothing. */
export function purchases(asked: Asked, world: World): ExitCode {
  const planned = planFor(readQuestion({ root: world.root, cwd: world.cwd, ...asked, contract: 'none' }));
  if (planned.kind === 'infeasible') {
    world.err(`headroom: no plan for ${planned.workloads.map(({ name }) => name).join(', ')}; see headroom plan\n`);
    return 1;
  }
  const manifest = purchaseManifest(planned.plan);
  if (asked.json === true) {
    const { deployment, asOf } = planned.plan;
    world.out(toJsonText(manifest ?? { schemaVersion: 1, deployment, asOf, purchases: [] }));
  } else world.out(manifest === undefined ? 'Nothing is to be bought by hand.\n' : renderPurchases(manifest));
  return 0;
}
