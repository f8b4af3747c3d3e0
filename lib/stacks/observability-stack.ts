import type { Construct } from 'constructs';
import { AlertTopic } from '../constructs/alert-topic';
import { CapacityAlarms } from '../constructs/capacity-alarms';
import { CellDashboard } from '../constructs/cell-dashboard';
import { MetricsWorkspace } from '../constructs/metrics-workspace';
import type { Protection } from '../constructs/protection';
import type { ServedSlo } from '../metrics/slo-rules';
import type { NodeGroupPlan } from '../planner/plan';
import { type Cell, observabilityOf } from '../workload/cell';
import { CellPart } from './cell-part';

export interface ObservabilityStackProps {
  readonly cell: Cell;
  readonly clusterName: string;
  readonly clusterSecurityGroupId: string;
  readonly controlSubnetIds: readonly string[];
  readonly nodeGroups: readonly NodeGroupPlan[];
  /** Promises that the cell may have to keep, by placement. */
  readonly slos: readonly ServedSlo[];
  readonly protection: Protection;
}

/**
 * What watches a cell and tells somebody: metrics, rules, alarms, a dashboard and their topic. It lives as long as the
 * cluster and changes only where a planned number or a promise is written into it.
 */
export class ObservabilityStack extends CellPart {
  static readonly PART = 'Observability';

  constructor(scope: Construct, props: ObservabilityStackProps) {
    const { cell, clusterName, nodeGroups, slos, protection } = props;
    super(scope, ObservabilityStack.PART, {
      cell,
      description: `Metrics, alarms and dashboard of cell ${cell.id}`,
      terminationProtection: protection.deletionProtection,
    });
    const { level, emails = [] } = observabilityOf(cell);
    const alerts = new AlertTopic(this, 'Alerts', { cell, emails, protection });
    const workspace =
      level === 'metrics'
        ? new MetricsWorkspace(this, 'Metrics', {
            cell,
            clusterName,
            subnetIds: props.controlSubnetIds,
            securityGroupId: props.clusterSecurityGroupId,
            alerts,
            nodeGroups,
            slos,
            protection,
          })
        : undefined;
    const watched = workspace === undefined ? {} : { workspace: workspace.watched };
    const { alarms } = new CapacityAlarms(this, 'Alarms', {
      cell,
      clusterName,
      nodeGroups,
      topic: alerts.topic,
      ...watched,
    });
    new CellDashboard(this, 'Overview', { cell, clusterName, nodeGroups, slos, alarms, ...watched });
  }
}
