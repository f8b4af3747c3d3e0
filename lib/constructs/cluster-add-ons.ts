import { CfnAddon, type CfnAddonProps } from 'aws-cdk-lib/aws-eks-v2';
import { ManagedPolicy, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { CellRole } from './cell-role';
import { awsPolicy, meant } from './nag-findings';

/** Daemon sets without which no node becomes ready. */
const BEFORE_NODES = ['kube-proxy', 'eks-pod-identity-agent', 'vpc-cni'] as const;
/** Pods of these must be scheduled somewhere before the add-on becomes active. */
const AFTER_NODES = ['coredns', 'metrics-server', 'eks-node-monitoring-agent'] as const;

/**
 * Addresses come in blocks of 16 and a node holds one of them until more than a dozen pods run on it: one block a node is
 * what the accelerator subnet is sized for. Its network policies are enforced.
 */
const CNI_CONFIGURATION = {
  enableNetworkPolicy: 'true',
  env: { ENABLE_PREFIX_DELEGATION: 'true', MINIMUM_IP_TARGET: '12', WARM_IP_TARGET: '2' },
};

const NETWORK_POLICY = 'AmazonEKS_CNI_Policy';

/** Names of all add-ons of a cell. */
export const ADD_ONS: readonly string[] = [...BEFORE_NODES, ...AFTER_NODES];

export interface ClusterAddOnsProps {
  readonly clusterName: string;
  /** By add-on. @default - EKS's default for the cluster's Kubernetes version */
  readonly versions?: Readonly<Record<string, string>>;
}

/**
 * The EKS add-ons of a cell, in two waves around the system node group.
 *
 * The network plug-in has its permissions by Pod Identity, so that the role of the nodes needs none of them.
 */
export class ClusterAddOns extends Construct {
  private readonly clusterName: string;
  private readonly versions: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ClusterAddOnsProps) {
    super(scope, id);
    this.clusterName = props.clusterName;
    this.versions = props.versions ?? {};
  }

  /**
   * Daemon sets, active even on a cluster without nodes, and without which no node becomes ready.
   *
   * @returns what the first node must wait for
   */
  createBeforeNodes(): readonly IConstruct[] {
    const podIdentity = this.createAddOn('eks-pod-identity-agent');
    const network = this.createAddOn('vpc-cni', this.networkConfiguration());
    network.node.addDependency(podIdentity);
    return [this.createAddOn('kube-proxy'), podIdentity, network];
  }

  createAfter(nodes: IConstruct): void {
    for (const name of AFTER_NODES) this.createAddOn(name).node.addDependency(nodes);
  }

  private createAddOn(
    addonName: (typeof BEFORE_NODES | typeof AFTER_NODES)[number],
    configuration: Partial<CfnAddonProps> = {},
  ): CfnAddon {
    const { clusterName } = this;
    const addonVersion = this.versions[addonName];
    return new CfnAddon(this, addonName, {
      clusterName,
      addonName,
      resolveConflicts: 'OVERWRITE',
      ...(addonVersion === undefined ? {} : { addonVersion }),
      ...configuration,
    });
  }

  private networkConfiguration(): Partial<CfnAddonProps> {
    const role = new CellRole(this, 'NetworkRole', {
      description: 'The VPC network plug-in attaches interfaces and addresses to nodes',
      assumedBy: new ServicePrincipal('pods.eks.amazonaws.com').withSessionTags(),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(NETWORK_POLICY)],
    });
    meant(role, awsPolicy(NETWORK_POLICY), 'what the plug-in calls changes with its version, and AWS changes both');
    return {
      configurationValues: JSON.stringify(CNI_CONFIGURATION),
      podIdentityAssociations: [{ serviceAccount: 'aws-node', roleArn: role.roleArn }],
    };
  }
}
