import { type Catalog, findInstanceType } from '../catalog/catalog';
import { networkLayout } from '../catalog/network-layout';
import { type CellPlan, NODE_POOL_OVERRUN_NODES } from '../planner/plan';
import type { Cell } from '../workload/cell';
import type { NodeDemand } from './node-demand';

/**
 * Nodes that Karpenter may start, at the limit of each pool and the node by which it may overrun it. A pool that buys in several
 * ways can fill any one of their quotas by itself; its interfaces and volumes are there once.
 */
export function nodePoolDemands(
  cells: readonly Cell[],
  plans: readonly CellPlan[],
  catalog: Catalog,
): readonly NodeDemand[] {
  return plans.flatMap(({ id, nodePools = [] }) => {
    const cell = cells.find((one) => one.id === id);
    if (cell === undefined) return [];
    return nodePools.flatMap(({ name, instanceType, purchases, size, rootVolume }) =>
      purchases.map(
        (market, index): NodeDemand => ({
          account: cell.account,
          region: cell.region,
          cell: id,
          name,
          instanceTypes: [instanceType],
          market,
          most: size.max + NODE_POOL_OVERRUN_NODES,
          surge: 0,
          interfacesPerNode: index > 0 ? 0 : networkLayout(findInstanceType(catalog, instanceType)).length,
          gp3GibibytesPerNode: index > 0 ? 0 : rootVolume.gibibytes,
          zones: cell.availabilityZones.slice(0, 1),
          reservationId: undefined,
          inNodeGroup: false,
        }),
      ),
    );
  });
}
