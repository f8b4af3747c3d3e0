import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadPriceBook } from '../../lib/budget/prices/load';
import { aBook, bookText, P5 } from '../budget/prices/offers';
import { PriceListServer } from '../budget/prices/price-list-server';
import { CREDENTIALS, LISTED } from '../budget/prices/refresh-world';
import { ROOT } from './cdk-cli';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** As the README types it. Not spawnSync: the server answers from this process. */
function headroom(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
  const child = spawn('npm', ['run', '-s', 'headroom', '--', ...args], { cwd: ROOT, env: { ...process.env, ...env } });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })));
}

test('headroom prices refresh reads from the endpoint that the environment names, at the pace the list allows', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-prices-'));
  const bookFile = path.join(folder, 'book.json');
  fs.writeFileSync(bookFile, bookText(aBook()));
  const server = await PriceListServer.start(LISTED, {
    misbehave: (_, before) => (before === 4 ? 'throttle' : undefined),
  });
  try {
    const env = { ...CREDENTIALS, AWS_ENDPOINT_URL: server.url };
    const started = performance.now();
    const { code, stdout, stderr } = await headroom(
      env,
      'prices',
      'refresh',
      '--book',
      bookFile,
      '--region',
      'us-west-2',
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/1 changed, 0 added, 0 kept as they were/);
    expect(loadPriceBook(fs.readFileSync(bookFile, 'utf8')).offers.filter(({ item }) => item === P5).length).toBe(2);
    expect(fs.readdirSync(folder)).toEqual(['book.json']);
    // 10 at once, then 5 a second.
    expect(performance.now() - started).toBeGreaterThan(((server.requests.length - 10) / 5) * 1000);
    expect(
      (await headroom({}, 'prices', 'verify', bookFile, '--as-of', new Date().toISOString().slice(0, 10))).code,
    ).toBe(0);
  } finally {
    await server.stop();
    fs.rmSync(folder, { recursive: true });
  }
}, 60_000);
