import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CLUSTER_AUTOSCALER } from '../workload/pod-identity';
import { CellRole } from './cell-role';
import { meant, wildcardIn } from './nag-findings';

export interface ClusterAutoscalerAccessProps {
  readonly clusterName: string;
  /** The same name as it is known when the template is written: a condition's key takes no reference. */
  readonly cellId: string;
}

/** None of these can be asked of one resource alone (service authorization reference of EC2 Auto Scaling and of EC2). */
const READS = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeAutoScalingInstances',
  'autoscaling:DescribeLaunchConfigurations',
  'autoscaling:DescribeScalingActivities',
  'ec2:DescribeImages',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:GetInstanceTypesFromInstanceRequirements',
];

/**
 * What Cluster Autoscaler may do: read groups and types, and change the size of the groups that EKS tagged as this cluster's
 * own; of no other cluster, and of no group that EKS did not make.
 *
 * EKS puts these tags on the Auto Scaling group of every managed node group; tags of a node group itself would not reach it.
 * Labels and taints of an empty group are read from EKS, because CloudFormation cannot tag that group either.
 */
export class ClusterAutoscalerAccess extends Construct {
  constructor(scope: Construct, id: string, { clusterName, cellId }: ClusterAutoscalerAccessProps) {
    super(scope, id);
    const role = new CellRole(this, 'Role', {
      description: `Cluster Autoscaler sizes the node groups of ${cellId}`,
      assumedBy: new ServicePrincipal('pods.eks.amazonaws.com').withSessionTags(),
    });
    const stack = Stack.of(this);
    const nodeGroups = stack.formatArn({ service: 'eks', resource: 'nodegroup', resourceName: `${cellId}/*/*` });
    const scalingGroups = stack.formatArn({
      service: 'autoscaling',
      resource: 'autoScalingGroup',
      resourceName: '*:autoScalingGroupName/eks-*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    role.addToPolicy(new PolicyStatement({ actions: READS, resources: ['*'] }));
    role.addToPolicy(new PolicyStatement({ actions: ['eks:DescribeNodegroup'], resources: [nodeGroups] }));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
        resources: [scalingGroups],
        conditions: {
          StringEquals: {
            'aws:ResourceTag/k8s.io/cluster-autoscaler/enabled': 'true',
            [`aws:ResourceTag/k8s.io/cluster-autoscaler/${cellId}`]: 'owned',
          },
        },
      }),
    );
    const { policy = role } = role;
    meant(policy, wildcardIn('*'), 'descriptions of groups, types and images, which AWS gives for all or for none');
    meant(policy, wildcardIn(nodeGroups), 'the node groups of this cluster, whose ids EKS makes up');
    meant(
      policy,
      wildcardIn(scalingGroups),
      'groups that EKS made and named; the condition keeps it to those of this cluster',
    );
    const { namespace, name } = CLUSTER_AUTOSCALER;
    new CfnPodIdentityAssociation(this, 'Association', {
      clusterName,
      namespace,
      serviceAccount: name,
      roleArn: role.roleArn,
    });
  }
}
