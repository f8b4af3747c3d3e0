import { type Exact, exact } from '../units/exact';
import { hoursIn, type Interval, overlap } from '../units/interval';
import { Usd } from '../units/money';

/** What is paid for in every hour of a term, whether instances run or not. */
export type OwnedCommitment =
  | {
      readonly kind: 'savingsPlan';
      readonly name: string;
      readonly during: Interval;
      /** Of one family in one region, as an EC2 Instance Savings Plan. @default - any instance, as a Compute Savings Plan */
      readonly scope?: { readonly family: string; readonly region: string };
      /** What may be counted on. */
      readonly usdPerHour: Usd;
      /** What an instance takes of it in an hour; a type without a rate is not covered. */
      readonly rates: readonly CoveredRate[];
    }
  | {
      readonly kind: 'reservedInstances';
      readonly name: string;
      readonly during: Interval;
      readonly region: string;
      /** Zonal ones cover this zone alone. @default - the whole region */
      readonly availabilityZoneId?: string;
      readonly instanceType: string;
      readonly count: number;
      /** Of one of them, upfront parts spread over the term. */
      readonly usdPerHour: Usd;
    };

export interface CoveredRate {
  readonly region: string;
  readonly instanceType: string;
  readonly usdPerHour: Usd;
}

/** Instances at the on-demand price that a commitment may cover. */
export interface CoverableNodes {
  readonly region: string;
  /** Where the cell gives its zone by id. */
  readonly availabilityZoneId?: string;
  readonly instanceType: string;
  readonly count: number;
  /** Zonal reserved instances cover no capacity reservation. */
  readonly isReservation: boolean;
  /** Of one, without a commitment. */
  readonly usdPerHour: Usd;
}

/** A stretch of the horizon in which nothing begins or ends, and what is left there of each commitment. */
export interface Stretch {
  readonly during: Interval;
  readonly hours: Exact;
  /** USD an hour of a plan, instances of a reservation. In the order in which AWS applies them. */
  readonly left: readonly { readonly commitment: OwnedCommitment; readonly amount: Exact }[];
}

/** Commitments over the horizon, as far as nothing has taken them yet. */
export type CommitmentPool = readonly Stretch[];

/** The horizon cut where a commitment, or something else that matters, begins or ends. */
export function poolOf(
  commitments: readonly OwnedCommitment[],
  horizon: Interval,
  others: readonly Interval[] = [],
): CommitmentPool {
  if (commitments.length === 0) return [];
  const ordered = [...commitments].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  const inside = [...commitments.map(({ during }) => during), ...others].flatMap(({ start, end }) =>
    [start, end].filter((at) => horizon.start < at && at < horizon.end),
  );
  const cuts = [...new Set([horizon.start, ...inside, horizon.end])].sort();
  return cuts.slice(1).map((end, index) => {
    const during = { start: cuts[index] ?? horizon.start, end };
    return {
      during,
      hours: hoursIn(during),
      left: ordered
        .filter((commitment) => overlap(commitment.during, during) !== undefined)
        .map((commitment) => ({ commitment, amount: amountOf(commitment) })),
    };
  });
}

/** Zonal reserved instances, regional ones, EC2 Instance Savings Plans, Compute Savings Plans: the order in which AWS applies them. */
function rank(commitment: OwnedCommitment): number {
  if (commitment.kind === 'reservedInstances') return commitment.availabilityZoneId === undefined ? 1 : 0;
  return commitment.scope === undefined ? 3 : 2;
}

function amountOf(commitment: OwnedCommitment): Exact {
  return commitment.kind === 'savingsPlan' ? commitment.usdPerHour.toExact() : exact(commitment.count);
}

export interface Covered {
  /** Of what the instances would cost in the pool's stretches without a commitment. */
  readonly saved: Usd;
  readonly left: CommitmentPool;
}

/**
 * Covers instances in the order in which AWS does: each commitment in its turn, a plan first where it saves the greatest share. More
 * instances never leave less of any of them uncovered, and one more never saves more than it costs.
 *
 * @param during when the instances are there. @default - always
 */
export function cover(pool: CommitmentPool, nodes: readonly CoverableNodes[], during?: Interval): Covered {
  let saved = Usd.zero;
  const left = pool.map((stretch) => {
    if (during !== undefined && overlap(during, stretch.during) === undefined) return stretch;
    const hour = coverHour(stretch, nodes);
    saved = saved.plus(hour.saved.times(stretch.hours));
    return { ...stretch, left: hour.left };
  });
  return { saved, left };
}

function coverHour({ left }: Stretch, nodes: readonly CoverableNodes[]): { saved: Usd; left: Stretch['left'] } {
  const open = nodes.map(({ count }) => exact(count));
  let saved = Usd.zero;
  const after = left.map(({ commitment, amount }) => {
    let rest = amount;
    for (const { index, takes } of reached(commitment, nodes)) {
      const instances = open[index] ?? NONE;
      const wanted = instances.mul(takes);
      const used = wanted.compare(rest) <= 0 ? wanted : rest;
      const covered = wanted.compare(rest) <= 0 ? instances : rest.div(takes);
      rest = rest.sub(used);
      open[index] = instances.sub(covered);
      saved = saved.plus((nodes[index]?.usdPerHour ?? Usd.zero).times(covered));
    }
    return { commitment, amount: rest };
  });
  return { saved, left: after };
}

const NONE = exact(0);

/** The nodes that a commitment reaches, with what one takes of it, the greatest saving first. */
function reached(commitment: OwnedCommitment, nodes: readonly CoverableNodes[]) {
  return nodes
    .flatMap((one, index) => {
      const takes = takenBy(commitment, one);
      return takes === undefined ? [] : [{ index, takes, share: takes.div(one.usdPerHour.toExact()) }];
    })
    .sort((a, b) => a.share.compare(b.share) || a.index - b.index);
}

/** What an instance takes; undefined where it is not reached. AWS never applies a plan at a loss. */
function takenBy(commitment: OwnedCommitment, nodes: CoverableNodes): Exact | undefined {
  const { region, instanceType, usdPerHour } = nodes;
  if (usdPerHour.isZero()) return undefined;
  if (commitment.kind === 'reservedInstances') {
    const { availabilityZoneId: zone } = commitment;
    const isThere = zone === undefined || (zone === nodes.availabilityZoneId && !nodes.isReservation);
    return isThere && commitment.region === region && commitment.instanceType === instanceType ? ONE : undefined;
  }
  const { scope, rates } = commitment;
  if (scope !== undefined && (scope.region !== region || scope.family !== instanceType.split('.')[0])) return undefined;
  const rate = rates.find((row) => row.region === region && row.instanceType === instanceType);
  return rate === undefined || !usdPerHour.exceeds(rate.usdPerHour) ? undefined : rate.usdPerHour.toExact();
}

const ONE = exact(1);

/** What commitments cost over the horizon, used or not. */
export function feesOf(pool: CommitmentPool): Usd {
  return Usd.sum(pool.flatMap(({ hours, left }) => left.map(({ commitment }) => feePerHour(commitment).times(hours))));
}

/** The part of those fees that nothing has used. */
export function idleOf(pool: CommitmentPool): Usd {
  return Usd.sum(
    pool.flatMap(({ hours, left }) =>
      left.map(({ commitment, amount }) =>
        feePerHour(commitment)
          .times(hours)
          .times(amount.div(amountOf(commitment))),
      ),
    ),
  );
}

function feePerHour(commitment: OwnedCommitment): Usd {
  return commitment.kind === 'savingsPlan' ? commitment.usdPerHour : commitment.usdPerHour.times(commitment.count);
}
