import type { EngineStep, ReplicaConfiguration, StepTimes } from '../performance-model';
import { type NeuronCoefficients, type NeuronLoad, neuronTimes } from './neuron-times';

/**
 * Step times of a server on Neuron cores, from the same coefficients as `predict`. A step costs as much as the batch that its
 * graph was compiled for; a plan compiles for what it admits, the mean in flight and four deviations of a Poisson count.
 * Prompts run one after another in steps of their own: those who decode wait for them.
 *
 * By hand: 16 sequences are compiled for 16 + 4 √16 + 1 = 33. A prompt of 1,000 tokens of an 8·10⁹ parameter model on a chip of
 * 190 TFLOP/s takes 2 · 8e9 · 1,000 / (190e12 · prefill) seconds beside that.
 */
export function neuronSteps(
  { model, accelerator, instanceType, shape }: ReplicaConfiguration,
  c: NeuronCoefficients,
): StepTimes {
  const base: Omit<NeuronLoad, 'batch' | 'concurrency' | 'inputTokens' | 'outputTokens'> = {
    model,
    accelerator,
    engine: 'vllm-neuron',
    chips: shape.tensorParallel / (instanceType.logicalNeuronCoresPerChip ?? 1),
    bytesPerWeight: shape.precision === 'bf16' ? 2 : 1,
    sampledOnHost: false,
  };
  const timesOf = (sequences: number, context: number, prompt: number) =>
    neuronTimes(
      { ...base, batch: compiledFor(sequences), concurrency: sequences, inputTokens: context, outputTokens: prompt },
      c,
    );
  const decode = ({ decodeSequences, meanContextTokens }: EngineStep): number =>
    timesOf(decodeSequences, meanContextTokens, 0).stepSeconds;
  const prefillSecondsPerToken = timesOf(1, 1, 0).prefillSeconds;
  const prefill = ({ prefillTokens }: EngineStep): number => c.interference * prefillTokens * prefillSecondsPerToken;
  return {
    stepSeconds: (step) => decode(step) + prefill(step),
    boundBy: (step) => (prefill(step) > decode(step) ? 'prefillFlops' : 'decodeBandwidth'),
    firstTokenLagSeconds: ({ meanPrefillSeconds, meanChunks, decodeSeconds }) =>
      c.requestOverhead + (1 / c.interference - 1) * Math.max(0, meanPrefillSeconds - meanChunks * decodeSeconds),
  };
}

function compiledFor(sequences: number): number {
  return sequences + 4 * Math.sqrt(sequences) + 1;
}
