import type { Accelerator } from '../../catalog/accelerator';
import type { Precision } from '../../workload/workload';
import type { Coefficients, ErrorBand, MatrixFormat } from './coefficients';
import type { Link } from './collectives';
import type { GpuHardware } from './gpu-replica';
import { gpuSteps } from './gpu-steps';
import { memoryFit } from './memory';
import { neuronSteps } from './neuron-steps';
import type { PerformanceModel, ReplicaConfiguration, SchedulerLimits, StepTimes } from './performance-model';
import { STATED_COEFFICIENTS } from './stated-coefficients';

type Unknown = { readonly unknown: string };

/** The first performance model: rooflines at stated efficiencies. Every figure comes from the catalogue or `coefficients`. */
export function rooflineModel(coefficients: Coefficients = STATED_COEFFICIENTS): PerformanceModel {
  return {
    memory: (configuration) => memoryFit(configuration, coefficients.memory),
    steps: (configuration) => stepsOf(configuration, coefficients),
    scheduling: (configuration) => schedulingOf(configuration, coefficients),
    errorBand: ({ accelerator }) => errorBandOf(accelerator, coefficients),
  };
}

function errorBandOf({ key, generation }: Accelerator, { errorBand }: Coefficients): ErrorBand {
  const { compared, elsewhere } = errorBand[generation];
  if (compared?.accelerators.includes(key) !== true) return elsewhere;
  return { relative: compared.relative, source: compared.source };
}

/** Every attention-data-parallel rank has a scheduler of its own. */
function schedulingOf({ accelerator, shape }: ReplicaConfiguration, { scheduling }: Coefficients): SchedulerLimits {
  const { stepTokens, sequences } = scheduling[accelerator.generation];
  return { schedulers: shape.attentionDataParallel, stepTokens, sequences };
}

function stepsOf(configuration: ReplicaConfiguration, coefficients: Coefficients): StepTimes | Unknown {
  const { accelerator, instanceType, shape } = configuration;
  const bytesPerSecond = accelerator.memoryBandwidthBytesPerSecond;
  if (bytesPerSecond === undefined) return { unknown: `no source states the memory bandwidth of ${accelerator.name}` };
  const flopsPerSecond = peaksOf(accelerator, shape.precision);
  if ('unknown' in flopsPerSecond) return flopsPerSecond;
  const generation = coefficients.accelerators[accelerator.generation];
  if (generation.kind === 'neuron') {
    const logicalCoresPerChip = instanceType.logicalNeuronCoresPerChip;
    if (logicalCoresPerChip === undefined)
      return { unknown: `no source states the logical cores of ${instanceType.name}` };
    return neuronSteps(
      configuration,
      { bytesPerSecond, flopsPerSecond, logicalCoresPerChip },
      generation,
      coefficients,
    );
  }
  const links = linksOf(configuration, generation);
  if ('unknown' in links) return links;
  return gpuSteps(configuration, { bytesPerSecond, flopsPerSecond, ...links }, generation, coefficients);
}

/** Formats without units of their own are widened to bf16 before they are multiplied. */
function peaksOf(accelerator: Accelerator, precision: Precision): GpuHardware['flopsPerSecond'] | Unknown {
  const { bf16, fp8, fp4 } = accelerator.denseFlopsPerSecond;
  if (bf16 === undefined) return { unknown: `no source states the ${precision} FLOP/s of ${accelerator.name}` };
  const peaks: Record<MatrixFormat, number> = {
    bf16,
    fp8: fp8 ?? bf16,
    fp8Block: fp8 ?? bf16,
    fp4: fp4 ?? bf16,
    int4: bf16,
  };
  return peaks;
}

type Links = Pick<GpuHardware, 'link' | 'stageLink'>;

/** NVLink where the node has a scale-up domain, else PCIe; EFA between nodes, its rate shared by the node's accelerators. */
function linksOf(
  { accelerator, instanceType, shape }: ReplicaConfiguration,
  generation: Extract<Coefficients['accelerators']['hopper'], { kind: 'gpu' }>,
): Links | Unknown {
  const ranks = shape.tensorParallel * shape.attentionDataParallel;
  if (ranks * shape.pipelineParallel === 1) return { link: undefined, stageLink: undefined };
  if (accelerator.scaleUpBytesPerSecond === undefined) {
    return { unknown: `no source states the link rate between two ${accelerator.name}` };
  }
  const near: Link = {
    bytesPerSecond: accelerator.scaleUpBytesPerSecond,
    coefficients: (instanceType.scaleUpDomainSize ?? 1) > 1 ? generation.fabric : generation.pcie,
  };
  const link = ranks === 1 ? undefined : near;
  if (shape.pipelineParallel === 1) return { link, stageLink: undefined };
  if (shape.nodesPerReplica === 1) return { link, stageLink: near };
  const efaBytesPerSecond = instanceType.network?.efaBytesPerSecond;
  if (efaBytesPerSecond === undefined || instanceType.acceleratorCount === undefined) {
    return { unknown: `no source states the EFA rate of ${instanceType.name}` };
  }
  const far = { bytesPerSecond: efaBytesPerSecond / instanceType.acceleratorCount, coefficients: generation.efa };
  return { link, stageLink: far };
}
