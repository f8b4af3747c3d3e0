import type { ModelArchitecture } from '../../catalog/model';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload, Precision, PurchaseOption } from '../../workload/workload';
import { type ServingDemand, servingDemand } from '../performance/serving-demand';
import type { Rejection } from '../plan';
import { type EligibleType, eligibleTypes } from './eligible-types';
import type { PlanningContext } from './planning-context';
import { type NodeCosts, nodeCosts, type PricedFleet, pricedFleet } from './priced-fleet';
import { layoutName, type ReplicaOption, replicaOptions } from './replica-option';
import { PRECISIONS, precisionWhyNot } from './served-precision';

/** The cheapest fleet that keeps the promises, or none; and every candidate that lost. */
export interface Choice {
  readonly best: PricedFleet | undefined;
  readonly rejected: readonly Rejection[];
  /** How the search went: shapes discarded by memory are not counted, they never became candidates. */
  readonly evaluated: number;
  readonly discardedByBound: number;
}

/** An instance type at one precision, bought one way: what the rejections are told by. Its shapes compete inside it. */
interface Candidate {
  readonly name: string;
  readonly purchase: PurchaseOption;
  readonly shapes: readonly BoundedShape[];
}

/** A shape with the least that it can cost: as if every slot could be used whatever the SLO. */
interface BoundedShape {
  readonly option: ReplicaOption;
  readonly costs: NodeCosts;
  readonly bound: PricedFleet;
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
  if (tooLong !== undefined) {
    return { best: undefined, rejected: [{ candidate: model.id, ...tooLong }], evaluated: 0, discardedByBound: 0 };
  }
  const { eligible, rejected } = eligibleTypes(workload.placement, cells, context);
  const collected = eligible.map((type) => candidatesOf(type, workload, model, demand, traffic, cells, context));
  const search = searchBest(
    collected.flatMap(({ candidates }) => candidates),
    workload,
    traffic,
  );
  const refused = [...rejected, ...collected.flatMap((part) => part.rejected), ...search.rejected];
  return { ...search, rejected: refused };
}

function contextWhyNot(
  model: ModelArchitecture,
  demand: ServingDemand,
): Pick<Rejection, 'code' | 'reason'> | undefined {
  const { maxContextTokens } = model;
  if (maxContextTokens === undefined || demand.longestRequestTokens <= maxContextTokens) return undefined;
  const longest = Math.round(demand.longestRequestTokens);
  return {
    code: 'DoesNotFit',
    reason: `its context is ${maxContextTokens} tokens, the longest request has ${longest}`,
  };
}

interface Collected {
  readonly candidates: readonly Candidate[];
  readonly rejected: readonly Rejection[];
}

function candidatesOf(
  type: EligibleType,
  workload: InferenceWorkload,
  model: ModelArchitecture,
  demand: ServingDemand,
  traffic: TrafficProfile,
  cells: readonly Cell[],
  context: PlanningContext,
): Collected {
  const { name } = type.instanceType;
  const candidates: Candidate[] = [];
  const rejected: Rejection[] = [];
  for (const precision of precisionsOf(workload, model)) {
    const label = `${name} ${precision}`;
    const unsupported = precisionWhyNot(model, type.accelerator, precision);
    if (unsupported !== undefined) {
      rejected.push({ candidate: label, code: 'UnsupportedPrecision', reason: unsupported });
      continue;
    }
    const { options, refusal } = replicaOptions(workload, model, demand, type, precision, context);
    if (refusal !== undefined) rejected.push({ candidate: label, ...refusal });
    if (options.length === 0) continue;
    for (const purchase of new Set(workload.placement.purchaseOptions)) {
      const shapes = boundedShapes(options, purchase, workload, traffic, cells, context);
      const candidate = `${label} ${purchase}`;
      if ('unpriced' in shapes) {
        rejected.push({ candidate, code: 'Unpriced', reason: `no price is known for ${shapes.unpriced}` });
      } else candidates.push({ name: candidate, purchase, shapes });
    }
  }
  return { candidates, rejected };
}

/** `any` leaves out what the checkpoint cannot be served at anywhere, so that it is not refused once per type. */
function precisionsOf({ precision }: InferenceWorkload, { checkpoint }: ModelArchitecture): readonly Precision[] {
  if (precision !== 'any') return [precision];
  const published = checkpoint.precision;
  return PRECISIONS.filter((served) => served === published || (published === 'bf16' && served === 'fp8'));
}

function boundedShapes(
  options: readonly ReplicaOption[],
  purchase: PurchaseOption,
  workload: InferenceWorkload,
  traffic: TrafficProfile,
  cells: readonly Cell[],
  context: PlanningContext,
): readonly BoundedShape[] | { readonly unpriced: string } {
  const shapes: BoundedShape[] = [];
  for (const option of options) {
    const costs = nodeCosts(option, purchase, cells, context);
    if ('unpriced' in costs) return costs;
    const bound = pricedFleet(option, purchase, option.highestRate, traffic.peakRequestsPerSecond, workload, costs);
    shapes.push({ option, costs, bound });
  }
  return shapes;
}

/** What became of a candidate's shapes so far. */
interface Outcome {
  best?: PricedFleet;
  /** The least that its unevaluated shapes cost. */
  discarded?: PricedFleet;
  closest?: { readonly excess: number; readonly reason: string };
}

function searchBest(candidates: readonly Candidate[], workload: InferenceWorkload, traffic: TrafficProfile): Choice {
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
    const limit = shape.option.limit();
    if (limit.kind === 'missed') {
      if (outcome.closest === undefined || limit.excess < outcome.closest.excess) {
        outcome.closest = { excess: limit.excess, reason: missReason(shape.option, limit, workload) };
      }
      continue;
    }
    const { option, costs } = shape;
    const peak = traffic.peakRequestsPerSecond;
    const fleet = pricedFleet(option, candidate.purchase, limit.requestsPerSecond, peak, workload, costs);
    if (outcome.best === undefined || compareFleets(fleet, outcome.best) < 0) outcome.best = fleet;
    if (best === undefined || compareFleets(fleet, best) < 0) best = fleet;
  }
  const rejected = rejections(outcomes, best);
  return { best, rejected, evaluated, discardedByBound: queue.length - evaluated };
}

/** Cheapest over the horizon first; then fewer nodes, fewer accelerators a replica, and the name. Never the catalogue's order. */
function compareFleets(a: PricedFleet, b: PricedFleet): number {
  return (
    a.cost.window.compare(b.cost.window) ||
    a.fleet.nodes - b.fleet.nodes ||
    accelerators(a) - accelerators(b) ||
    (fleetName(a) < fleetName(b) ? -1 : fleetName(a) > fleetName(b) ? 1 : 0)
  );
}

function accelerators({ option }: PricedFleet): number {
  return option.configuration.shape.acceleratorsPerReplica;
}

function fleetName({ option, purchase }: PricedFleet): string {
  const { shape } = option.configuration;
  return `${shape.instanceType} ${shape.precision} ${purchase} ${layoutName(shape)}`;
}

type Missed = Extract<ReturnType<ReplicaOption['limit']>, { kind: 'missed' }>;

function missReason(option: ReplicaOption, missed: Missed, { slo }: InferenceWorkload): string {
  const layout = layoutName(option.configuration.shape);
  if (!Number.isFinite(missed.excess)) return `${layout}: its prefill queue keeps up with no load`;
  const over = (name: string, seconds: number, target: { percentile: number; seconds: number }) =>
    seconds <= target.seconds
      ? []
      : [
          `${name} p${target.percentile} is ${text(seconds)} s when idle, ` +
            `${text((100 * seconds) / target.seconds - 100)} % over ${target.seconds} s`,
        ];
  const misses = [...over('ttft', missed.ttftSeconds, slo.ttft), ...over('tpot', missed.tpotSeconds, slo.tpot)];
  return `${layout}: ${misses.join(' and ')}`;
}

function text(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

/** One line for every candidate but the winner: missed promises first, the closest miss at the top, then by cost. */
function rejections(outcomes: ReadonlyMap<Candidate, Outcome>, best: PricedFleet | undefined): readonly Rejection[] {
  const missed: { excess: number; rejection: Rejection }[] = [];
  const dearer: { cheapest: PricedFleet; rejection: Rejection }[] = [];
  for (const [{ name }, { best: own, discarded, closest }] of outcomes) {
    const cheapest = cheaper(own, discarded);
    if (cheapest !== undefined && best !== undefined) {
      if (cheapest !== best) dearer.push({ cheapest, rejection: dearerThan(name, cheapest, cheapest !== own, best) });
    } else if (closest !== undefined) {
      missed.push({
        excess: closest.excess,
        rejection: { candidate: name, code: 'SloMissed', reason: closest.reason },
      });
    }
  }
  missed.sort((a, b) => a.excess - b.excess || (a.rejection.candidate < b.rejection.candidate ? -1 : 1));
  dearer.sort((a, b) => compareFleets(a.cheapest, b.cheapest));
  return [...missed, ...dearer].map(({ rejection }) => rejection);
}

function cheaper(a: PricedFleet | undefined, b: PricedFleet | undefined): PricedFleet | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareFleets(a, b) <= 0 ? a : b;
}

function dearerThan(candidate: string, fleet: PricedFleet, isBound: boolean, best: PricedFleet): Rejection {
  const { shape } = fleet.option.configuration;
  const cost = fleet.cost.perHour;
  const more = cost.minus(best.cost.perHour);
  const atLeast = isBound ? 'at least ' : '';
  const compared = more.isZero()
    ? 'as much as the choice, with more nodes or a later name'
    : `${more.toView()} more than the choice`;
  return {
    candidate,
    code: 'Dearer',
    reason: `${layoutName(shape)} on ${fleet.fleet.nodes} nodes costs ${atLeast}${cost.toView()} USD an hour, ${compared}`,
  };
}
