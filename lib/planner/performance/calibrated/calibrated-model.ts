import type { PerformanceModel, ReplicaConfiguration, StepTimes } from '../performance-model';
import { bandOf } from './bands';
import { CAUTION } from './caution';
import { type BandFile, type Basis, type CoefficientFile, coefficientsOfFile } from './coefficient-file';
import type { Coefficients } from './coefficient-names';
import { COEFFICIENT_FILES, ERROR_BANDS } from './coefficients';
import { calibratedSteps, type StepPolicy } from './engine-steps';
import { formatsOf } from './formats';
import { type RankWork, rankWork } from './rank-work';
import { ENGINE_DEFAULTS, type GpuEngine } from './replica-load';

/** What planning with calibrated step times rests on. */
export interface CalibratedModelProps {
  /** Memory, scheduling, and steps of what has no coefficients: Neuron, pipelines, replicas over several nodes. */
  readonly base: PerformanceModel;
  /** @default - the shipped coefficients and bands */
  readonly files?: readonly CoefficientFile[];
  readonly bands?: BandFile;
}

/** How much wider errors spread for each step away from the evidence, as in `predict`. */
const WIDENING: Readonly<Record<Basis, number>> = { calibrated: 1, interpolated: 1.3, extrapolated: 1.7 };

/**
 * The performance model that plans are made with: step times from coefficients fitted to measurements wherever there are any,
 * the base model's elsewhere. Steps carry the factor of caution, since a plan is a choice among predictions.
 *
 * Coefficients of an accelerator and engine are read when a replica of theirs is first asked for.
 */
export function calibratedModel({
  base,
  files = COEFFICIENT_FILES,
  bands = ERROR_BANDS,
}: CalibratedModelProps): PerformanceModel {
  const cells = new Map<string, Cell>();
  const cellOf = (configuration: ReplicaConfiguration): Cell | undefined =>
    hasAnswer(configuration) ? remembered(cells, configuration, files) : undefined;
  return {
    memory: (configuration) => base.memory(configuration),
    scheduling: (configuration) => base.scheduling(configuration),
    steps: (configuration) => {
      const cell = cellOf(configuration);
      if (cell === undefined) return base.steps(configuration);
      return slower(calibratedSteps(workOf(configuration, base), cell.coefficients, policyOf(cell.engine)), CAUTION);
    },
    errorBand: (configuration) => {
      const cell = cellOf(configuration);
      if (cell === undefined) return base.errorBand(configuration);
      const band = bandOf(bands.tpot, 'all', WIDENING[cell.file.basis]);
      return {
        relative: band.high - 1,
        source:
          `slow end of the ${100 * band.level} % band of model and accelerator pairs left out of the fit, ` +
          `${cell.file.basis} from ${bands.source}`,
      };
    },
  };
}

interface Cell {
  readonly file: CoefficientFile;
  readonly engine: GpuEngine;
  readonly coefficients: Coefficients;
}

/** One stage on one node, of an accelerator whose bandwidth, FLOP/s and, where ranks talk, links are known. */
function hasAnswer({ accelerator, shape }: ReplicaConfiguration): boolean {
  const { memoryBandwidthBytesPerSecond, denseFlopsPerSecond, scaleUpBytesPerSecond } = accelerator;
  const alone = shape.tensorParallel * shape.attentionDataParallel === 1;
  return (
    shape.engine !== 'vllm-neuron' &&
    shape.nodesPerReplica === 1 &&
    shape.pipelineParallel === 1 &&
    memoryBandwidthBytesPerSecond !== undefined &&
    denseFlopsPerSecond.bf16 !== undefined &&
    (alone || scaleUpBytesPerSecond !== undefined)
  );
}

function remembered(
  cells: Map<string, Cell>,
  { accelerator, shape }: ReplicaConfiguration,
  files: readonly CoefficientFile[],
): Cell | undefined {
  const { engine } = shape;
  if (engine === 'vllm-neuron') return undefined;
  const key = `${accelerator.key} ${engine}`;
  const known = cells.get(key);
  if (known !== undefined) return known;
  const file = files.find((one) => one.accelerator === accelerator.key && one.engine === engine);
  if (file === undefined) return undefined;
  const cell = { file, engine, coefficients: coefficientsOfFile(file) };
  cells.set(key, cell);
  return cell;
}

/** The newest software that measurements know, no speculation: what the manifests deploy. */
function policyOf(engine: GpuEngine): StepPolicy {
  return { monthsOld: 0, mixed: ENGINE_DEFAULTS[engine].mixed, verified: 1, draftShare: 0 };
}

/** Experts are split over all ranks. Caches are as wide as the memory fit says, since a server is set to that. */
function workOf(configuration: ReplicaConfiguration, base: PerformanceModel): RankWork {
  const { model, accelerator, shape } = configuration;
  const ranks = shape.tensorParallel * shape.attentionDataParallel;
  const parallelism = {
    tensorParallel: shape.tensorParallel,
    attentionDataParallel: shape.attentionDataParallel,
    expertParallel: shape.expertParallel,
    expertTensorParallel: model.moe === undefined ? shape.tensorParallel : ranks / shape.expertParallel,
  };
  const fit = base.memory(configuration);
  const cacheBytes = 'fits' in fit && fit.fits ? fit.assumed?.cacheBytesPerValue : undefined;
  return rankWork(model, accelerator, parallelism, formatsOf(model, shape.precision, cacheBytes === 1 ? 1 : 2));
}

/** Step times and what comes before a first token, all longer by a factor. */
function slower(steps: StepTimes, factor: number): StepTimes {
  return { ...steps, stepSeconds: (step) => factor * steps.stepSeconds(step) };
}
