import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { NodeGroupPlan } from '../planner/plan';
import type { Cell } from '../workload/cell';
import { clusterMetric, ruleFailures, workspaceMetric } from './cell-metrics';
import type { WatchedWorkspace } from './metrics-workspace';
import { reservationsOf } from './reservation-use';
import { unusedReservationAlarm } from './unused-reservation-alarm';

/** Percent of requests to the API server. */
const SERVER_ERRORS_PERCENT = 5;

export interface CapacityAlarmsProps {
  readonly cell: Pick<Cell, 'id'>;
  readonly clusterName: string;
  readonly nodeGroups: readonly NodeGroupPlan[];
  readonly topic: ITopic;
  /** @default - no workspace, whose own failures then need no alarm */
  readonly workspace?: WatchedWorkspace;
}

/**
 * CloudWatch alarms on what AWS measures by itself: pods that no node has room for, an API server that fails, reserved
 * instances that are paid for and not used, and a workspace that cannot alarm.
 *
 * Nodes are counted by Prometheus: an Auto Scaling group of a managed node group has no name that a template could give.
 */
export class CapacityAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: CapacityAlarmsProps) {
    super(scope, id);
    this.alarms = [...this.ofCluster(props), ...this.ofReservations(props), ...this.ofWorkspace(props)];
    const action = new SnsAction(props.topic);
    for (const alarm of this.alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  private ofCluster({ cell, clusterName }: CapacityAlarmsProps): readonly Alarm[] {
    const failed = clusterMetric('apiserver_request_total_5XX', clusterName);
    const all = clusterMetric('apiserver_request_total', clusterName);
    return [
      this.create('UnschedulablePods', {
        metric: clusterMetric('scheduler_pending_pods_UNSCHEDULABLE', clusterName),
        alarmDescription: `Pods of cell ${cell.id} have waited a quarter of an hour for a node with room`,
        threshold: 0,
        evaluationPeriods: 15,
      }),
      this.create('ApiServerErrors', {
        metric: new MathExpression({
          expression: '100 * failed / all',
          usingMetrics: { failed, all },
          period: all.period,
          label: 'API server errors, percent',
        }),
        alarmDescription: `Over ${SERVER_ERRORS_PERCENT} % of requests to the API server of cell ${cell.id} fail`,
        threshold: SERVER_ERRORS_PERCENT,
        evaluationPeriods: 15,
      }),
    ];
  }

  private ofReservations({ nodeGroups }: CapacityAlarmsProps): readonly Alarm[] {
    return reservationsOf(nodeGroups).map((use) =>
      unusedReservationAlarm(this, `Unused-${use.name.replaceAll(/[^A-Za-z0-9-]/g, '-')}`, use),
    );
  }

  private ofWorkspace({ cell, workspace }: CapacityAlarmsProps): readonly Alarm[] {
    if (workspace === undefined) return [];
    const { workspaceId, ruleGroups } = workspace;
    const lost = this.create('AlertsLost', {
      metric: workspaceMetric('AlertManagerNotificationsFailed', workspaceId),
      alarmDescription: `Alerts of cell ${cell.id} do not reach their topic`,
      threshold: 0,
      evaluationPeriods: 3,
    });
    // An alarm on arithmetic takes ten queries, the expression one of them (CloudWatch user guide, alarms on math): groups do not grow with workloads.
    const failures = ruleGroups.map((group, index) => [`group${index + 1}`, ruleFailures(workspaceId, group)] as const);
    const failing = this.create('RulesFail', {
      metric: new MathExpression({
        expression: 'SUM(METRICS())',
        usingMetrics: Object.fromEntries(failures),
        period: Duration.minutes(5),
        label: 'rules that could not be evaluated',
      }),
      alarmDescription: `Rules of cell ${cell.id} cannot be evaluated, so that they never alarm: ${ruleGroups.join(', ')}`,
      threshold: 0,
      evaluationPeriods: 3,
    });
    return [failing, lost];
  }

  private create(id: string, props: AlarmProps): Alarm {
    return new Alarm(this, id, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
  }
}
