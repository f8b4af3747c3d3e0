/**
 * A quantity at the least, the planned and the most that a template allows. A template bounds capacity, it does not state
 * it: a floor is judged at min, a ceiling at max. min ≤ plan ≤ max.
 */
export interface Range<T> {
  readonly min: T;
  readonly plan: T;
  readonly max: T;
}

export const BOUNDS = ['min', 'plan', 'max'] as const;
export type Bound = (typeof BOUNDS)[number];

export function mapRange<T, U>(range: Range<T>, change: (value: T, bound: Bound) => U): Range<U> {
  return { min: change(range.min, 'min'), plan: change(range.plan, 'plan'), max: change(range.max, 'max') };
}

/** As `mapRange` for a change that depends on the value alone: one value at several bounds is changed once. */
export function mapAlike<T, U>(range: Range<T>, change: (value: T) => U): Range<U> {
  const min = change(range.min);
  const plan = range.plan === range.min ? min : change(range.plan);
  const max = range.max === range.plan ? plan : change(range.max);
  return { min, plan, max };
}

/** The same value at every bound. */
export function fixed<T>(value: T): Range<T> {
  return { min: value, plan: value, max: value };
}
