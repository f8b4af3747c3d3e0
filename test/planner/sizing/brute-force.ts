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
  readonly lowestRequestsPerSecond: number;
  readonly cells: readonly Cell[];
  readonly instanceTypes: readonly InstanceType[];
  readonly accelerators: readonly Accelerator[];
  /** Cents an hour of a node with its volume; undefined when unknown. Whole numbers, so that sums are exact. */
  readonly centsPerHour: (instanceType: string, purchase: PurchaseOption, region: string) => number | undefined;
  /** Nodes of a type that a cell owns: they cost nothing, and a replica stands on them whole or not at all. */
  readonly owned: (instanceType: string, cell: string) => number;
  /** Paid for in any case, in one region: instances of a type, and cents an hour that cover any other at half its price. */
  readonly committed: {
    readonly region: string;
    readonly type: string;
    readonly count: number;
    readonly cents: number;
  };
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

/** Requests per second that a server of one pool carries within its part of the SLO. */
export type PredictPool = (
  role: 'prefill' | 'decode',
  prefillShare: number,
  ...of: Parameters<Predict>
) => number | undefined;

/** The least cents an hour of two pools, every pair of shapes tried: of one precision and generation, ranks a multiple. One cell. */
export function cheapestApartByBruteForce(problem: Problem, predict: PredictPool): number | undefined {
  const unowned = { ...problem, owned: () => 0, committed: { ...problem.committed, count: 0, cents: 0 } };
  const costs: number[] = [];
  for (const prefillShare of [0.9, 0.7, 0.5]) {
    const reading = poolCosts(unowned, (...of) => predict('prefill', prefillShare, ...of));
    const writing = poolCosts(problem, (...of) => predict('decode', prefillShare, ...of));
    for (const a of reading) {
      for (const b of writing) {
        if (a.format === b.format && b.ranks % a.ranks === 0) costs.push(a.cents + b.cents);
      }
    }
  }
  return costs.length === 0 ? undefined : Math.min(...costs);
}

function poolCosts(problem: Problem, predict: Predict) {
  const { instanceTypes, accelerators, workload, model } = problem;
  return instanceTypes.flatMap((instanceType) => {
    const accelerator = accelerators.find(({ key }) => key === instanceType.acceleratorKey);
    if (accelerator === undefined || !offered(instanceType, problem)) return [];
    return (['bf16', 'fp8'] as const).flatMap((precision) => {
      if (workload.precision !== 'any' && workload.precision !== precision) return [];
      if (accelerator.denseFlopsPerSecond[precision] === undefined) return [];
      return shapes(instanceType, precision)
        .filter((shape) => divides(model, shape) && shape.pipelineParallel === 1)
        .flatMap((shape) => {
          const rate = predict(model, accelerator, instanceType, shape);
          if (rate === undefined) return [];
          const format = `${precision} ${accelerator.generation}`;
          return workload.placement.purchaseOptions.flatMap((purchase) => {
            const cents = fleetCost(problem, instanceType, shape, rate, purchase);
            return cents === undefined ? [] : [{ cents, format, ranks: shape.tensorParallel }];
          });
        });
    });
  });
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
  problem: Problem,
  instanceType: InstanceType,
  shape: ReplicaShape,
  rate: number,
  purchase: PurchaseOption,
): number | undefined {
  const { workload, cells, owned, peakRequestsPerSecond, lowestRequestsPerSecond } = problem;
  const peak = nodesFor(problem, instanceType, shape, rate, peakRequestsPerSecond);
  const floor = nodesFor(problem, instanceType, shape, rate, lowestRequestsPerSecond);
  let total = 0;
  let coverable = 0;
  for (const [index, cell] of cells.entries()) {
    const nodes = peak[index] ?? 0;
    let free = 0;
    for (let room = owned(instanceType.name, cell.id); room >= shape.nodesPerReplica && free < nodes; ) {
      room -= shape.nodesPerReplica;
      free = Math.min(nodes, free + shape.nodesPerReplica);
    }
    const mix = cheapestMix(problem, instanceType, shape, {
      purchase,
      region: cell.region,
      nodes,
      free,
      floor: floor[index] ?? 0,
    });
    if (mix === undefined) return undefined;
    total += mix.cents;
    if (cell.region === problem.committed.region) coverable += mix.onDemand;
  }
  const { placement } = workload;
  const less = coveredCents(problem, instanceType.name, coverable);
  return placement.purchaseOptions.includes(purchase) ? total - less : undefined;
}

/** Cents an hour of nodes on demand that are paid for in any case: reserved ones first, then those that the plan has money for. */
export function coveredCents(
  { committed, centsPerHour }: Pick<Problem, 'committed' | 'centsPerHour'>,
  type: string,
  nodes: number,
): number {
  const each = centsPerHour(type, 'onDemand', committed.region) ?? 0;
  const reserved = committed.type === type ? Math.min(nodes, committed.count) : 0;
  const byPlan = Math.min((nodes - reserved) * each, 2 * committed.cents);
  return reserved * each + byPlan;
}

/** Nodes of each cell that a rate needs with the spare: one replica more until a loss leaves enough. */
function nodesFor(
  { workload, cells }: Problem,
  { acceleratorCount = 0 }: InstanceType,
  shape: ReplicaShape,
  rate: number,
  load: number,
): readonly number[] {
  const perNode =
    shape.nodesPerReplica > 1 ? 1 : Math.max(1, Math.floor(acceleratorCount / shape.acceleratorsPerReplica));
  let needed = 1;
  while (needed * rate < load) needed += 1;
  let spare = 0;
  while (spare < needed * (workload.spareFraction ?? 0) - 1e-9) spare += 1;
  const spareNodes = cells.map(() => 0);
  for (let dealt = 0; dealt < (workload.spareNodes ?? 0); dealt += 1) bump(spareNodes, dealt % cells.length);
  const names = cells.map((cell, index) => lostWith(cell, index, workload));
  const dealt = cells.map(() => 0);
  for (let wanted = 1; ; wanted += 1) {
    place(dealt, names);
    if (wanted < needed + spare) continue;
    const perCell = dealt.map((count) => Math.max(1, count));
    const running = perCell.map(
      (replicas, index) => replicas + perNode * Math.floor((spareNodes[index] ?? 0) / shape.nodesPerReplica),
    );
    if (leftOf(running, names, workload, perNode) < needed) continue;
    return perCell.map(
      (replicas, index) => shape.nodesPerReplica * Math.ceil(replicas / perNode) + (spareNodes[index] ?? 0),
    );
  }
}

/** One replica more, to what may be lost and has fewest, there to the cell that has fewest. */
function place(dealt: number[], names: readonly string[]): void {
  const inGroup = (name: string) => dealt.reduce((sum, count, at) => sum + (names[at] === name ? count : 0), 0);
  const group = names.reduce((best, name) => (inGroup(name) < inGroup(best) ? name : best));
  const inside = names.flatMap((name, at) => (name === group ? [at] : []));
  bump(
    dealt,
    inside.reduce((best, at) => ((dealt[at] ?? 0) < (dealt[best] ?? 0) ? at : best)),
  );
}

/** Replicas left of those that run, whatever single thing of the asked kind is lost. */
function leftOf(
  running: readonly number[],
  names: readonly string[],
  { survives }: InferenceWorkload,
  perNode: number,
): number {
  const all = running.reduce((sum, count) => sum + count, 0);
  if (survives === undefined) return all;
  const left = names.map((lost, at) => {
    if (survives === 'node') return all - Math.min(perNode, running[at] ?? 0);
    return running.reduce((sum, count, index) => sum + (names[index] === lost ? 0 : count), 0);
  });
  return Math.min(...left);
}

function lostWith(cell: Cell, index: number, { survives }: InferenceWorkload): string {
  if (survives === 'region') return cell.region;
  return survives === 'cell' ? `${cell.region}/${cell.availabilityZones[0]}` : `${index}`;
}

interface Mix {
  readonly purchase: PurchaseOption;
  readonly region: string;
  readonly nodes: number;
  /** Of these, so many stand on what is owned. */
  readonly free: number;
  readonly floor: number;
}

/** Cents of the nodes that are not owned, as many by the purchase option as it may carry, tried from all down to none. */
function cheapestMix(
  { workload, centsPerHour }: Problem,
  { name, family }: InstanceType,
  shape: ReplicaShape,
  { purchase, region, nodes, free, floor }: Mix,
): { readonly cents: number; readonly onDemand: number } | undefined {
  const { spot, bestEffortFloor, purchaseOptions } = workload.placement;
  const mustReserve = ['p', 'trn'].includes(family.replace(/\d.*$/, '')) && bestEffortFloor === undefined;
  const cents = centsPerHour(name, purchase, region);
  const onDemand =
    purchaseOptions.includes('onDemand') && !mustReserve ? centsPerHour(name, 'onDemand', region) : undefined;
  const left = nodes - free;
  for (let here = left; here >= 0; here -= 1) {
    if (here !== left && here % shape.nodesPerReplica !== 0) continue;
    const steady = nodes - here;
    const isFloorKept =
      (!mustReserve && (purchase === 'onDemand' || spot?.floor === true)) || steady >= floor || here === 0;
    const isAllowed = purchase !== 'spot' || here <= nodes * (spot?.interruptionAllowance ?? 1) + 1e-9;
    if (!isFloorKept || !isAllowed) continue;
    if (here > 0 && cents === undefined) return undefined;
    const other = left - here;
    if (other > 0 && onDemand === undefined) return undefined;
    const isOnDemand = purchase === 'onDemand' ? here : 0;
    return { cents: here * (cents ?? 0) + other * (onDemand ?? 0), onDemand: isOnDemand + other };
  }
  return undefined;
}

function bump(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}
