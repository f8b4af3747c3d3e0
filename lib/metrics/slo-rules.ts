import { exact } from '../units/exact';
import type { LatencyTarget, Slo } from '../workload/workload';
import { BURN_WINDOWS, type BurnWindow, burnRate, DURATION_HOURS, type Duration, latencyBudget } from './burn-rate';
import { allRequests, decimal, fastRequests, type LatencyHistogram, TPOT, TTFT } from './latency-share';
import type { AlertRule, RecordingRule, RuleGroup } from './rule-groups';

/** A promise that a cell keeps for one workload. */
export interface ServedSlo {
  readonly workload: string;
  readonly slo: Slo;
}

type Latency = keyof Slo;
const HISTOGRAMS: Readonly<Record<Latency, LatencyHistogram>> = { ttft: TTFT, tpot: TPOT };
const MATCHED = 'on (workload)';

/**
 * Rules of a cell's promises, one group a latency. A workload adds what is its own, its fast requests and the share that may be slow;
 * windows and alerts read these for all workloads together, because AMP counts rules by workspace (quota L-3D15CDB4).
 *
 * Rates are worked out once a minute over five minutes; longer windows add those up, so that no rule reads three days of
 * buckets. All of a latency is one group, whose rules AMP evaluates at one time: requests and fast ones are counted alike.
 */
export function sloRules(slos: readonly ServedSlo[]): readonly RuleGroup[] {
  if (slos.length === 0) return [];
  const inOrder = [...slos].sort((a, b) => (a.workload < b.workload ? -1 : 1));
  return (['ttft', 'tpot'] as const).map((latency) => ({
    name: latency,
    rules: [
      ...inOrder.flatMap(({ workload, slo }) => promised(latency, workload, slo[latency])),
      counted(latency),
      ...shares(latency),
      ...BURN_WINDOWS.map((window) => burnAlert(latency, window)),
      unmeasured(latency),
    ],
  }));
}

function promised(latency: Latency, workload: string, target: LatencyTarget): readonly RecordingRule[] {
  const seconds = exact(`${target.seconds}`);
  return [
    // The label that the expression leaves anyway: by it a linter tells one workload's rule from another's.
    { record: fastName(latency), expr: fastRequests(HISTOGRAMS[latency], workload, seconds), labels: { workload } },
    { record: allowedName(latency), expr: `vector(${decimal(latencyBudget(target))})`, labels: { workload } },
  ];
}

/** Of promised workloads alone: requests from before a promise, of which no fast ones are known, would all count as slow. */
function counted(latency: Latency): RecordingRule {
  return {
    record: allName(latency),
    expr: `${allRequests(HISTOGRAMS[latency])} and ${MATCHED} ${allowedName(latency)}`,
  };
}

function shares(latency: Latency): readonly RecordingRule[] {
  const [all, fast] = [allName(latency), fastName(latency)];
  return (Object.keys(DURATION_HOURS) as readonly Duration[]).map((window) => ({
    record: slowName(latency, window),
    expr:
      window === '5m'
        ? `1 - ${fast} / ${all}`
        : `1 - sum_over_time(${fast}[${window}]) / sum_over_time(${all}[${window}])`,
  }));
}

/** A promise for half of the requests or fewer makes a share over the whole, which nothing passes. */
function burnAlert(latency: Latency, window: BurnWindow): AlertRule {
  const { long, short, severity } = window;
  const rate = decimal(burnRate(window));
  const slower = (over: Duration) => `${slowName(latency, over)} > ${MATCHED} ${rate} * ${allowedName(latency)}`;
  return {
    alert: 'LatencyBudgetBurns',
    expr: `${slower(long)} and ${MATCHED} ${slower(short)}`,
    for: '2m',
    labels: { severity, latency, burn_rate: rate },
    annotations: {
      summary: `{{ $labels.workload }} spends its ${latency.toUpperCase()} budget ${rate} times too fast: {{ $value | humanizePercentage }} of its requests in ${long} were slower than promised`,
    },
  };
}

/** Requests without a count of the fast ones: the buckets are named otherwise, and no promise is watched. */
function unmeasured(latency: Latency): AlertRule {
  return {
    alert: 'LatencyNotMeasured',
    expr: `${allName(latency)} > 0 unless ${MATCHED} ${fastName(latency)}`,
    for: '30m',
    labels: { severity: 'ticket', latency },
    annotations: {
      summary: `{{ $labels.workload }} answers requests and has no buckets of ${latency.toUpperCase()} where they are looked for`,
    },
  };
}

function allName(latency: Latency): string {
  return `workload:${latency}_requests:rate5m`;
}

function fastName(latency: Latency): string {
  return `workload:${latency}_fast_requests:rate5m`;
}

function allowedName(latency: Latency): string {
  return `workload:${latency}_slow_share:allowed`;
}

function slowName(latency: Latency, window: Duration): string {
  return `workload:${latency}_slow_share:${window}`;
}
