/** An exponential tail with mass at zero: P(W > t) = probability · exp(−rate · t). */
export interface Wait {
  readonly probability: number;
  readonly perSecond: number;
}

export const NO_WAIT: Wait = { probability: 0, perSecond: 1 };

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

/**
 * P(U + W > t) for U uniform on [0, 2 · mean] (what is left of a running step) and W an exponential tail, independent.
 */
export function residualAndWaitTail(t: number, meanResidualSeconds: number, wait: Wait): number {
  if (t < 0) return 1;
  const { probability, perSecond } = wait;
  const width = 2 * meanResidualSeconds;
  if (width === 0) return probability * Math.exp(-perSecond * t);
  const inside = Math.min(t, width);
  // ∫ over the part of U that leaves t − u ≥ 0; expm1 keeps it exact for short steps.
  const waited = (probability * Math.exp(-perSecond * (t - inside)) * -Math.expm1(-perSecond * inside)) / perSecond;
  return (width - inside + waited) / width;
}

export function meanWait({ probability, perSecond }: Wait): number {
  return probability / perSecond;
}
