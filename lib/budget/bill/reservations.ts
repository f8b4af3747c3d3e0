import { regionOfZone } from '../../catalog/availability-zone';
import { earlier, type Instant, type Interval, later, overlap } from '../../units/interval';
import { BOUNDS, fixed, mapRange, type Range } from '../../units/range';
import type { ReservationUse } from './bill';
import type { Ledger } from './ledger';
import { type NodeGroup, type ReservationTarget, readNodeGroup } from './node-group';
import { parseInstant } from './parse-instant';
import type { Assembly, Resource } from './read-template';
import { countOf, literalText, Opaque } from './template-value';

/** A stretch of time in which something that a group targets is reserved. */
export interface ReservedSpan extends Interval {
  /** Nodes beyond what is reserved then and not taken by other groups. */
  readonly over: Range<number>;
}

/** How a node group stands to the reservations that it targets. */
export type ReservedShare =
  | { readonly kind: 'unlisted'; readonly reason: string }
  | {
      readonly kind: 'listed';
      /** The reservation's id, or the ARN of the resource group. */
      readonly id: string;
      /** In order of time, apart or with different `over`. */
      readonly spans: readonly ReservedSpan[];
      /** Outside the spans no node runs. */
      readonly only: boolean;
    };

/** Reserved capacity of either kind, whoever created it. */
interface Reservation {
  readonly id: string;
  readonly resourceGroupArn?: string | undefined;
  readonly instanceType: string;
  /** Undefined: not recorded. */
  readonly region: string | undefined;
  readonly count: Range<number>;
  readonly during: Interval;
}

/** A node group with the reservations that it may run in. */
interface Claim {
  readonly group: Resource;
  readonly target: ReservationTarget;
  readonly size: Range<number>;
  readonly candidates: readonly Reservation[];
}

/** Nodes of one reservation, in it and beyond it. */
interface Taken {
  readonly used: Range<number>;
  readonly over: Range<number>;
}

const NOTHING: Taken = { used: fixed(0), over: fixed(0) };

export interface ReservationShares {
  shareOf(group: Resource): ReservedShare | undefined;
  readonly uses: readonly ReservationUse[];
}

/**
 * Gives reserved capacity to the node groups that target it, so that nothing is charged twice: the reservation bills its
 * count, a group only what goes beyond. Groups that name one reservation come before those that take what a resource group
 * has left, either in the order of stack path and logical id; what is left is counted anew whenever a reservation starts or
 * ends.
 */
export function shareReservations(assembly: Assembly, ledger: Ledger, window: Interval): ReservationShares {
  const reservations = reservationsOf(assembly, ledger, window);
  const shares = new Map<Resource, ReservedShare>();
  const claims: Claim[] = [];
  for (const group of nodeGroupsOf(assembly)) {
    const facts = readNodeGroup(group, assembly);
    if (facts.target === undefined) continue;
    const claim = claimOf(group, facts, reservations);
    if (typeof claim === 'string') shares.set(group, { kind: 'unlisted', reason: claim });
    else claims.push(claim);
  }
  const { spans, busiest } = allocate(claims, reservations, window);
  for (const { group, target } of claims) {
    shares.set(group, { kind: 'listed', id: target.id, spans: spans.get(group) ?? [], only: target.only });
  }
  return {
    shareOf: (group) => shares.get(group),
    uses: reservations.map((one) => useOf(one, busiest.get(one) ?? NOTHING, claims)),
  };
}

/** What a group may run in, or why that is not known. */
function claimOf(group: Resource, facts: NodeGroup, reservations: readonly Reservation[]): Claim | string {
  const { target, size, instanceTypes } = facts;
  if (target === undefined) return 'the group names no reservation';
  if (target instanceof Opaque) return target.reason;
  const named = reservations.filter((one) =>
    target.kind === 'reservation' ? one.id === target.id : one.resourceGroupArn === target.id,
  );
  const [first] = named;
  if (first === undefined) {
    return target.kind === 'reservation'
      ? `the reservation ${target.id} is not in the ledger; list it in the contract`
      : `no reservation of the resource group ${target.id} is in the ledger; list them in the contract with its ARN`;
  }
  if (size instanceof Opaque) return size.reason;
  if (instanceTypes instanceof Opaque) return instanceTypes.reason;
  const candidates = named.filter((one) => instanceTypes.every((type) => type === one.instanceType));
  if (candidates.length === 0) {
    const what = target.kind === 'reservation' ? 'reservation' : 'resource group';
    return `the ${what} ${target.id} is for ${first.instanceType} and the group runs ${instanceTypes.join(' or ')}`;
  }
  const elsewhere = candidates.find(({ region }) => region !== undefined && region !== group.stack.region);
  if (elsewhere !== undefined)
    return `the reservation ${elsewhere.id} is in ${elsewhere.region} and the group in ${group.stack.region}`;
  return { group, target, size, candidates };
}

interface Allocation {
  readonly spans: ReadonlyMap<Resource, readonly ReservedSpan[]>;
  /** Of each reservation, the most of every stretch. */
  readonly busiest: ReadonlyMap<Reservation, Taken>;
}

function allocate(claims: readonly Claim[], reservations: readonly Reservation[], window: Interval): Allocation {
  const inTurn = [
    ...claims.filter(({ target }) => target.kind === 'reservation'),
    ...claims.filter(({ target }) => target.kind === 'resourceGroup'),
  ];
  const spans = new Map<Resource, ReservedSpan[]>(claims.map(({ group }) => [group, []]));
  const busiest = new Map<Reservation, Taken>();
  for (const stretch of stretches(reservations, window)) {
    const now = new Map<Reservation, Taken>();
    for (const { group, candidates, size } of inTurn) {
      const open = candidates.filter(({ during }) => overlap(during, stretch) !== undefined);
      const over = take(size, open, now);
      if (over !== undefined) append(spans.get(group) ?? [], { ...stretch, over });
    }
    for (const [reservation, { used, over }] of now) {
      const most = busiest.get(reservation) ?? NOTHING;
      busiest.set(reservation, { used: greater(most.used, used), over: greater(most.over, over) });
    }
  }
  return { spans, busiest };
}

/**
 * Takes nodes from open reservations in turn. What finds no room is returned, and noted at the first of them; undefined when
 * none is open.
 */
function take(
  size: Range<number>,
  open: readonly Reservation[],
  now: Map<Reservation, Taken>,
): Range<number> | undefined {
  const [first] = open;
  if (first === undefined) return undefined;
  let left = size;
  for (const reservation of open) {
    const before = now.get(reservation) ?? NOTHING;
    const here = mapRange(left, (nodes, at) => Math.min(nodes, Math.max(0, reservation.count[at] - before.used[at])));
    now.set(reservation, { ...before, used: sum(before.used, here) });
    left = mapRange(left, (nodes, at) => nodes - here[at]);
  }
  const noted = now.get(first) ?? NOTHING;
  now.set(first, { ...noted, over: sum(noted.over, left) });
  return left;
}

/** The window, cut where a reservation starts or ends. */
function stretches(reservations: readonly Reservation[], window: Interval): readonly Interval[] {
  const cuts = reservations
    .flatMap(({ during }) => [during.start, during.end])
    .filter((at) => window.start < at && at < window.end);
  const starts: readonly Instant[] = [window.start, ...[...new Set(cuts)].sort()];
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? window.end }));
}

/** Adds a span, or lengthens the last one when nothing but time differs. */
function append(spans: ReservedSpan[], span: ReservedSpan): void {
  const last = spans.at(-1);
  const continues = last?.end === span.start && BOUNDS.every((at) => last.over[at] === span.over[at]);
  if (last !== undefined && continues) spans[spans.length - 1] = { ...last, end: span.end };
  else spans.push(span);
}

function useOf(reservation: Reservation, { used, over }: Taken, claims: readonly Claim[]): ReservationUse {
  const groups = claims.filter(({ candidates }) => candidates.includes(reservation));
  return {
    id: reservation.id,
    count: reservation.count.max,
    used,
    unused: mapRange(used, (nodes) => reservation.count.max - nodes),
    over,
    groups: groups.map(({ group: { stack, logicalId } }) => ({ stack: stack.path, logicalId })),
  };
}

function reservationsOf(assembly: Assembly, ledger: Ledger, window: Interval): readonly Reservation[] {
  const listed = ledger.capacityReservations.map((row) => ({
    id: row.id,
    resourceGroupArn: row.resourceGroupArn,
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

function greater(a: Range<number>, b: Range<number>): Range<number> {
  return mapRange(a, (value, at) => Math.max(value, b[at]));
}
