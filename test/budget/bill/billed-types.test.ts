import * as fs from 'node:fs';
import * as path from 'node:path';
import { FREE_TYPES } from '../../../lib/budget/bill/chargers/free-types';
import { PAID_TYPES } from '../../../lib/budget/bill/chargers/registry';
import { USAGES } from '../../../lib/budget/bill/usages';

const FILE = path.join(__dirname, '../../../lib/budget/bill/README.md');
const START = '<!-- generated: UPDATE_GOLDEN=1 npx jest test/budget/bill/billed-types -->';
const END = '<!-- end of what is generated -->';

/** Every resource type that the bill has a rule for, and every usage that can be declared. */
function billedTypes(): string {
  const list = (lines: readonly string[]) => [...lines].sort().join('\n');
  return [
    '## Priced by a charger',
    list(Object.keys(PAID_TYPES).map((type) => `- \`${type}\``)),
    '## Free by rule',
    list(Object.entries(FREE_TYPES).map(([type, reason]) => `- \`${type}\`: ${reason}`)),
    '## Declared usage',
    list(Object.entries(USAGES).map(([name, unit]) => `- \`${name}\` (${unit})`)),
  ].join('\n\n');
}

test('the list of billed types in the README is the current one', () => {
  const text = fs.readFileSync(FILE, 'utf8');
  const before = text.slice(0, text.indexOf(START) + START.length);
  const after = text.slice(text.indexOf(END));
  const current = `${before}\n\n${billedTypes()}\n\n${after}`;
  if (process.env.UPDATE_GOLDEN === '1') fs.writeFileSync(FILE, current);
  expect(fs.readFileSync(FILE, 'utf8')).toBe(current);
});

test('no type is both paid and free', () => {
  expect(Object.keys(PAID_TYPES).filter((type) => Object.hasOwn(FREE_TYPES, type))).toEqual([]);
});
