import { type Exact, exact } from '../../units/exact';
import { Usd } from '../../units/money';
import type { PurchaseOption } from '../../workload/workload';
import type { CapacityOption } from '../capacity-option';
import type { RootVolume } from '../plan';
import type { PlanningContext } from './planning-context';
import { INCLUDED_IOPS, INCLUDED_MEBIBYTES_PER_SECOND } from './root-volume';

/** Exact list cost of one thing: an hour of it (month-priced items over 730 hours) and the whole horizon. */
export interface Cost {
  readonly perHour: Usd;
  readonly window: Usd;
}

export const NO_COST: Cost = { perHour: Usd.zero, window: Usd.zero };

/** The window's length and the price of things: all that a cost depends on. */
export type CostContext = Pick<PlanningContext, 'rateOf' | 'hours' | 'months'>;

/** Hours of a month in the per-hour view alone; the window is prorated by calendar months. */
const VIEW_HOURS_PER_MONTH = exact('1/730');

export function addCost(a: Cost, b: Cost): Cost {
  return { perHour: a.perHour.plus(b.perHour), window: a.window.plus(b.window) };
}

export function timesCost(cost: Cost, count: number | Exact): Cost {
  return { perHour: cost.perHour.times(count), window: cost.window.times(count) };
}

/** A node with its root volume for the whole horizon, at list price; or the option whose price is not known. */
export function nodeCost(
  region: string,
  instanceType: string,
  purchase: PurchaseOption,
  volume: RootVolume,
  context: CostContext,
): Cost | { readonly unpriced: string } {
  return costOf([[{ kind: 'instance', region, instanceType, purchase }, 1], ...volumeItems(region, volume)], context);
}

/** The root volume alone. */
export function volumeCost(
  region: string,
  volume: RootVolume,
  context: CostContext,
): Cost | { readonly unpriced: string } {
  return costOf(volumeItems(region, volume), context);
}

type Items = readonly (readonly [CapacityOption, number])[];

function volumeItems(region: string, volume: RootVolume): Items {
  return [
    [{ kind: 'gp3', region, dimension: 'storage' }, volume.gibibytes],
    [{ kind: 'gp3', region, dimension: 'iops' }, volume.iops - INCLUDED_IOPS],
    [{ kind: 'gp3', region, dimension: 'throughput' }, volume.mebibytesPerSecond - INCLUDED_MEBIBYTES_PER_SECOND],
  ];
}

function costOf(items: Items, context: CostContext): Cost | { readonly unpriced: string } {
  let total = NO_COST;
  for (const [option, quantity] of items) {
    if (quantity <= 0) continue;
    const unit = unitCost(option, context);
    if (unit === undefined) return { unpriced: nameOf(option) };
    total = addCost(total, timesCost(unit, quantity));
  }
  return total;
}

/** One unit over the whole horizon; undefined when its price is not known. */
export function unitCost(option: CapacityOption, { rateOf, hours, months }: CostContext): Cost | undefined {
  const rate = rateOf(option);
  if (rate === undefined) return undefined;
  return rate.per === 'hour'
    ? { perHour: rate.usd, window: rate.usd.times(hours) }
    : { perHour: rate.usd.times(VIEW_HOURS_PER_MONTH), window: rate.usd.times(months) };
}

function nameOf(option: CapacityOption): string {
  return option.kind === 'gp3'
    ? `gp3 ${option.dimension} in ${option.region}`
    : `${option.instanceType} ${option.purchase} in ${option.region}`;
}
