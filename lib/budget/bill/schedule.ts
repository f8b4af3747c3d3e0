import type { Instant } from '../../units/interval';
import { parseInstant } from './parse-instant';
import type { Resource } from './read-template';
import { literalText } from './template-value';

/** When an `AWS::Scheduler::Schedule` fires. */
export type Schedule =
  | { readonly kind: 'once'; readonly at: Instant }
  /** `everyMinutes` is a lower bound for expressions that name calendar times. */
  | {
      readonly kind: 'repeated';
      readonly everyMinutes: number;
      readonly start: Instant | undefined;
      readonly end: Instant | undefined;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/** Reads at(…), rate(…) and cron(…); a cron expression can fire once a minute at most. */
export function readSchedule(resource: Resource): Schedule {
  const expression = literalText(resource.property('ScheduleExpression')) ?? '';
  const zone = resource.property('ScheduleExpressionTimezone') ?? 'UTC';
  const once = parseInstant(/^at\((.*)\)$/.exec(expression)?.[1]);
  if (once !== undefined) {
    return zone === 'UTC' ? { kind: 'once', at: once } : { kind: 'unknown', reason: 'only schedules in UTC are read' };
  }
  const [, value = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const everyMinutes = expression.startsWith('cron(') ? 1 : Number(value) * (MINUTES[unit] ?? 0);
  if (everyMinutes === 0) return { kind: 'unknown', reason: 'the schedule expression cannot be read' };
  const start = boundary(resource, 'StartDate');
  const end = boundary(resource, 'EndDate');
  return { kind: 'repeated', everyMinutes, start, end };
}

function boundary(resource: Resource, name: string): Instant | undefined {
  return parseInstant(literalText(resource.property(name)));
}
