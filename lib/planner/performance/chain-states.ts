import { arrivalLevels, dispersion, moreAfterArrival, type SizeShares } from './prompt-arrivals';

/**
 * What prompts do to steps, as a Markov chain embedded at the ends of steps: its state is the prompt tokens that wait when a step
 * begins. A step takes as many of them as its budget, lasts as long as those take beside the decodes, and meanwhile others come:
 * a queue with batch service (Neuts 1967), solved numerically on a grid of tokens.
 */
export interface StepChainProps {
  /** Tokens of a prompt, and its steps where it is alone. */
  readonly prompts: readonly { readonly weight: number; readonly tokens: number; readonly serviceSeconds: number }[];
  /** Prompt tokens of a step. */
  readonly budget: number;
  /** Duration of a step that takes so many prompt tokens. */
  readonly stepSeconds: (promptTokens: number) => number;
  readonly requestsPerSecond: number;
  /** Squared coefficient of variation of gaps between arrivals. */
  readonly arrivalScv: number;
  /** Share of requests that find no step running. */
  readonly idle: number;
}

/** Levels of a full step. */
export const FULL = 10;
const MOST_LEVELS = 300;
const SWEEPS = 200;
/** Steps that are followed after one, for its echo. */
export const FOLLOWED = 10;
export const NEGLIGIBLE = 1e-7;
/** Rounds in which steps with prompts and bursts of arrivals find each other. */
const BURST_ROUNDS = 3;

export interface Chain {
  readonly durations: Float64Array;
  readonly last: number;
  /** By level of the step, what comes during it. */
  readonly arriving: readonly Float64Array[];
  /** Mean number that come during a step of each level. */
  readonly expected: readonly number[];
  readonly stationary: Float64Array;
}

export const at = (values: ArrayLike<number>, index: number): number => values[index] as number;

/** Bursts are felt over as many steps as backlogs last: the window of their dispersion is that much longer. */
export function spreadFactor(busy: number): number {
  return 1 + 4 * (busy / (1 - busy)) ** 2;
}

export function solved(props: StepChainProps, durations: Float64Array, sizes: SizeShares, busy: number): Chain {
  const { requestsPerSecond, arrivalScv } = props;
  const longest = sizes.levels.at(-1) ?? 1;
  const last = Math.min(MOST_LEVELS, Math.ceil(longest + FULL * (2 + ((1 + arrivalScv) * busy) / (1 - busy))));
  const factor = spreadFactor(busy);
  const arrivals = (means: readonly number[]) =>
    means.map((mean) => arrivalLevels(mean, dispersion(arrivalScv, factor * mean), sizes, 0, last));
  let expected: readonly number[] = Array.from(durations, (seconds) => requestsPerSecond * seconds);
  let arriving = arrivals(expected);
  let stationary = stationaryOf(arriving, last, undefined);
  for (let round = 0; arrivalScv > 1 && round < BURST_ROUNDS; round += 1) {
    expected = expectedAfter(stationary, durations, props);
    arriving = arrivals(expected);
    stationary = stationaryOf(arriving, last, stationary);
  }
  return { durations, last, arriving, expected, stationary };
}

/**
 * Arrivals expected during each step where they come in bursts: a step with prompts follows one in which at least one came, and
 * after an arrival more come than usual. All are scaled so that as many come as do.
 */
function expectedAfter(stationary: Float64Array, durations: Float64Array, props: StepChainProps): readonly number[] {
  const { requestsPerSecond, arrivalScv } = props;
  const since = (requestsPerSecond * at(durations, 0)) / 2;
  const already = moreAfterArrival(arrivalScv, since);
  const more = Array.from(durations, (seconds, level) =>
    level === 0 ? 0 : moreAfterArrival(arrivalScv, since + requestsPerSecond * seconds) - already,
  );
  let usual = 0;
  let besides = 0;
  for (let state = 0; state < stationary.length; state += 1) {
    const level = Math.min(state, FULL);
    usual += at(stationary, state) * requestsPerSecond * at(durations, level);
    besides += at(stationary, state) * at(more, level);
  }
  const left = Math.max(0.05, 1 - besides / usual);
  const scale = usual / (left * usual + besides);
  return Array.from(durations, (seconds, level) => scale * (left * requestsPerSecond * seconds + at(more, level)));
}

/** One step further: what is left over of each state, and what came during its step. */
export function advance(states: Float64Array, arriving: readonly Float64Array[], last: number): Float64Array {
  const next = new Float64Array(last + 1);
  for (let state = 0; state <= last; state += 1) {
    const weight = at(states, state);
    if (weight < NEGLIGIBLE && weight > -NEGLIGIBLE) continue;
    const left = state > FULL ? state - FULL : 0;
    const came = arriving[Math.min(state, FULL)] as Float64Array;
    const room = Math.min(came.length, last - left);
    let placed = 0;
    for (let level = 0; level < room; level += 1) {
      const share = at(came, level);
      placed += share;
      next[left + level] = at(next, left + level) + weight * share;
    }
    next[last] = at(next, last) + weight * (1 - placed);
  }
  return next;
}

function stationaryOf(arriving: readonly Float64Array[], last: number, guess: Float64Array | undefined): Float64Array {
  let states =
    guess ??
    advance(
      Float64Array.from({ length: last + 1 }, (_, state) => (state === 0 ? 1 : 0)),
      arriving,
      last,
    );
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const next = advance(states, arriving, last);
    let moved = 0;
    for (let state = 0; state <= last; state += 1) moved += Math.abs(at(next, state) - at(states, state));
    states = next;
    if (moved < 1e-4) break;
  }
  return states;
}

export function meanOver(states: Float64Array, durations: Float64Array): number {
  let mean = 0;
  for (let state = 0; state < states.length; state += 1)
    mean += at(states, state) * at(durations, Math.min(state, FULL));
  return mean;
}

/** Mean and variance of steps, and how long a step's excess lasts: steps are alike as far as backlogs are. */
export function momentsOf({ stationary, durations, arriving, last }: Chain) {
  const total = stationary.reduce((sum, weight) => sum + weight, 0);
  const mean = meanOver(stationary, durations) / total;
  let excess: Float64Array = stationary.map((weight, state) => weight * (at(durations, Math.min(state, FULL)) - mean));
  const variance = Math.max(0, meanOver(excess, durations));
  const alike: number[] = [];
  while (variance > 0 && alike.length < FOLLOWED && (alike.at(-1) ?? 1) > 0.02) {
    excess = advance(excess, arriving, last);
    alike.push(Math.max(0, meanOver(excess, durations) / variance));
  }
  const end = alike.at(-1) ?? 0;
  const before = alike.at(-2) ?? 1;
  const fading = before > 0 ? Math.min(0.98, end / before) : 0;
  const lasting = alike.reduce((sum, one) => sum + one, 0) + (end * fading) / (1 - fading);
  const correlation = Math.min(0.98, alike[0] ?? 0);
  return { meanSeconds: mean, variance, correlation, memory: 1 + 2 * lasting, fading };
}
