import type { Slo } from '../../workload/workload';
import {
  prefillUtilization,
  rateAt,
  type ServedReplica,
  type ServingPoint,
  servingPoint,
  tpotQuantile,
  ttftQuantile,
} from '../performance/serving';
import type { BindingConstraint } from '../plan';

/** Points of the load grid per doubling of concurrency: neighbours differ by 0.54 %. */
const POINTS_PER_DOUBLING = 128;
/** 2⁻¹⁶ sequences in flight: an idle replica. */
const LOWEST = -16 * POINTS_PER_DOUBLING;
const HIGHEST = 16 * POINTS_PER_DOUBLING;

/** The largest load that a replica carries within an SLO, and what stops it there. */
export type LoadLimit =
  | {
      readonly kind: 'limit';
      readonly requestsPerSecond: number;
      readonly binding: BindingConstraint;
    }
  /** Not even an idle replica keeps it. `excess` is the larger ratio of latency to target. */
  | {
      readonly kind: 'missed';
      readonly ttftSeconds: number;
      readonly tpotSeconds: number;
      readonly excess: number;
    };

/**
 * Bisects a fixed grid of concurrencies for the largest that keeps both percentiles. The grid is the same for every replica
 * and SLO, so a looser SLO or faster hardware, which keep it wherever the stricter or slower do, never end lower.
 */
export function loadLimit(replica: ServedReplica, slots: number, slo: Slo): LoadLimit {
  const keeps = (index: number): boolean => {
    const point = pointAt(replica, slots, index);
    return point !== undefined && keepsSlo(point, slo);
  };
  if (!keeps(LOWEST)) return missed(replica, slots, slo);
  const best = highestWhere(keeps, LOWEST, HIGHEST);
  const carried = pointAt(replica, slots, best)?.requestsPerSecond ?? 0;
  return {
    kind: 'limit',
    requestsPerSecond: Math.min(carried, highestRate(replica, slots)),
    binding: bindingAfter(replica, slots, best + 1, slo),
  };
}

/** What no operating point exceeds: the rate with every slot decoding. Candidates are discarded by it unevaluated. */
export function highestRate(replica: ServedReplica, slots: number): number {
  return rateAt(replica, slots);
}

/** The operating point that carries a rate: the lowest of the grid that does, so its latencies are never flattering. */
export function pointCarrying(
  replica: ServedReplica,
  slots: number,
  requestsPerSecond: number,
): ServingPoint | undefined {
  const below = (index: number): boolean => {
    const point = pointAt(replica, slots, index);
    return point !== undefined && point.requestsPerSecond < requestsPerSecond;
  };
  const start = below(LOWEST) ? highestWhere(below, LOWEST, HIGHEST) + 1 : LOWEST;
  return pointAt(replica, slots, start) ?? pointAt(replica, slots, start - 1);
}

function keepsSlo(point: ServingPoint, { ttft, tpot }: Slo): boolean {
  return (
    point.ttftTail(ttft.seconds) <= 1 - ttft.percentile / 100 &&
    point.tpotTail(tpot.seconds) <= 1 - tpot.percentile / 100
  );
}

/** Points of a replica with so many slots, by their place in the grid: each SLO that is tried asks for much the same. */
interface Known {
  readonly slots: number;
  readonly points: Map<number, ServingPoint | undefined>;
}

const KNOWN = new WeakMap<ServedReplica, Known>();

function pointAt(replica: ServedReplica, slots: number, index: number): ServingPoint | undefined {
  const concurrency = concurrencyAt(index);
  if (concurrency > slots) return undefined;
  const { points } = knownOf(replica, slots);
  const known = points.get(index);
  if (known !== undefined || points.has(index)) return known;
  const point = servingPoint(replica, slots, concurrency);
  points.set(index, point);
  return point;
}

function knownOf(replica: ServedReplica, slots: number): Known {
  const known = KNOWN.get(replica);
  if (known?.slots === slots) return known;
  const made: Known = { slots, points: new Map() };
  KNOWN.set(replica, made);
  return made;
}

/** The largest index in [low, high) where `holds`, which is true at low; where it is not monotone, one after which it fails. */
function highestWhere(holds: (index: number) => boolean, low: number, high: number): number {
  let kept = low;
  let failed = high;
  while (failed - kept > 1) {
    const middle = Math.floor((kept + failed) / 2);
    if (holds(middle)) kept = middle;
    else failed = middle;
  }
  return kept;
}

function missed(replica: ServedReplica, slots: number, { ttft, tpot }: Slo): LoadLimit {
  const idle = pointAt(replica, slots, LOWEST);
  if (idle === undefined) {
    return { kind: 'missed', ttftSeconds: Infinity, tpotSeconds: Infinity, excess: Infinity };
  }
  const ttftSeconds = ttftQuantile(idle, ttft.percentile);
  const tpotSeconds = tpotQuantile(idle, tpot.percentile);
  const excess = Math.max(ttftSeconds / ttft.seconds, tpotSeconds / tpot.seconds);
  return { kind: 'missed', ttftSeconds, tpotSeconds, excess };
}

/** Names what the next point of the grid breaks: the prefill queue, the slots, or one of the promises. */
function bindingAfter(replica: ServedReplica, slots: number, index: number, { ttft }: Slo): BindingConstraint {
  const concurrency = concurrencyAt(index);
  if (concurrency > slots) return 'memory';
  const next = pointAt(replica, slots, index);
  if (next === undefined) return prefillUtilization(replica, slots, concurrency) >= 1 ? 'prefillFlops' : 'memory';
  return next.ttftTail(ttft.seconds) > 1 - ttft.percentile / 100 ? 'ttft' : 'tpot';
}

function concurrencyAt(index: number): number {
  return 2 ** (index / POINTS_PER_DOUBLING);
}
