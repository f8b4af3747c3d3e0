import * as path from 'node:path';
import { judgeFor, planFor } from '../../lib/blueprint';
import { readQuestion } from '../../lib/blueprint/question';
import { aBill } from '../builders';

const ROOT = path.join(__dirname, '..', '..');

test('a region that offers none of the types allowed gets one sentence, and what to change', () => {
  const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' });
  const cells = question.deployment.cells.map((cell) => ({ ...cell, region: 'eu-nowhere-1' }));
  const moved = { ...question, deployment: { ...question.deployment, cells } };
  const planned = planFor(moved);
  expect(planned.kind).toBe('infeasible');
  const text = JSON.stringify(judgeFor(moved, planned, aBill(), []));
  expect(text).toContain('no instance type that chat allows is offered in all of its regions');
  expect(text).toContain('place it in a region that offers one of them, or allow more instance families');
});
