/** Share that is too small to matter. */
const NEGLIGIBLE = 1e-7;

/** Prompts of a class arrive in whole levels of tokens. */
export interface SizeShares {
  readonly levels: readonly number[];
  readonly shares: readonly number[];
  /** Of prompts that round to no level at all. */
  readonly none: number;
}

/** Share of requests by the level of their prompt; between two levels it is split so that the mean is kept. */
export function sizeShares(
  prompts: readonly { readonly weight: number; readonly tokens: number }[],
  quantum: number,
): SizeShares {
  const found = new Map<number, number>();
  for (const { weight, tokens } of prompts) {
    const at = tokens / quantum;
    const low = Math.floor(at);
    found.set(low, (found.get(low) ?? 0) + weight * (1 - (at - low)));
    found.set(low + 1, (found.get(low + 1) ?? 0) + weight * (at - low));
  }
  const some = [...found].filter(([level, share]) => level > 0 && share > 0).sort((a, b) => a[0] - b[0]);
  return { levels: some.map(([level]) => level), shares: some.map(([, share]) => share), none: found.get(0) ?? 0 };
}

/** Half-way point of `reach`: with its exponent fitted to counts of two million gamma gaps of SCV 4, to 0.04 of the share. */
const HALF_REACH = 0.634;
const REACH = 0.6;

function reached(expected: number): number {
  const reach = expected ** REACH;
  return reach / (reach + HALF_REACH);
}

/**
 * Index of dispersion of the number of arrivals in a window in which `expected` come: 1 for Poisson, and for burstier arrivals 1 in
 * an instant and their squared coefficient of variation in the long run (Cox & Lewis 1966). Steadier ones are taken for Poisson.
 */
export function dispersion(arrivalScv: number, expected: number): number {
  return arrivalScv <= 1 ? 1 : 1 + (arrivalScv - 1) * reached(expected);
}

/** How many more come in a window after an arrival than in any: half of the derivative of x (I(x) − 1), I the dispersion. */
export function moreAfterArrival(arrivalScv: number, expected: number): number {
  if (arrivalScv <= 1) return 0;
  const share = reached(expected);
  return ((arrivalScv - 1) / 2) * share * (1 + REACH * (1 - share));
}

/**
 * Distribution of the levels that come in a window: a sum of as many prompts as a negative binomial of this mean and index of
 * dispersion says (Poisson at 1), by Panjer's recursion (1981). It ends where next to nothing is left, or at `most`, where all
 * that is left then stands.
 *
 * @param besides 1 for those that come with a given one: the size-biased number less one
 */
export function arrivalLevels(
  expected: number,
  spread: number,
  { levels, shares, none }: SizeShares,
  besides: 0 | 1,
  most: number,
): Float64Array {
  const found = new Float64Array(most + 1);
  let a = 0;
  let b = expected;
  if (spread > 1 + 1e-6) {
    a = (spread - 1) / spread;
    const successes = expected / (spread - 1) + besides;
    b = (successes - 1) * a;
    found[0] = ((1 - a) / (1 - a * none)) ** successes;
  } else found[0] = Math.exp(-expected * (1 - none));
  const scale = 1 / (1 - a * none);
  let passed = found[0];
  for (let level = 1; level <= most; level += 1) {
    let sum = 0;
    for (let i = 0; i < levels.length; i += 1) {
      const size = levels[i] as number;
      if (size > level) break;
      sum += (a + (b * size) / level) * (shares[i] as number) * (found[level - size] as number);
    }
    found[level] = sum * scale;
    passed += sum * scale;
    if (1 - passed < NEGLIGIBLE) return found.subarray(0, level + 1);
  }
  found[most] = (found[most] as number) + Math.max(0, 1 - passed);
  return found;
}
