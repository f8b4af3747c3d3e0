import { type Catalog, findAccelerator, findInstanceType } from '../catalog/catalog';
import { expectedAllocatable, hugeMebibytes, hugePages, type NodeResources, nodeLabels } from '../catalog/node';
import type { CellPlan } from '../planner/plan';
import type { Range } from '../units/range';
import { podsPerNode, type ServedWorkload, usesEfa } from './served-workload';

/** What the nodes of a group must report once their device plug-ins run; a check after a deploy compares. */
export interface ExpectedNodes {
  /** Selects the group's nodes. */
  readonly labels: Readonly<Record<string, string>>;
  readonly instanceType: string;
  readonly nodes: Range<number>;
  /** Of each node; of huge pages at least so many. */
  readonly allocatable: NodeResources & { readonly 'hugepages-2Mi'?: string };
}

/** Every planned group of a cell, in the plan's order; then what may be started beside them. */
export function expectedNodes(
  plan: CellPlan,
  catalog: Catalog,
  served: readonly ServedWorkload[],
): readonly ExpectedNodes[] {
  return [...plan.nodeGroups, ...(plan.nodePools ?? [])].map((group) => {
    const { instanceType, size } = group;
    const type = findInstanceType(catalog, instanceType);
    return {
      labels: nodeLabels(group),
      instanceType,
      nodes: size,
      allocatable: {
        ...expectedAllocatable(type, findAccelerator(catalog, type.acceleratorKey)),
        ...pagesOf(group, served),
      },
    };
  });
}

/** For all pods of a node that use EFA: images are said to set them aside, and no source says how many. */
function pagesOf(
  { workload, pool }: { readonly workload: string; readonly pool?: string },
  served: readonly ServedWorkload[],
): { readonly 'hugepages-2Mi'?: string } {
  const here = served.find((each) => each.workload.name === workload && each.pool === pool);
  if (here === undefined || !usesEfa(here)) return {};
  const pods = podsPerNode(here);
  return hugePages(pods * hugeMebibytes(pods));
}
