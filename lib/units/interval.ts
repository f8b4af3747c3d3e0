import { Problem } from '../problem';
import { type Exact, exact, exactText } from './exact';

/** A UTC instant as canonical text, "2026-12-01T00:00:00Z". Canonical texts order as the instants do. */
export type Instant = string;

/** Half-open: `start` is in it, `end` is not, as FOCUS has it. */
export interface Interval {
  readonly start: Instant;
  readonly end: Instant;
}

/** A calendar month's share of an interval. */
export interface MonthPart extends Interval {
  /** Hours of the part, exact. */
  readonly hours: Exact;
  /** Hours of the whole calendar month: 672, 696, 720 or 744. */
  readonly monthHours: Exact;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?Z$/;
const SECOND = 1000;

/**
 * Reads a UTC date ("2026-12-01", its midnight) or instant ("2026-12-01T11:30Z") into canonical text.
 *
 * @throws Problem InvalidInstant for any other text, for a local time and for a day that no calendar has.
 */
export function instant(text: string): Instant {
  const parts = (DATE.exec(text) ?? DATE_TIME.exec(text))?.slice(1).map((part) => Number(part ?? 0));
  if (parts !== undefined) {
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
    const made = fromMillis(Date.UTC(year, month - 1, day, hour, minute, second));
    const expected = `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}Z`;
    if (made === expected) return made;
  }
  throw new Problem(
    'InvalidInstant',
    `a UTC date or instant is needed, got ${JSON.stringify(text)}; write 2026-12-01 or 2026-12-01T11:30Z`,
  );
}

/** @throws Problem InvalidInterval unless start is before end. */
export function interval(start: string, end: string): Interval {
  const made = { start: instant(start), end: instant(end) };
  if (made.start < made.end) return made;
  throw new Problem(
    'InvalidInterval',
    `an interval must start before it ends, got ${start} to ${end}; swap or correct the dates`,
  );
}

/** The instant of a date object, to the second, for what hands one over. */
export function instantOfDate(date: Date): Instant {
  return fromMillis(date.getTime());
}

/** A date object of an instant, for what takes nothing else. */
export function dateOf(at: Instant): Date {
  return new Date(at);
}

/** The instant so many hours later; half hours too. */
export function plusHours(from: Instant, hours: number): Instant {
  return fromMillis(toMillis(from) + hours * 3600 * SECOND);
}

export function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/** What two intervals share; undefined when they do not meet. */
export function overlap(a: Interval, b: Interval): Interval | undefined {
  const shared = { start: later(a.start, b.start), end: earlier(a.end, b.end) };
  return shared.start < shared.end ? shared : undefined;
}

/** Length in hours, exact. */
export function hoursIn(span: Interval): Exact {
  return exact(BigInt(toMillis(span.end) - toMillis(span.start))).div(exact(3600 * SECOND));
}

/** Seconds since 1970, exact text: how AWS Budgets and Prometheus write an instant. */
export function epochSeconds(at: Instant): string {
  return exactText(hoursIn({ start: '1970-01-01T00:00:00Z', end: at }).mul(exact(3600)));
}

/** Cuts an interval at UTC month starts. The parts add up to the whole over month ends and leap days. */
export function monthsOf(span: Interval): readonly MonthPart[] {
  const parts: MonthPart[] = [];
  for (let start = span.start; start < span.end; ) {
    const month = monthContaining(start);
    const end = earlier(month.end, span.end);
    parts.push({ start, end, hours: hoursIn({ start, end }), monthHours: hoursIn(month) });
    start = end;
  }
  return parts;
}

/** Months in an interval, each part counted as its share of its own calendar month: what a month-priced item is billed. */
export function proratedMonths(span: Interval): Exact {
  return monthsOf(span).reduce((sum, part) => sum.add(part.hours.div(part.monthHours)), exact(0));
}

/** The whole calendar month that follows the one an instant lies in. */
export function monthAfter(at: Instant): Interval {
  return monthContaining(monthContaining(at).end);
}

function monthContaining(at: Instant): Interval {
  const year = Number(at.slice(0, 4));
  const month = Number(at.slice(5, 7));
  return { start: fromMillis(Date.UTC(year, month - 1, 1)), end: fromMillis(Date.UTC(year, month, 1)) };
}

function toMillis(at: Instant): number {
  return Date.parse(at);
}

function fromMillis(millis: number): Instant {
  return new Date(millis).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function pad(value: number, width = 2): string {
  return value.toString().padStart(width, '0');
}
