import fc from 'fast-check';
import type { Bill } from '../../../lib/budget/bill/bill';
import { costWithin } from '../../../lib/budget/bill/cost-within';
import type { CapacityBlockRow, CapacityReservationRow } from '../../../lib/budget/bill/ledger';
import { Usd } from '../../../lib/units/money';
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
  // Volumes are there with the nodes: 4 × 200 GiB × 0.08 for 7 of 31 days.
  expect(totals(of)).toEqual({ capacityBlockUpfront: '27906.82', volumeStorage: '0 | 0 | 448/31' });
  const charge = of.charges.find(({ unit }) => unit === 'once');
  if (charge === undefined) throw new Error('no upfront charge');
  expect(charge).toMatchObject({ dueAt: '2026-12-01T09:00:00Z', perHour: { max: '0' } });
  expect(costWithin(charge, DECEMBER).max.toText()).toBe('27906.82');
  expect(costWithin(charge, { start: '2026-12-01T09:00:01Z', end: DECEMBER.end }).max.toText()).toBe('0');
  expect(costWithin(charge, { start: DECEMBER.start, end: '2026-12-01T09:00:00Z' }).max.toText()).toBe('0');
});

test('a group that waits for its block is planned as it will be, and nothing else may say less than its plan', () => {
  const waiting = (capacity: object) => {
    const resources = reserved([0, 0, 4], 'cb-1', false, capacity) as Record<string, object>;
    return { ...resources, Group: { ...resources.Group, Metadata: { Headroom: { plannedSize: 4 } } } };
  };
  const of = billed(waiting({ CapacityType: 'CAPACITY_BLOCK' }), { blocks: [block()] });
  expect(of.reservations[0]).toMatchObject({ used: { min: 0, plan: 4, max: 4 }, unused: { min: 4, plan: 0, max: 0 } });
  expect(totals(of)).toEqual({ capacityBlockUpfront: '27906.82', volumeStorage: '0 | 448/31 | 448/31' });
  expect(reasons(billed(waiting({}), { blocks: [block()] })).instanceHours).toMatch(/disagree: 0 and 4/);
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

describe('a resource group of reservations', () => {
  const ARN = 'arn:aws:resource-groups:us-east-1:111122223333:group/p5';
  const rows = [
    row({ id: 'cr-1', count: 2, resourceGroupArn: ARN }),
    row({ id: 'cr-2', count: 3, resourceGroupArn: ARN }),
    row({ id: 'cr-3', count: 9, resourceGroupArn: ARN, instanceType: 'p5en.48xlarge' }),
  ];
  const onGroup = (size: readonly [number, number, number], arn = ARN) => {
    const resources = reserved(size) as Record<string, { Properties: Record<string, object> }>;
    const data = resources.Launch?.Properties.LaunchTemplateData as Record<string, object>;
    data.CapacityReservationSpecification = {
      CapacityReservationPreference: 'capacity-reservations-only',
      CapacityReservationTarget: { CapacityReservationResourceGroupArn: arn },
    };
    return resources;
  };

  test('covers its type’s reservations together, and charges on demand what goes beyond them', () => {
    const of = billed(onGroup([4, 5, 6]), { rows: rows.slice(0, 2) });
    // (2 + 3) × 744 h × 55.04 = 204,748.80, and one node of six beyond: 40,949.76.
    expect(totals(of, 'Group').instanceHours).toBe('0 | 0 | 40949.76');
    expect(of.reservations.map(({ id, used, over }) => [id, used, over.max])).toEqual([
      ['cr-1', { min: 2, plan: 2, max: 2 }, 1],
      ['cr-2', { min: 2, plan: 3, max: 3 }, 0],
    ]);
  });

  test('gives way to the groups that name one of its reservations', () => {
    const named = (reserved([2, 2, 2], 'cr-1') as Record<string, object>).Group;
    const of = billed({ ...onGroup([3, 3, 3]), Zed: named }, { rows: rows.slice(0, 2) });
    // Zed takes both of cr-1 although its name comes last: Group fits into cr-2 and nothing is left over.
    expect(of.charges.filter(({ dimension }) => dimension === 'instanceHours')).toEqual([]);
  });

  test('is counted anew whenever one of its reservations ends', () => {
    const ending = [
      rows[0] ?? row(),
      row({ id: 'cr-2', count: 3, resourceGroupArn: ARN, end: '2026-12-11T00:00:00Z' }),
    ];
    const of = billed(onGroup([5, 5, 5]), { rows: ending });
    // Ten days of 31 are covered; then three nodes go beyond for 504 h × 55.04 = 83,220.48.
    expect(totals(of, 'Group').instanceHours).toBe('83220.48');
  });

  test.each([
    ['is not listed', [row()], /no reservation of the resource group .* is in the ledger/],
    ['holds another type', rows.slice(2), /is for p5en.48xlarge and the group runs p5.48xlarge/],
    ['is in another region', [row({ resourceGroupArn: ARN, availabilityZoneId: 'usw2-az1' })], /is in us-west-2/],
  ])('fails closed when it %s', (_, listed, reason) => {
    expect(reasons(billed(onGroup([1, 1, 1]), { rows: listed })).instanceHours).toMatch(reason);
  });

  test('law 2: whoever targets what, and whenever it ends, nothing is charged twice', () => {
    const three = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)).map((all) => [...all].sort((a, b) => a - b) as typeof all);
    const listed = fc.record({ count: fc.integer({ min: 1, max: 5 }), days: fc.integer({ min: 1, max: 31 }) });
    fc.assert(
      fc.property(
        fc.array(listed, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(three, fc.nat(3)), { minLength: 1, maxLength: 4 }),
        (held, groups) => {
          const ledger = held.map(({ count, days }, i) => {
            const end = days === 31 ? null : `2026-12-${String(days + 1).padStart(2, '0')}T00:00:00Z`;
            return row({ id: `cr-${i}`, count, resourceGroupArn: ARN, end });
          });
          const resources = groups.map(([size, at], i) => {
            const made = (at < held.length ? reserved(size, `cr-${at}`) : onGroup(size)) as Record<string, object>;
            const Launch = { Ref: `Launch${i}` };
            const version = { 'Fn::GetAtt': [`Launch${i}`, 'LatestVersionNumber'] };
            const { Properties } = made.Group as { Properties: object };
            const Group = {
              ...made.Group,
              Properties: { ...Properties, LaunchTemplate: { Id: Launch, Version: version } },
            };
            return { [`Group${i}`]: Group, [`Launch${i}`]: made.Launch };
          });
          const of = billed(Object.assign({}, ...resources), { rows: ledger });
          expect(of.unpriced.filter(({ dimension }) => dimension === 'instanceHours')).toEqual([]);
          for (const use of of.reservations) {
            for (const at of BOUNDS) expect(use.used[at] + use.unused[at]).toBe(use.count);
          }
          // By hand, day by day: nodes asked for by groups with something reserved, less what is reserved, are on demand.
          for (const [i, at] of BOUNDS.entries()) {
            let nodeDays = 0;
            for (let day = 0; day < 31; day += 1) {
              const left = held.map(({ count, days }) => (days > day ? count : 0));
              const beyond = (asked: number, open: readonly number[]) => {
                let rest = asked;
                for (const one of open) {
                  const here = Math.min(rest, left[one] ?? 0);
                  left[one] = (left[one] ?? 0) - here;
                  rest -= here;
                }
                return rest;
              };
              const live = held.flatMap(({ days }, one) => (days > day ? [one] : []));
              for (const [size, to] of groups) {
                if (to < held.length && live.includes(to)) nodeDays += beyond(size[i] ?? 0, [to]);
              }
              for (const [size, to] of groups) {
                if (to >= held.length && live.length > 0) nodeDays += beyond(size[i] ?? 0, live);
              }
            }
            const charged = Usd.sum(
              of.charges.flatMap((charge) =>
                charge.dimension === 'instanceHours' ? [Usd.of(charge.windowTotal[at])] : [],
              ),
            );
            expect(charged.toText()).toBe(Usd.of('1320.96').times(nodeDays).toText());
          }
        },
      ),
    );
  });
});

test('a property of a reservation that nobody has looked at is unpriced', () => {
  const properties = { InstanceType: 'p5.48xlarge', InstanceCount: 1, InstancePlatform: 'Linux/UNIX' };
  const moved = { ...properties, UnusedReservationBillingOwnerId: '111122223333' };
  const of = billed({ R: { Type: 'AWS::EC2::CapacityReservation', Properties: moved } }, {});
  expect(Object.keys(reasons(of))).toEqual(['reservationUnusedReservationBillingOwnerId']);
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
