import type { GemmCoefficients } from './coefficients';
import { smoothMax } from './smooth-max';

/** A weight matrix on one rank: `columns` outputs of `depth` inputs, and the bytes it is stored in. */
export interface WeightMatrix {
  readonly columns: number;
  readonly depth: number;
  readonly bytes: number;
}

/** Peaks of the accelerator that runs the multiplication. */
export interface Peaks {
  readonly flopsPerSecond: number;
  readonly bytesPerSecond: number;
}

/**
 * Seconds of rows × columns × depth, without its launch: the roofline (Williams 2009) with a share of each peak, and the
 * rows that tiles pad.
 *
 * compute = 2 (rows + padding) columns depth / (peak · efficiency); memory = (weights + activations) / (bandwidth · efficiency).
 */
export function gemmSeconds(
  rows: number,
  matrix: WeightMatrix,
  peaks: Peaks,
  coefficients: GemmCoefficients,
  bytesPerActivation: number,
): number {
  if (rows === 0) return 0;
  const { columns, depth, bytes } = matrix;
  const flops = 2 * (rows + coefficients.paddingRows) * columns * depth;
  const moved = bytes + rows * (columns + depth) * bytesPerActivation;
  return smoothMax(
    flops / (peaks.flopsPerSecond * coefficients.computeEfficiency),
    moved / (peaks.bytesPerSecond * coefficients.memoryEfficiency),
  );
}
