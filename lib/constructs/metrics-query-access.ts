import { Stack } from 'aws-cdk-lib';
import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ManagedWorkspace } from '../workload/metrics-url';
import { KEDA } from '../workload/pod-identity';
import { CellRole } from './cell-role';

export interface MetricsQueryAccessProps {
  readonly clusterName: string;
  readonly cellId: string;
  readonly workspace: ManagedWorkspace;
}

/**
 * Lets KEDA ask one Prometheus workspace how much waits. Without it every answer is a refusal, and KEDA falls back on the most
 * replicas that it may have.
 */
export class MetricsQueryAccess extends Construct {
  constructor(scope: Construct, id: string, { clusterName, cellId, workspace }: MetricsQueryAccessProps) {
    super(scope, id);
    const role = new CellRole(this, 'Role', {
      description: `KEDA asks the metrics of ${cellId}`,
      assumedBy: new ServicePrincipal('pods.eks.amazonaws.com').withSessionTags(),
    });
    const { region, workspaceId: resourceName } = workspace;
    const arn = Stack.of(this).formatArn({ service: 'aps', region, resource: 'workspace', resourceName });
    role.addToPolicy(new PolicyStatement({ actions: ['aps:QueryMetrics'], resources: [arn] }));
    const { namespace, name: serviceAccount } = KEDA;
    const association = { clusterName, namespace, serviceAccount, roleArn: role.roleArn };
    new CfnPodIdentityAssociation(this, 'Association', association);
  }
}
