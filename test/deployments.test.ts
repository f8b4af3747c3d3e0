import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Answer, addCells, answer, billFor, openApp } from '../lib/blueprint';
import { synthesizedStacks } from '../lib/blueprint/assembly';
import { readQuestion } from '../lib/blueprint/question';
import { renderBill } from '../lib/report/bill-report';
import { renderPlan } from '../lib/report/plan-report';
import { renderVerdict } from '../lib/report/verdict-report';
import { exact } from '../lib/units/exact';
import { Usd } from '../lib/units/money';
import { expectGolden } from './report/golden';

const ROOT = path.join(__dirname, '..');
const answers: Record<string, Answer> = Object.fromEntries(
  ['sandbox', 'production'].map((deployment) => [
    deployment,
    answer(readQuestion({ root: ROOT, cwd: ROOT, deployment })),
  ]),
);

const of = (deployment: string): Answer => {
  const found = answers[deployment];
  if (found === undefined) throw new Error(`no answer for ${deployment}`);
  return found;
};

test.each(['sandbox', 'production'])('%s stays within its contract', (deployment) => {
  expect(of(deployment).verdict.findings.filter(({ severity }) => severity === 'fatal')).toEqual([]);
  expect(of(deployment).verdict.status).toBe('within');
});

test('what a new user sees is the golden file that README shows', () => {
  const { planned, bill, verdict } = of('sandbox');
  const said = [renderPlan(planned), renderBill(bill), renderVerdict(verdict, { disclose: true })];
  expectGolden('sandbox.txt', said.map((text) => `${text}\n`).join(''));
});

describe('the sandbox', () => {
  test('costs at most 2 USD an hour at plan and under 150 USD for its whole stay', () => {
    const { bill } = of('sandbox');
    expect(Usd.of(bill.perHour.plan).exceeds(Usd.of('2'))).toBe(false);
    expect(Usd.of(bill.windowTotal.max).exceeds(Usd.of('150'))).toBe(false);
  });

  test('ends at its teardown without nodes too, when nothing can be planned', () => {
    const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' });
    const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-test-'));
    const app = openApp(outdir);
    addCells(app, question, { kind: 'infeasible', workloads: [] });
    const bill = billFor(question, synthesizedStacks(app));
    fs.rmSync(outdir, { recursive: true });
    // What is left of 73.53 USD without the 56.30 USD of nodes.
    expect(Usd.of(bill.windowTotal.max).exceeds(Usd.of('17.25'))).toBe(false);
  });

  test('has the bill that was worked by hand', () => {
    // Capacity is there 69 h, the cluster 70 h, the network 71 h, of 72; November has 720 h.
    const hours: Readonly<Record<string, string>> = {
      'instance:g6.xlarge:onDemand': '55.5312', //  69 h × 0.8048
      'eks:cluster': '7', //                        70 h × 0.10
      'instance:t3.medium:onDemand': '2.912', //    70 h × 0.0416
      'nat:hour': '3.195', //                       71 h × 0.045
      'publicIpv4:hour': '0.355', //                71 h × 0.005
    };
    const volumes = exact('69/720')
      .mul(exact('8'))
      .add(exact('70/720').mul(exact('4'))); // 100 and 50 GiB × 0.08
    const { bill } = of('sandbox');
    for (const [offer, total] of Object.entries(hours)) {
      expect([offer, bill.charges.find((charge) => charge.offer === offer)?.windowTotal.max]).toEqual([offer, total]);
    }
    const storage = bill.charges
      .filter((charge) => charge.offer === 'gp3:storage')
      .map((charge) => Usd.of(charge.windowTotal.max));
    expect(Usd.sum(storage).toText()).toBe(Usd.of(volumes).toText());
    // NAT 400 GB × 0.045, egress 100 × 0.09, zones 200 × 0.01, each 71/720 of a month; logs 10 × 0.50 and 10 × 0.03, 70/720.
    const declared = exact('71/720')
      .mul(exact('29'))
      .add(exact('70/720').mul(exact('5.3')));
    const assumed = bill.charges.filter(
      (charge) => charge.basis === 'assumption' && !charge.offer.startsWith('scheduler'),
    );
    expect(Usd.sum(assumed.map((charge) => Usd.of(charge.windowTotal.max))).toText()).toBe(Usd.of(declared).toText());
  });

  test('with alarms costs little more, once its topic is declared', () => {
    const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' });
    if (question.contract.kind !== 'given') throw new Error('the sandbox has a contract');
    const given = question.contract;
    const cells = question.deployment.cells.map((cell) => ({ ...cell, observability: { level: 'alarms' } as const }));
    const topic = { usage: 'snsRequests', scope: 'Sandbox/Observability', min: '0', plan: '0', max: '1000' };
    const declared = { ...topic, unit: 'requests/month', owner: 'inference-platform', expires: '2027-11-01T00:00:00Z' };
    const watched = (extra: readonly (typeof declared)[]) => {
      const assumptions = [...given.contract.assumptions, ...extra];
      const contract = { ...given, contract: { ...given.contract, assumptions } };
      return answer({ ...question, deployment: { ...question.deployment, cells }, contract });
    };
    expect(watched([]).bill.unpriced.map(({ dimension }) => dimension)).toEqual(['snsRequests']);
    const { bill, verdict } = watched([declared]);
    expect(verdict.status).toBe('within');
    const added = bill.charges.filter(({ stack }) => stack === 'Sandbox/Observability');
    // Three alarm metrics × 0.10 and a dashboard × 3, for the 69 of November's 720 hours that they stand.
    const paper = exact('69/720').mul(exact('3.3'));
    expect(Usd.sum(added.map(({ windowTotal }) => Usd.of(windowTotal.plan))).toText()).toBe(Usd.of(paper).toText());
  });
});

describe('production', () => {
  const total = (stack: RegExp): string =>
    Usd.sum(
      of('production')
        .bill.charges.filter((charge) => stack.test(charge.stack))
        .map((charge) => Usd.of(charge.windowTotal.plan)),
    ).toText();
  const nodes = (cell: string) => {
    const { planned } = of('production');
    const groups =
      planned.kind === 'feasible' ? planned.plan.cells.find(({ id }) => id === cell)?.nodeGroups : undefined;
    return (groups ?? []).map(({ instanceType, size, rootVolume }) => ({ instanceType, count: size.plan, rootVolume }));
  };

  test.each([
    [
      'UsEast1',
      { 'p5.48xlarge': '55.04', 'p5en.48xlarge': '63.296', 'p6-b200.48xlarge': '113.9328', 'g7e.2xlarge': '3.36312' },
    ],
    ['UsWest2', { 'trn1.32xlarge': '21.5', 'g7e.2xlarge': '3.36312' }],
  ])('the nodes of %s cost what they cost on paper', (cell, prices: Readonly<Record<string, string>>) => {
    // Two years with a leap day: 17,544 h and 24 months; a volume of 200 GiB at 0.08 USD a GiB and month.
    const paper = nodes(cell).map(({ instanceType, count, rootVolume }) => {
      expect(rootVolume).toEqual({ gibibytes: 200, iops: 3000, mebibytesPerSecond: 125 });
      return Usd.of(prices[instanceType] ?? 'no price')
        .times(17_544)
        .plus(Usd.of('16').times(24))
        .times(count);
    });
    expect(paper.length).toBeGreaterThan(0);
    expect(total(new RegExp(`^${cell}/Capacity`))).toBe(Usd.sum(paper).toText());
  });

  test('every promise is watched where its workload is served', () => {
    const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' });
    const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-test-'));
    const app = openApp(outdir);
    addCells(app, question, of('production').planned);
    const watching = synthesizedStacks(app).filter(({ path }) => path.endsWith('/Observability'));
    const rules = watching.map(({ template }) => JSON.stringify(template)).join();
    fs.rmSync(outdir, { recursive: true });
    const promised = question.workloads.flatMap(({ workload }) =>
      workload.kind === 'inference' ? [workload.name] : [],
    );
    expect(promised.length).toBeGreaterThan(0);
    for (const latency of ['time_to_first_token', 'time_per_output_token'])
      for (const name of promised)
        expect(rules).toMatch(new RegExp(`${latency}_seconds_bucket\\{workload=\\\\+"${name}\\\\+"`));
  });

  test('what watches a cell costs what was worked by hand', () => {
    const { charges } = of('production').bill;
    for (const cell of ['UsEast1', 'UsWest2']) {
      const watching = charges.filter(({ stack }) => stack === `${cell}/Observability`);
      const planned = (dimension: string) =>
        Usd.sum(
          watching
            .filter((charge) => charge.dimension === dimension)
            .map(({ windowTotal }) => Usd.of(windowTotal.plan)),
        ).toText();
      // Two years: 24 months, 17,544 h.
      expect({
        ingested: planned('ampIngestedSamples'),
        collected: planned('ampCollectedSamples'),
        queried: planned('ampQuerySamples'),
        stored: planned('ampStoredGigabytes'),
        collector: planned('ampCollectorHours'),
        alarms: planned('alarmMetricMonths'),
        dashboard: planned('dashboardMonths'),
        topic: planned('snsRequests'),
      }).toEqual({
        ingested: '648', // 24 × 300 million × 0.00000009
        collected: '144', // 24 × 2 billion × 0.000000003
        queried: '12', // 24 × 5 billion × 0.0000000001
        stored: '2.16', // 24 × 3 GB × 0.03
        collector: '701.76', // 17,544 h × 0.04
        alarms: '21.6', // 24 × (pods 1 + API server 2 + rule groups 3 + promises 2 + alerts 1) × 0.10
        dashboard: '72', // 24 × 3
        topic: '0.06', // 24 × 5,000 × 0.0000005
      });
    }
  });

  test('a GPU cell and a Trainium cell cost around their nodes what was worked by hand', () => {
    // Of either: the control plane 17,544 h × 0.10, extended support from 2027-03-27 (14,760 h) × 0.50, three m5.large
    // 17,544 h × 0.096 each, their 50 GiB volumes 24 months × 0.08 a GiB.
    const cluster = Usd.of('1754.4').plus(Usd.of('7380')).plus(Usd.of('5052.672')).plus(Usd.of('288'));
    // Seven interface endpoints in two zones: 14 × 17,544 h × 0.01.
    const endpoints = Usd.of('2456.16');
    for (const cell of ['UsEast1', 'UsWest2']) {
      const charges = of('production').bill.charges.filter(
        ({ stack, basis }) => stack.startsWith(`${cell}/`) && basis === 'price',
      );
      const sum = (type: RegExp, dimension: RegExp) =>
        Usd.sum(
          charges
            .filter(
              (charge) => type.test(charge.type) && dimension.test(charge.dimension) && !/Capacity/.test(charge.stack),
            )
            .map((charge) => Usd.of(charge.windowTotal.plan)),
        ).toText();
      expect(sum(/EKS/, /./)).toBe(cluster.toText());
      expect(sum(/VPCEndpoint/, /Hours/)).toBe(endpoints.toText());
    }
  });
});
