import * as z from 'zod';
import { exact, exactText } from '../../units/exact';
import { type SavingsPlan, savingsPlanItem, savingsPlanOf } from './items';
import type { ReadingStamp, RowFault, RowReading } from './price-list';
import { withoutRegionPrefix } from './price-list-rows';

/** One row of the book that the Savings Plans offering rates are asked for. */
export interface RateRow {
  readonly region: string;
  readonly item: string;
  readonly plan: SavingsPlan;
  readonly instanceType: string;
}

const PLAN_TYPES = { compute: 'Compute', ec2Instance: 'EC2Instance' } as const;
const PAYMENTS = { noUpfront: 'No Upfront', partialUpfront: 'Partial Upfront', allUpfront: 'All Upfront' } as const;
const SECONDS_A_YEAR = 31_536_000;
const YEARS = { '1yr': 1, '3yr': 3 } as const;

/** What the service is asked for: it filters by all but the term. Linux, shared tenancy. */
export interface RateQuestion {
  readonly region: string;
  readonly planType: (typeof PLAN_TYPES)[keyof typeof PLAN_TYPES];
  readonly payment: (typeof PAYMENTS)[keyof typeof PAYMENTS];
}

const PRODUCT = { productDescription: 'Linux/UNIX', tenancy: 'shared' } as const;

const rateSchema = z.object({
  savingsPlanOffering: z.object({
    offeringId: z.string(),
    paymentOption: z.string(),
    planType: z.string(),
    durationSeconds: z.number(),
    currency: z.string(),
  }),
  rate: z.string(),
  unit: z.string(),
  serviceCode: z.string(),
  usageType: z.string(),
  operation: z.string(),
  properties: z.array(z.object({ name: z.string(), value: z.string() })),
});

/** One entry of `searchResults`, as much of it as a rate needs. */
export type OfferingRate = z.infer<typeof rateSchema>;

/** What one question brought back. */
export interface RateAnswer {
  readonly rates: readonly OfferingRate[];
  /** Entries that are no rate in the documented shape. */
  readonly unreadable: number;
}

export function parseRates(entries: readonly unknown[]): RateAnswer {
  const rates = entries.flatMap((entry) => {
    const read = rateSchema.safeParse(entry);
    return read.success ? [read.data] : [];
  });
  return { rates, unreadable: entries.length - rates.length };
}

/** Every instance type under every plan in every region. */
export function rateRows(
  regions: readonly string[],
  plans: readonly SavingsPlan[],
  instanceTypes: readonly string[],
): readonly RateRow[] {
  return regions.flatMap((region) =>
    plans.flatMap((plan) =>
      instanceTypes.map((instanceType) => ({ region, item: savingsPlanItem(plan, instanceType), plan, instanceType })),
    ),
  );
}

/** The plans that a book has rates of, each once. */
export function plansIn(items: Iterable<string>): readonly SavingsPlan[] {
  const plans = new Map<string, SavingsPlan>();
  for (const item of items) {
    const plan = savingsPlanOf(item);
    if (plan !== undefined) plans.set(Object.values(plan).join(':'), plan);
  }
  return [...plans.values()];
}

export function questionOf({ region, plan }: RateRow): RateQuestion {
  return { region, planType: PLAN_TYPES[plan.type], payment: PAYMENTS[plan.payment] };
}

/** As the service takes filters. */
export function rateFilters({ region }: RateQuestion): Readonly<Record<'region' | keyof typeof PRODUCT, string>> {
  return { region, ...PRODUCT };
}

/**
 * USD of commitment that an instance hour uses up under a plan. The service gives no date from which a rate holds: it is known
 * to hold when it is read. What it filters is matched again here, and what is left must agree on one rate.
 */
export function readRate(row: RateRow, answer: RateAnswer, stamp: ReadingStamp): RowReading {
  const found = answer.rates.filter((rate) => isRateOf(row, rate));
  const [first] = found;
  if (first === undefined && answer.unreadable > 0) {
    return faulty(row, 'unreadable', `${answer.unreadable} entries of the answer are no rate, and no other is it`);
  }
  if (first === undefined) return faulty(row, 'notListed', `no rate for it is offered in ${row.region}`);
  const currencies = new Set(found.map((rate) => rate.savingsPlanOffering.currency));
  if ([...currencies].join() !== 'USD')
    return faulty(row, 'currency', `its rate is in ${[...currencies].join(' and ')}`);
  const odd = found.find((rate) => rate.unit !== 'Hrs');
  if (odd !== undefined) return faulty(row, 'unit', `its rate is per ${JSON.stringify(odd.unit)}, not hour`);
  const wrong = found.find((rate) => !/^\d+(\.\d+)?$/.test(rate.rate));
  if (wrong !== undefined) return faulty(row, 'unreadable', `its rate is ${JSON.stringify(wrong.rate)}`);
  const rates = new Set(found.map((rate) => exactText(exact(rate.rate))));
  if (rates.size > 1)
    return faulty(row, 'ambiguous', `${rates.size} rates are offered for it: ${[...rates].join(', ')}`);
  const [usd = '0'] = rates;
  if (usd === '0') return faulty(row, 'zero', 'its rate is 0, which is a hole in the list and not a rate');
  return {
    kind: 'priced',
    region: row.region,
    item: row.item,
    offers: [
      {
        region: row.region,
        item: row.item,
        unit: 'hour',
        usd,
        effectiveDate: stamp.retrieved,
        retrieved: stamp.retrieved,
        source: `AWS Savings Plans offering ${first.savingsPlanOffering.offeringId} (${first.usageType})${stamp.via === undefined ? '' : `, through ${stamp.via}`}`,
      },
    ],
  };
}

/** A row whose question the service refused. */
export function refusedRate(row: RateRow, why: string): RowReading {
  return faulty(row, 'refusedQuery', `the service refuses the question: ${why}`);
}

function isRateOf(row: RateRow, rate: OfferingRate): boolean {
  const { planType, payment } = questionOf(row);
  const properties = new Map(rate.properties.map(({ name, value }) => [name, value]));
  const wanted = { ...rateFilters(questionOf(row)), instanceType: row.instanceType };
  const offering = rate.savingsPlanOffering;
  return (
    offering.planType === planType &&
    offering.paymentOption === payment &&
    offering.durationSeconds === YEARS[row.plan.term] * SECONDS_A_YEAR &&
    rate.serviceCode === 'AmazonEC2' &&
    rate.operation === 'RunInstances' &&
    withoutRegionPrefix(rate.usageType, row.region) === `BoxUsage:${row.instanceType}` &&
    Object.entries(wanted).every(([name, value]) => properties.get(name) === value)
  );
}

function faulty({ region, item }: RateRow, fault: RowFault, reason: string): RowReading {
  return { kind: 'fault', region, item, fault, reason };
}
