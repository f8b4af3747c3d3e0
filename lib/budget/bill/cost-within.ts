import { type Exact, exact } from '../../units/exact';
import { hoursIn, type Interval, overlap, proratedMonths } from '../../units/interval';
import { Usd } from '../../units/money';
import { mapAlike, type Range } from '../../units/range';
import type { Charge } from './charge';

/** Hours of the month that views and per-hour figures of month-priced items use; no amount is made from it. */
export const VIEW_HOURS_PER_MONTH = 730;

const NOTHING: Range<Usd> = { min: Usd.zero, plan: Usd.zero, max: Usd.zero };

/**
 * What a charge costs within an interval, exactly: hours × rate, or, for items priced or used by the month, each calendar
 * month's share. An amount due once counts where its instant lies. Parts of an interval add up to the whole.
 */
export function costWithin(charge: Charge, interval: Interval): Range<Usd> {
  const unitPrice = Usd.of(charge.unitPrice);
  const rate = mapAlike(charge.quantity, (quantity) => unitPrice.times(exact(quantity)));
  if (charge.unit === 'once') return isDueIn(charge, interval) ? rate : NOTHING;
  const factor = timeFactor(charge, interval);
  return factor === undefined ? NOTHING : mapAlike(rate, (usd) => usd.times(factor));
}

/** Hours or months that a charge's rate applies within an interval; undefined when it is not active there. */
export function timeFactor(charge: Pick<Charge, 'unit' | 'active'>, interval: Interval): Exact | undefined {
  const active = overlap(charge.active, interval);
  if (active === undefined) return undefined;
  return charge.unit === 'hour' ? hoursIn(active) : proratedMonths(active);
}

/** Whether an amount that is paid once falls into an interval. */
export function isDueIn(charge: Pick<Charge, 'dueAt' | 'active'>, interval: Interval): boolean {
  const due = charge.dueAt ?? charge.active.start;
  return interval.start <= due && due < interval.end;
}

/** Exact USD an hour of a rate while it is active; months count 730 hours. What is paid once has no rate. */
export function hourlyRate(unit: Charge['unit'], rate: Exact): Exact {
  if (unit === 'hour') return rate;
  return unit === 'once' ? exact(0) : rate.div(exact(VIEW_HOURS_PER_MONTH));
}
