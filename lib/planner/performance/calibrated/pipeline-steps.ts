import type { EngineStep, ReplicaConfiguration, StepTimes } from '../performance-model';
import { NETWORK_HOP_SECONDS } from './links';

/** Hidden states travel in bf16. */
const BYTES_PER_VALUE = 2;

/**
 * Steps of a replica in pipeline stages: the batch runs as that many micro-batches, one in each stage at a time, so that a token
 * takes the time of all layers with a stage's share of the sequences, and a transfer to each next stage.
 *
 * By hand: 64 sequences on 4 stages of 8 ranks, hidden 8,192, over EFA at 400 GB/s shared by 8: a transfer is 19 µs + 16 ×
 * 8,192 × 2 / 8 / 50e9 = 19.66 µs, three of them 59 µs beside the layers' time with 16 sequences.
 *
 * @param steps of all layers on the ranks of one stage
 * @param nearSeconds latency between two accelerators of a node
 */
export function stagedSteps(
  steps: StepTimes,
  { model, accelerator, instanceType, shape }: ReplicaConfiguration,
  nearSeconds: number,
): StepTimes {
  const { pipelineParallel: stages, tensorParallel, nodesPerReplica } = shape;
  if (stages === 1) return steps;
  const far = nodesPerReplica > 1;
  const shared = (instanceType.network?.efaBytesPerSecond ?? 0) / (instanceType.acceleratorCount ?? 1);
  const bytesPerSecond = far ? shared : (accelerator.scaleUpBytesPerSecond ?? 0);
  const hop = far ? NETWORK_HOP_SECONDS : nearSeconds;
  const microBatch = (step: EngineStep): EngineStep => ({
    ...step,
    decodeSequences: step.decodeSequences / stages,
    prefillTokens: step.prefillTokens / stages,
  });
  const sends = ({ decodeSequences, prefillTokens }: EngineStep): number =>
    (stages - 1) *
    (hop + ((decodeSequences + prefillTokens) * model.hidden * BYTES_PER_VALUE) / tensorParallel / bytesPerSecond);
  return {
    ...steps,
    stepSeconds: (step) => {
      const own = microBatch(step);
      return steps.stepSeconds(own) + sends(own);
    },
    boundBy: (step) => steps.boundBy(microBatch(step)),
  };
}
