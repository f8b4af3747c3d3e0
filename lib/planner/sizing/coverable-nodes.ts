import { isZoneId } from '../../catalog/availability-zone';
import type { Cell } from '../../workload/cell';
import type { PurchaseOption } from '../../workload/workload';
import type { RateOf } from '../capacity-option';
import type { CoverableNodes } from '../commitments';

/** Nodes bought one way. */
export interface BoughtNodes {
  readonly purchase: PurchaseOption;
  readonly nodes: number;
  /** They run in something owned. */
  readonly offer?: unknown;
}

type Place = Pick<Cell, 'region' | 'availabilityZones'>;

/** Those that are billed by the hour on demand, in a reservation that is made for them too: what a commitment may cover. */
export function coverableOf(
  { region, availabilityZones: [zone] }: Place,
  instanceType: string,
  bought: readonly BoughtNodes[],
  rateOf: RateOf,
): readonly CoverableNodes[] {
  const rate = rateOf({ kind: 'instance', region, instanceType, purchase: 'onDemand' });
  if (rate?.per !== 'hour') return [];
  return bought.flatMap(({ purchase, nodes, offer }) =>
    nodes === 0 || offer !== undefined || (purchase !== 'onDemand' && purchase !== 'capacityReservation')
      ? []
      : [
          {
            region,
            ...(isZoneId(zone) ? { availabilityZoneId: zone } : {}),
            instanceType,
            count: nodes,
            isReservation: purchase === 'capacityReservation',
            usdPerHour: rate.usd,
          },
        ],
  );
}
