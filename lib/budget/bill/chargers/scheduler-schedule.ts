import { type Exact, exact } from '../../../units/exact';
import { fixed, mapRange, type Range } from '../../../units/range';
import { type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { readSchedule, type Schedule } from '../schedule';
import { countOf, field, literalText, Opaque } from '../template-value';

const DIMENSION = 'scheduledInvocations';
/** The service's own default when no retry policy is given (EventBridge Scheduler API reference). */
const DEFAULT_RETRIES = 185;
/** Hours of the shortest, the mean and the longest month. */
const MONTH_HOURS: Range<number> = { min: 672, plan: 730, max: 744 };

/** Invocations bounded by the rate, each retried at most as often as its policy allows; and what the call itself does. */
export function chargeSchedule(resource: Resource): readonly Line[] {
  const schedule = readSchedule(resource);
  return [invocations(schedule, attempts(resource)), ...calls(resource)];
}

function invocations(schedule: Schedule, attempts: number | Opaque): Line {
  if (attempts instanceof Opaque) return unpriced(DIMENSION, attempts.reason);
  if (schedule.kind === 'unknown') return unpriced(DIMENSION, schedule.reason);
  if (schedule.kind === 'once') {
    const quantity = { min: exact(0), plan: exact(1), max: exact(attempts) };
    return { kind: 'once', dimension: DIMENSION, item: 'scheduler:invocation', quantity, at: schedule.at };
  }
  const each = mapRange(MONTH_HOURS, (hours): Exact => exact(hours).mul(exact(60)).div(exact(schedule.everyMinutes)));
  return priced(DIMENSION, 'scheduler:invocation', {
    min: exact(0),
    plan: each.plan,
    max: each.max.mul(exact(attempts)),
  });
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
