import type { Accelerator } from '../../catalog/accelerator';
import { enginesFor } from '../../catalog/engine-support';
import type { ModelArchitecture } from '../../catalog/model';
import type { InferenceWorkload, Precision } from '../../workload/workload';
import type { Engine } from '../plan';

const PRECISIONS: readonly Precision[] = ['bf16', 'fp8', 'fp4', 'int4'];
/** The engines that model-server manifests exist for; the others are catalogued, not planned. */
const DEPLOYED: readonly Engine[] = ['vllm', 'vllm-neuron'];

/** The precisions to try: the one asked for; with `any`, those that the checkpoint can be served at. */
export function servedPrecisions({ precision }: InferenceWorkload, model: ModelArchitecture): readonly Precision[] {
  return precision === 'any' ? PRECISIONS.filter((one) => checkpointWhyNot(model, one) === undefined) : [precision];
}

/** The engine that serves a checkpoint at a precision on an accelerator, or why none does. */
export function engineWhyNot(
  model: ModelArchitecture,
  accelerator: Accelerator,
  precision: Precision,
): { readonly engine: Engine } | { readonly reason: string } {
  const checkpoint = checkpointWhyNot(model, precision);
  if (checkpoint !== undefined) return { reason: checkpoint };
  const row = enginesFor(accelerator, model, precision).find(({ engine }) => DEPLOYED.includes(engine));
  if (row !== undefined) return { engine: row.engine };
  // Without any FLOP/s figure support cannot be told; the performance model names what is missing.
  if (accelerator.denseFlopsPerSecond.bf16 === undefined) {
    return { engine: accelerator.vendor === 'aws' ? 'vllm-neuron' : 'vllm' };
  }
  return { reason: `no deployed engine serves ${model.architecture} at ${precision} on ${accelerator.name}` };
}

/** bf16 checkpoints are quantized to fp8 on load; any other change of format needs another checkpoint. */
function checkpointWhyNot({ checkpoint }: ModelArchitecture, precision: Precision): string | undefined {
  const published = checkpoint.precision;
  if (published === precision || (published === 'bf16' && precision === 'fp8')) return undefined;
  return `the checkpoint is published in ${published}, not ${precision}`;
}
