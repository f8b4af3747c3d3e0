import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { main } from '../../lib/cli/main';

const ROOT = path.join(__dirname, '..', '..');
let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-diff-'));
  const contract = JSON.parse(fs.readFileSync(path.join(ROOT, 'lib/deployments/sandbox.contract.json'), 'utf8'));
  const assumptions = contract.assumptions.map((row: { usage: string }) =>
    row.usage === 'natGatewayGigabytes' ? { ...row, max: '500' } : row,
  );
  fs.writeFileSync(path.join(folder, 'contract.json'), JSON.stringify({ ...contract, assumptions }));
  synthesize('old', {});
  synthesize('new', { contract: path.join(folder, 'contract.json') });
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

function synthesize(name: string, context: object): void {
  const { status, stderr } = spawnSync('node', ['bin/run.js', 'bin/app.ts'], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: path.join(folder, name), CDK_CONTEXT_JSON: JSON.stringify(context) },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

async function diff(...argv: readonly string[]) {
  const said = { out: '', err: '' };
  const code = await main(['diff', ...argv], {
    root: ROOT,
    cwd: folder,
    now: () => '2026-11-24T09:00:00Z',
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

describe('headroom diff', () => {
  test('says how much, why and of what', async () => {
    const { code, out } = await diff('--from', 'old', '--to', 'new');
    expect(code).toBe(0);
    // 100 GB a month more of 0.045 USD, for two and a half days of November.
    expect(out).toMatch(/^Diff {2}\+0\.4\d USD at max \(\+0\.\d %\)/);
    expect(out).toMatch(/contract: what it declares or owns +0\.00 +0\.00 +\+0\.4\d\n/);
    expect(out).toMatch(/changed +nat:gigabyte/);
    expect(out).toContain('the same price book, another contract');
  });

  test('as markdown for a pull request, and as JSON', async () => {
    const { out } = await diff('--from', 'old', '--to', 'new', '--markdown');
    expect(out).toMatch(/^### Headroom: \+0\.4\d USD at max/);
    expect(out).toMatch(/\| \+0\.4\d \| changed \| nat:gigabyte \| contract \| Sandbox\/Network /);
    for (const line of out.split('\n').filter((text) => text.startsWith('|'))) expect(line).toMatch(/\|$/);
    const json = JSON.parse((await diff('--from', 'old', '--to', 'new', '--json')).out);
    expect(json).toMatchObject({ schemaVersion: 1, from: { status: 'within' }, changes: [{ offer: 'nat:gigabyte' }] });
  });

  test('says that nothing changed when nothing did', async () => {
    const { code, out } = await diff('--from', 'old', '--to', 'old');
    expect([code, out]).toEqual([0, expect.stringContaining('nothing costs more or less')]);
  });

  test('fails when a bill is not whole: the difference is not the whole one', async () => {
    const file = copy('old', 'unpriced', 'headroom/bill.json');
    const bill = JSON.parse(fs.readFileSync(file, 'utf8'));
    const unpriced = [{ stack: 'A', logicalId: 'B', type: 'AWS::X::Y', dimension: 'hours', reason: 'no price' }];
    fs.writeFileSync(file, JSON.stringify({ ...bill, unpriced }));
    const { code, out } = await diff('--from', 'old', '--to', 'unpriced');
    expect(code).toBe(1);
    expect(out).toContain('after: A B hours');
  });

  test.each([
    [
      'no report',
      (to: string) => fs.rmSync(path.join(to, 'headroom'), { recursive: true }),
      'bill.json cannot be read',
    ],
    ['half a bill', (to: string) => fs.truncateSync(path.join(to, 'headroom/bill.json'), 500), 'is not JSON'],
    [
      'no verdict of ours',
      (to: string) => fs.writeFileSync(path.join(to, 'headroom/verdict.json'), '[]'),
      'verdict.json',
    ],
    ['no assembly', (to: string) => fs.rmSync(path.join(to, 'manifest.json')), 'the manifest of the cloud assembly'],
  ])('fails on %s with one sentence', async (name, damage, sentence) => {
    const to = name.replaceAll(' ', '-');
    copy('old', to, '');
    damage(path.join(folder, to));
    const { code, out, err } = await diff('--from', 'old', '--to', to);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
    expect(err.trim()).not.toContain('\n');
  });

  test('fails without --from, and with two forms at once', async () => {
    expect((await diff('--to', 'new')).code).toBe(2);
    expect((await diff('--from', 'old', '--to', 'new', '--json', '--markdown')).code).toBe(2);
  });
});

function copy(from: string, to: string, file: string): string {
  fs.cpSync(path.join(folder, from), path.join(folder, to), { recursive: true });
  return path.join(folder, to, file);
}
