import { type Exact, exact, exactText } from '../../units/exact';
import { hoursIn, type Interval, monthsOf } from '../../units/interval';
import type { AmountText } from '../../units/money';
import { mapRange, type Range } from '../../units/range';
import { type Accrual, mapBounds, viewText } from './accrual';
import type { Bill } from './bill';
import { hourlyRate, isDueIn, timeFactor, VIEW_HOURS_PER_MONTH } from './cost-within';

type Totals = Pick<Bill, 'windowTotal' | 'months' | 'perHour' | 'perMonth730' | 'peakRate' | 'assumedShareOfMax'>;

/** Charges that accrue alike, added up: sums of prices have small denominators, sums of prorated months do not. */
interface Pool {
  readonly like: Accrual['charge'];
  rate: Range<Exact>;
  surge: Exact;
}

const ZERO: Range<Exact> = { min: exact(0), plan: exact(0), max: exact(0) };

/** Adds charges up over the window, its calendar months and its dearest hour. */
export function totalsOf(accruals: readonly Accrual[], window: Interval): Totals {
  const pools = poolsOf(accruals);
  const windowTotal = costOf(pools, window);
  const assumed = costOf(
    pools.filter(({ like }) => like.basis !== 'price'),
    window,
  );
  const dearest = dearestHour(pools);
  const surge = pools.reduce((sum, { like, surge }) => sum.add(hourlyRate(like.unit, surge)), exact(0));
  return {
    windowTotal: mapBounds(windowTotal, exactText),
    months: monthsOf(window).map(({ start, end }) => monthTotal(pools, { start, end })),
    perHour: mapBounds(dearest, viewText),
    perMonth730: mapBounds(dearest, (rate) => viewText(rate.mul(exact(VIEW_HOURS_PER_MONTH)))),
    peakRate: viewText(dearest.max.add(surge)),
    assumedShareOfMax: shareText(assumed.max, windowTotal.max),
  };
}

function monthTotal(pools: readonly Pool[], month: Interval): Interval & { hours: string; total: Range<AmountText> } {
  return { ...month, hours: exactText(hoursIn(month)), total: mapBounds(costOf(pools, month), exactText) };
}

function poolsOf(accruals: readonly Accrual[]): readonly Pool[] {
  const pools = new Map<string, Pool>();
  for (const { charge, rate, surgeRate } of accruals) {
    const clock = charge.unit === 'hour' || charge.unit === 'once' ? charge.unit : 'month';
    const key = [clock, charge.active.start, charge.active.end, charge.dueAt, charge.basis === 'price'].join(' ');
    const pool = pools.get(key) ?? { like: charge, rate: ZERO, surge: exact(0) };
    pool.rate = plus(pool.rate, rate);
    pool.surge = pool.surge.add(surgeRate);
    pools.set(key, pool);
  }
  return [...pools.values()];
}

function costOf(pools: readonly Pool[], interval: Interval): Range<Exact> {
  return pools.reduce((sum, { like, rate }) => {
    const factor = like.unit === 'once' ? exact(isDueIn(like, interval) ? 1 : 0) : timeFactor(like, interval);
    return factor === undefined
      ? sum
      : plus(
          sum,
          mapBounds(rate, (usd) => usd.mul(factor)),
        );
  }, ZERO);
}

/** The hour with the highest max; charges that follow each other (price versions, a support fee from a date) never stack. */
function dearestHour(pools: readonly Pool[]): Range<Exact> {
  const rates = pools.filter(({ like }) => like.unit !== 'once' && like.active.start < like.active.end);
  const starts = [...new Set(rates.map(({ like }) => like.active.start))].sort();
  const hours = starts.map((at) =>
    rates
      .filter(({ like }) => like.active.start <= at && at < like.active.end)
      .reduce(
        (sum, { like, rate }) =>
          plus(
            sum,
            mapBounds(rate, (usd) => hourlyRate(like.unit, usd)),
          ),
        ZERO,
      ),
  );
  return hours.reduce((dearest, hour) => (hour.max.gt(dearest.max) ? hour : dearest), hours[0] ?? ZERO);
}

function shareText(part: Exact, whole: Exact): string {
  return whole.equals(0) ? '0' : exactText(part.div(whole));
}

function plus(a: Range<Exact>, b: Range<Exact>): Range<Exact> {
  return mapRange(a, (value, at) => value.add(b[at]));
}
