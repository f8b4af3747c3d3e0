import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { type Catalog, findAccelerator, findModel } from '../../../catalog/catalog';
import type { NeuronMeasurement } from './neuron-measurement';
import { NEURON_NAMES, type NeuronCoefficients, type NeuronLoad, neuronTimes } from './neuron-times';

/** Prior of each coefficient: the planner research's fit of published points (§4), and how far its logarithm may move. */
const PRIOR: Readonly<Record<(typeof NEURON_NAMES)[number], readonly [number, number]>> = {
  layerFloor2: [0.106e-3, 0.3],
  layerFloor3: [0.07e-3, 0.3],
  weightMemory2: [0.7, 0.15],
  weightMemory3: [0.8, 0.1],
  cacheMemory: [0.33, 0.3],
  hostStatic: [2e-3, 0.5],
  hostServed: [8e-3, 0.5],
  sequenceStatic: [0.1e-3, 0.7],
  sequenceServed: [0.1e-3, 0.7],
  logitCopy: [5e-9, 0.5],
  logitSample: [10e-9, 0.5],
  prefill: [0.15, 0.5],
  expertPrefill: [2, 0.5],
  requestOverhead: [20e-3, 0.7],
  interference: [0.8, 0.3],
  // Four times the vocabulary makes up to 15 % fewer tokens (Meta on Llama 3, April 2024): ln(1 / 0.85) / ln 4.
  vocabularyReach: [0.117, 0.15],
};

const SIGMA_TPOT = 0.1;
const SIGMA_TTFT = 0.4;
const DIFFERENCE = 1e-4;
const ITERATIONS = 20;

export interface NeuronSample {
  readonly m: NeuronMeasurement;
  readonly load: NeuronLoad;
}

/** Vocabulary of the tokenizer by which llmperf counts every model's tokens: Llama 2's. */
const COUNTING_VOCABULARY = 32_000;

export function neuronSamples(rows: readonly NeuronMeasurement[], catalog: Catalog): readonly NeuronSample[] {
  return rows.map((m) => ({
    m,
    load: { ...m, model: findModel(catalog, m.model), accelerator: findAccelerator(catalog, m.accelerator) },
  }));
}

/** The load that a row means: llmperf states lengths in tokens of its own tokenizer, which a larger vocabulary needs fewer of. */
export function neuronLoad(sample: NeuronSample, c: NeuronCoefficients): NeuronLoad {
  if (sample.m.metric !== 'latencyPerToken') return sample.load;
  const ratio = (sample.load.model.vocabulary / COUNTING_VOCABULARY) ** c.vocabularyReach;
  return {
    ...sample.load,
    inputTokens: sample.load.inputTokens / ratio,
    outputTokens: sample.load.outputTokens / ratio,
  };
}

/**
 * What a row's metric would read. llmperf's latency per token is a request's whole time over the tokens that it counts, the first
 * token and the wait for a slot included; its users start together once, so that on average half of those before wait.
 */
export function neuronMetric(sample: NeuronSample, c: NeuronCoefficients): number {
  const load = neuronLoad(sample, c);
  const t = neuronTimes(load, c);
  if (sample.m.metric !== 'latencyPerToken') return t.tpotSeconds;
  const own = c.requestOverhead + t.prefillSeconds + load.outputTokens * t.tpotSeconds;
  return (own / sample.load.outputTokens) * Math.max(1, (1 + load.concurrency / load.batch) / 2);
}

function named(logs: readonly number[]): NeuronCoefficients {
  return Object.fromEntries(NEURON_NAMES.map((name, i) => [name, Math.exp(logs[i] ?? 0)])) as NeuronCoefficients;
}

/** Residuals in standard deviations: metrics, TTFT where nothing queues, and the prior. */
function residuals(samples: readonly NeuronSample[], logs: readonly number[]): number[] {
  const c = named(logs);
  const tpot = samples.map((s) => (Math.log(s.m.tpotSeconds) - Math.log(neuronMetric(s, c))) / SIGMA_TPOT);
  const ttft = samples
    .filter((s) => s.m.ttftSeconds !== undefined && s.m.concurrency <= s.m.batch)
    .map((s) => (Math.log(s.m.ttftSeconds ?? 1) - Math.log(neuronTimes(neuronLoad(s, c), c).ttftSeconds)) / SIGMA_TTFT);
  const prior = NEURON_NAMES.map((name, i) => (Math.log(PRIOR[name][0]) - (logs[i] ?? 0)) / PRIOR[name][1]);
  return [...tpot, ...ttft, ...prior];
}

/** Most probable coefficients: Gauss–Newton with Cauchy weights, so that outliers count less. */
export function fitNeuron(samples: readonly NeuronSample[]): NeuronCoefficients {
  let logs: number[] = NEURON_NAMES.map((name) => Math.log(PRIOR[name][0]));
  const evidence = residuals(samples, logs).length - NEURON_NAMES.length;
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    const r = residuals(samples, logs);
    const weights = r.map((value, i) => (i < evidence ? 1 / (1 + (value * value) / 4) : 1));
    const columns = logs.map((_, k) => {
      const moved = logs.map((v, j) => (j === k ? v + DIFFERENCE : v));
      return residuals(samples, moved).map((value, i) => (value - (r[i] ?? 0)) / DIFFERENCE);
    });
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, v, i) => sum + v * (b[i] ?? 0) * (weights[i] ?? 0), 0);
    const normal = new Matrix(columns.map((a, i) => columns.map((b, j) => dot(a, b) + (i === j ? 1e-9 : 0))));
    const symmetric = normal.clone().add(normal.transpose()).mul(0.5);
    const step = new CholeskyDecomposition(symmetric)
      .solve(Matrix.columnVector(columns.map((a) => -dot(a, r))))
      .to1DArray();
    logs = logs.map((v, k) => v + Math.max(-0.5, Math.min(0.5, step[k] ?? 0)));
  }
  return named(logs);
}
