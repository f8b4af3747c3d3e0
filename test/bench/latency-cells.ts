import { pointAtRate } from '../../lib/planner/performance/calibrated/open-loop';
import { defaultModel } from '../../lib/planner/performance/default-model';
import { itlQuantile, numericPoint } from '../../lib/planner/performance/numeric-serving';
import { requestSlots, type ServedReplica, ttftQuantile } from '../../lib/planner/performance/serving';
import { servingDemand } from '../../lib/planner/performance/serving-demand';
import type { TokenLengths } from '../../lib/workload/tokens';
import { aReplica } from '../planner/fixtures';
import { gapQuantile, type LengthSource, meanOf, quantileOf, serve } from '../planner/simulation/served-simulation';

/** Latencies that formulas and simulation are compared in. */
export const METRICS = ['mean TPOT', 'mean TTFT', 'TTFT p95', 'TTFT p99', 'ITL p99'] as const;
export type Latencies = Readonly<Record<(typeof METRICS)[number], number>>;

/** Replicas of one scheduler, fast and slow, small and large, with all that their engines add around steps taken out. */
export const REPLICAS = [
  ['8B on an H100', aReplica('Qwen/Qwen3-8B', 'p5.4xlarge')],
  ['8B on an L4', aReplica('Qwen/Qwen3-8B', 'g6.xlarge', { precision: 'fp8' })],
  [
    '70B on four H200',
    aReplica('meta-llama/Meta-Llama-3.1-70B', 'p5en.48xlarge', { tensorParallel: 4, acceleratorsPerReplica: 4 }),
  ],
  [
    '235B MoE on four B200',
    aReplica('Qwen/Qwen3-235B-A22B-FP8', 'p6-b200.48xlarge', {
      precision: 'fp8',
      tensorParallel: 4,
      acceleratorsPerReplica: 4,
    }),
  ],
] as const;

export function servedBy(
  configuration: (typeof REPLICAS)[number][1],
  stated: TokenLengths,
  arrivalScv: number,
): ServedReplica {
  const model = defaultModel();
  const [fit, steps] = [model.memory(configuration), model.steps(configuration)];
  if ('unknown' in fit || 'unknown' in steps || !fit.fits) throw new Error('fits');
  const { stepSeconds, boundBy } = steps;
  const demand = servingDemand(stated, 0, arrivalScv);
  return { steps: { stepSeconds, boundBy }, fit, limits: model.scheduling(configuration), demand };
}

export function predicted(replica: ServedReplica, requestsPerSecond: number): Latencies | undefined {
  const slots = requestSlots(replica);
  const carried = pointAtRate(replica, slots, requestsPerSecond);
  const point = carried === undefined || carried.saturated ? undefined : numericPoint(replica, slots, carried.point);
  if (point === undefined) return undefined;
  return {
    'mean TPOT': point.meanTpotSeconds,
    'mean TTFT': point.meanTtftSeconds,
    'TTFT p95': ttftQuantile(point, 95),
    'TTFT p99': ttftQuantile(point, 99),
    'ITL p99': itlQuantile(point, 99),
  };
}

export interface Simulated {
  readonly mean: Latencies;
  /** Half-width of the 95 % interval of each, relative. */
  readonly interval: Latencies;
  readonly runs: number;
}

/** Independent runs until every interval is below its third of a bound, or too many. */
export function simulated(
  replica: ServedReplica,
  load: { readonly requestsPerSecond: number; readonly lengths: LengthSource; readonly requests: number },
  allowed: Latencies,
  mostRuns: number,
): Simulated {
  const runs: Latencies[] = [];
  for (;;) {
    const seed = 1000 + runs.length;
    const { arrivalScv } = replica.demand;
    const times = serve(replica, { ...load, arrivalScv, warmup: Math.ceil(load.requests / 8), seed });
    runs.push({
      // Little's law sees time per token weighted by requests as the mean over requests does.
      'mean TPOT': meanOf(times.tpotSeconds),
      'mean TTFT': meanOf(times.ttftSeconds),
      'TTFT p95': quantileOf(times.ttftSeconds, 0.95),
      'TTFT p99': quantileOf(times.ttftSeconds, 0.99),
      'ITL p99': gapQuantile(times.gaps, 0.99),
    });
    if (runs.length < 6) continue;
    const mean = overMetrics((metric) => meanOf(runs.map((run) => run[metric])));
    const interval = overMetrics((metric) => {
      const spread = runs.reduce((sum, run) => sum + (run[metric] - mean[metric]) ** 2, 0) / (runs.length - 1);
      return (T_95 * Math.sqrt(spread / runs.length)) / mean[metric];
    });
    const settled = METRICS.every((metric) => interval[metric] < allowed[metric]);
    if (settled || runs.length >= mostRuns) return { mean, interval, runs: runs.length };
  }
}

/** Student's t for five degrees of freedom and more, at most. */
const T_95 = 2.57;

export function overMetrics(of: (metric: (typeof METRICS)[number]) => number): Latencies {
  return Object.fromEntries(METRICS.map((metric) => [metric, of(metric)])) as Latencies;
}
