import * as fs from 'node:fs';
import * as path from 'node:path';

/** The edge cases of a bill and a verdict that its reference names, each held by tests of this room whose title begins with its number. */
const EDGE_CASES: readonly string[] = [
  'exact decimals',
  'tiers',
  'units',
  'hours',
  'UTC only',
  'seconds, hours and months',
  'partial months',
  'currency',
  'effective dates',
  'staleness',
  'zero and missing prices',
  'double counting',
  'the whole app, and others',
  'overlap while something is replaced',
  'what is retained',
  'spot',
  'a Savings Plan that others share',
  'support and taxes',
  'free tiers',
  'forecasts',
  'sensitivity',
  'order',
  'waivers',
  'secrets',
  'regions and usage types',
  'laws',
  'reconciliation with what AWS charged',
];

const titles = fs
  .readdirSync(__dirname)
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => [...fs.readFileSync(path.join(__dirname, file), 'utf8').matchAll(/^describe\('(\d+ [^']+)'/gm)])
  .map(([, title]) => title ?? '');

test.each(EDGE_CASES.map((name, index) => [index + 1, name] as const))('%i %s has tests of its own', (number, name) => {
  expect(titles.filter((title) => title === `${number} ${name}`)).toHaveLength(1);
});

test('none stands twice and none is beyond the list', () => {
  expect(titles.length).toBe(EDGE_CASES.length);
});
