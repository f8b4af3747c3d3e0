import type { Accelerator } from '../../../lib/catalog/accelerator';
import type { InstanceType } from '../../../lib/catalog/instance-type';
import type { ModelArchitecture } from '../../../lib/catalog/model';
import type { ReplicaShape } from '../../../lib/planner/plan';
import type { Cell } from '../../../lib/workload/cell';
import type { InferenceWorkload, Precision, PurchaseOption } from '../../../lib/workload/workload';

/** Requests per second that one replica carries within the SLO; undefined when it fits nowhere or keeps it at no load. */
export type Predict = (
  model: ModelArchitecture,
  accelerator: Accelerator,
  instanceType: InstanceType,
  shape: ReplicaShape,
) => number | undefined;

export interface Problem {
  readonly workload: InferenceWorkload;
  readonly model: ModelArchitecture;
  readonly peakRequestsPerSecond: number;
  readonly cells: readonly Cell[];
  readonly instanceTypes: readonly InstanceType[];
  readonly accelerators: readonly Accelerator[];
  /** Cents an hour of a node with its volume; undefined when unknown. Whole numbers, so that sums are exact. */
  readonly centsPerHour: (instanceType: string, purchase: PurchaseOption, region: string) => number | undefined;
  /** Nodes of a type that a cell owns: they cost nothing, and a replica stands on them whole or not at all. */
  readonly owned: (instanceType: string, cell: string) => number;
  readonly predict: Predict;
}

const COUNTS = [1, 2, 3, 4, 5, 6, 7, 8];

/**
 * The least cents an hour of any fleet: tries every count of tensor, pipeline, data and expert parallel ranks there is, and
 * shares nothing with the planner but the prediction. Dense grouped-query models on GPUs, bf16 or fp8.
 */
export function cheapestByBruteForce(problem: Problem): number | undefined {
  const costs: number[] = [];
  for (const instanceType of problem.instanceTypes) {
    const accelerator = problem.accelerators.find(({ key }) => key === instanceType.acceleratorKey);
    if (accelerator === undefined || !offered(instanceType, problem)) continue;
    for (const precision of ['bf16', 'fp8'] as const) {
      if (problem.workload.precision !== 'any' && problem.workload.precision !== precision) continue;
      if (accelerator.denseFlopsPerSecond[precision] === undefined) continue;
      for (const shape of shapes(instanceType, precision)) {
        if (!divides(problem.model, shape)) continue;
        const rate = problem.predict(problem.model, accelerator, instanceType, shape);
        if (rate === undefined) continue;
        for (const purchase of problem.workload.placement.purchaseOptions) {
          const cost = fleetCost(problem, instanceType, shape, rate, purchase);
          if (cost !== undefined) costs.push(cost);
        }
      }
    }
  }
  return costs.length === 0 ? undefined : Math.min(...costs);
}

function offered(instanceType: InstanceType, { cells }: Problem): boolean {
  return instanceType.status === 'available' && cells.every(({ region }) => instanceType.regions.includes(region));
}

function shapes(instanceType: InstanceType, precision: Precision): ReplicaShape[] {
  const count = instanceType.acceleratorCount ?? 0;
  const found: ReplicaShape[] = [];
  for (const tensorParallel of COUNTS) {
    for (const pipelineParallel of COUNTS) {
      for (const nodesPerReplica of [1, 2, 4]) {
        const powers = [tensorParallel, pipelineParallel].every((n) => [1, 2, 4, 8].includes(n));
        const joined = (instanceType.scaleUpDomainSize ?? 1) > 1 && count > 1;
        const laid =
          nodesPerReplica === 1
            ? tensorParallel * pipelineParallel <= count
            : joined && tensorParallel === count && pipelineParallel === nodesPerReplica;
        if (!powers || !laid) continue;
        found.push({
          instanceType: instanceType.name,
          acceleratorsPerReplica: tensorParallel * pipelineParallel,
          nodesPerReplica,
          tensorParallel,
          pipelineParallel,
          expertParallel: 1,
          attentionDataParallel: 1,
          precision,
          engine: 'vllm',
        });
      }
    }
  }
  return found;
}

function divides({ attention, denseIntermediate, layers }: ModelArchitecture, shape: ReplicaShape): boolean {
  const tp = shape.tensorParallel;
  if (attention.kind !== 'gqa' || denseIntermediate === undefined) throw new Error('dense grouped-query models only');
  const { heads, kvHeads } = attention;
  const groups = kvHeads >= tp ? kvHeads % tp : tp % kvHeads;
  return heads % tp === 0 && groups === 0 && denseIntermediate % tp === 0 && shape.pipelineParallel <= layers;
}

function fleetCost(
  { workload, cells, peakRequestsPerSecond, centsPerHour, owned }: Problem,
  instanceType: InstanceType,
  shape: ReplicaShape,
  rate: number,
  purchase: PurchaseOption,
): number | undefined {
  let needed = 1;
  while (needed * rate < peakRequestsPerSecond) needed += 1;
  let spare = 0;
  while (spare < needed * (workload.spareFraction ?? 0) - 1e-9) spare += 1;
  const perCell = cells.map(() => 0);
  for (let dealt = 0; dealt < Math.max(needed + spare, cells.length); dealt += 1) bump(perCell, dealt % cells.length);
  const perNode = Math.max(1, Math.floor((instanceType.acceleratorCount ?? 0) / shape.acceleratorsPerReplica));
  const nodes = perCell.map((replicas) =>
    shape.nodesPerReplica > 1 ? replicas * shape.nodesPerReplica : Math.ceil(replicas / perNode),
  );
  for (let dealt = 0; dealt < (workload.spareNodes ?? 0); dealt += 1) bump(nodes, dealt % cells.length);
  let total = 0;
  for (const [index, cell] of cells.entries()) {
    const cents = centsPerHour(instanceType.name, purchase, cell.region);
    if (cents === undefined) return undefined;
    let inCell = nodes[index] ?? 0;
    for (let room = owned(instanceType.name, cell.id); room >= shape.nodesPerReplica && inCell > 0; ) {
      const taken = Math.min(shape.nodesPerReplica, inCell);
      room -= shape.nodesPerReplica;
      inCell -= taken;
    }
    total += cents * inCell;
  }
  return total;
}

function bump(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}
