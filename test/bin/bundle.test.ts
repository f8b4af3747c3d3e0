import { execFile, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(__dirname, '..', '..');
const ESBUILD = path.join(ROOT, 'node_modules', 'esbuild');
/** Longer than a file counts as young, and its bytes are not trusted (bin/bundle.js). */
const AGE_MILLISECONDS = 1200;
const SUM = "import { one } from './one';\nimport { two } from './parts/two';\nconsole.log(one + two);\n";

/** A clone with sources that print 3, and an esbuild that counts its builds. */
class Clone {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-bundle-'));
  readonly cache = this.at('node_modules/.cache/headroom');

  constructor() {
    for (const file of ['bin/run.js', 'bin/bundle.js'])
      this.write(file, fs.readFileSync(path.join(ROOT, file), 'utf8'));
    this.write('package.json', '{ "dependencies": { "there": "1.0.0" } }');
    this.write('node_modules/.package-lock.json', '{}');
    this.write('node_modules/there/index.js', "exports.name = 'there';");
    const counted = `require('node:fs').appendFileSync(${JSON.stringify(this.at('builds'))}, '.');`;
    this.write('node_modules/esbuild/index.js', `${counted} module.exports = require(${JSON.stringify(ESBUILD)});`);
    this.write('src/sum.ts', SUM);
    this.write('src/one.ts', 'export const one: number = 1;\n');
    this.write('src/parts/two.ts', 'export const two: number = 2;\n');
    this.write('src/lazy.ts', "import('there').then(({ name }) => console.log(name, require.main !== module));\n");
  }

  at(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, text: string): void {
    fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
    fs.writeFileSync(this.at(name), text);
  }

  run(entry = 'src/sum.ts', ...flags: readonly string[]): string {
    const ran = spawnSync(process.execPath, [...flags, 'bin/run.js', entry], { cwd: this.folder, encoding: 'utf8' });
    // The engine complains there of a flag that it does not know.
    return ran.status === 0 && ran.stderr === '' ? ran.stdout.trim() : `exit ${ran.status}: ${ran.stderr}`;
  }

  builds(): number {
    return fs.existsSync(this.at('builds')) ? fs.readFileSync(this.at('builds'), 'utf8').length : 0;
  }

  kept(): readonly string[] {
    return fs.existsSync(this.cache) ? fs.readdirSync(this.cache) : [];
  }
}

const clones: Clone[] = [];

/** Made together, so that all wait once until their sources are old enough to be kept. */
beforeAll(async () => {
  clones.push(...Array.from({ length: 13 }, () => new Clone()));
  await new Promise((resolve) => setTimeout(resolve, AGE_MILLISECONDS));
});

afterAll(() => {
  for (const { folder } of clones) fs.rmSync(folder, { recursive: true });
});

function old(): Clone {
  const clone = clones.find((it) => it.builds() === 0 && it.kept().length === 0);
  if (clone === undefined) throw new Error('one clone more is needed');
  return clone;
}

function ranOnce(): Clone {
  const clone = old();
  expect([clone.run(), clone.builds(), clone.kept().length]).toEqual(['3', 1, 1]);
  return clone;
}

test('a second run builds nothing', () => {
  const clone = ranOnce();
  expect([clone.run(), clone.run(), clone.builds()]).toEqual(['3', '3', 1]);
});

test('a changed source is seen, though its size and time are the old ones', () => {
  const clone = ranOnce();
  const { atime, mtime } = fs.statSync(clone.at('src/parts/two.ts'));
  clone.write('src/parts/two.ts', 'export const two: number = 7;\n');
  fs.utimesSync(clone.at('src/parts/two.ts'), atime, mtime);
  expect([clone.run(), clone.builds()]).toEqual(['8', 2]);
  // And once more: it is too young to be kept.
  clone.write('src/parts/two.ts', 'export const two: number = 8;\n');
  expect([clone.run(), clone.builds()]).toEqual(['9', 3]);
  clone.write('src/parts/two.ts', 'export const two: number = 2;\n');
  expect([clone.run(), clone.builds()]).toEqual(['3', 3]);
});

test('a new file that an import now means is seen', () => {
  const clone = ranOnce();
  clone.write('src/one.tsx', 'export const one = 10;\n');
  expect(clone.run()).toBe('12');
});

test('fails when a source is gone', () => {
  const clone = ranOnce();
  fs.rmSync(clone.at('src/one.ts'));
  expect(clone.run()).toContain('exit 2');
});

test('other packages are seen', () => {
  const clone = ranOnce();
  clone.write('node_modules/.package-lock.json', '{ "packages": {} }');
  expect([clone.run(), clone.builds()]).toEqual(['3', 2]);
});

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 10)],
  ['empty', () => Buffer.alloc(0)],
  // The script itself, in a way that would still run.
  ['altered', (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('one = 1', 'one = 5'), 'latin1')],
])('a kept script that is %s is discarded, and replaced', (_how, damage) => {
  const clone = ranOnce();
  const file = path.join(clone.cache, clone.kept()[0] ?? '');
  const bytes = fs.readFileSync(file);
  fs.writeFileSync(file, damage(bytes));
  expect(fs.readFileSync(file).equals(bytes)).toBe(false);
  expect([clone.run(), clone.run(), clone.builds()]).toEqual(['3', '3', 2]);
});

test('other flags of the engine keep a script of their own', () => {
  const clone = ranOnce();
  const flags = ['--no-opt'];
  expect([clone.run('src/sum.ts', ...flags), clone.run('src/sum.ts', ...flags), clone.run()]).toEqual(['3', '3', '3']);
  expect([clone.builds(), clone.kept().length]).toEqual([2, 2]);
});

test('runs where nothing can be kept', () => {
  const clone = old();
  // A file where the folder would be; permissions do not hold back root.
  clone.write('node_modules/.cache', '');
  expect([clone.run(), clone.run(), clone.builds()]).toEqual(['3', '3', 2]);
});

test('runs at the same time all answer, and leave one whole script', async () => {
  const clone = old();
  const run = () => promisify(execFile)(process.execPath, ['bin/run.js', 'src/sum.ts'], { cwd: clone.folder });
  const answers = await Promise.all(Array.from({ length: 5 }, run));
  expect(answers.map(({ stdout }) => stdout.trim())).toEqual(['3', '3', '3', '3', '3']);
  expect(clone.kept()).toHaveLength(1);
  const builds = clone.builds();
  expect([clone.run(), clone.builds()]).toEqual(['3', builds]);
});

test('a package is imported when it is asked for, the second time too', () => {
  const clone = old();
  expect([clone.run('src/lazy.ts'), clone.run('src/lazy.ts'), clone.builds()]).toEqual(['there true', 'there true', 1]);
});

test('a stack trace names the source where source maps are asked for', () => {
  const clone = ranOnce();
  clone.write(
    'src/one.ts',
    "\n\nexport const one: number = Number(new Error('here').stack?.match(/one.ts:(\\d+)/)?.[1]);\n",
  );
  expect(clone.run('src/sum.ts', '--enable-source-maps')).toBe('5');
});
