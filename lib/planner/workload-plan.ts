import type { Instant, Interval } from '../units/interval';
import type { AmountText } from '../units/money';
import type { Range } from '../units/range';
import type { Precision, PurchaseOption, Survives } from '../workload/workload';

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
  /** At what the contract pays, which is list price without one; spot at its declared rate. */
  readonly savesUsd: AmountText;
}

/** Why a candidate lost. `reason` is one sentence with the numbers in it. */
export interface Rejection {
  readonly candidate: string;
  readonly code:
    | 'DoesNotFit'
    | 'SloMissed'
    | 'DeadlineMissed'
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

/** Step times that a replica was sized on: latencies of the plan are those at their slow end. */
export interface SizedOn {
  readonly basis: StepBasis;
  /** Probability that true step times are no longer than taken, by the error band. */
  readonly confidence: number;
  /** Taken over predicted step times. */
  readonly slowdown: number;
}

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

/** How long it takes from the request for a node to a replica that serves on it. */
export interface Replacement {
  /** Of the published checkpoint. */
  readonly weightBytes: number;
  /** How the weights come, and how long that takes; null where nothing states the rate. */
  readonly weights: { readonly bytesPerSecond: number; readonly source: string; readonly seconds: number } | null;
  /** Of node and engine: a judgement. */
  readonly startSeconds: number;
  /** All of it. Nodes that come and go are asked for so much ahead of their load. @default - not known: an hour more than the start */
  readonly leadSeconds?: number;
}

/** What is kept for what may be lost. */
export interface Resilience {
  /** Replicas that carry the peak within the SLO. */
  readonly neededReplicas: number;
  /** Running beside them at the peak. */
  readonly spareReplicas: number;
  /** What was asked for. @default - the spare alone */
  readonly survives?: Survives;
  /** Replicas that are left at the peak without the fullest node, zone or region: what survives, a node where nothing was asked. */
  readonly leftAfterLoss: number;
  readonly replacement: Replacement;
}

/** What a training run comes to on its nodes. */
export interface TrainingProgress {
  /** 6 · N · D, of active parameters. */
  readonly flops: number;
  readonly mfu: { readonly fraction: number; readonly source: string };
  /** Of the time, in which what is computed is kept: what checkpoints and failures leave. */
  readonly usefulShare: number;
  readonly checkpointSeconds: number;
  readonly checkpointEverySeconds: number;
  /** Of all nodes together. */
  readonly hoursBetweenFailures: number;
  readonly restartSeconds: number;
  /** Where failures and rates come from. */
  readonly source: string;
  /** Expected, on these nodes. */
  readonly ends: Instant;
}

/** A Savings Plan that nobody has bought, for nodes that run in every hour. Nothing is planned on it. */
export interface SavingsPlanProposal {
  readonly nodes: number;
  readonly rate: string;
  readonly commitmentUsdPerHour: AmountText;
  /** Over the horizon, against the price on demand that the contract pays. */
  readonly savesUsd: AmountText;
}

/**
 * Prompts up to a length and longer ones as two workloads, each on hardware of its own: for a person to decide, because requests
 * must then be sent by their length.
 */
export interface SplitProposal {
  readonly atTokens: number;
  /** Of the requests. */
  readonly shortShare: number;
  readonly short: SplitPart;
  readonly long: SplitPart;
  /** Over the horizon at the peak's size, at what the contract pays. */
  readonly savesUsd: AmountText;
}

export interface SplitPart {
  readonly shape: ReplicaShape;
  readonly replicas: number;
  readonly nodes: number;
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
  /** Of each cell, in the order of the placement. @default - dealt out evenly */
  readonly replicasByCell?: readonly { readonly cell: string; readonly replicas: Range<number> }[];
  readonly assuredReplicas: number;
  /** Of serving. @default - nothing is served */
  readonly resilience?: Resilience;
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
  /** Keys and values that go from pool to pool over EFA, all of it counted in the first token. @default - no pools */
  readonly cacheTransfer?: {
    readonly meanBytes: number;
    readonly longestBytes: number;
    /** Of one server's share of its node, on either side. */
    readonly prefillBytesPerSecond: number;
    readonly decodeBytesPerSecond: number;
    /** Of the longest prompt, on both sides one after the other, with the latency of a message on each. */
    readonly longestSeconds: number;
  };
  readonly ttftSeconds: LatencyEstimate | null;
  readonly tpotSeconds: LatencyEstimate | null;
  /** The SLO, and what is predicted for it at the peak. */
  readonly slo: { readonly ttft: Promised; readonly tpot: Promised } | null;
  /** Relative half-width of the estimate and where it comes from. */
  readonly errorBand: { readonly relative: number; readonly source: string } | null;
  /** @default - nothing on demand runs always, no rate is known, or none saves anything */
  readonly savingsPlanProposal?: SavingsPlanProposal;
  /** @default - none was asked for, or none saves anything */
  readonly splitProposal?: SplitProposal;
  /** Of training. @default - nothing is trained */
  readonly training?: TrainingProgress;
  /** What it was sized on. @default - nothing is served */
  readonly sizedOn?: SizedOn;
  /** @default - none: it may not be bought in blocks, runs in those it owns, or is on a type that is not sold so */
  readonly blockProposals?: readonly BlockProposal[];
  readonly binding: BindingConstraint;
  /** Each constraint alone, of serving. @default - nothing is served */
  readonly relaxations?: readonly Relaxation[];
  readonly rejected: readonly Rejection[];
}
