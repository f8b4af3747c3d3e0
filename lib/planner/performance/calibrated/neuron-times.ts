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
  /** Time per compiled sequence in each. */
  'sequenceStatic',
  'sequenceServed',
  /** Further time per sequence when tokens are sampled on the host. */
  'hostSampling',
  /** Share of peak FLOP/s in prefill. */
  'prefill',
  /** Prefill of MoE models, which runs all experts, relative to a dense model of their total size. */
  'expertPrefill',
  /** Time before a first token besides prefill. */
  'requestOverhead',
  /** Share of other requests' prefills that a decoding request feels. */
  'interference',
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

/** Bytes of keys and values per token over all layers and cores, bf16: a core keeps at least one key-value head. */
export function neuronKvBytes(model: ModelArchitecture, cores: number): number {
  const a = model.attention;
  if (a.kind === 'mla') return model.layers * (a.kvLoraRank + a.qkRopeHeadDim) * 2 * cores;
  const full = a.kind === 'gqa' ? { layers: model.layers, ...a } : a.full;
  return full.layers * 2 * Math.max(full.kvHeads, cores) * full.headDim * 2;
}

/** Weights that a step of `batch` sequences reads: everything but the experts that no token chose. */
function weightsRead(model: ModelArchitecture, batch: number): number {
  const moe = model.moe;
  if (moe === undefined) return model.totalParameters;
  const each = moe.layers * model.feedForwardMatrices * model.hidden * moe.expertIntermediate;
  const idle = moe.experts - activeExperts(moe.experts, moe.expertsPerToken, batch, 1);
  return model.totalParameters - idle * each;
}

/** Times of one server: static shapes, one prompt at a time, decode stalled by prefill. */
export function neuronTimes(load: NeuronLoad, c: NeuronCoefficients): NeuronTimes {
  const { model, accelerator } = load;
  const served = load.engine === 'vllm-neuron';
  // A server of one sequence has nothing to batch: its loop is the SDK's.
  const continuous = served && load.batch > 1;
  const bandwidth = load.chips * (accelerator.memoryBandwidthBytesPerSecond ?? 0);
  const flops = load.chips * (accelerator.denseFlopsPerSecond.bf16 ?? 0);
  const old = accelerator.generation === 'neuron2';
  const cores = load.chips * (old ? CORES_PER_CHIP.neuron2 : CORES_PER_CHIP.other);
  // Graphs are compiled for a length: a step reads the cache of the whole of it.
  const length = load.inputTokens + load.outputTokens;
  // Servers mask idle slots, static loops read all of them.
  const cached = served ? Math.min(load.batch, load.concurrency) : load.batch;
  const floor = old ? c.layerFloor2 : c.layerFloor3;
  const stepSeconds =
    model.layers * floor +
    (weightsRead(model, load.batch) * load.bytesPerWeight) / (bandwidth * (old ? c.weightMemory2 : c.weightMemory3)) +
    (cached * length * neuronKvBytes(model, cores)) / (bandwidth * c.cacheMemory) +
    (continuous ? c.hostServed : c.hostStatic) +
    load.batch * (continuous ? c.sequenceServed : c.sequenceStatic) +
    (load.sampledOnHost ? load.batch * c.hostSampling : 0);
  const parameters = model.moe === undefined ? model.activeParameters : model.totalParameters * c.expertPrefill;
  const prefillSeconds = (2 * parameters * load.inputTokens) / (flops * c.prefill);
  const active = Math.min(load.batch, load.concurrency);
  const stall = served ? (c.interference * (active - 1) * prefillSeconds) / load.outputTokens : 0;
  const tpotSeconds = stepSeconds + stall;
  const together = served ? 1 : load.batch;
  const queued = Math.max(0, load.concurrency / load.batch - 1) * ((load.outputTokens * tpotSeconds) / 2);
  return {
    stepSeconds,
    prefillSeconds,
    tpotSeconds,
    ttftSeconds: c.requestOverhead + together * prefillSeconds + queued,
  };
}
