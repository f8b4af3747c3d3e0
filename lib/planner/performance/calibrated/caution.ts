import { ERROR_BANDS } from './coefficients';
import type { Predicted } from './cross-validation';
import { decisionScore } from './decision-test';
import type { Measurement } from './measurement';
import { quantileOf } from './scores';

/** The factor of caution of the shipped coefficients. */
export const CAUTION = ERROR_BANDS.caution;

/** Share of picks that may miss their limit: what is promised (issue 6). */
const MISSES = 0.07;
/** Picks from which on their share of misses says something, and the quantile of errors that stands in where there are fewer. */
const ENOUGH_PICKS = 30;
const STAND_IN = 0.7;
/** Whole percents, so that the factor is rounded to the careful side. */
const STEP = 0.01;
const STEPS = 15;

/** Times per output token multiplied by a factor of caution. */
export function withCaution(predicted: readonly Predicted[], factor: number): readonly Predicted[] {
  return predicted.map((p) => ({ ...p, tpotSeconds: p.tpotSeconds * factor }));
}

/**
 * What a predicted time per output token is multiplied with: whoever chooses the fastest replica that just keeps a limit chooses
 * among errors, and finds those that predict too low. The smallest factor with which, and with any above it, such picks miss
 * their limit rarely enough, on rows whose own pair was left out of the fit; what is scored by it must not be among them.
 */
export function learnedCaution(rows: readonly Measurement[], predicted: readonly Predicted[]): number {
  const missShare = (factor: number): number => decisionScore(rows, withCaution(predicted, factor), 0).missShare;
  if (decisionScore(rows, predicted, 0).picks < ENOUGH_PICKS) {
    const errors = rows.map((m, i) => m.tpotSeconds / (predicted[i]?.tpotSeconds ?? m.tpotSeconds));
    return Math.max(
      1,
      quantileOf(
        errors.sort((a, b) => a - b),
        STAND_IN,
      ),
    );
  }
  let least = STEPS;
  while (least > 0 && missShare(Math.exp(STEP * (least - 1))) <= MISSES) least -= 1;
  return Math.exp(STEP * least);
}
