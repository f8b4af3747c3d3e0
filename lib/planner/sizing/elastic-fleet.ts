import { mapRange, type Range } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { InferenceWorkload, PurchaseOption } from '../../workload/workload';
import type { ReplicasOverTime } from '../plan';
import { assuranceOf } from './assurance';
import { type Fleet, fleetOf, replicasPerNode } from './fleet';
import type { LoadOverTime } from './load-over-time';
import { burstOf } from './node-pools';
import type { PlanningContext } from './planning-context';
import type { PricedFleet } from './priced-fleet';
import { withLead } from './replacement';
import type { ReplicaOption } from './replica-option';
import { meanFactor, replicasOverTime, roundedUp } from './replicas-over-time';
import { type Spare, spareOf } from './survival';

/** Replicas over all cells and nodes in each, at the quietest, on average and at the peak. */
export interface ElasticFleet {
  readonly replicas: Range<number>;
  /** In the order of the placement, without what Karpenter may start beyond the peak. */
  readonly replicasPerCell: readonly Range<number>[];
  /** In the order of the placement. */
  readonly nodesPerCell: readonly Range<number>[];
  /** Where the traffic has a shape or grows. */
  readonly overTime: ReplicasOverTime | undefined;
}

/**
 * Whether something in a cell may change how many nodes of a purchase there are. What is reserved is billed whether it runs
 * or not, so that taking its nodes away saves nothing.
 */
export function isElastic(
  { nodeScaling }: Pick<Cell, 'nodeScaling'>,
  purchase: PurchaseOption,
  nodesPerReplica: number,
): boolean {
  // Karpenter starts nodes one by one and would leave replicas half started.
  if (nodeScaling?.kind === 'karpenter' && nodesPerReplica > 1) return false;
  return nodeScaling !== undefined && assuranceOf(purchase) === 'bestEffort';
}

/**
 * The chosen fleet at three loads: the quietest hour at min, the peak at max, and at plan the mean over hours and months of
 * what each needs, or where the traffic has neither shape nor growth what its mean needs. Each with the whole spare, since a
 * node is as likely to be lost in a quiet hour. Nodes of a shape are asked for as long ahead as a replica takes to serve. A cell that nothing scales has the peak's nodes always.
 *
 * Never fewer than one replica in a cell: the first request after none would wait for a node and for the weights.
 */
export function elasticFleet(
  chosen: PricedFleet,
  workload: InferenceWorkload,
  load: LoadOverTime,
  cells: readonly Cell[],
  context: Pick<PlanningContext, 'rateOf' | 'committedRateOf'>,
  leadSeconds: number,
): ElasticFleet {
  const at = fleetsOf(chosen, spareOf(workload, cells));
  const fleets = fleetsAtBounds(at, chosen, load, leadSeconds);
  const { nodesPerReplica } = chosen.option.configuration.shape;
  const scaled = cells.map((cell) => isElastic(cell, chosen.purchase, nodesPerReplica));
  const inCell = (perCell: (fleet: Counts) => readonly number[], index: number): Range<number> =>
    mapRange(fleets, (fleet) => perCell(scaled[index] === true ? fleet : fleets.max)[index] ?? 0);
  const replicas = cells.map((_, index) => inCell(({ replicasPerCell }) => replicasPerCell, index));
  const burst = cells.reduce((sum, cell) => sum + burstReplicas(cell, chosen, workload.name), 0);
  return {
    replicas: mapRange(fleets, (_, bound) =>
      replicas.reduce((sum, range) => sum + range[bound], bound === 'max' ? burst : 0),
    ),
    replicasPerCell: replicas,
    nodesPerCell: cells.map((_, index) => inCell(({ nodesPerCell }) => nodesPerCell, index)),
    overTime: isConstant(load) ? undefined : replicasOverTime(at, load, chosen, cells, context, leadSeconds),
  };
}

type Counts = Pick<Fleet, 'nodesPerCell' | 'replicasPerCell'>;

function isConstant({ months, hours }: LoadOverTime): boolean {
  return hours === undefined && months.every(({ factor }) => factor === 1);
}

function fleetsAtBounds(at: FleetAt, chosen: PricedFleet, load: LoadOverTime, lead: number): Range<Counts> {
  const { traffic } = load;
  return {
    min: at(traffic.lowestRequestsPerSecond),
    plan: isConstant(load)
      ? at(traffic.meanRequestsPerSecond)
      : meanCounts(at, load, chosen.fleet.nodesPerCell.length, lead),
    max: chosen.fleet,
  };
}

/** Means over hours and months, rounded up: what is there on average, asked for as long ahead as it takes to come. */
function meanCounts(at: FleetAt, { months, hours, traffic }: LoadOverTime, cells: number, lead: number): Counts {
  const steady = { requestsPerSecond: traffic.meanRequestsPerSecond / meanFactor(months), share: 1 };
  const rates = hours === undefined ? [steady] : withLead(hours, lead);
  const sums = { nodes: Array<number>(cells).fill(0), replicas: Array<number>(cells).fill(0) };
  for (const { share, factor } of months) {
    for (const rate of rates) {
      const { nodesPerCell, replicasPerCell } = at(rate.requestsPerSecond * factor);
      for (let cell = 0; cell < cells; cell += 1) {
        sums.nodes[cell] = (sums.nodes[cell] ?? 0) + share * rate.share * (nodesPerCell[cell] ?? 0);
        sums.replicas[cell] = (sums.replicas[cell] ?? 0) + share * rate.share * (replicasPerCell[cell] ?? 0);
      }
    }
  }
  return { nodesPerCell: sums.nodes.map(roundedUp), replicasPerCell: sums.replicas.map(roundedUp) };
}

/** Replicas on the nodes that Karpenter may start beyond the peak's. */
function burstReplicas({ nodeScaling }: Cell, { option }: PricedFleet, workload: string): number {
  const { shape } = option.configuration;
  if (nodeScaling?.kind !== 'karpenter' || shape.nodesPerReplica > 1) return 0;
  return burstOf(nodeScaling, workload) * replicasPerNode(shape, option.type.acceleratorsPerNode);
}

/** The fleet that a rate needs, spare included. */
export type FleetAt = (requestsPerSecond: number) => Fleet;

/** Hours by the thousand need a few sizes: each is worked out once. Never more than the peak needs. */
function fleetsOf({ option, needed }: PricedFleet, spare: Spare): FleetAt {
  const limit = option.limit();
  const known = new Map<number, Fleet>();
  return (requestsPerSecond) => {
    const carrying = limit.kind === 'limit' ? Math.ceil(requestsPerSecond / limit.requestsPerSecond) : needed;
    const size = Math.min(needed, Math.max(1, carrying));
    const found = known.get(size) ?? sized(size, option, spare);
    known.set(size, found);
    return found;
  };
}

function sized(needed: number, { configuration, type }: ReplicaOption, spare: Spare) {
  return fleetOf({ needed, ...spare }, configuration.shape, type.acceleratorsPerNode);
}
