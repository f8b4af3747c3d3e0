import type { Accelerator } from '../catalog/accelerator';
import { type Catalog, findAccelerator, findInstanceType } from '../catalog/catalog';
import { type EngineSupport, enginesFor } from '../catalog/engine-support';
import type { InstanceType } from '../catalog/instance-type';
import type { ModelArchitecture } from '../catalog/model';
import type { CapacityPlan, ReplicaShape, WorkloadPlan } from '../planner/plan';
import type { Range } from '../units/range';
import type { Cell } from '../workload/cell';
import type { InferenceWorkload, Workload } from '../workload/workload';
import { replicasIn } from './replicas';

/** A workload as its author wrote it, with the model that it refers to. */
export interface WorkloadWithModel {
  readonly workload: Workload;
  readonly model: ModelArchitecture | undefined;
}

/** Everything that the model servers of one workload in one cell are derived from. */
export interface ServedWorkload {
  readonly cell: Cell;
  readonly workload: InferenceWorkload;
  readonly plan: WorkloadPlan;
  readonly shape: ReplicaShape;
  readonly model: ModelArchitecture;
  readonly instanceType: InstanceType;
  readonly accelerator: Accelerator;
  readonly acceleratorsPerNode: number;
  /** Of this cell. */
  readonly replicas: Range<number>;
  /** `legacy`: the engine line for Inferentia2 and Trainium1, which gets no more features. */
  readonly engineStatus: EngineSupport['status'];
}

/** The workloads that a cell serves, in the plan's order. Training and reserved blocks serve nothing. */
export function servedWorkloads(
  cell: Cell,
  plan: CapacityPlan,
  workloads: readonly WorkloadWithModel[],
  catalog: Catalog,
): readonly ServedWorkload[] {
  return plan.workloads.flatMap((planned) => {
    const found = workloads.find(({ workload }) => workload.name === planned.name);
    if (found?.workload.kind !== 'inference' || found.model === undefined || planned.shape === null) return [];
    const chosen = { cell, plan: planned, shape: planned.shape, workload: found.workload, model: found.model };
    const served = onHardware(chosen, plan.cells, catalog);
    return served.replicas.max === 0 ? [] : [served];
  });
}

type Chosen = Pick<ServedWorkload, 'cell' | 'plan' | 'shape' | 'workload' | 'model'>;

function onHardware(chosen: Chosen, cells: CapacityPlan['cells'], catalog: Catalog): ServedWorkload {
  const { cell, plan, shape, model } = chosen;
  const instanceType = findInstanceType(catalog, shape.instanceType);
  const accelerator = findAccelerator(catalog, instanceType.acceleratorKey);
  const acceleratorsPerNode = instanceType.acceleratorCount ?? 0;
  const support = enginesFor(accelerator, model, shape.precision).find(({ engine }) => engine === shape.engine);
  return {
    ...chosen,
    instanceType,
    accelerator,
    acceleratorsPerNode,
    replicas: replicasIn(cell.id, { ...plan, shape }, cells, acceleratorsPerNode),
    engineStatus: support?.status ?? 'current',
  };
}

/** Accelerators of one pod: a replica's, over the nodes that it spans. */
export function acceleratorsPerPod({ shape }: Pick<ServedWorkload, 'shape'>): number {
  return Math.ceil(shape.acceleratorsPerReplica / shape.nodesPerReplica);
}
