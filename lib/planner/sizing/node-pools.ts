import { Problem } from '../../problem';
import { fixed, mapRange, type Range } from '../../units/range';
import type { Cell, KarpenterScaling } from '../../workload/cell';
import type { PurchaseOption } from '../../workload/workload';
import type { NodePoolPlan } from '../plan';
import { withSuffix } from './group-names';
import type { PlannedNodes } from './planned-workload';

/** How many of a group's nodes stand in the group, and what Karpenter may start beside it. */
export interface Split {
  readonly size: Range<number>;
  readonly pool: NodePoolPlan | undefined;
}

/** In the order that Karpenter itself tries them. */
const STARTED_BY_KARPENTER = ['spot', 'onDemand'] as const;

/**
 * Divides planned nodes between a managed group and Karpenter: the group keeps the least, Karpenter has the rest and what the
 * cell allows beyond the peak. A pool that could never start a node is none.
 */
export function splitNodes(
  name: string,
  workload: string,
  planned: PlannedNodes,
  { nodeScaling }: Cell,
  purchaseOptions: readonly PurchaseOption[],
): Split {
  const size = planned.size ?? fixed(planned.nodes);
  if (nodeScaling?.kind !== 'karpenter') return { size, pool: undefined };
  const extra = burstOf(nodeScaling, workload);
  const beside = mapRange(size, (nodes, bound) => nodes - size.min + (bound === 'max' ? extra : 0));
  if (beside.max === 0) return { size, pool: undefined };
  const { instanceType, rootVolume } = planned;
  const allowed = STARTED_BY_KARPENTER.filter((option) => purchaseOptions.includes(option));
  const purchases = allowed.length === 0 ? (['onDemand'] as const) : allowed;
  return {
    size: fixed(size.min),
    pool: { name: withSuffix(name, 'burst'), workload, instanceType, purchases, size: beside, rootVolume },
  };
}

/** Nodes beyond the peak's that a cell allows a workload. @throws Problem InvalidDeployment for a number that is none */
export function burstOf({ burstNodes = {} }: KarpenterScaling, workload: string): number {
  const nodes = burstNodes[workload] ?? 0;
  if (Number.isInteger(nodes) && nodes >= 0) return nodes;
  throw new Problem(
    'InvalidDeployment',
    `workload ${workload} is to burst by ${nodes} nodes; give a whole number of at least 0`,
  );
}
