import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { addCells, openApp, planFor } from '../../lib/blueprint';
import { synthesizedStacks } from '../../lib/blueprint/assembly';
import { type Question, readQuestion } from '../../lib/blueprint/question';
import { defaultCatalog } from '../../lib/catalog/catalog';
import type { CapacityPlan, NodeGroupPlan } from '../../lib/planner/plan';
import { capacityShards } from '../../lib/stacks/capacity-shards';
import { fixed } from '../../lib/units/range';
import { manyCells } from '../bench/many-cells';

const ROOT = path.join(__dirname, '..', '..');
/** Numbers that are printed there follow the plan: limits of spend, and what alarms compare with. */
const FOLLOWS_NUMBERS = /(\/|^)(Budget|Observability|FleetBudget)$/;

/** Hashes of all templates of a plan, by stack path. */
function templatesOf(question: Question, plan: CapacityPlan): Readonly<Record<string, string>> {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-locality-'));
  try {
    const app = openApp(outdir);
    addCells(app, question, { kind: 'feasible', plan });
    return Object.fromEntries(synthesizedStacks(app).map(({ path: name, sha256 }) => [name, sha256]));
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

function feasible(question: Question): CapacityPlan {
  const planned = planFor(question);
  if (planned.kind !== 'feasible') throw new Error('no plan');
  return planned.plan;
}

/** Stacks that came, went or changed. */
function changed(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.filter((name) => before[name] !== after[name] && !FOLLOWS_NUMBERS.test(name));
}

const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' });
const plan = feasible(question);
const before = templatesOf(question, plan);

function withGroup(change: (group: NodeGroupPlan) => readonly NodeGroupPlan[]): CapacityPlan {
  const [first, ...cells] = plan.cells;
  const [group, ...groups] = first?.nodeGroups ?? [];
  if (first === undefined || group === undefined) throw new Error('production plans no nodes');
  return { ...plan, cells: [{ ...first, nodeGroups: [...change(group), ...groups] }, ...cells] };
}

const [firstGroup] = plan.cells[0]?.nodeGroups ?? [];
const shard = `UsEast1/${capacityShards(firstGroup === undefined ? [] : [firstGroup], defaultCatalog)[0]?.part}`;

describe('a node group of the plan', () => {
  test.each<[string, (group: NodeGroupPlan) => readonly NodeGroupPlan[]]>([
    ['with one node more', (group) => [{ ...group, size: fixed(group.size.max + 1) }]],
    ['of another type', (group) => [{ ...group, instanceType: 'p5en.48xlarge' }]],
    ['with a larger volume', (group) => [{ ...group, rootVolume: { ...group.rootVolume, gibibytes: 300 } }]],
    [
      'in a reservation',
      (group) => [{ ...group, purchase: 'capacityReservation', reservationId: 'cr-0123456789abcdef0' }],
    ],
    ['that is gone', () => []],
  ])('%s changes its capacity stack and no other', (_, change) => {
    expect(changed(before, templatesOf(question, withGroup(change)))).toEqual([shard]);
  });
});

test('a cell that is removed takes its stacks along and changes no other', () => {
  const without = {
    ...question,
    deployment: { ...question.deployment, cells: question.deployment.cells.filter(({ id }) => id !== 'UsWest2') },
  };
  const after = templatesOf(without, { ...plan, cells: plan.cells.filter(({ id }) => id !== 'UsWest2') });
  const gone = Object.keys(before).filter((name) => name.startsWith('UsWest2/'));
  expect(changed(before, after)).toEqual(gone.filter((name) => !FOLLOWS_NUMBERS.test(name)).sort());
  expect(Object.keys(after).filter((name) => name.startsWith('UsWest2/'))).toEqual([]);
  expect(Object.keys(before).length - Object.keys(after).length).toBe(gone.length);
});

test('the order of cells, workloads, tags, catalogue and prices changes no template', () => {
  const shuffle = <T>(rows: readonly T[], random: () => number): T[] =>
    rows
      .map((row) => [random(), row] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, row]) => row);
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(1_000_000)), (stream) => {
      const random = () => stream.next().value as number;
      const { deployment, catalog, priceBook } = question;
      const mixed: Question = {
        ...question,
        workloads: shuffle(question.workloads, random),
        catalog: {
          ...catalog,
          instanceTypes: shuffle(catalog.instanceTypes, random),
          accelerators: shuffle(catalog.accelerators, random),
          models: shuffle(catalog.models, random),
        },
        priceBook: { ...priceBook, offers: shuffle(priceBook.offers, random) },
        deployment: {
          ...deployment,
          cells: shuffle(deployment.cells, random),
          tags: Object.fromEntries(shuffle(Object.entries(deployment.tags), random)),
        },
      };
      const after = templatesOf(mixed, feasible(mixed));
      expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual([]);
      expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    }),
    { numRuns: 3 },
  );
});

test('cells of a thousand nodes stay under 450 KB a template and 400 resources a stack', () => {
  const large = manyCells(2);
  const planned = feasible(large);
  for (const { nodeGroups } of planned.cells) {
    expect(nodeGroups.reduce((sum, { size }) => sum + size.max, 0)).toBeGreaterThanOrEqual(1000);
  }
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-large-'));
  const app = openApp(outdir);
  addCells(app, large, { kind: 'feasible', plan: planned });
  for (const { path: name, template } of synthesizedStacks(app)) {
    const resources = Object.keys((template as { Resources: object }).Resources).length;
    const file = `${name.replaceAll('/', '')}`;
    expect([file, resources <= 400]).toEqual([file, true]);
  }
  const sizes = fs
    .readdirSync(outdir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => fs.statSync(path.join(outdir, name)).size);
  expect(Math.max(...sizes)).toBeLessThan(450_000);
  fs.rmSync(outdir, { recursive: true, force: true });
});
