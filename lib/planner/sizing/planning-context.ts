import type { Catalog } from '../../catalog/catalog';
import { Problem } from '../../problem';
import type { Exact } from '../../units/exact';
import { hoursIn, type Interval, proratedMonths } from '../../units/interval';
import type { Cell } from '../../workload/cell';
import type { Placement } from '../../workload/workload';
import type { CommittedRateOf, RateOf } from '../capacity-option';
import type { CommitmentPool } from '../commitments';
import type { PerformanceModel } from '../performance/performance-model';
import type { OwnedOffer } from '../plan';

/** What every workload of a deployment is planned against. */
export interface PlanningContext {
  readonly catalog: Catalog;
  readonly rateOf: RateOf;
  /** @default - no committed rate is known */
  readonly committedRateOf?: CommittedRateOf;
  readonly performance: PerformanceModel;
  readonly cells: readonly Cell[];
  /** Length of the horizon: what hour-priced and month-priced items are multiplied by. */
  readonly hours: Exact;
  readonly months: Exact;
  /** @default - nothing owned is in time for anything */
  readonly horizon?: Interval;
  /** What earlier workloads left of what the cells own. @default - nothing */
  readonly owned?: readonly OwnedOffer[];
  /** What earlier workloads left of Savings Plans and reserved instances. @default - none are owned */
  readonly commitments?: CommitmentPool;
}

/** Lengths of the horizon, exact. */
export function horizonLengths(horizon: Interval): Pick<PlanningContext, 'hours' | 'months'> {
  return { hours: hoursIn(horizon), months: proratedMonths(horizon) };
}

/** @throws Problem InvalidWorkload when a placement names a cell that the deployment does not have. */
export function cellsOf(placement: Placement, workload: string, cells: readonly Cell[]): readonly Cell[] {
  return placement.cells.map((id) => {
    const found = cells.find((cell) => cell.id === id);
    if (found !== undefined) return found;
    const known = cells.map((cell) => cell.id).join(', ');
    throw new Problem(
      'InvalidWorkload',
      `workload ${workload} is placed in cell ${id}, which does not exist; name one of ${known}`,
    );
  });
}
