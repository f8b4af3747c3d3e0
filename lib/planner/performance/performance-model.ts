import type { Accelerator } from '../../catalog/accelerator';
import type { InstanceType } from '../../catalog/instance-type';
import type { ModelArchitecture } from '../../catalog/model';
import type { ReplicaShape, StepBasis } from '../plan';

/** One replica of one model on one kind of node: all that a step time depends on. */
export interface ReplicaConfiguration {
  readonly model: ModelArchitecture;
  readonly accelerator: Accelerator;
  readonly instanceType: InstanceType;
  readonly shape: ReplicaShape;
}

/** One iteration of the engine: sequences that decode a token each, and prompt tokens that ride along. */
export interface EngineStep {
  /** On the whole replica; the mean may be a fraction. */
  readonly decodeSequences: number;
  /** Mean tokens already in the cache of a decoding sequence. */
  readonly meanContextTokens: number;
  /** On the whole replica. */
  readonly prefillTokens: number;
  /** Attention-data-parallel ranks that the prompt tokens are spread over: one prompt is on one. @default 1 */
  readonly prefillRanks?: number;
  /** Prompt tokens already processed before this chunk, per sequence being prefilled. */
  readonly prefillOffsetTokens: number;
}

/** Seconds of an engine step. More memory, bandwidth or FLOP/s never makes it longer. */
export interface StepTimes {
  stepSeconds(step: EngineStep): number;
  /** What bounds a step: used to name the binding constraint. */
  boundBy(step: EngineStep): 'prefillFlops' | 'decodeBandwidth';
  /** What an engine is measured to add before a first token, beside its steps. Negative where it overlaps. @default 0 */
  firstTokenLagSeconds?(point: LoadedEngine): number;
}

/** An engine at a load, as far as what comes before a first token depends on it. */
export interface LoadedEngine {
  /** Mean sequences decoding, and requests in flight with those that prefill. */
  readonly concurrency: number;
  readonly inFlight: number;
  readonly meanTpotSeconds: number;
  /** Mean of the steps in which a prompt is processed. */
  readonly meanPrefillSeconds: number;
  readonly meanPromptTokens: number;
  /** Steps that a prompt takes part in. */
  readonly meanChunks: number;
  /** A step without prompts. */
  readonly decodeSeconds: number;
}

/** Whether a replica's weights, cache and reserves fit, and how much is left for the cache. */
export type MemoryFit =
  | {
      readonly fits: true;
      readonly weightsBytesPerAccelerator: number;
      /** Tokens whose keys and values the whole replica can hold, no window counted. */
      readonly kvCapacityTokens: number;
      /** Bytes of per-sequence state (linear attention) on the rank that holds the most of it. */
      readonly stateBytesPerSequence: number;
      /** Bytes left for caches and state: the fullest rank's, times the groups that hold sequences of their own. */
      readonly cacheBytes: number;
      /** What one sequence takes of them at a length: windows cap it, state starts it. */
      cacheBytesPerSequence(tokens: number): number;
      /** The assumptions behind it that a server can be set to. */
      readonly assumed?: { readonly memoryFraction: number; readonly cacheBytesPerValue: number };
    }
  | { readonly fits: false; readonly reason: string };

/** What the server's scheduler admits; the plan sets the same limits there. */
export interface SchedulerLimits {
  /** One per attention-data-parallel rank. */
  readonly schedulers: number;
  /** Tokens of one step of one scheduler: decodes and prompt chunks together. */
  readonly stepTokens: number;
  /** Requests in flight of one scheduler. */
  readonly sequences: number;
}

/** The part of the planner that predicts. Replaceable without touching sizing, plan or stacks. */
export interface PerformanceModel {
  /** @returns `unknown` when the accelerator's memory has no source. */
  memory(configuration: ReplicaConfiguration): MemoryFit | { readonly unknown: string };
  /** Undefined when a figure that the prediction needs has no source; the reason names it. */
  steps(configuration: ReplicaConfiguration): StepTimes | { readonly unknown: string };
  scheduling(configuration: ReplicaConfiguration): SchedulerLimits;
  /** How close a replica's step times are to measurements. @default 'roofline' */
  basis?(configuration: ReplicaConfiguration): StepBasis;
  /**
   * The factor by which true step times are longer than predicted, or less, in a share `confidence` of cases.
   * @default - a lognormal error of which `errorBand` is the one-sided 90 % end
   */
  slowdown?(configuration: ReplicaConfiguration, confidence: number): number;
  /** Relative half-width of the prediction, with where it comes from. */
  errorBand(configuration: ReplicaConfiguration): { readonly relative: number; readonly source: string };
}
