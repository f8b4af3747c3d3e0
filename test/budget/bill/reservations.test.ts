import fc from 'fast-check';
import type { Bill } from '../../../lib/budget/bill/bill';
import { costWithin } from '../../../lib/budget/bill/cost-within';
import type { CapacityBlockRow, CapacityReservationRow } from '../../../lib/budget/bill/ledger';
import { BOUNDS } from '../../../lib/units/range';
import { aGroup, aStack, bill, DECEMBER, reasons, totals } from './billing';

const row = (override: Partial<CapacityReservationRow> = {}): CapacityReservationRow => ({
  id: 'cr-1',
  instanceType: 'p5.48xlarge',
  availabilityZoneId: 'use1-az4',
  count: 4,
  start: '2026-11-01T00:00:00Z',
  end: null,
  ...override,
});
const block = (override: Partial<CapacityBlockRow> = {}): CapacityBlockRow => ({
  id: 'cb-1',
  instanceType: 'p5.48xlarge',
  count: 4,
  start: '2026-12-03T11:30:00Z',
  end: '2026-12-10T11:30:00Z',
  upfront: '27906.82',
  purchased: '2026-12-01T09:00:00Z',
  ...override,
});

const targeting = (id: unknown, only = true) => ({
  InstanceType: 'p5.48xlarge',
  CapacityReservationSpecification: {
    ...(only ? { CapacityReservationPreference: 'capacity-reservations-only' } : {}),
    CapacityReservationTarget: { CapacityReservationId: id },
  },
});

function reserved(size: readonly [number, number, number], id: unknown = 'cr-1', only = true, properties: object = {}) {
  const [MinSize, DesiredSize, MaxSize] = size;
  return aGroup({ ScalingConfig: { MinSize, DesiredSize, MaxSize }, ...properties }, targeting(id, only));
}

function billed(
  resources: object,
  ledger: { rows?: readonly CapacityReservationRow[]; blocks?: readonly CapacityBlockRow[] },
): Bill {
  return bill([aStack({ ...resources })], {
    ledger: { capacityReservations: ledger.rows ?? [], capacityBlocks: ledger.blocks ?? [] },
  });
}

// 4 × 744 h × 55.04 = 163,799.04, whatever runs on it.
const HELD = { reservedInstanceHours: '163799.04' };

test('a reservation bills its count whether it runs or not, and its group adds no instances', () => {
  expect(totals(billed({}, { rows: [row()] }))).toEqual(HELD);
  const of = billed(reserved([0, 2, 4]), { rows: [row()] });
  expect(totals(of)).toEqual({ ...HELD, volumeStorage: '0 | 32 | 64' });
  expect(of.reservations).toEqual([
    {
      id: 'cr-1',
      count: 4,
      used: { min: 0, plan: 2, max: 4 },
      unused: { min: 4, plan: 2, max: 0 },
      over: { min: 0, plan: 0, max: 0 },
      groups: [{ stack: 'A', logicalId: 'Group' }],
    },
  ]);
});

test('what goes beyond the reservation is charged on demand, and shown', () => {
  // One of five at most: 744 h × 55.04 = 40,949.76.
  const of = billed(reserved([0, 2, 5]), { rows: [row()] });
  expect(totals(of)).toMatchObject({ ...HELD, instanceHours: '0 | 0 | 40949.76' });
  expect(of.reservations[0]?.over).toEqual({ min: 0, plan: 0, max: 1 });
});

test('several groups share one reservation in the order of their names', () => {
  const renamed = (name: string, size: [number, number, number]) => {
    const { Launch, Group, SubnetA } = reserved(size);
    return { Launch, SubnetA, [name]: Group };
  };
  const of = billed({ ...renamed('B', [1, 1, 3]), ...renamed('A', [1, 1, 3]) }, { rows: [row()] });
  expect(of.reservations[0]).toMatchObject({ used: { min: 2, plan: 2, max: 4 }, over: { max: 2 } });
  // The first takes three of four, the second one more and two beyond: 2 × 40,949.76.
  expect(totals(of, 'A').instanceHours).toBeUndefined();
  expect(totals(of, 'B').instanceHours).toBe('0 | 0 | 81899.52');
});

test('a reservation bills only while it holds', () => {
  // 24 hours × 4 × 55.04 = 5,283.84.
  const ended = row({ end: '2026-12-02T00:00:00Z' });
  expect(totals(billed({}, { rows: [ended] }))).toEqual({ reservedInstanceHours: '5283.84' });
  expect(billed({}, { rows: [row({ end: '2026-11-20T00:00:00Z' })] }).charges).toEqual([]);
});

test('outside its dates a group of reserved capacity alone has no nodes, and any other may run on demand', () => {
  const ended = row({ end: '2026-12-02T00:00:00Z' });
  expect(totals(billed(reserved([1, 1, 1]), { rows: [ended] }), 'Group').instanceHours).toBeUndefined();
  // 720 hours × 55.04 = 39,628.80 at most; nothing is planned there.
  const open = billed(reserved([1, 1, 1], 'cr-1', false), { rows: [ended] });
  expect(totals(open, 'Group').instanceHours).toBe('0 | 0 | 39628.8');
});

test('a Capacity Block is paid once, at its purchase', () => {
  const of = billed(reserved([0, 0, 4], 'cb-1', false, { CapacityType: 'CAPACITY_BLOCK' }), { blocks: [block()] });
  expect(totals(of)).toEqual({ capacityBlockUpfront: '27906.82', volumeStorage: '0 | 0 | 64' });
  const charge = of.charges.find(({ unit }) => unit === 'once');
  if (charge === undefined) throw new Error('no upfront charge');
  expect(charge).toMatchObject({ dueAt: '2026-12-01T09:00:00Z', perHour: { max: '0' } });
  expect(costWithin(charge, DECEMBER).max.toText()).toBe('27906.82');
  expect(costWithin(charge, { start: '2026-12-01T09:00:01Z', end: DECEMBER.end }).max.toText()).toBe('0');
  expect(costWithin(charge, { start: DECEMBER.start, end: '2026-12-01T09:00:00Z' }).max.toText()).toBe('0');
});

test('a block bought before the window stands in its bill for nothing', () => {
  const of = billed({}, { blocks: [block({ purchased: '2026-11-20T00:00:00Z' })] });
  expect(totals(of)).toEqual({ capacityBlockUpfront: '0' });
  expect(
    billed({}, { blocks: [block({ purchased: '2026-11-20T00:00:00Z', end: '2026-11-30T11:30:00Z' })] }).charges,
  ).toEqual([]);
});

test('a reservation of the templates is charged once, with its group on it', () => {
  const own = {
    ...reserved([1, 2, 4], { Ref: 'Reservation' }),
    Reservation: {
      Type: 'AWS::EC2::CapacityReservation',
      Properties: { InstanceType: 'p5.48xlarge', InstanceCount: 4, InstancePlatform: 'Linux/UNIX' },
    },
  };
  const of = billed(own, {});
  expect(totals(of)).toEqual({ ...HELD, volumeStorage: '16 | 32 | 64' });
  expect(of.reservations[0]).toMatchObject({ id: 'A/Reservation', used: { max: 4 } });
});

test('a reservation that may not be created covers nothing for sure', () => {
  const properties = { InstanceType: 'p5.48xlarge', InstanceCount: 4, InstancePlatform: 'Linux/UNIX' };
  const open = {
    ...reserved([1, 1, 4], { Ref: 'Reservation' }),
    Reservation: { Type: 'AWS::EC2::CapacityReservation', Condition: 'Open', Properties: properties },
  };
  const root = {
    Parameters: { P: { Type: 'String' } },
    Conditions: { Open: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] } },
  };
  const of = bill([aStack(open, { root })]);
  expect(totals(of, 'Reservation')).toEqual({ reservedInstanceHours: '0 | 163799.04 | 163799.04' });
  expect(totals(of, 'Group').instanceHours).toBe('40949.76 | 40949.76 | 163799.04');
});

describe('fails closed on', () => {
  test.each([
    ['a reservation that is not listed', reserved([1, 1, 1], 'cr-2'), row(), /cr-2 is not in the ledger/],
    ['a reservation of another type', reserved([1, 1, 1]), row({ instanceType: 'p5en.48xlarge' }), /is for p5en/],
    [
      'a reservation in another region',
      reserved([1, 1, 1]),
      row({ availabilityZoneId: 'usw2-az1' }),
      /is in us-west-2/,
    ],
    [
      'a block that is not listed',
      reserved([1, 1, 1], 'cb-9', false, { CapacityType: 'CAPACITY_BLOCK' }),
      row(),
      /cb-9/,
    ],
    ['a reservation that a parameter names', reserved([1, 1, 1], { Ref: 'Id' }), row(), /Id is not in the template/],
  ])('%s', (_, resources, listed, reason) => {
    const of = billed(resources, { rows: [listed] });
    expect(reasons(of).instanceHours).toMatch(reason);
  });

  test('a zone id of no region, and a type without an on-demand price', () => {
    const nowhere = billed({}, { rows: [row({ availabilityZoneId: 'moon1-az1' })] });
    expect(nowhere.unpriced).toEqual([
      expect.objectContaining({ stack: 'ledger', logicalId: 'cr-1', reason: expect.stringContaining('moon1-az1') }),
    ]);
    expect(reasons(billed({}, { rows: [row({ instanceType: 'trn2.48xlarge' })] })).reservedInstanceHours).toMatch(
      /no price/,
    );
  });
});

const sizes = fc
  .tuple(fc.nat(6), fc.nat(6), fc.nat(6))
  .map((three) => [...three].sort((a, b) => a - b) as [number, number, number]);

test('law 2: used + unused = reserved, and over + used = what the groups ask for, at every bound', () => {
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 1, maxLength: 4 }), fc.nat(12), (all, count) => {
      const groups = all.map((size, i) => ({ [`Group${i}`]: reserved(size).Group, Launch: reserved(size).Launch }));
      const of = billed(Object.assign({}, ...groups), { rows: [row({ count })] });
      const use = of.reservations[0];
      if (use === undefined) throw new Error('no reservation');
      for (const [i, at] of BOUNDS.entries()) {
        const asked = all.reduce((sum, size) => sum + (size[i] ?? 0), 0);
        expect(use.used[at] + use.unused[at]).toBe(count);
        expect(use.used[at] + use.over[at]).toBe(asked);
        const beyond = of.charges.filter(({ dimension }) => dimension === 'instanceHours');
        expect(beyond.reduce((sum, { quantity }) => sum + Number(quantity[at]), 0)).toBe(use.over[at]);
      }
    }),
  );
});
