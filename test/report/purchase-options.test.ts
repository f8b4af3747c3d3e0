import * as ec2 from '@aws-sdk/client-ec2';
import * as pricing from '@aws-sdk/client-pricing';
import * as savingsplans from '@aws-sdk/client-savingsplans';
import * as sts from '@aws-sdk/client-sts';
import type { Purchase } from '../../lib/planner/plan';
import { BLOCK, PLACE, QUERY, RESERVATION, runPurchase, SAVINGS_PLAN } from './fake-aws';

/*
 * The AWS CLI derives its options from the same models as the SDK: an option is a member of the operation's input in kebab
 * case. What the scripts say is held against the SDK that is installed, so that a wrong name does not wait for a purchase.
 */
const SERVICES: Readonly<Record<string, object>> = { ec2, pricing, savingsplans, sts };
/** Of the AWS CLI itself, for any operation. */
const GLOBAL = new Set(['--region', '--query', '--output']);

const { availabilityZone: _, ...inRegion } = PLACE;
const BY_ID = { ...inRegion, availabilityZoneId: 'use1-az4' };
const FUTURE = { start: '2027-02-01', commitmentDays: 14 };
const PURCHASES: readonly Purchase[] = [
  { ...BLOCK, place: BY_ID },
  RESERVATION,
  { ...RESERVATION, instanceType: 'g6e.48xlarge', place: BY_ID, future: FUTURE },
  SAVINGS_PLAN,
  { ...SAVINGS_PLAN, plan: 'compute', payment: 'allUpfront' },
];

const PRODUCT = { terms: { OnDemand: { a: { priceDimensions: { b: { unit: 'Hrs', pricePerUnit: { USD: '1' } } } } } } };
const ANSWERS = {
  'describe-availability-zones': { AvailabilityZones: [{ ZoneName: 'us-east-1c' }] },
  'describe-capacity-block-offerings': {
    CapacityBlockOfferings: [
      {
        CapacityBlockOfferingId: 'cb-1',
        InstanceType: 'p5.48xlarge',
        AvailabilityZone: 'us-east-1c',
        InstanceCount: 4,
        StartDate: '2027-01-12T11:30:00Z',
        EndDate: '2027-01-26T11:30:00Z',
        CapacityBlockDurationHours: 336,
        UpfrontFee: '1',
        CurrencyCode: 'USD',
      },
    ],
  },
  'get-products': { PriceList: [JSON.stringify(PRODUCT)] },
  'purchase-capacity-block': {},
  'create-capacity-reservation': {},
  'create-savings-plan': {},
};

function answersFor(purchase: Purchase): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  if (purchase.kind !== 'savingsPlan') return ANSWERS;
  const planType = purchase.plan === 'compute' ? 'Compute' : 'EC2Instance';
  const paymentOption = purchase.payment === 'noUpfront' ? 'No Upfront' : 'All Upfront';
  const offering = { offeringId: 'sp-1', durationSeconds: 31_536_000, currency: 'USD', planType, paymentOption };
  return { ...ANSWERS, 'describe-savings-plans-offerings': { searchResults: [offering] } };
}

interface Call {
  readonly service: string;
  readonly operation: string;
  /** Values by option. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

function callsOf(purchase: Purchase): readonly Call[] {
  const { status, said, calls } = runPurchase(purchase, answersFor(purchase));
  if (status !== 0) throw new Error(said);
  return calls.map(([service = '', operation = '', ...rest]) => {
    const options: Record<string, string[]> = {};
    let current: string[] = [];
    for (const word of rest) {
      if (word.startsWith('--')) {
        current = [];
        options[word] = current;
      } else current.push(word);
    }
    return { service, operation, options };
  });
}

const CALLS = PURCHASES.flatMap(callsOf);

const KIND = { list: 1, map: 2, structure: 3, operation: 9 } as const;

/** A schema of the SDK: kind, namespace, name, traits, then what the kind has. References are functions, alone or in a pair. */
type Schema = readonly unknown[];

function resolved(reference: unknown): Schema {
  if (typeof reference === 'function') return resolved(reference());
  if (Array.isArray(reference) && typeof reference[0] === 'function') return resolved(reference[0]);
  return Array.isArray(reference) ? reference : [];
}

/** Schemas of the members of a structure, by name. */
function membersOf(schema: Schema): ReadonlyMap<string, unknown> {
  expect(schema[0]).toBe(KIND.structure);
  const names = schema[4] as readonly string[];
  return new Map(names.map((name, index) => [name, (schema[5] as readonly unknown[])[index]]));
}

function operationOf({ service, operation }: Call): { readonly input: Schema; readonly output: Schema } {
  const name = operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const schema = (SERVICES[service] as Readonly<Record<string, Schema>> | undefined)?.[`${name}$`];
  if (schema === undefined) throw new Error(`the SDK has no operation ${service} ${operation}`);
  expect(schema[0]).toBe(KIND.operation);
  return { input: resolved(schema[4]), output: resolved(schema[5]) };
}

const kebab = (member: string) => member.replaceAll(/(?<=[a-z])([A-Z])/g, '-$1').toLowerCase();

/** Options that the SDK knows no member for. */
function unknownOptions(call: Call): readonly string[] {
  const known = new Set([...membersOf(operationOf(call).input).keys()].map((member) => `--${kebab(member)}`));
  return Object.keys(call.options).filter((option) => !GLOBAL.has(option) && !known.has(option));
}

/** Fields of a query that the answer does not have. */
function unknownFields(call: Call): readonly string[] {
  const [query] = call.options['--query'] ?? [];
  if (query === undefined) return [];
  const { list = '', fields } = QUERY.exec(query)?.groups ?? {};
  const output = membersOf(operationOf(call).output);
  if (!output.has(list)) return [list];
  if (fields === undefined || fields === '@') return [];
  const row = resolved(output.get(list));
  expect(row[0]).toBe(KIND.list);
  const known = membersOf(resolved(row[4]));
  return fields.split(',').filter((field) => !known.has(field.split('.')[0] ?? ''));
}

test('the scripts call every operation that they are made of', () => {
  expect([...new Set(CALLS.map(({ service, operation }) => `${service} ${operation}`))].sort()).toEqual([
    'ec2 create-capacity-reservation',
    'ec2 describe-availability-zones',
    'ec2 describe-capacity-block-offerings',
    'ec2 describe-capacity-reservations',
    'ec2 purchase-capacity-block',
    'pricing get-products',
    'savingsplans create-savings-plan',
    'savingsplans describe-savings-plans',
    'savingsplans describe-savings-plans-offerings',
    'sts get-caller-identity',
  ]);
});

test('every option is a member of its operation, and every field of a query is in the answer', () => {
  expect(CALLS.flatMap(unknownOptions)).toEqual([]);
  expect(CALLS.flatMap(unknownFields)).toEqual([]);
});

test('an operation gets each member that it requires', () => {
  // The SDK puts them first and says how many they are.
  const missing = CALLS.flatMap((call) => {
    const { input } = operationOf(call);
    const required = [...membersOf(input).keys()].slice(0, Number(input[6] ?? 0)).map((member) => `--${kebab(member)}`);
    return required.filter((option) => call.options[option] === undefined);
  });
  expect(missing).toEqual([]);
});

test('fails an option, an operation or a field of another name', () => {
  const call = { service: 'ec2', operation: 'create-capacity-reservation', options: { '--zone-id': ['x'] } };
  expect(unknownOptions(call)).toEqual(['--zone-id']);
  expect(() => operationOf({ ...call, operation: 'reserve-capacity' })).toThrow('no operation ec2 reserve-capacity');
  const asked = { service: 'ec2', operation: 'describe-capacity-block-offerings' };
  const query = (text: string) => unknownFields({ ...asked, options: { '--query': [text] } });
  expect(query('CapacityBlockOfferings[].[Fee,StartDate]')).toEqual(['Fee']);
  expect(query('Offerings[].[StartDate]')).toEqual(['Offerings']);
});

const valuesOf = (operation: string, option: string): readonly string[] => [
  ...new Set(CALLS.filter((call) => call.operation === operation).flatMap(({ options }) => options[option] ?? [])),
];

test.each<[string, string, readonly string[], object]>([
  ['create-capacity-reservation', '--instance-platform', ['Linux/UNIX'], ec2.CapacityReservationInstancePlatform],
  ['purchase-capacity-block', '--instance-platform', ['Linux/UNIX'], ec2.CapacityReservationInstancePlatform],
  ['create-capacity-reservation', '--instance-match-criteria', ['targeted'], ec2.InstanceMatchCriteria],
  ['create-capacity-reservation', '--end-date-type', ['unlimited'], ec2.EndDateType],
  // Its documentation: the only supported value, though the enumeration has another.
  ['create-capacity-reservation', '--delivery-preference', ['incremental'], ec2.CapacityReservationDeliveryPreference],
  ['describe-savings-plans-offerings', '--plan-types', ['EC2Instance', 'Compute'], savingsplans.SavingsPlanType],
  [
    'describe-savings-plans-offerings',
    '--payment-options',
    ['No Upfront', 'All Upfront'],
    savingsplans.SavingsPlanPaymentOption,
  ],
  ['describe-savings-plans-offerings', '--currencies', ['USD'], savingsplans.CurrencyCode],
  ['describe-savings-plans', '--states', ['active', 'payment-pending', 'queued'], savingsplans.SavingsPlanState],
])('%s gets values of %s that the SDK knows', (operation, option, expected, known) => {
  expect(valuesOf(operation, option)).toEqual(expected);
  expect(Object.values(known)).toEqual(expect.arrayContaining([...expected]));
});

test('filters name attributes and states that the SDK knows', () => {
  const attributes = valuesOf('describe-savings-plans-offerings', '--filters').map(
    (filter) => /name=(\w+)/.exec(filter)?.[1],
  );
  expect(attributes).toEqual(['region', 'instanceFamily']);
  expect(Object.values(savingsplans.SavingsPlanOfferingFilterAttribute)).toEqual(expect.arrayContaining(attributes));
  const filters = valuesOf('describe-capacity-reservations', '--filters');
  const states = filters.flatMap((filter) => /^Name=state,Values=(.+)$/.exec(filter)?.[1]?.split(',') ?? []);
  expect(states).toHaveLength(6);
  expect(Object.values(ec2.CapacityReservationState)).toEqual(expect.arrayContaining(states));
});
