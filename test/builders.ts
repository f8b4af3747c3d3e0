import type { Bill } from '../lib/budget/bill/bill';
import type { Charge } from '../lib/budget/bill/charge';
import type { CeilingResult, FloorResult, PeriodVerdict, Verdict } from '../lib/budget/envelope/verdict';
import type { CapacityPlan, Rejection, WorkloadPlan } from '../lib/planner/plan';
import { fixed } from '../lib/units/range';
import type { TokenDistribution } from '../lib/workload/tokens';
import type { InferenceWorkload, ReservedBlockWorkload, TrainingWorkload } from '../lib/workload/workload';

/**
 * Smallest valid values: a test overrides what it is about and nothing else. One g6.xlarge in us-east-1 for December 2026:
 * 0.8048 USD × 744 h = 598.7712 USD, 0.8048 × 730 = 587.504.
 */
export const DECEMBER = { start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z' };
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export function aCharge(override: Partial<Charge> = {}): Charge {
  return {
    stack: 'UsEast1/Capacity00',
    logicalId: 'ChatGroup',
    type: 'AWS::EKS::Nodegroup',
    dimension: 'instances',
    offer: 'instance:g6.xlarge:onDemand',
    unit: 'hour',
    quantity: fixed('1'),
    unitPrice: '0.8048',
    active: DECEMBER,
    windowTotal: fixed('598.7712'),
    perHour: fixed('0.8048'),
    basis: 'price',
    ...override,
  };
}

export function aBill(override: Partial<Bill> = {}): Bill {
  return {
    schemaVersion: 1,
    asOf: '2026-11-23T00:00:00Z',
    currency: 'USD',
    priceBook: { sha256: SHA256, effectiveDate: '2026-11-20T00:00:00Z', oldestRow: '2026-10-09T00:00:00Z' },
    window: DECEMBER,
    windowTotal: fixed('598.7712'),
    months: [{ ...DECEMBER, hours: '744', total: fixed('598.7712') }],
    perHour: fixed('0.8048'),
    perMonth730: fixed('587.504'),
    peakRate: '1.6096',
    resources: { total: 1, priced: 1, free: 0, bounded: 0, waived: 0, unpriced: 0 },
    charges: [aCharge()],
    reservations: [],
    free: [],
    unpriced: [],
    assumedShareOfMax: '0',
    ...override,
  };
}

export function aCeilingResult(override: Partial<CeilingResult> = {}): CeilingResult {
  return { result: 'within', basis: 'max', limit: '1000', amount: fixed('598.7712'), over: '0', ...override };
}

export function aFloorResult(override: Partial<FloorResult> = {}): FloorResult {
  return { result: 'met', commitment: '500', amount: fixed('598.7712'), shortfall: fixed('0'), ...override };
}

export function aPeriodVerdict(override: Partial<PeriodVerdict> = {}): PeriodVerdict {
  return {
    id: 'Y1',
    ...DECEMBER,
    ceiling: aCeilingResult(),
    ceilingPerHour: aCeilingResult({ result: 'none', limit: null, amount: fixed('0.8048') }),
    floor: aFloorResult(),
    largest: [aCharge()],
    ...override,
  };
}

export function aVerdict(override: Partial<Verdict> = {}): Verdict {
  return {
    schemaVersion: 1,
    status: 'within',
    asOf: '2026-11-23T00:00:00Z',
    inputs: {
      contract: { id: 'example-agreement', sha256: SHA256 },
      waivers: null,
      assumptions: null,
      priceBook: { sha256: SHA256 },
      actuals: null,
      templates: { 'UsEast1/Capacity00': SHA256 },
    },
    periods: [aPeriodVerdict()],
    findings: [],
    ...override,
  };
}

export function aRejection(override: Partial<Rejection> = {}): Rejection {
  return {
    candidate: 'g5.xlarge bf16 tp1 onDemand',
    code: 'Dearer',
    reason: 'costs 1.01 USD an hour, 0.20 more than the choice',
    ...override,
  };
}

export function aWorkloadPlan(override: Partial<WorkloadPlan> = {}): WorkloadPlan {
  return {
    name: 'chat',
    kind: 'inference',
    model: 'Qwen/Qwen3-8B',
    shape: {
      instanceType: 'g6.xlarge',
      acceleratorsPerReplica: 1,
      nodesPerReplica: 1,
      tensorParallel: 1,
      pipelineParallel: 1,
      expertParallel: 1,
      attentionDataParallel: 1,
      precision: 'fp8',
      engine: 'vllm',
    },
    replicas: fixed(1),
    assuredReplicas: 0,
    purchase: [{ option: 'onDemand', assurance: 'bestEffort', nodes: 1 }],
    requestsPerSecondPerReplica: 0.4,
    concurrencyPerReplica: 8,
    slo: {
      ttft: { percentile: 95, seconds: 2, predictedSeconds: 1.31 },
      tpot: { percentile: 95, seconds: 0.1, predictedSeconds: 0.045 },
    },
    ttftSeconds: { p50: 0.52, p99: 1.84 },
    tpotSeconds: { p50: 0.041, p99: 0.048 },
    errorBand: { relative: 0.58, source: 'plain roofline against serving.csv, mean TPOT error' },
    binding: 'decodeBandwidth',
    rejected: [aRejection()],
    ...override,
  };
}

/** List cost: the instance and 100 GiB of gp3 at 0.08 USD a month, 8 USD in December and 8/730 USD an hour. */
export function aPlan(override: Partial<CapacityPlan> = {}): CapacityPlan {
  return {
    schemaVersion: 1,
    deployment: 'example',
    asOf: '2026-11-23T00:00:00Z',
    horizon: DECEMBER,
    workloads: [aWorkloadPlan()],
    cells: [
      {
        id: 'UsEast1',
        region: 'us-east-1',
        availabilityZone: 'us-east-1a',
        nodeGroups: [
          {
            name: 'chat-g6-xlarge-od',
            workload: 'chat',
            instanceType: 'g6.xlarge',
            purchase: 'onDemand',
            size: fixed(1),
            rootVolume: { gibibytes: 100, iops: 3000, mebibytesPerSecond: 125 },
          },
        ],
      },
    ],
    purchases: [],
    listCost: { perHour: fixed('0.81575890411'), windowTotal: fixed('606.7712') },
    ...override,
  };
}

export function aTokenDistribution(override: Partial<TokenDistribution> = {}): TokenDistribution {
  return {
    buckets: [
      { tokens: 100, weight: 0.75 },
      { tokens: 1000, weight: 0.25 },
    ],
    source: 'made up for a test',
    asOf: '2026-11-23',
    ...override,
  };
}

export function anInferenceWorkload(override: Partial<InferenceWorkload> = {}): InferenceWorkload {
  return {
    kind: 'inference',
    name: 'chat',
    model: { id: 'Qwen/Qwen3-8B' },
    precision: 'any',
    traffic: { kind: 'rate', meanRequestsPerSecond: 1, peakRequestsPerSecond: 2 },
    tokens: { input: aTokenDistribution(), output: aTokenDistribution() },
    prefixCacheHitFraction: 0,
    slo: { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.05 } },
    placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand'] },
    ...override,
  };
}

export function aTrainingWorkload(override: Partial<TrainingWorkload> = {}): TrainingWorkload {
  return {
    kind: 'training',
    name: 'pretrain',
    activeParameters: 8e9,
    trainingTokens: 1e12,
    start: '2026-12-01',
    deadline: '2027-03-01',
    precision: 'bf16',
    mfu: { fraction: 0.4, source: 'made up for a test' },
    placement: { cells: ['UsEast1'], purchaseOptions: ['capacityBlock'] },
    ...override,
  };
}

export function aReservedBlockWorkload(override: Partial<ReservedBlockWorkload> = {}): ReservedBlockWorkload {
  return {
    kind: 'reservedBlock',
    name: 'research',
    instanceType: 'p5.48xlarge',
    count: 2,
    purpose: 'notebooks of the research group',
    placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand'] },
    ...override,
  };
}
