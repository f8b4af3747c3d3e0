import type { Coefficients, GpuCoefficients } from './coefficients';
import { attentionSeconds, headSeconds, matrixSeconds } from './gpu-operators';
import { collectiveSeconds, hostSeconds, launchSeconds, stageSendSeconds } from './gpu-overheads';
import { type GpuHardware, type GpuReplica, gpuReplica, type RankStep, rankStep } from './gpu-replica';
import type { EngineStep, ReplicaConfiguration, StepTimes } from './performance-model';

/**
 * Step times of a GPU replica: the sum of its operators, each a roofline with stated efficiencies, plus launches, collectives,
 * pipeline sends and the engine's own time. A token takes one pass through all pipeline stages.
 */
export function gpuSteps(
  configuration: ReplicaConfiguration,
  hardware: GpuHardware,
  coefficients: GpuCoefficients,
  all: Coefficients,
): StepTimes {
  const replica = gpuReplica(configuration, hardware, coefficients, all);
  const stepSeconds = (step: EngineStep) => replica.stages * stageSeconds(rankStep(step, replica), replica);
  return {
    stepSeconds,
    // A step that prompts make twice as long is bound by their arithmetic.
    boundBy: (step) =>
      stepSeconds(step) > 2 * stepSeconds({ ...step, prefillTokens: 0 }) ? 'prefillFlops' : 'decodeBandwidth',
  };
}

/** One micro-batch on the fullest rank of the fullest stage, which also holds the output head. */
function stageSeconds(step: RankStep, replica: GpuReplica): number {
  const layered =
    matrixSeconds(step, replica) +
    attentionSeconds(step, replica) +
    launchSeconds(step, replica) +
    collectiveSeconds(step, replica);
  return (
    replica.share * layered + headSeconds(step, replica) + stageSendSeconds(step, replica) + hostSeconds(step, replica)
  );
}
