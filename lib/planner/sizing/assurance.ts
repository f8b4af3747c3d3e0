import type { PurchaseOption } from '../../workload/workload';
import type { Assurance } from '../plan';

/** Only what is reserved is promised; on demand and spot may not be there when a node is replaced. */
export function assuranceOf(purchase: PurchaseOption): Assurance {
  return isReserved(purchase) ? 'reserved' : 'bestEffort';
}

export function isReserved(purchase: PurchaseOption): boolean {
  return purchase === 'capacityReservation' || purchase === 'capacityBlock';
}
