import {
  advance,
  at,
  type Chain,
  FOLLOWED,
  FULL,
  meanOver,
  momentsOf,
  type StepChainProps,
  solved,
  spreadFactor,
} from './chain-states';
import { meanTtft, ownStates, secondsThrough, seenBy, ttftTail } from './first-step';
import { sizeShares } from './prompt-arrivals';

export interface StepChain {
  /** Mean step, each step counted once. */
  readonly meanSeconds: number;
  readonly variance: number;
  /** Correlation of a step with the next. */
  readonly correlation: number;
  /** 1 and twice the correlations with all that follow. */
  readonly memory: number;
  /** By what a step's excess shrinks from one step to the next, in the end. */
  readonly fading: number;
  /** Means of the steps after the one in which a request's prompt ends. */
  readonly afterFirstToken: readonly number[];
  readonly meanTtftSeconds: number;
  /** Share of requests whose first token comes later than `seconds`. */
  ttftTail(seconds: number): number;
  /** Share of steps longer than `seconds`. */
  stepTail(seconds: number): number;
}

export function stepChain(props: StepChainProps): StepChain {
  const { prompts, budget, requestsPerSecond, idle } = props;
  const quantum = budget / FULL;
  const durations = Float64Array.from({ length: FULL + 1 }, (_, level) => props.stepSeconds(level * quantum));
  const sizes = sizeShares(prompts, quantum);
  const meanLevel = prompts.reduce((sum, { weight, tokens }) => sum + weight * tokens, 0) / quantum;
  const filling = requestsPerSecond * meanLevel * at(durations, FULL);
  const busy = Math.min(0.98, filling / FULL);
  const chain = solved(props, durations, sizes, busy);
  const owns = prompts.map(({ weight, tokens, serviceSeconds }) => {
    const level = tokens / quantum;
    return { weight, level, extraSeconds: serviceSeconds - secondsThrough(level, 0, 0, durations, 0) };
  });
  const seen = seenBy(chain, sizes, props.arrivalScv, spreadFactor(busy));
  return {
    ...momentsOf(chain),
    afterFirstToken: followed(ownStates(owns, seen, chain), chain),
    meanTtftSeconds: meanTtft(owns, seen, durations, filling, idle),
    ttftTail: (seconds) => ttftTail(seconds, owns, seen, durations, filling, idle),
    stepTail: (seconds) => stepTail(seconds, chain),
  };
}

function followed(own: Float64Array, { arriving, durations, last }: Chain): readonly number[] {
  const means: number[] = [];
  let states = own;
  for (let step = 0; step < FOLLOWED; step += 1) {
    states = advance(states, arriving, last);
    means.push(meanOver(states, durations));
  }
  return means;
}

/** A level stands for what was rounded to it: half of it lies towards the next. */
function stepTail(seconds: number, { stationary, durations }: Chain): number {
  let tail = 0;
  for (let state = 0; state < stationary.length; state += 1) {
    const level = Math.min(state, FULL);
    const own = at(durations, level);
    if (own > seconds) tail += at(stationary, state);
    else if (level > 0 && level < FULL) {
      const next = at(durations, level + 1);
      if (next > seconds) tail += (at(stationary, state) * 0.5 * (next - seconds)) / (next - own);
    }
  }
  return tail;
}
