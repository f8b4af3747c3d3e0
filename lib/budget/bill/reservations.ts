import { earlier, type Interval, later } from '../../units/interval';
import { fixed, mapRange, type Range } from '../../units/range';
import { regionOfZone } from './availability-zone-region';
import type { ReservationUse } from './bill';
import type { Ledger } from './ledger';
import { type NodeGroup, readNodeGroup } from './node-group';
import { parseInstant } from './parse-instant';
import type { Assembly, Resource } from './read-template';
import { countOf, literalText, Opaque } from './template-value';

/** How a node group stands to the reservation that it targets. */
export type ReservedShare =
  | { readonly kind: 'unlisted'; readonly reason: string }
  | {
      readonly kind: 'listed';
      readonly id: string;
      /** Nodes beyond what is reserved and not taken by groups before this one. */
      readonly over: Range<number>;
      /** When the reservation holds. */
      readonly during: Interval;
      /** Outside it no node runs. */
      readonly only: boolean;
    };

/** Reserved capacity of either kind, whoever created it. */
interface Reservation {
  readonly id: string;
  readonly instanceType: string;
  /** Undefined: not recorded. */
  readonly region: string | undefined;
  readonly count: Range<number>;
  readonly during: Interval;
}

export interface ReservationShares {
  shareOf(group: Resource): ReservedShare | undefined;
  readonly uses: readonly ReservationUse[];
}

/**
 * Gives reserved capacity to the node groups that target it, in the order of stack path and logical id, so that nothing
 * is charged twice: the reservation bills its count, a group only what goes beyond.
 */
export function shareReservations(assembly: Assembly, ledger: Ledger, window: Interval): ReservationShares {
  const reservations = new Map(reservationsOf(assembly, ledger, window).map((one) => [one.id, one]));
  const taken = new Map<string, Range<number>>();
  const shares = new Map<Resource, ReservedShare>();
  const groups = new Map<string, Resource[]>();
  for (const group of nodeGroupsOf(assembly)) {
    const facts = readNodeGroup(group, assembly);
    if (facts.target === undefined) continue;
    const reservation = facts.target instanceof Opaque ? undefined : reservations.get(facts.target.id);
    const refusal = refuse(facts, reservation, group);
    if (refusal !== undefined || reservation === undefined || facts.size instanceof Opaque) {
      shares.set(group, { kind: 'unlisted', reason: refusal ?? 'the size of the group is not known' });
      continue;
    }
    const before = taken.get(reservation.id) ?? fixed(0);
    const after = sum(before, facts.size);
    taken.set(reservation.id, after);
    const over = mapRange(
      facts.size,
      (_, at) => excess(after[at], reservation.count[at]) - excess(before[at], reservation.count[at]),
    );
    const only = !(facts.target instanceof Opaque) && facts.target?.only === true;
    shares.set(group, { kind: 'listed', id: reservation.id, over, during: reservation.during, only });
    groups.set(reservation.id, [...(groups.get(reservation.id) ?? []), group]);
  }
  return {
    shareOf: (group) => shares.get(group),
    uses: [...reservations.values()].map((one) => useOf(one, taken.get(one.id) ?? fixed(0), groups.get(one.id) ?? [])),
  };
}

function refuse(facts: NodeGroup, reservation: Reservation | undefined, group: Resource): string | undefined {
  if (facts.target instanceof Opaque) return facts.target.reason;
  if (reservation === undefined)
    return `the reservation ${facts.target?.id} is not in the ledger; list it in the contract`;
  if (facts.size instanceof Opaque) return facts.size.reason;
  if (facts.instanceTypes instanceof Opaque) return facts.instanceTypes.reason;
  const other = facts.instanceTypes.find((type) => type !== reservation.instanceType);
  if (other !== undefined)
    return `the reservation ${reservation.id} is for ${reservation.instanceType} and the group runs ${other}`;
  if (reservation.region === undefined || reservation.region === group.stack.region) return undefined;
  return `the reservation ${reservation.id} is in ${reservation.region} and the group in ${group.stack.region}`;
}

function useOf(reservation: Reservation, size: Range<number>, groups: readonly Resource[]): ReservationUse {
  const over = mapRange(size, (nodes, at) => excess(nodes, reservation.count[at]));
  const used = mapRange(size, (nodes, at) => nodes - over[at]);
  return {
    id: reservation.id,
    count: reservation.count.max,
    used,
    unused: mapRange(used, (nodes) => reservation.count.max - nodes),
    over,
    groups: groups.map(({ stack, logicalId }) => ({ stack: stack.path, logicalId })),
  };
}

function reservationsOf(assembly: Assembly, ledger: Ledger, window: Interval): readonly Reservation[] {
  const listed = ledger.capacityReservations.map((row) => ({
    id: row.id,
    instanceType: row.instanceType,
    region: regionOfZone(row.availabilityZoneId),
    count: fixed(row.count),
    during: { start: row.start, end: row.end ?? later(row.start, window.end) },
  }));
  const blocks = ledger.capacityBlocks.map((row) => ({
    id: row.id,
    instanceType: row.instanceType,
    region: undefined,
    count: fixed(row.count),
    during: { start: row.start, end: row.end },
  }));
  return [...listed, ...blocks, ...createdReservations(assembly, window)].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function createdReservations(assembly: Assembly, window: Interval): readonly Reservation[] {
  return resourcesOf(assembly, 'AWS::EC2::CapacityReservation').flatMap((resource) => {
    const count = countOf(resource.property('InstanceCount'), 'InstanceCount');
    const instanceType = literalText(resource.property('InstanceType'));
    if (count instanceof Opaque || instanceType === undefined) return [];
    const end = parseInstant(literalText(resource.property('EndDate'))) ?? window.end;
    const during = { start: window.start, end: earlier(end, window.end) };
    const id = `${resource.stack.path}/${resource.logicalId}`;
    return [{ id, instanceType, region: resource.stack.region, count: created(count, resource), during }];
  });
}

/** A reservation that may not be created covers nothing for sure. */
function created(count: Range<number>, resource: Resource): Range<number> {
  return resource.created.decided && resource.created.plan === true ? fixed(count.min) : fixed(0);
}

function nodeGroupsOf(assembly: Assembly): readonly Resource[] {
  return resourcesOf(assembly, 'AWS::EKS::Nodegroup').filter(
    ({ created }) => !(created.decided && created.plan === false),
  );
}

function resourcesOf(assembly: Assembly, type: string): readonly Resource[] {
  return assembly.stacks
    .flatMap(({ resources }) => resources.filter((resource) => resource.type === type))
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey(resource: Resource): string {
  return `${resource.stack.path}\u0000${resource.logicalId}`;
}

function sum(a: Range<number>, b: Range<number>): Range<number> {
  return mapRange(a, (value, at) => value + b[at]);
}

function excess(nodes: number, count: number): number {
  return Math.max(0, nodes - count);
}
