import { Problem } from '../../problem';
import { hoursIn, type Instant, instant, interval, plusHours } from '../../units/interval';
import { fixed } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { TrainingWorkload } from '../../workload/workload';
import type { Rejection, TrainingProgress } from '../plan';
import { isFloorReserved as isFloorReservedOn } from './assurance';
import { type EligibleType, eligibleTypes } from './eligible-types';
import { type PlannedWorkload, plannedNodes } from './planned-workload';
import { cellsOf, type PlanningContext } from './planning-context';
import { cheapestPurchase, NOT_SERVING, type Purchase, purchaseFigures } from './reserved-block';
import { rootVolume } from './root-volume';
import { nodesWithAllowance, runningTime } from './training-progress';

/** Weights, gradients and Adam's moments in mixed precision, sharded: 16 bytes a parameter (ZeRO, arXiv 1910.02054, §3.1). */
const STATE_BYTES_PER_PARAMETER = 16;
/** Share of device memory left to that state; the rest holds activations. */
const STATE_SHARE_OF_MEMORY = 0.5;

interface TrainingFleet extends Purchase {
  readonly type: EligibleType;
  readonly cell: Cell;
  readonly nodes: number;
}

/**
 * The cheapest nodes, all in one cell, that finish 6 · N · D FLOPs by the deadline at the stated utilization, and hold the
 * optimizer's state. Billed over the whole horizon: a node group of this version does not end with its run.
 *
 * @throws Problem InvalidWorkload when the deadline is not after the plan's date
 */
export function planTraining(workload: TrainingWorkload, asOf: Instant, context: PlanningContext): PlannedWorkload {
  const span = interval(workload.start, workload.deadline);
  if (span.end <= asOf) {
    throw new Problem(
      'InvalidWorkload',
      `workload ${workload.name} has a deadline of ${workload.deadline}, which is not after ${asOf}; set a later deadline`,
    );
  }
  const seconds = hoursIn(span).valueOf() * 3600;
  const fleets: TrainingFleet[] = [];
  const rejected: Rejection[] = [];
  for (const cell of cellsOf(workload.placement, workload.name, context.cells)) {
    const types = eligibleTypes(workload.placement, [cell], context);
    rejected.push(...types.rejected);
    for (const type of types.eligible) {
      const sized = trainingNodes(workload, type, seconds);
      if (typeof sized !== 'number') {
        rejected.push({ candidate: type.instanceType.name, ...sized });
        continue;
      }
      const { name } = type.instanceType;
      const volume = (at: Cell) => rootVolume(type.instanceType, at.profile, 0);
      const { placement } = workload;
      const wanted = { instanceType: name, count: sized, volume, placement, need: span };
      const isFloorReserved = isFloorReservedOn(type.instanceType, placement);
      const bought = cheapestPurchase({ ...wanted, isFloorReserved }, [cell], context);
      rejected.push(...bought.rejected);
      if (bought.best !== undefined) fleets.push({ type, cell, nodes: sized, ...bought.best });
    }
  }
  return cheapestFleet(workload, fleets, rejected);
}

function cheapestFleet(
  workload: TrainingWorkload,
  fleets: readonly TrainingFleet[],
  rejected: readonly Rejection[],
): PlannedWorkload {
  const name = (fleet: TrainingFleet) => `${fleet.type.instanceType.name} ${fleet.purchase} in ${fleet.cell.id}`;
  const [best, ...rest] = [...fleets].sort(
    (a, b) => a.cost.window.compare(b.cost.window) || a.nodes - b.nodes || (name(a) < name(b) ? -1 : 1),
  );
  if (best === undefined) return { kind: 'infeasible', name: workload.name, rejected };
  const dearer = rest.map((fleet): Rejection => {
    const more = fleet.cost.perHour.minus(best.cost.perHour).toView();
    const reason = `${fleet.nodes} nodes cost ${fleet.cost.perHour.toView()} USD an hour, ${more} more than the choice`;
    return { candidate: name(fleet), code: 'Dearer', reason };
  });
  return {
    kind: 'planned',
    plan: {
      ...NOT_SERVING,
      name: workload.name,
      kind: 'training',
      replicas: fixed(1),
      ...purchaseFigures(best, (reserved) => (reserved === best.nodes ? 1 : 0)),
      training: progressOf(workload, best),
      rejected: [...rejected, ...dearer],
    },
    nodeGroups: plannedNodes(best.cell, best.purchases.flat(), {
      instanceType: best.type.instanceType.name,
      rootVolume: rootVolume(best.type.instanceType, best.cell.profile, 0),
      createReservation: workload.placement.createReservation,
      // All of them talk to each other at every step.
      nodesPerReplica: best.nodes > MOST_PLACED_TOGETHER ? 1 : best.nodes,
    }),
  };
}

/** What EKS allows in one managed node group (default quota, EKS user guide, 2026-11-23): more are not placed as one. */
const MOST_PLACED_TOGETHER = 450;

function progressOf(workload: TrainingWorkload, { type, nodes }: TrainingFleet): TrainingProgress {
  const flops = trainingFlops(workload);
  const running = runningTime(workload, nodes);
  const rate = nodes * nodeFlopsPerSecond(workload, type) * running.usefulShare;
  return {
    flops,
    mfu: workload.mfu,
    ...running,
    ends: plusHours(instant(workload.start), Math.ceil(flops / rate / 3600)),
  };
}

function trainingFlops({ activeParameters, trainingTokens }: TrainingWorkload): number {
  return 6 * activeParameters * trainingTokens;
}

/** Of a node that computes, undisturbed. */
function nodeFlopsPerSecond(
  { mfu, precision }: TrainingWorkload,
  { accelerator, acceleratorsPerNode }: EligibleType,
): number {
  return mfu.fraction * (accelerator.denseFlopsPerSecond[precision] ?? 0) * acceleratorsPerNode;
}

/**
 * nodes = max(6 N D / (MFU · peak · accelerators · seconds · useful share), 16 N / (share · memory · accelerators)), rounded up: N
 * the active parameters in the first, all of them in the second.
 */
export function trainingNodes(
  workload: TrainingWorkload,
  type: EligibleType,
  seconds: number,
): number | Pick<Rejection, 'code' | 'reason'> {
  const { accelerator, instanceType, acceleratorsPerNode } = type;
  const peak = accelerator.denseFlopsPerSecond[workload.precision];
  if (peak === undefined || accelerator.memoryBytes === undefined) {
    const missing = peak === undefined ? `${workload.precision} FLOP/s` : 'memory';
    return { code: 'UnknownHardware', reason: `no source states the ${missing} of ${accelerator.name}` };
  }
  const forDeadline = trainingFlops(workload) / (nodeFlopsPerSecond(workload, type) * seconds);
  const forState =
    (STATE_BYTES_PER_PARAMETER * (workload.totalParameters ?? workload.activeParameters)) /
    (STATE_SHARE_OF_MEMORY * accelerator.memoryBytes * acceleratorsPerNode);
  const nodes = nodesWithAllowance(workload, forDeadline, Math.ceil(forState));
  if (nodes === undefined) {
    const reason = `from ${Math.ceil(forDeadline)} nodes on, failures undo what more nodes add before the deadline; set a later one, or write checkpoints faster`;
    return { code: 'DeadlineMissed', reason };
  }
  if (nodes > 1 && instanceType.network?.efaBytesPerSecond === undefined) {
    return {
      code: 'NotShardable',
      reason: `${nodes} nodes are needed and ${instanceType.name} has no EFA to join them`,
    };
  }
  return nodes;
}
