import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { addCells, billFor, judgeFor, openApp, planFor } from '../../lib/blueprint';
import { synthesizedStacks } from '../../lib/blueprint/assembly';
import { type Question, readQuestion } from '../../lib/blueprint/question';
import { main } from '../../lib/cli/main';
import { purchaseManifest } from '../../lib/report/purchase-manifest';

const ROOT = path.join(__dirname, '..', '..');

async function said(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = '';
  const note = (text: string) => {
    out += text;
  };
  const now = () => '2026-11-23T00:00:00Z';
  return { code: await main(argv, { root: ROOT, cwd: ROOT, now, out: note, err: note }), out };
}

test('headroom purchases says so where nothing is to be bought by hand', async () => {
  expect(await said('purchases')).toEqual({ code: 0, out: 'Nothing is to be bought by hand.\n' });
  const { code, out } = await said('purchases', '--json');
  expect([code, JSON.parse(out)]).toMatchObject([0, { deployment: 'sandbox', purchases: [] }]);
});

test('what a deployment wants bought reaches the manifest with its place, and no template', () => {
  const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' });
  const wanted = {
    kind: 'capacityReservation',
    name: 'floor',
    cell: 'UsWest2',
    instanceType: 'trn1.32xlarge',
    count: 33,
    maximumUsdPerHour: '709.50',
  } as const;
  const planned = planFor({ ...question, deployment: { ...question.deployment, purchases: [wanted] } });
  const without = planFor(question);
  if (planned.kind !== 'feasible' || without.kind !== 'feasible') throw new Error('no plan');
  const { purchases, ...rest } = planned.plan;
  expect({ ...rest, purchases: [] }).toEqual(without.plan);
  const place = { region: 'us-west-2', availabilityZone: 'us-west-2a', account: '123456789012' };
  // 33 × 21.5 USD, the list price of a trn1.32xlarge.
  expect(purchases).toEqual([{ ...wanted, place, onDemand: { perHour: '709.5' } }]);
  expect(purchaseManifest(planned.plan)?.purchases[0]?.script).toContain('--availability-zone');
});

test('a purchase that is not made changes no template, no bill and no verdict, and an exceeded contract stays so', () => {
  const read = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' });
  const wanted = {
    kind: 'capacityReservation',
    name: 'floor',
    cell: 'Sandbox',
    instanceType: 'g6.xlarge',
    count: 1,
    maximumUsdPerHour: '1',
  } as const;
  if (read.contract.kind !== 'given') throw new Error('the sandbox has a contract');
  const { contract } = read.contract;
  const periods = contract.periods.map((period) => ({ ...period, ceiling: '1' }));
  const tight: Question = { ...read, contract: { ...read.contract, contract: { ...contract, periods } } };
  for (const [question, status] of [
    [read, 'within'],
    [tight, 'over'],
  ] as const) {
    const bought = { ...question, deployment: { ...question.deployment, purchases: [wanted] } };
    expect(judged(bought)).toEqual(judged(question));
    expect(judged(bought).verdict.status).toBe(status);
  }
});

function judged(question: Question) {
  const planned = planFor(question);
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-purchase-'));
  const app = openApp(outdir);
  addCells(app, question, planned);
  const stacks = synthesizedStacks(app);
  fs.rmSync(outdir, { recursive: true, force: true });
  const bill = billFor(question, stacks);
  return {
    templates: stacks.map(({ template }) => template),
    bill,
    verdict: judgeFor(question, planned, bill, stacks),
  };
}
