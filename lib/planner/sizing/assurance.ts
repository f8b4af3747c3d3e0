import type { InstanceType } from '../../catalog/instance-type';
import { Problem } from '../../problem';
import type { InferenceWorkload, Placement, PurchaseOption } from '../../workload/workload';
import type { Assurance } from '../plan';

/** Only what is reserved is promised; on demand and spot may not be there when a node is replaced. */
export function assuranceOf(purchase: PurchaseOption): Assurance {
  return isReserved(purchase) ? 'reserved' : 'bestEffort';
}

export function isReserved(purchase: PurchaseOption): boolean {
  return purchase === 'capacityReservation' || purchase === 'capacityBlock';
}

/** P and Trn capacity may not be there when it is asked for: what must always be there is reserved, unless that is waived. */
export function isFloorReserved({ family }: Pick<InstanceType, 'family'>, { bestEffortFloor }: Placement): boolean {
  return bestEffortFloor === undefined && /^(p\d|trn)/.test(family);
}

/** @throws Problem InvalidWorkload where spot is all that may be bought and must not carry what it would have to. */
export function checkSpot({ name, placement }: InferenceWorkload): void {
  const { purchaseOptions, spot } = placement;
  if (purchaseOptions.some((option) => option !== 'spot')) return;
  const { interruptionAllowance = 1, floor = false } = spot ?? {};
  if (interruptionAllowance < 1) {
    throw new Problem(
      'InvalidWorkload',
      `workload ${name} buys spot only and allows ${interruptionAllowance * 100} % of its nodes to be interrupted; raise placement.spot.interruptionAllowance to 1 or allow another purchase option`,
    );
  }
  if (!floor) {
    throw new Problem(
      'InvalidWorkload',
      `workload ${name} buys spot only, which its floor may not stand on; set placement.spot.floor or allow another purchase option`,
    );
  }
}
