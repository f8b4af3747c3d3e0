import { CfnSecurityGroupIngress, type IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Cell } from '../workload/cell';

export interface ApiSecurityGroupProps {
  readonly vpc: IVpc;
  readonly cell: Pick<Cell, 'network' | 'privateAccessCidrs'>;
}

/**
 * Who reaches the private API endpoint: the VPC, and what the cell names beside it. It stands on the control plane's
 * interfaces alone, next to the cluster's own security group, which lets in nobody but the nodes.
 *
 * A resource for each block, so that naming one more changes none of the others.
 */
export class ApiSecurityGroup extends SecurityGroup {
  constructor(scope: Construct, id: string, { vpc, cell }: ApiSecurityGroupProps) {
    super(scope, id, { vpc, description: 'Kubernetes API of a cell' });
    const { network, privateAccessCidrs = [] } = cell;
    const vpcCidr = network.kind === 'own' ? network.cidr : network.vpcCidr;
    for (const cidrIp of new Set([vpcCidr, ...privateAccessCidrs])) {
      new CfnSecurityGroupIngress(this, `From${cidrIp.replace('/', '_')}`, {
        groupId: this.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        cidrIp,
        description: cidrIp === vpcCidr ? 'Kubernetes API from the VPC' : 'Kubernetes API from outside the VPC',
      });
    }
  }
}
