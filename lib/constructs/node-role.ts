import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** What a node may do: join the cluster and pull images. Pods have roles of their own, by Pod Identity. */
export class NodeRole extends Role {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'EKS nodes join the cluster and pull images',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'].map((name) =>
        ManagedPolicy.fromAwsManagedPolicyName(name),
      ),
    });
  }
}
