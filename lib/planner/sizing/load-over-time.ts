import { hoursIn, type Instant, type Interval, monthsOf } from '../../units/interval';
import type { TrafficProfile } from '../../workload/traffic';

/** A calendar month of the horizon, or its part, and how traffic then compares with that of the first. */
export interface MonthLoad {
  readonly start: Instant;
  /** Of the horizon; the shares of all months add up to one. */
  readonly share: number;
  readonly factor: number;
}

/** Traffic over the whole horizon: a shape that repeats, growing from month to month. */
export interface LoadOverTime {
  /** Lowest, mean and peak over all months: what the fleet is sized for. */
  readonly traffic: TrafficProfile;
  readonly months: readonly MonthLoad[];
  /** Rates of the hours of the first month. @default - the traffic has no shape */
  readonly hours?: readonly number[];
}

/**
 * Compounds growth by calendar months: the first has the traffic as given, the k-th (1 + g)^(k − 1) times as much. A horizon
 * that is not known is one month without growth.
 */
export function loadOverTime(
  traffic: TrafficProfile,
  growthPerMonth: number,
  horizon: Interval | undefined,
): LoadOverTime {
  const months = horizon === undefined ? [ONE_MONTH] : monthLoads(growthPerMonth, horizon);
  const factors = months.map(({ factor }) => factor);
  const mean = months.reduce((sum, { share, factor }) => sum + share * factor, 0);
  const most = Math.max(...factors);
  const hours = traffic.hourlyRequestsPerSecond;
  return {
    traffic:
      growthPerMonth === 0
        ? traffic
        : {
            ...traffic,
            lowestRequestsPerSecond: traffic.lowestRequestsPerSecond * Math.min(...factors),
            meanRequestsPerSecond: traffic.meanRequestsPerSecond * mean,
            peakRequestsPerSecond: traffic.peakRequestsPerSecond * most,
          },
    months,
    ...(hours === undefined ? {} : { hours }),
  };
}

const ONE_MONTH: MonthLoad = { start: '0001-01-01T00:00:00Z', share: 1, factor: 1 };

function monthLoads(growthPerMonth: number, horizon: Interval): readonly MonthLoad[] {
  const whole = hoursIn(horizon);
  return monthsOf(horizon).map(({ start, hours }, index) => ({
    start,
    share: hours.div(whole).valueOf(),
    factor: (1 + growthPerMonth) ** index,
  }));
}
