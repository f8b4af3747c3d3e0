import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);

/** What EKS tells CloudWatch of every cluster, each minute and without charge (EKS user guide, "Monitor cluster data with Amazon CloudWatch", 2026-11-23). */
export type ClusterMetric =
  | 'scheduler_pending_pods'
  | 'scheduler_pending_pods_UNSCHEDULABLE'
  | 'apiserver_request_total'
  | 'apiserver_request_total_5XX'
  | 'apiserver_request_total_429';

export function clusterMetric(metricName: ClusterMetric, clusterName: string): Metric {
  const dimensionsMap = { ClusterName: clusterName };
  return new Metric({ namespace: 'AWS/EKS', metricName, dimensionsMap, statistic: 'Sum', period: MINUTE });
}

/** What EC2 tells of an on-demand capacity reservation, to its owner's account, every five minutes (EC2 user guide, "Monitor Capacity Reservations usage with CloudWatch metrics"). */
export type ReservationMetric = 'UsedInstanceCount' | 'AvailableInstanceCount' | 'TotalInstanceCount';

export function reservationMetric(metricName: ReservationMetric, reservationId: string): Metric {
  const dimensionsMap = { CapacityReservationId: reservationId };
  return new Metric({
    namespace: 'AWS/EC2CapacityReservations',
    metricName,
    dimensionsMap,
    statistic: 'Average',
    period: FIVE_MINUTES,
  });
}

/** What AMP tells of a workspace without charge (AMP user guide, "Use CloudWatch metrics to monitor AMP resources", 2026-11-23). */
export type WorkspaceMetric = 'AlertManagerNotificationsFailed' | 'AlertManagerNotificationsThrottled';

export function workspaceMetric(metricName: WorkspaceMetric, workspaceId: string): Metric {
  const dimensionsMap = { Workspace: workspaceId };
  return new Metric({ namespace: 'AWS/Prometheus', metricName, dimensionsMap, statistic: 'Sum', period: FIVE_MINUTES });
}

/**
 * Rules of one group that could not be evaluated: the same page gives this metric a second dimension, and none without it.
 *
 * @param ruleGroup "namespace;group"
 */
export function ruleFailures(workspaceId: string, ruleGroup: string): Metric {
  const dimensionsMap = { Workspace: workspaceId, RuleGroup: ruleGroup };
  const metricName = 'RuleEvaluationFailures';
  return new Metric({ namespace: 'AWS/Prometheus', metricName, dimensionsMap, statistic: 'Sum', period: FIVE_MINUTES });
}
