import * as fs from 'node:fs';
import * as path from 'node:path';

const LIB = path.join(__dirname, '../../../lib/planner/performance');

/** Where each formula file is worked through by hand: a test file, and the beginning of a title in it. */
const EXAMPLES: Readonly<Record<string, readonly [file: string, title: string]>> = {
  'attention-seconds.ts': ['operators.test.ts', 'a chunk of 100 tokens after 1,000 costs'],
  'collectives.ts': ['operators.test.ts', 'an all-reduce of 1 MB over 4 ranks'],
  'confidence.ts': ['calibrated/calibrated-model.test.ts', 'a band of ± 20 %'],
  'chain-states.ts': ['numeric-serving.test.ts', 'half of the time in prompts'],
  'cycle.ts': ['queues.test.ts', 'half a prompt a step adds its margin'],
  'disaggregated.ts': ['../sizing/apart.test.ts', 'a cache takes its bytes over'],
  'experts.ts': ['operators.test.ts', 'two tokens read 2 + 2'],
  'first-step.ts': ['numeric-serving.test.ts', 'a rare prompt waits for half a step'],
  'first-token.ts': ['queues.test.ts', 'of a busy engine with rare prompts is half a step'],
  'gemm.ts': ['operators.test.ts', 'of one row takes as long as reading its weights'],
  'gpu-operators.ts': ['step-times.test.ts', 'a decode step of one sequence reads the weights once'],
  'gpu-overheads.ts': ['step-times.test.ts', 'launches, host and eager prompts come on top'],
  'gpu-replica.ts': ['step-times.test.ts', 'two tensor-parallel ranks halve it'],
  'gpu-steps.ts': ['step-times.test.ts', 'two pipeline stages pass a token through both'],
  'memory.ts': ['memory.test.ts', 'Llama 3.1 8B in bf16 on one H100'],
  'neuron-steps.ts': ['step-times.test.ts', 'a decode step of Llama 2 70B on Trainium1'],
  'numeric-serving.ts': ['numeric-serving.test.ts', 'a lone request has its first token'],
  'occupancy.ts': ['numeric-serving.test.ts', 'two slots and one erlang'],
  'parallelism.ts': ['parallelism.test.ts', 'experts of 768 in blocks of 128'],
  'prefill.ts': ['serving.test.ts', 'a prompt of 20,000 tokens takes three chunks'],
  'probability.ts': ['probability.test.ts', 'the normal tail at 0, 1.6449 and 1.96'],
  'prompt-arrivals.ts': ['numeric-serving.test.ts', 'prompts of one level'],
  'rank-attention.ts': ['memory.test.ts', 'latent attention keeps its whole latent on every rank'],
  'rank-matrices.ts': ['step-times.test.ts', 'a decode step of one sequence reads the weights once'],
  'serving-demand.ts': ['serving.test.ts', 'sequences are seen by the length of their output'],
  'serving.ts': ['serving.test.ts', 'at 8 sequences the time per output token is'],
  'slot-wait.ts': ['queues.test.ts', 'of two servers and one erlang'],
  'step-chain.ts': ['numeric-serving.test.ts', 'a rare prompt waits for half a step'],
  'smooth-max.ts': ['operators.test.ts', 'of two equal times is the cube root'],
  'waiting.ts': ['probability.test.ts', 'the wait of M/M/1 is exact'],
  'weights.ts': ['memory.test.ts', 'gpt-oss keeps attention in bf16 and its experts at 4.25 bits'],
  'calibrated/admission.ts': ['calibrated/by-hand.test.ts', '1.7 s before 100 tokens'],
  'calibrated/attention-work.ts': ['calibrated/formulas.test.ts', 'Llama-3.1-8B on 16 ranks keeps one'],
  'calibrated/bands.ts': ['calibrated/by-hand.test.ts', 'four errors of'],
  'calibrated/collectives.ts': ['calibrated/collectives.test.ts', 'an all-reduce of 1 MB over four ranks'],
  'calibrated/decision-test.ts': ['calibrated/formulas.test.ts', 'truth never misses and regrets nothing'],
  'calibrated/engine-steps.ts': ['calibrated/by-hand.test.ts', 'a mixed step of five and 100 tokens'],
  'calibrated/experts.ts': ['calibrated/formulas.test.ts', 'uniform routing: one token of Mixtral'],
  'calibrated/fit.ts': ['calibrated/by-hand.test.ts', 'a sister accelerator inherits'],
  'calibrated/formats.ts': ['calibrated/formulas.test.ts', 'four-bit checkpoints of MoE models'],
  'calibrated/inherited.ts': ['calibrated/by-hand.test.ts', 'a sister accelerator inherits'],
  'calibrated/length-spread.ts': ['calibrated/by-hand.test.ts', 'the 99th of an exponential'],
  'calibrated/links.ts': ['calibrated/predict-edges.test.ts', 'by hand: two H100 nodes'],
  'calibrated/memory-fit.ts': ['calibrated/formulas.test.ts', 'Llama-3.1-8B in bf16 leaves'],
  'calibrated/neuron-fit.ts': ['calibrated/formulas.test.ts', 'a row of llmperf counts'],
  'calibrated/calibrated-model.ts': ['calibrated/calibrated-model.test.ts', 'steps are the calibrated ones'],
  'calibrated/neuron-steps.ts': ['calibrated/calibrated-model.test.ts', 'sixteen sequences run'],
  'calibrated/pipeline-steps.ts': ['calibrated/calibrated-model.test.ts', 'four stages of eight ranks'],
  'calibrated/neuron-times.ts': ['calibrated/formulas.test.ts', 'perfect chips: weights and cache over bandwidth'],
  'calibrated/open-loop.ts': ['calibrated/by-hand.test.ts', 'a lone request'],
  'calibrated/percentiles.ts': ['calibrated/by-hand.test.ts', 'the 99th gap has two prompts'],
  'calibrated/physical-floor.ts': ['calibrated/predict-edges.test.ts', 'by hand: Llama-3.1-8B in bf16 reads'],
  'calibrated/rank-work.ts': ['calibrated/step-time.test.ts', 'perfect hardware reads the weights'],
  'calibrated/request-time.ts': ['calibrated/by-hand.test.ts', 'a token takes the step of five'],
  'calibrated/scheduling.ts': ['calibrated/inputs.test.ts', 'by hand: without async scheduling'],
  'calibrated/scores.ts': ['calibrated/formulas.test.ts', 'by hand: 10 % high and 10 % low'],
  'calibrated/smooth.ts': ['calibrated/formulas.test.ts', 'by hand: ∛(3³ + 4³)'],
  'calibrated/software-dates.ts': ['calibrated/formulas.test.ts', 'months count back from May 2026'],
  'calibrated/step-time.ts': ['calibrated/step-time.test.ts', 'perfect hardware reads the weights'],
  'calibrated/wave.ts': ['calibrated/formulas.test.ts', 'one wave of four prompts, two a step'],
};

/** Files without a formula of their own: data, readers, writers, reports, and what puts the formulas together. */
const NO_FORMULA: readonly string[] = [
  'coefficients.ts',
  'default-model.ts',
  'performance-model.ts',
  'roofline-model.ts',
  'stated-coefficients.ts',
  ...[
    'accuracy-report',
    'calibrate',
    'caution',
    'coefficient-file',
    'coefficient-names',
    'coefficient-use',
    'correct',
    'cross-validation',
    'few-rows',
    'left-out',
    'measurement',
    'mlperf-report',
    'neuron-file',
    'neuron-measurement',
    'neuron-report',
    'nested',
    'own-rows',
    'perfect-hardware',
    'predict',
    'predict-answer',
    'predict-gpu',
    'predict-neuron',
    'predict-request',
    'priors',
    'replica-load',
    'resolve-request',
    'samples',
    'shipped-files',
    'silicon-sample',
    'write-coefficients',
  ].map((name) => `calibrated/${name}.ts`),
];

const filesIn = (folder: string): readonly string[] =>
  fs
    .readdirSync(path.join(LIB, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
const FILES = [...filesIn('.'), ...filesIn('calibrated')].sort();

test('every file of the performance model has an example by hand, or no formula', () => {
  expect(FILES.filter((file) => EXAMPLES[file] === undefined && !NO_FORMULA.includes(file))).toEqual([]);
  expect([...Object.keys(EXAMPLES), ...NO_FORMULA].filter((file) => !FILES.includes(file))).toEqual([]);
});

test.each(Object.entries(EXAMPLES))('%s is worked through where the table says', (_, [file, title]) => {
  const text = fs.readFileSync(path.join(__dirname, file), 'utf8');
  expect(text.includes(`test('${title}`) || text.includes(`test("${title}`)).toBe(true);
});
