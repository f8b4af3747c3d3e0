import type { NodeGroupPlan } from '../planner/plan';
import { Problem } from '../problem';

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const RESERVATION_ID = /^cr-[0-9a-f]{8,17}$/;
const GROUP_ARN = /^arn:aws[a-z-]*:resource-groups:[a-z0-9-]+:\d{12}:group\/[A-Za-z0-9_.-]+$/;
/** EKS's default quota; adjustable, but a group of this size is a blast radius of its own. */
const MAX_NODES = 450;
/** Instances of one reservation that a template may create (CloudFormation reference, 2026-11-23). */
const MAX_RESERVED = 1000;

/** @throws Problem InvalidDeployment when a group could not be created as planned. */
export function checkNodeGroup(plan: NodeGroupPlan): void {
  const { name, size, purchase, actuator } = plan;
  if (!NAME.test(name)) {
    throw refused(name, 'its name must be 1 to 63 of a-z, 0-9 and "-" and start with a letter; rename it');
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
  // A Capacity Block stands at none until it starts, and EKS drains it before its end.
  if (size.min !== size.max && actuator === undefined && purchase !== 'capacityBlock') {
    throw refused(
      name,
      `it may have ${size.min} to ${size.max} nodes and nothing in the cell changes how many; name its actuator or give one size`,
    );
  }
  checkReservation(plan);
}

/** A reservation is named in one way, a block by its id; nothing else names one. */
function checkReservation({
  name,
  size,
  purchase,
  reservationId,
  reservationGroupArn,
  createdReservation,
}: NodeGroupPlan): void {
  const given = [reservationId, reservationGroupArn, createdReservation].filter((one) => one !== undefined);
  const text = given.map((one) => JSON.stringify(one)).join(' and ');
  if (purchase === 'onDemand' || purchase === 'spot') {
    if (given.length === 0) return;
    throw refused(
      name,
      `its purchase ${purchase} takes no reservationId, got ${text}; remove the id or change the purchase`,
    );
  }
  if (given.length > 1) throw refused(name, `it names ${given.length} reservations, ${text}; keep one`);
  if (reservationId !== undefined && RESERVATION_ID.test(reservationId)) return;
  if (purchase === 'capacityReservation' && reservationGroupArn !== undefined && GROUP_ARN.test(reservationGroupArn)) {
    return;
  }
  if (purchase === 'capacityReservation' && createdReservation !== undefined) {
    const { count } = createdReservation;
    if (Number.isInteger(count) && count >= size.max && count <= MAX_RESERVED) return;
    throw refused(
      name,
      `the reservation made for it holds ${count} and it may have ${size.max} nodes; give ${size.max} to ${MAX_RESERVED}`,
    );
  }
  throw refused(
    name,
    purchase === 'capacityBlock'
      ? `its purchase ${purchase} needs a reservationId such as "cr-0123456789abcdef0", got ${text || 'none'}; add the block's id`
      : `its purchase ${purchase} needs a reservationId such as "cr-0123456789abcdef0", the ARN of a resource group, or a reservation to create, got ${text || 'none'}; add one`,
  );
}

function refused(name: string, why: string): Problem {
  return new Problem('InvalidDeployment', `node group ${JSON.stringify(name)} cannot be built: ${why}`);
}
