import type { Range } from '../../units/range';
import type { PurchaseOption } from '../../workload/workload';
import type { Rejection, RootVolume, WorkloadPlan } from '../plan';
import type { Cost } from './node-cost';

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
}

/** What was decided for one workload, or that nothing could be. */
export type PlannedWorkload =
  | {
      readonly kind: 'planned';
      readonly plan: WorkloadPlan;
      readonly nodeGroups: readonly PlannedNodes[];
      readonly cost: Cost;
    }
  | { readonly kind: 'infeasible'; readonly name: string; readonly rejected: readonly Rejection[] };
