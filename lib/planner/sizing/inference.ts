import type { ModelArchitecture } from '../../catalog/model';
import { fixed, type Range } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload } from '../../workload/workload';
import { DEFAULT_CONFIDENCE, slowdownAt } from '../performance/confidence';
import type { PerformanceModel, ReplicaConfiguration } from '../performance/performance-model';
import { tpotQuantile, ttftQuantile } from '../performance/serving';
import type { BindingConstraint, Replacement, Resilience, SizedOn, WorkloadPlan } from '../plan';
import { assuranceOf, checkSpot, isReserved } from './assurance';
import { chooseFleet } from './choose';
import { type ElasticFleet, elasticFleet, isElastic } from './elastic-fleet';
import { leftAfterLoss, replicasPerNode } from './fleet';
import { pointCarrying } from './load-limit';
import { loadOverTime } from './load-over-time';
import { boughtOver } from './node-prices';
import { type PlannedWorkload, plannedNodes } from './planned-workload';
import { cellsOf, type PlanningContext } from './planning-context';
import type { PricedFleet } from './priced-fleet';
import { relaxationsOf } from './relaxations';
import { leadOf, replacementOf } from './replacement';
import { rootVolume } from './root-volume';
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
  const { best, rejected } = chooseFleet(workload, model, load.traffic, cells, context);
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

function resilienceOf(
  { needed, fleet, option }: PricedFleet,
  workload: InferenceWorkload,
  cells: readonly Cell[],
  replacement: Replacement,
): Resilience {
  const { survives } = workload;
  const perNode = replicasPerNode(option.configuration.shape, option.type.acceleratorsPerNode);
  return {
    neededReplicas: needed,
    spareReplicas: fleet.replicas - needed,
    ...(survives === undefined ? {} : { survives }),
    leftAfterLoss: leftAfterLoss(fleet, lossOf(workload, cells) ?? 'node', perNode),
    replacement,
  };
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
  { option, purchases, needed, fleet }: PricedFleet,
  replicas: Range<number>,
  { slo, confidence = DEFAULT_CONFIDENCE }: InferenceWorkload,
  traffic: TrafficProfile,
  { performance }: PlanningContext,
): Omit<WorkloadPlan, 'name' | 'model' | 'rejected'> {
  const limit = option.limit();
  const point = pointCarrying(option.replica, option.slots, traffic.peakRequestsPerSecond / needed);
  const perNode = replicasPerNode(option.configuration.shape, option.type.acceleratorsPerNode);
  const bought = boughtOver(purchases.flat());
  const reserved = bought.reduce((sum, { purchase, nodes }) => sum + (isReserved(purchase) ? nodes : 0), 0);
  const replicasReserved = Math.floor(reserved / option.configuration.shape.nodesPerReplica) * perNode;
  return {
    kind: 'inference',
    shape: option.configuration.shape,
    replicas,
    assuredReplicas: Math.min(fleet.replicas, replicasReserved),
    purchase: bought.map(({ purchase, nodes }) => ({ option: purchase, assurance: assuranceOf(purchase), nodes })),
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
    binding: bindingOf(needed, limit.kind === 'limit' ? limit.binding : 'requested'),
  };
}

function sizedOn(configuration: ReplicaConfiguration, performance: PerformanceModel, confidence: number): SizedOn {
  const basis = performance.basis?.(configuration) ?? 'roofline';
  return { basis, confidence, slowdown: slowdownAt(performance, configuration, confidence) };
}

/** Mean in flight and four deviations of a Poisson count, as far as the cache has slots. */
function admitted(inFlight: number, slots: number): number {
  return Math.min(slots, Math.ceil(inFlight + 4 * Math.sqrt(inFlight) + 1));
}

/** A single replica is the least that can be bought, whatever it could carry. */
function bindingOf(needed: number, limit: BindingConstraint): BindingConstraint {
  return needed === 1 ? 'purchaseUnit' : limit;
}
