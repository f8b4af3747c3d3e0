import type { NodeGroupPlan } from '../planner/plan';
import { Problem } from '../problem';

const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const RESERVATION_ID = /^cr-[0-9a-f]{8,17}$/;
/** EKS's default quota; adjustable, but a group of this size is a blast radius of its own. */
const MAX_NODES = 450;

/** @throws Problem InvalidDeployment when a group could not be created as planned. */
export function checkNodeGroup({ name, size, purchase, reservationId }: NodeGroupPlan): void {
  if (!NAME.test(name)) {
    throw refused(name, 'its name must be 1 to 40 of a-z, 0-9 and "-" and start with a letter; rename it');
  }
  if (!(size.min >= 0 && size.min <= size.plan && size.plan <= size.max && size.max >= 1)) {
    throw refused(
      name,
      `its sizes must grow from min to plan to max and max be at least 1, got ${size.min}, ${size.plan}, ${size.max}; correct them`,
    );
  }
  if (size.max > MAX_NODES) {
    throw refused(name, `it may have ${size.max} nodes and EKS allows ${MAX_NODES} a group; split it into several`);
  }
  const needsReservation = purchase === 'capacityReservation' || purchase === 'capacityBlock';
  if (needsReservation !== (reservationId !== undefined && RESERVATION_ID.test(reservationId))) {
    throw refused(
      name,
      needsReservation
        ? `its purchase ${purchase} needs a reservationId such as "cr-0123456789abcdef0", got ${JSON.stringify(reservationId)}; add the id`
        : `its purchase ${purchase} takes no reservationId, got ${JSON.stringify(reservationId)}; remove the id or change the purchase`,
    );
  }
}

function refused(name: string, why: string): Problem {
  return new Problem('InvalidDeployment', `node group ${JSON.stringify(name)} cannot be built: ${why}`);
}
