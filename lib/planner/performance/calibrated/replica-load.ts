import type { Accelerator } from '../../../catalog/accelerator';
import type { ModelArchitecture } from '../../../catalog/model';
import type { Precision } from '../../../workload/workload';
import { type CheckpointSaid, formatsOf, kvBytesOf } from './formats';
import { kvCapacityTokens, type MemoryPolicy } from './memory-fit';
import { type Layout, type Parallelism, type RankWork, rankWork } from './rank-work';
import type { Protocol, Serving } from './request-time';

export type GpuEngine = 'vllm' | 'sglang' | 'trtllm';

/** What an engine does unless told otherwise. */
export interface EngineDefaults {
  /** Prompt tokens a step takes. The public InferenceMAX recipes set 8,192 on vLLM. */
  readonly chunkTokens: number;
  /** SGLang runs prefill in steps of its own. */
  readonly mixed: boolean;
  /** TensorRT-LLM's scheduler admits a request with room for all its output (GUARANTEED_NO_EVICT); the others evict. */
  readonly reserved: boolean;
  readonly memory: MemoryPolicy;
}

export const ENGINE_DEFAULTS: Readonly<Record<GpuEngine, EngineDefaults>> = {
  vllm: { chunkTokens: 8192, mixed: true, reserved: false, memory: { fraction: 0.9, reserveBytes: 4e9 } },
  sglang: { chunkTokens: 8192, mixed: false, reserved: false, memory: { fraction: 0.88, reserveBytes: 4e9 } },
  trtllm: { chunkTokens: 8192, mixed: true, reserved: true, memory: { fraction: 0.9, reserveBytes: 4e9 } },
};

/** A replica and its load as a measurement or a request states them; what is left out is the engine's default. */
export interface ReplicaLoad extends Parallelism, CheckpointSaid, Layout {
  readonly model: ModelArchitecture;
  readonly accelerator: Accelerator;
  readonly engine: GpuEngine;
  readonly precision: Precision;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly concurrency: number;
  readonly protocol: Protocol;
  readonly monthsOld: number;
  readonly chunkTokens?: number | undefined;
  readonly memoryFraction?: number | undefined;
  readonly promptsPerSlot?: number | undefined;
  readonly warm?: boolean;
  readonly prefixHit?: number;
  readonly verified?: number;
  readonly accepted?: number;
  readonly draftShare?: number;
  readonly inputTokensScv?: number | undefined;
  readonly outputTokensScv?: number | undefined;
}

/** Counts a replica's work on one rank. */
export function workOf(load: ReplicaLoad): RankWork {
  const kvBytes = kvBytesOf(load.model, load.precision, load.engine, load.accelerator.generation, load);
  return rankWork(load.model, load.accelerator, load, formatsOf(load.model, load.precision, kvBytes, load), load);
}

/** Completes a load with its engine's defaults and the memory left for caches. */
export function servingOf(load: ReplicaLoad, work: RankWork): Serving {
  const defaults = ENGINE_DEFAULTS[load.engine];
  const policy =
    load.memoryFraction === undefined
      ? defaults.memory
      : { fraction: load.memoryFraction, reserveBytes: defaults.memory.reserveBytes, stated: true };
  return {
    inputTokens: load.inputTokens,
    outputTokens: load.outputTokens,
    concurrency: load.concurrency,
    protocol: load.protocol,
    chunkTokens: load.chunkTokens ?? defaults.chunkTokens,
    mixed: defaults.mixed,
    reserved: defaults.reserved,
    kvCapacityTokens: kvCapacityTokens(work, load.accelerator.memoryBytes ?? 0, policy),
    monthsOld: load.monthsOld,
    promptsPerSlot: load.promptsPerSlot ?? 10,
    warm: load.warm ?? false,
    prefixHit: load.prefixHit ?? 0,
    verified: load.verified ?? 1,
    accepted: load.accepted ?? 1,
    draftShare: load.draftShare ?? 0,
    inputTokensScv: load.inputTokensScv,
    outputTokensScv: load.outputTokensScv,
  };
}

const REMEMBERED = 4096;

/** `workOf` that remembers: counting a model's work costs more than predicting with it. */
export function rememberedWork(): (load: ReplicaLoad) => RankWork {
  const works = new Map<string, RankWork>();
  return (load) => {
    const key = `${load.model.id}|${load.accelerator.key}|${load.engine}|${load.precision}|${load.tensorParallel}|${load.attentionDataParallel}|${load.expertTensorParallel}|${load.expertParallel}|${load.linkBytesPerSecond}|${load.linkSeconds}|${load.attentionInNode}|${load.pipelineParallel}|${load.nodes}|${load.expertImbalance}|${load.cudaGraph}|${load.kvCacheDtype}|${load.quantization}|${load.unquantizedParts}`;
    const known = works.get(key);
    if (known !== undefined) return known;
    if (works.size >= REMEMBERED) works.clear();
    const work = workOf(load);
    works.set(key, work);
    return work;
  };
}
