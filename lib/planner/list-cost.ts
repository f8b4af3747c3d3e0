import { exact } from '../units/exact';
import { type Interval, overlap } from '../units/interval';
import { fixed, mapRange, type Range } from '../units/range';
import type { RateOf } from './capacity-option';
import { type CellPlan, NODE_POOL_OVERRUN_NODES, type NodeGroupPlan, type NodePoolPlan, type OwnedOffer } from './plan';
import { addCost, type Cost, type CostContext, NO_COST, timesCost, unitCost, volumeCost } from './sizing/node-cost';
import { horizonLengths } from './sizing/planning-context';

/**
 * Exact list cost of a cell's planned nodes while the horizon and a period meet: instances, root volumes, and its
 * reservations.
 *
 * A reservation is counted whole, used or not, and the nodes in it not again; a Capacity Block is prepaid; spot costs nothing
 * at min and on demand above, which it never exceeds. A price that is not known adds nothing: the plan has none, because it
 * offers nothing without a price.
 */
export function listCostOf(cell: CellPlan, horizon: Interval, period: Interval, rateOf: RateOf): Range<Cost> {
  const shared = overlap(horizon, period);
  if (shared === undefined) return fixed(NO_COST);
  return [
    ...cell.nodeGroups.map((group) => groupCost(cell.region, group, shared, rateOf)),
    ...(cell.nodePools ?? []).map((pool) => poolCost(cell.region, pool, shared, rateOf)),
    ...(cell.owned ?? []).map((offer) => fixed(offerCost(cell.region, offer, shared, rateOf))),
  ].reduce(sumOf, fixed(NO_COST));
}

/** What a cell owes for what it owns, whatever is planned; and the part of it that no planned node runs in, at every bound. */
export function ownedCostOf(
  cell: CellPlan,
  horizon: Interval,
  rateOf: RateOf,
): { readonly owed: Range<Cost>; readonly idle: Range<Cost> } {
  const parts = (cell.owned ?? []).map((offer) => {
    const whole = offerCost(cell.region, offer, horizon, rateOf);
    const inIt = cell.nodeGroups.filter(
      (group) =>
        group.instanceType === offer.instanceType &&
        offer.name === (offer.isResourceGroup ? group.reservationGroupArn : group.reservationId),
    );
    const idle = mapRange(fixed(offer.count), (count, bound) =>
      inIt.reduce((left, { size }) => Math.max(0, left - size[bound]), count),
    );
    return { owed: fixed(whole), idle: mapRange(idle, (count) => timesCost(whole, exact(count).div(offer.count))) };
  });
  return {
    owed: parts.map(({ owed }) => owed).reduce(sumOf, fixed(NO_COST)),
    idle: parts.map(({ idle }) => idle).reduce(sumOf, fixed(NO_COST)),
  };
}

function groupCost(region: string, group: NodeGroupPlan, shared: Interval, rateOf: RateOf): Range<Cost> {
  const { purchase, size, rootVolume, during, createdReservation } = group;
  const present = during === undefined ? shared : overlap(shared, during);
  const nodes: Range<number> = purchase === 'spot' ? { ...size, min: 0 } : size;
  const instance = instanceCost(region, group.instanceType, contextOf(shared, rateOf));
  const volume = present === undefined ? NO_COST : volumeCost(region, rootVolume, contextOf(present, rateOf));
  const paidByNode = purchase === 'onDemand' || purchase === 'spot';
  return mapRange(nodes, (count) =>
    addCost(
      timesCost('unpriced' in volume ? NO_COST : volume, count),
      timesCost(instance, paidByNode ? count : (createdReservation?.count ?? 0)),
    ),
  );
}

/** On demand, whatever Karpenter really buys; at most what its limit allows and the overrun. */
function poolCost(region: string, { instanceType, rootVolume, size }: NodePoolPlan, shared: Interval, rateOf: RateOf) {
  const context = contextOf(shared, rateOf);
  const volume = volumeCost(region, rootVolume, context);
  const node = addCost(instanceCost(region, instanceType, context), 'unpriced' in volume ? NO_COST : volume);
  return mapRange(size, (nodes, bound) => timesCost(node, bound === 'max' ? nodes + NODE_POOL_OVERRUN_NODES : nodes));
}

/** A reservation while it holds; a block was paid when it was bought. */
function offerCost(region: string, offer: OwnedOffer, shared: Interval, rateOf: RateOf): Cost {
  const held = overlap(shared, offer.during);
  if (held === undefined || offer.purchase === 'capacityBlock') return NO_COST;
  return timesCost(instanceCost(region, offer.instanceType, contextOf(held, rateOf)), offer.count);
}

function instanceCost(region: string, instanceType: string, context: CostContext): Cost {
  return unitCost({ kind: 'instance', region, instanceType, purchase: 'onDemand' }, context) ?? NO_COST;
}

function contextOf(span: Interval, rateOf: RateOf): CostContext {
  return { rateOf, ...horizonLengths(span) };
}

/** Bound by bound. */
export function sumOf(a: Range<Cost>, b: Range<Cost>): Range<Cost> {
  return mapRange(a, (cost, at) => addCost(cost, b[at]));
}
