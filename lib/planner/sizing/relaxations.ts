import { exact } from '../../units/exact';
import { Usd } from '../../units/money';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload, Slo } from '../../workload/workload';
import type { ReplicaConfiguration } from '../performance/performance-model';
import type { Relaxation } from '../plan';
import { replicasPerNode, share } from './fleet';
import { loadLimit } from './load-limit';
import type { PlanningContext } from './planning-context';
import { type NodeCosts, nodeCostsOf, type PricedFleet, pricedFleet } from './priced-fleet';
import { replicaOf } from './replica-option';
import { type Spare, spareOf } from './survival';

/** A tenth more, or less. */
const EASED = 1.1;
const LESS = 0.9;

interface Chosen {
  readonly best: PricedFleet;
  readonly workload: InferenceWorkload;
  readonly spare: Spare;
  readonly traffic: TrafficProfile;
  readonly costs: NodeCosts;
  readonly context: PlanningContext;
}

/**
 * What the chosen shape would save over the horizon if one constraint at a time were a tenth easier: more memory, FLOP/s or
 * bandwidth, a longer latency target, less spare (whole nodes, rounded down), less load, or nodes sold by the tenth. Bought the
 * same way; another shape might save more.
 */
export function relaxationsOf(
  best: PricedFleet,
  workload: InferenceWorkload,
  traffic: TrafficProfile,
  cells: readonly Cell[],
  context: PlanningContext,
): readonly Relaxation[] {
  const costs = nodeCostsOf(best.purchase, workload.placement, cells, context)(best.option);
  if ('unpriced' in costs) return [];
  const spare = spareOf(workload, cells);
  const chosen: Chosen = { best, workload, spare, traffic, costs, context };
  const { configuration } = best.option;
  const { accelerator } = configuration;
  const { memoryBytes, memoryBandwidthBytesPerSecond, denseFlopsPerSecond } = accelerator;
  const flops = Object.fromEntries(
    Object.entries(denseFlopsPerSecond).map(([precision, rate]) => [precision, rate * EASED]),
  );
  const onHardware = (better: Partial<typeof accelerator>) =>
    fleetCost(chosen, rateOn({ ...configuration, accelerator: { ...accelerator, ...better } }, chosen));
  const { slo } = workload;
  const underSlo = (eased: Partial<Slo>) => fleetCost(chosen, rateUnder({ ...slo, ...eased }, chosen));
  const less = { ...spare, spareFraction: spare.spareFraction * LESS, spareNodes: Math.floor(spare.spareNodes * LESS) };
  const eased: readonly (readonly [Relaxation['constraint'], Usd | undefined])[] = [
    ['memory', memoryBytes === undefined ? undefined : onHardware({ memoryBytes: memoryBytes * EASED })],
    ['prefillFlops', onHardware({ denseFlopsPerSecond: flops })],
    [
      'decodeBandwidth',
      memoryBandwidthBytesPerSecond === undefined
        ? undefined
        : onHardware({ memoryBandwidthBytesPerSecond: memoryBandwidthBytesPerSecond * EASED }),
    ],
    ['ttft', underSlo({ ttft: { ...slo.ttft, seconds: slo.ttft.seconds * EASED } })],
    ['tpot', underSlo({ tpot: { ...slo.tpot, seconds: slo.tpot.seconds * EASED } })],
    ['spare', fleetCost({ ...chosen, spare: less }, rateUnder(slo, chosen))],
    ['requested', fleetCost({ ...chosen, traffic: lighter(traffic) }, rateUnder(slo, chosen))],
    ['purchaseUnit', costByTheTenth(chosen)],
  ];
  return eased.flatMap(([constraint, cost]) =>
    cost === undefined ? [] : [{ constraint, savesUsd: best.cost.window.minus(cost).toText() }],
  );
}

function lighter(traffic: TrafficProfile): TrafficProfile {
  return {
    ...traffic,
    peakRequestsPerSecond: traffic.peakRequestsPerSecond * LESS,
    lowestRequestsPerSecond: traffic.lowestRequestsPerSecond * LESS,
  };
}

function fleetCost({ best, spare, traffic, costs }: Chosen, perReplica: number | undefined): Usd | undefined {
  if (perReplica === undefined) return undefined;
  return pricedFleet(best.option, best.purchase, { ...traffic, perReplica }, spare, costs)?.cost.window;
}

function rateUnder(slo: Slo, { best }: Chosen): number | undefined {
  const limit = loadLimit(best.option.replica, best.option.slots, slo);
  return limit.kind === 'limit' ? limit.requestsPerSecond : undefined;
}

function rateOn(configuration: ReplicaConfiguration, { best, workload, context }: Chosen): number | undefined {
  const built = replicaOf(configuration, best.option.replica.demand, context.performance, workload.confidence);
  if (!('slots' in built)) return undefined;
  const limit = loadLimit(built, built.slots, workload.slo);
  return limit.kind === 'limit' ? limit.requestsPerSecond : undefined;
}

/** Replicas, in parts too, of which the asked loss leaves what the load needs. */
function survivable(carrying: number, { option }: PricedFleet, { survives }: Spare): number {
  if (survives === undefined) return carrying;
  if (survives === 'node')
    return carrying + replicasPerNode(option.configuration.shape, option.type.acceleratorsPerNode);
  const domains = new Set(survives).size;
  return (carrying * domains) / (domains - 1);
}

/** Every cell's nodes rounded up to a tenth, each at the mean price of the cell's nodes. */
function costByTheTenth(chosen: Chosen): Usd | undefined {
  const { best, workload, spare, traffic, costs } = chosen;
  // What commitments take over is no share of any node.
  if (costs.some(({ coverage }) => coverage !== undefined)) return undefined;
  const { shape } = best.option.configuration;
  const perReplica = rateUnder(workload.slo, chosen);
  if (perReplica === undefined) return undefined;
  const carrying = traffic.peakRequestsPerSecond / perReplica;
  const replicas = Math.max(carrying * (1 + spare.spareFraction), survivable(carrying, best, spare));
  const perNode = replicasPerNode(shape, best.option.type.acceleratorsPerNode) / shape.nodesPerReplica;
  const tenths = Math.ceil((10 * replicas) / costs.length / perNode - 1e-9);
  let total = Usd.zero;
  for (const [index, prices] of costs.entries()) {
    const nodes = best.fleet.nodesPerCell[index] ?? 0;
    const bought = best.purchases[index] ?? [];
    const floor = bought.reduce(
      (sum, one) => sum + (one.isFloor === true || one.offer !== undefined ? one.nodes : 0),
      0,
    );
    const whole = prices.costOf(nodes, floor)?.window;
    if (whole === undefined) return undefined;
    const needed = Math.min(10 * nodes, tenths + 10 * share(spare.spareNodes, index, costs.length));
    total = total.plus(nodes === 0 ? whole : whole.times(exact(needed).div(10 * nodes)));
  }
  return total;
}
