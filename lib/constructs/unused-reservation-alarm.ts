import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { reservationMetric } from './cell-metrics';
import type { ReservationUse } from './reservation-use';

/** On fewer instances in a reservation, or in all of a resource group, than are planned there for half an hour. */
export function unusedReservationAlarm(scope: Construct, id: string, use: ReservationUse): Alarm {
  return new Alarm(scope, id, {
    metric: usedInstances(use.reservationIds),
    alarmDescription: `Fewer than the ${use.instances} planned instances run in ${use.name}, which is paid for whether they do or not`,
    threshold: use.instances,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 6,
    // EC2 reports nothing of a reservation that has ended or belongs to another account.
    treatMissingData: TreatMissingData.MISSING,
  });
}

function usedInstances(reservationIds: readonly string[]): IMetric {
  const used = reservationIds.map((id) => reservationMetric('UsedInstanceCount', id));
  const [only] = used;
  if (only !== undefined && used.length === 1) return only;
  return new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(used.map((metric, index) => [`reservation${index + 1}`, metric])),
    period: Duration.minutes(5),
    label: 'instances used',
  });
}
