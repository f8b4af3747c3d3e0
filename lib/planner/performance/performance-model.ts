import type { Accelerator } from '../../catalog/accelerator';
import type { InstanceType } from '../../catalog/instance-type';
import type { ModelArchitecture } from '../../catalog/model';
import type { ReplicaShape } from '../plan';

/** One replica of one model on one kind of node: all that a step time depends on. */
export interface ReplicaConfiguration {
  readonly model: ModelArchitecture;
  readonly accelerator: Accelerator;
  readonly instanceType: InstanceType;
  readonly shape: ReplicaShape;
}

/** One iteration of the engine: sequences that decode a token each, and prompt tokens that ride along. */
export interface EngineStep {
  readonly decodeSequences: number;
  /** Mean tokens already in the cache of a decoding sequence. */
  readonly meanContextTokens: number;
  readonly prefillTokens: number;
  /** Prompt tokens already processed before this chunk, per sequence being prefilled. */
  readonly prefillOffsetTokens: number;
}

/** Seconds of an engine step. More memory, bandwidth or FLOP/s never makes it longer. */
export interface StepTimes {
  stepSeconds(step: EngineStep): number;
  /** What bounds a step: used to name the binding constraint. */
  boundBy(step: EngineStep): 'prefillFlops' | 'decodeBandwidth';
}

/** Whether a replica's weights, cache and reserves fit, and how much is left for the cache. */
export type MemoryFit =
  | {
      readonly fits: true;
      readonly weightsBytesPerAccelerator: number;
      /** Tokens whose keys and values the whole replica can hold. */
      readonly kvCapacityTokens: number;
      /** Bytes of per-sequence state (linear attention) on the whole replica. */
      readonly stateBytesPerSequence: number;
    }
  | { readonly fits: false; readonly reason: string };

/** The part of the planner that predicts. Replaceable without touching sizing, plan or stacks. */
export interface PerformanceModel {
  memory(configuration: ReplicaConfiguration): MemoryFit;
  /** Undefined when a figure that the prediction needs has no source; the reason names it. */
  steps(configuration: ReplicaConfiguration): StepTimes | { readonly unknown: string };
  /** Relative half-width of the prediction, with where it comes from. */
  errorBand(configuration: ReplicaConfiguration): { readonly relative: number; readonly source: string };
}
