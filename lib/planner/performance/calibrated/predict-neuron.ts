import type { Accelerator } from '../../../catalog/accelerator';
import { type Catalog, findAccelerator, findInstanceType } from '../../../catalog/catalog';
import type { ModelArchitecture } from '../../../catalog/model';
import { Problem } from '../../../problem';
import { bandOf } from './bands';
import type { Basis } from './coefficient-file';
import { BYTES_PER_WEIGHT } from './formats';
import type { NeuronFile } from './neuron-file';
import { type NeuronLoad, neuronKvBytes, neuronTimes, paddingWeights, weightsRead } from './neuron-times';
import { type PredictAnswer, unfit } from './predict-answer';
import type { PredictRequest } from './predict-request';
import { unusedInputs } from './resolve-request';

/** Inputs that the Neuron model has no evidence for: graphs are compiled, lengths and batches static, software undated. */
const UNUSED = [
  'attentionDataParallel',
  'pipelineParallel',
  'expertTensorParallel',
  'expertParallel',
  'nodes',
  'prefixCacheHitFraction',
  'engineVersion',
  'softwareDate',
  'quantization',
  'unquantizedParts',
  'kvCacheDtype',
  'maxBatchedTokens',
  'chunkedPrefill',
  'asyncScheduling',
  'cudaGraph',
  'gpuMemoryUtilization',
  'speculative',
  'arrivalScv',
  'inputTokensScv',
  'outputTokensScv',
  'expertImbalance',
  'promptsPerSlot',
  'warmupRequests',
] as const satisfies readonly (keyof PredictRequest)[];

/** Largest batch that the measurements were compiled for: what a server has unless `maxNumSeqs` says otherwise. */
const LARGEST_BATCH = 32;
/** Share of device memory for weights and caches; the rest holds graphs and activations. */
const MEMORY_SHARE = 0.9;
const WIDENING: Readonly<Record<Basis, number>> = { calibrated: 1, interpolated: 1.3, extrapolated: 2 };

/** Cores of a chip as the compiler counts them: two before Trainium2, eight there, joined in pairs unless LNC is 1. */
function coresPerChip(generation: string, logicalNeuronCore: number | undefined): number {
  if (generation === 'neuron2') return 2;
  return logicalNeuronCore === 1 ? 8 : 4;
}

function acceleratorOf(request: PredictRequest, catalog: Catalog) {
  const key = request.accelerator ?? findInstanceType(catalog, request.instanceType ?? '').acceleratorKey;
  return findAccelerator(catalog, key);
}

/** Whether a request asks for a Neuron device. */
export function asksForNeuron(request: PredictRequest, catalog: Catalog): boolean {
  return acceleratorOf(request, catalog).vendor === 'aws';
}

const CHIPS = [1, 2, 4, 8, 16];

/** Chips as said; else the fewest of a power of two, or a whole instance, on which the weights take less than 0.8 of the memory. */
function chipsOf(
  request: PredictRequest,
  model: ModelArchitecture,
  catalog: Catalog,
  memoryBytes: number,
  coresPerChip: number,
): number {
  if (request.accelerators !== undefined) return request.accelerators;
  if (request.tensorParallel !== undefined) return request.tensorParallel / coresPerChip;
  const instance = request.instanceType === undefined ? undefined : findInstanceType(catalog, request.instanceType);
  const most = instance?.acceleratorCount ?? 16;
  const weights = model.totalParameters * bytesPerWeight(request, acceleratorOf(request, catalog));
  return CHIPS.find((n) => n < most && weights < 0.8 * n * memoryBytes) ?? most;
}

/**
 * Bytes of a weight in device memory. A chip without units for a format holds it widened to bf16, as Trainium2 serves gpt-oss (SDK
 * tutorial in neuron.csv); Trainium3 multiplies MXFP4, 8 bits of scale for 32 weights.
 */
function bytesPerWeight(request: PredictRequest, accelerator: Accelerator): number {
  const { fp8, fp4 } = accelerator.denseFlopsPerSecond;
  if (request.precision === 'fp8' && fp8 !== undefined) return BYTES_PER_WEIGHT.fp8;
  return request.precision === 'fp4' && fp4 !== undefined ? BYTES_PER_WEIGHT.mxfp4 : BYTES_PER_WEIGHT.bf16;
}

function loadOf(
  request: PredictRequest,
  model: ModelArchitecture,
  catalog: Catalog,
): NeuronLoad & { memoryBytes: number } {
  const accelerator = acceleratorOf(request, catalog);
  const { memoryBytes } = accelerator;
  if (memoryBytes === undefined || accelerator.memoryBandwidthBytesPerSecond === undefined) {
    throw new Problem(
      'InvalidArgument',
      `no source states the memory or the bandwidth of ${accelerator.name}; name another accelerator`,
    );
  }
  if (request.engine !== undefined && request.engine !== 'vllm-neuron' && request.engine !== 'neuron-static') {
    throw new Problem(
      'InvalidArgument',
      `${accelerator.name} does not run ${request.engine}; give vllm-neuron or neuron-static as engine`,
    );
  }
  const cores = coresPerChip(accelerator.generation, request.logicalNeuronCore);
  const chips = chipsOf(request, model, catalog, memoryBytes, cores);
  const concurrency = request.concurrency ?? 1;
  return {
    model,
    accelerator,
    memoryBytes,
    engine: request.engine ?? (request.protocol === 'static' ? 'neuron-static' : 'vllm-neuron'),
    chips,
    batch: request.maxNumSeqs ?? Math.min(LARGEST_BATCH, 2 ** Math.ceil(Math.log2(Math.max(1, concurrency)))),
    concurrency,
    inputTokens: request.inputTokens,
    outputTokens: request.outputTokens,
    bytesPerWeight: bytesPerWeight(request, accelerator),
    sampledOnHost: false,
  };
}

function openLoop(
  request: PredictRequest,
  load: NeuronLoad,
  file: NeuronFile,
  seats: number,
): { readonly load: NeuronLoad; readonly saturated: boolean } {
  const rate = request.requestsPerSecond;
  if (rate === undefined) return { load, saturated: load.concurrency > load.batch };
  const most = Math.min(seats, request.maxNumSeqs ?? LARGEST_BATCH);
  for (let concurrency = 1; concurrency <= most; concurrency += 1) {
    const batch = Math.min(most, request.maxNumSeqs ?? 2 ** Math.ceil(Math.log2(concurrency)));
    const tried = { ...load, batch, concurrency };
    const t = neuronTimes(tried, file.coefficients);
    if (concurrency >= rate * (t.prefillSeconds + load.outputTokens * t.tpotSeconds) && concurrency <= batch)
      return { load: tried, saturated: false };
  }
  return { load: { ...load, batch: most, concurrency: most }, saturated: true };
}

function basisOf(key: string): Basis {
  if (key === 'TRN3') return 'extrapolated';
  return key === 'TRN2' ? 'interpolated' : 'calibrated';
}

/** Predicts a request for Inferentia or Trainium. */
export function predictNeuron(
  request: PredictRequest,
  model: ModelArchitecture,
  catalog: Catalog,
  file: NeuronFile,
): PredictAnswer {
  const given = loadOf(request, model, catalog);
  const basis = basisOf(given.accelerator.key);
  const chosen = [
    ...(request.engine === undefined ? [`engine ${given.engine}`] : []),
    ...(request.accelerators === undefined && request.tensorParallel === undefined
      ? [`accelerators ${given.chips}`]
      : []),
    ...(request.maxNumSeqs === undefined ? ['compiled batch'] : []),
    ...(given.bytesPerWeight === 2 && request.precision !== undefined && request.precision !== 'bf16'
      ? [`${request.precision} weights widened to bf16`]
      : []),
    'newest known software',
    ...unusedInputs(request, UNUSED),
  ];
  const cores = given.chips * coresPerChip(given.accelerator.generation, request.logicalNeuronCore);
  const padded = given.engine === 'neuron-static' && given.accelerator.generation === 'neuron2';
  const weights = model.totalParameters + paddingWeights(model, cores, padded);
  const free = given.chips * given.memoryBytes * MEMORY_SHARE - weights * given.bytesPerWeight;
  const capacity = Math.floor(free / neuronKvBytes(model, cores, padded));
  const seats = Math.floor(capacity / (request.inputTokens + request.outputTokens));
  if (seats < 1) return unfit(request.id, basis, chosen);
  const { load, saturated } = openLoop(request, { ...given, batch: Math.min(given.batch, seats) }, file, seats);
  const t = neuronTimes(load, file.coefficients);
  const group = given.accelerator.generation === 'neuron2' ? 'v2' : 'TRN2';
  // Every step and every first token read the weights once, at best at the datasheet's bandwidth.
  const floor =
    (weightsRead(model, 1) * load.bytesPerWeight) /
    (load.chips * (load.accelerator.memoryBandwidthBytesPerSecond ?? Number.POSITIVE_INFINITY));
  const around = (value: number, metric: 'tpot' | 'ttft'): readonly [number, number] => {
    const band = bandOf(file[metric], group, WIDENING[basis]);
    return [Math.max(value * band.low, Math.min(value, floor)), value * band.high];
  };
  const inFlight = Math.min(load.concurrency, load.batch);
  const stall = load.engine === 'vllm-neuron' && inFlight > 1 ? t.prefillSeconds : 0;
  return {
    id: request.id,
    fits: true,
    saturated: saturated || load.concurrency > load.batch,
    ttftSeconds: t.ttftSeconds,
    tpotSeconds: t.tpotSeconds,
    outputTokensPerSecond:
      request.requestsPerSecond !== undefined && !saturated
        ? request.requestsPerSecond * load.outputTokens
        : (inFlight * load.outputTokens) / (t.prefillSeconds + (load.outputTokens - 1) * t.tpotSeconds),
    ttftP99Seconds: t.ttftSeconds + stall * Math.log(100),
    tpotP99Seconds: t.tpotSeconds + (2.326 * Math.sqrt(Math.max(0, inFlight - 1)) * stall) / load.outputTokens,
    itlP99Seconds: t.stepSeconds + (inFlight - 1 >= 0.01 * load.outputTokens ? stall : 0),
    kvCapacityTokens: capacity,
    maxConcurrency: Math.min(seats, request.maxNumSeqs ?? LARGEST_BATCH),
    bottleneck: saturated ? 'memory' : t.tpotSeconds > 1.5 * t.stepSeconds ? 'prefillFlops' : 'decodeBandwidth',
    basis,
    chosen,
    errorBand: {
      level: file.tpot.level,
      ttftSeconds: around(t.ttftSeconds, 'ttft'),
      tpotSeconds: around(t.tpotSeconds, 'tpot'),
    },
  };
}
