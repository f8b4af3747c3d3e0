import { hoursIn, type Instant, type Interval, interval, plusHours } from '../../units/interval';
import type { Cell } from '../../workload/cell';
import type { Workload } from '../../workload/workload';
import type { CapacityOption, RateOf, UnitRate } from '../capacity-option';
import type { BlockProposal } from '../plan';
import type { PlannedNodes } from './planned-workload';

/** EC2 user guide on Capacity Blocks, read 2026-11-23. */
const INSTANCES_PER_BLOCK = 64;
const INSTANCES_IN_BLOCKS = 256;
const DAYS_ONE_BY_ONE = 14;
const LONGEST_DAYS = 182;
const BOUGHT_AHEAD_HOURS = 8 * 7 * 24;
const SHORTEST_NOTICE_HOURS = 0.5;
const ENDS_AT = 'T11:30:00Z';
/** Instances are ended so long before their block is. */
const ENDED_EARLY_HOURS = 0.5;
/** P and Trn alone, and of these not the ones below (EC2 API, supported usage classes, 2026-11-23). */
const IN_BLOCKS = /^(p\d|trn)/;
const NOT_IN_BLOCKS = /^(trn1n\.|trn1\.2xlarge$)/;

/** What an instance of a Capacity Block costs an hour as far as it is published; a quote alone binds. */
export type BlockRateOf = (option: { readonly region: string; readonly instanceType: string }) => UnitRate | undefined;

export interface ProposalContext {
  readonly asOf: Instant;
  readonly horizon: Interval;
  readonly cells: readonly Cell[];
  readonly rateOf: RateOf;
  /** @default - no rate is known */
  readonly blockRateOf?: BlockRateOf | undefined;
}

/**
 * Capacity Blocks that would carry what a workload always runs, where it may be bought so and is not: one after another over the time
 * in which it is needed. Nothing is planned on them.
 */
export function blockProposals(
  workload: Workload,
  nodeGroups: readonly PlannedNodes[],
  context: ProposalContext,
): readonly BlockProposal[] {
  if (!workload.placement.purchaseOptions.includes('capacityBlock')) return [];
  const need = workload.kind === 'training' ? interval(workload.start, workload.deadline) : context.horizon;
  return context.cells.flatMap((cell) => {
    const bought = nodeGroups.filter((group) => group.cell === cell.id && group.offer === undefined);
    return [...new Set(bought.map(({ instanceType }) => instanceType))].sort().flatMap((instanceType) => {
      const groups = bought.filter((group) => group.instanceType === instanceType);
      const count = groups.reduce((sum, { nodes, size }) => sum + (size?.min ?? nodes), 0);
      const isSold = IN_BLOCKS.test(instanceType) && !NOT_IN_BLOCKS.test(instanceType);
      if (!isSold || count === 0 || count > INSTANCES_IN_BLOCKS) return [];
      return blockTimes(need, context.asOf).map((during) => proposal(cell, instanceType, count, during, context));
    });
  });
}

function proposal(
  { id, region }: Cell,
  instanceType: string,
  count: number,
  { during, days }: BlockTime,
  { rateOf, blockRateOf }: ProposalContext,
): BlockProposal {
  const option: CapacityOption = { kind: 'instance', region, instanceType, purchase: 'onDemand' };
  const total = (rate: UnitRate | undefined) => rate?.usd.times(count * days * 24).toText() ?? null;
  return {
    cell: id,
    instanceType,
    count,
    blocks: Math.ceil(count / INSTANCES_PER_BLOCK),
    days,
    during,
    instancesEnd: plusHours(during.end, -ENDED_EARLY_HOURS),
    buyableFrom: plusHours(during.start, -BOUGHT_AHEAD_HOURS),
    upfrontUsd: total(blockRateOf?.({ region, instanceType })),
    fallbackUsd: total(rateOf(option)),
  };
}

interface BlockTime {
  readonly during: Interval;
  readonly days: number;
}

/** Blocks end at half past eleven and are whole days long, so that they start then too. */
function blockTimes(need: Interval, asOf: Instant): readonly BlockTime[] {
  const times: BlockTime[] = [];
  let start = `${need.start.slice(0, 10)}${ENDS_AT}`;
  if (start > need.start) start = plusHours(start, -24);
  const soonest = plusHours(asOf, SHORTEST_NOTICE_HOURS);
  while (start < soonest) start = plusHours(start, 24);
  // What runs in a block is ended before the block is: the last one is that much longer.
  const until = plusHours(need.end, ENDED_EARLY_HOURS);
  while (start < until) {
    const days = sold(wholeDays(start, until));
    const end = plusHours(start, 24 * days);
    times.push({ during: { start, end }, days });
    start = end;
  }
  return times;
}

function wholeDays(start: Instant, end: Instant): number {
  return Math.ceil(hoursIn({ start, end }).valueOf() / 24);
}

/** The shortest length that is sold and long enough, or the longest there is. */
function sold(days: number): number {
  return Math.min(LONGEST_DAYS, days <= DAYS_ONE_BY_ONE ? days : Math.ceil(days / 7) * 7);
}
