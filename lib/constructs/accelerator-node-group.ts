import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import { type CfnCapacityReservation, CfnLaunchTemplate, CfnPlacementGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnNodegroup } from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';
import { type Catalog, findAccelerator, findInstanceType } from '../catalog/catalog';
import { idleConnectionSeconds } from '../catalog/connection-tracking';
import { networkLayout } from '../catalog/network-layout';
import { ACCELERATOR_TAINT, amiType, eksNodeGroupName, nodeLabels } from '../catalog/node';
import type { NodeGroupPlan } from '../planner/plan';
import { autoscalerLabels, autoscalerTags } from './autoscaled-node-group';
import { checkNodeGroup } from './check-node-group';
import { createReservation } from './created-reservation';
import { METADATA_OPTIONS, nodeInterfaces } from './node-launch';
import { nodeRepair } from './node-repair';
import { launchedTags, TAG } from './node-tags';
import { nodeUserData } from './node-user-data';
import { rootDevice } from './node-volume';
import { capacityType, placesInCluster, reservationOf } from './purchase';

/** What nodes need of the cell that they join. */
export interface NodeHome {
  readonly clusterName: string;
  /** Made by EKS; lets nodes, pods and the control plane reach each other, and out. */
  readonly clusterSecurityGroupId: string;
  readonly efaSecurityGroupId: string;
  readonly nodeRoleArn: string;
  /** In the one availability zone that holds the cell's accelerators. */
  readonly acceleratorSubnetId: string;
  /** Name of that zone. */
  readonly availabilityZone: string;
  /** Layers of an image are fetched and unpacked side by side. @default false */
  readonly pullsInParallel?: boolean;
}

export interface AcceleratorNodeGroupProps {
  readonly plan: NodeGroupPlan;
  readonly home: NodeHome;
  readonly catalog: Catalog;
  /** Release of the image. @default - the latest when the group is made */
  readonly amiRelease?: string;
  /** Of every instance, volume and interface, beside the group's own. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether a reservation made for the group outlives it. @default RemovalPolicy.DESTROY */
  readonly reservationRemoval?: RemovalPolicy;
}

/**
 * One planned node group: a launch template, an EKS managed node group; a capacity reservation where the plan creates one;
 * and, where its replicas span nodes that no foreign reservation holds, a placement group.
 *
 * The instance type stands in the launch template for every purchase, because Capacity Blocks allow no other place; a new
 * type then is a rolling update, not a replacement. A group that nothing scales has no name of its own: EKS wants a new one
 * whenever it is replaced. The planned size stands in the metadata, where a bill finds it even when an autoscaler owns `DesiredSize`.
 *
 * @throws Problem UnknownInstanceType, UnverifiedInstanceType or InvalidDeployment, naming the group.
 */
export class AcceleratorNodeGroup extends Construct {
  readonly launchTemplate: CfnLaunchTemplate;
  readonly nodeGroup: CfnNodegroup;
  /** Where the plan creates one. */
  readonly reservation: CfnCapacityReservation | undefined;

  constructor(scope: Construct, id: string, props: AcceleratorNodeGroupProps) {
    super(scope, id);
    checkNodeGroup(props.plan);
    const placementGroup = this.createPlacementGroup(props);
    this.reservation = this.createReservation(props, placementGroup);
    this.launchTemplate = new CfnLaunchTemplate(this, 'LaunchTemplate', {
      launchTemplateData: this.launchTemplateData(props, placementGroup),
    });
    this.nodeGroup = this.createNodeGroup(props);
    const { size, actuator } = props.plan;
    this.nodeGroup.addMetadata('Headroom', { plannedSize: size.plan, ...(actuator === undefined ? {} : { actuator }) });
  }

  private createPlacementGroup({ plan, catalog }: AcceleratorNodeGroupProps): CfnPlacementGroup | undefined {
    const layout = networkLayout(findInstanceType(catalog, plan.instanceType));
    return placesInCluster(plan, layout)
      ? new CfnPlacementGroup(this, 'PlacementGroup', { strategy: 'cluster' })
      : undefined;
  }

  private launchTemplateData(
    props: AcceleratorNodeGroupProps,
    placementGroup: CfnPlacementGroup | undefined,
  ): CfnLaunchTemplate.LaunchTemplateDataProperty {
    const { plan, catalog, home } = props;
    const instanceType = findInstanceType(catalog, plan.instanceType);
    const layout = networkLayout(instanceType);
    return {
      instanceType: plan.instanceType,
      ...nodeInterfaces(layout, home, idleConnectionSeconds(instanceType)),
      ...reservationOf(plan, this.reservation?.ref),
      ...(placementGroup === undefined ? {} : { placement: { groupName: placementGroup.ref } }),
      blockDeviceMappings: [rootDevice(plan.rootVolume)],
      metadataOptions: METADATA_OPTIONS,
      userData: Fn.base64(
        nodeUserData({
          hasInstanceStore: (instanceType.instanceStoreBytes ?? 0) > 0,
          pullsInParallel: home.pullsInParallel === true,
        }),
      ),
      tagSpecifications: launchedTags(this.tagsOf(props)),
    };
  }

  private createReservation(
    props: AcceleratorNodeGroupProps,
    placementGroup: CfnPlacementGroup | undefined,
  ): CfnCapacityReservation | undefined {
    const { plan, home, reservationRemoval: removalPolicy = RemovalPolicy.DESTROY } = props;
    if (plan.createdReservation === undefined) return undefined;
    const { instanceType, createdReservation: reservation } = plan;
    const { availabilityZone } = home;
    const tags = this.tagsOf(props);
    return createReservation(this, 'Reservation', {
      reservation,
      instanceType,
      availabilityZone,
      placementGroup,
      removalPolicy,
      tags,
    });
  }

  private tagsOf({ plan, tags }: AcceleratorNodeGroupProps): Readonly<Record<string, string>> {
    return { ...tags, Name: this.node.id, [TAG.workload]: plan.workload, [TAG.nodeGroup]: plan.name };
  }

  private createNodeGroup({ plan, home, catalog, amiRelease }: AcceleratorNodeGroupProps): CfnNodegroup {
    const instanceType = findInstanceType(catalog, plan.instanceType);
    const accelerator = findAccelerator(catalog, instanceType.acceleratorKey);
    const image = amiType(instanceType, accelerator);
    const tags = autoscalerTags(plan, instanceType, accelerator);
    return new CfnNodegroup(this, 'NodeGroup', {
      clusterName: home.clusterName,
      // Found by it. Naming any other would replace it, and a reservation that is full has no room for its successor.
      ...(plan.actuator === 'clusterAutoscaler' ? { nodegroupName: eksNodeGroupName(plan, image) } : {}),
      nodeRole: home.nodeRoleArn,
      subnets: [home.acceleratorSubnetId],
      amiType: image,
      ...(amiRelease === undefined ? {} : { releaseVersion: amiRelease }),
      capacityType: capacityType(plan.purchase),
      launchTemplate: { id: this.launchTemplate.ref, version: this.launchTemplate.attrLatestVersionNumber },
      scalingConfig: scalingOf(plan),
      labels: { ...nodeLabels(plan), ...autoscalerLabels(plan, accelerator) },
      ...(Object.keys(tags).length === 0 ? {} : { tags: { ...tags } }),
      taints: [{ key: ACCELERATOR_TAINT[accelerator.vendor], value: 'present', effect: 'NO_SCHEDULE' }],
      // One node at a time, the old one first: a reservation has no room for a spare, and on demand there may be none.
      updateConfig: { maxUnavailable: 1, updateStrategy: 'MINIMAL' },
      nodeRepairConfig: nodeRepair(accelerator.vendor),
    });
  }
}

/**
 * `DesiredSize` is left out of a group with an actuator, so that a deploy does not undo what that did; EKS then starts it at
 * its least. That of a Capacity Block is 0 until the block starts, and the plan's from the first deploy as of a later day
 * on; its least is 0, because EKS drains it before the block ends.
 */
function scalingOf({ size, purchase, awaitsStart, actuator }: NodeGroupPlan): CfnNodegroup.ScalingConfigProperty {
  const bounds = { minSize: size.min, maxSize: size.max };
  if (purchase === 'capacityBlock') return { ...bounds, minSize: 0, desiredSize: awaitsStart === true ? 0 : size.plan };
  return actuator === undefined ? { ...bounds, desiredSize: size.plan } : bounds;
}
