import type { NodeGroupPlan } from '../planner/plan';

/** Instances of a reservation, or of a resource group of reservations, that the plan keeps running over all groups of the cell. */
export interface ReservationUse {
  /** Id of the reservation, or ARN of the resource group. */
  readonly name: string;
  /** What CloudWatch knows it by. */
  readonly reservationIds: readonly string[];
  readonly instances: number;
}

/**
 * The on-demand reservations of a plan whose ids are known. One that the templates create is watched beside it
 * (`CapacityStack`); Capacity Blocks have no such metrics.
 */
export function reservationsOf(nodeGroups: readonly NodeGroupPlan[]): readonly ReservationUse[] {
  const uses = new Map<string, ReservationUse>();
  for (const { purchase, reservationId, reservationGroupArn, reservationGroupIds, size } of nodeGroups) {
    const name = reservationId ?? reservationGroupArn;
    const reservationIds = reservationId === undefined ? reservationGroupIds : [reservationId];
    if (purchase !== 'capacityReservation' || name === undefined || reservationIds === undefined) continue;
    const before = uses.get(name);
    const ids = new Set([...(before?.reservationIds ?? []), ...reservationIds]);
    uses.set(name, { name, reservationIds: [...ids].sort(), instances: (before?.instances ?? 0) + size.min });
  }
  return [...uses.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
