import fc from 'fast-check';
import { parseContract } from '../../../lib/budget/envelope/parse-contract';
import { Problem } from '../../../lib/problem';
import { stated } from './full-contract';

const SMALLEST = stated({
  schemaVersion: 1,
  id: 'example-agreement',
  currency: 'USD',
  measure: 'net',
  periods: [
    {
      id: 'Y1',
      start: '2026-12-01',
      end: '2027-12-01',
      commitment: '48000000.00',
      ceiling: 'none',
      ceilingPerHour: 'none',
    },
  ],
  floorGate: 'warn',
  share: 'none',
  carryForward: 'none',
  counts: { capacityBlocks: 'atPurchase', savingsPlanUpfront: 'amortized', support: false, tax: false },
});

const FULL = stated({
  ...SMALLEST,
  disclose: true,
  periods: [
    {
      id: 'Y1',
      start: '2026-12-01',
      end: '2027-12-01',
      commitment: '48000000.00',
      ceiling: '60000000.00',
      ceilingPerHour: '9000.00',
    },
    {
      id: 'Y2',
      start: '2027-12-01',
      end: '2028-12-01',
      commitment: '50000000.00',
      ceiling: 'none',
      ceilingPerHour: 'none',
    },
  ],
  ceilingBasis: 'plan',
  floorGate: 'fail',
  share: '0.5',
  carryForward: 'none',
  discounts: [{ services: ['AmazonEC2', 'AmazonEKS'], percent: '12' }],
  rates: [
    {
      instanceType: 'trn2.48xlarge',
      region: 'us-east-2',
      purchase: 'onDemand',
      usdPerHour: '21.00',
      source: 'exhibit B',
    },
  ],
  counts: { ...SMALLEST.counts, marketplaceCapPercent: '25' },
  baseline: [
    {
      id: 'other',
      period: 'Y1',
      category: 'usage',
      amount: '20000000.00',
      asOf: '2026-11-01',
      source: 'FOCUS export',
    },
  ],
  capacityReservations: [
    {
      id: 'cr-1',
      instanceType: 'p5.48xlarge',
      availabilityZoneId: 'use1-az4',
      count: 8,
      start: '2026-12-01',
      end: null,
      account: null,
    },
  ],
  capacityBlocks: [
    {
      id: 'cr-2',
      instanceType: 'p5en.48xlarge',
      count: 16,
      start: '2026-12-01T11:30Z',
      end: '2026-12-15T11:30Z',
      upfront: '250000.00',
      purchased: '2026-11-20',
    },
  ],
  plannedBlocks: [],
  savingsPlans: [],
  reservedInstances: [],
  assumptions: [
    {
      usage: 'natGatewayGigabytes',
      scope: 'Cell*/Network',
      min: '0',
      plan: '500',
      max: '2000',
      unit: 'GB/month',
      owner: 'platform',
      expires: '2027-06-01',
    },
  ],
});

const CREDIT = {
  id: 'c-1',
  period: 'Y1',
  amount: '10',
  applied: 'afterDiscounts',
  lowersDrawdown: false,
  source: 'GetCredits',
};
const TERM = { start: '2026-12-01', end: '2027-12-01', purchased: '2026-12-01', upfront: '0', account: null };
const RATE = { instanceType: 'g6.xlarge', region: 'us-east-1', usdPerHour: '0.5', source: 'exhibit C' };
const PLAN = { id: 'sp-1', ...TERM, type: 'compute', commitmentPerHour: '1', share: '1', rates: [RATE] };
const RESERVED = {
  ...RATE,
  id: 'ri-1',
  ...TERM,
  instanceType: 'm5.xlarge',
  availabilityZoneId: null,
  sizeFlexible: true,
  count: 1,
};

/** Of a contract whose count of entries is right, so that what is wrong is another thing. */
const refusal = (value: object): string =>
  refusalOf(JSON.stringify('rows' in value && !Array.isArray(value) ? stated(value) : value));

function refusalOf(text: string): string {
  try {
    parseContract(text);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'InvalidContract') return thrown.message;
    throw thrown;
  }
  return 'accepted';
}

describe('reading a contract', () => {
  test('what is left out has the documented default', () => {
    const { rows: _rows, share: _none, ...said } = SMALLEST;
    expect(parseContract(JSON.stringify(SMALLEST))).toEqual({
      ...said,
      periods: [{ id: 'Y1', start: '2026-12-01T00:00:00Z', end: '2027-12-01T00:00:00Z', commitment: '48000000.00' }],
      disclose: false,
      ceilingBasis: 'max',
      discounts: [],
      rates: [],
      baseline: [],
      capacityReservations: [],
      capacityBlocks: [],
      plannedBlocks: [],
      savingsPlans: [],
      reservedInstances: [],
      assumptions: [],
    });
  });

  test('every field of the format is kept, dates become instants, and the value survives JSON', () => {
    const contract = parseContract(JSON.stringify(FULL));
    expect(contract.periods.map((period) => period.end)).toEqual(['2027-12-01T00:00:00Z', '2028-12-01T00:00:00Z']);
    expect(contract.capacityBlocks[0]?.start).toBe('2026-12-01T11:30:00Z');
    expect(contract.share).toBe('0.5');
    expect(contract.counts.marketplaceCapPercent).toBe('25');
    expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
  });

  test('a ceiling below the commitment is allowed: one is an approval, the other a promise', () => {
    const periods = [{ ...SMALLEST.periods[0], ceiling: '1.00' }];
    expect(refusal({ ...SMALLEST, periods })).toBe('accepted');
  });
});

describe('damage', () => {
  test('fails as a refusal and nothing else, whatever the text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => refusalOf(text).startsWith('the contract ')));
  });

  test('fails for any field removed that has no default, and for any value retyped', () => {
    const required = ['schemaVersion', 'id', 'currency', 'measure', 'rows', 'periods', 'counts'] as const;
    const decided = ['floorGate', 'share', 'carryForward'] as const;
    for (const key of [...required, ...decided]) {
      const rest = Object.fromEntries(Object.entries(FULL).filter(([field]) => field !== key));
      expect(refusal(rest)).toMatch(`the contract lacks ${key}`);
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(FULL)),
        fc.constantFrom(null, 7, {}, 'x', '1e3', '-1', [[]]),
        (key, value) => {
          fc.pre(key !== 'id' || typeof value !== 'string');
          fc.pre(key !== 'rows');
          expect(refusal({ ...FULL, [key]: value })).not.toBe('accepted');
        },
      ),
    );
  });
});

describe('fails with one sentence that names the place', () => {
  test.each([
    [
      '{\n  "id": "a",\n  // why\n}',
      'the contract is not JSON at line 3, column 3; correct it there (JSON has no comments, no trailing commas and double quotes only)',
    ],
    [
      '{"id":',
      'the contract is not JSON: it ends too early; correct it there (JSON has no comments, no trailing commas and double quotes only)',
    ],
    [
      'hello',
      'the contract is not JSON near its start; correct it there (JSON has no comments, no trailing commas and double quotes only)',
    ],
    [
      '{\n  "id": "example-agreement",\n  "currency": USD,\n  "disclose": true\n}',
      'the contract is not JSON at line 3, column 15; correct it there (JSON has no comments, no trailing commas and double quotes only)',
    ],
    ['[]', 'the contract must be a JSON object with the fields of a contract'],
  ])('for text that is no contract (%#)', (text, sentence) => {
    expect(refusalOf(text)).toBe(sentence);
  });

  test('for a field given twice, of which JSON would keep the last', () => {
    const text = JSON.stringify(SMALLEST).replace('"commitment"', '"ceiling": "1 : {", "ceiling" : "2", "commitment"');
    expect(refusalOf(text)).toBe('the contract has the field "ceiling" twice in one object; keep one');
    const escaped = JSON.stringify(SMALLEST).replace('"id"', '"\\u0069d": "hidden", "id"');
    expect(refusalOf(escaped)).toBe('the contract has the field "id" twice in one object; keep one');
  });

  const [y1] = SMALLEST.periods;
  const without = (key: keyof typeof SMALLEST) =>
    Object.fromEntries(Object.entries(SMALLEST).filter(([k]) => k !== key));
  test.each<[string, object, string]>([
    ['another version', { ...SMALLEST, schemaVersion: 2 }, 'has a wrong schemaVersion: it must be 1'],
    ['another currency', { ...SMALLEST, currency: 'EUR' }, 'has a wrong currency: it must be "USD"'],
    [
      'no measure',
      without('measure'),
      'lacks measure: it must be one of "listGross", "afterCommitmentDiscounts", "net"',
    ],
    ['no counts', without('counts'), 'lacks counts: it must be of type object'],
    [
      'half of counts',
      { ...SMALLEST, counts: { ...SMALLEST.counts, capacityBlocks: undefined } },
      'lacks counts.capacityBlocks: it must be one of "atPurchase", "amortized", "no"',
    ],
    ['an unknown field', { ...SMALLEST, cap: '1' }, 'has an unknown field "cap"; remove it or correct its name'],
    [
      'an unknown field of a period',
      { ...SMALLEST, periods: [{ ...y1, cap: '1' }] },
      'has an unknown field "cap" in periods[0]; remove it or correct its name',
    ],
    ['no periods', { ...SMALLEST, periods: [] }, 'has a wrong periods: it must be a list of at least one period'],
    [
      'a negative amount',
      { ...SMALLEST, periods: [{ ...y1, commitment: '-5' }] },
      'has a wrong periods[0].commitment: it must be a decimal amount as text, zero or more, such as "48000000.00"',
    ],
    [
      'an amount as a number',
      { ...SMALLEST, periods: [{ ...y1, commitment: 48 }] },
      'has a wrong periods[0].commitment: it must be a decimal amount as text, zero or more, such as "48000000.00"',
    ],
    [
      'an amount with a comma',
      { ...SMALLEST, periods: [{ ...y1, ceiling: '1,000' }] },
      'has a wrong periods[0].ceiling: it must be a decimal amount as text, zero or more, such as "48000000.00", or "none"',
    ],
    [
      'a missing amount',
      { ...SMALLEST, periods: [{ ...y1, commitment: undefined }] },
      'lacks periods[0].commitment: it must be a decimal amount as text, zero or more, such as "48000000.00"',
    ],
    [
      'no such day',
      { ...SMALLEST, periods: [{ ...y1, end: '2027-02-29' }] },
      'has a wrong periods[0].end: it must be a UTC date or instant, such as 2026-12-01 or 2026-12-01T11:30Z',
    ],
    [
      'a local time',
      { ...SMALLEST, periods: [{ ...y1, end: '2027-02-01T00:00+01:00' }] },
      'has a wrong periods[0].end: it must be a UTC date or instant, such as 2026-12-01 or 2026-12-01T11:30Z',
    ],
    [
      'a share of zero',
      { ...SMALLEST, share: '0.0' },
      'has a wrong share: it must be a decimal as text, above 0 and at most 1, such as "0.25", or "none"',
    ],
    [
      'a share above one',
      { ...SMALLEST, share: '1.01' },
      'has a wrong share: it must be a decimal as text, above 0 and at most 1, such as "0.25", or "none"',
    ],
    [
      'a discount above all',
      { ...SMALLEST, discounts: [{ services: ['AmazonEC2'], percent: '101' }] },
      'has a wrong discounts[0].percent: it must be a percentage as text, "0" to "100"',
    ],
    [
      'no ceiling, and nobody saying so',
      { ...SMALLEST, periods: [{ ...y1, ceiling: undefined }] },
      'lacks periods[0].ceiling: it must be a decimal amount as text, zero or more, such as "48000000.00", or "none"',
    ],
    [
      'spend of no kind',
      { ...SMALLEST, baseline: [{ ...FULL.baseline[0], category: undefined }] },
      'lacks baseline[0].category: it must be one of "usage", "marketplace", "support", "tax"',
    ],
    [
      'a plan of nobody knows whose account',
      { ...SMALLEST, savingsPlans: [{ ...PLAN, account: undefined }] },
      'lacks savingsPlans[0].account: it must be an account id of 12 digits, or null',
    ],
    [
      'a plan of which nobody says how much is ours',
      { ...SMALLEST, savingsPlans: [{ ...PLAN, share: undefined }] },
      'lacks savingsPlans[0].share: it must be a decimal as text, above 0 and at most 1, such as "0.25"',
    ],
    [
      'a reserved instance of perhaps one zone',
      { ...SMALLEST, reservedInstances: [{ ...RESERVED, availabilityZoneId: undefined }] },
      'lacks reservedInstances[0].availabilityZoneId: it must be a zone id such as "use1-az4", or null',
    ],
    [
      'support that counts',
      { ...SMALLEST, counts: { ...SMALLEST.counts, support: true } },
      'counts support and has none in period Y1; add a baseline of category support, of "0" where there is none',
    ],
    [
      'a carry-forward',
      { ...SMALLEST, carryForward: 'excess' },
      'has carryForward excess without carryForwardCapPercent; write "100" where nothing caps it',
    ],
    [
      'Marketplace spend without its cap',
      { ...SMALLEST, baseline: [{ ...FULL.baseline[0], category: 'marketplace' }] },
      `has the Marketplace baseline other and no counts.marketplaceCapPercent; write the contract's, often "25"`,
    ],
    [
      'a credit for no period',
      { ...SMALLEST, credits: [{ ...CREDIT, period: 'Y9' }] },
      'has a credit c-1 for the unknown period "Y9"; name one of Y1',
    ],
    [
      'a period by which a waiver means all',
      { ...SMALLEST, periods: [{ ...y1, id: 'all' }] },
      'names a period "all", by which a waiver means all of them; rename it',
    ],
    [
      'a savings plan without its dates',
      { ...SMALLEST, savingsPlans: [{ id: 'sp-1' }] },
      'lacks savingsPlans[0].start: it must be a UTC date or instant, such as 2026-12-01 or 2026-12-01T11:30Z',
    ],
    [
      'a savings plan rate without a source',
      { ...SMALLEST, savingsPlans: [{ ...PLAN, rates: [{ ...RATE, source: '' }] }] },
      'has a wrong savingsPlans[0].rates[0].source: it must be text that is not empty',
    ],
    [
      'a savings plan that ends before it starts',
      { ...SMALLEST, savingsPlans: [{ ...PLAN, end: '2026-12-01' }] },
      'has a commitment sp-1 that does not start before it ends; correct its dates (the end is exclusive)',
    ],
    [
      'a plan paid upfront beyond its commitment',
      { ...SMALLEST, savingsPlans: [{ ...PLAN, upfront: '8760.01' }] },
      'has a plan sp-1 whose upfront part is more than it commits over its term; correct one of them',
    ],
    [
      'an EC2 Instance plan for no family',
      { ...SMALLEST, savingsPlans: [{ ...PLAN, type: 'ec2Instance' }] },
      'has an EC2 Instance plan sp-1 without its instanceFamily and region; give both',
    ],
    [
      'a compute plan for one region',
      { ...SMALLEST, savingsPlans: [{ ...PLAN, region: 'us-east-1' }] },
      'has a compute plan sp-1 with an instanceFamily or region, which only an EC2 Instance plan has; remove it',
    ],
    [
      'a rate outside its plan',
      {
        ...SMALLEST,
        savingsPlans: [{ ...PLAN, type: 'ec2Instance', instanceFamily: 'p5', region: 'us-east-1', rates: [RATE] }],
      },
      'has a rate for g6.xlarge in us-east-1 in the plan sp-1, which is for p5 in us-east-1; remove it',
    ],
    [
      'two rates for one type',
      { ...SMALLEST, savingsPlans: [{ ...PLAN, rates: [RATE, RATE] }] },
      'has two rates for g6.xlarge in us-east-1 in the plan sp-1; keep one',
    ],
    [
      'a commitment given twice',
      { ...SMALLEST, savingsPlans: [PLAN], reservedInstances: [{ ...RESERVED, id: 'sp-1' }] },
      'has the commitment id "sp-1" twice; keep one',
    ],
    [
      'an upfront part that nobody says how to count',
      { ...SMALLEST, reservedInstances: [{ ...RESERVED, upfront: '10' }] },
      'has an upfront part in ri-1 and no counts.reservedInstanceUpfront; say atPurchase, amortized or no',
    ],
    [
      'a zonal reservation of any size',
      { ...SMALLEST, reservedInstances: [{ ...RESERVED, availabilityZoneId: 'use1-az4' }] },
      'has a zonal reserved instance ri-1 that is sizeFlexible; only regional ones can be, so write false',
    ],
    [
      'a size without a factor',
      { ...SMALLEST, reservedInstances: [{ ...RESERVED, instanceType: 'm5.metal' }] },
      'has a reserved instance ri-1 that is sizeFlexible, and m5.metal has no size factor; write false',
    ],
    [
      'rates under an unclear measure',
      { ...FULL, measure: 'afterCommitmentDiscounts' },
      'has rates beside measure afterCommitmentDiscounts, which this version cannot judge; use measure net, or listGross without rates',
    ],
    [
      'a baseline for no period',
      { ...SMALLEST, baseline: [{ ...FULL.baseline[0], period: 'Y9' }] },
      'has a baseline other for the unknown period "Y9"; name one of Y1',
    ],
    [
      'a baseline given twice',
      { ...SMALLEST, baseline: [FULL.baseline[0], FULL.baseline[0]] },
      'has the baseline id "other" twice; keep one',
    ],
    [
      'a service discounted twice',
      { ...SMALLEST, discounts: [FULL.discounts[0], FULL.discounts[0]] },
      'has the discounted service "AmazonEC2" twice; keep one',
    ],
    [
      'two periods of one name',
      { ...FULL, periods: [FULL.periods[0], { ...FULL.periods[1], id: 'Y1' }] },
      'has the period id "Y1" twice; keep one',
    ],
    [
      'a period that ends before it starts',
      { ...SMALLEST, periods: [{ ...y1, end: '2026-12-01' }] },
      'has a period Y1 that does not start before it ends; correct its dates (the end is exclusive)',
    ],
    [
      'a period of the reserved name',
      { ...SMALLEST, periods: [{ ...y1, id: 'outside' }] },
      'names a period "outside", which means the time outside all periods; rename it',
    ],
    [
      'periods out of order',
      { ...FULL, periods: [...FULL.periods].reverse(), baseline: [] },
      'lists period Y1 after Y2; list periods in order of time',
    ],
    [
      'periods that overlap',
      { ...FULL, periods: [FULL.periods[0], { ...FULL.periods[1], start: '2027-11-30' }] },
      'has periods Y1 and Y2 that overlap; end one where the next starts',
    ],
    [
      'an inclusive end date',
      { ...FULL, periods: [{ ...FULL.periods[0], end: '2027-11-30' }, FULL.periods[1]] },
      'leaves a gap from 2027-11-30T00:00:00Z to 2027-12-01T00:00:00Z between periods Y1 and Y2; ends are exclusive, so end Y1 where Y2 starts',
    ],
    [
      'an assumption out of order',
      { ...SMALLEST, assumptions: [{ ...FULL.assumptions[0], plan: '5000' }] },
      'has an assumption on natGatewayGigabytes in Cell*/Network out of order; min ≤ plan ≤ max is needed',
    ],
    [
      'a block that ends before it starts',
      { ...SMALLEST, capacityBlocks: [{ ...FULL.capacityBlocks[0], end: '2026-12-01' }] },
      'has a reservation cr-2 that does not start before it ends; correct its dates (the end is exclusive)',
    ],
  ])('for %s', (_what, contract, sentence) => {
    expect(refusal(contract)).toBe(`the contract ${sentence}`);
  });

  test('for a list that has lost an entry, or grown one, and for one that nobody counted', () => {
    const { rows, ...uncounted } = FULL;
    expect(refusalOf(JSON.stringify({ ...FULL, baseline: [] }))).toBe(
      `the contract states ${rows} rows and its lists have ${rows - 1} entries; restore what was lost, or write ${rows - 1}`,
    );
    const [discount] = FULL.discounts;
    const fewer = [{ ...discount, services: ['AmazonEC2'] }];
    expect(refusalOf(JSON.stringify({ ...FULL, discounts: fewer }))).toContain(`have ${rows - 1} entries`);
    expect(refusalOf(JSON.stringify(uncounted))).toBe(
      `the contract lacks rows, the number of entries of all its lists, by which one that is lost is noticed; write ${rows}`,
    );
    expect(refusalOf(JSON.stringify({ ...uncounted, rows }))).toBe('accepted');
  });

  test('for a misspelt service, with the services that can be named', () => {
    const sentence = refusal({ ...SMALLEST, discounts: [{ services: ['AmazonEC'], percent: '12' }] });
    expect(sentence).toMatch(
      /^the contract has a wrong discounts\[0\]\.services\[0\]: it must be one of "AmazonEC2", /,
    );
  });

  test('and never quotes an amount, which may be confidential', () => {
    const secret = { ...SMALLEST, periods: [{ ...y1, commitment: '48,123,456' }] };
    expect(refusal(secret)).not.toContain('123');
    expect(refusalOf('{"commitment": "48123456", oops')).not.toContain('48123456');
  });
});
