import { CfnLaunchTemplate, InstanceArchitecture, InstanceType } from 'aws-cdk-lib/aws-ec2';
import { CfnNodegroup } from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';
import { NODE_LABEL } from '../catalog/node';
import { METADATA_OPTIONS } from './node-launch';
import { launchedTags, TAG } from './node-tags';
import { rootDevice } from './node-volume';

export interface SystemNodeGroupProps {
  readonly clusterName: string;
  readonly clusterSecurityGroupId: string;
  readonly nodeRoleArn: string;
  readonly subnetIds: readonly string[];
  readonly instanceType: string;
  readonly nodes: number;
  /** Release of the image. @default - the latest when the group is made */
  readonly amiRelease?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** gp3's included performance: nothing is paid beyond the gigabytes. */
const ROOT_VOLUME = { gibibytes: 50, iops: 3000, mebibytesPerSecond: 125 };
const GROUP = 'system';

/**
 * The few CPU nodes that run DNS, metrics and monitoring. They carry no taint, and stand before any add-on that needs a
 * node: pods that tolerate nothing would wait forever on a cluster of tainted accelerators.
 */
export class SystemNodeGroup extends Construct {
  readonly nodeGroup: CfnNodegroup;

  constructor(scope: Construct, id: string, props: SystemNodeGroupProps) {
    super(scope, id);
    const instanceType = new InstanceType(props.instanceType);
    const launchTemplate = new CfnLaunchTemplate(this, 'LaunchTemplate', {
      launchTemplateData: {
        instanceType: props.instanceType,
        // Burstable types would run on for an extra price when their credits are spent, without a bound.
        ...(instanceType.isBurstable() ? { creditSpecification: { cpuCredits: 'standard' } } : {}),
        networkInterfaces: [
          {
            deviceIndex: 0,
            groups: [props.clusterSecurityGroupId],
            deleteOnTermination: true,
            // Whatever the subnet says: those of a given network are not ours.
            associatePublicIpAddress: false,
          },
        ],
        blockDeviceMappings: [rootDevice(ROOT_VOLUME)],
        metadataOptions: METADATA_OPTIONS,
        tagSpecifications: launchedTags({ ...props.tags, Name: GROUP, [TAG.nodeGroup]: GROUP }),
      },
    });
    this.nodeGroup = new CfnNodegroup(this, 'NodeGroup', {
      clusterName: props.clusterName,
      nodeRole: props.nodeRoleArn,
      subnets: [...props.subnetIds],
      amiType:
        instanceType.architecture === InstanceArchitecture.ARM_64 ? 'AL2023_ARM_64_STANDARD' : 'AL2023_x86_64_STANDARD',
      ...(props.amiRelease === undefined ? {} : { releaseVersion: props.amiRelease }),
      capacityType: 'ON_DEMAND',
      launchTemplate: { id: launchTemplate.ref, version: launchTemplate.attrLatestVersionNumber },
      scalingConfig: { minSize: props.nodes, desiredSize: props.nodes, maxSize: props.nodes },
      labels: { [NODE_LABEL.nodeGroup]: GROUP },
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
    });
    this.nodeGroup.addMetadata('Headroom', { plannedSize: props.nodes });
  }
}
