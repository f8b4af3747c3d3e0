import * as z from 'zod';
import { instant } from '../units/interval';
import { faultOf, quantileFaultOf, type TokenDistribution, tokensFromQuantiles } from './tokens';
import type { Workload } from './workload';

/*
 * Messages are ends of sentences: parse-workload.ts puts the workload and the field before them, and the value after those
 * that begin with "must".
 */

const above = (least: number) => z.number(`must be a number above ${least}`).gt(least, `must be above ${least}`);
const whole = (least: number) =>
  z.int(`must be a whole number of at least ${least}`).min(least, `must be at least ${least}`);
const share = (means: string) => z.number(means).min(0, means).max(1, means);
const text = z.string('must be text').min(1, 'must not be empty');
const workloadName = z
  .string('must be text')
  .regex(
    /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
    'must be at most 40 lower-case letters, digits and hyphens, starting with a letter',
  );
const date = z.union([z.iso.date(), z.iso.datetime({ precision: -1 }), z.iso.datetime({ precision: 0 })], {
  error: 'must be a UTC date or instant such as 2026-12-01 or 2026-12-01T11:30Z',
});

/** An object that refuses keys it does not know and names those it does. */
function row<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; allowed are ${Object.keys(shape).join(', ')}`
        : 'must be an object',
  });
}

function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, `must be ${inWords(values)}`);
}

function inWords(values: readonly string[]): string {
  const quoted = values.map((value) => JSON.stringify(value));
  return quoted.length === 1 ? `${quoted[0]}` : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** An array of distinct values with at least one. */
function some<Item extends z.ZodType>(item: Item, means: string) {
  return z
    .array(item, `must be a list of ${means}`)
    .min(1, `must name at least one of the ${means}`)
    .refine((values) => new Set(values).size === values.length, `must name each of the ${means} once`);
}

const kindOf = (...kinds: readonly string[]) => ({
  error: (issue: { readonly code?: string | undefined }) =>
    issue.code === 'invalid_union' ? `must be ${inWords(kinds)}` : 'must be an object',
});

const rate = row({
  kind: z.literal('rate'),
  meanRequestsPerSecond: above(0),
  peakRequestsPerSecond: above(0),
}).check((context) => {
  const { meanRequestsPerSecond: mean, peakRequestsPerSecond: peak } = context.value;
  if (peak >= mean) return;
  context.issues.push({
    code: 'custom',
    input: peak,
    path: ['peakRequestsPerSecond'],
    message: `must be at least the mean of ${mean}`,
  });
});

const hourly = row({
  kind: z.literal('hourly'),
  requestsPerSecond: z
    .array(z.number('must be a number of at least 0').min(0, 'must be at least 0'), 'must be a list of rates')
    .refine(
      ({ length }) => length === 24 || length === 168,
      'must hold 24 rates (a day) or 168 (a week from Monday, 00:00 UTC)',
    )
    .refine((rates) => rates.some((each) => each > 0), 'must hold a rate above 0'),
});

const trace = row({ kind: z.literal('trace'), file: text });

const traffic = z.discriminatedUnion('kind', [rate, hourly, trace], kindOf('rate', 'hourly', 'trace'));

const model = z.union([row({ id: text }), row({ configFile: text })], {
  error: 'must be { id } with a catalogue id, or { configFile } with a config.json file',
});

/** A histogram as it stands, or quantiles, which become one. */
const tokens = row({
  buckets: z.array(row({ tokens: z.number('must be a number'), weight: z.number('must be a number') })).optional(),
  quantiles: z.array(row({ q: z.number('must be a number'), tokens: z.number('must be a number') })).optional(),
  source: text,
  asOf: date,
}).transform((given, context): TokenDistribution => {
  const { buckets, quantiles, source, asOf } = given;
  const fault = lengthsFaultOf(buckets, quantiles);
  if (fault !== undefined) {
    context.issues.push({ code: 'custom', input: given, message: fault });
    return z.NEVER;
  }
  return quantiles === undefined
    ? { buckets: buckets ?? [], source, asOf }
    : tokensFromQuantiles({ quantiles, source, asOf });
});

function lengthsFaultOf(
  buckets: TokenDistribution['buckets'] | undefined,
  quantiles: readonly { readonly q: number; readonly tokens: number }[] | undefined,
): string | undefined {
  if (buckets !== undefined && quantiles !== undefined) return 'has both buckets and quantiles; give one of them';
  if (quantiles !== undefined) return quantileFaultOf(quantiles);
  if (buckets !== undefined) return faultOf(buckets);
  return 'has neither buckets nor quantiles; give the distribution, a mean is not enough';
}

const latency = row({
  percentile: z
    .number('must be a number above 0 and below 100')
    .gt(0, 'must be above 0 and below 100, such as 99 for p99')
    .lt(100, 'must be above 0 and below 100, such as 99 for p99'),
  seconds: above(0),
});

const placement = row({
  cells: some(text, 'cells'),
  purchaseOptions: some(oneOf(['onDemand', 'spot', 'capacityReservation', 'capacityBlock']), 'purchase options'),
  instanceFamilies: some(text, 'instance families').optional(),
  createReservation: row({ end: date.optional() }).optional(),
  spot: row({
    interruptionAllowance: share('must be a share of 0 to 1').optional(),
    floor: z.boolean('must be true or false').optional(),
  }).optional(),
  bestEffortFloor: text.optional(),
  disaggregation: z.boolean('must be true or false').optional(),
  proposeSplit: z.boolean('must be true or false').optional(),
  unverifiedInstanceTypes: some(text, 'instance types').optional(),
}).check((context) => {
  const { createReservation, purchaseOptions } = context.value;
  if (createReservation === undefined || purchaseOptions.includes('capacityReservation')) return;
  context.issues.push({
    code: 'custom',
    input: purchaseOptions,
    path: ['purchaseOptions'],
    message: 'must include "capacityReservation" where createReservation is given',
  });
});

const inference = row({
  kind: z.literal('inference'),
  name: workloadName,
  model,
  precision: oneOf(['bf16', 'fp8', 'fp4', 'int4', 'any']),
  traffic,
  growthPerMonth: z
    .number('must be a number of -0.5 to 1, such as 0.05 for 5 % a month')
    .min(-0.5, 'must be at least -0.5')
    .max(1, 'must be at most 1, a doubling every month')
    .optional(),
  tokens: row({ input: tokens, output: tokens }),
  prefixCacheHitFraction: z
    .number('must be a share of at least 0 and below 1')
    .min(0, 'must be at least 0 and below 1')
    .lt(1, 'must be at least 0 and below 1'),
  slo: row({ ttft: latency, tpot: latency }),
  placement,
  confidence: z
    .number('must be a probability of at least 0.5 and below 1, such as 0.9')
    .min(0.5, 'must be at least 0.5 and below 1')
    .lt(1, 'must be at least 0.5 and below 1')
    .optional(),
  spareFraction: share('must be a share of 0 to 1').optional(),
  spareNodes: whole(0).optional(),
  survives: oneOf(['node', 'cell', 'region']).optional(),
});

const training = row({
  kind: z.literal('training'),
  name: workloadName,
  activeParameters: above(0),
  totalParameters: above(0).optional(),
  trainingTokens: above(0),
  start: date,
  deadline: date,
  precision: oneOf(['bf16', 'fp8']),
  mfu: row({
    fraction: share('must be a share above 0 and at most 1').gt(0, 'must be above 0 and at most 1'),
    source: text,
  }),
  checkpoint: row({ bytesPerSecond: above(0).optional(), everySeconds: above(0).optional(), source: text }).optional(),
  failures: row({
    hoursBetweenFailuresOfNode: above(0),
    restartSeconds: z.number('must be a number of at least 0').min(0, 'must be at least 0'),
    source: text,
  }).optional(),
  placement,
}).check((context) => {
  const { start, deadline, activeParameters, totalParameters } = context.value;
  if (totalParameters !== undefined && totalParameters < activeParameters) {
    context.issues.push({
      code: 'custom',
      input: totalParameters,
      path: ['totalParameters'],
      message: `must be at least the active ones, ${activeParameters}`,
    });
  }
  if (instant(start) < instant(deadline)) return;
  context.issues.push({
    code: 'custom',
    input: deadline,
    path: ['deadline'],
    message: `must be after the start, ${start}`,
  });
});

const reservedBlock = row({
  kind: z.literal('reservedBlock'),
  name: workloadName,
  instanceType: text,
  count: whole(1),
  purpose: text,
  placement,
});

/** Every rule that a workload can break on its own. What its names refer to is looked up later, by those who own the names. */
export const workloadSchema: z.ZodType<Workload> = z.discriminatedUnion(
  'kind',
  [inference, training, reservedBlock],
  kindOf('inference', 'training', 'reservedBlock'),
);
