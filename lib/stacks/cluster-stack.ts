import { CfnOutput } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { CellCluster } from '../constructs/cell-cluster';
import type { CellSubnets } from '../constructs/cell-network';
import type { Protection } from '../constructs/protection';
import type { Cell } from '../workload/cell';
import { CellPart } from './cell-part';

export interface ClusterStackProps {
  readonly cell: Cell;
  readonly subnets: CellSubnets;
  readonly protection: Protection;
  /** Encrypts the control plane's logs. @default - CloudWatch's own key */
  readonly logKey?: IKey;
  /** The most nodes that the plan allows; decides the control plane's tier. */
  readonly acceleratorNodes: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Lives as long as the cluster: control plane, add-ons, the nodes that run them, and the role of every node. */
export class ClusterStack extends CellPart {
  static readonly PART = 'Cluster';
  readonly cluster: CellCluster;

  constructor(scope: Construct, props: ClusterStackProps) {
    const { cell, protection } = props;
    super(scope, ClusterStack.PART, {
      cell,
      description: `EKS cluster of cell ${cell.id}`,
      terminationProtection: protection.deletionProtection,
    });
    this.cluster = new CellCluster(this, 'Cluster', props);
    for (const value of [this.cluster.clusterName, this.cluster.clusterSecurityGroupId, this.cluster.nodeRoleArn]) {
      // Exported whether used or not: a cell may lose its last node group without touching this stack.
      this.exportValue(value);
    }
    new CfnOutput(this, 'Kubeconfig', {
      description: 'Run this to talk to the cluster, as a principal that has an access entry',
      value: `aws eks update-kubeconfig --region ${cell.region} --name ${cell.id}`,
    });
  }
}
