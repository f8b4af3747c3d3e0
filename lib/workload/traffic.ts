/**
 * How requests arrive at one model. Rates are requests per second over all replicas.
 *
 * - `rate`: a mean and a peak.
 * - `hourly`: a repeating shape, 24 values (a day) or 168 (a week), UTC, index 0 = midnight (Monday).
 * - `trace`: arrivals read from a file; the peak is the busiest minute.
 */
export type Traffic =
  | { readonly kind: 'rate'; readonly meanRequestsPerSecond: number; readonly peakRequestsPerSecond: number }
  | { readonly kind: 'hourly'; readonly requestsPerSecond: readonly number[] }
  | { readonly kind: 'trace'; readonly file: string };

/** What sizing reads of any traffic. 0 < lowest ≤ mean ≤ peak, except that lowest may be 0. */
export interface TrafficProfile {
  readonly lowestRequestsPerSecond: number;
  readonly meanRequestsPerSecond: number;
  readonly peakRequestsPerSecond: number;
  /** Squared coefficient of variation of the gaps between arrivals; 1 is Poisson. */
  readonly arrivalScv: number;
  /**
   * The rate to carry in each hour of a shape that repeats: 24 or 168 of an hourly one, from midnight UTC (of Monday); of a trace
   * the busiest minute of each whole hour after its start. @default - no shape is known
   */
  readonly hourlyRequestsPerSecond?: readonly number[];
  /** How the numbers came about, for the report. */
  readonly basis: string;
}
