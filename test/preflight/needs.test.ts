import { Validations } from 'aws-cdk-lib';
import { synthesizedStacks } from '../../lib/blueprint/assembly';
import { defaultCatalog } from '../../lib/catalog/catalog';
import type { NodeGroupPlan } from '../../lib/planner/plan';
import type { AccountFacts } from '../../lib/preflight/facts';
import { judgeNeeds } from '../../lib/preflight/judge-needs';
import type { Finding, Need } from '../../lib/preflight/need';
import { needsOf } from '../../lib/preflight/needs';
import { vcpuQuota, vcpusOf } from '../../lib/preflight/vcpus';
import { fixed } from '../../lib/units/range';
import type { Cell } from '../../lib/workload/cell';
import { aCell, aNodeGroup, anApp, aPlan, aStage } from '../stacks/cells';

const UNTAGGED = 'Annotation::@aws-cdk/aws-eks:clusterMustManuallyTagSubnet';
const ACCOUNT = '111122223333';
const CR = 'cr-0123456789abcdef0';
const GIVEN = aCell({
  id: 'Given',
  account: ACCOUNT,
  network: {
    kind: 'existing',
    vpcId: 'vpc-0cccccccccccccccc',
    vpcCidr: '10.0.0.0/16',
    privateSubnetIds: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'],
  },
});

function needs(...cells: readonly (readonly [Cell, readonly NodeGroupPlan[]])[]): readonly Need[] {
  const app = anApp();
  Validations.of(app).acknowledge({ id: UNTAGGED, reason: 'the subnets do not exist' });
  for (const [cell, groups] of cells) aStage(app, cell, groups);
  return needsOf({ cells: cells.map(([cell]) => cell), stacks: synthesizedStacks(app), catalog: defaultCatalog });
}

const quotas = (found: readonly Need[]): Readonly<Record<string, number | null>> =>
  Object.fromEntries(
    found.flatMap((need) =>
      need.kind === 'quota' ? [[`${need.region} ${need.quota} ${need.within}`.trim(), need.needed]] : [],
    ),
  );

describe('what is needed', () => {
  const first = aCell({ id: 'First', account: ACCOUNT, nodeScaling: { kind: 'clusterAutoscaler' } });
  const second = aCell({ id: 'Second', account: ACCOUNT });
  const away = aCell({
    id: 'Away',
    account: ACCOUNT,
    region: 'us-west-2',
    availabilityZones: ['us-west-2a', 'us-west-2b'],
  });
  const p5 = (size: NodeGroupPlan['size'], more: Partial<NodeGroupPlan> = {}) =>
    aNodeGroup({ name: 'large', instanceType: 'p5.48xlarge', size, ...more });

  test('is summed over the cells that share an account and a region, at the most of each group', () => {
    const sums = quotas(
      needs(
        [first, [p5({ min: 1, plan: 2, max: 3 }, { actuator: 'clusterAutoscaler' })]],
        [second, [p5(fixed(4))]],
        [away, [p5(fixed(1))]],
      ),
    );
    // p5.48xlarge has 192 vCPUs and 33 interfaces: 3 + 4 nodes in one region, 1 in the other.
    expect(sums['us-east-1 onDemandP']).toBe(7 * 192);
    expect(sums['us-west-2 onDemandP']).toBe(192);
    // 7 × 33, and in each of two cells: 1 + 4 system nodes, four of the control plane, one NAT gateway.
    expect(sums['us-east-1 networkInterfaces']).toBe(7 * 33 + 2 * (5 + 4 + 1));
    // (7 × 200 + 2 × 5 × 50) / 1024
    expect(sums['us-east-1 gp3']).toBe(1900 / 1024);
    expect([sums['us-east-1 vpcs'], sums['us-west-2 vpcs'], sums['us-east-1 clusters']]).toEqual([2, 1, 2]);
    // In each zone, cluster and group by itself.
    expect(sums['us-east-1 natGateways us-east-1a']).toBe(2);
    expect([sums['us-east-1 nodeGroups First'], sums['us-east-1 nodesPerGroup Second, large']]).toEqual([2, 4]);
  });

  test('spot, reserved and block nodes draw on quotas of their own', () => {
    const sums = quotas(
      needs([
        first,
        [
          p5(fixed(1), { name: 'spot', purchase: 'spot' }),
          p5(fixed(2), { name: 'reserved', purchase: 'capacityReservation', reservationId: CR }),
          p5(fixed(3), { name: 'block', purchase: 'capacityBlock', reservationId: CR }),
        ],
      ]),
    );
    expect(sums).toMatchObject({
      'us-east-1 spotP5': 192,
      // Instances in a reservation count against on-demand, those of a block do not.
      'us-east-1 onDemandP': 2 * 192,
      'us-east-1 capacityBlockInstances': 3,
    });
  });

  test('what Karpenter may start is counted at its limit and one node more, in every way that it buys', () => {
    const app = anApp();
    aStage(app, first, []);
    const nodePools = [
      {
        name: 'burst',
        workload: 'chat',
        instanceType: 'g6.12xlarge',
        purchases: ['spot', 'onDemand'] as const,
        size: { min: 0, plan: 0, max: 4 },
        rootVolume: { gibibytes: 100, iops: 3000, mebibytesPerSecond: 125 },
      },
    ];
    const plans = [{ ...aPlan(first), nodePools }];
    const found = needsOf({ cells: [first], stacks: synthesizedStacks(app), plans, catalog: defaultCatalog });
    const sums = quotas(found);
    // 48 vCPUs, two interfaces (one with EFA), 100 GiB, on (4 + 1) nodes; beside them 10 interfaces and 5 × 50 GiB as above.
    expect(sums).toMatchObject({
      'us-east-1 spotG': 5 * 48,
      'us-east-1 onDemandG': 5 * 48,
      'us-east-1 networkInterfaces': 5 * 2 + 10,
      'us-east-1 gp3': (5 * 100 + 250) / 1024,
    });
    expect(Object.keys(sums).filter((key) => key.includes('nodesPerGroup'))).toEqual([
      'us-east-1 nodesPerGroup First, system',
    ]);
  });

  test('a reservation that the templates create draws on the quota for what no node uses, too', () => {
    const group = p5(fixed(2), {
      purchase: 'capacityReservation',
      createdReservation: { count: 3 },
    });
    // 2 nodes in it and one more instance that nobody uses.
    expect(quotas(needs([away, [group]]))['us-west-2 onDemandP']).toBe(3 * 192);
  });

  test('a given network needs room, its zones are the cell’s', () => {
    const found = needs([GIVEN, [aNodeGroup({ size: fixed(10) })]]);
    // 17 addresses a node and four for the control plane; 1 + 4 system nodes may all stand in either zone.
    expect(found.filter(({ kind }) => kind === 'subnet')).toEqual([
      expect.objectContaining({ subnetId: 'subnet-0aaaaaaaaaaaaaaaa', zone: 'us-east-1a', addresses: 15 * 17 + 4 }),
      expect.objectContaining({ subnetId: 'subnet-0bbbbbbbbbbbbbbbb', zone: 'us-east-1b', addresses: 5 * 17 + 4 }),
    ]);
    expect(quotas(found)['us-east-1 vpcs']).toBeUndefined();
    expect(found.filter(({ kind }) => kind === 'offering')).toContainEqual(
      expect.objectContaining({ instanceType: 'g6.xlarge', zone: 'us-east-1a' }),
    );
  });

  test('a group whose template does not say how large it gets is a need that nobody can judge', () => {
    const app = anApp();
    aStage(app, first, [aNodeGroup()]);
    const stacks = synthesizedStacks(app).map((stack) => {
      const text = JSON.stringify(stack.template).replace('"MaxSize":1', '"MaxSize":{"Ref":"Nobody"}');
      return { ...stack, template: JSON.parse(text) };
    });
    const found = needsOf({ cells: [first], stacks, catalog: defaultCatalog });
    expect(found.filter(({ kind }) => kind === 'readable').length).toBeGreaterThan(0);
  });

  test.each([
    ['g6.xlarge', 'onDemand', 4, 'onDemandG'],
    ['p4d.24xlarge', 'spot', 96, 'spotP'],
    ['p5en.48xlarge', 'spot', 192, 'spotP5'],
    ['p6-b200.48xlarge', 'spot', 192, 'spotP6'],
    ['trn1.32xlarge', 'onDemand', 128, 'onDemandTrn'],
    ['inf2.xlarge', 'spot', 4, 'spotInf'],
    ['m7i.large', 'onDemand', 2, 'onDemandStandard'],
    ['c7g.xlarge', 'onDemand', 4, 'onDemandStandard'],
    ['r7i.24xlarge', 'onDemand', 96, 'onDemandStandard'],
    ['m7i.metal-24xl', 'onDemand', undefined, 'onDemandStandard'],
    ['x2idn.16xlarge', 'onDemand', undefined, 'unknownFamily'],
  ] as const)('%s, %s: %s vCPUs of %s', (type, market, vcpus, quota) => {
    expect([vcpusOf(type, defaultCatalog), vcpuQuota(type, market)]).toEqual([vcpus, quota]);
  });
});

describe('what an account has', () => {
  const silent: AccountFacts = {
    quotas: new Map(),
    used: () => 0,
    offerings: new Set(),
    bootstrapVersions: new Map(),
    subnets: new Map(),
    reservations: new Map(),
  };
  const place = { account: ACCOUNT, region: 'us-east-1' };
  const subnet: Need = {
    ...place,
    kind: 'subnet',
    subnetId: 'subnet-0aaaaaaaaaaaaaaaa',
    vpcId: 'vpc-0cccccccccccccccc',
    zone: 'us-east-1a',
    addresses: 100,
  };
  const block: Need = {
    ...place,
    kind: 'reservation',
    id: CR,
    market: 'capacityBlock',
    instanceType: 'p5.48xlarge',
    zone: 'us-east-1a',
    instances: 4,
  };
  const judged = (need: Need, facts: Partial<AccountFacts>): Finding | undefined =>
    judgeNeeds([need], () => ({ ...silent, ...facts }))[0];
  const here = { zone: 'us-east-1a', vpcId: 'vpc-0cccccccccccccccc', freeAddresses: 100 };

  test.each([
    ['room enough', here, 'met', /100 addresses/],
    ['one address too few', { ...here, freeAddresses: 99 }, 'missing', /99 addresses are free/],
    ['another zone', { ...here, zone: 'us-east-1b' }, 'missing', /in us-east-1b, not in us-east-1a/],
    ['another VPC', { ...here, vpcId: 'vpc-2' }, 'missing', /in vpc-2/],
  ])('a subnet with %s', (_what, facts, status, sentence) => {
    expect(judged(subnet, { subnets: new Map([['subnet-0aaaaaaaaaaaaaaaa', facts]]) })).toMatchObject({
      status,
      sentence: expect.stringMatching(sentence),
    });
  });

  test('fails on a subnet that is not there', () => {
    expect(judged(subnet, {})).toMatchObject({ status: 'missing', sentence: expect.stringMatching(/no such subnet/) });
  });

  const bought = {
    state: 'active',
    type: 'capacity-block',
    instanceType: 'p5.48xlarge',
    zone: 'us-east-1a',
    instances: 4,
  };
  test.each([
    ['bought', bought, 'met', /4 instances/],
    ['bought for later', { ...bought, state: 'scheduled' }, 'met', /scheduled/],
    ['expired', { ...bought, state: 'expired' }, 'missing', /it is expired/],
    ['too small', { ...bought, instances: 3 }, 'missing', /has 3 instances/],
    ['of another type', { ...bought, instanceType: 'p5en.48xlarge' }, 'missing', /of p5en/],
    ['in another zone', { ...bought, zone: 'us-east-1b' }, 'missing', /us-east-1b/],
    ['no block at all', { ...bought, type: 'default' }, 'missing', /no Capacity Block/],
  ])('a Capacity Block that is %s', (_what, facts, status, sentence) => {
    expect(judged(block, { reservations: new Map([[CR, facts]]) })).toMatchObject({
      status,
      sentence: expect.stringMatching(sentence),
    });
  });

  test('the quota on blocks is met where every block is bought, and unknown otherwise', () => {
    const quota: Need = { ...place, kind: 'quota', quota: 'capacityBlockInstances', needed: 4, within: '', parts: [] };
    const both = (facts: Partial<AccountFacts>) =>
      judgeNeeds([quota, block], () => ({ ...silent, ...facts })).map(({ status }) => status);
    expect(both({ reservations: new Map([[CR, bought]]) })).toEqual(['met', 'met']);
    expect(both({})).toEqual(['unknown', 'missing']);
    expect(judged(quota, {})).toMatchObject({ status: 'unknown' });
  });

  test('spot p6 is never met: nobody knows its quota', () => {
    const p6: Need = { ...place, kind: 'quota', quota: 'spotP6', needed: 1, within: '', parts: [] };
    expect(judged(p6, { quotas: new Map([['L-7212CCBC', 1e6]]) })).toMatchObject({ status: 'unknown' });
  });

  test('a need whose size is not known is never met', () => {
    const odd: Need = { ...place, kind: 'quota', quota: 'onDemandStandard', needed: null, within: '', parts: [] };
    expect(judged(odd, { quotas: new Map([['L-1216C47A', 1e6]]) })).toMatchObject({ status: 'unknown' });
  });
});
