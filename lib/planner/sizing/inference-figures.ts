import type { Cell } from '../../workload/cell';
import type { InferenceWorkload } from '../../workload/workload';
import { DEFAULT_CONFIDENCE, slowdownAt } from '../performance/confidence';
import type { PerformanceModel, ReplicaConfiguration } from '../performance/performance-model';
import type { BindingConstraint, Replacement, Resilience, SizedOn, WorkloadPlan } from '../plan';
import { assuranceOf, isReserved } from './assurance';
import { leftAfterLoss, replicasPerNode } from './fleet';
import { boughtOver } from './node-prices';
import type { PricedFleet } from './priced-fleet';
import { lossOf } from './survival';

export function resilienceOf(
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

/** How nodes are bought; of several pools, replicas of the last are assured as far as its own nodes are. */
export function purchasedFigures(pools: readonly PricedFleet[]): Pick<WorkloadPlan, 'purchase' | 'assuredReplicas'> {
  const bought = boughtOver(pools.flatMap(({ purchases }) => purchases.flat()));
  const last = pools.at(-1);
  return {
    purchase: bought.map(({ purchase, nodes }) => ({ option: purchase, assurance: assuranceOf(purchase), nodes })),
    assuredReplicas: last === undefined ? 0 : assuredIn(last),
  };
}

function assuredIn({ option, purchases, fleet }: PricedFleet): number {
  const { shape } = option.configuration;
  const reserved = purchases.flat().reduce((sum, { purchase, nodes }) => sum + (isReserved(purchase) ? nodes : 0), 0);
  const whole = Math.floor(reserved / shape.nodesPerReplica);
  return Math.min(fleet.replicas, whole * replicasPerNode(shape, option.type.acceleratorsPerNode));
}

export function sizedOn(
  configuration: ReplicaConfiguration,
  performance: PerformanceModel,
  confidence: number = DEFAULT_CONFIDENCE,
): SizedOn {
  const basis = performance.basis?.(configuration) ?? 'roofline';
  return { basis, confidence, slowdown: slowdownAt(performance, configuration, confidence) };
}

/** Mean in flight and four deviations of a Poisson count, as far as the cache has slots. */
export function admitted(inFlight: number, slots: number): number {
  return Math.min(slots, Math.ceil(inFlight + 4 * Math.sqrt(inFlight) + 1));
}

/** A single replica is the least that can be bought, whatever it could carry. */
export function bindingOf({ needed, option }: PricedFleet): BindingConstraint {
  const limit = option.limit();
  if (needed === 1) return 'purchaseUnit';
  return limit.kind === 'limit' ? limit.binding : 'requested';
}
