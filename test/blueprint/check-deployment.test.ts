import { checkDeployment } from '../../lib/blueprint/check-deployment';
import { defaultCatalog } from '../../lib/catalog/catalog';
import type { Deployment } from '../../lib/deployments/deployment';
import { sandbox } from '../../lib/deployments/sandbox';
import type { Workload } from '../../lib/workload/workload';

const [cell] = sandbox.cells;
const [chat] = sandbox.workloads;
const placed = (change: object): readonly Workload[] => [
  { ...(chat as Workload), placement: { ...(chat as Workload).placement, ...change } } as Workload,
];

test('a deployment that is whole passes', () => {
  expect(() => checkDeployment(sandbox, defaultCatalog)).not.toThrow();
});

test.each<[string, Partial<Deployment>, RegExp]>([
  ['a cell that is missing', { cells: [undefined] as never }, /its cell 1 is missing/],
  ['a cell id that no stage can have', { cells: [{ ...cell, id: 'sand box' }] as never }, /its id must be/],
  ['two cells of one name', { cells: [cell, cell] as never }, /two cells Sandbox/],
  ['a stay of a million years', { lifetime: { kind: 'hours', hours: 1e9 } }, /from 5 to 8784/],
  ['a tag that AWS reserves', { tags: { 'aws:team': 'x' } }, /reserves tags/],
  ['two workloads of one name', { workloads: [chat, chat] as never }, /chat/],
  ['a workload in a cell that is none', { workloads: placed({ cells: ['Nowhere'] }) }, /placed in Nowhere/],
  [
    'a family that is none',
    { workloads: placed({ instanceFamilies: ['g66'] }) },
    /unknown instance family g66; the nearest are g6/,
  ],
  ['an override for a type that is none', { workloads: placed({ unverifiedInstanceTypes: ['no.such'] }) }, /no\.such/],
])('fails on %s, in one sentence', (_what, change, sentence) => {
  const wrong = () => checkDeployment({ ...sandbox, ...change }, defaultCatalog);
  expect(wrong).toThrow(sentence);
  expect(wrong).toThrow(expect.objectContaining({ name: 'Problem' }));
});
