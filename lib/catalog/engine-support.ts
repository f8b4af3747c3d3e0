import type { Precision } from '../workload/workload';
import type { Accelerator } from './accelerator';
import { ENGINE_SUPPORT } from './engine-support/table';
import type { ModelArchitecture } from './model';
import type { Sourced } from './sourced';

export type ServingEngine = 'vllm' | 'sglang' | 'trtllm' | 'vllm-neuron';

/** An engine that serves a precision on some generations of accelerators. */
export interface EngineSupport extends Sourced {
  readonly engine: ServingEngine;
  readonly generations: readonly Accelerator['generation'][];
  readonly precision: Precision;
  /** What matrices are multiplied in: of `weightOnly` formats, 16-bit numbers after unpacking. */
  readonly arithmetic: 'native' | 'weightOnly';
  /** `legacy`: still runs, at an engine version that gets no more features. */
  readonly status: 'current' | 'legacy';
  /** Model architectures that it is documented or measured with. @default - every architecture of the catalogue */
  readonly architectures?: readonly string[];
}

/**
 * Engines that serve a model at a precision on an accelerator, current ones first, in the table's order; none where the
 * accelerator has no figure for the arithmetic, as FP8 on Ampere.
 */
export function enginesFor(
  accelerator: Accelerator,
  model: Pick<ModelArchitecture, 'architecture'>,
  precision: Precision,
  table: readonly EngineSupport[] = ENGINE_SUPPORT,
): readonly EngineSupport[] {
  const rows = table.filter(
    (row) =>
      row.precision === precision &&
      row.generations.includes(accelerator.generation) &&
      (row.architectures?.includes(model.architecture) ?? true) &&
      multiplies(accelerator, row),
  );
  return [...rows.filter((row) => row.status === 'current'), ...rows.filter((row) => row.status === 'legacy')];
}

/** Precisions that the accelerator multiplies in, by its dense figures. */
export function nativePrecisions(accelerator: Accelerator): readonly Exclude<Precision, 'int4'>[] {
  const { denseFlopsPerSecond } = accelerator;
  return (['bf16', 'fp8', 'fp4'] as const).filter((precision) => denseFlopsPerSecond[precision] !== undefined);
}

function multiplies(accelerator: Accelerator, { precision, arithmetic }: EngineSupport): boolean {
  const needed = arithmetic === 'weightOnly' ? 'bf16' : precision;
  return nativePrecisions(accelerator).some((native) => native === needed);
}
