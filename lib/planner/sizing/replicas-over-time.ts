import { Usd } from '../../units/money';
import type { Range } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { CommittedRate } from '../capacity-option';
import type { Commitment, ReplicasOverTime } from '../plan';
import type { FleetAt } from './elastic-fleet';
import type { LoadOverTime, MonthLoad } from './load-over-time';
import type { PlanningContext } from './planning-context';
import type { PricedFleet } from './priced-fleet';
import { withLead } from './replacement';

/** What every hour of the first month and every month needs, and which nodes are worth a commitment. */
export function replicasOverTime(
  at: FleetAt,
  load: LoadOverTime,
  chosen: PricedFleet,
  cells: readonly Cell[],
  context: Pick<PlanningContext, 'rateOf' | 'committedRateOf'>,
  leadSeconds: number,
): ReplicasOverTime {
  const { hours, months } = load;
  const byMonth = months.map((month) => ({
    start: month.start,
    replicas: monthReplicas(at, load, month, leadSeconds),
  }));
  const commitment = hours === undefined ? undefined : commitmentOf(at, hours, chosen, cells, context);
  const mean = months.reduce((sum, month) => sum + month.share * meanReplicas(at, load, month, leadSeconds), 0);
  return {
    ...(hours === undefined ? {} : { byHour: hours.map((rate) => at(rate).replicas) }),
    byMonth,
    autoscaler: {
      min: Math.min(...byMonth.map(({ replicas }) => replicas.min)),
      plan: roundedUp(mean),
      max: Math.max(...byMonth.map(({ replicas }) => replicas.max)),
    },
    ...(commitment === undefined ? {} : { commitment }),
  };
}

/** A mean of whole numbers as the least whole number that is no smaller, rounding of the sum set aside. */
export function roundedUp(mean: number): number {
  return Math.ceil(mean - 1e-9);
}

/** How traffic of the horizon on average compares with that of its first month. */
export function meanFactor(months: readonly MonthLoad[]): number {
  return months.reduce((sum, { share, factor }) => sum + share * factor, 0);
}

function monthReplicas(at: FleetAt, load: LoadOverTime, month: MonthLoad, lead: number): Range<number> {
  const factors = load.months.map(({ factor }) => factor);
  const { lowestRequestsPerSecond: lowest, peakRequestsPerSecond: peak } = load.traffic;
  return {
    min: at((lowest / Math.min(...factors)) * month.factor).replicas,
    plan: roundedUp(meanReplicas(at, load, month, lead)),
    max: at(peak * (month.factor / Math.max(...factors))).replicas,
  };
}

/** Asked for as long ahead as it takes to come. */
function meanReplicas(
  at: FleetAt,
  { hours, traffic, months }: LoadOverTime,
  { factor }: MonthLoad,
  lead: number,
): number {
  const steady = { requestsPerSecond: traffic.meanRequestsPerSecond / meanFactor(months), share: 1 };
  const rates = hours === undefined ? [steady] : withLead(hours, lead);
  return rates.reduce((sum, { requestsPerSecond, share }) => sum + share * at(requestsPerSecond * factor).replicas, 0);
}

/** Of nodes on demand alone: spot takes no commitment, and what is reserved is one. */
function commitmentOf(
  at: FleetAt,
  hours: readonly number[],
  chosen: PricedFleet,
  cells: readonly Cell[],
  { rateOf, committedRateOf }: Pick<PlanningContext, 'rateOf' | 'committedRateOf'>,
): Commitment | undefined {
  if (chosen.purchase !== 'onDemand') return undefined;
  const instanceType = chosen.option.type.instanceType.name;
  const parts = cells.flatMap(({ region }, index): readonly Part[] => {
    const owned = (chosen.purchases[index] ?? []).reduce(
      (sum, one) => sum + (one.offer === undefined ? 0 : one.nodes),
      0,
    );
    const nodes = hours.map((rate) => Math.max(0, (at(rate).nodesPerCell[index] ?? 0) - owned));
    const hourly = rateOf({ kind: 'instance', region, instanceType, purchase: 'onDemand' });
    if (hourly === undefined || nodes.every((count) => count === 0)) return [];
    return [committed(nodes, hourly.usd, committedRateOf?.({ region, instanceType }))];
  });
  if (parts.length === 0) return undefined;
  const names = [...new Set(parts.flatMap(({ rate }) => (rate === undefined ? [] : [rate.name])))].sort();
  return {
    nodesCommitted: parts.reduce((sum, { nodesCommitted }) => sum + nodesCommitted, 0),
    nodeHoursByTheHour: parts.reduce((sum, { nodeHoursByTheHour }) => sum + nodeHoursByTheHour, 0),
    hours: hours.length,
    ...(names.length === 0
      ? {}
      : {
          rate: names.join('; '),
          cost: {
            split: Usd.sum(parts.map(({ split }) => split)).toText(),
            byTheHour: Usd.sum(parts.map(({ byTheHour }) => byTheHour)).toText(),
          },
        }),
  };
}

interface Part {
  readonly nodesCommitted: number;
  readonly nodeHoursByTheHour: number;
  readonly rate: CommittedRate | undefined;
  readonly split: Usd;
  readonly byTheHour: Usd;
}

/** Nodes of one cell, hour by hour: the n-th is committed to where it is needed in enough hours to be worth the committed rate. */
function committed(nodes: readonly number[], hourly: Usd, rate: CommittedRate | undefined): Part {
  const hours = nodes.length;
  let nodesCommitted = 0;
  // The n-th node is needed in no more hours than the one before, so that the first that is not worth it ends the search.
  for (let nth = 1; nth <= Math.max(...nodes); nth += 1) {
    const needed = nodes.filter((count) => count >= nth).length;
    const isWorth = rate === undefined ? needed === hours : !rate.usdPerHour.times(hours).exceeds(hourly.times(needed));
    if (!isWorth) break;
    nodesCommitted = nth;
  }
  const nodeHoursByTheHour = nodes.reduce((sum, count) => sum + Math.max(0, count - nodesCommitted), 0);
  const beyond = hourly.times(nodeHoursByTheHour);
  return {
    nodesCommitted,
    nodeHoursByTheHour,
    rate,
    split: (rate?.usdPerHour ?? hourly).times(nodesCommitted * hours).plus(beyond),
    byTheHour: hourly.times(nodes.reduce((sum, count) => sum + count, 0)),
  };
}
