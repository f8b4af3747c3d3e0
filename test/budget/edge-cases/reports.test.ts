import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { answer, plannedStacks } from '../../../lib/blueprint';
import { manifestFiles, renderManifests } from '../../../lib/blueprint/manifests';
import { readQuestion } from '../../../lib/blueprint/question';
import type { Actuals } from '../../../lib/budget/envelope/actuals';
import { contributions } from '../../../lib/budget/envelope/contributions';
import { violationsOf } from '../../../lib/budget/policy/violations';
import { sealPriceBook } from '../../../lib/budget/prices/load';
import { renderBill, renderDearest } from '../../../lib/report/bill-report';
import { toJsonText } from '../../../lib/report/json';
import { renderVerdict } from '../../../lib/report/verdict-report';
import { exact } from '../../../lib/units/exact';
import { fixed } from '../../../lib/units/range';
import { aBill, aCharge, DECEMBER } from '../../builders';
import { aGroup, aStack, BOOK, bill, billOf, type Resources, totals } from '../bill/billing';
import { ASSUMPTIONS, resources } from '../bill/templates';
import { aContract, aPeriod, aWaiver, judged, rulesOf } from '../envelope/contracts';
import { stated } from '../envelope/full-contract';

const ROOT = path.join(__dirname, '..', '..', '..');
const JANUARY = { start: '2027-01-01T00:00:00Z', end: '2027-02-01T00:00:00Z' };

describe('21 sensitivity', () => {
  const two = { start: DECEMBER.start, end: JANUARY.end };
  const charges = [
    aCharge({ active: two, quantity: { min: '1', plan: '2', max: '3' } }),
    aCharge({
      active: two,
      logicalId: 'Declared',
      basis: 'ceiling',
      offer: 'ceiling',
      unit: 'month',
      unitPrice: '1',
      quantity: fixed('100'),
    }),
  ];
  const periods = [aPeriod({ ceiling: '1500' }), aPeriod({ id: 'Y2', ...JANUARY, ceiling: '2000' })];
  const verdict = judged({ bill: aBill({ window: two, charges }), contract: aContract({ periods }) });

  test('the verdict says what prices a tenth higher would make of a period, how far max is from the plan, and a period earlier', () => {
    // Three at max are 1796.3136, and the declared 100 beside them are nobody's price: 1.1 × 1796.3136 + 100.
    expect(verdict.periods[1]?.sensitivity).toEqual({
      tenthDearer: '2075.94496',
      maxOverPlan: '598.7712',
      // 1896.3136 − 1500
      earlier: { period: 'Y1', result: 'over', over: '396.3136' },
    });
    expect(verdict.periods[0]?.sensitivity).not.toHaveProperty('earlier');
    const text = renderVerdict(verdict, { disclose: true }).replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'with prices a tenth higher at most 2,075.94 at max; max is 598.77 above the plan; a period earlier it would exceed the ceiling of Y1 by 396.31',
    );
  });

  test('what costs most is named first', () => {
    const named = verdict.periods[0]?.largest.map(({ logicalId }) => logicalId);
    expect(named).toEqual(['ChatGroup', 'Declared']);
  });
});

describe('22 order', () => {
  test('of stacks, resources and keys changes nothing, and equal amounts stand in the order of their paths', () => {
    const NAT = { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: 's', ConnectivityType: 'private' } };
    const one = (path: string, ids: readonly string[]) =>
      aStack(Object.fromEntries(ids.map((id) => [id, NAT])), { path, stackName: path });
    const usage = {
      assumptions: [
        {
          usage: 'natGatewayGigabytes',
          scope: '**',
          min: '0',
          plan: '0',
          max: '0',
          unit: 'GB/month',
          owner: 'o',
          expires: '2027-06-01',
        },
      ],
    };
    const first = bill([one('A', ['X', 'Y']), one('B', ['Z', 'W'])], usage);
    const second = bill([one('B', ['W', 'Z']), one('A', ['Y', 'X'])], usage);
    expect(toJsonText(second)).toBe(toJsonText(first));
    expect(renderDearest(second)).toBe(renderDearest(first));
    expect(contributions(first).map(({ stack, dearest }) => [stack, dearest.logicalId])).toEqual([
      ['A', 'X'],
      ['B', 'W'],
    ]);
  });
});

describe('23 waivers', () => {
  const over = (ceiling: string, waiver: Parameters<typeof aWaiver>[0] = {}, asOf = '2026-11-23') =>
    judged({
      asOf,
      contract: aContract({ periods: [aPeriod({ ceiling })] }),
      waivers: [aWaiver(waiver)],
      staleAfterDays: 9999,
    }).status;

  test('one covers one rule and one period, up to an amount, until a date; above it the gate closes again', () => {
    // 598.7712 against 500, waived up to 700 until December begins.
    expect(over('500')).toBe('within');
    expect(over('500', { upTo: '598.7712' })).toBe('within');
    expect(over('500', { upTo: '598.7711' })).toBe('over');
    expect(over('500', {}, '2026-12-01')).toBe('over');
    expect(over('500', { rule: 'HourlyCeilingExceeded' })).toBe('over');
    expect(over('500', { period: 'Y2' })).toBe('over');
  });

  test('what was let pass once is refused when it grows', () => {
    const grown = aBill({ charges: [aCharge({ quantity: fixed('2') })] });
    const contract = aContract({ periods: [aPeriod({ ceiling: '500' })] });
    expect(rulesOf(judged({ bill: grown, contract, waivers: [aWaiver()] }))).toContain('fatal CeilingExceeded');
  });
});

describe('24 secrets', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-secret-'));
  afterAll(() => fs.rmSync(folder, { recursive: true }));
  const AMOUNTS = { commitment: '17345678.91', ceiling: '18987654.32', ceilingPerHour: '2213.57' };
  const RATE = {
    instanceType: 'p5en.48xlarge',
    region: 'us-east-1',
    purchase: 'onDemand',
    usdPerHour: '39.8877',
    source: 'exhibit B',
  };

  test('amounts, rates and percentages of a contract that does not disclose are in no template, manifest, file, report or violation', () => {
    const own = JSON.parse(fs.readFileSync(path.join(ROOT, 'lib/deployments/production.contract.json'), 'utf8'));
    const periods = own.periods.map((period: object) => ({ ...period, ...AMOUNTS }));
    const discounts = [{ services: ['AmazonEC2'], percent: '13.579' }];
    const file = path.join(folder, 'contract.json');
    fs.writeFileSync(
      file,
      JSON.stringify(stated({ ...own, disclose: false, measure: 'net', periods, discounts, rates: [RATE] })),
    );
    const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production', contract: file });
    const { stacks } = plannedStacks(question);
    const { planned, bill: billed, verdict } = answer(question);
    const outputs = [
      ...stacks.map(({ template }) => JSON.stringify(template)),
      ...manifestFiles(renderManifests(question, planned)).map(({ text }) => text),
      toJsonText(billed),
      toJsonText(verdict),
      renderBill(billed),
      renderVerdict(verdict, { disclose: false }),
      JSON.stringify(violationsOf({ bill: billed, verdict }, [], '')),
    ];
    const secrets = [...Object.values(AMOUNTS), RATE.usdPerHour, '13.579'];
    const shapes = (secret: string) => [secret, Number(secret).toLocaleString('en-US'), secret.split('.')[0] ?? secret];
    const long = (text: string) => text.length >= 4;
    for (const secret of secrets.flatMap(shapes).filter(long))
      expect(
        outputs.filter((text) => new RegExp(`(^|[^\\d.])${secret.replaceAll('.', '\\.')}([^\\d]|$)`).test(text)),
      ).toEqual([]);
    expect(verdict.inputs.contract?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('26 laws', () => {
  const NO_REFERENCES = [
    'AWS::EC2::EIP',
    'AWS::EC2::NatGateway',
    'AWS::KMS::Key',
    'AWS::S3::Bucket',
    'AWS::SQS::Queue',
    'AWS::Nobody::Knows',
  ];
  const some = fc.array(fc.constantFrom(...NO_REFERENCES), { minLength: 1, maxLength: 8 });
  const named = (types: readonly string[], from = 0): Resources =>
    Object.fromEntries(types.map((Type, i) => [`It${from + i}`, { Type }]));

  test('min ≤ plan ≤ max, and another resource never lowers a maximum', () => {
    fc.assert(
      fc.property(resources, fc.constantFrom(...NO_REFERENCES), (first, Type) => {
        const before = billOf(first, { assumptions: ASSUMPTIONS });
        const after = billOf({ ...first, Another: { Type } }, { assumptions: ASSUMPTIONS });
        for (const { min, plan, max } of [before.windowTotal, ...before.charges.map(({ windowTotal }) => windowTotal)])
          expect(exact(min).lte(exact(plan)) && exact(plan).lte(exact(max))).toBe(true);
        expect(exact(after.windowTotal.max).gte(exact(before.windowTotal.max))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('a stack that is split into nested stacks costs the same', () => {
    fc.assert(
      fc.property(some, fc.nat(), (types, cut) => {
        const at = cut % (types.length + 1);
        const nested = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'x' } };
        const whole = bill([aStack(named(types))], { assumptions: ASSUMPTIONS });
        const split = bill(
          [
            aStack({ ...named(types.slice(0, at)), Inner: nested }),
            aStack(named(types.slice(at), at), { path: 'A/Inner', nestedIn: { stack: 'A', logicalId: 'Inner' } }),
          ],
          { assumptions: ASSUMPTIONS },
        );
        expect(split.windowTotal).toEqual(whole.windowTotal);
        expect(split.unpriced.length).toBe(whole.unpriced.length);
      }),
      { numRuns: 60 },
    );
  });

  test('twice the replicas are twice each of their lines', () => {
    const sized = (MinSize: number, DesiredSize: number, MaxSize: number) =>
      billOf(aGroup({ ScalingConfig: { MinSize, DesiredSize, MaxSize } })).charges;
    fc.assert(
      fc.property(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 9 }), (a, b, c) => {
        const [once, twice] = [sized(a, a + b, a + b + c), sized(2 * a, 2 * (a + b), 2 * (a + b + c))];
        expect(twice.map(({ dimension }) => dimension)).toEqual(once.map(({ dimension }) => dimension));
        for (const [index, charge] of twice.entries())
          for (const bound of ['min', 'plan', 'max'] as const)
            expect(exact(charge.windowTotal[bound]).equals(exact(once[index]?.windowTotal[bound] ?? '0').mul(2))).toBe(
              true,
            );
      }),
      { numRuns: 40 },
    );
  });

  test('prices twice as high are a total twice as high', () => {
    const doubled = sealPriceBook(
      '2026-11-23',
      BOOK.offers.map((offer) => ({ ...offer, usd: exact(offer.usd).mul(2).toString() })),
    );
    expect(
      exact(billOf(aGroup(), { priceBook: doubled }).windowTotal.max).equals(
        exact(billOf(aGroup()).windowTotal.max).mul(2),
      ),
    ).toBe(true);
  });

  test('the nodes that the templates show are the nodes that were planned', () => {
    const { planned, bill: billed } = answer(readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' }));
    if (planned.kind !== 'feasible') throw new Error('the sandbox has no plan');
    const groups = planned.plan.cells.flatMap(({ nodeGroups }) => nodeGroups);
    const shown = billed.charges.filter(
      ({ stack, dimension }) => /Capacity/.test(stack) && dimension === 'instanceHours',
    );
    expect(shown.map(({ quantity }) => quantity)).toEqual(
      groups.map(({ size: { min, plan, max } }) => ({ min: `${min}`, plan: `${plan}`, max: `${max}` })),
    );
  });
});

describe('27 reconciliation with what AWS charged', () => {
  const covered = { start: DECEMBER.start, end: '2026-12-11T00:00:00Z' };
  const charged = (list: string, deployment: string | null = 'example'): Actuals => ({
    schemaVersion: 1,
    asOf: '2026-12-12T00:00:00Z',
    currency: 'USD',
    covered,
    months: [{ month: '2026-12', state: 'open', rows: 1 }],
    charges: [{ day: '2026-12-05', kind: 'usage', deployment, cash: list, amortized: list, list }],
    sha256: 'a',
    sources: [],
  });
  const found = (actuals: Actuals) =>
    judged({ asOf: '2026-12-12', deployment: 'example', actuals }).findings.filter(
      ({ rule }) => rule === 'ActualsOffPlan',
    );

  test('rows by the deployment’s tag are held against its plan for the same days, a tenth either way', () => {
    // 240 h × 0.8048 = 193.152: from 173.8368 to 212.4672.
    expect(['173.8368', '193.152', '212.4672'].flatMap((amount) => found(charged(amount)))).toEqual([]);
    expect(found(charged('212.4673'))).toMatchObject([
      {
        severity: 'warning',
        period: 'Y1',
        sentence: expect.stringContaining('AWS charged this deployment 212.47 USD in period Y1'),
      },
    ]);
    expect(found(charged('173.8367'))).toHaveLength(1);
  });

  test('rows of others are not its own, and a day that no template covers says nothing', () => {
    expect(found(charged('9999', 'another'))).toHaveLength(1);
    const later = judged({
      asOf: '2026-12-12',
      deployment: 'example',
      actuals: charged('9999'),
      bill: aBill({
        window: { start: covered.end, end: DECEMBER.end },
        charges: [aCharge({ active: { start: covered.end, end: DECEMBER.end } })],
      }),
    });
    expect(rulesOf(later)).not.toContain('warning ActualsOffPlan');
    expect(totals(billOf({}))).toEqual({});
  });
});
