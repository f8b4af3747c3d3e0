import type { EngineStep, LoadedEngine, StepTimes } from '../performance-model';
import type { Coefficients } from './coefficient-names';
import type { RankWork } from './rank-work';
import type { Serving } from './request-time';
import { stepSeconds } from './step-time';

/** What a step depends on besides its work: software age, whether prompts share steps, speculation. */
export type StepPolicy = Pick<Serving, 'monthsOld' | 'mixed' | 'verified' | 'draftShare'>;

/**
 * Step times of a replica from calibrated coefficients, in the form that the queueing formulas and sizing take. A step of one
 * scheduler: sequences and prompt tokens of the replica are spread over its attention-data-parallel ranks.
 *
 * What a prompt adds to a step is scaled by the measured interference. Where prompts run in steps of their own the step before
 * the next token is both: theirs, then the decoding one.
 */
export function calibratedSteps(work: RankWork, c: Coefficients, policy: StepPolicy): StepTimes {
  const { verified } = policy;
  const age = c.driftFloor ** policy.monthsOld;
  const whole = c.driftStep ** policy.monthsOld * (1 + policy.draftShare);
  const of = (sequences: number, step: EngineStep, tokens: number): number =>
    whole *
    stepSeconds(
      work,
      c,
      sequences / work.dataParallel,
      step.meanContextTokens,
      verified,
      tokens > 0 ? 1 : 0,
      tokens / Math.max(1, step.prefillRanks ?? 1),
      step.prefillOffsetTokens,
      age,
    );
  const seconds = (step: EngineStep): number => {
    const decode = of(step.decodeSequences, step, 0);
    if (step.prefillTokens <= 0) return decode;
    const both = policy.mixed
      ? of(step.decodeSequences, step, step.prefillTokens)
      : decode + of(0, step, step.prefillTokens);
    return decode + c.interference * Math.max(0, both - decode);
  };
  return {
    stepSeconds: seconds,
    boundBy: (step) =>
      seconds(step) > 2 * seconds({ ...step, prefillTokens: 0 }) ? 'prefillFlops' : 'decodeBandwidth',
    firstTokenLagSeconds: (point) => firstTokenLag(c, policy.mixed, point),
  };
}

/**
 * What an engine is measured to add before a first token: its front end, steps before a request is scheduled, and prefill
 * relative to its step time.
 */
function firstTokenLag(c: Coefficients, mixed: boolean, point: LoadedEngine): number {
  const { concurrency, inFlight, meanTpotSeconds, meanPrefillSeconds, meanPromptTokens, meanChunks } = point;
  // The queueing formulas wait for half a step of a busy engine already.
  const busy = -Math.expm1(-inFlight);
  return (
    c.requestOverhead +
    c.tokenOverhead * meanPromptTokens +
    c.frontLag * concurrency +
    (c.stepsBefore - 0.5 * busy) * meanTpotSeconds +
    (c.prefillQueue - 1) * meanPrefillSeconds -
    // A prompt that runs in a step of its own has its first token before the decoding step that follows.
    (mixed ? 0 : c.prefillQueue * meanChunks * point.decodeSeconds)
  );
}
