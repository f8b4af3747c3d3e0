import type { ModelArchitecture } from '../../../catalog/model';
import { slowdownAt } from '../confidence';
import type { PerformanceModel, ReplicaConfiguration, StepTimes } from '../performance-model';
import { type BandModel, bandOf, slowdownOf } from './bands';
import { type BandFile, type Basis, type CoefficientFile, coefficientsOfFile } from './coefficient-file';
import type { Coefficients } from './coefficient-names';
import { COEFFICIENT_FILES, ERROR_BANDS, NEURON_FILE } from './coefficients';
import { calibratedSteps, type StepPolicy } from './engine-steps';
import { formatsOf } from './formats';
import type { NeuronFile } from './neuron-file';
import { neuronSteps } from './neuron-steps';
import { stagedSteps } from './pipeline-steps';
import { type RankWork, rankWork } from './rank-work';
import { ENGINE_DEFAULTS, type GpuEngine } from './replica-load';

/** What planning with calibrated step times rests on. */
export interface CalibratedModelProps {
  /** Memory and scheduling, and the steps of what has no coefficients. */
  readonly base: PerformanceModel;
  /** @default - the shipped coefficients and bands */
  readonly files?: readonly CoefficientFile[];
  readonly bands?: BandFile;
  readonly neuron?: NeuronFile;
}

/** How much wider errors spread for each step away from the evidence, as in `predict`. */
const WIDENING: Readonly<Record<Basis, number>> = { calibrated: 1, interpolated: 1.3, extrapolated: 1.7 };
const NEURON_WIDENING: Readonly<Record<Basis, number>> = { ...WIDENING, extrapolated: 2 };

/** What a replica's steps are known from. */
interface Evidence {
  readonly steps: () => StepTimes;
  readonly basis: Basis;
  readonly band: BandModel;
  readonly group: string;
  readonly widening: number;
  readonly source: string;
}

/**
 * The performance model that plans are made with: step times from coefficients fitted to measurements wherever there are any,
 * the base model's elsewhere. Steps carry the factor of caution, since a plan is a choice among predictions.
 *
 * Coefficients of an accelerator and engine are read when a replica of theirs is first asked for, and its work is counted once.
 */
export function calibratedModel({
  base,
  files = COEFFICIENT_FILES,
  bands = ERROR_BANDS,
  neuron = NEURON_FILE,
}: CalibratedModelProps): PerformanceModel {
  const cells = rememberedCells(files);
  const works = rememberedWork(base);
  const evidenceOf = (configuration: ReplicaConfiguration): Evidence | undefined => {
    if (!isKnown(configuration)) return undefined;
    if (configuration.shape.engine === 'vllm-neuron') return neuronEvidence(configuration, neuron);
    const cell = cells(configuration);
    return cell === undefined ? undefined : gpuEvidence(configuration, cell, works, bands);
  };
  return {
    memory: (configuration) => base.memory(configuration),
    scheduling: (configuration) => base.scheduling(configuration),
    steps: (configuration) => {
      const found = evidenceOf(configuration);
      return found === undefined ? base.steps(configuration) : slower(found.steps(), bands.caution);
    },
    basis: (configuration) => evidenceOf(configuration)?.basis ?? 'roofline',
    slowdown: (configuration, confidence) => {
      const found = evidenceOf(configuration);
      if (found === undefined) return slowdownAt(base, configuration, confidence);
      return slowdownOf(found.band, found.group, found.widening, confidence);
    },
    errorBand: (configuration) => {
      const found = evidenceOf(configuration);
      return found === undefined ? base.errorBand(configuration) : bandAround(found);
    },
  };
}

function bandAround({ band, group, widening, basis, source }: Evidence): ReturnType<PerformanceModel['errorBand']> {
  const { level, high } = bandOf(band, group, widening);
  return {
    relative: high - 1,
    source: `slow end of the ${100 * level} % band of pairs left out of the fit, ${basis}; ${source}`,
  };
}

/** An accelerator whose bandwidth, FLOP/s and, where ranks talk, links are known: the base model names what is missing. */
function isKnown({ accelerator, instanceType, shape }: ReplicaConfiguration): boolean {
  const { memoryBandwidthBytesPerSecond, denseFlopsPerSecond, scaleUpBytesPerSecond, vendor } = accelerator;
  if (memoryBandwidthBytesPerSecond === undefined || denseFlopsPerSecond.bf16 === undefined) return false;
  if (vendor === 'aws') return instanceType.logicalNeuronCoresPerChip !== undefined;
  if (shape.nodesPerReplica > 1 && instanceType.network?.efaBytesPerSecond === undefined) return false;
  return shape.acceleratorsPerReplica === 1 || scaleUpBytesPerSecond !== undefined;
}

interface Cell {
  readonly file: CoefficientFile;
  readonly engine: GpuEngine;
  readonly coefficients: Coefficients;
}

function rememberedCells(files: readonly CoefficientFile[]): (configuration: ReplicaConfiguration) => Cell | undefined {
  const cells = new Map<string, Cell>();
  return ({ accelerator, shape: { engine } }) => {
    if (engine === 'vllm-neuron') return undefined;
    const key = `${accelerator.key} ${engine}`;
    const known = cells.get(key);
    if (known !== undefined) return known;
    const file = files.find((one) => one.accelerator === accelerator.key && one.engine === engine);
    if (file === undefined) return undefined;
    const cell = { file, engine, coefficients: coefficientsOfFile(file) };
    cells.set(key, cell);
    return cell;
  };
}

/** Software of the newest date that measurements know, no speculation: what the manifests deploy. */
function policyOf(engine: GpuEngine): StepPolicy {
  return { monthsOld: 0, mixed: ENGINE_DEFAULTS[engine].mixed, verified: 1, draftShare: 0 };
}

function gpuEvidence(
  configuration: ReplicaConfiguration,
  { file, engine, coefficients }: Cell,
  works: (configuration: ReplicaConfiguration) => RankWork,
  bands: BandFile,
): Evidence {
  const basis = basisOf(configuration, file);
  return {
    steps: () => {
      const work = works(configuration);
      const steps = calibratedSteps(work, coefficients, policyOf(engine));
      return stagedSteps(steps, configuration, coefficients.collectiveLatency);
    },
    basis,
    band: bands.tpot,
    group: 'all',
    widening: WIDENING[basis],
    source: bands.source,
  };
}

/** One step further from evidence beyond the sizes of replica that were measured; no row has pipeline stages. */
function basisOf({ shape }: ReplicaConfiguration, { basis, validity }: CoefficientFile): Basis {
  if (shape.pipelineParallel > 1) return 'extrapolated';
  if (basis !== 'calibrated' || validity === undefined) return basis;
  const [fewest, most] = validity.accelerators;
  const { acceleratorsPerReplica } = shape;
  return acceleratorsPerReplica >= fewest / 2 && acceleratorsPerReplica <= most * 2 ? basis : 'interpolated';
}

function neuronEvidence(configuration: ReplicaConfiguration, file: NeuronFile): Evidence | undefined {
  const { accelerator } = configuration;
  if (!file.accelerators.includes(accelerator.key)) return undefined;
  const basis = NEURON_BASIS[accelerator.key] ?? 'calibrated';
  return {
    steps: () => neuronSteps(configuration, file.coefficients),
    basis,
    band: file.tpot,
    group: accelerator.generation === 'neuron2' ? 'v2' : 'TRN2',
    widening: NEURON_WIDENING[basis],
    source: file.source,
  };
}

/** As `predict` has it: Trainium2 has few rows, Trainium3 none. */
const NEURON_BASIS: Readonly<Record<string, Basis>> = { TRN2: 'interpolated', TRN3: 'extrapolated' };

/** Experts are split over all ranks of a stage. Caches are as wide as the memory fit says, since a server is set to that. */
function rememberedWork(base: PerformanceModel): (configuration: ReplicaConfiguration) => RankWork {
  const works = new Map<string, { readonly model: ModelArchitecture; readonly work: RankWork }>();
  return (configuration) => {
    const { model, accelerator, shape } = configuration;
    const { tensorParallel, attentionDataParallel, expertParallel, precision } = shape;
    const key = `${model.id}|${accelerator.key}|${precision}|${tensorParallel}|${attentionDataParallel}|${expertParallel}`;
    const known = works.get(key);
    if (known?.model === model) return known.work;
    const ranks = tensorParallel * attentionDataParallel;
    const expertTensorParallel = model.moe === undefined ? tensorParallel : ranks / expertParallel;
    const fit = base.memory(configuration);
    const cacheBytes = 'fits' in fit && fit.fits ? fit.assumed?.cacheBytesPerValue : undefined;
    const formats = formatsOf(model, precision, cacheBytes === 1 ? 1 : 2);
    const work = rankWork(
      model,
      accelerator,
      { tensorParallel, attentionDataParallel, expertParallel, expertTensorParallel },
      formats,
    );
    works.set(key, { model, work });
    return work;
  };
}

/** Steps longer by a factor. */
function slower(steps: StepTimes, factor: number): StepTimes {
  return { ...steps, stepSeconds: (step) => factor * steps.stepSeconds(step) };
}
