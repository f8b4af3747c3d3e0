import { advance, at, type Chain, FULL, NEGLIGIBLE } from './chain-states';
import { arrivalLevels, dispersion, type SizeShares } from './prompt-arrivals';

/** A prompt class: its share, its level, and what it costs alone beyond what as many tokens cost on average. */
export interface Own {
  readonly weight: number;
  readonly level: number;
  readonly extraSeconds: number;
}

/** What a request finds: tokens that share its first step or go before, against the duration of the step that is running. */
export interface Seen {
  /** By tokens ahead or beside, in levels. */
  readonly weights: Float64Array;
  /** Of these tokens, those that go first. */
  readonly ahead: Float64Array;
  /** Per level of tokens: share of requests whose rest of the running step is longer than each duration, and all of them. */
  readonly rest: readonly (Float64Array | undefined)[];
  readonly meanRestSeconds: number;
}

export function seenBy(
  { stationary, durations, expected, last }: Chain,
  sizes: SizeShares,
  arrivalScv: number,
  factor: number,
): Seen {
  const beside = expected.map((mean) => arrivalLevels(mean, dispersion(arrivalScv, factor * mean), sizes, 1, last));
  const weights = new Float64Array(last + 1);
  const ahead = new Float64Array(last + 1);
  const running: (Float64Array | undefined)[] = Array.from({ length: last + 1 }, () => undefined);
  let total = 0;
  let meanRestSeconds = 0;
  for (let state = 0; state <= last; state += 1) total += at(stationary, state) * at(expected, Math.min(state, FULL));
  for (let state = 0; state <= last; state += 1) {
    const level = Math.min(state, FULL);
    const weight = (at(stationary, state) * at(expected, level)) / total;
    if (weight < NEGLIGIBLE) continue;
    meanRestSeconds += (weight * at(durations, level)) / 2;
    const left = state > FULL ? state - FULL : 0;
    const came = beside[level] as Float64Array;
    for (let others = 0; others < came.length; others += 1) {
      const share = weight * at(came, others);
      const to = Math.min(last, left + others);
      const row = running[to] ?? new Float64Array(FULL + 1);
      running[to] = row;
      weights[to] = at(weights, to) + share;
      ahead[to] = at(ahead, to) + share * (left + others / 2);
      row[level] = at(row, level) + share;
    }
  }
  for (let level = 0; level <= last; level += 1)
    if (at(weights, level) > 0) ahead[level] = at(ahead, level) / at(weights, level);
  return { weights, ahead, rest: running.map((row) => row && restBeyond(row, durations)), meanRestSeconds };
}

/** The rest of a step of duration T is uniform on [0, T]: share beyond each duration of the grid, linear between; last, all. */
function restBeyond(row: Float64Array, durations: Float64Array): Float64Array {
  const beyond = new Float64Array(FULL + 2);
  let weight = 0;
  let inverse = 0;
  for (let level = FULL; level >= 0; level -= 1) {
    const seconds = at(durations, level);
    beyond[level] = weight - seconds * inverse;
    weight += at(row, level);
    inverse += at(row, level) / seconds;
  }
  beyond[FULL + 1] = weight;
  return beyond;
}

/** Steps until a prompt of `own` levels behind `ahead` of them ends. */
const stepsUntil = (own: number, ahead: number): number => Math.max(1, Math.ceil((ahead + own) / FULL - 1e-9));

/** State of the step in which a request's prompt ends: what it meets there and its own tokens, after all that came meanwhile. */
export function ownStates(owns: readonly Own[], seen: Seen, { arriving, last }: Chain): Float64Array {
  const byStep: Float64Array[] = [];
  for (const { weight, level: own } of owns) {
    for (let level = 0; level <= last; level += 1) {
      const share = weight * at(seen.weights, level);
      if (share < NEGLIGIBLE) continue;
      const step = Math.min(12, stepsUntil(own, at(seen.ahead, level)));
      while (byStep.length < step) byStep.push(new Float64Array(last + 1));
      const states = byStep[step - 1] as Float64Array;
      const low = Math.min(last - 1, Math.floor(level + own));
      const part = Math.min(1, level + own - low);
      states[low] = at(states, low) + share * (1 - part);
      states[low + 1] = at(states, low + 1) + share * part;
    }
  }
  return byStep.reduceRight(
    (later, states) => {
      const met = advance(later, arriving, last);
      for (let level = 0; level <= last; level += 1) met[level] = at(met, level) + at(states, level);
      return met;
    },
    new Float64Array(last + 1),
  );
}

/**
 * Steps from the next one to the one in which a prompt of `own` levels ends behind `ahead`, with `beside` in all; a full step lets
 * `filling` levels come, which lengthen the last.
 */
export function secondsThrough(
  own: number,
  ahead: number,
  beside: number,
  durations: Float64Array,
  filling: number,
): number {
  const steps = stepsUntil(own, ahead);
  const level = Math.max(0, Math.min(FULL, beside + own - (steps - 1) * (FULL - filling)));
  const low = Math.min(FULL - 1, Math.floor(level));
  const shorter = at(durations, low);
  return (steps - 1) * at(durations, FULL) + shorter + (at(durations, low + 1) - shorter) * (level - low);
}

export function meanTtft(
  owns: readonly Own[],
  seen: Seen,
  durations: Float64Array,
  filling: number,
  idle: number,
): number {
  let sum = (1 - idle) * seen.meanRestSeconds;
  for (const { weight, level: own, extraSeconds } of owns) {
    sum += weight * (extraSeconds + idle * secondsThrough(own, 0, 0, durations, 0));
    for (let level = 0; level < seen.weights.length; level += 1) {
      const share = at(seen.weights, level);
      if (share < NEGLIGIBLE) continue;
      sum += weight * (1 - idle) * share * secondsThrough(own, at(seen.ahead, level), level, durations, filling);
    }
  }
  return sum;
}

export function ttftTail(
  seconds: number,
  owns: readonly Own[],
  seen: Seen,
  durations: Float64Array,
  filling: number,
  idle: number,
): number {
  let tail = 0;
  for (const { weight, level: own, extraSeconds } of owns) {
    const left = seconds - extraSeconds;
    if (idle > 0 && secondsThrough(own, 0, 0, durations, 0) > left) tail += weight * idle;
    for (let level = 0; level < seen.weights.length; level += 1) {
      const share = at(seen.weights, level);
      const beyond = seen.rest[level];
      if (share < NEGLIGIBLE || beyond === undefined) continue;
      const rest = left - secondsThrough(own, at(seen.ahead, level), level, durations, filling);
      tail += weight * (1 - idle) * (rest <= 0 ? share : shareBeyond(rest, beyond, durations));
    }
  }
  return tail;
}

/** Linear between the durations of the grid: all at 0, nothing beyond the longest. */
function shareBeyond(rest: number, beyond: Float64Array, durations: Float64Array): number {
  if (rest >= at(durations, FULL)) return 0;
  const shortest = at(durations, 0);
  if (rest <= shortest) {
    const all = at(beyond, FULL + 1);
    return all + ((at(beyond, 0) - all) * rest) / shortest;
  }
  let low = 0;
  while (at(durations, low + 1) <= rest) low += 1;
  const from = at(durations, low);
  const share = (rest - from) / (at(durations, low + 1) - from);
  return at(beyond, low) * (1 - share) + at(beyond, low + 1) * share;
}
