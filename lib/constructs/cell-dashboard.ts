import {
  type Alarm,
  AlarmStatusWidget,
  type CfnDashboard,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { ServedSlo } from '../metrics/slo-rules';
import type { NodeGroupPlan } from '../planner/plan';
import type { Cell } from '../workload/cell';
import { clusterMetric, reservationMetric, ruleFailures, workspaceMetric } from './cell-metrics';
import type { WatchedWorkspace } from './metrics-workspace';
import { type ReservationUse, reservationsOf } from './reservation-use';

/** A dashboard is this many units wide. */
const WIDTH = 24;

export interface CellDashboardProps {
  readonly cell: Pick<Cell, 'id' | 'region'>;
  readonly clusterName: string;
  readonly nodeGroups: readonly NodeGroupPlan[];
  readonly slos: readonly ServedSlo[];
  readonly alarms: readonly Alarm[];
  readonly workspace?: WatchedWorkspace;
}

/**
 * What is planned, as text, beside what AWS measures, as it measures it: nothing on it is worked out. Latencies and
 * accelerators are in the Prometheus workspace, which a CloudWatch dashboard cannot read.
 */
export class CellDashboard extends Construct {
  constructor(scope: Construct, id: string, props: CellDashboardProps) {
    super(scope, id);
    const { cell, clusterName, nodeGroups, workspace } = props;
    const dashboard = new Dashboard(this, 'Dashboard', {
      // Dashboards are the account's, whatever the region.
      dashboardName: `${cell.id}-${cell.region}`,
      widgets: [
        [new TextWidget({ markdown: planned(props), width: WIDTH, height: 4 + nodeGroups.length + props.slos.length })],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: WIDTH, height: 3 })],
        [
          graph('Pods without a node', [
            clusterMetric('scheduler_pending_pods', clusterName),
            clusterMetric('scheduler_pending_pods_UNSCHEDULABLE', clusterName),
          ]),
          graph('API server requests', [
            clusterMetric('apiserver_request_total', clusterName),
            clusterMetric('apiserver_request_total_5XX', clusterName),
            clusterMetric('apiserver_request_total_429', clusterName),
          ]),
        ],
        ...reservationsOf(nodeGroups).map((use) => [reservation(use)]),
        ...(workspace === undefined ? [] : [[failuresOf(workspace)]]),
      ],
    });
    // The CDK knows tags on dashboards; the schema of cfn-lint 1.51 does not yet, and a deployment may not either.
    (dashboard.node.defaultChild as CfnDashboard).addPropertyDeletionOverride('Tags');
  }
}

function planned({ cell, nodeGroups, slos }: CellDashboardProps): string {
  const groups = nodeGroups.map(
    ({ name, instanceType, purchase, size }) =>
      `| ${name} | ${instanceType} | ${purchase} | ${size.min} | ${size.plan} | ${size.max} |`,
  );
  const promises = slos.map(
    ({ workload, slo: { ttft, tpot } }) =>
      `- ${workload}: TTFT p${ttft.percentile} ${ttft.seconds} s, TPOT p${tpot.percentile} ${tpot.seconds} s`,
  );
  return [
    `## Cell ${cell.id}: planned, not measured`,
    '| node group | type | bought | min | plan | max |',
    '|---|---|---|---|---|---|',
    ...groups,
    '',
    ...promises,
  ].join('\n');
}

function graph(title: string, left: readonly IMetric[]): IWidget {
  return new GraphWidget({ title, left: [...left], width: WIDTH / 2, height: 6 });
}

function reservation({ name, reservationIds, instances }: ReservationUse): IWidget {
  return new GraphWidget({
    title: `Reservation ${name}`,
    left: reservationIds.flatMap((id) => [
      reservationMetric('TotalInstanceCount', id),
      reservationMetric('UsedInstanceCount', id),
      reservationMetric('AvailableInstanceCount', id),
    ]),
    leftAnnotations: [{ value: instances, label: 'planned at least' }],
    width: WIDTH,
    height: 6,
  });
}

function failuresOf({ workspaceId, ruleGroups }: WatchedWorkspace): IWidget {
  return new GraphWidget({
    title: 'What the Prometheus workspace could not do',
    left: [
      workspaceMetric('AlertManagerNotificationsFailed', workspaceId),
      workspaceMetric('AlertManagerNotificationsThrottled', workspaceId),
      ...ruleGroups.map((group) => ruleFailures(workspaceId, group)),
    ],
    width: WIDTH,
    height: 6,
  });
}
