/** Share of a standard normal above `z`. Abramowitz & Stegun 26.2.17, absolute error below 7.5e-8. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}

/**
 * Share of a gamma distribution with this mean and variance above `x`, by the cube-root normal approximation
 * (Wilson & Hilferty 1931). A variance of 0 is a constant.
 */
export function gammaTail(x: number, mean: number, variance: number): number {
  if (x <= 0) return mean > 0 ? 1 : 0;
  if (variance === 0 || mean === 0) return mean > x ? 1 : 0;
  const spread = variance / (9 * mean * mean);
  return normalTail((Math.cbrt(x / mean) - (1 - spread)) / Math.sqrt(spread));
}

/**
 * The smallest x, to a relative 1e-6, at which a falling tail reaches `share`.
 *
 * @param scale an x of the right order; the search doubles it until the tail is below, up to 2⁶⁰ times it
 */
export function tailQuantile(tail: (x: number) => number, share: number, scale: number): number {
  let low = 0;
  let high = scale;
  for (let doublings = 0; tail(high) > share; doublings += 1) {
    if (doublings === 60) return Number.POSITIVE_INFINITY;
    low = high;
    high *= 2;
  }
  for (let halvings = 0; halvings < 40 && high - low > high * 1e-6; halvings += 1) {
    const middle = (low + high) / 2;
    if (tail(middle) > share) low = middle;
    else high = middle;
  }
  return high;
}

/** The score that a standard normal exceeds with probability 1 − `share`, to 1e-9, by bisection of `normalTail`. */
export function normalQuantile(share: number): number {
  let low = -9;
  let high = 9;
  while (high - low > 1e-10) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > 1 - share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
