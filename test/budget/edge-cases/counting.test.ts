import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import { diffBills } from '../../../lib/budget/diff/diff-bills';
import type { Contract } from '../../../lib/budget/envelope/contract';
import { parseContract } from '../../../lib/budget/envelope/parse-contract';
import { exact } from '../../../lib/units/exact';
import { fixed } from '../../../lib/units/range';
import { aBill, aCharge, DECEMBER } from '../../builders';
import { aGroup, anAssumption, aStack, bill, billOf, type Resources, reasons, totals } from '../bill/billing';
import { aContract, aPeriod, judged } from '../envelope/contracts';
import { FULL, stated } from '../envelope/full-contract';

const NAT = { Nat: { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: 's', ConnectivityType: 'private' } } };
const dimensions = (of: ReturnType<typeof bill>): readonly string[] => of.charges.map(({ dimension }) => dimension);

describe('12 double counting', () => {
  const target = { CapacityReservationTarget: { CapacityReservationId: 'cr-1' } };
  const onReservation = (MaxSize: number) =>
    aGroup(
      { ScalingConfig: { MinSize: 1, DesiredSize: 2, MaxSize } },
      { InstanceType: 'p5.48xlarge', CapacityReservationSpecification: target },
    );
  const row = {
    id: 'cr-1',
    instanceType: 'p5.48xlarge',
    availabilityZoneId: 'use1-az4',
    count: 4,
    start: '2026-11-01T00:00:00Z',
    end: null,
  };

  test('a launch template is billed through its group alone', () => {
    expect(totals(billOf(aGroup()))).toEqual({
      instanceHours: '598.7712 | 1197.5424 | 1796.3136',
      volumeStorage: '16 | 32 | 48',
    });
    const { Launch } = aGroup();
    expect(billOf({ Launch }).charges).toEqual([]);
  });

  test('a reservation and its instances are one: used + unused is what is reserved, what is over is on demand', () => {
    const of = billOf(onReservation(6), { ledger: { capacityReservations: [row], capacityBlocks: [] } });
    // 4 × 744 × 55.04 whether used or not, and two more at max.
    expect(totals(of)).toMatchObject({ reservedInstanceHours: '163799.04', instanceHours: '0 | 0 | 81899.52' });
    expect(of.reservations).toMatchObject([{ used: { max: 4 }, unused: { max: 0 }, over: { max: 2 } }]);
  });

  test('a Capacity Block is its fee, and its instances nothing', () => {
    const block = {
      id: 'cr-1',
      instanceType: 'p5.48xlarge',
      count: 4,
      start: '2026-12-01T11:30:00Z',
      end: '2026-12-08T11:30:00Z',
      upfront: '27906.82',
      purchased: '2026-12-01T09:00:00Z',
    };
    const launch = {
      InstanceMarketOptions: { MarketType: 'capacity-block' },
      InstanceType: 'p5.48xlarge',
      CapacityReservationSpecification: target,
    };
    const of = billOf(
      aGroup({ CapacityType: 'CAPACITY_BLOCK', ScalingConfig: { MinSize: 0, DesiredSize: 4, MaxSize: 4 } }, launch),
      {
        ledger: { capacityReservations: [], capacityBlocks: [block] },
      },
    );
    expect(totals(of).capacityBlockUpfront).toBe('27906.82');
    expect(dimensions(of)).not.toContain('instanceHours');
  });

  test('the same stack in two Stages is two, and a nested one is one', () => {
    const stack = (path: string) => aStack(NAT, { path, stackName: path.replace('/', '-') });
    // 2 × 744 × 0.045
    expect(bill([stack('One/A'), stack('Two/A')]).windowTotal.max).toBe('66.96');
    const parent = aStack(
      { Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'x' } } },
      { path: 'P', stackName: 'P' },
    );
    const inner = aStack(NAT, { path: 'P/Inner', stackName: 'P', nestedIn: { stack: 'P', logicalId: 'Inner' } });
    expect(bill([parent, inner]).windowTotal.max).toBe('33.48');
  });

  test('a VPC of somebody else costs here only what stands in it, and a StackSet is never a free multiplication', () => {
    expect(dimensions(bill([aStack(aGroup({ Subnets: ['subnet-1'] }))]))).toEqual(['instanceHours', 'volumeStorage']);
    expect(reasons(billOf({ Set: { Type: 'AWS::CloudFormation::StackSet', Properties: {} } }))).toHaveProperty(
      'stackInstances',
    );
  });
});

describe('13 the whole app, and others', () => {
  test('every stack is in the sum, whichever is deployed; spend of others enters with its source and date', () => {
    const both = bill([aStack(NAT, { path: 'A' }), aStack(NAT, { path: 'B', stackName: 'B' })]);
    expect(both.windowTotal.max).toBe('66.96');
    const baseline = [
      {
        id: 'other-repository',
        period: 'Y1',
        amount: '100',
        asOf: '2026-11-01',
        source: 'its bill.json, sha256 9f86d081',
      },
    ];
    const spend = judged({ contract: aContract({ baseline }) }).periods[0]?.ceiling.amount.max;
    // 598.7712 + 100
    expect(spend).toBe('698.7712');
    const undated = { ...FULL, baseline: FULL.baseline.map(({ asOf: _, ...rest }) => rest) };
    expect(() => parseContract(JSON.stringify(stated(undated)))).toThrow('lacks baseline[0].asOf');
  });
});

describe('14 overlap while something is replaced', () => {
  test('is a rate beside the total: two nodes a zone more, and no period grows by it', () => {
    const minimal = billOf(aGroup());
    const surging = billOf(aGroup({ UpdateConfig: { MaxUnavailable: 1 } }));
    expect(surging.windowTotal).toEqual(minimal.windowTotal);
    // 3 × 0.8048 + 3 × 200 × 0.08 / 730, and two of both more
    const rate = exact('0.8048').add(exact('16').div(730));
    expect(exact(minimal.peakRate).sub(rate.mul(3)).abs().compare('0.000000000001')).toBe(-1);
    expect(exact(surging.peakRate).sub(rate.mul(5)).abs().compare('0.000000000001')).toBe(-1);
  });
});

describe('15 what is retained', () => {
  test('goes on costing after the diff that removes it, to the end of the window', () => {
    const volume = (policy: string): Resources => ({
      Data: {
        Type: 'AWS::EC2::Volume',
        DeletionPolicy: policy,
        Properties: { Size: 100, VolumeType: 'gp3', AvailabilityZone: 'us-east-1a' },
      },
    });
    const removed = (policy: string) => {
      const before: StackTemplate = aStack(volume(policy));
      const from = { bill: bill([before]), stacks: [before], verdict: undefined };
      return diffBills(from, { bill: bill([aStack({})]), stacks: [aStack({})], verdict: undefined }).leftBehind;
    };
    expect(removed('Retain')).toMatchObject([{ logicalId: 'Data', why: 'Retain', goesOnCosting: { max: '8' } }]);
    expect(removed('Snapshot')).toMatchObject([{ logicalId: 'Data', why: 'Snapshot', goesOnCosting: null }]);
    expect(removed('Delete')).toEqual([]);
  });
});

describe('16 spot', () => {
  test('is nothing in a floor and its on-demand price in a ceiling', () => {
    const of = billOf(aGroup({ CapacityType: 'SPOT', ScalingConfig: { MinSize: 3, DesiredSize: 3, MaxSize: 3 } }));
    // 3 × 744 × 0.8048, and no volume without an instance
    expect(totals(of)).toMatchObject({ instanceHours: '0 | 1796.3136 | 1796.3136' });
    expect(of.windowTotal.min).toBe('0');
  });
});

describe('17 a Savings Plan that others share', () => {
  const plan = {
    id: 'sp-1',
    type: 'compute' as const,
    start: '2026-07-01T00:00:00Z',
    end: '2026-12-11T00:00:00Z',
    purchased: '2026-07-01T00:00:00Z',
    upfront: '0',
    commitmentPerHour: '1',
    rates: [{ instanceType: 'g6.xlarge', region: 'us-east-1', usdPerHour: '0.5', source: 'exhibit C' }],
  };
  const cost = (charges: Parameters<typeof aBill>[0], change: Partial<typeof plan> & { share?: string } = {}) =>
    judged({
      bill: aBill(charges),
      contract: aContract({
        measure: 'afterCommitmentDiscounts',
        savingsPlans: [{ ...plan, ...change }],
      } as Partial<Contract>),
    }).periods[0]?.ceiling.amount.max;
  const running = {
    charges: [
      aCharge({ offer: 'instance:g6.xlarge:onDemand', region: 'us-east-1', coverable: true, quantity: fixed('4') }),
    ],
  };

  test('covers until it ends inside the window, only its declared share, and costs what it commits when nothing uses it', () => {
    // 240 h: two of four at 0.5 take up 1 USD; after that 504 h at 0.8048. 240 × (1 + 2 × 0.8048) + 504 × 4 × 0.8048
    expect(cost(running)).toBe('2248.7808');
    // Half of it: one of four is covered, half the fee.
    expect(cost(running, { share: '0.5' })).toBe('2321.9328');
    expect(cost({ charges: [] })).toBe('240');
  });
});

describe('18 support and taxes', () => {
  test('are lines of their own, and draw down only where the contract says so', () => {
    const row = {
      id: 'support',
      period: 'Y1',
      category: 'support' as const,
      amount: '50',
      asOf: '2026-11-01',
      source: 'invoice',
    };
    const drawdown = (support: boolean) => {
      const counts = { ...aContract().counts, support };
      const [period] = judged({ contract: aContract({ share: '1', baseline: [row], counts }) }).periods;
      return [period?.floor.amount.max, period?.ceiling.amount.max];
    };
    // Approved spend either way.
    expect(drawdown(false)).toEqual(['598.7712', '648.7712']);
    expect(drawdown(true)).toEqual(['648.7712', '648.7712']);
  });
});

describe('19 free tiers', () => {
  test('are never applied: the first gigabyte, request and key are paid for', () => {
    const use = (usage: string, unit: string) => anAssumption(usage, '1', { plan: '1', min: '1', unit });
    const of = billOf(
      {
        Bucket: { Type: 'AWS::S3::Bucket' },
        Queue: { Type: 'AWS::SQS::Queue' },
        Gate: { Type: 'AWS::EC2::InternetGateway' },
      },
      {
        assumptions: [
          use('bucketGigabytes', 'GB'),
          use('bucketPutRequests', 'requests/month'),
          use('bucketGetRequests', 'requests/month'),
          use('queueRequests', 'requests/month'),
          use('internetEgressGigabytes', 'GB/month'),
        ],
      },
    );
    expect(of.unpriced).toEqual([]);
    expect(of.charges.every(({ windowTotal }) => !exact(windowTotal.min).equals(0))).toBe(true);
    expect(totals(of)).toMatchObject({ queueRequests: '0.0000004', internetEgressGigabytes: '0.09' });
  });
});

describe('20 forecasts', () => {
  test('an uncertain use has min, plan and max and an owner; without it the use is unknown and fails', () => {
    const cluster = { Bucket: { Type: 'AWS::S3::Bucket' } };
    expect(Object.keys(reasons(billOf(cluster))).sort()).toEqual([
      'bucketGetRequests',
      'bucketGigabytes',
      'bucketPutRequests',
    ]);
    for (const field of ['min', 'plan', 'max', 'owner', 'expires']) {
      const { [field]: _, ...assumption } = { ...anAssumption('bucketGigabytes', '10', { unit: 'GB' }) } as Record<
        string,
        unknown
      >;
      const contract = stated({ ...FULL, assumptions: [assumption] });
      expect(() => parseContract(JSON.stringify(contract))).toThrow(`lacks assumptions[0].${field}`);
    }
    const expired = anAssumption('bucketGigabytes', '10', { unit: 'GB', expires: '2026-11-01' });
    expect(reasons(billOf(cluster, { assumptions: [expired] })).bucketGigabytes).toBe(
      'what platform declared of bucketGigabytes in ** expired on 2026-11-01; renew or replace it',
    );
    // A wider one does not take its place unasked, and one of the same scope does.
    const wider = anAssumption('bucketGigabytes', '1', { unit: 'GB', scope: '**' });
    const narrow = { ...expired, scope: 'A' };
    expect(reasons(billOf(cluster, { assumptions: [wider, narrow] })).bucketGigabytes).toMatch('expired');
    const renewed = anAssumption('bucketGigabytes', '20', { unit: 'GB', scope: 'A' });
    expect(reasons(billOf(cluster, { assumptions: [wider, narrow, renewed] })).bucketGigabytes).toBeUndefined();
  });

  test('what is uncertain widens the range, and a ceiling is judged at its max', () => {
    const wide = aBill({ charges: [aCharge({ quantity: { min: '1', plan: '2', max: '3' } })], window: DECEMBER });
    const [period] = judged({ bill: wide, contract: aContract({ periods: [aPeriod({ ceiling: '1500' })] }) }).periods;
    // 598.7712 × 1, 2 and 3
    expect(period?.ceiling).toMatchObject({
      result: 'over',
      amount: { min: '598.7712', plan: '1197.5424', max: '1796.3136' },
    });
  });
});
