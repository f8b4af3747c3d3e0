import * as path from 'node:path';
import { main } from '../../lib/cli/main';
import { preflight } from '../../lib/cli/preflight';
import type { World } from '../../lib/cli/world';
import { readAccount } from '../../lib/preflight/account/read-account';
import type { Finding, Need } from '../../lib/preflight/need';
import { AccountServer, type Misbehaviour, reservationXml, type Standing } from './account-server';

const ROOT = path.join(__dirname, '../..');
const QUICK = { rate: { burst: 1e6, perSecond: 1e6 }, attempts: 3, backoffMillis: () => 1, timeoutMillis: 2000 };

/** What the sandbox needs, and not one more: 4 vCPUs of G, 2 + 4 × 2 of Standard, 11 interfaces, 0.35 TiB … */
const ENOUGH: Standing = {
  account: '444455556666',
  quotas: { 'L-DB2E81BA': 4, 'L-1216C47A': 10, 'L-DF5E4CA3': 11, 'L-7A658B76': 1, 'L-0263D0A3': 1, 'L-F678F1CE': 1 },
  defaults: { 'L-FE5A380F': 1, 'L-1194D53C': 1, 'L-6D54EA21': 2, 'L-BD136A63': 1, 'L-F678F1CE': 0 },
  instances: [],
  offerings: ['g6.xlarge us-east-1a', 't3.medium us-east-1a', 't3.medium us-east-1b'],
  bootstrap: '28',
  subnets: [],
  reservations: [],
  vpcs: 0,
  clusters: [],
};

let server: AccountServer;
const environment = { ...process.env };
beforeEach(async () => {
  server = await AccountServer.start(ENOUGH);
  for (const key of Object.keys(process.env)) if (key.startsWith('AWS_')) delete process.env[key];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
});
afterEach(async () => {
  await server.stop();
  process.env = { ...environment };
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly findings: readonly Finding[];
}

async function asked(
  deployment: string,
  more: { readonly offline?: boolean; readonly json?: boolean } = { json: true },
): Promise<Said> {
  const said = { out: '', err: '' };
  const world: World = {
    root: ROOT,
    cwd: ROOT,
    now: () => '2026-11-24T09:00:00Z',
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  };
  const code = await preflight({ deployment, ...more }, world, QUICK);
  return { code, ...said, findings: more.json === true ? JSON.parse(said.out).findings : [] };
}

const quotaFinding = (findings: readonly Finding[], quota: string): Finding | undefined =>
  findings.find(({ need }) => need.kind === 'quota' && need.quota === quota);
const statuses = (findings: readonly Finding[]): Readonly<Record<string, number>> => ({
  met: findings.filter(({ status }) => status === 'met').length,
  missing: findings.filter(({ status }) => status === 'missing').length,
  unknown: findings.filter(({ status }) => status === 'unknown').length,
});

test('0: an account that has exactly what the sandbox needs, read over many pages', async () => {
  const { code, findings } = await asked('sandbox');
  expect(findings.filter(({ status }) => status !== 'met')).toEqual([]);
  expect(code).toBe(0);
  // One entry a page: six applied quotas for each of four services, and the defaults where something is missing.
  expect(server.asked.filter((action) => action === 'ListServiceQuotas')).toHaveLength(24);
});

test('sums are worked by hand', async () => {
  const { findings } = await asked('sandbox', { offline: true, json: true });
  const needed = Object.fromEntries(
    findings.flatMap(({ need }) =>
      need.kind === 'quota' ? [[`${need.quota} ${need.within}`.trim(), need.needed]] : [],
    ),
  );
  expect(needed).toEqual({
    // One g6.xlarge, replaced in place.
    onDemandG: 4,
    // One t3.medium, and twice two zones more while it is replaced: 5 × 2.
    onDemandStandard: 10,
    // Nodes 1 + 5, four of the control plane, one NAT gateway.
    networkInterfaces: 11,
    // (1 × 100 + 5 × 50) / 1024.
    gp3: 350 / 1024,
    'nodesPerGroup Sandbox, chat-g6-xlarge': 1,
    'nodesPerGroup Sandbox, system': 1,
    'nodeGroups Sandbox': 2,
    clusters: 1,
    vpcs: 1,
    elasticAddresses: 1,
    'natGateways us-east-1a': 1,
  });
});

describe('1', () => {
  const cases: readonly (readonly [string, Partial<Standing>, string, RegExp])[] = [
    ['a quota too small', { quotas: { ...ENOUGH.quotas, 'L-DB2E81BA': 3 } }, 'onDemandG', /is 3; ask for 4/],
    [
      'a quota that others use',
      {
        instances: [
          { type: 'm7i.large', vcpus: 2 },
          { type: 'c7i.large', vcpus: 1, lifecycle: 'spot' },
        ],
      },
      'onDemandStandard',
      /is 10 and others use 2; ask for 12/,
    ],
    ['a VPC quota that other networks fill', { vpcs: 1 }, 'vpcs', /others use 1/],
    ['a cluster quota that other clusters fill', { clusters: ['Elsewhere'] }, 'clusters', /others use 1/],
  ];
  test.each(cases)('%s is missing', async (_what, change, quota, sentence) => {
    server.standing = { ...ENOUGH, ...change };
    const { code, findings } = await asked('sandbox');
    expect(code).toBe(1);
    expect(quotaFinding(findings, quota)).toMatchObject({
      status: 'missing',
      sentence: expect.stringMatching(sentence),
    });
    expect(statuses(findings)).toMatchObject({ missing: 1, unknown: 0 });
  });

  test('a zone that does not offer a type, and an account without bootstrap, are missing', async () => {
    server.standing = { ...ENOUGH, offerings: ENOUGH.offerings.slice(1), bootstrap: undefined };
    const { code, findings } = await asked('sandbox');
    expect(code).toBe(1);
    expect(findings.filter(({ status }) => status === 'missing').map(({ sentence }) => sentence)).toEqual([
      'EC2 does not offer it to this account in us-east-1a; choose another zone or type',
      'it is not bootstrapped; run npx cdk bootstrap aws://444455556666/us-east-1',
    ]);
  });

  test('an old bootstrap is missing, one that is no number unknown', async () => {
    server.standing = { ...ENOUGH, bootstrap: '5' };
    expect((await asked('sandbox')).findings.at(-1)).toMatchObject({ status: 'missing' });
    server.standing = { ...ENOUGH, bootstrap: 'five' };
    expect((await asked('sandbox')).findings.at(-1)).toMatchObject({ status: 'unknown' });
  });

  test('what runs in our own cells is counted once', async () => {
    server.standing = {
      ...ENOUGH,
      instances: [{ type: 'g6.xlarge', vcpus: 4, cell: 'Sandbox' }],
      clusters: ['Sandbox'],
    };
    expect((await asked('sandbox')).code).toBe(0);
  });

  test('a quota that nobody lists is unknown', async () => {
    const { 'L-7A658B76': _, ...quotas } = ENOUGH.quotas;
    server.standing = { ...ENOUGH, quotas };
    const { code, findings } = await asked('sandbox');
    expect(code).toBe(1);
    expect(quotaFinding(findings, 'gp3')).toMatchObject({ status: 'unknown' });
    expect(statuses(findings)).toMatchObject({ missing: 0, unknown: 1 });
  });

  test('credentials of another account than a cell’s ask nothing of it', async () => {
    const { code, findings } = await asked('production');
    expect(code).toBe(1);
    expect(new Set(findings.map(({ status, sentence }) => `${status}: ${sentence}`))).toEqual(
      new Set(['unknown: these credentials belong to account 444455556666; ask again with those of 123456789012']),
    );
  });
});

describe('an account that answers badly is unknown, never met', () => {
  const answers: readonly (readonly [action: string, how: Misbehaviour, kind: string, because: RegExp])[] = [
    ['ListServiceQuotas', 'denied', 'quota', /AccessDenied/],
    ['ListServiceQuotas', 'html', 'quota', /not in the protocol/],
    ['ListServiceQuotas', 'empty', 'quota', /holds no list/],
    ['ListServiceQuotas', 'repeatedToken', 'quota', /repeats its pages/],
    ['ListServiceQuotas', 'cut', 'quota', /could not be read/],
    ['ListServiceQuotas', 'throttle', 'quota', /TooManyRequests/],
    ['ListAWSDefaultServiceQuotas', 'denied', 'quota', /AccessDenied/],
    ['DescribeInstances', 'denied', 'quota', /what else uses it could not be read: UnauthorizedOperation/],
    ['DescribeInstanceTypeOfferings', 'denied', 'offering', /UnauthorizedOperation/],
    ['DescribeInstanceTypeOfferings', 'html', 'offering', /not in the protocol|no list/],
    ['GetParameter', 'denied', 'bootstrap', /AccessDenied/],
  ];
  test.each(answers)('%s, %s', async (action, how, kind, because) => {
    server.misbehave = (asking) => (asking === action ? how : undefined);
    const { code, findings } = await asked('sandbox');
    expect(code).toBe(1);
    const unknown = findings.filter(({ status }) => status === 'unknown');
    expect(unknown.length).toBeGreaterThan(0);
    for (const { need, sentence } of unknown) {
      expect(need.kind).toBe(kind);
      expect(sentence).toMatch(because);
    }
  });

  test('but one that is slow for a while is asked again', async () => {
    server.misbehave = (_action, before) => (before === 0 ? 'throttle' : undefined);
    expect((await asked('sandbox')).code).toBe(0);
  });

  test('an STS that refuses is no account, and no stack trace', async () => {
    server.misbehave = (action) => (action === 'GetCallerIdentity' ? 'denied' : undefined);
    const { code, out } = await asked('sandbox', {});
    expect(code).toBe(1);
    expect(out).toContain('nobody was asked: UnauthorizedOperation: not authorized');
  });
});

describe('without an account', () => {
  test('1: without credentials it is a checklist that nobody checked', async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    const { code, out } = await asked('sandbox', {});
    expect(code).toBe(1);
    expect(out).toContain('there are no AWS credentials');
    expect(out).toContain('[ ]  On-Demand G and VT (ec2 L-DB2E81BA)');
    expect(server.asked).toEqual([]);
  });

  test('0: where a checklist was asked for, nobody is asked', async () => {
    const { code, out } = await asked('production', { offline: true });
    expect(code).toBe(0);
    expect(out).toMatch(/UsEast1: \d+ × p6-b200\.48xlarge/);
    expect(server.asked).toEqual([]);
  });

  test('2: wrong input', async () => {
    const err: string[] = [];
    const world = {
      root: ROOT,
      cwd: ROOT,
      now: () => '2026-11-24T09:00:00Z',
      out: () => undefined,
      err: (text: string) => void err.push(text),
    };
    expect(await main(['preflight', '-d', 'nowhere'], world)).toBe(2);
    expect(await main(['preflight', '--offline', '--as-of', 'yesterday'], world)).toBe(2);
    expect(err.join('')).toContain('yesterday');
  });
});

test('subnets and reservations are looked for one page after the other, unknown ones do not hide the others', async () => {
  server.standing = {
    ...ENOUGH,
    subnets: [
      { id: 'subnet-a', zone: 'us-east-1a', vpc: 'vpc-1', free: 500 },
      { id: 'subnet-b', zone: 'us-east-1b', vpc: 'vpc-1', free: 10 },
    ],
    reservations: [
      reservationXml('cr-1', 'p5.48xlarge', 'us-east-1a', 2),
      reservationXml('cr-2', 'p5.48xlarge', 'us-east-1a', 4, 'scheduled', 'capacity-block'),
    ],
  };
  const place = { account: ENOUGH.account, region: 'us-east-1' };
  const subnet = (subnetId: string): Need => ({
    ...place,
    kind: 'subnet',
    subnetId,
    vpcId: 'vpc-1',
    zone: '',
    addresses: 1,
  });
  const reservation = (id: string): Need => ({
    ...place,
    kind: 'reservation',
    id,
    market: 'onDemand',
    instanceType: '',
    zone: '',
    instances: 1,
  });
  const needs = [...['subnet-a', 'subnet-b', 'subnet-c'].map(subnet), ...['cr-1', 'cr-2', 'cr-3'].map(reservation)];
  const { subnets, reservations } = await readAccount('us-east-1', needs, [], QUICK);
  expect(subnets).toEqual(
    new Map([
      ['subnet-a', { zone: 'us-east-1a', vpcId: 'vpc-1', freeAddresses: 500 }],
      ['subnet-b', { zone: 'us-east-1b', vpcId: 'vpc-1', freeAddresses: 10 }],
    ]),
  );
  const p5 = { instanceType: 'p5.48xlarge', zone: 'us-east-1a' };
  expect(reservations).toEqual(
    new Map([
      ['cr-1', { ...p5, state: 'active', type: 'default', instances: 2 }],
      ['cr-2', { ...p5, state: 'scheduled', type: 'capacity-block', instances: 4 }],
    ]),
  );
});

test('the report says what is missing first, with the code to ask for', async () => {
  server.standing = { ...ENOUGH, quotas: { ...ENOUGH.quotas, 'L-DB2E81BA': 3 } };
  const { out } = await asked('sandbox', {});
  const [title, , place, , first] = out.split('\n');
  expect([title, place]).toEqual([
    'Preflight of sandbox, asked account 444455556666',
    'account 444455556666, us-east-1',
  ]);
  expect(first).toMatch(/^ {2}MISSING {2}On-Demand G and VT \(ec2 L-DB2E81BA\) +4 vCPUs {2}the quota is 3; ask for 4/);
  expect(out).toContain('14 met, 1 missing, 0 unknown');
});
