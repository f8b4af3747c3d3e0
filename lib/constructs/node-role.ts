import { ManagedPolicy, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { CellRole } from './cell-role';
import { awsPolicy, meant } from './nag-findings';

const POLICIES = ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'];

/** What a node may do: join the cluster and pull images. Pods have roles of their own, by Pod Identity. */
export class NodeRole extends CellRole {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'EKS nodes join the cluster and pull images',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: POLICIES.map((name) => ManagedPolicy.fromAwsManagedPolicyName(name)),
    });
    for (const name of POLICIES) {
      meant(
        this,
        awsPolicy(name),
        'what EKS asks of its nodes, kept up to date by AWS; a copy would fall behind the kubelet',
      );
    }
  }
}
