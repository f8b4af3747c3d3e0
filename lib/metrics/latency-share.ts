import { type Exact, exact, exactText, roundedText } from '../units/exact';

/** A latency histogram of the model servers. */
export interface LatencyHistogram {
  readonly metric: string;
  /** Upper bounds of its buckets, in seconds. */
  readonly bounds: readonly string[];
  /** The pool whose servers do not measure it, where prefill and decode run apart. */
  readonly notOf: 'prefill' | 'decode';
}

/**
 * Bounds as vLLM writes them in its code (vllm/v1/metrics/loggers.py, read 2026-11-23). Where prefill runs apart, the transfer of
 * the cache to the decode server is not in it.
 */
export const TTFT: LatencyHistogram = {
  metric: 'vllm:time_to_first_token_seconds',
  notOf: 'decode',
  bounds: [
    ...['0.001', '0.005', '0.01', '0.02', '0.04', '0.06', '0.08', '0.1', '0.25', '0.5', '0.75', '1', '2.5', '5', '7.5'],
    ...['10', '20', '40', '80', '160', '640', '2560'],
  ],
};

/** Of each request the mean after its first token, which is what a promise of TPOT is about. */
export const TPOT: LatencyHistogram = {
  metric: 'vllm:request_time_per_output_token_seconds',
  notOf: 'prefill',
  bounds: [
    ...['0.01', '0.025', '0.05', '0.075', '0.1', '0.15', '0.2', '0.3', '0.4', '0.5', '0.75', '1', '2.5', '5', '7.5'],
    ...['10', '20', '40', '80'],
  ],
};

/** A bucket's bound and the share of its count that goes into a sum. */
export interface WeightedBound {
  readonly bound: string;
  readonly weight: Exact;
}

/**
 * The buckets whose weighted counts are the requests within a latency. Between two bounds requests are taken to be spread
 * evenly, as `histogram_quantile` takes them; beyond the last bound nothing is known, so that the last bucket stands for it.
 */
export function boundsWithin({ bounds }: LatencyHistogram, seconds: Exact): readonly WeightedBound[] {
  const whole = exact(1);
  const above = bounds.findIndex((bound) => exact(bound).compare(seconds) >= 0);
  const upper = bounds[above < 0 ? bounds.length - 1 : above] ?? '';
  const lower = above <= 0 ? undefined : bounds[above - 1];
  if (above < 0 || exact(upper).equals(seconds)) return [{ bound: upper, weight: whole }];
  const start = exact(lower ?? '0');
  const weight = seconds.sub(start).div(exact(upper).sub(start));
  return [...(lower === undefined ? [] : [{ bound: lower, weight: whole.sub(weight) }]), { bound: upper, weight }];
}

/** PromQL: requests a second of a workload that were within a latency, over five minutes. */
export function fastRequests(histogram: LatencyHistogram, workload: string, seconds: Exact): string {
  const terms = boundsWithin(histogram, seconds).map(({ bound, weight }) => {
    const count = `sum by (workload) (rate(${histogram.metric}_bucket{workload="${workload}",${measuring(histogram)},le=~"${boundPattern(bound)}"}[5m]))`;
    return weight.equals(1) ? count : `${decimal(weight)} * ${count}`;
  });
  return terms.join(' + ');
}

/** PromQL: all requests a second of each workload, over five minutes. */
export function allRequests(histogram: LatencyHistogram): string {
  return `sum by (workload) (rate(${histogram.metric}_count{${measuring(histogram)}}[5m]))`;
}

/** Servers without pools have no such label, which PromQL takes for another than any. */
function measuring({ notOf }: LatencyHistogram): string {
  return `pool!="${notOf}"`;
}

/** A client library writes 1 as "1.0", a newer Prometheus as "1". */
function boundPattern(bound: string): string {
  const literal = bound.replace('.', '\\\\.');
  return bound.includes('.') ? literal : `${literal}(\\\\.0)?`;
}

/** PromQL has floats only: a weight without a finite decimal is cut after twelve places. */
export function decimal(value: Exact): string {
  const text = exactText(value);
  return text.includes('/') ? roundedText(value, 12) : text;
}
