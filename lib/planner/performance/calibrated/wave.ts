import { sharpMaximum } from './smooth';

/** Mean wait of `n` arrivals spread over `width` seconds at one server: fluid where they exceed it, random where they do not. */
export function queueWait(n: number, service: number, width: number): number {
  const fluid = ((n - 1) / 2) * (1 - width / (n * service));
  return (service / 2) * (fluid + Math.sqrt(fluid * fluid + (n - 1)));
}

/** A benchmark whose slots start together: how the waves of its requests are served. */
export interface Waves {
  readonly slots: number;
  /** Seconds of prefill per request while the queue is full, and prompts that a step takes. */
  readonly service: number;
  readonly together: number;
  /** Seconds by which the starts of a wave spread further. */
  readonly gain: number;
  /** Seconds from a request's first token to its last. */
  readonly cycle: number;
  readonly waves: number;
  /** Length of the first wave relative to its prefill. */
  readonly first: number;
}

/**
 * Mean seconds of waiting and prefill over all waves. The first takes S (n + k) / 2 for n slots, k prompts a step; later
 * ones queue on arrivals that start as the wave before ended and spread as output lengths differ.
 */
export function meanWaveSeconds(w: Waves): number {
  const busy = w.service * w.slots;
  let width = w.first * busy;
  let total = (w.first * w.service * (w.slots + w.together)) / 2;
  for (let wave = 1; wave < w.waves; wave += 1) {
    width = Math.min(Math.sqrt(width * width + w.gain * w.gain), Math.max(w.cycle, busy));
    total += queueWait(w.slots, w.service, width) + w.service;
    width = sharpMaximum(width, busy);
  }
  return total / w.waves;
}
