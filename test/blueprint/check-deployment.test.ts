import { checkDeployment } from '../../lib/blueprint/check-deployment';
import { defaultCatalog } from '../../lib/catalog/catalog';
import type { Deployment } from '../../lib/deployments/deployment';
import { sandbox } from '../../lib/deployments/sandbox';
import type { Cell } from '../../lib/workload/cell';
import type { Workload } from '../../lib/workload/workload';

const [cell] = sandbox.cells;
const [chat] = sandbox.workloads;
const placed = (change: object): readonly Workload[] => [
  { ...(chat as Workload), placement: { ...(chat as Workload).placement, ...change } } as Workload,
];

const CACHED = {
  ...(cell as Cell),
  profile: 'production',
  account: '111122223333',
  adminRoleArn: 'arn:aws:iam::111122223333:role/ClusterAdmin',
  serving: { imageCache: {} },
} as const;
const TERM = { kind: 'term', start: '2026-12-01', end: '2027-12-01' } as const;
const karpenter = (more: object) => ({
  ...cell,
  profile: 'production',
  account: '111122223333',
  nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903', ...more },
});

const BLOCK = { kind: 'capacityBlock', start: '2026-12-10', end: '2026-12-11' };
const owning = (...changes: readonly object[]): Partial<Deployment> => ({
  cells: [
    {
      ...cell,
      ownedCapacity: changes.map((change) => ({
        kind: 'capacityReservation',
        id: 'cr-0123456789abcdef0',
        instanceType: 'g6.xlarge',
        count: 2,
        availabilityZone: 'us-east-1a',
        ...change,
      })),
    },
  ] as never,
});
const SPOT = {
  region: 'us-east-1',
  instanceType: 'g6.xlarge',
  usdPerHour: '0.3',
  source: 'a test',
  asOf: '2026-11-20',
};

const buying = (...changes: readonly object[]): Partial<Deployment> => ({
  purchases: changes.map((change) => ({
    kind: 'capacityBlock',
    name: 'tune',
    cell: 'Sandbox',
    instanceType: 'p5.48xlarge',
    count: 4,
    days: 7,
    startsFrom: '2027-01-10',
    endsBy: '2027-01-20',
    maximumFeeUsd: '20000',
    ...change,
  })) as never,
});

test('a deployment that is whole passes', () => {
  expect(() => checkDeployment(sandbox, defaultCatalog)).not.toThrow();
});

test.each<[string, Partial<Deployment>, RegExp]>([
  ['a cell that is missing', { cells: [undefined] as never }, /its cell 1 is missing/],
  ['a cell id that no stage can have', { cells: [{ ...cell, id: 'sand box' }] as never }, /its id must be/],
  ['two cells of one name', { cells: [cell, cell] as never }, /two cells Sandbox/],
  ['a stay of a million years', { lifetime: { kind: 'hours', hours: 1e9 } }, /from 5 to 8784/],
  ['a cell outside the allowed regions', { allowed: { regions: ['eu-west-1'] } }, /in us-east-1 and only eu-west-1/],
  [
    'a cell in an account that is not allowed',
    {
      allowed: { regions: ['us-east-1'], accounts: ['111122223333'] },
      cells: [{ ...cell, account: '123456789012' }] as never,
    },
    /in account 123456789012 and only 111122223333/,
  ],
  ['an account that is none', { allowed: { regions: ['us-east-1'], accounts: ['12'] } }, /twelve digits, got "12"/],
  [
    'a production cell that could go to any account',
    { cells: [{ ...cell, profile: 'production' }] as never },
    /could go to any account/,
  ],
  [
    'a sandbox that nothing ends',
    { lifetime: { kind: 'term', start: '2026-12-01', end: '2027-12-01' } },
    /cell Sandbox has no end/,
  ],
  [
    'two caches of images in one registry',
    {
      cells: [CACHED, { ...CACHED, id: 'Twin' }],
      lifetime: { kind: 'term', start: '2026-12-01', end: '2027-12-01' },
    },
    /it makes two image caches for account 111122223333 in us-east-1; keep one and name that registry/,
  ],
  [
    'a cache of images in a cell and in the fleet of its registry',
    {
      cells: [CACHED],
      fleet: { account: '111122223333', region: 'us-east-1', cachedRegistries: ['public.ecr.aws'] },
      lifetime: { kind: 'term', start: '2026-12-01', end: '2027-12-01' },
    },
    /it makes two image caches/,
  ],
  [
    'more cells than AWS has anomaly monitors for',
    {
      cells: Array.from({ length: 102 }, (_, index) => ({ ...cell, id: `Cell${index}` })) as never,
      fleet: { account: '111122223333', region: 'us-east-1', spend: { emails: ['a@example.com'] } },
    },
    /watches 102 cells and AWS has 101 anomaly monitors/,
  ],
  ['a tag that AWS reserves', { tags: { 'aws:team': 'x' } }, /reserves tags/],
  ['a tag that it sets itself', { tags: { 'headroom:cell': 'mine' } }, /headroom: itself, got headroom:cell/],
  ['a tag with a sign that AWS refuses', { tags: { 'team!': 'x' } }, /a tag's key is .* got "team!"/],
  ['a tag without a key', { tags: { '': 'x' } }, /a tag's key is/],
  ['a tag with a value that is too long', { tags: { team: 'x'.repeat(257) } }, /value of its tag team/],
  [
    'more tags than fit beside its own',
    { tags: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`tag${index}`, ''])) },
    /has 41 tags/,
  ],
  ['two workloads of one name', { workloads: [chat, chat] as never }, /chat/],
  ['a workload in a cell that is none', { workloads: placed({ cells: ['Nowhere'] }) }, /placed in Nowhere/],
  [
    'a family that is none',
    { workloads: placed({ instanceFamilies: ['g66'] }) },
    /unknown instance family g66; the nearest are g6/,
  ],
  [
    'an autoscaler where all capacity is reserved',
    {
      cells: [{ ...cell, nodeScaling: { kind: 'clusterAutoscaler' } }] as never,
      workloads: placed({ purchaseOptions: ['capacityReservation'] }),
    },
    /cell Sandbox scales its nodes, and no workload there serves on capacity bought on demand or spot; allow one/,
  ],
  [
    'an image pinned for a workload that is none',
    { cells: [{ ...cell, amiReleases: { chatt: '1.35.2-20261015' } }] as never },
    /cell Sandbox pins the image of chatt, which is no workload placed in it; use system, chat/,
  ],
  [
    'Karpenter where a teardown would leave its nodes behind',
    { cells: [{ ...cell, nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903' } }] as never },
    /has Karpenter and a teardown that would leave Karpenter's nodes running; use clusterAutoscaler or a term/,
  ],
  [
    'images of Karpenter’s nodes that move',
    { lifetime: TERM, cells: [karpenter({ imageRelease: 'latest' })] as never },
    /imageRelease of cell Sandbox must be a release of EKS's images such as "v20260903", got "latest"; pin one/,
  ],
  [
    'a burst of who does not serve there',
    { lifetime: TERM, cells: [karpenter({ burstNodes: { router: 2 } })] as never },
    /lets router burst, which does not serve there; name one of chat/,
  ],
  [
    'a reservation with a strange id',
    { lifetime: TERM, cells: [karpenter({ reservationIds: ['mine'] })] as never },
    /Karpenter of cell Sandbox fills "mine"; name reservations such as "cr-0123456789abcdef0"/,
  ],
  ['an override for a type that is none', { workloads: placed({ unverifiedInstanceTypes: ['no.such'] }) }, /no\.such/],
  [
    'owned capacity of another zone',
    owning({ availabilityZone: 'us-east-1b' }),
    /in us-east-1b and has its accelerators/,
  ],
  ...[
    ['no reservation of a group for its alarm', [], /with 0 reservations for an alarm; list 1 to 9, each once/],
    [
      'more of them than an alarm reads',
      Array.from({ length: 10 }, (_, it) => `cr-0123456789abcde0${it}`),
      /list 1 to 9/,
    ],
    ['one of them twice', ['cr-0123456789abcdef0', 'cr-0123456789abcdef0'], /each once; or leave them out/],
    ['one with a strange id', ['mine'], /with the reservation "mine"; write ids such as cr-0123456789abcdef0/],
  ].map(([what, reservationIds, why]): [string, Partial<Deployment>, RegExp] => [
    what as string,
    owning({ id: undefined, resourceGroupArn: 'arn:aws:resource-groups:us-east-1:1:group/a', reservationIds }),
    why as RegExp,
  ]),
  ['owned capacity of an unknown type', owning({ instanceType: 'p9.huge' }), /p9\.huge/],
  ['no owned instance', owning({ count: 0 }), /of 0 instances; give a whole number of at least 1/],
  ['a block that is too large', owning({ ...BLOCK, count: 65 }), /of 65 instances; give a whole number of 1 to 64/],
  ['a block that ends first', owning({ ...BLOCK, end: '2026-12-01' }), /correct the dates/],
  ['capacity that is owned twice', owning({}, {}), /owns? cr-0123456789abcdef0 of g6.xlarge twice/],
  [
    'a reservation to create without its purchase option',
    { workloads: placed({ createReservation: {} }) },
    /must include "capacityReservation" where createReservation is given/,
  ],
  [
    'a reservation that a teardown would have to end',
    { workloads: placed({ purchaseOptions: ['capacityReservation'], createReservation: { end: '2027-01-01' } }) },
    /its teardown ends it; leave the end out/,
  ],
  ['two purchases of one name', buying({}, {}), /its purchase tune stands there twice/],
  ['a purchase for no cell', buying({ cell: 'Nowhere' }), /its purchase tune is for the cell Nowhere/],
  ['a block of 15 days', buying({ days: 15 }), /is for 15 days; give 1 to 14, or whole weeks up to 182/],
  ['a block that is longer than its window', buying({ days: 14 }), /which are fewer; widen the window/],
  ['a block that is too large to buy', buying({ count: 65 }), /at most 64; split it/],
  ['a fee that a shell could not compare', buying({ maximumFeeUsd: '0.000001' }), /at most five decimals/],
  [
    'a P instance reserved for later',
    buying({
      kind: 'capacityReservation',
      instanceType: 'p5.48xlarge',
      maximumUsdPerHour: '60',
      future: { start: '2027-01-01', commitmentDays: 14 },
    }),
    /only C, M, R, I, T and G can be reserved for later/,
  ],
  [
    'too few vCPUs reserved for later: 7 × 4',
    buying({
      kind: 'capacityReservation',
      instanceType: 'g6.xlarge',
      count: 7,
      maximumUsdPerHour: '60',
      future: { start: '2027-01-01', commitmentDays: 14 },
    }),
    /reserves 28 vCPUs from 2027-01-01 on, and at least 32 can be reserved for later; reserve more/,
  ],
  [
    'a reservation that is too large',
    buying({ kind: 'capacityReservation', instanceType: 'g6.xlarge', count: 1001, maximumUsdPerHour: '900' }),
    /is for 1001 instances and a reservation has at most 1000; split it/,
  ],
  [
    'a Trainium instance reserved for later',
    buying({
      kind: 'capacityReservation',
      instanceType: 'trn1.32xlarge',
      maximumUsdPerHour: '60',
      future: { start: '2027-01-01', commitmentDays: 14 },
    }),
    /reserves trn1.32xlarge from 2027-01-01 on, and only C, M, R, I, T and G/,
  ],
  [
    'a Savings Plan above its approval',
    {
      purchases: [
        {
          kind: 'savingsPlan',
          name: 'base',
          plan: 'compute',
          termYears: 3,
          payment: 'noUpfront',
          commitmentUsdPerHour: '1',
          maximumTotalUsd: '26279.99',
        },
      ],
    },
    /commits to 26280 USD over its term and 26279.99 USD are approved/,
  ],
  ['a spot rate that is a number no more', { spotRates: [{ ...SPOT, usdPerHour: 'cheap' }] }, /got "cheap"/],
  ['two spot rates of one type', { spotRates: [SPOT, SPOT] }, /two spot rates of g6.xlarge in us-east-1/],
])('fails on %s, in one sentence', (_what, change, sentence) => {
  const wrong = () => checkDeployment({ ...sandbox, ...change }, defaultCatalog);
  expect(wrong).toThrow(sentence);
  expect(wrong).toThrow(expect.objectContaining({ name: 'Problem' }));
});
