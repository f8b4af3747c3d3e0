/** An exponential tail with mass at zero: P(W > t) = probability · exp(−rate · t). */
export interface Wait {
  readonly probability: number;
  readonly perSecond: number;
}

/**
 * Wait of a single server under heavy traffic: P(W > t) = ρ exp(−θ t), θ = 2 (1 − ρ) / (s (c_a² + c_s²)), whose mean is
 * Allen & Cunneen's ρ s (c_a² + c_s²) / (2 (1 − ρ)). Undefined when ρ ≥ 1.
 */
export function serverWait(
  utilization: number,
  serviceSeconds: number,
  arrivalScv: number,
  serviceScv: number,
): Wait | undefined {
  if (utilization >= 1) return undefined;
  return {
    probability: utilization,
    perSecond: (2 * (1 - utilization)) / (serviceSeconds * (arrivalScv + serviceScv)),
  };
}

/** The same wait where only what exceeds `graceSeconds` is waited for. */
export function beyond(wait: Wait, graceSeconds: number): Wait {
  return { ...wait, probability: wait.probability * Math.exp(-wait.perSecond * graceSeconds) };
}

export function meanWait({ probability, perSecond }: Wait): number {
  return probability / perSecond;
}
