import type { Accelerator } from '../catalog/accelerator';
import { type Catalog, findAccelerator, findInstanceType } from '../catalog/catalog';
import { type EngineSupport, enginesFor } from '../catalog/engine-support';
import type { InstanceType } from '../catalog/instance-type';
import type { ModelArchitecture } from '../catalog/model';
import type { CapacityPlan, PoolRole, ReplicaShape, WorkloadPlan } from '../planner/plan';
import type { Range } from '../units/range';
import type { Cell } from '../workload/cell';
import type { InferenceWorkload, Workload } from '../workload/workload';
import { replicasIn } from './replicas';

/** A workload as its author wrote it, with the model that it refers to. */
export interface WorkloadWithModel {
  readonly workload: Workload;
  readonly model: ModelArchitecture | undefined;
}

/** Everything that servers which are alike, of one workload in one cell, are derived from. */
export interface ServedWorkload {
  /** Of the servers: the workload's, and their pool's where prefill and decode are apart. */
  readonly name: string;
  /** @default - the servers do both parts of a request */
  readonly pool?: PoolRole;
  readonly cell: Cell;
  readonly workload: InferenceWorkload;
  /** With the pool's own numbers, where they are a pool. */
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

/**
 * The servers of a cell, in the plan's order: of each workload one entry, or one for each of its pools. Training and reserved
 * blocks serve nothing.
 */
export function servedWorkloads(
  cell: Cell,
  plan: CapacityPlan,
  workloads: readonly WorkloadWithModel[],
  catalog: Catalog,
): readonly ServedWorkload[] {
  return plan.workloads.flatMap((planned) => {
    const found = workloads.find(({ workload }) => workload.name === planned.name);
    if (found?.workload.kind !== 'inference' || found.model === undefined || planned.shape === null) return [];
    const { workload } = found;
    const { model } = found;
    return partsOf(planned, planned.shape).flatMap((part) => {
      const served = onHardware({ cell, workload, model, ...part }, plan.cells, catalog);
      return served.replicas.max === 0 ? [] : [served];
    });
  });
}

/** The servers of one workload: one entry, or one for each of its pools. */
export type ServersOfWorkload = readonly [ServedWorkload, ...ServedWorkload[]];

/** Servers by the workload that they are of, in their order. */
export function byWorkload(served: readonly ServedWorkload[]): readonly ServersOfWorkload[] {
  const first = served.filter(
    (each, index) => served.findIndex(({ workload }) => workload.name === each.workload.name) === index,
  );
  return first.map((each) => [
    each,
    ...served.filter((other) => other !== each && other.workload.name === each.workload.name),
  ]);
}

type Part = Pick<ServedWorkload, 'name' | 'pool' | 'plan' | 'shape'>;
type Chosen = Part & Pick<ServedWorkload, 'cell' | 'workload' | 'model'>;

function partsOf(plan: WorkloadPlan, shape: ReplicaShape): readonly Part[] {
  if (plan.pools === undefined) return [{ name: plan.name, plan, shape }];
  const { engineLimits: _, ...shared } = plan;
  return plan.pools.map(({ role, ...own }) => ({
    name: `${plan.name}-${role}`,
    pool: role,
    plan: { ...shared, ...own },
    shape: own.shape,
  }));
}

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
    replicas: replicasIn(
      cell.id,
      chosen.pool === undefined ? { ...plan, shape } : { ...plan, shape, pool: chosen.pool },
      cells,
      acceleratorsPerNode,
    ),
    engineStatus: support?.status ?? 'current',
  };
}

/** Whether a replica talks to others over EFA: over its nodes, or from pool to pool. */
export function usesEfa({ shape, pool }: Pick<ServedWorkload, 'shape' | 'pool'>): boolean {
  return shape.nodesPerReplica > 1 || pool !== undefined;
}

/** Pods that a node has accelerators for. */
export function podsPerNode(served: Pick<ServedWorkload, 'shape' | 'acceleratorsPerNode'>): number {
  return Math.max(1, Math.floor(served.acceleratorsPerNode / acceleratorsPerPod(served)));
}

/** Accelerators of one pod: a replica's, over the nodes that it spans. */
export function acceleratorsPerPod({ shape }: Pick<ServedWorkload, 'shape'>): number {
  return Math.ceil(shape.acceleratorsPerReplica / shape.nodesPerReplica);
}
