import { Tags } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { type CellSubnets, GivenNetwork, OwnNetwork } from '../constructs/cell-network';
import { EfaSecurityGroup } from '../constructs/efa-security-group';
import { LogKey } from '../constructs/log-key';
import { TAG } from '../constructs/node-tags';
import type { Protection } from '../constructs/protection';
import type { Cell } from '../workload/cell';
import { DISCOVERY_TAG } from '../workload/karpenter-names';
import { CellPart } from './cell-part';

export interface NetworkStackProps {
  readonly cell: Cell;
  readonly acceleratorNodes: number;
  readonly protection: Protection;
  /** The role that will delete the cell. Naming it here makes CloudFormation keep it until all else is gone. */
  readonly teardownRoleArn?: string;
}

/** Lives for years: the VPC, or a given one's ids, and the security group of EFA. */
export class NetworkStack extends CellPart {
  static readonly PART = 'Network';
  readonly subnets: CellSubnets;
  readonly efaSecurityGroupId: string;
  /** Encrypts the cell's log groups. @default - CloudWatch's own key, in a sandbox */
  readonly logKey: IKey | undefined;

  constructor(scope: Construct, props: NetworkStackProps) {
    const { cell, protection } = props;
    super(scope, NetworkStack.PART, {
      cell,
      description: `Network of cell ${cell.id}`,
      terminationProtection: protection.deletionProtection,
    });
    this.logKey =
      cell.profile === 'production' ? new LogKey(this, 'LogKey', { cellId: cell.id, protection }) : undefined;
    this.subnets =
      cell.network.kind === 'own'
        ? new OwnNetwork(this, 'Network', {
            cell,
            network: cell.network,
            acceleratorNodes: props.acceleratorNodes,
            protection,
            ...(this.logKey === undefined ? {} : { logKey: this.logKey }),
          })
        : new GivenNetwork(this, 'Network', cell, cell.network);
    const efa = new EfaSecurityGroup(this, 'Efa', this.subnets.vpc);
    if (cell.nodeScaling?.kind === 'karpenter') Tags.of(efa).add(DISCOVERY_TAG, cell.id);
    if (props.teardownRoleArn !== undefined) Tags.of(efa).add(TAG.teardown, props.teardownRoleArn);
    this.efaSecurityGroupId = efa.securityGroupId;
    // Exported whether used or not: a plan that adds or drops the last EFA group then leaves this stack alone.
    if (cell.network.kind === 'own') this.exportValue(this.subnets.acceleratorSubnet.subnetId);
    this.exportValue(this.efaSecurityGroupId);
    if (this.logKey !== undefined) this.exportValue(this.logKey.keyArn);
  }
}
