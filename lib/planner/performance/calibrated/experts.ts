/**
 * Distinct experts that `tokens` tokens activate: E (1 − (1 − k/E)^T) under uniform routing. `spread` < 1 takes the
 * tokens to a power, as skewed routing does; one token activates exactly k.
 */
export function activeExperts(experts: number, perToken: number, tokens: number, spread: number): number {
  if (tokens <= 0) return 0;
  const effective = tokens <= 1 ? tokens : tokens ** spread;
  return experts * (1 - (1 - perToken / experts) ** effective);
}

/** How much more than the mean the busiest of `expertParallel` ranks has to do (0.27 per doubling: planner research, §2). */
export function expertImbalance(expertParallel: number): number {
  return 1 + 0.27 * Math.log2(expertParallel);
}
