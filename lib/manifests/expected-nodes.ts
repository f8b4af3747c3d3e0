import { type Catalog, findAccelerator, findInstanceType } from '../catalog/catalog';
import { expectedAllocatable, NODE_LABEL, type NodeResources } from '../catalog/node';
import type { CellPlan } from '../planner/plan';
import type { Range } from '../units/range';

/** What the nodes of a group must report once their device plug-ins run; a check after a deploy compares. */
export interface ExpectedNodes {
  /** Selects the group's nodes. */
  readonly labels: Readonly<Record<string, string>>;
  readonly instanceType: string;
  readonly nodes: Range<number>;
  /** Of each node. */
  readonly allocatable: NodeResources;
}

/** Every planned group of a cell, in the plan's order. */
export function expectedNodes(plan: CellPlan, catalog: Catalog): readonly ExpectedNodes[] {
  return plan.nodeGroups.map(({ name, workload, instanceType, size }) => {
    const type = findInstanceType(catalog, instanceType);
    return {
      labels: { [NODE_LABEL.nodeGroup]: name, [NODE_LABEL.workload]: workload },
      instanceType,
      nodes: size,
      allocatable: expectedAllocatable(type, findAccelerator(catalog, type.acceleratorKey)),
    };
  });
}
