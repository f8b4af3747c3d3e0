import type { ModelArchitecture } from '../../catalog/model';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload, PurchaseOption } from '../../workload/workload';
import type { ServingDemand } from '../performance/serving-demand';
import type { Rejection } from '../plan';
import type { EligibleType } from './eligible-types';
import type { PlanningContext } from './planning-context';
import { type NodeCosts, nodeCostsOf, type PricedFleet, pricedFleet } from './priced-fleet';
import { type ReplicaOption, replicaOptions } from './replica-option';
import { engineWhyNot, servedPrecisions } from './served-precision';

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
      if ('unpriced' in shapes) rejected.push(unpriced(name, shapes.unpriced));
      else candidates.push({ name, purchase, shapes });
    }
  }
  return { candidates, rejected, tooLarge: unfit };
}

function boundedShapes(
  options: readonly ReplicaOption[],
  purchase: PurchaseOption,
  { workload, traffic, cells, context }: Search,
): readonly BoundedShape[] | { readonly unpriced: string } {
  const shapes: BoundedShape[] = [];
  let tooFew: string | undefined;
  const costsOf = nodeCostsOf(purchase, workload.placement, cells, context);
  for (const option of options) {
    const costs = costsOf(option);
    if ('unpriced' in costs) return costs;
    const peak = traffic.peakRequestsPerSecond;
    const bound = pricedFleet(option, purchase, option.highestRate, peak, workload, costs);
    if (bound === undefined) tooFew ??= beyondOwned(option, purchase, costs);
    else shapes.push({ option, costs, bound });
  }
  return shapes.length === 0 && tooFew !== undefined ? { unpriced: tooFew } : shapes;
}

/** More nodes of a type than are owned, where none is sold. */
export function beyondOwned({ type }: ReplicaOption, purchase: PurchaseOption, costs: NodeCosts): string {
  const owned = costs.reduce((sum, { covered }) => sum + covered, 0);
  return `${type.instanceType.name} ${purchase} beyond the ${owned} nodes that are owned`;
}

/** An option without a price is offered to nobody. */
export function unpriced(candidate: string, item: string): Rejection {
  return { candidate, code: 'Unpriced', reason: `no price is known for ${item}` };
}

/** In an order of their own, so that the order they were given in changes nothing. */
export function distinct(options: readonly PurchaseOption[]): readonly PurchaseOption[] {
  return [...new Set(options)].sort();
}
