import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { addCells, billFor, openApp, planFor } from '../lib/blueprint';
import { synthesizedStacks } from '../lib/blueprint/assembly';
import { readQuestion } from '../lib/blueprint/question';
import type { StackTemplate } from '../lib/budget/bill/stack-template';

const ROOT = path.join(__dirname, '..');
const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' });

function sandboxStacks(): readonly StackTemplate[] {
  const planned = planFor(question);
  if (planned.kind !== 'feasible') throw new Error('the sandbox has no plan');
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-teardown-'));
  const app = openApp(outdir);
  addCells(app, question, planned);
  const stacks = synthesizedStacks(app);
  fs.rmSync(outdir, { recursive: true, force: true });
  return stacks;
}

const stacks = sandboxStacks();

interface Body {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

/** When the last node of the sandbox stops being billed, after every resource of a type in the teardown is edited. */
function lastNode(type: string, edit: (resources: Record<string, Body>, logicalId: string) => void): string {
  const edited = stacks.map((stack) => {
    if (!stack.path.endsWith('/Teardown')) return stack;
    const template = structuredClone(stack.template) as { Resources: Record<string, Body> };
    const found = Object.keys(template.Resources).filter((id) => template.Resources[id]?.Type === type);
    if (found.length === 0) throw new Error(`the teardown has no ${type}`);
    for (const logicalId of found) edit(template.Resources, logicalId);
    return { ...stack, template };
  });
  const hours = billFor(question, edited).charges.filter(({ dimension }) => dimension === 'instanceHours');
  return (
    hours
      .map(({ active }) => active.end)
      .sort()
      .at(-1) ?? 'no nodes'
  );
}

const written = lastNode('AWS::IAM::Role', () => undefined);
const set = (properties: object) => (resources: Record<string, Body>, logicalId: string) =>
  Object.assign(resources[logicalId]?.Properties ?? {}, properties);

test('the nodes of the sandbox end with its teardown as it is written', () => {
  // The cluster, with the system nodes, is deleted from 21:00 on, an hour allowed.
  expect(written).toBe('2026-11-25T22:00:00Z');
});

test.each<[string, string, Parameters<typeof lastNode>[1]]>([
  ['its policy', 'AWS::IAM::ManagedPolicy', (resources, logicalId) => delete resources[logicalId]],
  ['what its policy allows', 'AWS::IAM::ManagedPolicy', set({ PolicyDocument: { Statement: [] } })],
  ['who has its policy', 'AWS::IAM::ManagedPolicy', set({ Roles: [] })],
  ['whom its role trusts', 'AWS::IAM::Role', set({ AssumeRolePolicyDocument: { Statement: [] } })],
  ['its role', 'AWS::IAM::Role', (resources, logicalId) => delete resources[logicalId]],
  ['the end of its schedules', 'AWS::Scheduler::Schedule', set({ EndDate: '2026-11-25T20:00:00Z' })],
])('an edit of %s keeps the nodes on the bill', (_what, type, edit) => {
  expect(lastNode(type, edit) > written).toBe(true);
});
