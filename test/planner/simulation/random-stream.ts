/** Reproducible draws (mulberry32), so that a simulation is the same on every machine. */
export function randomStream(seed: number) {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  /** Marsaglia and Tsang (2000), for shapes of 1 and above; below, by the power of a uniform. */
  const unitGamma = (shape: number): number => {
    if (shape < 1) return unitGamma(shape + 1) * uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  /** A gamma variable of a mean and a squared coefficient of variation; the mean itself where that is 0. */
  const gamma = (mean: number, scv: number): number => (scv === 0 ? mean : mean * scv * unitGamma(1 / scv));
  /** Gap between arrivals: exponential at 1, burstier above, steadier below. */
  const gap = gamma;
  return { uniform, gamma, gap };
}
