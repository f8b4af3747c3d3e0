import { deliveredFiles } from '../../lib/manifests/delivered-objects';
import { objectsOf, SCALED, served, TWO_NODES, WEIGHTS } from './served-cells';

const kindsOf = (input: ReturnType<typeof served>) =>
  deliveredFiles(input).map(({ name, objects }) => [
    name,
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  ]);

test('a bare cluster gets what it knows, file by file, the namespace before what lies in it', () => {
  const delivered = kindsOf(served());
  expect(delivered.map(([name]) => name)).toEqual([
    'nvidia-device-plugin',
    'namespace',
    'network-policies',
    'workloads/chat',
  ]);
  const [, chat] = delivered.at(-1) ?? [];
  expect(chat).toEqual(expect.arrayContaining(['ServiceAccount chat', 'Deployment chat', 'Service chat']));
});

test('neither inference pools nor their pickers are among it, which would never become ready', () => {
  const [, chat] = kindsOf(served()).at(-1) ?? [];
  expect(chat).not.toContain('InferencePool chat');
  expect(chat).not.toContain('Deployment chat-picker');
  expect(objectsOf(served()).map(({ kind }) => kind)).toContain('InferencePool');
});

test.each([
  ['replicas over two nodes', served({ serving: WEIGHTS }, TWO_NODES), 'LeaderWorkerSet v0.10.0 for LeaderWorkerSet'],
  [
    'replicas that scale',
    served({ serving: { metricsUrl: 'https://x.invalid' } }, SCALED),
    'KEDA v2.21.1 for ScaledObject',
  ],
  [
    'a gateway',
    served({ serving: { gateway: 'istio' } }),
    'Gateway API, custom resource definitions v1.5.1 for Gateway',
  ],
])('fails for %s, which need more than a bare cluster', (_, input, needed) => {
  expect(() => deliveredFiles(input)).toThrow(
    new RegExp(`cell UsEast1 has its manifests delivered by kubectl, and they need ${needed}.*apply them afterwards`),
  );
});
