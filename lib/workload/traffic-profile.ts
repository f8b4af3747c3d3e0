import { Problem } from '../problem';
import type { Trace } from './trace';
import type { Traffic, TrafficProfile } from './traffic';

/** Length of the window whose busiest position is called the peak of a trace. */
export const PEAK_WINDOW_SECONDS = 60;

const HOUR_SECONDS = 3600;

/** Squared coefficient of variation of exponential gaps. Rates say nothing about gaps: independent arrivals are assumed. */
const POISSON_SCV = 1;

/**
 * What sizing reads of any traffic.
 *
 * - `rate`: lowest is the mean, since no trough is given.
 * - `hourly`: lowest, mean and highest hour.
 * - `trace`: the mean is gaps per second; peak and lowest are the busiest and the quietest 60 seconds anywhere in it.
 *
 * @param traceOf gives the parsed trace of a file that traffic names; lib reads no files itself
 * @throws Problem InvalidTrace when all requests of a trace arrive at once, so that it has no rate.
 */
export function trafficProfileOf(traffic: Traffic, traceOf: (file: string) => Trace): TrafficProfile {
  switch (traffic.kind) {
    case 'rate':
      return {
        lowestRequestsPerSecond: traffic.meanRequestsPerSecond,
        meanRequestsPerSecond: traffic.meanRequestsPerSecond,
        peakRequestsPerSecond: traffic.peakRequestsPerSecond,
        arrivalScv: POISSON_SCV,
        basis: 'mean and peak as given, lowest = mean, Poisson arrivals assumed',
      };
    case 'hourly':
      return hourlyProfile(traffic.requestsPerSecond);
    case 'trace':
      return traceProfile(traceOf(traffic.file), traffic.file);
  }
}

function hourlyProfile(rates: readonly number[]): TrafficProfile {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const lowest = Math.min(...rates);
  const peak = Math.max(...rates);
  return {
    lowestRequestsPerSecond: lowest,
    // A sum of equal rates may round past them.
    meanRequestsPerSecond: Math.min(Math.max(mean, lowest), peak),
    peakRequestsPerSecond: peak,
    arrivalScv: POISSON_SCV,
    hourlyRequestsPerSecond: rates,
    basis: `${rates.length} hourly rates, Poisson arrivals assumed within the hour`,
  };
}

function traceProfile(trace: Trace, file: string): TrafficProfile {
  const arrivals = trace.arrivedAtSeconds;
  const span = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
  if (!(span > 0)) {
    throw new Problem(
      'InvalidTrace',
      `trace ${file} has no two requests at different times, so it has no rate; give a longer trace`,
    );
  }
  const mean = (arrivals.length - 1) / span;
  const window = Math.min(PEAK_WINDOW_SECONDS, span);
  const hours = busiestByHour(arrivals, span);
  return {
    lowestRequestsPerSecond: Math.min(mean, quietest(arrivals, window) / window),
    meanRequestsPerSecond: mean,
    // In a trace of little more than a window, no single window need reach the mean.
    peakRequestsPerSecond: Math.max(mean, busiest(arrivals, window) / window),
    arrivalScv: gapScv(arrivals, span),
    ...(hours.length === 0 ? {} : { hourlyRequestsPerSecond: hours }),
    basis: `${arrivals.length} requests of ${file}; peak and lowest over any ${PEAK_WINDOW_SECONDS} s, gaps as measured`,
  };
}

/** Requests per second of the busiest minute inside each whole hour after the first arrival. */
function busiestByHour(arrivals: readonly number[], span: number): readonly number[] {
  const first = arrivals[0] ?? 0;
  const hours: number[][] = Array.from({ length: Math.floor(span / HOUR_SECONDS) }, () => []);
  for (const at of arrivals) hours[Math.floor((at - first) / HOUR_SECONDS)]?.push(at);
  return hours.map((inHour) => busiest(inHour, PEAK_WINDOW_SECONDS) / PEAK_WINDOW_SECONDS);
}

/** Most arrivals in any half-open window. Ascending arrivals; a fullest window can start at an arrival. */
function busiest(arrivals: readonly number[], window: number): number {
  let most = 0;
  let first = 0;
  arrivals.forEach((at, last) => {
    while (at - (arrivals[first] ?? at) >= window) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

/** Fewest arrivals in any window that lies inside the trace. An emptiest window can start just after an arrival. */
function quietest(arrivals: readonly number[], window: number): number {
  const end = arrivals.at(-1) ?? 0;
  let fewest = arrivals.length;
  let next = 0;
  arrivals.forEach((start, index) => {
    if (start + window > end) return;
    while ((arrivals[next] ?? end) < start + window) next += 1;
    // Of arrivals at one instant the last sees the emptiest window.
    fewest = Math.min(fewest, next - index - 1);
  });
  return fewest;
}

function gapScv(arrivals: readonly number[], span: number): number {
  const gaps = arrivals.length - 1;
  const mean = span / gaps;
  let squares = 0;
  for (let index = 1; index < arrivals.length; index += 1) {
    squares += ((arrivals[index] ?? 0) - (arrivals[index - 1] ?? 0) - mean) ** 2;
  }
  return squares / gaps / mean ** 2;
}
