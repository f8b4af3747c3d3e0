import type { Interval } from '../units/interval';
import { Usd } from '../units/money';
import { fixed, mapRange, type Range } from '../units/range';
import type { Cell } from '../workload/cell';
import type { RateOf } from './capacity-option';
import { type CommitmentPool, type Covered, cover, feesOf, idleOf, type OwnedCommitment, poolOf } from './commitments';
import { listCostOf, ownedCostOf, sumOf } from './list-cost';
import type { CapacityPlan, CellPlan, OwnedOffer, WorkloadPlan } from './plan';
import { coverableOf } from './sizing/coverable-nodes';
import { NO_COST } from './sizing/node-cost';

/** What a contract makes of list prices, and what it pays for in any case beside reservations. */
export interface ContractTerms {
  /** Private rates, else list prices less the discounts. */
  readonly rateOf: RateOf;
  readonly commitments: readonly OwnedCommitment[];
  /** Amounts that derive from it are not told. */
  readonly withholdsAmounts: boolean;
}

type Place = Pick<Cell, 'id' | 'region' | 'availabilityZones'>;

/**
 * Commitments once the reservations that are owned have taken theirs, and what those save by it: AWS bills reservations on demand,
 * used or not.
 */
export function besideReservations(
  { commitments, rateOf }: ContractTerms,
  owned: readonly OwnedOffer[],
  cells: readonly Place[],
  horizon: Interval,
): Covered & { readonly whole: CommitmentPool } {
  const reservations = owned.filter(({ purchase }) => purchase === 'capacityReservation');
  const whole = poolOf(
    commitments,
    horizon,
    reservations.map(({ during }) => during),
  );
  let beside: Covered = { saved: Usd.zero, left: whole };
  for (const { cell: id, purchase, count: nodes, instanceType, during } of reservations) {
    const cell = cells.find((one) => one.id === id);
    if (cell === undefined) continue;
    const { saved, left } = cover(beside.left, coverableOf(cell, instanceType, [{ purchase, nodes }], rateOf), during);
    beside = { saved: beside.saved.plus(saved), left };
  }
  return { ...beside, whole };
}

/** What planned nodes come to under a contract, over the horizon. */
export function contractCost(
  terms: ContractTerms,
  cells: readonly CellPlan[],
  places: readonly Place[],
  horizon: Interval,
): CapacityPlan['contractCost'] {
  const owned = cells.flatMap((cell) => cell.owned ?? []);
  const beside = besideReservations(terms, owned, places, horizon);
  const gross = cells.map((cell) => listCostOf(cell, horizon, horizon, terms.rateOf)).reduce(sumOf, fixed(NO_COST));
  const parts = cells.map((cell) => ownedCostOf(cell, horizon, terms.rateOf));
  const owed = parts.map((part) => part.owed).reduce(sumOf, fixed(NO_COST));
  const idle = parts.map((part) => part.idle).reduce(sumOf, fixed(NO_COST));
  const fees = feesOf(beside.whole);
  const at = mapRange(gross, ({ window }, bound) => {
    const { saved, left } = cover(beside.left, plannedNodes(cells, places, bound, terms.rateOf));
    return {
      total: window.minus(beside.saved).minus(saved).plus(fees),
      marginal: window.minus(owed[bound].window).minus(saved),
      idleOwned: idle[bound].window.plus(idleOf(left)),
    };
  });
  return {
    total: mapRange(at, ({ total }) => total.toText()),
    marginal: mapRange(at, ({ marginal }) => marginal.toText()),
    idleOwned: mapRange(at, ({ idleOwned }) => idleOwned.toText()),
  };
}

function plannedNodes(
  cells: readonly CellPlan[],
  places: readonly Place[],
  bound: keyof Range<unknown>,
  rateOf: RateOf,
) {
  return cells.flatMap(({ id, nodeGroups, nodePools = [] }) => {
    const place = places.find((cell) => cell.id === id);
    if (place === undefined) return [];
    const groups = nodeGroups.map(({ instanceType, purchase, size, during, createdReservation }) => ({
      instanceType,
      // What is owned is covered as the reservation that it is; a reservation that is made is billed whole.
      bought: during === undefined ? { purchase, nodes: createdReservation?.count ?? size[bound] } : undefined,
    }));
    const pools = nodePools.map(({ instanceType, size }) => ({
      instanceType,
      bought: { purchase: 'onDemand' as const, nodes: size[bound] },
    }));
    return [...groups, ...pools].flatMap(({ instanceType, bought }) =>
      bought === undefined ? [] : coverableOf(place, instanceType, [bought], rateOf),
    );
  });
}

/** A workload's plan without amounts that tell what the contract pays. */
export function withheld({
  relaxations: _,
  splitProposal: ___,
  savingsPlanProposal: ____,
  overTime,
  rejected,
  ...plan
}: WorkloadPlan): WorkloadPlan {
  const told = rejected.map((one) => (one.code === 'Dearer' ? { ...one, reason: WITHHELD } : one));
  if (overTime?.commitment === undefined) {
    return { ...plan, ...(overTime === undefined ? {} : { overTime }), rejected: told };
  }
  const { cost: __, ...commitment } = overTime.commitment;
  return { ...plan, overTime: { ...overTime, commitment }, rejected: told };
}

const WITHHELD = 'costs more than the choice; the contract withholds by how much';
