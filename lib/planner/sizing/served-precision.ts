import type { Accelerator } from '../../catalog/accelerator';
import type { ModelArchitecture } from '../../catalog/model';
import type { Precision } from '../../workload/workload';
import type { Engine } from '../plan';

export const PRECISIONS: readonly Precision[] = ['bf16', 'fp8', 'fp4', 'int4'];

/** The engine that the manifests deploy on an accelerator. */
export function engineFor(accelerator: Accelerator): Engine {
  return accelerator.vendor === 'aws' ? 'vllm-neuron' : 'vllm';
}

/** Why a checkpoint is not served at a precision on an accelerator; undefined when it is. */
export function precisionWhyNot(
  model: ModelArchitecture,
  accelerator: Accelerator,
  precision: Precision,
): string | undefined {
  const published = model.checkpoint.precision;
  if (accelerator.vendor === 'aws' && precision !== 'bf16') {
    return `vLLM on Neuron is planned with bf16 weights only, not ${precision}`;
  }
  if (published === precision) return unitsWhyNot(accelerator, precision);
  if (published !== 'bf16') return `the checkpoint is published in ${published}, not ${precision}`;
  if (precision === 'fp8') return unitsWhyNot(accelerator, precision);
  return `${precision} needs a checkpoint published in it; this one is in bf16`;
}

/** 4-bit weights are widened where there are no units for them; 8-bit floats are planned on 8-bit units only. */
function unitsWhyNot(accelerator: Accelerator, precision: Precision): string | undefined {
  if (precision !== 'fp8' || accelerator.denseFlopsPerSecond.bf16 === undefined) return undefined;
  return accelerator.denseFlopsPerSecond.fp8 === undefined ? `${accelerator.name} has no FP8 units` : undefined;
}
