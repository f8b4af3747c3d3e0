import type { LinkCoefficients } from './coefficients';

/** A link between ranks: one direction's peak of one accelerator, and how it behaves. */
export interface Link {
  readonly bytesPerSecond: number;
  readonly coefficients: LinkCoefficients;
}

/** Ring all-reduce of `bytes` over `ranks`: α(n) + 2 (n − 1)/n · bytes / (efficiency · link). */
export function allReduceSeconds(bytes: number, ranks: number, link: Link): number {
  return ranks === 1 ? 0 : latency(ranks, link) + (2 * ((ranks - 1) / ranks) * bytes) / usable(link);
}

/** All-to-all where every rank keeps 1/n of its `bytes`: α(n) + (n − 1)/n · bytes / (efficiency · link). */
export function allToAllSeconds(bytes: number, ranks: number, link: Link): number {
  return ranks === 1 ? 0 : latency(ranks, link) + (((ranks - 1) / ranks) * bytes) / usable(link);
}

/** One message from one rank to the next. */
export function sendSeconds(bytes: number, link: Link): number {
  return link.coefficients.latencySeconds + bytes / usable(link);
}

function latency(ranks: number, { coefficients }: Link): number {
  return coefficients.latencySeconds * (1 + coefficients.latencyGrowthPerRank * (ranks - 2));
}

function usable({ bytesPerSecond, coefficients }: Link): number {
  return bytesPerSecond * coefficients.bandwidthEfficiency;
}
