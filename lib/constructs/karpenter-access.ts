import { Stack } from 'aws-cdk-lib';
import { CfnAccessEntry, CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks-v2';
import { CfnInstanceProfile, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Cell } from '../workload/cell';
import { interruptionQueueName, nodeProfileName } from '../workload/karpenter-names';
import { KARPENTER } from '../workload/pod-identity';
import { CellRole } from './cell-role';
import { InterruptionQueue } from './interruption-queue';
import { karpenterPermissions, wildcards } from './karpenter-permissions';
import { meant, wildcardIn } from './nag-findings';
import { NodeRole } from './node-role';

export interface KarpenterAccessProps {
  readonly cell: Cell;
  readonly clusterName: string;
}

/**
 * What Karpenter needs of AWS: a role for its controller, a role that its nodes join the cluster with, and the queue in which
 * AWS says which of them will be gone.
 *
 * The nodes' role is its own, not the node groups': EKS takes their access away with the last managed group.
 */
export class KarpenterAccess extends Construct {
  constructor(scope: Construct, id: string, { cell, clusterName }: KarpenterAccessProps) {
    super(scope, id);
    const nodeRole = new NodeRole(this, 'NodeRole');
    const instanceProfileName = nodeProfileName(cell);
    const profile = new CfnInstanceProfile(this, 'NodeProfile', { instanceProfileName, roles: [nodeRole.roleName] });
    new CfnAccessEntry(this, 'Nodes', { clusterName, principalArn: nodeRole.roleArn, type: 'EC2_LINUX' });
    const queue = new InterruptionQueue(this, 'Interruptions', interruptionQueueName(cell));
    const statements = karpenterPermissions({
      stack: Stack.of(this),
      cellId: cell.id,
      nodeRoleArn: nodeRole.roleArn,
      nodeProfileArn: profile.attrArn,
      queueArn: queue.queueArn,
    });
    const role = new CellRole(this, 'Role', {
      description: `Karpenter starts and ends nodes of ${cell.id}`,
      assumedBy: new ServicePrincipal('pods.eks.amazonaws.com').withSessionTags(),
    });
    for (const statement of statements) role.addToPolicy(statement);
    const { policy = role } = role;
    for (const resource of wildcards(statements)) {
      meant(
        policy,
        wildcardIn(resource),
        'it makes and finds these by tags, which the conditions name; reads take none',
      );
    }
    const { namespace, name } = KARPENTER;
    new CfnPodIdentityAssociation(this, 'Association', {
      clusterName,
      namespace,
      serviceAccount: name,
      roleArn: role.roleArn,
    });
  }
}
