import { createHash } from 'node:crypto';

/** A group's name is the value of a label of its nodes too (Kubernetes documentation, labels, 2026-11-24). */
const LONGEST = 63;
const DIGEST_LENGTH = 8;

/**
 * Decides logical ids: the same workload on the same type keeps its name whatever else changes.
 *
 * @param reservation id or ARN of what the nodes run in, or "floor"; such a group stands beside the one of the other nodes
 */
export function nodeGroupName(workload: string, instanceType: string, reservation?: string): string {
  const name = `${workload}-${instanceType}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return reservation === undefined ? fitting(name) : withSuffix(name, shortName(reservation));
}

/** The name of what stands beside a group, or of a part of it. */
export function withSuffix(name: string, suffix: string | number): string {
  return fitting(`${name}-${suffix}`);
}

/** As it is, or cut with a digest of the whole, so that two long names that begin alike stay two. */
function fitting(name: string): string {
  if (name.length <= LONGEST) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  return `${name.slice(0, LONGEST - DIGEST_LENGTH - 1).replace(/-+$/, '')}-${digest}`;
}

/** The end of an id is what differs; an ARN ends in a name that a person chose, of any length. */
function shortName(reservation: string): string {
  const tail = reservation.split('/').at(-1) ?? '';
  return tail
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '')
    .slice(-DIGEST_LENGTH);
}
