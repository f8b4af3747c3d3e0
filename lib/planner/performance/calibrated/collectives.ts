/**
 * How ranks exchange what they computed: a latency and bytes over a link. One direction's bandwidth of one rank is `bandwidth`,
 * what an all-reduce reaches of it is in it already; times in seconds, sizes in bytes.
 */
export interface Exchange {
  /** Latency of an all-reduce between two ranks, and its growth for each further one. */
  readonly latency: number;
  readonly growth: number;
  readonly bandwidth: number;
  /** What a network between nodes adds to each exchange. */
  readonly network: number;
}

/**
 * Relative to an all-reduce, by the usable NCCL fits of H100 to GB300 (opfit_other.csv, medians): an all-gather or reduce-scatter starts
 * in 0.88 of its time at 0.85 of its rate, an all-to-all in 1.15 at 0.8 without growing with the ranks.
 */
const GATHER = { latency: 0.88, rate: 0.85 };
const ROUTE = { latency: 1.15, rate: 0.8 };

const started = (ranks: number, e: Exchange): number => e.latency * (1 + e.growth * (ranks - 2)) + e.network;

/** All-reduce of `bytes` that every rank has: each passes 2 (n − 1)/n of them around a ring. */
export function allReduceSeconds(ranks: number, bytes: number, e: Exchange): number {
  if (ranks <= 1) return 0;
  return started(ranks, e) + (2 * (ranks - 1) * bytes) / ranks / e.bandwidth;
}

/** All-gather to `bytes` on every rank, or the reduce-scatter of as many: each receives, or sends, (n − 1)/n of them. */
export function allGatherSeconds(ranks: number, bytes: number, e: Exchange): number {
  if (ranks <= 1) return 0;
  return GATHER.latency * started(ranks, e) + ((ranks - 1) * bytes) / ranks / (e.bandwidth * GATHER.rate);
}

/** All-to-all of `bytes` that the busiest rank sends, its own share of 1/n not leaving it. */
export function allToAllSeconds(ranks: number, bytes: number, e: Exchange): number {
  if (ranks <= 1) return 0;
  return ROUTE.latency * e.latency + e.network + ((ranks - 1) * bytes) / ranks / (e.bandwidth * ROUTE.rate);
}

/** One message from a rank to the next, of a pipeline. */
export function sendSeconds(bytes: number, e: Exchange): number {
  return e.latency + e.network + bytes / e.bandwidth;
}

/** Groups of expert ranks that a token's experts lie on, of `groups`, under uniform routing. */
export function groupsReached(groups: number, expertsPerToken: number): number {
  return groups * (1 - (1 - 1 / groups) ** expertsPerToken);
}
