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
 */
export function reservationOf({
  purchase,
  reservationId,
}: Pick<NodeGroupPlan, 'purchase' | 'reservationId'>): Pick<
  CfnLaunchTemplate.LaunchTemplateDataProperty,
  'capacityReservationSpecification' | 'instanceMarketOptions'
> {
  const capacityReservationTarget = { capacityReservationId: reservationId };
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
 * Whether the nodes are placed close together: replicas that span nodes over EFA, bought on demand. Never in a reservation:
 * one made outside the placement group then launches in part (eksctl #7949). Never otherwise: closeness makes capacity
 * harder to get.
 */
export function placesInCluster(plan: NodeGroupPlan, layout: readonly LaunchTemplateInterface[]): boolean {
  return plan.purchase === 'onDemand' && (plan.nodesPerReplica ?? 1) > 1 && layout.length > 1;
}
