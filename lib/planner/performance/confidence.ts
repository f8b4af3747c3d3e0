import type { PerformanceModel, ReplicaConfiguration } from './performance-model';
import { normalQuantile } from './probability';

/** Confidence that workloads are sized with unless they say otherwise. */
export const DEFAULT_CONFIDENCE = 0.9;

/** A two-sided 80 % band leaves a tenth beyond each end. */
const BAND_END = 0.9;

/**
 * How much longer than predicted steps are taken for when a promise shall be kept with a probability: the error of step times is
 * lognormal, and the stated band's slow end is exceeded by one in ten.
 *
 * By hand: a band of ± 20 %, at 0.9: 1.2; at 0.5: 1; at 0.99, whose normal score is 2.3263 / 1.2816 = 1.815 times as far out:
 * 1.2^1.815 = 1.392.
 */
export function slowdownAt(
  performance: PerformanceModel,
  configuration: ReplicaConfiguration,
  confidence: number,
): number {
  if (performance.slowdown !== undefined) return performance.slowdown(configuration, confidence);
  const { relative } = performance.errorBand(configuration);
  return (1 + relative) ** (normalQuantile(confidence) / normalQuantile(BAND_END));
}
