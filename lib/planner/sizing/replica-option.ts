import type { ModelArchitecture } from '../../catalog/model';
import type { InferenceWorkload, Precision } from '../../workload/workload';
import { DEFAULT_CONFIDENCE, slowdownAt } from '../performance/confidence';
import { replicaShapes } from '../performance/parallelism';
import type { MemoryFit, PerformanceModel, ReplicaConfiguration, StepTimes } from '../performance/performance-model';
import { requestSlots, type ServedReplica } from '../performance/serving';
import type { ServingDemand } from '../performance/serving-demand';
import type { Engine, Rejection, ReplicaShape } from '../plan';
import type { EligibleType } from './eligible-types';
import { highestRate, type LoadLimit, loadLimit } from './load-limit';
import type { PlanningContext } from './planning-context';

/** A replica shape that fits, with the most it could ever carry; its limit under the SLO is found on demand. */
export interface ReplicaOption {
  readonly configuration: ReplicaConfiguration;
  readonly type: EligibleType;
  readonly replica: ServedReplica;
  readonly slots: number;
  readonly weightBytes: number;
  /** Requests per second that it never exceeds. */
  readonly highestRate: number;
  limit(): LoadLimit;
}

export interface ReplicaOptions {
  readonly options: readonly ReplicaOption[];
  /** Why none is there; undefined when one is. */
  readonly refusal: Pick<Rejection, 'code' | 'reason'> | undefined;
  /** Shapes whose weights, or the cache of one request, do not fit. */
  readonly tooLarge: number;
}

export interface ReplicaRequest {
  readonly workload: InferenceWorkload;
  readonly model: ModelArchitecture;
  readonly demand: ServingDemand;
  readonly type: EligibleType;
  readonly precision: Precision;
  readonly engine: Engine;
  readonly context: PlanningContext;
}

/** All shapes of a model on a type at a precision whose memory fits and whose figures are known. */
export function replicaOptions(request: ReplicaRequest): ReplicaOptions {
  const { workload, model, demand, type, precision, engine } = request;
  const { performance } = request.context;
  const { instanceType, accelerator } = type;
  const shapes = replicaShapes(model, accelerator, instanceType, precision, engine);
  const options: ReplicaOption[] = [];
  let unknown: string | undefined;
  let unfit = 0;
  let tooLarge: { readonly shape: ReplicaShape; readonly reason: string } | undefined;
  for (const shape of shapes.legal) {
    const configuration = { model, accelerator, instanceType, shape };
    const built = replicaOf(configuration, demand, performance, workload.confidence);
    if ('unknown' in built) unknown ??= built.unknown;
    else if ('reason' in built) {
      unfit += 1;
      tooLarge = wider(tooLarge, { shape, reason: built.reason });
    } else options.push(optionOf(configuration, type, built, workload));
  }
  if (options.length > 0) return { options, refusal: undefined, tooLarge: unfit };
  return { options, refusal: refusalOf(unknown, tooLarge, shapes.refused), tooLarge: unfit };
}

/** The widest split that fails is the one worth telling. */
function wider<T extends { readonly shape: ReplicaShape }>(a: T | undefined, b: T): T {
  return a !== undefined &&
    a.shape.acceleratorsPerReplica * a.shape.nodesPerReplica >= b.shape.acceleratorsPerReplica * b.shape.nodesPerReplica
    ? a
    : b;
}

type Refusal = { readonly shape: ReplicaShape; readonly reason: string };

function refusalOf(
  unknown: string | undefined,
  tooLarge: Refusal | undefined,
  refused: readonly Refusal[],
): Pick<Rejection, 'code' | 'reason'> {
  if (tooLarge !== undefined) {
    const blocked = refused.find(({ shape }) => shape.acceleratorsPerReplica > tooLarge.shape.acceleratorsPerReplica);
    const smaller = `${layoutName(tooLarge.shape)}: ${tooLarge.reason}`;
    if (blocked === undefined) return { code: 'DoesNotFit', reason: smaller };
    return { code: 'NotShardable', reason: `${layoutName(blocked.shape)}: ${blocked.reason}; ${smaller}` };
  }
  if (unknown !== undefined) return { code: 'UnknownHardware', reason: unknown };
  return { code: 'NotShardable', reason: refused[0]?.reason ?? 'the type has no accelerators' };
}

/** A replica with its slots, its steps as slow as `confidence` takes them for; or why there is none. */
export function replicaOf(
  configuration: ReplicaConfiguration,
  demand: ServingDemand,
  performance: PerformanceModel,
  confidence: number = DEFAULT_CONFIDENCE,
): (ServedReplica & { readonly slots: number }) | { readonly reason: string } | { readonly unknown: string } {
  const fit = performance.memory(configuration);
  if ('unknown' in fit || !fit.fits) return fit;
  const limits = performance.scheduling(configuration);
  const slots = requestSlots({ fit, limits, demand });
  if (slots === 0) return { reason: cacheTooSmall(fit, demand) };
  const steps = performance.steps(configuration);
  if ('unknown' in steps) return steps;
  return { steps: slowed(steps, slowdownAt(performance, configuration, confidence)), fit, limits, demand, slots };
}

function cacheTooSmall(fit: Extract<MemoryFit, { fits: true }>, demand: ServingDemand): string {
  const held = Math.max(0, fit.kvCapacityTokens);
  return `its cache holds ${held} tokens, the longest request has ${Math.round(demand.longestRequestTokens)}`;
}

function slowed(steps: StepTimes, factor: number): StepTimes {
  return { ...steps, stepSeconds: (step) => factor * steps.stepSeconds(step) };
}

function optionOf(
  configuration: ReplicaConfiguration,
  type: EligibleType,
  built: ServedReplica & { readonly slots: number },
  { slo }: InferenceWorkload,
): ReplicaOption {
  const { slots, ...replica } = built;
  const { shape } = configuration;
  let found: LoadLimit | undefined;
  return {
    configuration,
    type,
    replica,
    slots,
    weightBytes: (replica.fit.weightsBytesPerAccelerator * shape.acceleratorsPerReplica) / shape.nodesPerReplica,
    highestRate: highestRate(replica, slots),
    limit: () => {
      found ??= loadLimit(replica, slots, slo);
      return found;
    },
  };
}

/** "tp4 pp2 on 2 nodes": the sizes above 1, tensor parallel always. */
export function layoutName(shape: ReplicaShape): string {
  const sizes: readonly (readonly [string, number])[] = [
    ['pp', shape.pipelineParallel],
    ['dp', shape.attentionDataParallel],
    ['ep', shape.expertParallel],
  ];
  const more = sizes.filter(([, size]) => size > 1).map(([name, size]) => ` ${name}${size}`);
  const nodes = shape.nodesPerReplica > 1 ? ` on ${shape.nodesPerReplica} nodes` : '';
  return `tp${shape.tensorParallel}${more.join('')}${nodes}`;
}
