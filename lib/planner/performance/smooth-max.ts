/**
 * (a³ + b³)^(1/3): the larger of two times, rounded where they are equal, because compute and memory overlap only in part.
 *
 * Written through the ratio so that scaling both by a power of two scales the result by exactly that.
 */
export function smoothMax(a: number, b: number): number {
  const high = Math.max(a, b);
  if (high === 0) return 0;
  const ratio = Math.min(a, b) / high;
  return high * Math.cbrt(1 + ratio * ratio * ratio);
}
