import { type Catalog, findAccelerator, findInstanceType } from '../catalog/catalog';
import { expectedAllocatable, type NodeResources, nodeLabels } from '../catalog/node';
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

/** Every planned group of a cell, in the plan's order; then what may be started beside them. */
export function expectedNodes(plan: CellPlan, catalog: Catalog): readonly ExpectedNodes[] {
  return [...plan.nodeGroups, ...(plan.nodePools ?? [])].map((group) => {
    const { instanceType, size } = group;
    const type = findInstanceType(catalog, instanceType);
    return {
      labels: nodeLabels(group),
      instanceType,
      nodes: size,
      allocatable: expectedAllocatable(type, findAccelerator(catalog, type.acceleratorKey)),
    };
  });
}
