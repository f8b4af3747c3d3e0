/**
 * Wrong input: somebody must change something. Thrown once, at the border where the value enters.
 *
 * The codes are a closed, literal union so that they can be counted, searched and tested. Expected "no" answers (does not
 * fit, SLO missed, unpriced, over) are values, never a Problem.
 */
export type ProblemCode =
  | 'InvalidAmount'
  | 'InvalidInstant'
  | 'InvalidInterval'
  | 'InvalidWorkload'
  | 'InvalidTrace'
  | 'InvalidModelConfig'
  | 'UnknownModel'
  | 'UnknownAccelerator'
  | 'UnknownInstanceType'
  | 'UnknownUltraServer'
  | 'UnverifiedInstanceType'
  | 'UnknownDeployment'
  | 'InvalidDeployment'
  | 'InvalidContract'
  | 'InvalidWaivers'
  | 'InvalidPriceBook'
  | 'InvalidQuotes'
  | 'InvalidTemplate'
  | 'InvalidParameters'
  | 'InvalidAssumptions'
  | 'InvalidActuals'
  | 'InvalidBill'
  | 'UnreadableFile'
  | 'InvalidArgument'
  | 'UnknownContext';

/**
 * The one error class. The message is one sentence, lower case, without a final period: what was given, what is allowed,
 * what to change.
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    message: string,
  ) {
    super(message);
  }
}

/** Whether a thrown value is wrong input (shown as one sentence) rather than a defect (shown with its stack). */
export function isProblem(thrown: unknown): thrown is Problem {
  return thrown instanceof Problem;
}

/** Closes a switch over a union: a forgotten arm does not compile. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
