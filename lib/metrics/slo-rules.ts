import { exact } from '../units/exact';
import type { LatencyTarget, Slo } from '../workload/workload';
import { BURN_WINDOWS, type BurnWindow, burnRate, DURATION_HOURS, type Duration, slowShareOf } from './burn-rate';
import { allRequests, decimal, fastRequests, type LatencyHistogram, TPOT, TTFT } from './latency-share';
import type { AlertRule, RecordingRule, RuleGroup } from './rule-groups';

/** A promise that a cell keeps for one workload. */
export interface ServedSlo {
  readonly workload: string;
  readonly slo: Slo;
}

type Latency = keyof Slo;
const HISTOGRAMS: Readonly<Record<Latency, LatencyHistogram>> = { ttft: TTFT, tpot: TPOT };

/**
 * Rules of one workload's promises. Rates are worked out once a minute over five minutes; longer windows add those up, so
 * that no rule reads three days of buckets.
 */
export function sloRules({ workload, slo }: ServedSlo): readonly RuleGroup[] {
  return (['ttft', 'tpot'] as const).map((latency) => ({
    name: `${workload}-${latency}`,
    rules: [...recordings(latency, workload, slo[latency]), ...alerts(latency, workload, slo[latency])],
  }));
}

function recordings(latency: Latency, workload: string, { seconds }: LatencyTarget): readonly RecordingRule[] {
  const histogram = HISTOGRAMS[latency];
  const [all, fast] = [allName(latency), fastName(latency)];
  const of = `{workload="${workload}"}`;
  return [
    { record: all, expr: allRequests(histogram, workload) },
    { record: fast, expr: fastRequests(histogram, workload, exact(`${seconds}`)) },
    ...(Object.keys(DURATION_HOURS) as readonly Duration[]).map((window) => ({
      record: slowName(latency, window),
      expr:
        window === '5m'
          ? `1 - ${fast}${of} / ${all}${of}`
          : `1 - sum_over_time(${fast}${of}[${window}]) / sum_over_time(${all}${of}[${window}])`,
    })),
  ];
}

function alerts(latency: Latency, workload: string, target: LatencyTarget): readonly AlertRule[] {
  const burning = BURN_WINDOWS.flatMap((window) => {
    const share = slowShareOf(window, target);
    return share === undefined ? [] : [burnAlert(latency, workload, target, window, decimal(share))];
  });
  return [...burning, unmeasured(latency, workload)];
}

function burnAlert(
  latency: Latency,
  workload: string,
  { percentile, seconds }: LatencyTarget,
  window: BurnWindow,
  share: string,
): AlertRule {
  const { long, short, severity } = window;
  const rate = decimal(burnRate(window));
  const slower = (over: Duration) => `${slowName(latency, over)}{workload="${workload}"} > ${share}`;
  return {
    alert: 'LatencyBudgetBurns',
    expr: `${slower(long)} and ${slower(short)}`,
    for: '2m',
    labels: { severity, workload, latency, burn_rate: rate },
    annotations: {
      summary: `${workload} spends its ${latency.toUpperCase()} budget ${rate} times too fast: over ${share} of its requests in ${long} were slower than ${seconds} s, promised for ${percentile} %`,
    },
  };
}

/** Requests without a count of the fast ones: the buckets are named otherwise, and no promise is watched. */
function unmeasured(latency: Latency, workload: string): AlertRule {
  const of = `{workload="${workload}"}`;
  return {
    alert: 'LatencyNotMeasured',
    expr: `${allName(latency)}${of} > 0 unless ${fastName(latency)}${of}`,
    for: '30m',
    labels: { severity: 'ticket', workload, latency },
    annotations: {
      summary: `${workload} answers requests and has no buckets of ${latency.toUpperCase()} where they are looked for`,
    },
  };
}

function allName(latency: Latency): string {
  return `workload:${latency}_requests:rate5m`;
}

function fastName(latency: Latency): string {
  return `workload:${latency}_fast_requests:rate5m`;
}

function slowName(latency: Latency, window: Duration): string {
  return `workload:${latency}_slow_share:${window}`;
}
