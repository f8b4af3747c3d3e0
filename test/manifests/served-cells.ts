import { parseAllDocuments } from 'yaml';
import { defaultCatalog, findModel } from '../../lib/catalog/catalog';
import { type CellManifestsInput, cellManifests } from '../../lib/manifests/cell-manifests';
import type {
  CapacityPlan,
  NodeGroupPlan,
  NodePoolPlan,
  ReplicaShape,
  ServingPool,
  WorkloadPlan,
} from '../../lib/planner/plan';
import { fixed, mapRange, type Range } from '../../lib/units/range';
import type { Cell } from '../../lib/workload/cell';
import type { InferenceWorkload } from '../../lib/workload/workload';
import { anInferenceWorkload, aPlan, aWorkloadPlan } from '../builders';

/** One workload of a cell: what is planned for it and on which nodes. */
export interface Served {
  readonly name?: string;
  readonly model?: string;
  readonly shape?: Partial<ReplicaShape>;
  readonly replicas?: Range<number>;
  readonly nodes?: Range<number>;
  readonly plan?: Partial<WorkloadPlan>;
  readonly workload?: Partial<InferenceWorkload>;
  /** Each on as many nodes as it has replicas. */
  readonly pools?: readonly ServingPool[];
}

export function aCell(override: Partial<Cell> = {}): Cell {
  return {
    id: 'UsEast1',
    region: 'us-east-1',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    network: { kind: 'own', cidr: '10.0.0.0/16', egress: 'nat' },
    profile: 'sandbox',
    kubernetesVersion: '1.35',
    systemInstanceType: 't3.medium',
    systemNodes: 1,
    ...override,
  };
}

/** A cell that serves so. Without anything else: Qwen3-8B in FP8 on one g6.xlarge. */
export function served(cell: Partial<Cell> = {}, ...workloads: readonly Served[]): CellManifestsInput {
  const given = workloads.length === 0 ? [{}] : workloads;
  const made = given.map(workloadOf);
  const whole = aCell(cell);
  const plan: CapacityPlan = aPlan({
    workloads: made.map(({ plan }) => plan),
    cells: [
      {
        id: whole.id,
        region: whole.region,
        availabilityZone: whole.availabilityZones[0],
        nodeGroups: made.flatMap(({ groups }) => groups),
      },
    ],
  });
  return { cell: whole, plan, workloads: made, catalog: defaultCatalog };
}

function workloadOf({ name = 'chat', model = 'Qwen/Qwen3-8B', ...given }: Served) {
  const base = aWorkloadPlan();
  const shape = { ...(base.shape as ReplicaShape), ...given.shape };
  const replicas = given.replicas ?? fixed(1);
  const pools = given.pools === undefined ? {} : { pools: given.pools };
  const plan = aWorkloadPlan({ name, model, shape, replicas, ...pools, ...given.plan });
  const size = given.nodes ?? fixed(1);
  const group: NodeGroupPlan = {
    name: `${name}-nodes`,
    workload: name,
    instanceType: shape.instanceType,
    purchase: 'onDemand',
    size,
    ...(size.min === size.max ? {} : { actuator: 'clusterAutoscaler' }),
    rootVolume: { gibibytes: 100, iops: 3000, mebibytesPerSecond: 125 },
  };
  const workload = anInferenceWorkload({ name, model: { id: model }, ...given.workload });
  const groups = given.pools?.map((pool) => groupOf(group, pool)) ?? [group];
  return { plan, groups, workload, model: findModel(defaultCatalog, model) };
}

function groupOf(group: NodeGroupPlan, { role, shape, replicas }: ServingPool): NodeGroupPlan {
  const size = mapRange(replicas, (count) => count * shape.nodesPerReplica);
  return { ...group, name: `${group.name}-${role}`, instanceType: shape.instanceType, size, pool: role };
}

export const WEIGHTS = { weightsBucket: 'weights', imageRegistry: '111122223333.dkr.ecr.us-east-1.amazonaws.com' };

export const MOUNTED = {
  ...WEIGHTS,
  weightsFileSystem: {
    storageGibibytes: 4800,
    megabytesPerSecondPerTebibyte: 500,
    mount: { fileSystemId: 'fs-0123456789abcdef0', mountName: 'abcdefgh' },
  },
} as const;

/** Llama over two nodes of eight H200, tensor parallel within a node and pipeline parallel between them. */
export const TWO_NODES: Served = {
  name: 'wide',
  model: 'meta-llama/Meta-Llama-3.1-70B',
  shape: {
    instanceType: 'p5en.48xlarge',
    acceleratorsPerReplica: 16,
    nodesPerReplica: 2,
    tensorParallel: 8,
    pipelineParallel: 2,
    precision: 'bf16',
  },
  replicas: fixed(2),
  nodes: fixed(4),
};

/** A mixture of experts whose attention ranks each hold requests of their own. */
export const EXPERTS: Served = {
  name: 'experts',
  model: 'Qwen/Qwen3-235B-A22B-FP8',
  shape: {
    instanceType: 'p5.48xlarge',
    acceleratorsPerReplica: 8,
    tensorParallel: 2,
    attentionDataParallel: 4,
    expertParallel: 8,
  },
  plan: { concurrencyPerReplica: 98, engineLimits: { stepTokens: 8192, memoryFraction: 0.9, cacheBytesPerValue: 2 } },
};

export const TRAINIUM1: Served = {
  name: 'dense',
  model: 'meta-llama/Meta-Llama-3.1-70B',
  shape: {
    instanceType: 'trn1.32xlarge',
    acceleratorsPerReplica: 16,
    tensorParallel: 32,
    precision: 'bf16',
    engine: 'vllm-neuron',
  },
};

/** Four of sixteen chips: 4 × 4 logical cores. */
export const TRAINIUM2: Served = {
  ...TRAINIUM1,
  name: 'part',
  shape: { ...TRAINIUM1.shape, instanceType: 'trn2.48xlarge', acceleratorsPerReplica: 4, tensorParallel: 16 },
  replicas: fixed(4),
  plan: { engineLimits: { stepTokens: 2048 } },
};

/** Two to six replicas, four of them planned. */
export const SCALED: Served = {
  name: 'scaled',
  replicas: { min: 2, plan: 4, max: 6 },
  nodes: { min: 2, plan: 4, max: 6 },
};

const H200: ReplicaShape = {
  instanceType: 'p5en.48xlarge',
  acceleratorsPerReplica: 8,
  nodesPerReplica: 1,
  tensorParallel: 8,
  pipelineParallel: 1,
  expertParallel: 1,
  attentionDataParallel: 1,
  precision: 'bf16',
  engine: 'vllm',
};

/** Three prefill servers of four GPUs, two to a node, and two to four decode servers over whole nodes. */
export const POOLS: Served = {
  name: 'split',
  model: 'meta-llama/Meta-Llama-3.1-70B',
  shape: H200,
  pools: [
    {
      role: 'prefill',
      shape: { ...H200, acceleratorsPerReplica: 4, tensorParallel: 4 },
      replicas: fixed(3),
      concurrencyPerReplica: 4,
      engineLimits: { stepTokens: 16384, memoryFraction: 0.9 },
    },
    { role: 'decode', shape: H200, replicas: { min: 2, plan: 3, max: 4 }, concurrencyPerReplica: 256 },
  ],
};

export const KARPENTER: Partial<Cell> = { nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903' } };
export const METRICS = { metricsUrl: 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-example' };

/** A cell whose chat keeps two nodes and may have four more, one of them planned. */
export function bursting(cell: Partial<Cell> = {}, pool: Partial<NodePoolPlan> = {}): CellManifestsInput {
  const input = served(
    { ...KARPENTER, serving: METRICS, ...cell },
    { replicas: { min: 2, plan: 3, max: 6 }, nodes: fixed(2) },
  );
  const [chat] = input.plan.cells;
  if (chat === undefined) throw new Error('no cell');
  const nodePools: readonly NodePoolPlan[] = [
    {
      name: 'chat-g6-xlarge-burst',
      workload: 'chat',
      instanceType: 'g6.xlarge',
      purchases: ['spot', 'onDemand'],
      size: { min: 0, plan: 1, max: 4 },
      rootVolume: { gibibytes: 200, iops: 3000, mebibytesPerSecond: 125 },
      ...pool,
    },
  ];
  return { ...input, plan: { ...input.plan, cells: [{ ...chat, nodePools }] }, tags: { team: 'inference' } };
}

/** Whatever a manifest says: tests look into it by name. */
// biome-ignore lint/suspicious/noExplicitAny: parsed YAML has no type
export type Anything = any;

/** Every object in the YAML files but the kustomization. */
export function objectsOf(input: CellManifestsInput): readonly Anything[] {
  return cellManifests(input)
    .filter(({ path }) => path.endsWith('.yaml') && path !== 'kustomization.yaml')
    .flatMap(({ text }) => parseAllDocuments(text).map((document) => document.toJS()));
}

export function objectOf(input: CellManifestsInput, kind: string, name: string): Anything {
  const found = objectsOf(input).find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

export function fileOf(input: CellManifestsInput, path: string): string {
  const found = cellManifests(input).find((file) => file.path === path);
  if (found === undefined) throw new Error(`no file ${path}`);
  return found.text;
}

/** The container of a model server. */
export function serverOf(input: CellManifestsInput, name = 'chat', kind = 'Deployment'): Anything {
  const { spec } = objectOf(input, kind, name);
  return (kind === 'Deployment' ? spec.template : spec.leaderWorkerTemplate.leaderTemplate).spec.containers[0];
}
