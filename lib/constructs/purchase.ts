import type { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import type { LaunchTemplateInterface } from '../catalog/network-layout';
import type { NodeGroupPlan } from '../planner/plan';
import { assertNever } from '../problem';
import type { PurchaseOption } from '../workload/workload';

/** `CapacityType` of a node group. Nodes in a reservation are on-demand instances to EKS. */
export function capacityType(purchase: PurchaseOption): 'ON_DEMAND' | 'SPOT' | 'CAPACITY_BLOCK' {
  switch (purchase) {
    case 'onDemand':
    case 'capacityReservation':
      return 'ON_DEMAND';
    case 'spot':
      return 'SPOT';
    case 'capacityBlock':
      return 'CAPACITY_BLOCK';
    default:
      return assertNever(purchase);
  }
}

/**
 * The reservation part of a launch template. `capacity-reservations-only` makes a full reservation a failed launch; `open`
 * would take plain on-demand nodes, or another team's reservation, in silence.
 *
 * @param createdId id of the reservation that is made beside the group, where the plan has one
 */
export function reservationOf(
  {
    purchase,
    reservationId,
    reservationGroupArn,
  }: Pick<NodeGroupPlan, 'purchase' | 'reservationId' | 'reservationGroupArn'>,
  createdId?: string,
): Pick<CfnLaunchTemplate.LaunchTemplateDataProperty, 'capacityReservationSpecification' | 'instanceMarketOptions'> {
  const capacityReservationTarget =
    reservationGroupArn === undefined
      ? { capacityReservationId: createdId ?? reservationId }
      : { capacityReservationResourceGroupArn: reservationGroupArn };
  switch (purchase) {
    case 'onDemand':
    case 'spot':
      return {};
    case 'capacityReservation':
      return {
        capacityReservationSpecification: {
          capacityReservationPreference: 'capacity-reservations-only',
          capacityReservationTarget,
        },
      };
    case 'capacityBlock':
      return {
        instanceMarketOptions: { marketType: 'capacity-block' },
        capacityReservationSpecification: { capacityReservationTarget },
      };
    default:
      return assertNever(purchase);
  }
}

/**
 * Whether the nodes are placed close together: replicas that span nodes over EFA, bought on demand or in a reservation that
 * is made in the same placement group. Never in another reservation: one made outside the placement group then launches in
 * part (eksctl #7949). Never otherwise: closeness makes capacity harder to get.
 */
export function placesInCluster(plan: NodeGroupPlan, layout: readonly LaunchTemplateInterface[]): boolean {
  const mayBePlaced = plan.purchase === 'onDemand' || plan.createdReservation !== undefined;
  return mayBePlaced && (plan.nodesPerReplica ?? 1) > 1 && layout.length > 1;
}
