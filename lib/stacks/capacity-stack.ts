import type { Construct } from 'constructs';
import type { Catalog } from '../catalog/catalog';
import { AcceleratorNodeGroup, type NodeHome } from '../constructs/accelerator-node-group';
import type { Protection } from '../constructs/protection';
import type { NodeGroupPlan } from '../planner/plan';
import type { Cell } from '../workload/cell';
import { CellPart } from './cell-part';

export interface CapacityStackProps {
  readonly cell: Cell;
  readonly nodeGroups: readonly NodeGroupPlan[];
  readonly home: NodeHome;
  readonly catalog: Catalog;
  readonly protection: Protection;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Comes and goes with the plan: some of the cell's node groups, each with its launch template.
 *
 * As protected as the cluster: `cdk destroy` of a cell starts here, and would take every node before the cluster refuses.
 */
export class CapacityStack extends CellPart {
  constructor(scope: Construct, part: string, props: CapacityStackProps) {
    const { cell, nodeGroups, home, catalog, protection, tags } = props;
    super(scope, part, {
      cell,
      description: `Accelerator nodes of cell ${cell.id}`,
      suppressTemplateIndentation: true,
      terminationProtection: protection.deletionProtection,
    });
    const { removalPolicy: reservationRemoval } = protection;
    for (const plan of nodeGroups) {
      const amiRelease = cell.amiReleases?.[plan.workload];
      const pinned = amiRelease === undefined ? {} : { amiRelease };
      new AcceleratorNodeGroup(this, plan.name, { plan, home, catalog, tags, reservationRemoval, ...pinned });
    }
  }
}
