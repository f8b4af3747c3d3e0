import * as fs from 'node:fs';
import * as path from 'node:path';

const FOLDER = path.join(__dirname, '../golden');

/** Compares a text with test/golden/NAME; `UPDATE_GOLDEN=1 npx jest test/report` writes it anew, and the diff is the review. */
export function expectGolden(name: string, text: string): void {
  const file = path.join(FOLDER, name);
  if (process.env.UPDATE_GOLDEN === '1') fs.writeFileSync(file, text);
  expect(text).toBe(fs.readFileSync(file, 'utf8'));
}

/** What every report keeps to: the page's width, no colours, no loose ends. */
export function expectReadable(text: string): void {
  const lines = text.split('\n');
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
  expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with this control character
  expect(text).not.toMatch(/\u001b/);
  expect(text).toMatch(/[^\n]\n$/);
  expect(text).not.toMatch(/undefined|null|NaN|\[object/);
}
