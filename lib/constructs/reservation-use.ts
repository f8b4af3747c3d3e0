import type { NodeGroupPlan } from '../planner/plan';

/** Instances of a reservation that the plan keeps running, over all groups of the cell that target it. */
export interface ReservationUse {
  readonly reservationId: string;
  readonly instances: number;
}

/**
 * The on-demand reservations of a plan that are named by id. Those of a resource group, and one that the templates create, are
 * named by nothing that an alarm could be written with here; Capacity Blocks have no such metrics.
 */
export function reservationsOf(nodeGroups: readonly NodeGroupPlan[]): readonly ReservationUse[] {
  const used = new Map<string, number>();
  for (const { purchase, reservationId, size } of nodeGroups) {
    if (purchase !== 'capacityReservation' || reservationId === undefined) continue;
    used.set(reservationId, (used.get(reservationId) ?? 0) + size.min);
  }
  return [...used.keys()].sort().map((reservationId) => ({ reservationId, instances: used.get(reservationId) ?? 0 }));
}
