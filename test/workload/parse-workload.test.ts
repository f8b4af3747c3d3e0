import type { Problem } from '../../lib/problem';
import { checkWorkload, checkWorkloads, parseWorkload } from '../../lib/workload/parse-workload';
import { tokensFromQuantiles } from '../../lib/workload/tokens';
import { anInferenceWorkload, aReservedBlockWorkload, aTokenDistribution, aTrainingWorkload } from '../builders';

const inference = anInferenceWorkload();
const training = aTrainingWorkload();
const block = aReservedBlockWorkload();
const { slo, placement, tokens } = inference;

function problemOf(value: unknown): string {
  try {
    parseWorkload(value, 'chat');
  } catch (thrown) {
    const { code, message } = thrown as Problem;
    return `${code}: ${message}`;
  }
  return 'no problem';
}

test.each([
  ['inference', inference],
  ['training', training],
  ['reservedBlock', block],
] as const)('a typed %s workload passes as it is, and again after JSON', (_, workload) => {
  expect(checkWorkload(workload)).toEqual(workload);
  expect(parseWorkload(JSON.parse(JSON.stringify(workload)), 'x')).toEqual(workload);
});

test('hourly rates and a trace file are traffic too', () => {
  const week = { kind: 'hourly', requestsPerSecond: Array.from({ length: 168 }, (_, hour) => hour % 24) } as const;
  expect(checkWorkload({ ...inference, traffic: week })).toMatchObject({ traffic: week });
  const trace = { kind: 'trace', file: 'arrivals.csv' } as const;
  expect(checkWorkload({ ...inference, traffic: trace })).toMatchObject({ traffic: trace });
});

test('a steady rate, whose peak is its mean, is traffic', () => {
  expect(parseWorkload(rate(2, 2), 'chat')).toEqual(rate(2, 2));
});

test('token lengths given as quantiles become buckets', () => {
  const given = {
    quantiles: [
      { q: 0.5, tokens: 200 },
      { q: 1, tokens: 4000 },
    ],
    source: 'gateway log',
    asOf: '2026-11-01',
  };
  const parsed = parseWorkload({ ...inference, tokens: { input: given, output: tokens.output } }, 'chat');
  expect(parsed).toMatchObject({ tokens: { input: tokensFromQuantiles(given) } });
});

const WRONG: readonly (readonly [string, unknown, string])[] = [
  [
    'an unknown key',
    { ...inference, replicas: 3 },
    'workload "chat" has unknown key "replicas"; allowed are kind, name, ',
  ],
  [
    'a misspelt key, before the missing one',
    { ...inference, traffic: { kind: 'rate', meanRequestsPerSecond: 1, peakRPS: 2 } },
    'workload "chat": traffic has unknown key "peakRPS"; allowed are kind, meanRequestsPerSecond, peakRequestsPerSecond',
  ],
  [
    'an unknown kind',
    { ...inference, kind: 'batch' },
    'kind must be "inference", "training" or "reservedBlock", got "batch"',
  ],
  ['no object', 'chat', 'workload "chat" must be an object, got "chat"'],
  ['a name that no node group can carry', { ...inference, name: 'Chat Bot' }, 'name must be at most 40 lower-case'],
  ['zero traffic', rate(0, 0), 'traffic.meanRequestsPerSecond must be above 0, got 0'],
  ['negative traffic', rate(-1, 1), 'traffic.meanRequestsPerSecond must be above 0, got -1'],
  ['NaN traffic', rate(Number.NaN, 1), 'traffic.meanRequestsPerSecond must be a number above 0, got NaN'],
  [
    'endless traffic',
    rate(1, Number.POSITIVE_INFINITY),
    'traffic.peakRequestsPerSecond must be a number above 0, got Infinity',
  ],
  [
    'a rate as text',
    { ...inference, traffic: { kind: 'rate', meanRequestsPerSecond: '1', peakRequestsPerSecond: 2 } },
    'got "1"',
  ],
  ['a peak below the mean', rate(5, 3), 'traffic.peakRequestsPerSecond must be at least the mean of 5, got 3'],
  [
    'a missing peak',
    { ...inference, traffic: { kind: 'rate', meanRequestsPerSecond: 1 } },
    'peakRequestsPerSecond must be a number above 0, got nothing',
  ],
  [
    'a shape of 23 hours',
    hourly(Array(23).fill(1)),
    'must hold 24 rates (a day) or 168 (a week from Monday, 00:00 UTC), got a list of 23',
  ],
  [
    'a shape of zeros',
    hourly(Array(24).fill(0)),
    'traffic.requestsPerSecond must hold a rate above 0, got a list of 24',
  ],
  ['a negative hour', hourly([-1, ...Array(23).fill(1)]), 'traffic.requestsPerSecond[0] must be at least 0, got -1'],
  [
    'an unknown traffic',
    { ...inference, traffic: { kind: 'burst' } },
    'traffic.kind must be "rate", "hourly" or "trace", got "burst"',
  ],
  [
    'an unknown model reference',
    { ...inference, model: { name: 'x' } },
    'model must be { id } with a catalogue id, or { configFile }',
  ],
  [
    'an unknown precision',
    { ...inference, precision: 'fp16' },
    'precision must be "bf16", "fp8", "fp4", "int4" or "any", got "fp16"',
  ],
  [
    'a percentile of 100',
    { ...inference, slo: { ...slo, ttft: { percentile: 100, seconds: 1 } } },
    'slo.ttft.percentile must be above 0 and below 100, such as 99 for p99, got 100',
  ],
  [
    'a percentile of 0',
    { ...inference, slo: { ...slo, tpot: { percentile: 0, seconds: 1 } } },
    'slo.tpot.percentile must be above 0 and below 100',
  ],
  [
    'no time at all',
    { ...inference, slo: { ...slo, tpot: { percentile: 50, seconds: 0 } } },
    'slo.tpot.seconds must be above 0, got 0',
  ],
  [
    'a full prefix cache',
    { ...inference, prefixCacheHitFraction: 1 },
    'prefixCacheHitFraction must be at least 0 and below 1, got 1',
  ],
  [
    'a negative prefix cache',
    { ...inference, prefixCacheHitFraction: -0.1 },
    'prefixCacheHitFraction must be at least 0 and below 1, got -0.1',
  ],
  [
    'no cells',
    { ...inference, placement: { ...placement, cells: [] } },
    'placement.cells must name at least one of the cells, got an empty list',
  ],
  [
    'a cell twice',
    { ...inference, placement: { ...placement, cells: ['A', 'A'] } },
    'placement.cells must name each of the cells once',
  ],
  [
    'no purchase options',
    { ...inference, placement: { ...placement, purchaseOptions: [] } },
    'placement.purchaseOptions must name at least one',
  ],
  [
    'an unknown purchase option',
    { ...inference, placement: { ...placement, purchaseOptions: ['reserved'] } },
    'placement.purchaseOptions[0] must be "onDemand", "spot", "capacityReservation" or "capacityBlock", got "reserved"',
  ],
  ['too much spare', { ...inference, spareFraction: 1.5 }, 'spareFraction must be a share of 0 to 1, got 1.5'],
  ['half a spare node', { ...inference, spareNodes: 0.5 }, 'spareNodes must be a whole number of at least 0, got 0.5'],
  [
    'a bare mean',
    { ...inference, tokens: { ...tokens, input: { tokens: 500, source: 's', asOf: '2026-01-01' } } },
    'tokens.input has unknown key "tokens"; allowed are buckets, quantiles, source, asOf',
  ],
  [
    'no distribution',
    { ...inference, tokens: { ...tokens, input: { source: 's', asOf: '2026-01-01' } } },
    'tokens.input has neither buckets nor quantiles',
  ],
  [
    'no source',
    { ...inference, tokens: { ...tokens, output: aTokenDistribution({ source: '' }) } },
    'tokens.output.source must not be empty, got ""',
  ],
  [
    'weights that miss 1',
    { ...inference, tokens: { ...tokens, output: aTokenDistribution({ buckets: [{ tokens: 5, weight: 0.9 }] }) } },
    'tokens.output has weights that add up to 0.9; they must add up to 1',
  ],
  [
    'a deadline before the start',
    { ...training, deadline: '2026-11-30' },
    'deadline must be after the start, 2026-12-01, got "2026-11-30"',
  ],
  ['a deadline at the start', { ...training, deadline: '2026-12-01T00:00Z' }, 'deadline must be after the start'],
  [
    'a day that no calendar has',
    { ...training, start: '2026-02-30' },
    'start must be a UTC date or instant such as 2026-12-01 or 2026-12-01T11:30Z, got "2026-02-30"',
  ],
  ['a local time', { ...training, start: '2026-02-28T10:00:00+02:00' }, 'start must be a UTC date or instant'],
  [
    'an MFU of 0',
    { ...training, mfu: { fraction: 0, source: 's' } },
    'mfu.fraction must be above 0 and at most 1, got 0',
  ],
  ['a training in fp4', { ...training, precision: 'fp4' }, 'precision must be "bf16" or "fp8", got "fp4"'],
  ['no tokens to train on', { ...training, trainingTokens: 0 }, 'trainingTokens must be above 0, got 0'],
  ['an empty block', { ...block, count: 0 }, 'count must be at least 1, got 0'],
  ['a block without purpose', { ...block, purpose: '' }, 'purpose must not be empty, got ""'],
];

test.each(WRONG)('fails on %s, in one sentence', (_, value, sentence) => {
  const problem = problemOf(value);
  expect(problem).toContain(sentence);
  expect(problem).toMatch(/^InvalidWorkload: workload "chat"[^\n]*[^.\n]$/);
});

test('fails when two workloads share a name', () => {
  expect(checkWorkloads([inference, training])).toEqual([inference, training]);
  expect(() => checkWorkloads([inference, { ...training, name: 'chat' }])).toThrow('two workloads are named "chat"');
});

function rate(meanRequestsPerSecond: number, peakRequestsPerSecond: number) {
  return { ...inference, traffic: { kind: 'rate', meanRequestsPerSecond, peakRequestsPerSecond } };
}

function hourly(requestsPerSecond: readonly number[]) {
  return { ...inference, traffic: { kind: 'hourly', requestsPerSecond } };
}
