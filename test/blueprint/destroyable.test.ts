import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CfnParameter, Stack } from 'aws-cdk-lib';
import { addCells, openApp, planFor } from '../../lib/blueprint';
import { type Question, readQuestion } from '../../lib/blueprint/question';
import { sealPriceBook } from '../../lib/budget/prices/load';
import type { PlanResult } from '../../lib/planner/plan';

const ROOT = path.join(__dirname, '..', '..');
const UNREADABLE = '/no/such/contract.json';
const questionOf = (deployment: string, contract?: string): Question =>
  readQuestion({ root: ROOT, cwd: ROOT, deployment, contract });
const NO_PLAN: PlanResult = { kind: 'infeasible', workloads: [] };

/** The stacks by the names that `cdk destroy` finds them by, and whether one only stands in. */
function stacksOf(question: Question, planned: PlanResult = planFor(question)): ReadonlyMap<string, boolean> {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-destroyable-'));
  try {
    const app = openApp(outdir);
    addCells(app, question, planned);
    const stacks = app.node.findAll().filter(Stack.isStack);
    return new Map(
      stacks.map((stack) => [stack.stackName, stack.node.tryFindChild('OnlyToBeDestroyed') instanceof CfnParameter]),
    );
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

const standIns = (stacks: ReadonlyMap<string, boolean>): readonly string[] =>
  [...stacks].flatMap(([name, standsIn]) => (standsIn ? [name] : []));

describe.each(['sandbox', 'production'])('what %s has deployed is in the app to be destroyed', (deployment) => {
  const deployed = stacksOf(questionOf(deployment));

  test('and nothing in it stands for something else', () => {
    expect(standIns(deployed)).toEqual([]);
    expect([...deployed.keys()].filter((name) => name.endsWith('Budget')).length).toBeGreaterThan(0);
  });

  test('with contract=none, as it was deployed', () => {
    expect(stacksOf(questionOf(deployment, 'none'))).toEqual(deployed);
  });

  test('with a contract that cannot be read: the Budget stacks stand in', () => {
    const found = stacksOf(questionOf(deployment, UNREADABLE));
    expect([...found.keys()].sort()).toEqual([...deployed.keys()].sort());
    expect(standIns(found).every((name) => name.endsWith('Budget'))).toBe(true);
    expect(standIns(found).length).toBeGreaterThan(0);
  });

  test('without a plan', () => {
    const found = stacksOf(questionOf(deployment), NO_PLAN);
    expect([...deployed.keys()].filter((name) => !found.has(name))).toEqual([]);
  });

  test('without a price: the nodes and the Budget stacks stand in', () => {
    const question = questionOf(deployment);
    const found = stacksOf({ ...question, priceBook: sealPriceBook(question.asOf, []), alteredPrices: 'unreadable' });
    expect([...deployed.keys()].filter((name) => !found.has(name))).toEqual([]);
    expect(standIns(found).every((name) => /Capacity\d\d$|Budget$/.test(name))).toBe(true);
  });
});
