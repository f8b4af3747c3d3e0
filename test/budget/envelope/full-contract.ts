import type { Contract } from '../../../lib/budget/envelope/contract';
import { entriesIn, parseContract } from '../../../lib/budget/envelope/parse-contract';
import { aBill, aCharge } from '../../builders';

const TERM = { start: '2026-12-01', end: '2027-12-01', purchased: '2026-12-01' };

/** A contract file that says how many entries its lists have. */
export const stated = <T extends object>(contract: T): T & { readonly rows: number } => ({
  ...contract,
  rows: entriesIn(contract),
});

/** Every field of the format in use: two months, commitments, blocks, credits, what is planned. JSON, as a file has it. */
export const FULL = stated({
  schemaVersion: 1,
  id: 'example-agreement',
  currency: 'USD',
  disclose: true,
  measure: 'net',
  periods: [
    {
      id: 'Y1',
      start: '2026-12-01',
      end: '2027-01-01',
      commitment: '70123.45',
      ceiling: '80456.78',
      ceilingPerHour: '67.89',
    },
    {
      id: 'Y2',
      start: '2027-01-01',
      end: '2027-02-01',
      commitment: '71234.56',
      ceiling: '81567.89',
      ceilingPerHour: 'none',
    },
  ],
  ceilingBasis: 'max',
  floorGate: 'fail',
  share: '0.8',
  carryForward: 'shortfall',
  carryForwardCapPercent: '13',
  discounts: [{ services: ['AmazonEC2'], percent: '17.3' }],
  rates: [
    { instanceType: 'g5.xlarge', region: 'us-east-1', purchase: 'onDemand', usdPerHour: '0.7531', source: 'exhibit B' },
  ],
  counts: {
    capacityBlocks: 'amortized',
    savingsPlanUpfront: 'amortized',
    reservedInstanceUpfront: 'atPurchase',
    commitmentFeesDiscounted: true,
    marketplaceCapPercent: '21',
    support: true,
    tax: false,
  },
  baseline: [
    { id: 'other', period: 'Y1', category: 'usage', amount: '3456.78', asOf: '2026-11-01', source: 'FOCUS' },
    { id: 'sold', period: 'Y1', category: 'marketplace', amount: '23456.78', asOf: '2026-11-01', source: 'FOCUS' },
    { id: 'support-1', period: 'Y1', category: 'support', amount: '456.78', asOf: '2026-11-01', source: 'FOCUS' },
    { id: 'support-2', period: 'Y2', category: 'support', amount: '567.89', asOf: '2026-11-01', source: 'FOCUS' },
  ],
  credits: [
    {
      id: 'promotion',
      period: 'Y1',
      amount: '234.56',
      applied: 'beforeDiscounts',
      lowersDrawdown: true,
      source: 'GetCredits',
    },
  ],
  capacityReservations: [
    {
      id: 'cr-1',
      instanceType: 'p5.48xlarge',
      availabilityZoneId: 'use1-az4',
      count: 1,
      start: '2026-12-15',
      end: '2027-06-01',
      account: '111111111111',
      committedUntil: '2027-03-01',
    },
  ],
  capacityBlocks: [
    {
      id: 'cr-2',
      instanceType: 'p5en.48xlarge',
      count: 1,
      start: '2026-12-20T11:30Z',
      end: '2027-01-03T11:30Z',
      upfront: '12345.67',
      purchased: '2026-12-10',
    },
  ],
  plannedBlocks: [
    {
      instanceType: 'trn2.48xlarge',
      region: 'us-east-2',
      count: 3,
      start: '2027-01-10',
      days: 14,
      usdPerHour: '35.7608',
      source: 'quote',
      date: '2026-11-20',
    },
  ],
  savingsPlans: [
    {
      id: 'sp-1',
      ...TERM,
      type: 'compute',
      upfront: '4321.09',
      commitmentPerHour: '31.357',
      share: '0.71',
      account: '111111111111',
      rates: [
        { instanceType: 'p5.48xlarge', region: 'us-east-1', usdPerHour: '29.753', source: 'exhibit C' },
        { instanceType: 'g6.xlarge', region: 'us-east-1', usdPerHour: '0.5319', source: 'exhibit C' },
      ],
    },
  ],
  reservedInstances: [
    {
      id: 'ri-1',
      ...TERM,
      instanceType: 'g6.xlarge',
      region: 'us-east-1',
      account: null,
      availabilityZoneId: null,
      sizeFlexible: false,
      count: 2,
      upfront: '765.43',
      usdPerHour: '0.3571',
      source: 'exhibit C',
    },
  ],
  assumptions: [],
});

export const fullContract = (override: object = {}): Contract =>
  parseContract(JSON.stringify(stated({ ...FULL, ...override })));

const WINDOW = { start: '2026-12-01T00:00:00Z', end: '2027-02-01T00:00:00Z' };
const running = (instanceType: string, unitPrice: string, count: string) =>
  aCharge({
    logicalId: instanceType,
    offer: `instance:${instanceType}:onDemand`,
    unitPrice,
    quantity: { min: '1', plan: count, max: count },
    active: WINDOW,
    region: 'us-east-1',
    coverable: true,
  });

/** p5, g6 and g5 over both months: something of each commitment is used. */
export const fullBill = aBill({
  window: WINDOW,
  charges: [
    running('p5.48xlarge', '55.04', '1'),
    running('g6.xlarge', '0.8048', '3'),
    running('g5.xlarge', '1.006', '2'),
  ],
});
