import * as z from 'zod';
import { exact } from '../../units/exact';
import { type Instant, instant } from '../../units/interval';
import { SERVICES } from './services';

// `abort`: the check behind it reads the number, which a text that is none would make it throw on.
const DECIMAL = /^\d+(\.\d+)?$/;
const DAY = /^[12]\d{3}-\d{2}-\d{2}$/;
const MINUTE = /^([12]\d{3}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?Z$/;

/** Zero or more, as text: a JSON number would already be a float. */
export const amount = z
  .string('a decimal amount as text, zero or more, such as "48000000.00"')
  .regex(DECIMAL, { error: 'a decimal amount as text, zero or more, such as "48000000.00"', abort: true });

const positiveAmount = amount.refine((text) => !exact(text).equals(0), 'a decimal amount as text, above zero');
const percent = z
  .string('a percentage as text, "0" to "100"')
  .regex(DECIMAL, { error: 'a percentage as text, "0" to "100"', abort: true })
  .refine((text) => exact(text).compare(100) <= 0, 'a percentage as text, "0" to "100"');
/** What its absence would leave to a guess is said, "none" too: a line that is lost never makes a verdict better. */
const NONE = 'none';
const LIMIT = 'a decimal amount as text, zero or more, such as "48000000.00", or "none"';
const limit = z
  .string(LIMIT)
  .refine((text) => text === NONE || DECIMAL.test(text), LIMIT)
  .transform((text) => (text === NONE ? undefined : text));
const SHARE = 'a decimal as text, above 0 and at most 1, such as "0.25"';
const share = z.string(SHARE).refine(isShare, SHARE);
const shareOrNone = z
  .string(`${SHARE}, or "none"`)
  .refine((text) => text === NONE || isShare(text), `${SHARE}, or "none"`)
  .transform((text) => (text === NONE ? undefined : text));

/** A short text that says something. */
export const name = z.string('text').regex(/\S/, 'text that is not empty');
const count = z.int('a whole number above zero').positive('a whole number above zero');

/** A UTC date or instant, made canonical. */
export const when = z
  .string('a UTC date or instant, such as 2026-12-01 or 2026-12-01T11:30Z')
  .refine(isInstant, 'a UTC date or instant, such as 2026-12-01 or 2026-12-01T11:30Z')
  .transform((text): Instant => instant(text));

const counting = z.enum(['atPurchase', 'amortized', 'no']);

const period = z.strictObject({
  id: name,
  start: when,
  end: when,
  commitment: amount,
  ceiling: limit,
  ceilingPerHour: limit,
});

/** One declared usage or ceiling. */
export const assumption = z.strictObject({
  usage: name,
  scope: name,
  min: amount,
  plan: amount,
  max: amount,
  unit: name,
  owner: name,
  expires: when,
});

const ACCOUNT = 'an account id of 12 digits, or null';
const account = z
  .string(ACCOUNT)
  .regex(/^\d{12}$/, ACCOUNT)
  .nullable()
  .transform((id) => id ?? undefined);

const capacityReservation = z.strictObject({
  id: name,
  instanceType: name,
  availabilityZoneId: name,
  count,
  start: when,
  end: when.nullable(),
  resourceGroupArn: name.optional(),
  account,
  committedUntil: when.optional(),
});

const capacityBlock = z.strictObject({
  id: name,
  instanceType: name,
  count,
  start: when,
  end: when,
  upfront: positiveAmount,
  purchased: when,
});

const instanceType = z
  .string('an instance type such as "p5.48xlarge"')
  .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'an instance type such as "p5.48xlarge"');
const region = z
  .string('a region such as "us-east-1"')
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as "us-east-1"');

const term = { id: name, start: when, end: when, purchased: when, upfront: amount, account };

const savingsPlan = z.strictObject({
  ...term,
  type: z.enum(['compute', 'ec2Instance']),
  instanceFamily: z
    .string('a family such as "p5"')
    .regex(/^[a-z0-9-]+$/, 'a family such as "p5"')
    .optional(),
  region: region.optional(),
  commitmentPerHour: positiveAmount,
  share,
  rates: z.array(z.strictObject({ instanceType, region, usdPerHour: positiveAmount, source: name })),
});

const reservedInstance = z.strictObject({
  ...term,
  instanceType,
  region,
  availabilityZoneId: z
    .string('a zone id such as "use1-az4", or null')
    .regex(/\S/, 'a zone id such as "use1-az4", or null')
    .nullable()
    .transform((id) => id ?? undefined),
  sizeFlexible: z.boolean(),
  count,
  usdPerHour: amount,
  source: name,
});

const plannedBlock = z.strictObject({
  instanceType: name,
  region: name,
  count,
  start: when,
  days: count,
  usdPerHour: positiveAmount,
  source: name,
  date: when,
});

const rate = z.strictObject({
  instanceType: name,
  region: name,
  purchase: name,
  usdPerHour: positiveAmount,
  source: name,
});

const baseline = z.strictObject({
  id: name,
  period: name,
  category: z.enum(['usage', 'marketplace', 'support', 'tax']),
  amount,
  asOf: when,
  source: name,
});

const credit = z.strictObject({
  id: name,
  period: name,
  amount,
  applied: z.enum(['beforeDiscounts', 'afterDiscounts']),
  lowersDrawdown: z.boolean(),
  source: name,
});

/** The shape of contract.json, field by field. What fields mean together is checked in `parse-contract.ts`. */
export const contractSchema = z.strictObject(
  {
    schemaVersion: z.literal(1),
    id: name,
    currency: z.literal('USD'),
    disclose: z.boolean().default(false),
    measure: z.enum(['listGross', 'afterCommitmentDiscounts', 'net']),
    periods: z.array(period).min(1, 'a list of at least one period'),
    ceilingBasis: z.enum(['max', 'plan']).default('max'),
    rows: z.int('a whole number').optional(),
    floorGate: z.enum(['warn', 'fail']),
    share: shareOrNone,
    carryForward: z.enum(['none', 'shortfall', 'excess']),
    carryForwardCapPercent: percent.optional(),
    discounts: z.array(z.strictObject({ services: z.array(z.enum(SERVICES)).min(1), percent })).default([]),
    rates: z.array(rate).default([]),
    counts: z.strictObject({
      capacityBlocks: counting,
      savingsPlanUpfront: counting,
      reservedInstanceUpfront: counting.optional(),
      commitmentFeesDiscounted: z.boolean().optional(),
      marketplaceCapPercent: percent.optional(),
      support: z.boolean(),
      tax: z.boolean(),
    }),
    baseline: z.array(baseline).default([]),
    credits: z.array(credit).optional(),
    capacityReservations: z.array(capacityReservation).default([]),
    capacityBlocks: z.array(capacityBlock).default([]),
    plannedBlocks: z.array(plannedBlock).default([]),
    savingsPlans: z.array(savingsPlan).default([]),
    reservedInstances: z.array(reservedInstance).default([]),
    assumptions: z.array(assumption).default([]),
  },
  'a JSON object with the fields of a contract',
);

function isShare(text: string): boolean {
  return DECIMAL.test(text) && !exact(text).equals(0) && exact(text).compare(1) <= 0;
}

function isInstant(text: string): boolean {
  const day = DAY.test(text) ? text : MINUTE.exec(text)?.[1];
  return day !== undefined && z.iso.date().safeParse(day).success;
}
