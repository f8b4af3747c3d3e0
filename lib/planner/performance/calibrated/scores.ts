/** How far predictions are from measurements. Shares, not percent. */
export interface Score {
  readonly n: number;
  /** Mean |predicted / measured − 1|. Rewards predicting low: read it beside `geometric` and `bias`. */
  readonly mape: number;
  readonly median: number;
  readonly p90: number;
  /** exp(mean |ln(predicted / measured)|) − 1. */
  readonly geometric: number;
  /** exp(mean ln(predicted / measured)) − 1: below zero is optimistic. */
  readonly bias: number;
}

/** Value below which a share of ascending values lies. */
export function quantileOf(ascending: readonly number[], share: number): number {
  const index = Math.min(ascending.length - 1, Math.max(0, Math.floor(share * ascending.length)));
  return ascending[index] ?? Number.NaN;
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Scores errors given as ln(predicted / measured). */
export function scoreOf(logErrors: readonly number[]): Score {
  const relative = logErrors.map((e) => Math.abs(Math.exp(e) - 1)).sort((a, b) => a - b);
  return {
    n: logErrors.length,
    mape: mean(relative),
    median: quantileOf(relative, 0.5),
    p90: quantileOf(relative, 0.9),
    geometric: Math.exp(mean(logErrors.map(Math.abs))) - 1,
    bias: Math.exp(mean(logErrors)) - 1,
  };
}

/** The mean of scores of groups, each counting once. */
export function meanScore(scores: readonly Score[]): Score {
  const of = (pick: (s: Score) => number) => mean(scores.map(pick));
  return {
    n: scores.length,
    mape: of((s) => s.mape),
    median: of((s) => s.median),
    p90: of((s) => s.p90),
    geometric: of((s) => s.geometric),
    bias: of((s) => s.bias),
  };
}

/** Values by key, keys ascending. */
export function groupBy<T>(
  values: readonly T[],
  keyOf: (value: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
