import type { TokenLengths } from './tokens';
import type { Traffic } from './traffic';

/** Precision of weights and matrix multiplications. `int4` is weight-only. */
export type Precision = 'bf16' | 'fp8' | 'fp4' | 'int4';

/** How a node is bought, in EC2's terms. */
export type PurchaseOption = 'onDemand' | 'spot' | 'capacityReservation' | 'capacityBlock';

/** A latency promise: at `percentile` (0–100) of requests, at most this long. */
export interface LatencyTarget {
  readonly percentile: number;
  readonly seconds: number;
}

/** Service level objective. `ttft`: request sent → first token, queueing included. `tpot`: per-request mean after it. */
export interface Slo {
  readonly ttft: LatencyTarget;
  readonly tpot: LatencyTarget;
}

/** A catalogue id ("Qwen/Qwen3-8B") or a Hugging Face `config.json` file. */
export type ModelReference = { readonly id: string } | { readonly configFile: string };

/** An on-demand capacity reservation that the templates create: billed from its deployment on, used or not. */
export interface ReservationToCreate {
  /** UTC date or instant, not before the deployment ends. @default - it ends with its stack */
  readonly end?: string;
}

/** How far a served workload counts on nodes that AWS may take back. */
export interface SpotAllowance {
  /** Share of a cell's nodes that may be interrupted at once, 0–1: no more of them are spot. @default 1 */
  readonly interruptionAllowance?: number;
  /** Lets the floor, what the quietest hour needs with the whole spare, stand on spot too. @default false */
  readonly floor?: boolean;
}

/** Where a workload may run and how its capacity may be bought. */
export interface Placement {
  /** Ids of the deployment's cells; replicas are spread over them evenly. */
  readonly cells: readonly string[];
  readonly purchaseOptions: readonly PurchaseOption[];
  /** Restricts instance families ("p5en", "trn1"). @default - every family the catalogue has */
  readonly instanceFamilies?: readonly string[];
  /**
   * Creates a reservation for what the purchase option `capacityReservation` does not find owned. Its deployment fails where
   * the zone has no capacity. @default - only owned reservations are used
   */
  readonly createReservation?: ReservationToCreate;
  /** How far spot carries a served workload. @default - all nodes above the floor */
  readonly spot?: SpotAllowance;
  /**
   * Why floor and spare of a served workload may stand on P or Trn capacity that nobody has promised. @default - they are
   * reserved: owned, or in a reservation that is created
   */
  readonly bestEffortFloor?: string;
  /**
   * Prefill and decode of a served model may run on servers of their own where that is cheaper: vLLM on types with EFA, in one cell,
   * with the routing that pools need. @default false: every replica does both
   */
  readonly disaggregation?: boolean;
  /**
   * Has the plan say whether short and long prompts on hardware of their own would cost less; `splitByPrompt` then makes two
   * workloads of one. It is several searches more. @default false
   */
  readonly proposeSplit?: boolean;
  /** Instance types that AWS does not publish as launchable but this deployment insists on. @default - none */
  readonly unverifiedInstanceTypes?: readonly string[];
}

/** A model served to traffic under an SLO. */
export interface InferenceWorkload {
  readonly kind: 'inference';
  readonly name: string;
  readonly model: ModelReference;
  readonly precision: Precision | 'any';
  readonly traffic: Traffic;
  /** Share by which the traffic grows every month, compounded from the first month of the deployment; below 0 it shrinks. @default 0 */
  readonly growthPerMonth?: number;
  readonly tokens: TokenLengths;
  /** Share of prompt tokens found in the prefix cache, 0–1. */
  readonly prefixCacheHitFraction: number;
  readonly slo: Slo;
  readonly placement: Placement;
  /**
   * Probability with which the promise shall be kept although step times are predictions: sizes against as much of the
   * performance model's error band. At least 0.5 and below 1. @default 0.9
   */
  readonly confidence?: number;
  /** Share of replicas kept above what the peak needs, 0–1. @default 0 */
  readonly spareFraction?: number;
  /** Nodes kept above that, so that losing as many breaks no promise. @default 0 */
  readonly spareNodes?: number;
  /**
   * The largest thing whose loss breaks no promise, at the peak: what is left of all replicas, other spare included, then still
   * carries it. Its traffic goes to the cells that are left. @default - nothing beyond the spare above
   */
  readonly survives?: Survives;
}

/** What may be lost at once: a node, the accelerators' zone of a cell with all cells in it, or a region. */
export type Survives = 'node' | 'cell' | 'region';

/** A training run with a deadline; sized from 6·N·D FLOPs. */
export interface TrainingWorkload {
  readonly kind: 'training';
  readonly name: string;
  /** Parameters that take part in a token's forward pass. */
  readonly activeParameters: number;
  /** All parameters, experts that rest too: what memory and checkpoints hold. @default - the active ones */
  readonly totalParameters?: number;
  readonly trainingTokens: number;
  readonly start: string;
  readonly deadline: string;
  readonly precision: Extract<Precision, 'bf16' | 'fp8'>;
  /** Model FLOP/s utilization, 0–1, with where the figure comes from. */
  readonly mfu: { readonly fraction: number; readonly source: string };
  /**
   * How checkpoints are written, while nothing is computed. @default - over S3 connections of every node, as often as Young's rule
   * says
   */
  readonly checkpoint?: {
    /** Of all nodes together. @default - what their connections to S3 are stated to give */
    readonly bytesPerSecond?: number;
    /** From the end of one to the start of the next. @default - the best interval for its length and the failures */
    readonly everySeconds?: number;
    readonly source: string;
  };
  /** How often nodes fail, and what that costs beside what was not yet written. @default - as in the training of Llama 3 */
  readonly failures?: {
    readonly hoursBetweenFailuresOfNode: number;
    readonly restartSeconds: number;
    readonly source: string;
  };
  /** Nodes are reserved on P and Trn, in blocks or reservations, unless `bestEffortFloor` says why not. */
  readonly placement: Placement;
}

/** Instances held for something outside the planner. */
export interface ReservedBlockWorkload {
  readonly kind: 'reservedBlock';
  readonly name: string;
  readonly instanceType: string;
  readonly count: number;
  readonly purpose: string;
  readonly placement: Placement;
}

export type Workload = InferenceWorkload | TrainingWorkload | ReservedBlockWorkload;
