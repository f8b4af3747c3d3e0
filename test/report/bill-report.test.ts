import fc from 'fast-check';
import type { Charge } from '../../lib/budget/bill/charge';
import { renderBill } from '../../lib/report/bill-report';
import { fixed } from '../../lib/units/range';
import { aBill, aCharge } from '../builders';
import { expectGolden, expectReadable } from './golden';

const block = aCharge({
  logicalId: 'AssistantP5en48xlargeOdA1B2C3D4',
  offer: 'instance:p5en.48xlarge:onDemand',
  quantity: { min: '2', plan: '4', max: '6' },
  unitPrice: '63.296',
  // 63.296 × 744 h = 47,092.224 USD a node.
  windowTotal: { min: '94184.448', plan: '188368.896', max: '282553.344' },
  perHour: { min: '126.592', plan: '253.184', max: '379.776' },
});
const volume = aCharge({
  dimension: 'rootVolumeStorage',
  offer: 'gp3:storage',
  unit: 'gigabyte-month',
  quantity: fixed('100'),
  unitPrice: '0.08',
  windowTotal: fixed('8'),
  perHour: fixed('4/365'),
});
const traffic = aCharge({
  stack: 'UsEast1/Network',
  logicalId: 'NatGateway',
  type: 'AWS::EC2::NatGateway',
  dimension: 'natGatewayGigabytes',
  offer: 'nat:gigabyte',
  unit: 'gigabyte',
  quantity: { min: '0', plan: '500', max: '2000' },
  unitPrice: '0.045',
  windowTotal: { min: '0', plan: '22.5', max: '90' },
  basis: 'assumption',
});
const ceiling = aCharge({
  stack: 'UsEast1/Cluster',
  logicalId: 'AuditLogs',
  type: 'AWS::Logs::LogGroup',
  dimension: 'ingestedGigabytes',
  offer: 'ceiling',
  unit: 'month',
  unitPrice: '200',
  windowTotal: { min: '0', plan: '0', max: '200' },
  basis: 'ceiling',
});
const upfront = aCharge({
  stack: 'ledger',
  logicalId: 'cr-0123456789abcdef0',
  type: 'capacityBlock',
  dimension: 'upfront',
  offer: 'capacityBlock:p5.48xlarge',
  unit: 'once',
  unitPrice: '250000',
  windowTotal: fixed('250000'),
  dueAt: '2026-12-10T11:30:00Z',
});
const rich = aBill({
  windowTotal: { min: '344791.2192', plan: '438998.1672', max: '533450.1152' },
  perHour: { min: '127.3968', plan: '253.9888', max: '380.5808' },
  perMonth730: { min: '92999.664', plan: '185411.824', max: '277823.984' },
  peakRate: '507.1',
  resources: { total: 47, priced: 4, free: 41, bounded: 1, waived: 0, unpriced: 1 },
  charges: [volume, traffic, aCharge(), ceiling, block, upfront],
  reservations: [
    {
      id: 'cr-0123456789abcdef0',
      count: 4,
      used: { min: 2, plan: 4, max: 4 },
      unused: { min: 2, plan: 0, max: 0 },
      over: { min: 0, plan: 0, max: 2 },
      groups: [],
    },
  ],
  free: [
    { stack: 'UsEast1/Network', logicalId: 'B', type: 'AWS::EC2::Subnet', reason: 'a subnet has no price' },
    { stack: 'UsEast1/Network', logicalId: 'A', type: 'AWS::EC2::Subnet', reason: 'a subnet has no price' },
    { stack: 'UsEast1/Cluster', logicalId: 'C', type: 'AWS::EC2::RouteTable', reason: 'a route table has no price' },
  ],
  unpriced: [
    {
      stack: 'UsEast1/Capacity00',
      logicalId: 'Scratch',
      type: 'AWS::FSx::FileSystem',
      dimension: 'everything',
      reason: 'no charger knows AWS::FSx::FileSystem, so what it costs is unknown and the bill cannot be complete',
    },
  ],
  // 290 of 533,450.1152 USD.
  assumedShareOfMax: '0.000543630959',
});

test('the bill reads as the golden does', () => {
  const text = renderBill(rich);
  expectReadable(text);
  expectGolden('report-bill.txt', text);
});

test('the smallest bill has no empty sections', () => {
  const text = renderBill(aBill());
  expectReadable(text);
  expect(text).not.toMatch(/Unpriced|Free by rule|Declared ceilings|declared usage|Reservations|more line/);
});

test('an empty bill says so in its counts', () => {
  const empty = { total: 0, priced: 0, free: 0, bounded: 0, waived: 0, unpriced: 0 };
  const text = renderBill(aBill({ charges: [], resources: empty, windowTotal: fixed('0'), perHour: fixed('0') }));
  expectReadable(text);
  expect(text).toContain('priced 0 + free by rule 0 + bounded 0 + waived 0 = 0');
});

test('the rest is one line whose total is exact: 0.1 × 3 over a cap of one', () => {
  const charges = ['a', 'b', 'c', 'd'].map((logicalId) =>
    aCharge({ logicalId, windowTotal: { min: '0', plan: '0.05', max: logicalId === 'a' ? '5' : '0.1' } }),
  );
  expect(renderBill(aBill({ charges }), { lines: 1 })).toContain(
    '… and 3 more lines totalling 0.00 min, 0.15 plan, 0.30 max',
  );
});

test('unpriced lines come before every price, up to twenty', () => {
  const unpriced = Array.from({ length: 23 }, (_, index) => ({
    stack: 'A',
    logicalId: `R${index.toString().padStart(2, '0')}`,
    type: 'AWS::New::Thing',
    dimension: 'everything',
    reason: 'no charger knows it',
  }));
  const text = renderBill(aBill({ unpriced }));
  expect(text.indexOf('Unpriced: 23 costs')).toBeLessThan(text.indexOf('Priced from the templates'));
  expect(text.match(/A\/R\d\d \(AWS::New::Thing, everything\)/g)).toHaveLength(20);
  expect(text).toContain('… and 3 more in bill.json');
});

test('charges that cost the same are ordered by path', () => {
  const charges = ['B', 'C', 'A'].map((logicalId) => aCharge({ logicalId }));
  expect(renderBill(aBill({ charges })).match(/ [ABC]$/gm)).toEqual([' A', ' B', ' C']);
});

test('the order of lines in the bill does not change what is read, and every line fits the page', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9/]{1,90}$/);
  const amount = fc
    .bigInt({ min: 0n, max: 10n ** 11n })
    .map((cents) => `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`);
  const charges: fc.Arbitrary<readonly Charge[]> = fc
    .uniqueArray(
      fc.record({
        stack: name,
        logicalId: name,
        max: amount,
        basis: fc.constantFrom('price', 'assumption', 'ceiling'),
      }),
      { maxLength: 30, selector: ({ stack, logicalId }) => `${stack}/${logicalId}` },
    )
    .map((rows) => rows.map(({ max, ...row }) => aCharge({ ...row, windowTotal: fixed(max) } as Partial<Charge>)));
  fc.assert(
    fc.property(charges, fc.infiniteStream(fc.nat()), (lines, keys) => {
      const shuffled = lines.map((line) => [keys.next().value ?? 0, line] as const).sort(([a], [b]) => a - b);
      const text = renderBill(aBill({ charges: lines }));
      expect(renderBill(aBill({ charges: shuffled.map(([, line]) => line) }))).toBe(text);
      expectReadable(text);
    }),
    { numRuns: 50 },
  );
});
