import type { OwnedOffer } from '../planner/plan';
import { instant } from '../units/interval';
import type { Cell } from '../workload/cell';

/** Before and after everything: the dates of what has started, and of what has no end. */
const ALWAYS = { start: '0001-01-01T00:00:00Z', end: '9999-12-31T00:00:00Z' };

/** What the cells own as plain offers to the planner, in an order of their own. */
export function ownedOffers(cells: readonly Cell[]): readonly OwnedOffer[] {
  const offers = cells.flatMap((cell) =>
    (cell.ownedCapacity ?? []).map((owned): OwnedOffer => {
      const { kind: purchase, instanceType, count, start, end } = owned;
      const isResourceGroup = owned.id === undefined;
      const reservationIds = owned.kind === 'capacityReservation' ? owned.reservationIds : undefined;
      return {
        cell: cell.id,
        purchase,
        name: owned.id ?? owned.resourceGroupArn,
        isResourceGroup,
        ...(reservationIds === undefined ? {} : { reservationIds: [...reservationIds].sort() }),
        instanceType,
        count,
        during: {
          start: start === undefined ? ALWAYS.start : instant(start),
          end: end === undefined ? ALWAYS.end : instant(end),
        },
      };
    }),
  );
  return offers.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ cell, name, instanceType }: OwnedOffer): string {
  return `${cell} ${name} ${instanceType}`;
}
