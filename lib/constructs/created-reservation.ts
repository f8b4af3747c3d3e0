import { ArnFormat, CfnDeletionPolicy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnCapacityReservation, type CfnPlacementGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { isZoneId } from '../catalog/availability-zone';
import type { CreatedReservation } from '../planner/plan';
import { tagList } from './node-tags';

export interface CreatedReservationProps {
  readonly reservation: CreatedReservation;
  readonly instanceType: string;
  /** Name or id of the one zone that the nodes stand in. */
  readonly availabilityZone: string;
  /** The nodes' own, when they have one: only a reservation made in it can be used in it. @default - none */
  readonly placementGroup?: CfnPlacementGroup | undefined;
  /** Whether it outlives its stack; a retained reservation is billed until somebody cancels it. */
  readonly removalPolicy: RemovalPolicy;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * An on-demand capacity reservation for one node group: billed from its deployment on, used or not, and failing the
 * deployment where the zone has no capacity. Targeted, so that nothing else runs in it.
 *
 * One that could not be created is never retained; one that is replaced is deleted once the new one is there.
 */
export function createReservation(
  scope: Construct,
  id: string,
  props: CreatedReservationProps,
): CfnCapacityReservation {
  const { reservation, instanceType, availabilityZone, placementGroup, removalPolicy, tags } = props;
  const made = new CfnCapacityReservation(scope, id, {
    instanceType,
    instancePlatform: 'Linux/UNIX',
    ...(isZoneId(availabilityZone) ? { availabilityZoneId: availabilityZone } : { availabilityZone }),
    instanceCount: reservation.count,
    instanceMatchCriteria: 'targeted',
    tenancy: 'default',
    ...(reservation.end === undefined
      ? { endDateType: 'unlimited' }
      : { endDateType: 'limited', endDate: reservation.end }),
    ...(placementGroup === undefined ? {} : { placementGroupArn: arnOf(placementGroup) }),
    tagSpecifications: [{ resourceType: 'capacity-reservation', tags: tagList(tags) }],
  });
  made.cfnOptions.deletionPolicy =
    removalPolicy === RemovalPolicy.RETAIN ? CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE : CfnDeletionPolicy.DELETE;
  made.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
  return made;
}

/** A placement group has no ARN attribute in CloudFormation; its Ref is its name. */
function arnOf(placementGroup: CfnPlacementGroup): string {
  return Stack.of(placementGroup).formatArn({
    service: 'ec2',
    resource: 'placement-group',
    resourceName: placementGroup.ref,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
