import type { ModelArchitecture } from '../../catalog/model';
import { fixed, type Range } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload } from '../../workload/workload';
import { tpotQuantile, ttftQuantile } from '../performance/serving';
import { servingDemand } from '../performance/serving-demand';
import type { Rejection, WorkloadPlan } from '../plan';
import { type Apart, cheapestApart } from './apart';
import { checkSpot } from './assurance';
import { chooseFleet } from './choose';
import { type ElasticFleet, elasticFleet, isElastic } from './elastic-fleet';
import { admitted, bindingOf, purchasedFigures, resilienceOf, sizedOn } from './inference-figures';
import { pointCarrying } from './load-limit';
import { loadOverTime } from './load-over-time';
import type { Cost } from './node-cost';
import { plannedApart } from './plan-apart';
import { type PlannedWorkload, plannedNodes } from './planned-workload';
import { cellsOf, type PlanningContext } from './planning-context';
import type { PricedFleet } from './priced-fleet';
import { relaxationsOf } from './relaxations';
import { leadOf, replacementOf } from './replacement';
import { rootVolume } from './root-volume';
import { splitProposal } from './split-proposal';
import { checkSurvival, lossOf } from './survival';

/**
 * The cheapest fleet that serves a model's peak within its SLO. Where a cell scales its nodes, quieter hours run fewer of
 * them; the choice is by the peak's cost all the same, since that is what a ceiling is judged at.
 */
export function planInference(
  workload: InferenceWorkload,
  model: ModelArchitecture,
  traffic: TrafficProfile,
  context: PlanningContext,
): PlannedWorkload {
  const cells = cellsOf(workload.placement, workload.name, context.cells);
  checkSpot(workload);
  checkSurvival(workload, cells);
  const load = loadOverTime(traffic, workload.growthPerMonth ?? 0, context.horizon);
  const { best, rejected: whole } = chooseFleet(workload, model, load.traffic, cells, context);
  const demand = servingDemand(workload.tokens, workload.prefixCacheHitFraction, load.traffic.arrivalScv);
  const split = (planned: Cost): Pick<WorkloadPlan, 'splitProposal'> => {
    const proposal = splitProposal(workload, model, load.traffic, cells, context, planned);
    return proposal === undefined ? {} : { splitProposal: proposal };
  };
  const apart = cheapestApart({ workload, model, traffic: load.traffic, demand, cells, context });
  if (apart !== undefined && (best === undefined || best.cost.window.exceeds(apart.cost.window))) {
    const dearer = best === undefined ? [] : [dearerThan(nameOf(best), best, apart.cost)];
    const rejected = [...dearer, ...whole.map(besideWhole)];
    const planned = plannedApart(apart, workload, model, load.traffic, cells, context, rejected);
    return { ...planned, plan: { ...planned.plan, ...split(apart.cost) } };
  }
  const rejected = [...apartWhyNot(apart, best, workload), ...whole];
  if (best === undefined) return { kind: 'infeasible', name: workload.name, rejected };
  const { option, purchase, purchases } = best;
  const replacement = replacementOf(model, option, cells);
  const elastic = elasticFleet(best, workload, load, cells, context, leadOf(replacement));
  const { replicas, nodesPerCell, overTime } = elastic;
  const { instanceType } = option.type;
  const { createReservation } = workload.placement;
  return {
    kind: 'planned',
    plan: {
      ...servingFigures(best, replicas, workload, load.traffic, context),
      resilience: resilienceOf(best, workload, cells, replacement),
      ...replicasByCell(elastic, workload, cells),
      relaxations: relaxationsOf(best, workload, load.traffic, cells, context),
      ...(overTime === undefined ? {} : { overTime }),
      ...split(best.cost),
      name: workload.name,
      model: model.id,
      rejected,
    },
    nodeGroups: cells.flatMap((cell, index) =>
      plannedNodes(cell, purchases[index] ?? [], {
        instanceType: instanceType.name,
        rootVolume: rootVolume(instanceType, cell.profile, option.weightBytes),
        createReservation,
        elastic: isElastic(cell, purchase, option.configuration.shape.nodesPerReplica)
          ? nodesPerCell[index]
          : undefined,
      }),
    ),
  };
}

/** Why prefill and decode are not apart, where they might have been. */
function apartWhyNot(
  apart: Apart | undefined,
  best: PricedFleet | undefined,
  { placement }: InferenceWorkload,
): readonly Rejection[] {
  const candidate = 'prefill and decode apart';
  if (placement.disaggregation !== true) return [];
  if (apart === undefined || best === undefined) {
    const reason = 'no two pools keep their parts of the SLO; they need one cell, vLLM, and types with EFA and a price';
    return [{ candidate, code: 'NotShardable', reason }];
  }
  const more = apart.cost.perHour.minus(best.cost.perHour).toView();
  const nodes = apart.prefill.fleet.nodes + apart.decode.fleet.nodes;
  const reason = `${nodes} nodes cost ${apart.cost.perHour.toView()} USD an hour, ${more} more than the choice`;
  return [{ candidate, code: 'Dearer', reason }];
}

function dearerThan(candidate: string, { cost, fleet }: PricedFleet, best: Cost): Rejection {
  const more = cost.perHour.minus(best.perHour).toView();
  const reason = `${fleet.nodes} nodes that do both cost ${cost.perHour.toView()} USD an hour, ${more} more than the choice`;
  return { candidate, code: 'Dearer', reason };
}

/** What lost to the cheapest that does both lost to these pools too. */
function besideWhole(rejection: Rejection): Rejection {
  if (rejection.code !== 'Dearer') return rejection;
  return { ...rejection, reason: rejection.reason.replace('the choice', 'the cheapest that does both') };
}

function nameOf({ option, purchase }: PricedFleet): string {
  const { shape } = option.configuration;
  return `${shape.instanceType} ${shape.precision} ${purchase}`;
}

/** Said where cells are lost together, because then they are not dealt out evenly. */
function replicasByCell(
  { replicasPerCell }: ElasticFleet,
  workload: InferenceWorkload,
  cells: readonly Cell[],
): Pick<WorkloadPlan, 'replicasByCell'> {
  const loss = lossOf(workload, cells);
  if (loss === undefined || loss === 'node' || new Set(loss).size === cells.length) return {};
  return {
    replicasByCell: cells.map(({ id }, index) => ({ cell: id, replicas: replicasPerCell[index] ?? fixed(0) })),
  };
}

/** Latencies are those at the peak with the spare lost: `needed` replicas share it. */
function servingFigures(
  best: PricedFleet,
  replicas: Range<number>,
  { slo, confidence }: InferenceWorkload,
  traffic: TrafficProfile,
  { performance }: PlanningContext,
): Omit<WorkloadPlan, 'name' | 'model' | 'rejected'> {
  const { option, needed } = best;
  const limit = option.limit();
  const point = pointCarrying(option.replica, option.slots, traffic.peakRequestsPerSecond / needed);
  return {
    kind: 'inference',
    shape: option.configuration.shape,
    replicas,
    ...purchasedFigures([best]),
    requestsPerSecondPerReplica: limit.kind === 'limit' ? limit.requestsPerSecond : null,
    concurrencyPerReplica: point === undefined ? null : admitted(point.inFlight, option.slots),
    engineLimits: { stepTokens: option.replica.limits.stepTokens, ...option.replica.fit.assumed },
    ttftSeconds: point === undefined ? null : { p50: ttftQuantile(point, 50), p99: ttftQuantile(point, 99) },
    tpotSeconds: point === undefined ? null : { p50: tpotQuantile(point, 50), p99: tpotQuantile(point, 99) },
    slo:
      point === undefined
        ? null
        : {
            ttft: { ...slo.ttft, predictedSeconds: ttftQuantile(point, slo.ttft.percentile) },
            tpot: { ...slo.tpot, predictedSeconds: tpotQuantile(point, slo.tpot.percentile) },
          },
    errorBand: performance.errorBand(option.configuration),
    sizedOn: sizedOn(option.configuration, performance, confidence),
    binding: bindingOf(best),
  };
}
