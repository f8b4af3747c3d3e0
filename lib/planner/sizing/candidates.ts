import type { ModelArchitecture } from '../../catalog/model';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload, PurchaseOption } from '../../workload/workload';
import type { ServingDemand } from '../performance/serving-demand';
import type { Rejection } from '../plan';
import type { EligibleType } from './eligible-types';
import type { PlanningContext } from './planning-context';
import { boundedFleet, type NodeCosts, nodeCostsOf, type PricedFleet } from './priced-fleet';
import { type ReplicaOption, replicaOptions } from './replica-option';
import { engineWhyNot, servedPrecisions } from './served-precision';
import { spareOf } from './survival';

/** What a workload's candidates are built from. */
export interface Search {
  readonly workload: InferenceWorkload;
  readonly model: ModelArchitecture;
  readonly traffic: TrafficProfile;
  readonly demand: ServingDemand;
  readonly cells: readonly Cell[];
  readonly context: PlanningContext;
}

/** An instance type at one precision, bought one way: what the rejections are told by. Its shapes compete inside it. */
export interface Candidate {
  readonly name: string;
  readonly purchase: PurchaseOption;
  readonly shapes: readonly BoundedShape[];
}

/** A shape with the least that it can cost: as if every slot could be used whatever the SLO. */
export interface BoundedShape {
  readonly option: ReplicaOption;
  readonly costs: NodeCosts;
  readonly bound: PricedFleet;
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly rejected: readonly Rejection[];
  /** Shapes × purchase options that do not fit in memory. */
  readonly tooLarge: number;
}

/** Every precision × purchase option of a type that fits and is priced; the rest with why not. */
export function candidatesOf(type: EligibleType, search: Search): Candidates {
  const candidates: Candidate[] = [];
  const rejected: Rejection[] = [];
  const purchases = distinct(search.workload.placement.purchaseOptions);
  let unfit = 0;
  for (const precision of servedPrecisions(search.workload, search.model)) {
    const candidate = `${type.instanceType.name} ${precision}`;
    const served = engineWhyNot(search.model, type.accelerator, precision);
    if ('reason' in served) {
      rejected.push({ candidate, code: 'UnsupportedPrecision', reason: served.reason });
      continue;
    }
    const { workload, model, demand, context } = search;
    const { options, refusal, tooLarge } = replicaOptions({
      workload,
      model,
      demand,
      type,
      precision,
      ...served,
      context,
    });
    if (refusal !== undefined) rejected.push({ candidate, ...refusal });
    unfit += tooLarge * purchases.length;
    for (const purchase of options.length === 0 ? [] : purchases) {
      const shapes = boundedShapes(options, purchase, search);
      const name = `${candidate} ${purchase}`;
      if ('code' in shapes) rejected.push({ candidate: name, ...shapes });
      else candidates.push({ name, purchase, shapes });
    }
  }
  return { candidates, rejected, tooLarge: unfit };
}

function boundedShapes(
  options: readonly ReplicaOption[],
  purchase: PurchaseOption,
  { workload, traffic, cells, context }: Search,
): readonly BoundedShape[] | Refusal {
  const shapes: BoundedShape[] = [];
  let tooFew: Refusal | undefined;
  const costsOf = nodeCostsOf(purchase, workload.placement, cells, context);
  const spare = spareOf(workload, cells);
  for (const option of options) {
    const costs = costsOf(option);
    if ('unpriced' in costs) return unpricedItem(costs.unpriced);
    const bound = boundedFleet(option, purchase, { ...traffic, perReplica: option.highestRate }, spare, costs);
    if (bound === undefined) tooFew ??= nothingToStandOn(option, purchase, costs);
    else shapes.push({ option, costs, bound });
  }
  return shapes.length === 0 && tooFew !== undefined ? tooFew : shapes;
}

export type Refusal = Pick<Rejection, 'code' | 'reason'>;

/** More nodes of a type than are owned, where none is sold; or a floor that must be reserved and is not. */
export function nothingToStandOn({ type }: ReplicaOption, purchase: PurchaseOption, costs: NodeCosts): Refusal {
  const owned = costs.reduce((sum, { covered }) => sum + covered, 0);
  const { name } = type.instanceType;
  const floorless = costs.some(({ carries }) => !carries(Infinity));
  if (!floorless) return unpricedItem(`${name} ${purchase} beyond the ${owned} nodes that are owned`);
  const reason = `its floor and spare may not be ${purchase}, and only ${owned} nodes of ${name} are owned; own more, allow another purchase option with a price (createReservation makes a reservation), or waive it in bestEffortFloor or spot.floor`;
  return { code: 'NotReserved', reason };
}

function unpricedItem(item: string): Refusal {
  return { code: 'Unpriced', reason: `no price is known for ${item}` };
}

/** An option without a price is offered to nobody. */
export function unpriced(candidate: string, item: string): Rejection {
  return { candidate, ...unpricedItem(item) };
}

/** In an order of their own, so that the order they were given in changes nothing. */
export function distinct(options: readonly PurchaseOption[]): readonly PurchaseOption[] {
  return [...new Set(options)].sort();
}
