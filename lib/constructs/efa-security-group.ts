import { CfnSecurityGroupIngress, type IVpc, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { meant } from './nag-findings';

/**
 * The group that lets nodes reach each other over EFA: everything from itself and, said aloud, everything to itself.
 *
 * EFA's own path bypasses the IP stack, so a rule to 0.0.0.0/0 does not cover it; the rule must name the group. Hence no
 * `allowAllOutbound`, under which the CDK drops that rule. Ordinary traffic leaves by the cluster's security group, which
 * stands beside this one on every interface.
 */
export class EfaSecurityGroup extends SecurityGroup {
  constructor(scope: Construct, id: string, vpc: IVpc) {
    super(scope, id, { vpc, allowAllOutbound: false, description: 'EFA traffic between accelerator nodes of a cell' });
    this.addIngressRule(this, Port.allTraffic(), 'EFA from nodes of this cell');
    this.addEgressRule(this, Port.allTraffic(), 'EFA to nodes of this cell');
    for (const rule of this.node.children.filter(CfnSecurityGroupIngress.isCfnSecurityGroupIngress)) {
      meant(
        rule,
        'NIST.800.53.R5-EC2RestrictedCommonPorts',
        'EFA needs all traffic, and lets in only members of the group itself',
      );
    }
  }
}
