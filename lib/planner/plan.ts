import type { Instant, Interval } from '../units/interval';
import type { AmountText } from '../units/money';
import type { Range } from '../units/range';
import type { PurchaseRequest } from '../workload/capacity';
import type { NodeScaling } from '../workload/cell';
import type { PurchaseOption } from '../workload/workload';
import type { PoolRole, Rejection, WorkloadPlan } from './workload-plan';

/** What a plan says of each workload, in a file of its own; readers of a plan import both from here. */
export type * from './workload-plan';
export type Engine = 'vllm' | 'sglang' | 'trtllm' | 'vllm-neuron';

/** How one replica is laid over accelerators. On Neuron, `tensorParallel` counts logical cores. */
export interface ReplicaShape {
  readonly instanceType: string;
  readonly acceleratorsPerReplica: number;
  readonly nodesPerReplica: number;
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
  readonly expertParallel: number;
  readonly attentionDataParallel: number;
  readonly precision: Precision;
  readonly engine: Engine;
}

/** Capacity on P and Trn may not be there on demand: `reserved` is promised, `bestEffort` is not. */
export type Assurance = 'reserved' | 'bestEffort';

/** The limit that stopped a replica from taking more load, or the fleet from being smaller. */
export type BindingConstraint =
  | 'memory'
  | 'prefillFlops'
  | 'decodeBandwidth'
  | 'ttft'
  | 'tpot'
  | 'spare'
  | 'purchaseUnit'
  | 'requested';

/** What the chosen shape would save over the horizon, were one constraint a tenth easier. `requested` is the load. */
export interface Relaxation {
  readonly constraint: BindingConstraint;
  /** At list price, spot at its declared rate. */
  readonly savesUsd: AmountText;
}

/** Why a candidate lost. `reason` is one sentence with the numbers in it. */
export interface Rejection {
  readonly candidate: string;
  readonly code:
    | 'DoesNotFit'
    | 'SloMissed'
    | 'NotOffered'
    | 'Unpriced'
    | 'NotReserved'
    | 'Unverified'
    | 'UnsupportedPrecision'
    | 'UnknownHardware'
    | 'Dearer'
    | 'NotShardable';
  readonly reason: string;
}

export interface LatencyEstimate {
  readonly p50: number;
  readonly p99: number;
}

/**
 * What step times rest on: coefficients fitted to measurements of this accelerator and engine, of near ones, or of the
 * generation and data sheets; or rooflines at stated efficiencies.
 */
export type StepBasis = 'calibrated' | 'interpolated' | 'extrapolated' | 'roofline';

/** Settings of a server that its predicted load and latency rest on. */
export interface EngineLimits {
  /** Tokens of one step of one scheduler: decodes and prompt chunks together. */
  readonly stepTokens: number;
  /** Share of accelerator memory that the engine may take, 0–1; absent where the model does not say. */
  readonly memoryFraction?: number;
  /** Of a key or a value in the cache. */
  readonly cacheBytesPerValue?: number;
}

/** A latency target as the deployment states it, with the latency that is predicted at its percentile. */
export interface Promised {
  readonly percentile: number;
  readonly seconds: number;
  readonly predictedSeconds: number;
}

/** Which part of each request a pool of replicas does: `prefill` reads prompts, `decode` writes answers. */
export type PoolRole = 'prefill' | 'decode';

/** Replicas that do one part of each request, on node groups of their own. */
export interface ServingPool {
  readonly role: PoolRole;
  readonly shape: ReplicaShape;
  readonly replicas: Range<number>;
  /** Requests in flight on one replica of the pool; what its admission limit is set to. */
  readonly concurrencyPerReplica: number | null;
  /** What the estimate takes the pool's servers to be set to. @default - the engine's own defaults */
  readonly engineLimits?: EngineLimits;
}

/** How many replicas a workload needs when; each with the whole spare. */
export interface ReplicasOverTime {
  /** Of the first month: 24 or 168 hours from midnight UTC (of Monday), or the hours of a trace. @default - the traffic has no shape */
  readonly byHour?: readonly number[];
  /** Months of the horizon: the fewest, the mean over the hours rounded up, and the most. */
  readonly byMonth: readonly { readonly start: Instant; readonly replicas: Range<number> }[];
  /** What an autoscaler is set to: over the whole horizon the fewest, the mean rounded up and the most. */
  readonly autoscaler: Range<number>;
  /** How nodes of the first month are best paid for; absent where the traffic has no shape or nothing is bought. */
  readonly commitment?: Commitment;
}

/**
 * Nodes that are cheaper committed to for every hour, and node-hours that are cheaper bought as they come. The n-th node is
 * committed to when the share of hours in which n nodes are needed is at least committed rate / hourly rate.
 */
export interface Commitment {
  readonly nodesCommitted: number;
  /** Of one repetition of the shape, beyond the committed nodes. */
  readonly nodeHoursByTheHour: number;
  /** Hours of one repetition. */
  readonly hours: number;
  /**
   * Of the committed rate, the cheapest that is known in every region; without one only nodes that are needed in every hour are
   * committed to.
   */
  readonly rate?: string;
  /** Instances alone, of one repetition: as split here, and all bought as they come, on demand. */
  readonly cost?: { readonly split: AmountText; readonly byTheHour: AmountText };
}

/**
 * A Capacity Block that nobody has bought, beside what is planned instead: nothing is planned on it and nothing billed. It is paid
 * whole when it is bought, can be neither changed nor given back, and is a quote's to price.
 */
export interface BlockProposal {
  readonly cell: string;
  readonly instanceType: string;
  readonly count: number;
  /** Of at most 64 instances each. */
  readonly blocks: number;
  readonly days: number;
  readonly during: Interval;
  /** AWS ends its instances then. */
  readonly instancesEnd: Instant;
  /** Offered at most eight weeks ahead. */
  readonly buyableFrom: Instant;
  /** Of all instances at the published rate; null where none is known: then it is offered to nobody. */
  readonly upfrontUsd: AmountText | null;
  /** The same instances and hours on demand; null where that has no price. */
  readonly fallbackUsd: AmountText | null;
}

/** What was chosen for one workload. Fields that only serving has are null on training and reserved blocks. */
export interface WorkloadPlan {
  readonly name: string;
  readonly kind: 'inference' | 'training' | 'reservedBlock';
  readonly model: string | null;
  readonly shape: ReplicaShape | null;
  readonly replicas: Range<number>;
  /** Where the traffic has a shape or grows. @default - one load at all times but the peak */
  readonly overTime?: ReplicasOverTime;
  readonly assuredReplicas: number;
  readonly purchase: readonly {
    readonly option: PurchaseOption;
    readonly assurance: Assurance;
    readonly nodes: number;
  }[];
  /** Requests per second one replica carries within the SLO. */
  readonly requestsPerSecondPerReplica: number | null;
  /** Requests in flight on one replica at that load; what the server's admission limit is set to. */
  readonly concurrencyPerReplica: number | null;
  /** What the estimate takes the server to be set to. @default - the engine's own defaults */
  readonly engineLimits?: EngineLimits;
  /**
   * One pool of each role, where prefill and decode are apart; shape, replicas, concurrency and limits above are then those of
   * the decode pool. @default - every replica does both
   */
  readonly pools?: readonly ServingPool[];
  readonly ttftSeconds: LatencyEstimate | null;
  readonly tpotSeconds: LatencyEstimate | null;
  /** The SLO, and what is predicted for it at the peak. */
  readonly slo: { readonly ttft: Promised; readonly tpot: Promised } | null;
  /** Relative half-width of the estimate and where it comes from. */
  readonly errorBand: { readonly relative: number; readonly source: string } | null;
  /** What the step times that it was sized on rest on. @default - nothing is served */
  readonly basis?: StepBasis;
  /** @default - none: it may not be bought in blocks, runs in those it owns, or is on a type that is not sold so */
  readonly blockProposals?: readonly BlockProposal[];
  readonly binding: BindingConstraint;
  /** Each constraint alone, of serving. @default - nothing is served */
  readonly relaxations?: readonly Relaxation[];
  readonly rejected: readonly Rejection[];
}

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
}

/** The plan, or the honest answer that there is none for some workloads. */
export type PlanResult =
  | { readonly kind: 'feasible'; readonly plan: CapacityPlan }
  | {
      readonly kind: 'infeasible';
      readonly workloads: readonly { readonly name: string; readonly rejected: readonly Rejection[] }[];
    };
