/** A smooth maximum of a compute and a memory time: the cube root of the sum of cubes. Never below either. */
export function smoothMaximum(a: number, b: number): number {
  return Math.cbrt(a * a * a + b * b * b);
}

/** The fourth root of the sum of fourth powers, by square roots, so that a change of units stays exact. */
export function sharpMaximum(a: number, b: number): number {
  return Math.sqrt(Math.sqrt(a * a * a * a + b * b * b * b));
}
