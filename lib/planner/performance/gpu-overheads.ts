import { allReduceSeconds, allToAllSeconds, sendSeconds } from './collectives';
import { attentionCoefficients } from './gpu-operators';
import type { GpuReplica, RankStep } from './gpu-replica';

/** Fixed time of all layers' kernels, times what the engine adds; prompt tokens also leave the captured graph. */
export function launchSeconds({ decodes, prefills }: RankStep, replica: GpuReplica): number {
  const { engine, attentionLayers, layers } = replica;
  const kernels = attentionCoefficients(replica);
  const attention = (decodes > 0 ? kernels.decodeLaunchSeconds : 0) + (prefills > 0 ? kernels.prefillLaunchSeconds : 0);
  const eager = prefills > 0 ? layers * engine.prefillSecondsPerLayer : 0;
  return replica.launchSeconds + attentionLayers * attention * engine.layerFactor + eager;
}

/** Two all-reduces a layer; where attention is data parallel, experts are reached by an all-to-all there and back. */
export function collectiveSeconds({ decodes, prefills }: RankStep, replica: GpuReplica): number {
  const { hidden, layers, moeLayers, tensorParallel, dataParallel, experts, memory } = replica;
  const { link } = replica.hardware;
  if (link === undefined) return 0;
  const bytes = (decodes + prefills) * hidden * memory.bytesPerParameter.bf16;
  const reduce = allReduceSeconds(bytes, tensorParallel, link);
  if (dataParallel === 1 || experts === undefined) return 2 * layers * reduce;
  const dispatched = (bytes * experts.expertsPerToken) / tensorParallel;
  const exchange = allToAllSeconds(dispatched, tensorParallel * dataParallel, link);
  return (2 * layers - moeLayers) * reduce + 2 * moeLayers * exchange;
}

/** A micro-batch's activations to the next pipeline stage, each rank its share. */
export function stageSendSeconds({ decodes, prefills }: RankStep, replica: GpuReplica): number {
  const { hidden, tensorParallel, memory, hardware } = replica;
  if (hardware.stageLink === undefined) return 0;
  const bytes = ((decodes + prefills) * hidden * memory.bytesPerParameter.bf16) / tensorParallel;
  return sendSeconds(bytes, hardware.stageLink);
}

/** The engine's own time: scheduling, sampling and detokenizing. */
export function hostSeconds({ decodes }: RankStep, { engine }: GpuReplica): number {
  return engine.hostSecondsPerStep + engine.hostSecondsPerSequence * decodes;
}
