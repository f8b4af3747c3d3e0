import { exact } from '../../../units/exact';
import type { Interval } from '../../../units/interval';
import { fixed } from '../../../units/range';
import { type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { readSchedule, type Schedule } from '../schedule';
import { countOf, field, literalText, Opaque } from '../template-value';
import type { ChargerContext } from './charger';

const DIMENSION = 'scheduledInvocations';
/** The service's own default when no retry policy is given (EventBridge Scheduler API reference). */
const DEFAULT_RETRIES = 185;
/** Hours of the mean and of the longest month. */
const MONTH_HOURS = { plan: 730, max: 744 };

/** Invocations bounded by the rate, each retried at most as often as its policy allows; and what the call itself does. */
export function chargeSchedule(resource: Resource, { active }: ChargerContext): readonly Line[] {
  const schedule = readSchedule(resource);
  return [invocations(schedule, attempts(resource), active), ...calls(resource)];
}

function invocations(schedule: Schedule, attempts: number | Opaque, active: Interval): Line {
  if (attempts instanceof Opaque) return unpriced(DIMENSION, attempts.reason);
  if (schedule.kind === 'unknown') return unpriced(DIMENSION, schedule.reason);
  if (schedule.kind === 'once') {
    const quantity = { min: exact(0), plan: exact(1), max: exact(attempts) };
    return { kind: 'once', dimension: DIMENSION, item: 'scheduler:invocation', quantity, at: schedule.at };
  }
  const perMonth = (hours: number) => exact(hours * 60).div(exact(schedule.everyMinutes));
  const most = perMonth(MONTH_HOURS.max).mul(exact(attempts));
  const quantity = { min: exact(0), plan: perMonth(MONTH_HOURS.plan), max: most };
  const during = { start: schedule.start ?? active.start, end: schedule.end ?? active.end };
  return { ...priced(DIMENSION, 'scheduler:invocation', quantity), during };
}

function attempts(resource: Resource): number | Opaque {
  const stated = field(resource.property('Target'), 'RetryPolicy', 'MaximumRetryAttempts');
  const retries = stated === undefined ? fixed(DEFAULT_RETRIES) : countOf(stated, 'MaximumRetryAttempts');
  return retries instanceof Opaque ? retries : retries.max + 1;
}

/** Calls that take things away start no cost; whatever else is called is unknown here. */
function calls(resource: Resource): readonly Line[] {
  const arn = literalText(field(resource.property('Target'), 'Arn')) ?? '';
  return /^arn:[a-z-]+:scheduler:::aws-sdk:[a-z0-9]+:(delete|stop|terminate)[A-Za-z]*$/.test(arn)
    ? []
    : [unpriced('scheduledCalls', 'what the scheduled call starts is not known')];
}
