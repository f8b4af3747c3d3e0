import { DEFAULT_CONFIDENCE, slowdownAt } from '../../lib/planner/performance/confidence';
import { defaultModel } from '../../lib/planner/performance/default-model';
import type { StepTimes } from '../../lib/planner/performance/performance-model';
import {
  requestSlots,
  type ServedReplica,
  servingPoint,
  tpotQuantile,
  ttftQuantile,
} from '../../lib/planner/performance/serving';
import { servingDemand } from '../../lib/planner/performance/serving-demand';
import { loadLimit } from '../../lib/planner/sizing/load-limit';
import { replicaOf } from '../../lib/planner/sizing/replica-option';
import type { Slo } from '../../lib/workload/workload';
import { traceLengths } from '../measured/trace-lengths';
import { aReplica } from '../planner/fixtures';
import { randomStream } from '../planner/simulation/random-stream';
import { type LengthSource, quantileOf, serve } from '../planner/simulation/served-simulation';

/**
 * Random workloads, sized, then served by the event simulation: whether the planned replicas keep the SLO's percentiles, whether
 * one fewer (or 5 % fewer, where that is more) breaks them, and how often they are kept when true step times are drawn from the
 * error band of the performance model. Steps are those that were sized on, but in the last.
 */
const CASES = Number(process.env.CASES ?? 200);
const REQUESTS = Number(process.env.REQUESTS ?? 30_000);
const KEPT = 0.99;
const TIGHT = 0.95;
const VERBOSE = process.argv.includes('--cases');

const CONFIGURATIONS = [
  aReplica('Qwen/Qwen3-8B', 'p5.4xlarge'),
  aReplica('Qwen/Qwen3-8B', 'p5.4xlarge', { precision: 'fp8' }),
  aReplica('Qwen/Qwen3-8B', 'g6.xlarge', { precision: 'fp8' }),
  ...([2, 4, 8] as const).map((ranks) =>
    aReplica('meta-llama/Meta-Llama-3.1-70B', 'p5en.48xlarge', {
      tensorParallel: ranks,
      acceleratorsPerReplica: ranks,
    }),
  ),
  ...([2, 4] as const).map((ranks) =>
    aReplica('Qwen/Qwen3-235B-A22B-FP8', 'p6-b200.48xlarge', {
      precision: 'fp8',
      tensorParallel: ranks,
      acceleratorsPerReplica: ranks,
    }),
  ),
  aReplica('openai/gpt-oss-120b', 'p5.48xlarge', { precision: 'fp4', tensorParallel: 2, acceleratorsPerReplica: 2 }),
];

const draw = randomStream(20261124);
const traces = traceLengths();
const pick = <T>(from: readonly T[]): T => from[Math.floor(draw.uniform() * from.length)] as T;
const between = (low: number, high: number): number => low * (high / low) ** draw.uniform();

interface Case {
  readonly name: string;
  readonly sized: ServedReplica;
  readonly predictedSteps: StepTimes;
  readonly slowdown: (share: number) => number;
  readonly lengths: LengthSource;
  readonly slo: Slo;
  readonly requestsPerSecond: number;
  readonly replicas: number;
}

/** A workload that some replica keeps, of 3 to 200 of them. */
function randomCase(): Case | undefined {
  const model = defaultModel();
  const configuration = pick(CONFIGURATIONS);
  const { name, stated, drawn } = pick(traces);
  const demand = servingDemand(stated, 0, 1);
  const steps = model.steps(configuration);
  const built = replicaOf(configuration, demand, model, DEFAULT_CONFIDENCE);
  if ('unknown' in steps || !('slots' in built)) return undefined;
  const sized = { ...built, steps: bare(built.steps) };
  const idle = servingPoint(sized, requestSlots(sized), 0.01);
  if (idle === undefined) return undefined;
  const percentile = pick([90, 95, 99]);
  const slo: Slo = {
    ttft: { percentile, seconds: ttftQuantile(idle, percentile) * between(1.3, 10) },
    tpot: { percentile, seconds: tpotQuantile(idle, percentile) * between(1.3, 6) },
  };
  const limit = loadLimit(sized, built.slots, slo);
  if (limit.kind !== 'limit') return undefined;
  const requestsPerSecond = limit.requestsPerSecond * between(2.01, 199.99);
  const replicas = Math.ceil(requestsPerSecond / limit.requestsPerSecond);
  return {
    name: `${configuration.model.id} on ${configuration.shape.acceleratorsPerReplica} of ${configuration.instanceType.name}, ${name}, p${percentile}, bound by ${limit.binding}, ${replicas} replicas`,
    sized,
    predictedSteps: bare(steps),
    slowdown: (share) => slowdownAt(model, configuration, share),
    lengths: drawn,
    slo,
    requestsPerSecond,
    replicas,
  };
}

/** Steps without what engines are measured to add before a first token: the simulation has a bare scheduler. */
function bare({ stepSeconds, boundBy }: StepTimes): StepTimes {
  return { stepSeconds, boundBy };
}

/** The larger ratio of latency to target in the simulation, of one of so many replicas. */
function excess(
  { sized, lengths, slo, requestsPerSecond }: Case,
  replicas: number,
  steps: StepTimes,
  seed: number,
): number {
  const load = { requestsPerSecond: requestsPerSecond / replicas, arrivalScv: 1, lengths, seed };
  const times = serve({ ...sized, steps }, { ...load, requests: REQUESTS, warmup: REQUESTS / 6 });
  const ttft = quantileOf(times.ttftSeconds, slo.ttft.percentile / 100) / slo.ttft.seconds;
  const tpot = quantileOf(times.tpotSeconds, slo.tpot.percentile / 100) / slo.tpot.seconds;
  return Math.max(ttft, tpot);
}

let kept = 0;
let tight = 0;
let keptInBand = 0;
let tried = 0;
for (let seed = 1; tried < CASES; seed += 1) {
  const one = randomCase();
  if (one === undefined) continue;
  tried += 1;
  const { replicas, sized, predictedSteps } = one;
  const planned = excess(one, replicas, sized.steps, seed);
  const fewer = excess(one, replicas - Math.max(1, Math.floor(0.05 * replicas)), sized.steps, seed);
  const factor = one.slowdown(draw.uniform());
  const real = excess(
    one,
    replicas,
    { ...predictedSteps, stepSeconds: (step) => factor * predictedSteps.stepSeconds(step) },
    seed,
  );
  if (planned <= 1) kept += 1;
  if (fewer > 1) tight += 1;
  if (real <= 1) keptInBand += 1;
  if (VERBOSE)
    console.log(
      `${one.name}: ${planned.toFixed(3)} of the target, with fewer ${fewer.toFixed(3)}, with drawn steps ${real.toFixed(3)}`,
    );
}
const shown = (count: number): string => `${count} of ${tried} (${((100 * count) / tried).toFixed(1)} %)`;
console.log(`planned replicas keep the SLO in ${shown(kept)}, to be ${100 * KEPT} %`);
console.log(`one replica fewer, or 5 % fewer, breaks it in ${shown(tight)}, to be ${100 * TIGHT} %`);
console.log(
  `with true step times drawn from the error band it is kept in ${shown(keptInBand)}, to be ${100 * DEFAULT_CONFIDENCE} %`,
);
process.exitCode = kept >= KEPT * tried && tight >= TIGHT * tried && keptInBand >= DEFAULT_CONFIDENCE * tried ? 0 : 1;
