import { waitsForAdmission } from './admission';
import { type BandModel, bandOf } from './bands';
import type { BandFile, Basis, CoefficientFile } from './coefficient-file';
import type { Coefficients } from './coefficient-names';
import { bandGroup } from './left-out';
import { weightBytes } from './memory-fit';
import { type Arrivals, type OpenLoop, openLoopTimes, seatsOf } from './open-loop';
import { percentilesOf } from './percentiles';
import { physicalFloor } from './physical-floor';
import { type PredictAnswer, unfit } from './predict-answer';
import type { PredictRequest } from './predict-request';
import type { RankWork } from './rank-work';
import { type ReplicaLoad, servingOf } from './replica-load';
import { emptyTimes, heldTokens, type RequestTimes, requestTimes, type Serving } from './request-time';
import { withoutAsyncScheduling } from './scheduling';
import { monthsOld, softwareDate } from './software-dates';

/** A cell's coefficients ready for use. */
export interface Cell {
  readonly file: CoefficientFile;
  readonly coefficients: Coefficients;
}

/** A request whose names were looked up and whose gaps were filled. */
export interface Resolved {
  readonly request: PredictRequest;
  readonly memoryBytes: number;
  readonly load: ReplicaLoad;
  readonly pipelineParallel: number;
  readonly nodes: number;
  readonly cell: Cell;
  readonly work: RankWork;
  readonly chosen: readonly string[];
}

/** How much wider errors spread for each step away from the evidence. An assumption: no pair of a new accelerator was seen. */
const WIDENING: Readonly<Record<Basis, number>> = { calibrated: 1, interpolated: 1.3, extrapolated: 1.7 };
const MAX_NUM_SEQS = 1024;
/** One step further from evidence where a load lies outside the rows of its file; no row has a network between accelerators. */
function basisOf(cell: Cell, load: ReplicaLoad, accelerators: number, nodes: number): Basis {
  if (nodes > 1) return 'extrapolated';
  const v = cell.file.validity;
  if (v === undefined) return cell.file.basis;
  const within = ([low, high]: readonly [number, number], value: number) => value >= low * 0.5 && value <= high * 2;
  const inside =
    within(v.inputTokens, load.inputTokens) &&
    within(v.outputTokens, load.outputTokens) &&
    within(v.concurrency, load.concurrency) &&
    within(v.accelerators, accelerators);
  if (inside) return cell.file.basis;
  return cell.file.basis === 'calibrated' ? 'interpolated' : 'extrapolated';
}

function bottleneckOf(
  s: Serving,
  t: RequestTimes,
  full: boolean,
  decodeFloor: number,
  caution: number,
): PredictAnswer['bottleneck'] {
  if (full) return 'memory';
  const prefill = (t.tpotSeconds / caution) * s.accepted - t.decodeSeconds;
  if (prefill > t.decodeSeconds / 2) return 'prefillFlops';
  return decodeFloor > t.decodeSeconds / 2 ? 'engineOverhead' : 'decodeBandwidth';
}

/** The band around a prediction. What was measured cannot have been faster than the hardware: `floor`. */
function around(
  value: number,
  floor: number,
  model: BandModel,
  group: string,
  basis: Basis,
): readonly [number, number] {
  const band = bandOf(model, group, WIDENING[basis]);
  return [Math.max(value * band.low, Math.min(value, floor)), value * band.high];
}

/** Predicts one resolved request. */
export function predictGpu(r: Resolved, bands: BandFile): PredictAnswer {
  const { request, load, cell, work } = r;
  const c = coefficientsFor(request, cell);
  const base = servingOf(load, work);
  const stages = r.pipelineParallel;
  const accelerators = work.ranks * stages;
  const capacity = capacityPerRank(r, base, stages);
  const perRequest = heldTokens(base);
  const seats = Math.min(Math.floor(capacity / perRequest), request.maxNumSeqs ?? MAX_NUM_SEQS);
  const basis = basisOf(cell, load, accelerators, r.nodes);
  if (weightBytes(work) / stages >= r.memoryBytes || seats < 1) return unfit(request.id, basis, r.chosen);
  const most = seats * work.dataParallel;
  // Stages work on microbatches in turn: each step carries a stage's share of the sequences through all layers.
  const serving: Serving = {
    ...base,
    kvCapacityTokens: (seats * perRequest) / stages,
    concurrency: Math.max(1, load.concurrency / stages),
  };
  const t = emptyTimes();
  const loop = timesOf(r, c, serving, most / stages, bands.admissionShare, t);
  t.tpotSeconds *= bands.caution;
  const inFlight = request.concurrency ?? loop.concurrency * stages;
  const floor = work.layers * (c.layerFloor + c.widthFloor * work.hidden) + work.moeLayers * c.moeFloor + c.hostStep;
  const span = t.ttftSeconds + (load.outputTokens - 1) * t.tpotSeconds;
  const group = (metric: 'tpot' | 'ttft') => bandGroup(metric, load.engine, load.protocol);
  // Arrivals leave a replica idle at times: then a request decodes alone.
  const alongside = request.requestsPerSecond === undefined ? t.activeSequences : 1 / work.dataParallel;
  const least = physicalFloor(work, c, serving, alongside);
  return {
    id: request.id,
    fits: true,
    saturated: loop.saturated,
    ttftSeconds: t.ttftSeconds,
    tpotSeconds: t.tpotSeconds,
    outputTokensPerSecond:
      loop.requestsPerSecond === undefined
        ? (inFlight * load.outputTokens) / span
        : loop.requestsPerSecond * stages * load.outputTokens,
    ttftP99Seconds: loop.ttftP99Seconds,
    tpotP99Seconds: loop.tpotP99Seconds * bands.caution,
    itlP99Seconds: loop.itlP99Seconds,
    kvCapacityTokens: Math.floor(capacity * work.dataParallel),
    maxConcurrency: most,
    bottleneck: bottleneckOf(serving, t, inFlight > most, floor, bands.caution),
    basis,
    chosen: r.chosen,
    errorBand: {
      level: bands.tpot.level,
      ttftSeconds: around(t.ttftSeconds, least.ttftSeconds, bands.ttft, group('ttft'), basis),
      tpotSeconds: around(t.tpotSeconds, least.tpotSeconds, bands.tpot, group('tpot'), basis),
    },
  };
}

/** Coefficients as the request's engine is set. */
function coefficientsFor(request: PredictRequest, cell: Cell): Coefficients {
  return request.asyncScheduling === false ? withoutAsyncScheduling(cell.coefficients) : cell.coefficients;
}

function timesOf(
  r: Resolved,
  c: Coefficients,
  serving: Serving,
  most: number,
  admissionShare: number,
  t: RequestTimes,
): OpenLoop {
  const { request, work } = r;
  if (request.requestsPerSecond !== undefined) {
    const open = openLoopTimes(work, c, serving, arrivalsOf(request, r.pipelineParallel), most, t);
    if (open !== undefined) return open;
  }
  const closed: Serving =
    request.requestsPerSecond === undefined ? serving : { ...serving, concurrency: seatsOf(work, serving, most) };
  requestTimes(work, c, closed, t);
  const saturated =
    request.requestsPerSecond !== undefined ||
    closed.concurrency > most ||
    waitsForAdmission(closed, t, admissionShare);
  return { saturated, concurrency: closed.concurrency, requestsPerSecond: undefined, ...percentilesOf(c, closed, t) };
}

/** Arrivals of a stage: what is not said is Poisson, and of constant lengths. */
function arrivalsOf(request: PredictRequest, stages: number): Arrivals {
  return {
    requestsPerSecond: (request.requestsPerSecond ?? 0) / stages,
    arrivalScv: request.arrivalScv ?? 1,
    inputTokensScv: request.inputTokensScv ?? 0,
    outputTokensScv: request.outputTokensScv ?? 0,
  };
}

/** Tokens that fit on a rank of every stage: a stage holds its share of layers, and so of weights and caches. */
function capacityPerRank(r: Resolved, base: Serving, stages: number): number {
  if (stages === 1) return base.kvCapacityTokens;
  const { work } = r;
  const perToken = Math.max(1, work.kvBytesPerToken + work.latentBytesPerToken) / stages;
  return Math.max(
    0,
    (r.memoryBytes * (r.request.gpuMemoryUtilization ?? 0.9) - weightBytes(work) / stages - 4e9) / perToken,
  );
}

/** Age of a request's software in months; the newest known where the request does not say. */
export function ageOf(request: PredictRequest): { readonly months: number; readonly known: boolean } {
  const date = softwareDate(
    request.engine ?? 'vllm',
    request.engineVersion ?? '',
    request.softwareDate?.replace(/^(\d{4}-\d{2})$/, '$1-01') ?? '',
  );
  return { months: monthsOld(date), known: date !== undefined };
}
