import type { Accelerator } from '../../lib/catalog/accelerator';
import { type Catalog, defaultCatalog, findAccelerator, findInstanceType, findModel } from '../../lib/catalog/catalog';
import type { InstanceType } from '../../lib/catalog/instance-type';
import type { ModelArchitecture } from '../../lib/catalog/model';
import { withParameters } from '../../lib/catalog/models/row';
import type { CapacityOption, RateOf } from '../../lib/planner/capacity-option';
import type { ReplicaConfiguration } from '../../lib/planner/performance/performance-model';
import type { OwnedOffer, ReplicaShape } from '../../lib/planner/plan';
import { type PlanRequest, planCapacity } from '../../lib/planner/plan-capacity';
import { Usd } from '../../lib/units/money';
import { gigabytes, gigabytesPerSecond, terabytesPerSecond, teraflopsPerSecond } from '../../lib/units/quantity';
import type { Cell } from '../../lib/workload/cell';
import type { TrafficProfile } from '../../lib/workload/traffic';
import type { InferenceWorkload, Workload } from '../../lib/workload/workload';
import { anInferenceWorkload, DECEMBER } from '../builders';

/** Round numbers, so that times can be worked by hand: 100 GB, 1 TB/s, 100 TFLOP/s bf16, 100 GB/s links. */
export function anAccelerator(override: Partial<Accelerator> = {}): Accelerator {
  return {
    key: 'ROUND',
    name: 'Round GPU',
    vendor: 'nvidia',
    generation: 'hopper',
    memoryBytes: gigabytes(100),
    memoryBandwidthBytesPerSecond: terabytesPerSecond(1),
    denseFlopsPerSecond: { bf16: teraflopsPerSecond(100), fp8: teraflopsPerSecond(200) },
    scaleUpBytesPerSecond: gigabytesPerSecond(100),
    thermalDesignPowerWatts: undefined,
    unverifiedFields: [],
    note: '',
    source: 'made up for a test',
    asOf: '2026-11-23',
    ...override,
  };
}

export function anInstanceType(override: Partial<InstanceType> = {}): InstanceType {
  return {
    ...findInstanceType(defaultCatalog, 'p5.48xlarge'),
    name: 'round.4xlarge',
    family: 'round',
    acceleratorKey: 'ROUND',
    acceleratorCount: 4,
    scaleUpDomainSize: 4,
    instanceStoreBytes: gigabytes(1000),
    regions: ['us-east-1', 'us-west-2'],
    ...override,
  };
}

/** 4 layers of hidden 1,024, 8 heads of 128 over 4 key-value heads, feed-forward 4,096, vocabulary 32,000. */
export function aModel(override: Partial<ModelArchitecture> = {}): ModelArchitecture {
  return withParameters({
    id: 'test/tiny',
    architecture: 'LlamaForCausalLM',
    layers: 4,
    hidden: 1024,
    vocabulary: 32000,
    tiedEmbeddings: false,
    attention: { kind: 'gqa', heads: 8, kvHeads: 4, headDim: 128 },
    denseIntermediate: 4096,
    denseLayers: 4,
    feedForwardMatrices: 3,
    maxContextTokens: 100_000,
    checkpoint: { precision: 'bf16', block: 'none', unquantized: [] },
    source: 'made up for a test',
    asOf: '2026-11-23',
    ...override,
  });
}

export function aShape(override: Partial<ReplicaShape> = {}): ReplicaShape {
  return {
    instanceType: 'round.4xlarge',
    acceleratorsPerReplica: 1,
    nodesPerReplica: 1,
    tensorParallel: 1,
    pipelineParallel: 1,
    expertParallel: 1,
    attentionDataParallel: 1,
    precision: 'bf16',
    engine: 'vllm',
    ...override,
  };
}

/** A replica of a catalogue model on a catalogue instance type. */
export function aReplica(model: string, instanceType: string, shape: Partial<ReplicaShape> = {}): ReplicaConfiguration {
  const type = findInstanceType(defaultCatalog, instanceType);
  return {
    model: findModel(defaultCatalog, model),
    accelerator: findAccelerator(defaultCatalog, type.acceleratorKey),
    instanceType: type,
    shape: aShape({ instanceType, ...shape }),
  };
}

export function aCell(override: Partial<Cell> = {}): Cell {
  return {
    id: 'UsEast1',
    region: 'us-east-1',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    network: { kind: 'own', cidr: '10.0.0.0/16', egress: 'nat' },
    profile: 'sandbox',
    kubernetesVersion: '1.35',
    systemInstanceType: 'm5.large',
    systemNodes: 1,
    ...override,
  };
}

export const US_WEST_2 = aCell({ id: 'UsWest2', region: 'us-west-2', availabilityZones: ['us-west-2a', 'us-west-2b'] });

/** A reservation that the first cell owns, with no end. */
export function anOffer(override: Partial<OwnedOffer> = {}): OwnedOffer {
  return {
    cell: 'UsEast1',
    purchase: 'capacityReservation',
    name: 'cr-0123456789abcdef0',
    isResourceGroup: false,
    instanceType: 'p5.48xlarge',
    count: 4,
    during: { start: '2026-01-01T00:00:00Z', end: '9999-12-31T00:00:00Z' },
    ...override,
  };
}

export function aTraffic(peakRequestsPerSecond: number, arrivalScv = 1): TrafficProfile {
  return {
    lowestRequestsPerSecond: peakRequestsPerSecond / 4,
    meanRequestsPerSecond: peakRequestsPerSecond / 2,
    peakRequestsPerSecond,
    arrivalScv,
    basis: 'made up for a test',
  };
}

/** Hourly prices by instance type, on demand; gp3 storage at 0.08 a GiB-month, IOPS at 0.005, MiB/s at 0.04. */
export function ratesOf(perHour: Readonly<Record<string, string>>): RateOf {
  const gp3 = { storage: '0.08', iops: '0.005', throughput: '0.04' };
  return (option: CapacityOption) => {
    if (option.kind === 'gp3') return { usd: Usd.of(gp3[option.dimension]), per: 'month' };
    const usd = option.purchase === 'onDemand' ? perHour[option.instanceType] : undefined;
    return usd === undefined ? undefined : { usd: Usd.of(usd), per: 'hour' };
  };
}

/** On-demand prices in us-east-1 of 2026-07-20, a few of each family. */
export const SOME_PRICES: Readonly<Record<string, string>> = {
  'g5.xlarge': '1.006',
  'g6.xlarge': '0.8048',
  'g6.2xlarge': '0.9776',
  'g6e.xlarge': '1.861',
  'g6e.12xlarge': '10.4926',
  'p4d.24xlarge': '21.9576',
  'p5.48xlarge': '55.04',
  'p5en.48xlarge': '63.296',
  'inf2.xlarge': '0.7582',
  'trn1.32xlarge': '21.5',
};

/** A catalogue of a few rows. */
export function aCatalog(instanceTypes: readonly InstanceType[], accelerators = [anAccelerator()]): Catalog {
  return { ...defaultCatalog, instanceTypes, accelerators };
}

export interface OneWorkload {
  readonly workload?: Workload;
  readonly model?: ModelArchitecture;
  readonly traffic?: TrafficProfile;
}

/** Plans one workload, by default a tiny model on the catalogue's types that `SOME_PRICES` prices. */
export function plan(one: OneWorkload = {}, override: Partial<PlanRequest> = {}) {
  const { workload = anInferenceWorkload(), model = aModel(), traffic = aTraffic(2) } = one;
  return planCapacity({
    deployment: 'example',
    asOf: '2026-11-23',
    horizon: DECEMBER,
    cells: [aCell(), US_WEST_2],
    workloads: [{ workload, model, traffic }],
    catalog: defaultCatalog,
    rateOf: ratesOf(SOME_PRICES),
    ...override,
  });
}

/** The plan, failing the test where there is none. */
export function feasible(...given: Parameters<typeof plan>) {
  const result = plan(...given);
  if (result.kind === 'feasible') return result.plan;
  throw new Error(`infeasible: ${JSON.stringify(result.workloads, null, 2)}`);
}

export function withSlo(ttftSeconds: number, tpotSeconds: number, more: Partial<InferenceWorkload> = {}) {
  return anInferenceWorkload({
    slo: { ttft: { percentile: 95, seconds: ttftSeconds }, tpot: { percentile: 95, seconds: tpotSeconds } },
    ...more,
  });
}
