import type { Catalog } from '../catalog/catalog';
import type { ModelArchitecture } from '../catalog/model';
import { Problem } from '../problem';
import { type Interval, instant } from '../units/interval';
import { type AmountText, Usd } from '../units/money';
import { fixed, mapRange } from '../units/range';
import type { Cell } from '../workload/cell';
import type { TrafficProfile } from '../workload/traffic';
import type { Workload } from '../workload/workload';
import type { RateOf } from './capacity-option';
import { costAt } from './list-cost';
import type { PerformanceModel } from './performance/performance-model';
import { rooflineModel } from './performance/roofline-model';
import type { CellPlan, NodeGroupPlan, PlanResult } from './plan';
import { planInference } from './sizing/inference';
import { addCost, NO_COST } from './sizing/node-cost';
import type { PlannedWorkload } from './sizing/planned-workload';
import { horizonLengths, type PlanningContext } from './sizing/planning-context';
import { planReservedBlock } from './sizing/reserved-block';
import { planTraining } from './sizing/training';

/** A workload with what it refers to. Inference needs both its model and its traffic. */
export interface WorkloadToPlan {
  readonly workload: Workload;
  readonly model: ModelArchitecture | undefined;
  readonly traffic: TrafficProfile | undefined;
}

export interface PlanRequest {
  readonly deployment: string;
  readonly asOf: string;
  /** Billed from its start to its end. */
  readonly horizon: Interval;
  readonly cells: readonly Cell[];
  readonly workloads: readonly WorkloadToPlan[];
  readonly catalog: Catalog;
  readonly rateOf: RateOf;
  /** @default - rooflines at stated efficiencies */
  readonly performance?: PerformanceModel;
  /** Sizes against step times at the slow end of the model's error band. @default false */
  readonly guarded?: boolean;
}

/**
 * The cheapest capacity that keeps every workload's promises, at exact list price. Each workload is planned alone, on one
 * shape over all its cells; a workload that nothing can serve makes the whole plan infeasible, with why.
 *
 * Depends on the values given and nothing else: not on the order of the catalogue, of cells or of prices.
 *
 * @throws Problem when a workload contradicts itself or the deployment
 */
export function planCapacity(request: PlanRequest): PlanResult {
  const context: PlanningContext = {
    catalog: request.catalog,
    rateOf: request.rateOf,
    performance: request.performance ?? rooflineModel(),
    cells: request.cells,
    guarded: request.guarded ?? false,
    ...horizonLengths(request.horizon),
  };
  const asOf = instant(request.asOf);
  const planned = request.workloads.map((entry) => planWorkload(entry, asOf, context));
  const infeasible = planned.flatMap((part) =>
    part.kind === 'infeasible' ? [{ name: part.name, rejected: part.rejected }] : [],
  );
  if (infeasible.length > 0) return { kind: 'infeasible', workloads: infeasible };
  const feasible = planned.flatMap((part) => (part.kind === 'planned' ? [part] : []));
  const cells = request.cells.map((cell) => cellPlan(cell, feasible));
  const cost = mapRange(fixed(0), (_, bound) =>
    cells.reduce((sum, cell) => addCost(sum, costAt(cell, bound, context)), NO_COST),
  );
  return {
    kind: 'feasible',
    plan: {
      schemaVersion: 1,
      deployment: request.deployment,
      asOf,
      horizon: { start: request.horizon.start, end: request.horizon.end },
      workloads: feasible.map(({ plan }) => plan),
      cells,
      purchases: [],
      listCost: {
        perHour: mapRange(cost, ({ perHour }) => perHourView(perHour)),
        windowTotal: mapRange(cost, ({ window }) => window.toText()),
      },
    },
  };
}

function planWorkload(
  { workload, model, traffic }: WorkloadToPlan,
  asOf: string,
  context: PlanningContext,
): PlannedWorkload {
  switch (workload.kind) {
    case 'inference':
      if (model === undefined || traffic === undefined) {
        throw new Problem(
          'InvalidWorkload',
          `workload ${workload.name} is planned without its ${model === undefined ? 'model' : 'traffic'}; give both`,
        );
      }
      return planInference(workload, model, traffic, context);
    case 'training':
      return planTraining(workload, asOf, context);
    case 'reservedBlock':
      return planReservedBlock(workload, context);
  }
}

type Feasible = Extract<PlannedWorkload, { kind: 'planned' }>;

function cellPlan(cell: Cell, planned: readonly Feasible[]): CellPlan {
  const nodeGroups = planned.flatMap(({ plan, nodeGroups: groups }) =>
    groups
      .filter((group) => group.cell === cell.id && group.nodes > 0)
      .map(
        ({ instanceType, purchase, nodes, size, rootVolume }): NodeGroupPlan => ({
          name: nodeGroupName(plan.name, instanceType),
          workload: plan.name,
          instanceType,
          purchase,
          // Without an actuator nothing changes it: a template that allowed more would be billed for more.
          size: size ?? fixed(nodes),
          ...(size === undefined || cell.nodeScaling === undefined ? {} : { actuator: cell.nodeScaling.kind }),
          rootVolume,
          ...((plan.shape?.nodesPerReplica ?? 1) > 1 ? { nodesPerReplica: plan.shape?.nodesPerReplica } : {}),
        }),
      ),
  );
  return { id: cell.id, region: cell.region, availabilityZone: cell.availabilityZones[0], nodeGroups };
}

/** Decides logical ids: the same workload on the same type keeps its name whatever else changes. */
export function nodeGroupName(workload: string, instanceType: string): string {
  return `${workload}-${instanceType}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/** A view of 12 decimal places, half-even: month-priced items have no finite hourly price. */
function perHourView(perHour: Usd): AmountText {
  return Usd.of(perHour.toView(12)).toText();
}
