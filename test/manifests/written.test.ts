import * as path from 'node:path';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { planFor } from '../../lib/blueprint';
import { manifestTemplates, type RenderedCell, renderManifests } from '../../lib/blueprint/manifests';
import { readQuestion } from '../../lib/blueprint/question';
import { cellManifests } from '../../lib/manifests/cell-manifests';
import { type ManifestFile, yamlFile } from '../../lib/manifests/chart';
import {
  bursting,
  EXPERTS,
  METRICS,
  MOUNTED,
  POOLS,
  SCALED,
  served,
  TRAINIUM1,
  TRAINIUM2,
  TWO_NODES,
  WEIGHTS,
} from './served-cells';

const ROOT = path.join(__dirname, '..', '..');

/** As the bill would read the text of a file, keys in their order. */
function read({ text }: ManifestFile): string {
  return JSON.stringify(parseAllDocuments(text).map((document) => document.toJS()));
}

function expectReadBack(files: readonly ManifestFile[]): void {
  const yaml = files.filter(({ path: name }) => name.endsWith('.yaml'));
  expect(yaml.length).toBeGreaterThan(0);
  for (const file of yaml) expect([file.path, JSON.stringify(file.written)]).toEqual([file.path, read(file)]);
}

test.each([
  ['every engine', served({ serving: WEIGHTS }, EXPERTS, TRAINIUM1, TRAINIUM2)],
  ['replicas over two nodes', served({ serving: WEIGHTS }, TWO_NODES)],
  ['nodes that Karpenter starts', bursting({ serving: METRICS })],
  ['replicas that scale', served({ serving: METRICS, nodeScaling: { kind: 'clusterAutoscaler' } }, SCALED)],
  ['a file system', served({ serving: MOUNTED, observability: { level: 'metrics' } }, EXPERTS)],
  ['a gateway', served({ serving: { gateway: 'istio' } })],
  ['prefill and decode apart', served({ serving: { ...WEIGHTS, ...METRICS } }, POOLS)],
])('the files of a cell with %s say what was written', (_name, input) => {
  expectReadBack(cellManifests(input));
});

test.each(['sandbox', 'production'])(
  '%s is billed by the same templates, whether its files are read back or not',
  (deployment) => {
    const question = readQuestion({ root: ROOT, cwd: ROOT, deployment });
    const rendered = renderManifests(question, planFor(question));
    for (const { files } of rendered) if (files.length > 0) expectReadBack(files);
    const texts: readonly RenderedCell[] = rendered.map(({ cell, files }) => ({
      cell,
      files: files.map(({ path: name, text }) => ({ path: name, text })),
    }));
    const templates = JSON.stringify(manifestTemplates(rendered));
    expect(templates).toContain('"Resources"');
    expect(templates).toEqual(JSON.stringify(manifestTemplates(texts)));
  },
);

test('whatever an object says is read back from its file as it was written', () => {
  const odd = fc.constantFrom(
    'yes',
    'off',
    'null',
    '~',
    '1e3',
    '0x1f',
    '010',
    '0o7',
    '1_000',
    '12:30:45',
    '2026-01-01',
    '- a',
    'a: b',
    '#',
    '<<',
    '=',
    ' a\n b\n',
    '"',
    '|',
    '.inf',
  );
  const text = fc.oneof(odd, fc.string(), fc.string({ unit: 'binary' }));
  // Neither is a name of anything in Kubernetes; the second merges maps in YAML 1.1.
  const key = text.filter((given) => given !== '__proto__' && given !== '<<');
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.array(tie('json'), { maxLength: 3, minLength: 1 }),
      fc.dictionary(key, tie('json'), { maxKeys: 3, minKeys: 1, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(json, (value) => {
      const file = yamlFile('a.yaml', [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: value }]);
      // cdk8s writes YAML 1.1, in which 0o7 is a text.
      const documents = parseAllDocuments(file.text, { version: '1.1' });
      expect(documents.map((document) => document.toJS())).toEqual(file.written);
    }),
    { numRuns: 200 },
  );
});
