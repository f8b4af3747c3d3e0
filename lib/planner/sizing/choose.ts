import type { ModelArchitecture } from '../../catalog/model';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload } from '../../workload/workload';
import { type ServingDemand, servingDemand } from '../performance/serving-demand';
import type { Rejection } from '../plan';
import { type BoundedShape, type Candidate, candidatesOf, nothingToStandOn, type Search } from './candidates';
import { eligibleTypes } from './eligible-types';
import { unusableOffers } from './node-prices';
import type { PlanningContext } from './planning-context';
import { compareFleets, type PricedFleet, pricedFleet } from './priced-fleet';
import { missReason, type Outcome, rejectionsOf } from './rejections';
import { spareOf } from './survival';

/** The cheapest fleet that keeps the promises, or none; and why every other candidate lost. */
export interface Choice {
  readonly best: PricedFleet | undefined;
  /** Missed promises first, the closest miss at the top; then dearer fleets by cost; then what was never a candidate. */
  readonly rejected: readonly Rejection[];
  /** Shapes × purchase options. */
  readonly counted: SearchCounts;
}

/** What became of the shapes × purchase options of a search. */
export interface SearchCounts {
  /** Their weights, or the cache of one request, do not fit. */
  readonly discardedByMemory: number;
  /** The least that they can cost exceeds the best. */
  readonly discardedByBound: number;
  /** Against the SLO. */
  readonly evaluated: number;
}

/**
 * Searches every instance type × shape × precision × purchase option that the placement allows, cheapest bound first. A shape
 * whose bound already costs more than the best fleet is discarded unevaluated: its load limit never exceeds the bound's.
 */
export function chooseFleet(
  workload: InferenceWorkload,
  model: ModelArchitecture,
  traffic: TrafficProfile,
  cells: readonly Cell[],
  context: PlanningContext,
): Choice {
  const demand = servingDemand(workload.tokens, workload.prefixCacheHitFraction, traffic.arrivalScv);
  const tooLong = contextWhyNot(model, demand);
  if (tooLong !== undefined) return { best: undefined, rejected: [tooLong], counted: NONE };
  const { eligible, rejected } = eligibleTypes(workload.placement, cells, context);
  const search = { workload, model, traffic, demand, cells, context };
  const found = eligible.map((type) => candidatesOf(type, search));
  const allCandidates = found.flatMap(({ candidates }) => candidates);
  const choice = searchBest(allCandidates, search);
  const discardedByMemory = found.reduce((sum, { tooLarge }) => sum + tooLarge, 0);
  const late = unusableOffers(workload.placement, context.horizon, cells, context);
  return {
    best: choice.best,
    rejected: [...choice.rejected, ...found.flatMap((part) => part.rejected), ...late, ...rejected],
    counted: { ...choice.counted, discardedByMemory },
  };
}

const NONE: SearchCounts = { discardedByMemory: 0, discardedByBound: 0, evaluated: 0 };

function contextWhyNot(model: ModelArchitecture, demand: ServingDemand): Rejection | undefined {
  const { maxContextTokens } = model;
  if (maxContextTokens === undefined || demand.longestRequestTokens <= maxContextTokens) return undefined;
  const longest = Math.round(demand.longestRequestTokens);
  const reason = `its context is ${maxContextTokens} tokens, the longest request has ${longest}`;
  return { candidate: model.id, code: 'DoesNotFit', reason };
}

/** The cheapest fleet of some candidates that keeps what their shapes are held to. */
export function searchBest(candidates: readonly Candidate[], search: Search): Choice {
  const queue = candidates
    .flatMap((candidate) => candidate.shapes.map((shape) => ({ candidate, shape })))
    .sort((a, b) => compareFleets(a.shape.bound, b.shape.bound));
  const outcomes = new Map<Candidate, Outcome>(candidates.map((candidate) => [candidate, {}]));
  let best: PricedFleet | undefined;
  let evaluated = 0;
  for (const { candidate, shape } of queue) {
    const outcome = outcomes.get(candidate) ?? {};
    if (best !== undefined && shape.bound.cost.window.exceeds(best.cost.window)) {
      outcome.discarded ??= shape.bound;
      continue;
    }
    evaluated += 1;
    const fleet = evaluate(shape, candidate, search, outcome);
    if (fleet === undefined) continue;
    if (outcome.best === undefined || compareFleets(fleet, outcome.best) < 0) outcome.best = fleet;
    if (best === undefined || compareFleets(fleet, best) < 0) best = fleet;
  }
  const rejected = rejectionsOf(outcomes, best);
  return { best, rejected, counted: { ...NONE, evaluated, discardedByBound: queue.length - evaluated } };
}

/** The fleet of a shape under the SLO; undefined, and noted, when not even an idle replica keeps it or too few nodes are owned. */
function evaluate(
  { option, costs }: BoundedShape,
  { purchase }: Candidate,
  { workload, traffic, cells }: Search,
  outcome: Outcome,
): PricedFleet | undefined {
  const limit = option.limit();
  if (limit.kind === 'limit') {
    const sizedFor = { ...traffic, perReplica: limit.requestsPerSecond };
    const fleet = pricedFleet(option, purchase, sizedFor, spareOf(workload, cells), costs);
    if (fleet === undefined) outcome.tooFew ??= nothingToStandOn(option, purchase, costs);
    return fleet;
  }
  if (outcome.closest === undefined || limit.excess < outcome.closest.excess) {
    outcome.closest = { excess: limit.excess, reason: missReason(option, limit, workload.slo) };
  }
  return undefined;
}
