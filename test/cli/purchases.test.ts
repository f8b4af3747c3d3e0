import * as path from 'node:path';
import { planFor } from '../../lib/blueprint';
import { readQuestion } from '../../lib/blueprint/question';
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
  expect(purchases).toEqual([{ ...wanted, place }]);
  expect(purchaseManifest(planned.plan)?.purchases[0]?.script).toContain('--availability-zone');
});
