import * as fc from 'fast-check';
import { ITEMS, type Item } from '../../../lib/budget/prices/items';
import { parseAnswer, type RowReading, readRow } from '../../../lib/budget/prices/price-list';
import { notReadReason, rowsToRead } from '../../../lib/budget/prices/price-list-rows';
import { exact } from '../../../lib/units/exact';
import {
  aCapacityBlockRow,
  aClusterHour,
  anEgress,
  anInstance,
  aProduct,
  aService,
  aThroughput,
  EGRESS_TIERS,
  type Product,
} from './products';

const RETRIEVED = '2026-11-23T21:00:00Z';

function reading(item: Item, listed: readonly (Product | string)[], region = 'us-west-2'): RowReading {
  const row = rowsToRead([region], ['p5.48xlarge', 'g6.xlarge']).find((each) => each.item === item);
  if (row === undefined) throw new Error(`no row ${item}`);
  const answer = parseAnswer(listed.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))));
  return readRow(row, answer, { retrieved: RETRIEVED });
}

const P5 = 'instance:p5.48xlarge:onDemand';

function faultOf(read: RowReading): string {
  return read.kind === 'fault' ? read.fault : `priced at ${read.offers.map(({ usd }) => usd).join(', ')}`;
}

function usdOf(read: RowReading): string {
  return read.kind === 'priced' ? (read.offers[0]?.usd ?? 'nothing') : `${read.fault}: ${read.reason}`;
}

describe('a row that the Price List prices', () => {
  test('becomes an offer with the list as its source and its own dates', () => {
    expect(reading(P5, [anInstance('p5.48xlarge', '55.0400000000')])).toEqual({
      kind: 'priced',
      region: 'us-west-2',
      item: P5,
      offers: [
        {
          region: 'us-west-2',
          item: P5,
          unit: 'hour',
          usd: '55.04',
          effectiveDate: '2026-11-01T00:00:00Z',
          retrieved: RETRIEVED,
          source:
            'AWS Price List AmazonEC2 SKU ODP548XLARGE (USW2-BoxUsage:p5.48xlarge), published 2026-11-20T18:22:33Z',
        },
      ],
    });
  });

  test('is the on-demand one although a Capacity Block row of the same usage type stands at 0.00 beside it', () => {
    const both = [aCapacityBlockRow('p5.48xlarge'), anInstance('p5.48xlarge', '55.0400000000')];
    expect(usdOf(reading(P5, both))).toBe('55.04');
    expect(usdOf(reading(P5, [...both].reverse()))).toBe('55.04');
  });

  test.each([
    ['a Capacity Block by its market alone', { marketoption: 'CapacityBlock' }],
    ['a Capacity Block by its operation alone', { operation: 'RunInstances:CB' }],
    ['an unused reservation', { capacitystatus: 'UnusedCapacityReservation' }],
    ['an allocated reservation', { capacitystatus: 'AllocatedCapacityReservation' }],
    ['Windows', { operatingSystem: 'Windows', licenseModel: 'No License required' }],
    ['SQL Server', { preInstalledSw: 'SQL Std' }],
    ['a dedicated host', { tenancy: 'Host' }],
    ['another region', { regionCode: 'us-west-2-lax-1' }],
    ['another usage type', { usagetype: 'USW2-UnusedBox:p5.48xlarge' }],
    ['a usage type that ends alike', { usagetype: 'USW2-EC2-BoxUsage:p5.48xlarge' }],
    ['another type of the family', { instanceType: 'p5.4xlarge', usagetype: 'USW2-BoxUsage:p5.4xlarge' }],
  ])('is not confused with %s', (_, attributes) => {
    const other = anInstance('p5.48xlarge', '1.0000000000', { sku: 'OTHER', attributes });
    expect(usdOf(reading(P5, [other, anInstance('p5.48xlarge', '55.0400000000')]))).toBe('55.04');
    expect(faultOf(reading(P5, [other]))).toBe('notListed');
  });

  test('is found with every kind of region prefix and with none', () => {
    const listed = (usagetype: string, region: string) =>
      anInstance('g6.xlarge', '0.8048000000', { region, attributes: { usagetype } });
    const G6 = 'instance:g6.xlarge:onDemand';
    expect(usdOf(reading(G6, [listed('BoxUsage:g6.xlarge', 'us-east-1')], 'us-east-1'))).toBe('0.8048');
    expect(usdOf(reading(G6, [listed('EU-BoxUsage:g6.xlarge', 'eu-west-1')], 'eu-west-1'))).toBe('0.8048');
    expect(usdOf(reading(G6, [listed('APN1-BoxUsage:g6.xlarge', 'ap-northeast-1')], 'ap-northeast-1'))).toBe('0.8048');
    const key = aService('awskms', 'Encryption Key', 'us-west-2-KMS-Keys', [
      { unit: 'Keys', pricePerUnit: { USD: '1.0000000000' } },
    ]);
    expect(usdOf(reading('kms:key', [key]))).toBe('1');
  });

  test('is matched whole: neighbours whose usage types end alike are other products', () => {
    const hour = (usagetype: string, usd: string) =>
      aService('AWSELB', 'Load Balancer-Application', usagetype, [{ pricePerUnit: { USD: usd } }]);
    const neighbours = ['USW2-TS-LoadBalancerUsage', 'TS-LoadBalancerUsage', 'Outposts-LoadBalancerUsage'];
    expect(
      usdOf(
        reading('applicationLoadBalancer:hour', [
          ...neighbours.map((usage) => hour(usage, '9.0000000000')),
          hour('USW2-LoadBalancerUsage', '0.0225000000'),
        ]),
      ),
    ).toBe('0.0225');
    const stored = aService('AmazonCloudWatch', 'Storage Snapshot', 'USW2-TimedStorage-IA-ByteHrs', [
      { unit: 'GB-Mo' },
    ]);
    expect(faultOf(reading('logs:stored', [stored]))).toBe('notListed');
  });

  test('has its throughput converted by the unit in which it is listed, never by habit', () => {
    // 40.96 USD per GiBps-month ÷ 1,024 MiBps = 0.04 USD per MiBps-month.
    expect(usdOf(reading('gp3:throughput', [aThroughput('GiBps-mo', '40.9600000000')]))).toBe('0.04');
    expect(usdOf(reading('gp3:throughput', [aThroughput('MiBps-Mo', '0.0400000000')]))).toBe('0.04');
    expect(faultOf(reading('gp3:throughput', [aThroughput('MBps-Mo', '0.0400000000')]))).toBe('unit');
  });

  test('has the hours of a NAT gateway under its own name, or else under the regional one', () => {
    const nat = (usage: string, usd: string) =>
      aService('AmazonEC2', 'NAT Gateway', usage, [{ pricePerUnit: { USD: usd } }]);
    const regional = nat('USW2-RegionalNatGateway-Hours', '0.0500000000');
    expect(usdOf(reading('nat:hour', [regional, nat('USW2-NatGateway-Hours', '0.0450000000')]))).toBe('0.045');
    expect(usdOf(reading('nat:hour', [regional]))).toBe('0.05');
  });

  test('takes the first tier that costs anything: a first tier of 0.0000 is a free allowance', () => {
    expect(usdOf(reading('transfer:internetEgress', [anEgress()]))).toBe('0.09');
  });

  test('has a version per term when terms start on different days', () => {
    const rising = aClusterHour('0.1000000000') as unknown as { terms: { OnDemand: Record<string, unknown> } };
    const next = aClusterHour('0.1200000000') as unknown as { terms: { OnDemand: Record<string, object> } };
    const [term] = Object.values(next.terms.OnDemand);
    rising.terms.OnDemand.NEXT = { ...term, effectiveDate: '2027-01-01T00:00:00Z' };
    const read = reading('eks:cluster', [rising as unknown as Product]);
    expect(read.kind === 'priced' && read.offers.map(({ usd, effectiveDate }) => [usd, effectiveDate])).toEqual([
      ['0.1', '2026-11-01T00:00:00Z'],
      ['0.12', '2027-01-01T00:00:00Z'],
    ]);
  });

  test('may be shown twice by overlapping pages, if it is the same', () => {
    const twice = [aClusterHour('0.1000000000'), aClusterHour('0.1000000000')];
    expect(usdOf(reading('eks:cluster', twice))).toBe('0.1');
    expect(faultOf(reading('eks:cluster', [aClusterHour('0.1000000000'), aClusterHour('0.2000000000')]))).toBe(
      'ambiguous',
    );
  });
});

describe('fails to be a price', () => {
  test.each<readonly [string, string, readonly (Product | string)[]]>([
    ['when it is not there', 'notListed', []],
    [
      'with two SKUs',
      'ambiguous',
      [anInstance('p5.48xlarge', '55.04'), anInstance('p5.48xlarge', '98.32', { sku: 'ANOTHER' })],
    ],
    ['at 0.00, for capacity is never free', 'zero', [anInstance('p5.48xlarge', '0.0000000000')]],
    ['with only its Capacity Block row', 'notListed', [aCapacityBlockRow('p5.48xlarge')]],
    [
      'in another currency',
      'currency',
      [anInstance('p5.48xlarge', '', { dimensions: [{ pricePerUnit: { CNY: '390.0000000000' } }] })],
    ],
    [
      'in two currencies',
      'currency',
      [anInstance('p5.48xlarge', '', { dimensions: [{ pricePerUnit: { USD: '55.04', CNY: '390.00' } }] })],
    ],
    ['per a new unit', 'unit', [anInstance('p5.48xlarge', '', { dimensions: [{ unit: 'Vcpu-Hours' }] })]],
    [
      'with no number',
      'unreadable',
      [anInstance('p5.48xlarge', '', { dimensions: [{ pricePerUnit: { USD: '5.504E1' } }] })],
    ],
    ['below zero', 'unreadable', [anInstance('p5.48xlarge', '-1.0000000000')]],
    ['without a price dimension', 'tiers', [anInstance('p5.48xlarge', '', { dimensions: [] })]],
    [
      'with a date that no calendar has',
      'terms',
      [anInstance('p5.48xlarge', '1', { effectiveDate: '2026-02-30T00:00:00Z' })],
    ],
    ['in an answer that is HTML', 'unreadable', ['<html><body>Service Unavailable</body></html>']],
    ['in an answer of another shape', 'unreadable', [JSON.stringify({ product: { sku: 'X' } })]],
  ])('%s: %s', (_, fault, listed) => {
    expect(faultOf(reading(P5, listed))).toBe(fault);
  });

  test.each([
    ['a gap', [EGRESS_TIERS[1], { ...EGRESS_TIERS[0], beginRange: '200' }, EGRESS_TIERS[2]]],
    ['an overlap', [EGRESS_TIERS[1], { ...EGRESS_TIERS[0], beginRange: '50' }, EGRESS_TIERS[2]]],
    ['no beginning', [EGRESS_TIERS[0], EGRESS_TIERS[2]]],
    ['no end', [EGRESS_TIERS[1], EGRESS_TIERS[0]]],
    ['two ends', [EGRESS_TIERS[1], { ...EGRESS_TIERS[0], endRange: 'Inf' }, EGRESS_TIERS[2]]],
    ['a bound that is no number', [EGRESS_TIERS[1], { ...EGRESS_TIERS[0], endRange: 'many' }, EGRESS_TIERS[2]]],
    ['a dearer later tier', [EGRESS_TIERS[1], EGRESS_TIERS[0], { ...EGRESS_TIERS[2], pricePerUnit: { USD: '0.1' } }]],
  ])('with tiers that have %s', (_, tiers) => {
    expect(faultOf(reading('transfer:internetEgress', [anEgress(tiers.map((tier) => tier ?? {}))]))).toBe('tiers');
  });

  test('with two SKUs, and names them, whatever comes first', () => {
    const two = [anInstance('p5.48xlarge', '55.04'), anInstance('p5.48xlarge', '98.32', { sku: 'ANOTHER' })];
    for (const listed of [two, [...two].reverse()]) {
      expect(usdOf(reading(P5, listed))).toBe('ambiguous: the price list has 2 SKUs for it: ANOTHER, ODP548XLARGE');
    }
  });

  test('when every tier is free', () => {
    const free = EGRESS_TIERS.map((tier) => ({ ...tier, pricePerUnit: { USD: '0.0000000000' } }));
    expect(faultOf(reading('transfer:internetEgress', [anEgress(free)]))).toBe('zero');
  });

  test('without an on-demand term, such as a row that only reserves', () => {
    const reserved = { ...anInstance('p5.48xlarge', '1'), terms: { Reserved: {} } };
    expect(faultOf(reading(P5, [reserved]))).toBe('terms');
  });

  test('with two terms of the same date', () => {
    const doubled = aClusterHour('0.1000000000') as unknown as { terms: { OnDemand: Record<string, unknown> } };
    const [term] = Object.values(doubled.terms.OnDemand);
    doubled.terms.OnDemand.AGAIN = term;
    expect(faultOf(reading('eks:cluster', [doubled as unknown as Product]))).toBe('terms');
  });
});

describe('the rows that are asked for', () => {
  test('are every item of the book or come with a reason why not', () => {
    const read = new Set(rowsToRead(['us-west-2'], []).map(({ item }) => item as string));
    const left = Object.keys(ITEMS).filter((item) => !read.has(item));
    expect(left.filter((item) => notReadReason(item) === undefined)).toEqual([]);
    expect([...read].filter((item) => notReadReason(item) !== undefined)).toEqual([]);
    expect(notReadReason('instance:p5.48xlarge:capacityBlock')).toMatch(/not in the Price List/);
  });
});

/** Whatever is listed, a reading is a fault or exactly what one SKU costs: decimal, above zero, in the row's unit. */
test('nothing that the list may say makes a price of nothing, or a price of two SKUs', () => {
  const amount = fc.oneof(
    fc.constantFrom('0.0000000000', '0', '', '-1', '1e3', 'free', '55.0400000000'),
    fc.nat({ max: 10_000_000 }).map((tenths) => (tenths / 1000).toFixed(10)),
  );
  const dimension = fc.record({
    unit: fc.constantFrom('Hrs', 'hours', 'GB', 'Quantity'),
    beginRange: fc.constantFrom('0', '100', 'x'),
    endRange: fc.constantFrom('100', 'Inf', ''),
    pricePerUnit: fc.dictionary(fc.constantFrom('USD', 'CNY', 'EUR'), amount, { maxKeys: 2 }),
  });
  const attribute = fc.constantFrom('OnDemand', 'CapacityBlock', 'Used');
  const listed = fc.record({
    sku: fc.constantFrom('A', 'B'),
    attributes: fc.dictionary(fc.constantFrom('marketoption', 'capacitystatus'), attribute),
    dimensions: fc.array(dimension, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(listed, { maxLength: 4 }), (rows) => {
      const products = rows.map((row) => anInstance('p5.48xlarge', '', row));
      const read = reading(P5, products);
      if (read.kind === 'fault') return read.reason.length > 0;
      const real = products.filter(
        ({ product }) => product.attributes.marketoption === 'OnDemand' && product.attributes.capacitystatus === 'Used',
      );
      expect(new Set(real.map(({ product }) => product.sku)).size).toBe(1);
      return (
        read.offers.length > 0 && read.offers.every(({ usd, unit }) => exact(usd).compare(0) > 0 && unit === 'hour')
      );
    }),
    { numRuns: 500 },
  );
});

test('what is no product is never one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(parseAnswer([text])).toEqual({ products: [], unreadable: 1 });
    }),
  );
  expect(parseAnswer([JSON.stringify(aProduct())]).unreadable).toBe(0);
});
