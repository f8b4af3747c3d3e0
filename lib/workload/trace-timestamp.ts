import * as z from 'zod';
import { hoursIn, type Instant, instant } from '../units/interval';

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2}):(\d{2}(?:\.\d+)?)(?:Z|\+00:00)?$/;
const SECONDS_PER_HOUR = 3600;
const calendarDate = z.iso.date();

/**
 * Makes a reader of UTC timestamps with any number of decimals, as in Azure's published traces. It gives seconds after the
 * first timestamp's midnight, so that tenths of a microsecond survive; undefined when the text is no timestamp.
 */
export function timestampReader(): (text: string) => number | undefined {
  let origin: Instant | undefined;
  // A trace has few days and up to millions of rows.
  const days = new Map<string, number>();
  const dayOf = (date: string): number | undefined => {
    const known = days.get(date);
    if (known !== undefined || !calendarDate.safeParse(date).success) return known;
    const midnight = instant(date);
    origin ??= midnight;
    const seconds = hoursIn({ start: origin, end: midnight }).valueOf() * SECONDS_PER_HOUR;
    days.set(date, seconds);
    return seconds;
  };
  return (text) => {
    const [, date, hour, minute, second] = TIMESTAMP.exec(text) ?? [];
    if (date === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) >= 60) return undefined;
    const day = dayOf(date);
    return day === undefined ? undefined : day + Number(hour) * SECONDS_PER_HOUR + Number(minute) * 60 + Number(second);
  };
}
