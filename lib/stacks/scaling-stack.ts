import type { Construct } from 'constructs';
import { ClusterAutoscalerAccess } from '../constructs/cluster-autoscaler-access';
import { KarpenterAccess } from '../constructs/karpenter-access';
import { MetricsQueryAccess } from '../constructs/metrics-query-access';
import type { Protection } from '../constructs/protection';
import type { Cell, NodeScaling } from '../workload/cell';
import { managedWorkspaceOf } from '../workload/metrics-url';
import { CellPart } from './cell-part';

export interface ScalingStackProps {
  readonly cell: Cell;
  readonly nodeScaling: NodeScaling;
  readonly clusterName: string;
  readonly protection: Protection;
}

/** What the one thing that adds and removes nodes of a cell may do in AWS, and what scales the pods before it. Changes with the cell's setting, never with the plan. */
export class ScalingStack extends CellPart {
  static readonly PART = 'Scaling';

  constructor(scope: Construct, { cell, nodeScaling, clusterName, protection }: ScalingStackProps) {
    super(scope, ScalingStack.PART, {
      cell,
      description: `Node scaling of cell ${cell.id}`,
      terminationProtection: protection.deletionProtection,
    });
    const workspace = managedWorkspaceOf(cell.serving?.metricsUrl);
    if (workspace !== undefined) new MetricsQueryAccess(this, 'Metrics', { clusterName, cellId: cell.id, workspace });
    switch (nodeScaling.kind) {
      case 'clusterAutoscaler':
        new ClusterAutoscalerAccess(this, 'ClusterAutoscaler', { clusterName, cellId: cell.id });
        return;
      case 'karpenter':
        new KarpenterAccess(this, 'Karpenter', { cell, clusterName });
        return;
    }
  }
}
