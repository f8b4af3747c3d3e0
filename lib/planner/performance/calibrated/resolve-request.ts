import type { Accelerator } from '../../../catalog/accelerator';
import { type Catalog, findAccelerator, findInstanceType } from '../../../catalog/catalog';
import type { ModelArchitecture } from '../../../catalog/model';
import { Problem } from '../../../problem';
import type { Precision } from '../../../workload/workload';
import { weightBytes } from './memory-fit';
import { ageOf, type Cell, type Resolved } from './predict-gpu';
import type { PredictRequest } from './predict-request';
import { type GpuEngine, type ReplicaLoad, workOf } from './replica-load';

/** PCIe 4.0 × 16, one direction: where no source states how two accelerators reach each other. */
const PCIE_BYTES_PER_SECOND = 32e9;
const EFA_LATENCY_SHARE = 0.25;

/** What a resolution reads besides the request. */
export interface Sources {
  readonly catalog: Catalog;
  readonly modelOf: (name: string) => ModelArchitecture;
  readonly cellOf: (accelerator: string, engine: GpuEngine) => Cell | undefined;
}

/** Memory per accelerator; an UltraServer's share where the accelerator itself states none. */
export function memoryOf(accelerator: Accelerator, catalog: Catalog): number | undefined {
  if (accelerator.memoryBytes !== undefined) return accelerator.memoryBytes;
  const whole = catalog.ultraServers.find((u) => u.acceleratorKey === accelerator.key && u.memoryBytes !== undefined);
  return whole?.memoryBytes === undefined ? undefined : whole.memoryBytes / whole.acceleratorCount;
}

function acceleratorOf(request: PredictRequest, catalog: Catalog): Accelerator {
  if (request.accelerator !== undefined) return findAccelerator(catalog, request.accelerator);
  return findAccelerator(catalog, findInstanceType(catalog, request.instanceType ?? '').acceleratorKey);
}

/** The checkpoint's own precision, widened to what the hardware has units for. */
function precisionOf(request: PredictRequest, model: ModelArchitecture): Precision {
  return request.precision ?? model.checkpoint.precision;
}

interface Shape {
  readonly tensorParallel: number;
  readonly attentionDataParallel: number;
  readonly expertTensorParallel: number;
  readonly expertParallel: number;
  readonly pipelineParallel: number;
}

/** Completes the parallelism: tensor parallelism takes what the others leave, experts follow it. */
function shapeOf(request: PredictRequest, model: ModelArchitecture, accelerators: number): Shape {
  const pipelineParallel = request.pipelineParallel ?? 1;
  const ranks = accelerators / pipelineParallel;
  const attentionDataParallel =
    request.attentionDataParallel ?? (request.tensorParallel === undefined ? 1 : ranks / request.tensorParallel);
  const tensorParallel = request.tensorParallel ?? ranks / attentionDataParallel;
  const expertParallel =
    request.expertParallel ?? (request.expertTensorParallel === undefined ? 1 : ranks / request.expertTensorParallel);
  const expertTensorParallel =
    model.moe === undefined ? tensorParallel : (request.expertTensorParallel ?? ranks / expertParallel);
  const shape = { tensorParallel, attentionDataParallel, expertTensorParallel, expertParallel, pipelineParallel };
  const whole = Object.values(shape).every((n) => Number.isInteger(n) && n >= 1);
  if (!whole || tensorParallel * attentionDataParallel * pipelineParallel !== accelerators) {
    throw new Problem(
      'InvalidArgument',
      `tensorParallel × attentionDataParallel × pipelineParallel is ${tensorParallel} × ${attentionDataParallel} × ${pipelineParallel} but accelerators is ${accelerators}; make them equal`,
    );
  }
  return shape;
}

function acceleratorsSaid(request: PredictRequest): number | undefined {
  if (request.accelerators !== undefined) return request.accelerators;
  if (
    request.tensorParallel === undefined &&
    request.attentionDataParallel === undefined &&
    request.pipelineParallel === undefined
  )
    return undefined;
  return (request.tensorParallel ?? 1) * (request.attentionDataParallel ?? 1) * (request.pipelineParallel ?? 1);
}

function linkOf(request: PredictRequest, accelerator: Accelerator, catalog: Catalog): number {
  const own = accelerator.scaleUpBytesPerSecond ?? PCIE_BYTES_PER_SECOND;
  if ((request.nodes ?? 1) === 1) return own;
  const instance = catalog.instanceTypes.find(
    (i) => i.acceleratorKey === accelerator.key && i.network?.efaBytesPerSecond !== undefined,
  );
  const efa =
    (instance?.network?.efaBytesPerSecond ?? PCIE_BYTES_PER_SECOND) / Math.max(1, instance?.acceleratorCount ?? 1);
  return Math.min(own, efa * (1 + EFA_LATENCY_SHARE));
}

/** Drafting costs a layer and a head per draft token, relative to the whole model, where no draft model is known. */
function speculation(request: PredictRequest, model: ModelArchitecture, sources: Sources) {
  const s = request.speculative;
  if (s === undefined) return {};
  const draft = s.draftModel === undefined ? undefined : sources.catalog.models.find((row) => row.id === s.draftModel);
  const share = draft === undefined ? 1 / model.layers : draft.activeParameters / model.activeParameters;
  return { verified: s.draftTokens + 1, accepted: s.acceptanceLength, draftShare: s.draftTokens * share };
}

/** Looks names up and fills gaps. @throws Problem for what does not exist or does not add up. */
export function resolveRequest(request: PredictRequest, sources: Sources): Resolved {
  const model = sources.modelOf(request.model);
  const found = acceleratorOf(request, sources.catalog);
  const engine = (request.engine ?? 'vllm') as GpuEngine;
  const cell = sources.cellOf(found.key, engine);
  const memoryBytes = memoryOf(found, sources.catalog);
  if (cell === undefined || memoryBytes === undefined) {
    throw new Problem(
      'InvalidArgument',
      `no source states the memory or the bandwidth of ${found.name}; name another accelerator`,
    );
  }
  const accelerator = { ...found, memoryBytes };
  const precision = precisionOf(request, model);
  const age = ageOf(request);
  const loadFor = (accelerators: number): ReplicaLoad & { pipelineParallel: number } => ({
    ...request,
    ...shapeOf(request, model, accelerators),
    ...speculation(request, model, sources),
    model,
    accelerator,
    engine,
    precision,
    concurrency: request.concurrency ?? 1,
    protocol: request.protocol ?? 'steady',
    monthsOld: age.months,
    linkBytesPerSecond: linkOf(request, found, sources.catalog),
    chunkTokens:
      request.chunkedPrefill === false
        ? Math.max(request.inputTokens, request.maxBatchedTokens ?? 0)
        : (request.maxBatchedTokens ?? undefined),
    memoryFraction: request.gpuMemoryUtilization,
    warm: (request.warmupRequests ?? 0) > 0,
    prefixHit: Math.min(0.999, request.prefixCacheHitFraction ?? 0),
  });
  const said = acceleratorsSaid(request);
  const accelerators = said ?? smallestThatFits((n) => weightBytes(workOf(loadFor(n))) < 0.8 * memoryBytes);
  const load = loadFor(accelerators);
  const chosen = [
    ...(request.engine === undefined ? [`engine ${engine}`] : []),
    ...(request.precision === undefined ? [`precision ${precision}`] : []),
    ...(said === undefined ? [`accelerators ${accelerators}`] : []),
    ...(age.known ? [] : ['newest known software']),
  ];
  return { request, model, accelerator, memoryBytes, load, pipelineParallel: load.pipelineParallel, cell, chosen };
}

function smallestThatFits(fits: (accelerators: number) => boolean): number {
  return [1, 2, 4, 8].find(fits) ?? 16;
}
