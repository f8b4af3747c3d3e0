import type { Wait } from './waiting';

/** Requests that decode at once, as a birth–death chain. */
export interface OccupancyProps {
  /** Sequences that may decode at once; more wait. */
  readonly slots: number;
  readonly requestsPerSecond: number;
  /** Time that a request decodes for while so many do. */
  readonly holdSeconds: (decoding: number) => number;
  readonly arrivalScv: number;
  /** By what the number scatters more than arrivals alone have it: relative to the arrivals' rate. */
  readonly extraNoise: number;
  /** Of the time in a slot, whatever the load. */
  readonly holdScv: number;
  /** Of the room that a request takes, where slots are room in a cache; 0 where they are counted. */
  readonly roomScv: number;
  /** E[min(X, Y)] / E[X] of two independent holds: 1/2 where they are exponential. */
  readonly overlap: number;
}

export interface Occupancy {
  readonly mean: number;
  readonly variance: number;
  /** Share of time in which none decodes. */
  readonly empty: number;
  readonly wait: Wait;
}

/**
 * With n decoding each leaves at the rate 1 / hold(n), so that states weigh w(n) = w(n − 1) · λ hold(n) / n: processor sharing,
 * exact for Poisson arrivals whatever the lengths (Kelly 1979). Beyond the last slot they decay by λ hold(c) / c. Burstier arrivals
 * stretch the logarithm of these weights by 2 / (1 + z), as a diffusion of their variance has it; z is the peakedness
 * 1 + (c_a² − 1) E[min] / E[X] of infinitely many servers (Whitt 1984). Those who wait decay by Allen & Cunneen's
 * 2 / (c_a² + c_s²). Undefined where slots cannot keep up.
 */
export function occupancy(props: OccupancyProps): Occupancy | undefined {
  const { requestsPerSecond, holdSeconds, arrivalScv, holdScv, overlap } = props;
  const slots = Math.max(1, Math.floor(props.slots));
  const leaving = slots / holdSeconds(slots);
  if (requestsPerSecond >= leaving) return undefined;
  const stretch = 1 / Math.max(0.2, 1 + (arrivalScv - 1 + props.extraNoise) * overlap);
  const number = statesOf(slots, props, 1);
  // Those who find no slot wait outside: the number scatters no further than it has room.
  const variance = Math.min(number.variance / stretch, Math.max(number.variance, ((slots - number.mean) / 1.5) ** 2));
  // Holds that grow with the number make the mean grow with its scatter.
  const steep = (holdSeconds(number.mean + 1) - holdSeconds(number.mean)) / holdSeconds(number.mean);
  const mean = Math.min(
    slots,
    number.mean +
      Math.min(1, steep * number.mean) * Math.min(1, (variance - number.variance) / number.mean ** 2) * number.mean,
  );
  // Requests of unequal room fill a cache as if their number scattered by as much more.
  const scattered = variance === 0 ? 1 : variance / (variance + mean * props.roomScv);
  const room = statesOf(slots, props, stretch * scattered);
  const decay = (requestsPerSecond / leaving) ** (2 / (arrivalScv + holdScv + props.roomScv));
  const waiting = (room.full * decay) / (1 - decay);
  return {
    mean: (mean + slots * waiting) / (1 + waiting),
    variance,
    empty: number.empty,
    wait: { probability: (room.full + waiting) / (1 + waiting), perSecond: leaving * (1 - decay) },
  };
}

interface States {
  readonly mean: number;
  readonly variance: number;
  readonly empty: number;
  readonly full: number;
}

/** States up to the last slot, none waiting. */
function statesOf(slots: number, { requestsPerSecond, holdSeconds }: OccupancyProps, stretch: number): States {
  let weight = 1;
  let total = 1;
  let first = 0;
  let second = 0;
  let empty = 1;
  for (let n = 1; n <= slots; n += 1) {
    weight *= ((requestsPerSecond * holdSeconds(n)) / n) ** stretch;
    total += weight;
    first += n * weight;
    second += n * n * weight;
    if (total > 1e200) {
      weight /= 1e200;
      total /= 1e200;
      first /= 1e200;
      second /= 1e200;
      empty /= 1e200;
    } else if (n > first / total && weight < 1e-12 * total) {
      weight = 0;
      break;
    }
  }
  const mean = first / total;
  return { mean, variance: Math.max(0, second / total - mean * mean), empty: empty / total, full: weight / total };
}
