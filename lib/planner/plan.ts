import type { Instant, Interval } from '../units/interval';
import type { AmountText } from '../units/money';
import type { Range } from '../units/range';
import type { PurchaseRequest } from '../workload/capacity';
import type { NodeScaling } from '../workload/cell';
import type { PurchaseOption } from '../workload/workload';
import type { PoolRole, Rejection, WorkloadPlan } from './workload-plan';

/** What a plan says of each workload, in a file of its own; readers of a plan import both from here. */
export type * from './workload-plan';

/** gp3 root volume of every node in a group. */
export interface RootVolume {
  readonly gibibytes: number;
  readonly iops: number;
  readonly mebibytesPerSecond: number;
}

/** An on-demand capacity reservation that the templates create. */
export interface CreatedReservation {
  readonly count: number;
  /** When it ends by itself. @default - with its stack */
  readonly end?: Instant;
}

/** Nodes of one type, bought one way, in one cell. Becomes one launch template and one EKS managed node group. */
export interface NodeGroupPlan {
  /** Unique in its cell, [a-z0-9-]; decides the logical id. */
  readonly name: string;
  readonly workload: string;
  readonly instanceType: string;
  readonly purchase: PurchaseOption;
  readonly size: Range<number>;
  /** What in the cell changes the number of nodes between min and max. @default - nothing: min, plan and max are one */
  readonly actuator?: NodeScaling['kind'];
  readonly rootVolume: RootVolume;
  /** Id (`cr-…`) of the reservation or Capacity Block that the nodes run in. A reservation may be named otherwise, as below. */
  readonly reservationId?: string;
  /** ARN of the resource group of reservations that the nodes run in. */
  readonly reservationGroupArn?: string;
  /** Ids of the reservations in that group, where they are given. */
  readonly reservationGroupIds?: readonly string[];
  /** The reservation that is made beside the group: billed from its deployment on, used or not. */
  readonly createdReservation?: CreatedReservation;
  /** When nodes can be there: while what they run in is reserved. @default - always */
  readonly during?: Interval;
  /** The Capacity Block has not started: the group is made without nodes. @default false */
  readonly awaitsStart?: boolean;
  /** Of the workload's pools, the one that runs here. @default - the workload has none */
  readonly pool?: PoolRole;
  /** Nodes that one replica spans; those of more than one are placed close together. @default 1 */
  readonly nodesPerReplica?: number;
}

/** Reserved capacity of a cell that is paid for whether it is used or not. */
export interface OwnedOffer {
  readonly cell: string;
  readonly purchase: Extract<PurchaseOption, 'capacityReservation' | 'capacityBlock'>;
  /** The id of a reservation or block, or the ARN of a resource group of reservations. */
  readonly name: string;
  readonly isResourceGroup: boolean;
  /** Ids of the reservations in the resource group, where they are given. */
  readonly reservationIds?: readonly string[];
  readonly instanceType: string;
  readonly count: number;
  readonly during: Interval;
}

/** Nodes that Karpenter may start beside the node groups. Becomes a NodePool and an EC2NodeClass. */
export interface NodePoolPlan {
  /** Unique in its cell, [a-z0-9-]. */
  readonly name: string;
  readonly workload: string;
  readonly instanceType: string;
  /** Ways to buy, each tried before the next; all are counted at the on-demand price. */
  readonly purchases: readonly Extract<PurchaseOption, 'onDemand' | 'spot'>[];
  /** From none to the pool's limit. */
  readonly size: Range<number>;
  readonly rootVolume: RootVolume;
}

/**
 * Nodes of a pool beyond its limit that are counted at max, because Karpenter checks limits a moment late (its documentation,
 * NodePools, spec.limits).
 */
export const NODE_POOL_OVERRUN_NODES = 1;

export interface CellPlan {
  readonly id: string;
  readonly region: string;
  readonly availabilityZone: string;
  readonly nodeGroups: readonly NodeGroupPlan[];
  /** What the cell owns, used or not. @default - nothing */
  readonly owned?: readonly OwnedOffer[];
  /** @default - none: nothing in the cell starts nodes beside its groups */
  readonly nodePools?: readonly NodePoolPlan[];
}

/** The most nodes with accelerators that a cell may have at any time. */
export function mostNodes({ nodeGroups, nodePools = [] }: CellPlan): number {
  const grouped = nodeGroups.reduce((sum, { size }) => sum + size.max, 0);
  return nodePools.reduce((sum, { size }) => sum + size.max + NODE_POOL_OVERRUN_NODES, grouped);
}

/** By the name that the account has for it, or by the id that all accounts share, whichever its cell gives. */
type ZoneOfPurchase =
  | { readonly availabilityZone: string; readonly availabilityZoneId?: never }
  | { readonly availabilityZoneId: string; readonly availabilityZone?: never };

/** A purchase with where it is to be made. */
export type Purchase = PurchaseRequest & {
  /** @default - a Savings Plan is bought for an organisation */
  readonly place?: { readonly region: string; readonly account?: string } & ZoneOfPurchase;
  /**
   * What as many instances cost on demand at list price, an hour and over a block's days: what it comes to without the purchase.
   * @default - no such price is known, or it is a Savings Plan, which buys no instances
   */
  readonly onDemand?: { readonly perHour: AmountText; readonly total?: AmountText };
};

/** A list price that a plan rests on. */
export interface PlannedPrice {
  /** "p5.48xlarge onDemand", "gp3 storage". */
  readonly item: string;
  readonly region: string;
  readonly usd: AmountText;
  readonly per: 'hour' | 'month';
  readonly source?: string;
  readonly asOf?: string;
}

/** The value that the stacks build from, and plan.json. Survives JSON. */
export interface CapacityPlan {
  readonly schemaVersion: 1;
  readonly deployment: string;
  readonly asOf: string;
  readonly horizon: Interval;
  readonly workloads: readonly WorkloadPlan[];
  readonly cells: readonly CellPlan[];
  /** What CloudFormation cannot buy, for a person to buy. Until it is owned, nothing is planned on it and nothing billed. */
  readonly purchases: readonly Purchase[];
  /**
   * Planned node groups only, at list price: instances, root volumes, and reservations, whole, whether they are used or not.
   * A Capacity Block is prepaid and adds nothing; spot is nothing at min and on demand above.
   */
  readonly listCost: { readonly perHour: Range<AmountText>; readonly windowTotal: Range<AmountText> };
  /**
   * The window total by what deciding otherwise could save: `marginal` comes with this plan, the rest is owed for what is owned in
   * any case, and of that `idleOwned` runs nothing. Capacity Blocks are prepaid and in none of it. @default - nothing is owned
   */
  readonly ownedCost?: { readonly marginal: Range<AmountText>; readonly idleOwned: Range<AmountText> };
  /**
   * Over the horizon, as the contract pays it: `total` with the fees of Savings Plans and reserved instances, used or not; `marginal`
   * of it comes with this plan; `idleOwned` of it is paid for and runs nothing. Blocks are prepaid and in none of it. @default - the contract
   * has neither rates nor discounts nor commitments, or withholds amounts
   */
  readonly contractCost?: {
    readonly total: Range<AmountText>;
    readonly marginal: Range<AmountText>;
    readonly idleOwned: Range<AmountText>;
  };
  /** List prices of what is planned: instances and root volumes, each with where it was read. */
  readonly prices?: readonly PlannedPrice[];
}

/** The plan, or the honest answer that there is none for some workloads. */
export type PlanResult =
  | { readonly kind: 'feasible'; readonly plan: CapacityPlan }
  | {
      readonly kind: 'infeasible';
      readonly workloads: readonly { readonly name: string; readonly rejected: readonly Rejection[] }[];
    };
