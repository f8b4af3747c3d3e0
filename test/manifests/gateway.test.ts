import { type Anything, objectOf, objectsOf, POOLS, SCALED, served, WEIGHTS } from './served-cells';

const METRICS = { metricsUrl: 'https://example.invalid/workspaces/ws-1' };
const cell = served({ serving: { ...WEIGHTS, ...METRICS, gateway: 'istio' } }, {}, SCALED, POOLS);
const named = (kind: string) => objectsOf(cell).filter((object) => object.kind === kind);

test('every workload has one route, from the gateway to its inference pool, under its own name', () => {
  const pools = named('InferencePool').map(({ metadata }) => metadata.name);
  expect(pools).toEqual(['chat', 'scaled', 'split']);
  const routes = named('HTTPRoute').map(({ spec }) => ({
    parent: spec.parentRefs[0],
    prefix: spec.rules[0].matches[0].path.value,
    backend: spec.rules[0].backendRefs[0],
  }));
  const { metadata } = objectOf(cell, 'Gateway', 'models');
  expect(routes).toEqual(
    pools.map((name) => ({
      parent: expect.objectContaining({ kind: 'Gateway', name: metadata.name, namespace: metadata.namespace }),
      prefix: `/${name}`,
      backend: { group: 'inference.networking.k8s.io', kind: 'InferencePool', name },
    })),
  );
});

test('the gateway makes no load balancer, and takes routes of the model servers alone', () => {
  const { metadata, spec } = objectOf(cell, 'Gateway', 'models');
  expect(metadata.annotations).toEqual({ 'networking.istio.io/service-type': 'ClusterIP' });
  const [listener] = spec.listeners;
  expect(listener.allowedRoutes.namespaces).toEqual({
    from: 'Selector',
    selector: { matchLabels: { 'kubernetes.io/metadata.name': named('HTTPRoute')[0].metadata.namespace } },
  });
});

test('the gateway may reach names, its control plane, servers and pickers, and is one of those that servers let in', () => {
  const policies = named('NetworkPolicy').filter(({ metadata }) => metadata.namespace === 'model-gateway');
  expect(policies.map(({ metadata }) => metadata.name)).toEqual(['default-deny', 'gateway']);
  const [, { spec }] = policies as [Anything, Anything];
  const ports = spec.egress.flatMap(({ ports: of }: Anything) => of.map(({ port }: Anything) => port));
  expect(ports).toEqual([53, 53, 15012, 8000, 9002]);
  const { labels } = objectOf(cell, 'Namespace', 'model-gateway').metadata;
  for (const [label, value] of Object.entries(spec.ingress[0].from[0].namespaceSelector.matchLabels)) {
    expect(labels[label as string]).toBe(value);
  }
});

test('pickers speak as Istio does where the gateway is its own, and encrypted where it is not', () => {
  const argsOf = (input: typeof cell) =>
    objectOf(input, 'Deployment', 'chat-picker').spec.template.spec.containers[0].args;
  expect(argsOf(cell)).toContain('--secure-serving=false');
  expect(argsOf(served()).join()).not.toContain('secure-serving');
});

test('without the setting there is no gateway, and nothing that refers to one', () => {
  expect(objectsOf(served()).filter(({ apiVersion }) => apiVersion.startsWith('gateway.networking'))).toEqual([]);
});
