import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { main } from '../../lib/cli/main';
import { JANUARY, used, writeExport } from '../budget/actuals/focus-export';

const ROOT = path.join(__dirname, '..', '..');
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-actuals-'));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

async function headroom(now: string, ...argv: readonly string[]) {
  const said = { out: '', err: '' };
  const code = await main(argv, {
    root: ROOT,
    cwd: folder,
    now: () => now,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

const FEBRUARY = '2027-02-10T12:00:00Z';

describe('headroom actuals', () => {
  test('writes the sums and prints them by month and by what caused them', async () => {
    const mine = { Tags: '{"headroom:deployment":"sandbox"}' };
    await writeExport(folder, 'december.csv.gz', [used('1200.5'), used('34.25', mine)]);
    await writeExport(folder, 'january.parquet', [used('2', JANUARY)]);
    const argv = ['--in', 'december.csv.gz', 'january.parquet', '--out', 'actuals.json'];
    const { code, out } = await headroom(FEBRUARY, 'actuals', ...argv);
    expect(code).toBe(0);
    expect(out).toContain('3 rows of 2 files');
    expect(out).toMatch(/2026-12 +final +1,234\.75 +1,234\.75 +1,234\.75/);
    expect(out).toMatch(/2027-01 +open +2/);
    expect(out).toMatch(/sandbox +34\.25/);
    expect(JSON.parse(fs.readFileSync(path.join(folder, 'actuals.json'), 'utf8'))).toMatchObject({
      asOf: FEBRUARY,
      covered: { start: '2026-12-01T00:00:00Z', end: '2027-01-11T00:00:00Z' },
    });
  });

  test('fails on what cannot be counted with one sentence, and leaves the older file', async () => {
    fs.writeFileSync(path.join(folder, 'actuals.json'), 'older');
    await writeExport(folder, 'e.csv', [used('1', { BillingCurrency: 'EUR' })]);
    const { code, err } = await headroom(FEBRUARY, 'actuals', '--in', 'e.csv', '--out', 'actuals.json');
    expect(code).toBe(2);
    expect(err).toContain('e.csv bills in EUR');
    expect(fs.readFileSync(path.join(folder, 'actuals.json'), 'utf8')).toBe('older');
  });
});

describe('headroom check --actuals', () => {
  const check = (...argv: readonly string[]) =>
    headroom('2026-12-02T00:00:00Z', 'check', '--as-of', '2026-12-02', '--json', ...argv);

  /** One charge of 1 December 2026, as `headroom actuals` sums it. */
  async function charged(cost: string): Promise<string> {
    await writeExport(folder, 'e.csv', [used(cost, { ChargePeriodStart: '2026-12-01T05:00:00Z', InvoiceId: '' })]);
    await headroom('2026-12-02T12:00:00Z', 'actuals', '--in', 'e.csv', '--out', 'actuals.json');
    return 'actuals.json';
  }

  test('judges with what was charged, and names the file by its hash', async () => {
    const without = JSON.parse((await check()).out);
    expect([without.status, without.inputs.actuals]).toEqual(['within', null]);
    const file = await charged('10');
    const { code, out } = await check('--actuals', file);
    const { sha256 } = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
    expect(JSON.parse(out).inputs.actuals).toEqual({ sha256 });
    expect([code, JSON.parse(out).status]).toEqual([0, 'within']);
  });

  test('fails where what was charged leaves too little for the plan', async () => {
    const { code, out } = await check('--actuals', await charged('1000000'));
    expect([code, JSON.parse(out).status]).toEqual([1, 'over']);
  });

  test('fails on a file that was edited, and on one that is not there', async () => {
    const file = path.join(folder, await charged('10'));
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll('"10"', '"9"'));
    const edited = await check('--actuals', file);
    expect([edited.code, edited.err]).toEqual([2, expect.stringContaining('was changed after it was made')]);
    const missing = await check('--actuals', 'none.json');
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('none.json')]);
  });

  test('none judges the plan alone', async () => {
    expect(JSON.parse((await check('--actuals', 'none')).out).inputs.actuals).toBeNull();
  });
});
