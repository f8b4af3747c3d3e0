/**
 * Distinct experts that `tokens` tokens activate: E (1 − (1 − k/E)^T) under uniform routing. `spread` < 1 takes the
 * tokens to a power, as skewed routing does; one token activates exactly k.
 */
export function activeExperts(experts: number, perToken: number, tokens: number, spread: number): number {
  if (tokens <= 0) return 0;
  const effective = tokens <= 1 ? tokens : tokens ** spread;
  return experts * (1 - (1 - perToken / experts) ** effective);
}

/** How much of the mean the busiest of `expertParallel` ranks has to do: `skew` more with each doubling of them. */
export function expertImbalance(expertParallel: number, skew: number): number {
  return 1 + skew * Math.log2(expertParallel);
}
