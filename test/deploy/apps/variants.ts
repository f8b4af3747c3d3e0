import { openApp } from '../../../lib/blueprint';
import { Evidence } from '../../../lib/budget/policy/evidence';
import { defaultCatalog } from '../../../lib/catalog/catalog';
import { CellStage } from '../../../lib/stacks/cell-stage';
import { VARIANTS_PLAN, variantsCell } from '../variants';

/** One cell, of a plan by hand, in the network that the context names: its VPC and two subnets. */
const app = openApp();
const [vpcId = '', first = '', second = ''] = String(app.node.tryGetContext('network')).split(',');
const cell = variantsCell({ vpcId, subnetIds: [first, second] });
new CellStage(app, cell.id, {
  cell,
  plan: VARIANTS_PLAN,
  catalog: defaultCatalog,
  servedWorkloads: ['chat'],
  tags: { 'headroom:deployment': 'variants' },
});
Evidence.emptied(`${app.outdir}/headroom`).write('plan.json', { cells: [VARIANTS_PLAN] });
app.synth();
