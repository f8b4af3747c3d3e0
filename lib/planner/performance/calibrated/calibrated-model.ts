import type { ReplicaShape } from '../../plan';
import type { EngineStep, PerformanceModel, ReplicaConfiguration, StepTimes } from '../performance-model';
import { bandOf } from './bands';
import { type BandFile, type CoefficientFile, coefficientsOfFile } from './coefficient-file';
import type { Coefficients } from './coefficient-names';
import { COEFFICIENT_FILES, ERROR_BANDS } from './coefficients';
import { formatsOf, kvBytesOf } from './formats';
import { type RankWork, rankWork } from './rank-work';
import { stepSeconds } from './step-time';

/** What the calibrated model rests on. */
export interface CalibratedModelProps {
  /** Memory, scheduling and whatever has no coefficients (Neuron): the roofline model. */
  readonly base: PerformanceModel;
  /** @default - the shipped coefficients and bands */
  readonly files?: readonly CoefficientFile[];
  readonly bands?: BandFile;
}

const WIDENING = { calibrated: 1, interpolated: 1.3, extrapolated: 1.7 } as const;

/** Experts are split over all ranks: those in tensor parallelism where no expert parallelism is asked for. */
function workOf({ model, accelerator, shape }: ReplicaConfiguration): RankWork {
  const ranks = shape.tensorParallel * shape.attentionDataParallel;
  const parallelism = {
    tensorParallel: shape.tensorParallel,
    attentionDataParallel: shape.attentionDataParallel,
    expertParallel: shape.expertParallel,
    expertTensorParallel: model.moe === undefined ? shape.tensorParallel : ranks / shape.expertParallel,
  };
  const kvBytes = kvBytesOf(model, shape.precision, engineOf(shape), accelerator.generation);
  return rankWork(model, accelerator, parallelism, formatsOf(model, shape.precision, kvBytes));
}

const engineOf = (shape: ReplicaShape): string => shape.engine;

/** Steps of a rank: sequences and prompt tokens of the replica are spread over its ranks. */
function stepTimes(work: RankWork, c: Coefficients): StepTimes {
  const seconds = (step: EngineStep): number =>
    stepSeconds(
      work,
      c,
      step.decodeSequences / work.dataParallel,
      step.meanContextTokens,
      1,
      step.prefillTokens > 0 ? 1 : 0,
      step.prefillTokens / Math.max(1, step.prefillRanks ?? 1),
      step.prefillOffsetTokens,
      1,
    );
  return {
    stepSeconds: seconds,
    boundBy: (step) => {
      const decode = seconds({ ...step, prefillTokens: 0 });
      return seconds(step) > 2 * decode ? 'prefillFlops' : 'decodeBandwidth';
    },
  };
}

/** The calibrated performance model: step times from coefficients fitted to measurements, with the band of left-out pairs. */
export function calibratedModel(props: CalibratedModelProps): PerformanceModel {
  const { base } = props;
  const bands = props.bands ?? ERROR_BANDS;
  const files = new Map((props.files ?? COEFFICIENT_FILES).map((file) => [`${file.accelerator} ${file.engine}`, file]));
  const fileOf = ({ accelerator, shape }: ReplicaConfiguration) => files.get(`${accelerator.key} ${engineOf(shape)}`);
  return {
    memory: (configuration) => base.memory(configuration),
    scheduling: (configuration) => base.scheduling(configuration),
    steps: (configuration) => {
      const file = fileOf(configuration);
      if (file === undefined || configuration.shape.nodesPerReplica > 1 || configuration.shape.pipelineParallel > 1) {
        return base.steps(configuration);
      }
      return stepTimes(workOf(configuration), coefficientsOfFile(file));
    },
    errorBand: (configuration) => {
      const file = fileOf(configuration);
      if (file === undefined) return base.errorBand(configuration);
      const band = bandOf(bands.tpot, 'all', WIDENING[file.basis]);
      return {
        relative: Math.max(band.high - 1, 1 - band.low),
        source: `${file.basis}: ${100 * band.level} % band of left-out pairs, ${bands.source}`,
      };
    },
  };
}
