import { Annotations } from 'aws-cdk-lib';
import type { CfnCluster } from 'aws-cdk-lib/aws-eks-v2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Cell } from '../workload/cell';
import { ApiSecurityGroup } from './api-security-group';
import type { CellSubnets } from './cell-network';
import { ClusterAddOns } from './cluster-add-ons';
import { awsPolicy, meant } from './nag-findings';
import { NodeRole } from './node-role';
import type { Protection } from './protection';
import { SystemNodeGroup } from './system-node-group';

export interface CellClusterProps {
  readonly cell: Cell;
  readonly subnets: CellSubnets;
  readonly protection: Protection;
  /** Encrypts the control plane's logs. @default - CloudWatch's own key */
  readonly logKey?: IKey;
  readonly acceleratorNodes: number;
  readonly tags: Readonly<Record<string, string>>;
}

const { API, AUDIT, AUTHENTICATOR, CONTROLLER_MANAGER, SCHEDULER } = eks.ClusterLoggingTypes;
const ALL_LOGS = [API, AUDIT, AUTHENTICATOR, CONTROLLER_MANAGER, SCHEDULER];
const LOGS_OF = {
  production: ALL_LOGS,
  sandbox: [AUDIT, AUTHENTICATOR],
} as const;

/**
 * With `STANDARD` AWS upgrades the control plane by itself when standard support ends; production decides for itself and
 * pays the extended fee from that date.
 */
const SUPPORT_OF = { production: 'EXTENDED', sandbox: 'STANDARD' } as const;

const CLUSTER_POLICY = 'AmazonEKSClusterPolicy';
const UNENCRYPTED_LOGS = [
  'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
  "CloudWatch's own key encrypts what a sandbox logs; a key of ours would cost more than the logs",
] as const;
const KUBECTL_WARNING = [
  '@aws-cdk/aws-eks:isolatedSubnetsForKubectlPrivateSubnets',
  'there is no kubectl provider that could need a way out',
] as const;
const ENCRYPTION_WARNING = [
  'CloudFormation-Validate::W9009',
  'the L2 writes the deprecated property; it still means that secrets are encrypted with our key',
] as const;

/** Above it the provisioned tiers are worth their price: a judgement, no limit of AWS. */
const NODES_ON_STANDARD_TIER = 300;

/**
 * An EKS cluster with its logs, its add-ons and the small node group that runs them. Native resource types only: no
 * kubectl provider, no custom resource.
 *
 * Its API endpoint is private, open to the VPC and to what the cell names beside it, and public only to those it names. Access is by access entries alone: in production
 * nobody but `adminRoleArn` is an administrator, not even the role that deploys.
 */
export class CellCluster extends Construct {
  readonly clusterName: string;
  readonly clusterSecurityGroupId: string;
  readonly nodeRoleArn: string;

  constructor(scope: Construct, id: string, props: CellClusterProps) {
    super(scope, id);
    Annotations.of(this).acknowledgeWarning(...KUBECTL_WARNING);
    const cluster = this.createCluster(props);
    this.clusterName = cluster.clusterName;
    this.clusterSecurityGroupId = cluster.clusterSecurityGroupId;
    this.nodeRoleArn = new NodeRole(this, 'NodeRole').roleArn;
    this.addNodes(props);
  }

  private createCluster(props: CellClusterProps): eks.Cluster {
    const { cell, subnets, protection } = props;
    const logs = this.createLogGroup(props);
    const cluster = new eks.Cluster(this, 'Cluster', {
      clusterName: cell.id,
      version: eks.KubernetesVersion.of(cell.kubernetesVersion),
      vpc: subnets.vpc,
      securityGroup: new ApiSecurityGroup(this, 'Api', { vpc: subnets.vpc, cell }),
      vpcSubnets: [{ subnets: [...subnets.controlSubnets] }],
      endpointAccess:
        cell.publicAccessCidrs === undefined
          ? eks.EndpointAccess.PRIVATE
          : eks.EndpointAccess.PUBLIC_AND_PRIVATE.onlyFrom(...cell.publicAccessCidrs),
      clusterLogging: [...LOGS_OF[cell.profile]],
      ...this.secretsKey(cell, protection),
      controlPlaneScalingTier: tierFor(props.acceleratorNodes),
      defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
      defaultCapacity: 0,
      bootstrapSelfManagedAddons: false,
      bootstrapClusterCreatorAdminPermissions: cell.profile === 'sandbox',
      outputConfigCommand: false,
    });
    this.setUncoveredProperties(cluster, props, logs);
    this.admitAdministrator(cluster, cell);
    explainFindings(cluster, cell);
    return cluster;
  }

  /** What the L2 has no props for; and its marker for a kubectl provider, which there is none of here. */
  private setUncoveredProperties(cluster: eks.Cluster, { cell, protection }: CellClusterProps, logs: LogGroup): void {
    const resource = cluster.node.defaultChild as CfnCluster;
    resource.node.addDependency(logs);
    resource.deletionProtection = protection.deletionProtection;
    resource.upgradePolicy = { supportType: SUPPORT_OF[cell.profile] };
    // A shift away from the one zone with accelerators would leave nothing that serves, and stops the repair of nodes.
    resource.zonalShiftConfig = { enabled: false };
    cluster.node.tryRemoveChild('KubectlReadyBarrier');
  }

  /** Before the cluster, under the name that EKS writes to; else EKS makes one that is kept, unread, for ever. */
  private createLogGroup({ cell, protection, logKey: encryptionKey }: CellClusterProps): LogGroup {
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/eks/${cell.id}/cluster`,
      retention: protection.logRetention,
      removalPolicy: protection.removalPolicy,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });
    if (encryptionKey === undefined) meant(logs, ...UNENCRYPTED_LOGS);
    return logs;
  }

  private secretsKey(cell: Cell, protection: Protection): { readonly secretsEncryptionKey?: Key } {
    if (cell.profile !== 'production') return {};
    const secretsEncryptionKey = new Key(this, 'SecretsKey', {
      description: `Kubernetes secrets of cell ${cell.id}`,
      enableKeyRotation: true,
      removalPolicy: protection.removalPolicy,
    });
    return { secretsEncryptionKey };
  }

  private admitAdministrator(cluster: eks.Cluster, cell: Cell): void {
    if (cell.adminRoleArn === undefined) return;
    cluster.grantClusterAdmin('Administrator', cell.adminRoleArn);
  }

  private addNodes({ cell, subnets, tags }: CellClusterProps): void {
    const { addOnVersions: versions = {}, amiReleases = {} } = cell;
    const amiRelease = amiReleases.system;
    const addOns = new ClusterAddOns(this, 'AddOns', { clusterName: this.clusterName, versions });
    const system = new SystemNodeGroup(this, 'System', {
      clusterName: this.clusterName,
      clusterSecurityGroupId: this.clusterSecurityGroupId,
      nodeRoleArn: this.nodeRoleArn,
      subnetIds: subnets.controlSubnets.map((subnet) => subnet.subnetId),
      instanceType: cell.systemInstanceType,
      nodes: cell.systemNodes,
      ...(amiRelease === undefined ? {} : { amiRelease }),
      tags,
    });
    system.nodeGroup.node.addDependency(...addOns.createBeforeNodes());
    addOns.createAfter(system.nodeGroup);
  }
}

function explainFindings(cluster: eks.Cluster, { profile, publicAccessCidrs }: Cell): void {
  meant(
    cluster.role,
    awsPolicy(CLUSTER_POLICY),
    'what the control plane does for us changes with EKS, and AWS changes both',
  );
  const resource = cluster.node.defaultChild as CfnCluster;
  if (profile === 'production') meant(resource, ...ENCRYPTION_WARNING);
  if (publicAccessCidrs !== undefined) {
    meant(resource, 'AwsSolutions-EKS1', 'the public endpoint answers only the addresses that the cell names');
  }
  for (const log of ALL_LOGS.filter((one) => !(LOGS_OF[profile] as readonly string[]).includes(one))) {
    meant(
      resource,
      `AwsSolutions-EKS2[LogExport::${log}]`,
      'a sandbox keeps who did what; the rest is paid by the gigabyte',
    );
  }
}

function tierFor(nodes: number): eks.ControlPlaneScalingTier {
  return nodes < NODES_ON_STANDARD_TIER ? eks.ControlPlaneScalingTier.STANDARD : eks.ControlPlaneScalingTier.TIER_XL;
}
