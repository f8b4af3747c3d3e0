import type { ServiceItem } from '../../prices/items';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { countOf, field, listOf, literalText, Opaque, type Value } from '../template-value';
import { exactly } from './charger';

const DIMENSION = 'alarmMetricMonths';
/** Seconds; alarms on shorter periods are high-resolution ones, at another price (CloudWatch pricing). */
const STANDARD_PERIOD = 60;

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'AlarmName',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'InsufficientDataActions',
  'MetricName',
  'Metrics',
  'Namespace',
  'OKActions',
  'Period',
  'Statistic',
  'Tags',
  'Threshold',
  'TreatMissingData',
  'Unit',
]);

/** One price for each metric that the alarm reads, by the month; ten standard ones an account that AWS gives away count too. */
export function chargeAlarm(alarm: Resource): readonly Line[] {
  return [...metrics(alarm), ...unknownProperties(alarm, 'alarm', KNOWN)];
}

function metrics(alarm: Resource): readonly Line[] {
  const stated = alarm.property('Metrics');
  if (stated === undefined) return byPeriods([alarm.property('Period')]);
  const queries = listOf(stated, 'Metrics');
  if (queries instanceof Opaque) return [unpriced(DIMENSION, queries.reason)];
  const unread = queries.map((query) => unreadable(field(query, 'Expression'))).find((reason) => reason !== undefined);
  if (unread !== undefined) return [unpriced(DIMENSION, unread)];
  const read = queries.filter((query) => field(query, 'Expression') === undefined);
  return byPeriods(read.map((query) => field(query, 'MetricStat', 'Period')));
}

/** Arithmetic reads what the other queries name. What looks metrics up by itself reads nobody knows how many. */
function unreadable(expression: Value): string | undefined {
  if (expression === undefined) return undefined;
  const text = literalText(expression);
  if (text === undefined) return 'an expression of the alarm is not literal';
  return /\b(SELECT|SEARCH|ANOMALY_DETECTION_BAND)\b/i.test(text)
    ? 'an alarm that searches for metrics or expects a band is priced by what it finds'
    : undefined;
}

function byPeriods(periods: readonly Value[]): readonly Line[] {
  if (periods.length === 0) return [unpriced(DIMENSION, 'the alarm names no metric')];
  const seconds = periods.map((period) => countOf(period, 'Period'));
  const unknown = seconds.find((one) => one instanceof Opaque);
  if (unknown instanceof Opaque) return [unpriced(DIMENSION, unknown.reason)];
  const isShort = seconds.some((one) => !(one instanceof Opaque) && one.min < STANDARD_PERIOD);
  const item: ServiceItem = isShort ? 'cloudwatch:highResolutionAlarm' : 'cloudwatch:alarm';
  const { length } = periods;
  return [priced(DIMENSION, item, exactly({ min: length, plan: length, max: length }))];
}
