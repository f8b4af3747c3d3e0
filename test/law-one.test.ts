import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { addCells, billFor, judgeFor, openApp, planFor } from '../lib/blueprint';
import { synthesizedStacks } from '../lib/blueprint/assembly';
import { manifestTemplates, renderManifests } from '../lib/blueprint/manifests';
import { type Question, readQuestion } from '../lib/blueprint/question';
import type { Bill } from '../lib/budget/bill/bill';
import { costWithin } from '../lib/budget/bill/cost-within';
import type { StackTemplate } from '../lib/budget/bill/stack-template';
import type { CapacityPlan } from '../lib/planner/plan';
import { Usd } from '../lib/units/money';
import { BOUNDS, type Bound } from '../lib/units/range';

const ROOT = path.join(__dirname, '..');

interface Case {
  readonly question: Question;
  readonly plan: CapacityPlan;
  readonly stacks: readonly StackTemplate[];
  readonly bill: Bill;
}

function caseOf(deployment: string, change: (question: Question) => Question = (same) => same): Case {
  const question = change(readQuestion({ root: ROOT, cwd: ROOT, deployment }));
  const planned = planFor(question);
  if (planned.kind !== 'feasible') throw new Error(`${deployment} has no plan`);
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-law-'));
  const app = openApp(outdir);
  addCells(app, question, planned);
  const stacks = [...synthesizedStacks(app), ...manifestTemplates(renderManifests(question, planned))];
  fs.rmSync(outdir, { recursive: true, force: true });
  return { question, plan: planned.plan, stacks, bill: billFor(question, stacks) };
}

/** Everything that the planned node groups and node pools are billed, an alarm on their reservation aside, over the plan's horizon, from the templates alone. */
function plannedCharges({ bill, question }: Case): Readonly<Record<Bound, string>> {
  const charges = bill.charges.filter(
    ({ stack, type }) => /\/(Capacity\d+|manifests)$/.test(stack) && type !== 'AWS::CloudWatch::Alarm',
  );
  const total = (bound: Bound) =>
    Usd.sum(charges.map((charge) => costWithin(charge, question.horizon)[bound])).toText();
  return { min: total('min'), plan: total('plan'), max: total('max') };
}

type Json = Record<string, unknown>;

/** The same case with one property of one capacity template edited by hand. */
function edited(
  base: Case,
  edit: (resources: { nodeGroup: Json; launchTemplate: Json; metadata: Json }) => void,
): Case {
  let done = false;
  const stacks = base.stacks.map((stack) => {
    if (done || !/\/Capacity\d+$/.test(stack.path)) return stack;
    const template = structuredClone(stack.template) as {
      Resources: Record<string, { Type: string; Properties: Json; Metadata: Json }>;
    };
    const ofType = (type: string) => Object.values(template.Resources).find((resource) => resource.Type === type);
    const nodeGroup = ofType('AWS::EKS::Nodegroup');
    const launchTemplate = ofType('AWS::EC2::LaunchTemplate');
    if (nodeGroup === undefined || launchTemplate === undefined) return stack;
    edit({
      nodeGroup: nodeGroup.Properties,
      launchTemplate: launchTemplate.Properties.LaunchTemplateData as Json,
      metadata: nodeGroup.Metadata,
    });
    done = true;
    return { ...stack, template };
  });
  return { ...base, stacks, bill: billFor(base.question, stacks) };
}

const METRICS = 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-example';

/** Production with its nodes scaled between the mean of its traffic and the peak. */
function autoscaled(question: Question): Question {
  const cells = question.deployment.cells.map((cell) => ({
    ...cell,
    nodeScaling: { kind: 'clusterAutoscaler' } as const,
    serving: { ...cell.serving, metricsUrl: METRICS },
  }));
  return { ...question, deployment: { ...question.deployment, cells } };
}

/** Production with Karpenter beside the nodes of the mean, and two nodes of each small model beyond the peak. */
function bursting(question: Question): Question {
  const base = autoscaled(question);
  const cells = base.deployment.cells.map((cell) => ({
    ...cell,
    nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903', burstNodes: { router: 2 } } as const,
  }));
  const { contract } = base;
  if (contract.kind !== 'given') throw new Error('production has a contract');
  // The price of queue requests has no row in the book: somebody answers for a ceiling.
  const requests = { usage: 'queueRequests', scope: '*/Scaling', min: '0', plan: '1', max: '10', unit: 'USD/month' };
  const assumptions = [
    ...contract.contract.assumptions,
    { ...requests, owner: 'inference-platform', expires: '2028-12-01' },
  ];
  return {
    ...base,
    deployment: { ...base.deployment, cells },
    contract: { ...contract, contract: { ...contract.contract, assumptions } },
  };
}

const cases = {
  sandbox: caseOf('sandbox'),
  production: caseOf('production'),
  'production with Cluster Autoscaler': caseOf('production', autoscaled),
  'production with Karpenter': caseOf('production', bursting),
};

describe.each(['sandbox', 'production', 'production with Cluster Autoscaler', 'production with Karpenter'] as const)(
  'law 1 on %s',
  (name) => {
    const base = cases[name];

    test('the bill of the plan’s own templates equals the plan’s cost, exactly, at min, plan and max', () => {
      expect(plannedCharges(base)).toEqual(base.plan.listCost.windowTotal);
    });

    test('nothing is unpriced, and every resource of every template is in exactly one class', () => {
      expect(base.bill.unpriced).toEqual([]);
      const counted = base.stacks.reduce(
        (sum, { template }) => sum + Object.keys((template as { Resources: object }).Resources).length,
        0,
      );
      const { total, priced, free, bounded, waived, unpriced } = base.bill.resources;
      expect(total).toBe(counted);
      expect(priced + free + bounded + waived + unpriced).toBe(counted);
    });

    test.each<[string, Parameters<typeof edited>[1]]>([
      ['MaxSize', ({ nodeGroup }) => raise(nodeGroup.ScalingConfig as Json, 'MaxSize')],
      ['InstanceType', ({ launchTemplate }) => Object.assign(launchTemplate, { InstanceType: 'g6.48xlarge' })],
      ['volume size', ({ launchTemplate }) => raise(ebsOf(launchTemplate), 'VolumeSize')],
      ['volume iops', ({ launchTemplate }) => Object.assign(ebsOf(launchTemplate), { Iops: 9000 })],
      ['CapacityType', ({ nodeGroup }) => Object.assign(nodeGroup, { CapacityType: 'SPOT' })],
      [
        'MinSize, DesiredSize and plannedSize',
        ({ nodeGroup, metadata }) => {
          Object.assign(nodeGroup.ScalingConfig as Json, { MinSize: 0, DesiredSize: 0 });
          Object.assign(metadata, { Headroom: { plannedSize: 0 } });
        },
      ],
      ['MinSize alone', ({ nodeGroup }) => lower(nodeGroup.ScalingConfig as Json, 'MinSize')],
      [
        'DesiredSize alone',
        ({ nodeGroup, metadata }) =>
          Object.assign(nodeGroup.ScalingConfig as Json, { DesiredSize: plannedSizeOf(metadata) - 1 }),
      ],
      [
        'plannedSize alone',
        ({ metadata }) => Object.assign(metadata, { Headroom: { plannedSize: plannedSizeOf(metadata) - 1 } }),
      ],
      [
        'the first NIC, to a public address',
        ({ launchTemplate }) => {
          const [first = { DeviceIndex: 0 }, ...others] = (launchTemplate.NetworkInterfaces ?? []) as Json[];
          launchTemplate.NetworkInterfaces = [{ ...first, AssociatePublicIpAddress: true }, ...others];
        },
      ],
    ])('an edit of %s breaks the equality', (_what, edit) => {
      const changed = edited(base, edit);
      const same = BOUNDS.every((bound) => plannedCharges(changed)[bound] === base.plan.listCost.windowTotal[bound]);
      expect(same && changed.bill.unpriced.length === 0).toBe(false);
    });
  },
);

test('with Cluster Autoscaler production costs less at min and plan, the same at most, and stays within its contract', () => {
  const [fixed, scaled] = [cases.production, cases['production with Cluster Autoscaler']].map(
    ({ plan }) => plan.listCost.windowTotal,
  );
  expect(Usd.of(fixed?.plan ?? '0').exceeds(Usd.of(scaled?.plan ?? '0'))).toBe(true);
  expect(scaled?.max).toBe(fixed?.max);
  const { question, plan, bill, stacks } = cases['production with Cluster Autoscaler'];
  expect(judgeFor(question, { kind: 'feasible', plan }, bill, stacks).status).toBe('within');
});

test('with Karpenter production is billed for its pools at most with one node beyond their limits, and stays within', () => {
  const { question, plan, bill, stacks } = cases['production with Karpenter'];
  const pools = plan.cells.flatMap(({ nodePools = [] }) => nodePools);
  expect(pools.length).toBeGreaterThan(0);
  const started = bill.charges.filter(
    ({ type, dimension }) => type.endsWith('NodePool') && dimension === 'instanceHours',
  );
  expect(started.map(({ quantity }) => quantity)).toEqual(
    expect.arrayContaining(pools.map(({ size }) => ({ min: '0', plan: `${size.plan}`, max: `${size.max + 1}` }))),
  );
  const verdict = judgeFor(question, { kind: 'feasible', plan }, bill, stacks);
  expect(verdict.findings.filter(({ severity }) => severity === 'fatal')).toEqual([]);
  expect(verdict.status).toBe('within');
  expect(Object.keys(verdict.inputs.templates)).toEqual(
    expect.arrayContaining(['UsEast1/manifests', 'UsWest2/manifests']),
  );
});

type Manifest = { spec: { limits?: Record<string, string>; template: { spec: { requirements: unknown[] } } } };

test.each<[string, (pool: Manifest) => void]>([
  ['removing the limits', (pool) => delete pool.spec.limits],
  ['raising a limit alone of three', (pool) => Object.assign(pool.spec, { limits: { nodes: '400' } })],
  ['lowering them', (pool) => Object.assign(pool.spec, { limits: { nodes: '0' } })],
  ['opening the types', (pool) => pool.spec.template.spec.requirements.shift()],
])('%s of a pool breaks the equality or is unpriced', (_, change) => {
  const base = cases['production with Karpenter'];
  let done = false;
  const stacks = base.stacks.map((stack) => {
    if (done || !stack.path.endsWith('/manifests')) return stack;
    const template = structuredClone(stack.template) as {
      Resources: Record<string, { Type: string; Properties: { Manifest: string } }>;
    };
    const pool = Object.values(template.Resources).find(({ Type }) => Type.endsWith('NodePool'));
    if (pool === undefined) return stack;
    const manifest = JSON.parse(pool.Properties.Manifest) as Manifest;
    change(manifest);
    pool.Properties.Manifest = JSON.stringify(manifest);
    done = true;
    return { ...stack, template };
  });
  const changed = { ...base, stacks, bill: billFor(base.question, stacks) };
  const same = plannedCharges(changed).max === base.plan.listCost.windowTotal.max;
  expect(done && !(same && changed.bill.unpriced.length === 0)).toBe(true);
});

test('fails closed when the manifests of a cell with Karpenter are kept from the bill', () => {
  const { question, stacks } = cases['production with Karpenter'];
  const without = stacks.filter(({ path: name }) => !name.endsWith('/manifests'));
  expect(billFor(question, without).unpriced.map(({ dimension }) => dimension)).toContain('selfManagedNodes');
});

test('one node more at max costs its hours and its share of November more, as computed by hand', () => {
  const changed = edited(cases.sandbox, ({ nodeGroup }) => raise(nodeGroup.ScalingConfig as Json, 'MaxSize'));
  // 69 h × 0.8048 USD + 100 GiB × 0.08 USD × 69/720 of November = 55.5312 + 0.76666… USD
  const node = Usd.of('55.5312').plus(Usd.of('8').times('69/720'));
  const before = plannedCharges(cases.sandbox);
  expect(plannedCharges(changed).max).toBe(Usd.of(before.max).plus(node).toText());
  expect(plannedCharges(changed).min).toBe(before.min);
});

function raise(of: Json, key: string): void {
  of[key] = Number(of[key]) + 1;
}

function lower(of: Json, key: string): void {
  of[key] = Number(of[key]) - 1;
}

function plannedSizeOf(metadata: Json): number {
  return (metadata.Headroom as { plannedSize: number }).plannedSize;
}

function ebsOf(launchTemplate: Json): Json {
  const [mapping] = launchTemplate.BlockDeviceMappings as [{ Ebs: Json }];
  return mapping.Ebs;
}
