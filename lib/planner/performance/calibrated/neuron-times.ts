import type { Accelerator } from '../../../catalog/accelerator';
import type { ModelArchitecture } from '../../../catalog/model';
import { activeExperts } from './experts';

/** Coefficients of Inferentia and Trainium; fitted by their logarithms. */
export const NEURON_NAMES = [
  /** Floor of a layer on NeuronCore v2, and on v3. */
  'layerFloor2',
  'layerFloor3',
  /** Share of memory bandwidth when reading weights, by generation, and when reading keys and values. */
  'weightMemory2',
  'weightMemory3',
  'cacheMemory',
  /** Host time of a step in the SDK's static loop, and in a server. */
  'hostStatic',
  'hostServed',
  /** Time per compiled sequence and 32 layers in each: attention runs a kernel per sequence. */
  'sequenceStatic',
  'sequenceServed',
  /** Sampling on the host: time per logit of every compiled sequence (the copy), and of every running one (the choice). */
  'logitCopy',
  'logitSample',
  /** Share of peak FLOP/s in prefill. */
  'prefill',
  /** Prefill of MoE models, which runs all experts, relative to a dense model of their total size. */
  'expertPrefill',
  /** Time before a first token besides prefill. */
  'requestOverhead',
  /** Share of other requests' prefills that a decoding request feels. */
  'interference',
  /** Exponent on a vocabulary's size by which its tokens are longer than those of a smaller one. */
  'vocabularyReach',
] as const;

export type NeuronName = (typeof NEURON_NAMES)[number];
export type NeuronCoefficients = Record<NeuronName, number>;

/** A server on Neuron chips and its load. */
export interface NeuronLoad {
  readonly model: ModelArchitecture;
  readonly accelerator: Accelerator;
  readonly engine: 'neuron-static' | 'vllm-neuron';
  readonly chips: number;
  /** Sequences the graph was compiled for: every step costs as much as all of them. */
  readonly batch: number;
  readonly concurrency: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly bytesPerWeight: number;
  readonly sampledOnHost: boolean;
}

export interface NeuronTimes {
  readonly stepSeconds: number;
  readonly prefillSeconds: number;
  readonly tpotSeconds: number;
  readonly ttftSeconds: number;
}

/** NeuronCores of a chip as tensor parallelism counts them: two, or four logical ones from Trainium2 on. */
const CORES_PER_CHIP = { neuron2: 2, other: 4 };
/** Layers that the time per sequence is stated for. */
const SEQUENCE_LAYERS = 32;

/**
 * Key-value heads over all cores. A core keeps at least one. The SDK's static loops on NeuronCore v2 (transformers-neuronx) pad
 * query heads to a multiple of the cores and copy key-value heads to match: read off how measured times grow with context on 24
 * and on 32 cores.
 */
function keptHeads(heads: number, kvHeads: number, cores: number, padded: boolean): number {
  const copied = cores > kvHeads || kvHeads > 0.9 * heads;
  return padded && copied ? paddedHeads(heads, cores) : Math.max(kvHeads, cores);
}

/** Of the heads: what stands above a multiple of the cores by less than this is not padded to the next, so that no model stands on the edge of a jump. */
const LET_PASS = 0.025;

/** Heads padded to a multiple of the cores. */
const paddedHeads = (heads: number, cores: number): number =>
  Math.max(heads, Math.ceil((heads * (1 - LET_PASS)) / cores) * cores);

/** Whether a load runs on the SDK's static loop of NeuronCore v2. */
const padsHeads = (load: Pick<NeuronLoad, 'engine' | 'accelerator'>): boolean =>
  load.engine === 'neuron-static' && load.accelerator.generation === 'neuron2';

/** Bytes of keys and values per token over all layers and cores, bf16. */
export function neuronKvBytes(model: ModelArchitecture, cores: number, padded = false): number {
  const a = model.attention;
  if (a.kind === 'mla') return model.layers * (a.kvLoraRank + a.qkRopeHeadDim) * 2 * cores;
  const full = a.kind === 'gqa' ? { layers: model.layers, ...a } : a.full;
  return full.layers * 2 * keptHeads(full.heads, full.kvHeads, cores, padded) * full.headDim * 2;
}

/** Weights that padded query heads and copied key-value heads add. */
export function paddingWeights(model: ModelArchitecture, cores: number, padded: boolean): number {
  const a = model.attention;
  if (a.kind === 'mla') return 0;
  const full = a.kind === 'gqa' ? { layers: model.layers, ...a } : a.full;
  const queries = paddedHeads(full.heads, cores) - full.heads;
  const keys = keptHeads(full.heads, full.kvHeads, cores, padded) - full.kvHeads;
  return full.layers * model.hidden * full.headDim * 2 * (queries + keys);
}

/** Weights that a step of `batch` sequences reads: everything but the experts that no token chose. */
export function weightsRead(model: ModelArchitecture, batch: number): number {
  const moe = model.moe;
  if (moe === undefined) return model.totalParameters;
  const each = moe.layers * model.feedForwardMatrices * model.hidden * moe.expertIntermediate;
  const idle = moe.experts - activeExperts(moe.experts, moe.expertsPerToken, batch, 1);
  return model.totalParameters - idle * each;
}

/** Seconds of one decoding step: everything that was compiled runs, whether a request uses it or not. */
function decodeStep(load: NeuronLoad, c: NeuronCoefficients): number {
  const { model, accelerator } = load;
  const served = load.engine === 'vllm-neuron';
  // A server of one sequence has nothing to batch: its loop is the SDK's.
  const continuous = served && load.batch > 1;
  const bandwidth = load.chips * (accelerator.memoryBandwidthBytesPerSecond ?? 0);
  const old = accelerator.generation === 'neuron2';
  const cores = load.chips * (old ? CORES_PER_CHIP.neuron2 : CORES_PER_CHIP.other);
  const padded = padsHeads(load);
  const active = Math.min(load.batch, load.concurrency);
  // Graphs are compiled for a length: a step reads the cache of the whole of it. Servers mask idle slots, static loops do not.
  const cached = (served ? active : load.batch) * (load.inputTokens + load.outputTokens);
  const weights = weightsRead(model, load.batch) + paddingWeights(model, cores, padded);
  const sequence = (load.batch * model.layers * (continuous ? c.sequenceServed : c.sequenceStatic)) / SEQUENCE_LAYERS;
  const logits = load.sampledOnHost ? model.vocabulary * (load.batch * c.logitCopy + active * c.logitSample) : 0;
  return (
    model.layers * (old ? c.layerFloor2 : c.layerFloor3) +
    (weights * load.bytesPerWeight) / (bandwidth * (old ? c.weightMemory2 : c.weightMemory3)) +
    (cached * neuronKvBytes(model, cores, padded)) / (bandwidth * c.cacheMemory) +
    (continuous ? c.hostServed : c.hostStatic) +
    sequence +
    logits
  );
}

/** Times of one server: static shapes, one prompt at a time, decode stalled by prefill. */
export function neuronTimes(load: NeuronLoad, c: NeuronCoefficients): NeuronTimes {
  const { model, accelerator } = load;
  const served = load.engine === 'vllm-neuron';
  const flops = load.chips * (accelerator.denseFlopsPerSecond.bf16 ?? 0);
  const stepSeconds = decodeStep(load, c);
  const parameters = model.moe === undefined ? model.activeParameters : model.totalParameters * c.expertPrefill;
  const prefillSeconds = (2 * parameters * load.inputTokens) / (flops * c.prefill);
  const active = Math.min(load.batch, load.concurrency);
  const stall = served ? (c.interference * (active - 1) * prefillSeconds) / load.outputTokens : 0;
  const tpotSeconds = stepSeconds + stall;
  const together = served ? 1 : load.batch;
  // What finds no slot waits for those before it: Little's law over the slots.
  const queued = Math.max(0, load.concurrency / load.batch - 1) * load.outputTokens * tpotSeconds;
  return {
    stepSeconds,
    prefillSeconds,
    tpotSeconds,
    ttftSeconds: c.requestOverhead + together * prefillSeconds + queued,
  };
}
