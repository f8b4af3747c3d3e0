import type { Accelerator } from '../../../lib/catalog/accelerator';
import { ENGINE_SUPPORT } from '../../../lib/catalog/engine-support/table';
import type { InstanceType } from '../../../lib/catalog/instance-type';
import type { ModelArchitecture } from '../../../lib/catalog/model';
import type { ReplicaShape } from '../../../lib/planner/plan';
import type { Precision } from '../../../lib/workload/workload';
import type { Unit } from './solver-bound';

/** What a replica carries within the SLO, and the weights of one of its accelerators; undefined where it carries nothing. */
export type PredictReplica = (
  accelerator: Accelerator,
  instanceType: InstanceType,
  shape: ReplicaShape,
) => { readonly requestsPerSecond: number; readonly weightBytesPerAccelerator: number } | undefined;

export interface World {
  readonly model: ModelArchitecture;
  readonly instanceTypes: readonly InstanceType[];
  readonly accelerators: readonly Accelerator[];
  readonly region: string;
  readonly profile: 'sandbox' | 'production';
  /** USD an hour on demand; undefined where no price is known. */
  readonly usdPerHour: (instanceType: string) => number | undefined;
  /** USD a month. */
  readonly gp3: { readonly gibibyte: number; readonly iops: number; readonly mebibytePerSecond: number };
  readonly predict: PredictReplica;
}

const UP_TO = [1, 2, 4, 8, 16, 32, 64, 128];

/**
 * Everything that can be bought on demand and carries something, counted without the planner: every number of ranks of every kind on
 * every type, thrown out where it does not divide the model or does not fit the nodes. It shares with the planner the catalogue's
 * rows and the prediction, and nothing else.
 */
export function everyUnit(world: World): readonly Unit[] {
  const { model, instanceTypes, accelerators, region } = world;
  return instanceTypes.flatMap((type) => {
    const accelerator = accelerators.find(({ key }) => key === type.acceleratorKey);
    const count = type.acceleratorCount;
    if (accelerator === undefined || count === undefined) return [];
    if (type.status !== 'available' || !type.regions.includes(region)) return [];
    return (['bf16', 'fp8', 'fp4', 'int4'] as const)
      .filter((precision) => isServed(model, accelerator, precision))
      .flatMap((precision) => splitsOf(type, accelerator, count, precision))
      .filter((shape) => divides(model, shape))
      .flatMap((shape) => unitOf(world, accelerator, type, count, shape));
  });
}

/** As published, or quantized to fp8 on load; by the engine of the accelerator's maker. */
function isServed({ checkpoint, architecture }: ModelArchitecture, accelerator: Accelerator, precision: Precision) {
  const { precision: published } = checkpoint;
  if (precision !== published && !(published === 'bf16' && precision === 'fp8')) return false;
  const engine = accelerator.vendor === 'aws' ? 'vllm-neuron' : 'vllm';
  return ENGINE_SUPPORT.some((row) => {
    const format = row.arithmetic === 'weightOnly' ? 'bf16' : precision;
    const isKnown = row.architectures === undefined || row.architectures.includes(architecture);
    const multiplies = format !== 'int4' && accelerator.denseFlopsPerSecond[format] !== undefined;
    const isRow = row.engine === engine && row.precision === precision;
    return isRow && isKnown && multiplies && row.generations.includes(accelerator.generation);
  });
}

function splitsOf(type: InstanceType, accelerator: Accelerator, count: number, precision: Precision): ReplicaShape[] {
  const base = { instanceType: type.name, precision, pipelineParallel: 1, expertParallel: 1, attentionDataParallel: 1 };
  if (accelerator.vendor === 'aws') {
    const cores = type.logicalNeuronCoresPerChip ?? 1;
    return UP_TO.filter((tp) => tp <= count * cores).map((tensorParallel) => ({
      ...base,
      engine: 'vllm-neuron' as const,
      acceleratorsPerReplica: Math.ceil(tensorParallel / cores),
      nodesPerReplica: 1,
      tensorParallel,
    }));
  }
  const found: ReplicaShape[] = [];
  for (const tensorParallel of UP_TO) {
    for (const attentionDataParallel of UP_TO) {
      for (const pipelineParallel of UP_TO) {
        for (const expertParallel of UP_TO) {
          for (const nodesPerReplica of [1, 2, 4]) {
            const ofStage = tensorParallel * attentionDataParallel;
            const joined =
              (type.scaleUpDomainSize ?? 1) > 1 && count > 1 && type.network?.efaBytesPerSecond !== undefined;
            const isLaid =
              nodesPerReplica === 1
                ? ofStage * pipelineParallel <= count
                : joined && ofStage === count && pipelineParallel === nodesPerReplica;
            // Experts are split over no rank or over all of a stage; where ranks hold requests of their own, over all.
            const isShared = expertParallel === ofStage || (expertParallel === 1 && attentionDataParallel === 1);
            if (!isLaid || !isShared) continue;
            const acceleratorsPerReplica = ofStage * pipelineParallel;
            const size = { acceleratorsPerReplica, nodesPerReplica, tensorParallel, pipelineParallel };
            found.push({ ...base, ...size, engine: 'vllm', expertParallel, attentionDataParallel });
          }
        }
      }
    }
  }
  return found;
}

/** Whether every rank gets a whole part of every dimension. */
function divides(model: ModelArchitecture, shape: ReplicaShape): boolean {
  const { attention, moe, checkpoint, layers, denseLayers, denseIntermediate } = model;
  const { tensorParallel: tp, attentionDataParallel: dp, expertParallel: ep } = shape;
  if (moe === undefined && (dp > 1 || ep > 1)) return false;
  const full = attention.kind === 'hybridLinear' ? attention.full : attention;
  const linear = attention.kind === 'hybridLinear' ? [attention.linear.keyHeads, attention.linear.valueHeads] : [];
  const isWhole = [full.heads, ...linear].every((heads) => heads % tp === 0);
  // One latent serves all heads: every rank keeps the whole of it.
  const kv = attention.kind === 'mla' ? tp : attention.kind === 'gqa' ? attention.kvHeads : attention.full.kvHeads;
  const block = shape.precision === 'fp8' && checkpoint.precision === 'fp8' && checkpoint.block === 'block' ? 128 : 1;
  const splits = (width: number, parts: number) => width % (parts === 1 ? 1 : parts * block) === 0;
  return (
    isWhole &&
    (kv % tp === 0 || tp % kv === 0) &&
    shape.pipelineParallel <= layers &&
    (denseLayers === 0 || denseIntermediate === undefined || splits(denseIntermediate, tp)) &&
    (moe === undefined ||
      (moe.experts % ep === 0 &&
        splits(moe.expertIntermediate, (tp * dp) / ep) &&
        (moe.sharedExperts === 0 || splits(moe.sharedExperts * moe.sharedIntermediate, tp))))
  );
}

function unitOf(
  world: World,
  accelerator: Accelerator,
  type: InstanceType,
  count: number,
  shape: ReplicaShape,
): Unit[] {
  const { predict, usdPerHour, gp3, profile } = world;
  const price = usdPerHour(type.name);
  const predicted = price === undefined ? undefined : predict(accelerator, type, shape);
  if (price === undefined || predicted === undefined) return [];
  const { nodesPerReplica: nodes, acceleratorsPerReplica } = shape;
  const replicas = nodes > 1 ? 1 : Math.max(1, Math.floor(count / acceleratorsPerReplica));
  const weights = (predicted.weightBytesPerAccelerator * acceleratorsPerReplica) / nodes;
  const onRoot = (type.instanceStoreBytes ?? 0) === 0;
  const base = profile === 'sandbox' ? 100 : 200;
  const gibibytes = Math.min(16384, base + (onRoot ? 50 * Math.ceil((1.2 * weights) / 2 ** 30 / 50) : 0));
  const fast = onRoot && profile === 'production' ? 1000 * gp3.iops + 875 * gp3.mebibytePerSecond : 0;
  const { tensorParallel, pipelineParallel, attentionDataParallel, expertParallel } = shape;
  return [
    {
      name: [
        type.name,
        shape.precision,
        tensorParallel,
        pipelineParallel,
        attentionDataParallel,
        expertParallel,
        nodes,
      ].join(' '),
      nodes,
      replicas,
      requestsPerSecond: replicas * predicted.requestsPerSecond,
      usdPerHour: nodes * (price + (gibibytes * gp3.gibibyte + fast) / 730),
    },
  ];
}
