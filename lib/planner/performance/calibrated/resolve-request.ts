import type { Accelerator } from '../../../catalog/accelerator';
import { type Catalog, findAccelerator, findInstanceType, tryFindModel } from '../../../catalog/catalog';
import type { ModelArchitecture } from '../../../catalog/model';
import { Problem } from '../../../problem';
import type { Precision } from '../../../workload/workload';
import { QUANTIZATIONS } from './formats';
import { type Links, networkSeconds } from './links';
import { weightBytes } from './memory-fit';
import { ageOf, type Cell, type Resolved } from './predict-gpu';
import type { PredictRequest } from './predict-request';
import type { RankWork } from './rank-work';
import type { GpuEngine, ReplicaLoad } from './replica-load';

/** What a resolution reads besides the request. */
export interface Sources {
  readonly catalog: Catalog;
  readonly modelOf: (name: string) => ModelArchitecture;
  readonly workOf: (load: ReplicaLoad) => RankWork;
  readonly linksOf: (accelerator: Accelerator, instanceType?: string) => Links;
  readonly cellOf: (accelerator: string, engine: GpuEngine) => Cell | undefined;
}

/** The UltraServer's 20 TB by 72, as the catalogue's note on GB300 says. */
const USABLE_BYTES: Readonly<Record<string, number>> = { GB300: 278e9 };

/** Memory per accelerator; an UltraServer's share where the accelerator itself states none. */
export function memoryOf(accelerator: Accelerator, catalog: Catalog): number | undefined {
  if (accelerator.memoryBytes !== undefined) return accelerator.memoryBytes;
  if (accelerator.key in USABLE_BYTES) return USABLE_BYTES[accelerator.key];
  const whole = catalog.ultraServers.find((u) => u.acceleratorKey === accelerator.key && u.memoryBytes !== undefined);
  return whole?.memoryBytes === undefined ? undefined : whole.memoryBytes / whole.acceleratorCount;
}

function acceleratorOf(request: PredictRequest, catalog: Catalog): Accelerator {
  if (request.accelerator !== undefined) return findAccelerator(catalog, request.accelerator);
  return findAccelerator(catalog, findInstanceType(catalog, request.instanceType ?? '').acceleratorKey);
}

/** The checkpoint's own precision where none is said. @throws Problem for a quantization of another precision */
function precisionOf(request: PredictRequest, model: ModelArchitecture): Precision {
  const precision = request.precision ?? model.checkpoint.precision;
  const said = request.quantization;
  const allowed: readonly string[] = QUANTIZATIONS[precision];
  if (said !== undefined && !allowed.includes(said)) {
    throw new Problem(
      'InvalidArgument',
      `quantization is ${said} but precision is ${precision}; ${allowed.length === 0 ? 'leave it out' : `give ${allowed.join(' or ')}`}, or the precision that it belongs to`,
    );
  }
  return precision;
}

interface Shape {
  readonly tensorParallel: number;
  readonly attentionDataParallel: number;
  readonly expertTensorParallel: number;
  readonly expertParallel: number;
  readonly pipelineParallel: number;
}

/** Nodes that a replica spans. */
interface Spanned {
  readonly nodes: number;
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
  if (model.moe !== undefined && expertTensorParallel * expertParallel !== ranks) {
    throw new Problem(
      'InvalidArgument',
      `expertTensorParallel × expertParallel is ${expertTensorParallel} × ${expertParallel} but a stage has ${ranks} accelerators; make them equal`,
    );
  }
  const heads = headsOf(model);
  if (heads % tensorParallel !== 0) {
    throw new Problem(
      'InvalidArgument',
      `tensorParallel is ${tensorParallel} but the model has ${heads} attention heads; give a number that divides them`,
    );
  }
  return shape;
}

const headsOf = ({ attention }: ModelArchitecture): number =>
  attention.kind === 'hybridLinear' ? attention.full.heads : attention.heads;

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

/** Nodes that a replica spans: as said, else as many as its accelerators fill. */
function nodesOf(request: PredictRequest, links: Links, accelerators: number): number {
  return request.nodes ?? Math.ceil(accelerators / links.domainSize);
}

/** Drafting costs a layer and a head per draft token, relative to the whole model, where no draft model is known. */
function speculation(request: PredictRequest, model: ModelArchitecture, sources: Sources) {
  const s = request.speculative;
  if (s === undefined) return { verified: 1, accepted: 1, draftShare: 0, unknownDraft: false };
  const draft = draftOf(s.draftModel, sources.catalog);
  const share = draft === undefined ? 1 / model.layers : draft.activeParameters / model.activeParameters;
  return {
    verified: s.draftTokens + 1,
    accepted: s.acceptanceLength,
    draftShare: s.draftTokens * share,
    unknownDraft: s.draftModel !== undefined && draft === undefined,
  };
}

const draftOf = (name: string | undefined, catalog: Catalog): ModelArchitecture | undefined =>
  name === undefined ? undefined : tryFindModel(catalog, name);

/** What is the same whatever number of accelerators serves a request. */
interface Known {
  readonly model: ModelArchitecture;
  readonly accelerator: Accelerator;
  readonly engine: GpuEngine;
  readonly precision: Precision;
  readonly monthsOld: number;
  readonly links: Links;
  readonly speculation: ReturnType<typeof speculation>;
}

/** Prompt tokens of a step: whole prompts where chunking is switched off. */
function chunkOf(request: PredictRequest): number | undefined {
  if (request.chunkedPrefill !== false) return request.maxBatchedTokens;
  return Math.max(request.inputTokens, request.maxBatchedTokens ?? 0);
}

function loadOf(request: PredictRequest, known: Known, accelerators: number): ReplicaLoad & Shape & Spanned {
  const shape = shapeOf(request, known.model, accelerators);
  const nodes = nodesOf(request, known.links, accelerators);
  // Stages are laid along nodes: collectives run inside a stage.
  const crossed = Math.ceil(nodes / shape.pipelineParallel);
  return {
    model: known.model,
    accelerator: known.accelerator,
    engine: known.engine,
    precision: known.precision,
    inputTokens: request.inputTokens,
    outputTokens: request.outputTokens,
    concurrency: request.concurrency ?? 1,
    protocol: request.protocol ?? 'steady',
    tensorParallel: shape.tensorParallel,
    attentionDataParallel: shape.attentionDataParallel,
    expertTensorParallel: shape.expertTensorParallel,
    expertParallel: shape.expertParallel,
    pipelineParallel: shape.pipelineParallel,
    monthsOld: known.monthsOld,
    linkBytesPerSecond: crossed > 1 ? known.links.far : known.links.near,
    linkSeconds: networkSeconds(crossed),
    attentionInNode: crossed > 1 && shape.tensorParallel <= accelerators / nodes,
    networkBytesPerSecond: known.links.far,
    nodes,
    expertImbalance: request.expertImbalance,
    quantization: request.quantization,
    unquantizedParts: request.unquantizedParts,
    kvCacheDtype: request.kvCacheDtype,
    chunkTokens: chunkOf(request),
    memoryFraction: request.gpuMemoryUtilization,
    promptsPerSlot: request.promptsPerSlot,
    warm: (request.warmupRequests ?? 0) > 0,
    prefixHit: Math.min(0.999, request.prefixCacheHitFraction ?? 0),
    verified: known.speculation.verified,
    accepted: known.speculation.accepted,
    draftShare: known.speculation.draftShare,
    cudaGraph: request.cudaGraph,
    inputTokensScv: request.inputTokensScv,
    outputTokensScv: request.outputTokensScv,
  };
}

function knownOf(
  request: PredictRequest,
  found: Accelerator,
  memoryBytes: number,
  engine: GpuEngine,
  sources: Sources,
): Known {
  const model = sources.modelOf(request.model);
  return {
    model,
    accelerator: found.memoryBytes === memoryBytes ? found : { ...found, memoryBytes },
    engine,
    precision: precisionOf(request, model),
    monthsOld: ageOf(request).months,
    links: sources.linksOf(found, request.instanceType),
    speculation: speculation(request, model, sources),
  };
}

function assumedArrivals(request: PredictRequest): readonly string[] {
  const constant = request.inputTokensScv === undefined && request.outputTokensScv === undefined;
  return [
    ...(request.arrivalScv === undefined ? ['Poisson arrivals'] : []),
    ...(constant ? ['constant token lengths'] : []),
  ];
}

/** Inputs that a GPU's answer does not depend on: of another device, of arrivals, or of a benchmark's protocol. */
function unusedOnGpu(request: PredictRequest): readonly (keyof PredictRequest)[] {
  const { logicalNeuronCore, arrivalScv, inputTokensScv, promptsPerSlot, warmupRequests } = request;
  // Most requests say none of them, and a hundred thousand are answered in a second or two.
  if ((logicalNeuronCore ?? arrivalScv ?? inputTokensScv ?? promptsPerSlot ?? warmupRequests) === undefined) return [];
  const bench = request.protocol === 'inferencex' || request.protocol === 'other';
  const open = request.requestsPerSecond !== undefined;
  return [
    'logicalNeuronCore',
    ...(open ? [] : (['arrivalScv'] as const)),
    ...(bench && !open ? (['inputTokensScv'] as const) : (['promptsPerSlot', 'warmupRequests'] as const)),
  ];
}

/** Says which inputs were given and are not read. */
export function unusedInputs(request: PredictRequest, names: readonly (keyof PredictRequest)[]): readonly string[] {
  if (names.length === 0) return [];
  const given = names.filter((name) => request[name] !== undefined);
  return given.length === 0 ? [] : [`not used here: ${given.join(', ')}`];
}

/** What the planner chose for a request, in words. */
function choices(
  request: PredictRequest,
  known: Known,
  accelerators: number,
  said: number | undefined,
): readonly string[] {
  const nodes = nodesOf(request, known.links, accelerators);
  return [
    ...(request.engine === undefined ? [`engine ${known.engine}`] : []),
    ...(request.precision === undefined ? [`precision ${known.precision}`] : []),
    ...(said === undefined ? [`accelerators ${accelerators}`] : []),
    ...(request.nodes === undefined && nodes > 1 ? [`nodes ${nodes}`] : []),
    ...(known.speculation.unknownDraft ? ['a draft model that the catalogue does not have: a layer a token'] : []),
    ...(ageOf(request).known ? [] : ['newest known software']),
    ...(request.requestsPerSecond === undefined ? [] : assumedArrivals(request)),
    ...unusedInputs(request, unusedOnGpu(request)),
  ];
}

/** Looks names up and fills gaps. @throws Problem for what does not exist or does not add up. */
export function resolveRequest(request: PredictRequest, sources: Sources): Resolved {
  const found = acceleratorOf(request, sources.catalog);
  const engine = (request.engine ?? 'vllm') as GpuEngine;
  const cell = sources.cellOf(found.key, engine);
  const memoryBytes = memoryOf(found, sources.catalog);
  if (cell === undefined || memoryBytes === undefined) {
    throw new Problem(
      'InvalidArgument',
      `no coefficients or memory are known for ${found.name} with ${engine}; name another accelerator or engine`,
    );
  }
  const known = knownOf(request, found, memoryBytes, engine, sources);
  const said = acceleratorsSaid(request);
  const accelerators =
    said ??
    smallestThatFits(
      sizesFor(request, known),
      (n) => weightBytes(sources.workOf(loadOf(request, known, n))) < 0.8 * memoryBytes,
    );
  const load = loadOf(request, known, accelerators);
  return {
    request,
    memoryBytes,
    load,
    pipelineParallel: load.pipelineParallel,
    cell,
    work: sources.workOf(load),
    nodes: load.nodes,
    chosen: choices(request, known, accelerators, said),
  };
}

/** Numbers of accelerators to try: within the instance type where one is named, and such that experts and heads divide. */
function sizesFor(request: PredictRequest, known: Known): readonly number[] {
  const most = (known.links.instanceSize ?? 16) * (request.nodes ?? 1);
  const experts = (request.expertParallel ?? 1) * (request.expertTensorParallel ?? 1);
  const heads = headsOf(known.model);
  const sizes = [1, 2, 4, 8, 16].filter((n) => n <= most && n % experts === 0 && heads % n === 0);
  return sizes.length === 0 ? [experts] : sizes;
}

function smallestThatFits(sizes: readonly number[], fits: (accelerators: number) => boolean): number {
  const largest = sizes.at(-1) ?? 1;
  return sizes.slice(0, -1).find(fits) ?? largest;
}
