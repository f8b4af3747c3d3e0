import { mapRange, type Range } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { PurchaseOption, ReservationToCreate } from '../../workload/workload';
import type { OwnedOffer, PoolRole, Rejection, RootVolume, WorkloadPlan } from '../plan';
import type { NodePurchase } from './node-prices';

/** Nodes of a workload in one cell. */
export interface PlannedNodes {
  readonly cell: string;
  readonly instanceType: string;
  readonly purchase: PurchaseOption;
  /** The most there are. */
  readonly nodes: number;
  /** Of capacity that something in the cell adds and removes. @default - always the most */
  readonly size?: Range<number>;
  readonly rootVolume: RootVolume;
  /** What they run in. @default - they are bought */
  readonly offer?: OwnedOffer;
  /** They carry the floor beside nodes that are bought another way. */
  readonly isFloor?: true;
  /** Nodes that work as one. @default - those of the plan's shape */
  readonly nodesPerReplica?: number;
  /** Of the workload's pools, the one that runs here. @default - the workload has none */
  readonly pool?: PoolRole;
  /** They run in a reservation that is made for them. @default - none is */
  readonly createReservation?: ReservationToCreate;
}

/** What was decided for one workload, or that nothing could be. */
export type PlannedWorkload =
  | {
      readonly kind: 'planned';
      readonly plan: WorkloadPlan;
      readonly nodeGroups: readonly PlannedNodes[];
    }
  | { readonly kind: 'infeasible'; readonly name: string; readonly rejected: readonly Rejection[] };

/** How the nodes of one cell are made, however they are bought. */
export interface NodeKind extends Pick<PlannedNodes, 'instanceType' | 'rootVolume' | 'nodesPerReplica' | 'pool'> {
  readonly createReservation: ReservationToCreate | undefined;
  /** All nodes of the cell, where something adds and removes those that are bought. @default - always the most */
  readonly elastic?: Range<number> | undefined;
}

/** The nodes of one cell as groups: one for each way in which they are bought. */
export function plannedNodes(
  { id: cell }: Pick<Cell, 'id'>,
  purchases: readonly NodePurchase[],
  { createReservation, elastic, ...shared }: NodeKind,
): readonly PlannedNodes[] {
  const isFixed = ({ offer, isFloor }: NodePurchase) => offer !== undefined || isFloor === true;
  const fixed = purchases.reduce((sum, one) => sum + (isFixed(one) ? one.nodes : 0), 0);
  return purchases.map((one) => {
    const { purchase, nodes, offer, isFloor } = one;
    const group = { cell, ...shared, purchase, nodes };
    if (offer !== undefined) return { ...group, offer };
    return {
      ...group,
      ...(isFloor === true ? { isFloor } : {}),
      // What is owned or carries the floor is there in the quietest hour too, so that only nodes beyond it come and go.
      ...(elastic === undefined || isFixed(one) ? {} : { size: mapRange(elastic, (all) => Math.max(0, all - fixed)) }),
      ...(purchase === 'capacityReservation' && createReservation !== undefined ? { createReservation } : {}),
    };
  });
}
