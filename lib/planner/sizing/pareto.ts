import type { ModelArchitecture } from '../../catalog/model';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload } from '../../workload/workload';
import { type ServingPoint, servingPoint, tpotQuantile, ttftQuantile } from '../performance/serving';
import { servingDemand } from '../performance/serving-demand';
import { candidatesOf } from './candidates';
import { eligibleTypes } from './eligible-types';
import { replicasPerNode } from './fleet';
import type { PlanningContext } from './planning-context';
import { layoutName, type ReplicaOption } from './replica-option';

/** A shape at a load, bought one way: what a token costs there and how long it takes. */
export interface FrontPoint {
  readonly candidate: string;
  readonly layout: string;
  readonly requestsPerSecondPerReplica: number;
  /** Of full nodes at list price, in the first cell; spot at its declared rate. A view: compared with no contract. */
  readonly usdPerMillionOutputTokens: number;
  /** At the percentiles of the workload's SLO. */
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
}

/** Loads tried of each shape: shares of its slots, halving from all of them. */
const LOADS_PER_SHAPE = 10;

/**
 * What nothing beats: every shape × precision × purchase option × load that a workload may use, whether it keeps the SLO or not,
 * such that no other is at least as cheap a token, as fast to the first and as fast after it, and better in one. Cheapest first.
 */
export function paretoFront(
  workload: InferenceWorkload,
  model: ModelArchitecture,
  traffic: TrafficProfile,
  cells: readonly Cell[],
  context: PlanningContext,
): readonly FrontPoint[] {
  const demand = servingDemand(workload.tokens, workload.prefixCacheHitFraction, traffic.arrivalScv);
  const search = { workload, model, traffic, demand, cells, context };
  const points = eligibleTypes(workload.placement, cells, context).eligible.flatMap((type) =>
    candidatesOf(type, search).candidates.flatMap(({ name, shapes }) =>
      shapes.flatMap(({ option, costs }) => {
        const { nodesPerReplica } = option.configuration.shape;
        // Owned nodes are free: a token's price is that of a node that is bought, as any beyond what is owned is.
        const [prices] = costs;
        const more = prices?.costOf(prices.covered + nodesPerReplica)?.perHour;
        const all = prices?.costOf(prices.covered)?.perHour;
        if (more === undefined || all === undefined) return [];
        const replicas = replicasPerNode(option.configuration.shape, option.type.acceleratorsPerNode);
        const usdPerReplicaHour = Number(more.minus(all).toView(12)) / replicas;
        return pointsOf(option, name, usdPerReplicaHour, workload);
      }),
    ),
  );
  return frontOf(points);
}

function pointsOf(
  { replica, slots, configuration }: ReplicaOption,
  candidate: string,
  usdPerReplicaHour: number,
  { slo }: InferenceWorkload,
): readonly FrontPoint[] {
  return Array.from({ length: LOADS_PER_SHAPE }, (_, index) => slots / 2 ** index).flatMap(
    (concurrency): FrontPoint[] => {
      const point = servingPoint(replica, slots, concurrency);
      if (point === undefined) return [];
      return [
        {
          candidate,
          layout: layoutName(configuration.shape),
          requestsPerSecondPerReplica: point.requestsPerSecond,
          usdPerMillionOutputTokens: usdPerMillion(point, usdPerReplicaHour, replica.demand.meanOutputTokens),
          ttftSeconds: ttftQuantile(point, slo.ttft.percentile),
          tpotSeconds: tpotQuantile(point, slo.tpot.percentile),
        },
      ];
    },
  );
}

function usdPerMillion({ requestsPerSecond }: ServingPoint, usdPerHour: number, outputTokens: number): number {
  return (1e6 * usdPerHour) / (3600 * requestsPerSecond * outputTokens);
}

/** By price, then time and name: a point is beaten by none that comes after it, and kept unless one before it beats it. */
export function frontOf(points: readonly FrontPoint[]): readonly FrontPoint[] {
  const ordered = [...points].sort(
    (a, b) =>
      a.usdPerMillionOutputTokens - b.usdPerMillionOutputTokens ||
      a.tpotSeconds - b.tpotSeconds ||
      a.ttftSeconds - b.ttftSeconds ||
      (nameOf(a) < nameOf(b) ? -1 : 1),
  );
  const front: FrontPoint[] = [];
  for (const point of ordered) {
    const isBeaten = front.some(
      (other) => other.tpotSeconds <= point.tpotSeconds && other.ttftSeconds <= point.ttftSeconds,
    );
    if (!isBeaten) front.push(point);
  }
  return front;
}

function nameOf({ candidate, layout }: FrontPoint): string {
  return `${candidate} ${layout}`;
}
