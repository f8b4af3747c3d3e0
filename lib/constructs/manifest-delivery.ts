import { Aws, type CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import { type ISubnet, type IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnAccessEntry, Cluster, KubectlProvider, KubernetesManifest } from 'aws-cdk-lib/aws-eks-v2';
import { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import { meantOfKubectl } from './kubectl-findings';
import type { Protection } from './protection';

/** Kubernetes objects under a name of their own, applied together. */
export interface Delivered {
  readonly name: string;
  readonly objects: readonly Readonly<Record<string, unknown>>[];
}

export interface ManifestDeliveryProps {
  readonly clusterName: string;
  readonly vpc: IVpc;
  /** With a way out to AWS: the functions ask it for the cluster's address and answer CloudFormation. */
  readonly subnets: readonly ISubnet[];
  readonly kubectlLayerArn: string;
  readonly delivered: readonly Delivered[];
  readonly protection: Protection;
}

const ADMINISTRATOR = `arn:${Aws.PARTITION}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;

/**
 * Applies Kubernetes objects with the deployment: the CDK's kubectl provider, two functions inside the network, and one custom
 * resource for each file, one after another.
 *
 * The functions administer the cluster, so that this is for sandboxes. Their network interfaces make the stack slow to delete:
 * half an hour and more (aws-cdk issue 27055).
 */
export class ManifestDelivery extends Construct {
  constructor(scope: Construct, id: string, props: ManifestDeliveryProps) {
    super(scope, id);
    const { clusterName, vpc } = props;
    const kubectlProvider = this.createProvider(props);
    const access = new CfnAccessEntry(this, 'Access', {
      clusterName,
      principalArn: kubectlProvider.role?.roleArn ?? '',
      accessPolicies: [{ policyArn: ADMINISTRATOR, accessScope: { type: 'cluster' } }],
    });
    const cluster = Cluster.fromClusterAttributes(this, 'Delivered', { clusterName, vpc, kubectlProvider });
    props.delivered.reduce<IConstruct>((before, { name, objects }) => {
      const manifest = objects.map((object) => ({ ...object }));
      // What a failed deployment left behind is taken over, and nothing that another file made is pruned.
      const applied = new KubernetesManifest(this, name, { cluster, manifest, overwrite: true, prune: false });
      applied.node.addDependency(before);
      return applied;
    }, access);
  }

  private createProvider({
    clusterName,
    vpc,
    subnets,
    kubectlLayerArn,
    protection,
  }: ManifestDeliveryProps): KubectlProvider {
    const description = 'Functions that apply Kubernetes manifests';
    const provider = new KubectlProvider(this, 'Kubectl', {
      cluster: Cluster.fromClusterAttributes(this, 'Cluster', { clusterName, vpc }),
      kubectlLayer: LayerVersion.fromLayerVersionArn(this, 'KubectlLayer', kubectlLayerArn),
      privateSubnets: [...subnets],
      securityGroups: [new SecurityGroup(this, 'Functions', { vpc, description })],
    });
    for (const logs of provider.node.findAll().filter((child) => child instanceof CfnLogGroup)) {
      logs.retentionInDays = protection.logRetention;
      (logs as CfnResource).applyRemovalPolicy(RemovalPolicy.DESTROY);
    }
    meantOfKubectl(provider);
    return provider;
  }
}
