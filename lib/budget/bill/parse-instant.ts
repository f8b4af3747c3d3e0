import { type Instant, instant } from '../../units/interval';

const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.0+)?(Z|\+00:00)?$/;

/**
 * A UTC instant as CloudFormation writes it ("2026-11-26T08:00:00Z", ".000Z", or without a zone where another property
 * says UTC); undefined when the text is anything else, so that odd templates are no errors.
 */
export function parseInstant(text: string | undefined): Instant | undefined {
  const parts = DATE_TIME.exec(text ?? '');
  if (parts === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = parts;
  const inRange = Number(day) >= 1 && Number(day) <= daysIn(Number(year), Number(month)) && Number(hour) < 24;
  if (!inRange || Number(minute) > 59 || Number(second) > 59) return undefined;
  return instant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
