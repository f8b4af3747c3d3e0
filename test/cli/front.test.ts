import * as path from 'node:path';
import { main } from '../../lib/cli/main';

const ROOT = path.join(__dirname, '..', '..');

async function front(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = '';
  const code = await main(['front', ...argv], {
    root: ROOT,
    cwd: ROOT,
    now: () => '2026-11-23T00:00:00Z',
    out: (text) => {
      out += text;
    },
    err: () => undefined,
  });
  return { code, out };
}

test('headroom front prints tokens from the cheapest to the fastest, for every served workload', async () => {
  const { code, out } = await front('--deployment', 'sandbox');
  expect(code).toBe(0);
  expect(out).toMatch(/chat: USD per million output tokens +TPOT p95 +TTFT p95 +requests\/s a replica +shape/);
  const rows = [...out.matchAll(/^ +([\d.,]+) +[\d.]+ m?s/gm)].map(([, usd]) => Number(usd?.replaceAll(',', '')));
  expect(rows.length).toBeGreaterThan(2);
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
});

test('as JSON it gives the points with their figures', async () => {
  const { out } = await front('--deployment', 'sandbox', '--json');
  const [workload] = JSON.parse(out);
  expect(workload).toMatchObject({ name: 'chat', percentiles: { ttft: 95, tpot: 95 } });
  expect(workload.front[0].usdPerMillionOutputTokens).toBeGreaterThan(0);
});
