import * as fs from 'node:fs';
import * as path from 'node:path';
import { planFor } from '../../lib/blueprint';
import { readQuestion } from '../../lib/blueprint/question';
import { renderPlan } from '../../lib/report/plan-report';
import { VARIANTS } from '../deployments/variants';

const ROOT = path.join(__dirname, '..', '..');
const README = fs.readFileSync(path.join(ROOT, 'lib/planner/README.md'), 'utf8');
/** Rows of "Where each number of a report comes from". */
const ROWS = README.split('Where each number of a report comes from')[1]?.match(/^\| .* \|$/gm) ?? [];
const TRACED = ROWS.flatMap((row) => (row.split('|')[1] ?? '').split(',').map((label) => label.trim()));

const questions = [
  ['sandbox', () => readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' })],
  ['production', () => readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' })],
  ...Object.entries(VARIANTS),
] as const;

test.each(questions)('every line of the report of %s is traced to a formula, a price or an input', (_, question) => {
  const report = renderPlan(planFor(question()));
  const labels = [...report.matchAll(/^ {2}([a-z][a-z ]{0,9}?) {1,}(?=\S)/gm)].map(([, label = '']) => label.trim());
  const facts = [...new Set(labels)].filter((label) => new RegExp(`^  ${label.padEnd(10)}`, 'm').test(report));
  expect(facts.length).toBeGreaterThan(6);
  expect(facts.filter((label) => !TRACED.includes(label) && !['an hour', 'the whole'].includes(label))).toEqual([]);
});

test('every list price that a plan of production rests on says where it was read, and when', () => {
  const planned = planFor(readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' }));
  if (planned.kind === 'infeasible') throw new Error('production has no plan');
  const { prices = [], cells } = planned.plan;
  const types = new Set(cells.flatMap(({ nodeGroups }) => nodeGroups.map(({ instanceType }) => instanceType)));
  expect([...types].every((type) => prices.some(({ item }) => item === `${type} onDemand`))).toBe(true);
  for (const { source, asOf } of prices) expect([source, asOf]).toEqual([expect.any(String), expect.any(String)]);
});

test('every file that the table names is there', () => {
  const files = ROWS.flatMap((row) => [...row.matchAll(/`([a-z-]+(?:\/[a-z-]+)*\.ts)`/g)].map(([, file = '']) => file));
  expect(files.length).toBeGreaterThan(12);
  const places = ['lib/planner', 'lib'];
  expect(files.filter((file) => !places.some((at) => fs.existsSync(path.join(ROOT, at, file))))).toEqual([]);
});
