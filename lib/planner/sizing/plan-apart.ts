import type { ModelArchitecture } from '../../catalog/model';
import { fixed } from '../../units/range';
import type { Cell } from '../../workload/cell';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload, LatencyTarget } from '../../workload/workload';
import { cacheTransfer } from '../performance/disaggregated';
import type { ServingPoint } from '../performance/serving';
import { tpotQuantile, ttftQuantile } from '../performance/serving';
import type { PoolRole, Rejection, ServingPool, WorkloadPlan } from '../plan';
import type { Apart } from './apart';
import { transferOf } from './apart';
import { admitted, bindingOf, purchasedFigures, resilienceOf, sizedOn } from './inference-figures';
import { pointCarrying } from './load-limit';
import { type PlannedNodes, type PlannedWorkload, plannedNodes } from './planned-workload';
import type { PlanningContext } from './planning-context';
import type { PricedFleet } from './priced-fleet';
import { replacementOf } from './replacement';
import { rootVolume } from './root-volume';

const ROLES = ['prefill', 'decode'] as const;

/** What is planned where prefill and decode are apart: always the peak's replicas, on node groups of their own. */
export function plannedApart(
  apart: Apart,
  workload: InferenceWorkload,
  model: ModelArchitecture,
  traffic: TrafficProfile,
  [cell]: readonly Cell[],
  context: PlanningContext,
  rejected: readonly Rejection[],
): Extract<PlannedWorkload, { kind: 'planned' }> {
  const { decode } = apart;
  const cells = cell === undefined ? [] : [cell];
  return {
    kind: 'planned',
    plan: {
      name: workload.name,
      model: model.id,
      kind: 'inference',
      shape: decode.option.configuration.shape,
      replicas: fixed(decode.fleet.replicas),
      ...purchasedFigures([apart.prefill, decode]),
      ...poolFigures(apart, traffic),
      ...latencies(apart, workload, traffic),
      resilience: resilienceOf(decode, workload, cells, replacementOf(model, decode.option, cells)),
      cacheTransfer: transferFigures(apart),
      errorBand: context.performance.errorBand(decode.option.configuration),
      sizedOn: sizedOn(decode.option.configuration, context.performance, workload.confidence),
      binding: bindingOf(decode),
      rejected,
    },
    nodeGroups: cells.flatMap((one) => ROLES.flatMap((role) => nodesOf(apart[role], role, one, workload))),
  };
}

function nodesOf(
  { option, purchases }: PricedFleet,
  role: PoolRole,
  cell: Cell,
  { placement }: InferenceWorkload,
): readonly PlannedNodes[] {
  const { instanceType } = option.type;
  return plannedNodes(cell, purchases.flat(), {
    instanceType: instanceType.name,
    rootVolume: rootVolume(instanceType, cell.profile, option.weightBytes),
    createReservation: placement.createReservation,
    pool: role,
  });
}

function poolFigures(
  apart: Apart,
  traffic: TrafficProfile,
): Pick<WorkloadPlan, 'pools' | 'requestsPerSecondPerReplica' | 'concurrencyPerReplica' | 'engineLimits'> {
  const pools = ROLES.map((role): ServingPool => {
    const { option, fleet } = apart[role];
    const point = pointOf(apart[role], traffic);
    return {
      role,
      shape: option.configuration.shape,
      replicas: fixed(fleet.replicas),
      concurrencyPerReplica: point === undefined ? null : admitted(point.inFlight, option.slots),
      engineLimits: { stepTokens: option.replica.limits.stepTokens, ...option.replica.fit.assumed },
    };
  });
  const [, decode] = pools;
  const limit = apart.decode.option.limit();
  return {
    pools,
    requestsPerSecondPerReplica: limit.kind === 'limit' ? limit.requestsPerSecond : null,
    concurrencyPerReplica: decode?.concurrencyPerReplica ?? null,
    ...(decode?.engineLimits === undefined ? {} : { engineLimits: decode.engineLimits }),
  };
}

/** With the spare lost: the needed replicas of each pool share the peak. */
function pointOf({ option, needed }: PricedFleet, traffic: TrafficProfile): ServingPoint | undefined {
  return pointCarrying(option.replica, option.slots, traffic.peakRequestsPerSecond / needed);
}

/** The first token is the sum of both parts, each at its share of the requests that may exceed it: no less than the quantile itself. */
function latencies(
  apart: Apart,
  { slo }: InferenceWorkload,
  traffic: TrafficProfile,
): Pick<WorkloadPlan, 'ttftSeconds' | 'tpotSeconds' | 'slo'> {
  const prefill = pointOf(apart.prefill, traffic);
  const decode = pointOf(apart.decode, traffic);
  if (prefill === undefined || decode === undefined) return { ttftSeconds: null, tpotSeconds: null, slo: null };
  const { prefillShare: share } = apart;
  const transfers = transferOf(apart.prefill.option) + transferOf(apart.decode.option);
  const ttft = (percentile: number) =>
    ttftQuantile(prefill, 100 - share * (100 - percentile)) +
    transfers +
    ttftQuantile(decode, 100 - (1 - share) * (100 - percentile));
  const tpot = (percentile: number) => tpotQuantile(decode, percentile);
  const promised = (target: LatencyTarget, quantile: (percentile: number) => number) => ({
    ...target,
    predictedSeconds: quantile(target.percentile),
  });
  return {
    ttftSeconds: { p50: ttft(50), p99: ttft(99) },
    tpotSeconds: { p50: tpot(50), p99: tpot(99) },
    slo: { ttft: promised(slo.ttft, ttft), tpot: promised(slo.tpot, tpot) },
  };
}

function transferFigures({ prefill, decode }: Apart): NonNullable<WorkloadPlan['cacheTransfer']> {
  const { prompts, meanPromptTokens } = prefill.option.replica.demand;
  const longest = Math.max(...prompts.map(({ tokens, cachedTokens }) => tokens + cachedTokens));
  const of = ({ option }: PricedFleet, tokens: number) =>
    cacheTransfer(option.configuration, option.replica.fit, tokens);
  return {
    meanBytes: of(prefill, meanPromptTokens)?.bytes ?? 0,
    longestBytes: of(prefill, longest)?.bytes ?? 0,
    prefillBytesPerSecond: of(prefill, longest)?.bytesPerSecond ?? 0,
    decodeBytesPerSecond: of(decode, longest)?.bytesPerSecond ?? 0,
    longestSeconds: transferOf(prefill.option) + transferOf(decode.option),
  };
}
