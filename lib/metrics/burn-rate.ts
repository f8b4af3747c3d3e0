import { type Exact, exact } from '../units/exact';
import type { LatencyTarget } from '../workload/workload';
import type { Severity } from './rule-groups';

/** Days over which a promise is kept: the budget of slow requests is counted over them. */
const BUDGET_DAYS = 30;
const HOURS_A_DAY = 24;

/** A pair of windows: the long one says that it matters, the short one that it still goes on. */
export interface BurnWindow {
  readonly long: Duration;
  readonly short: Duration;
  /** Share of the whole budget that is spent when it fires. */
  readonly spent: string;
  readonly severity: Severity;
}

/** Windows in which slow requests are counted, in hours. */
export const DURATION_HOURS = { '5m': '1/12', '30m': '1/2', '1h': '1', '6h': '6', '3d': '72' } as const;
export type Duration = keyof typeof DURATION_HOURS;

/**
 * Google's Site Reliability Workbook, chapter 5, "Alerting on SLOs", multiwindow, multi-burn-rate: 2 % of a month's budget in
 * an hour and 5 % in six hours wake somebody up, 10 % in three days can wait for the morning.
 */
export const BURN_WINDOWS: readonly BurnWindow[] = [
  { long: '1h', short: '5m', spent: '2/100', severity: 'page' },
  { long: '6h', short: '30m', spent: '5/100', severity: 'page' },
  { long: '3d', short: '6h', spent: '10/100', severity: 'ticket' },
];

/** Times faster than a budget that lasts exactly its thirty days: share spent × thirty days ÷ window. */
export function burnRate({ spent, long }: BurnWindow): Exact {
  return exact(spent)
    .mul(exact(BUDGET_DAYS * HOURS_A_DAY))
    .div(exact(DURATION_HOURS[long]));
}

/** Share of requests that may be slow: 5 % where 95 % are promised. */
export function latencyBudget({ percentile }: LatencyTarget): Exact {
  return exact(1).sub(exact(`${percentile}`).div(exact(100)));
}
