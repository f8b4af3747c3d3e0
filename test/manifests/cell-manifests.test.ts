import * as path from 'node:path';
import { parse } from 'yaml';
import { manifestFiles, renderManifests } from '../../lib/blueprint/manifests';
import { readQuestion } from '../../lib/blueprint/question';
import { rateOf } from '../../lib/blueprint/rates';
import { cellManifests } from '../../lib/manifests/cell-manifests';
import type { ExpectedNodes } from '../../lib/manifests/expected-nodes';
import { planCapacity } from '../../lib/planner/plan-capacity';
import { fixed } from '../../lib/units/range';
import { aPlan } from '../builders';
import { expectGolden } from '../report/golden';
import { fileOf, METRICS, objectsOf, SCALED, served, TRAINIUM1, TWO_NODES, WEIGHTS } from './served-cells';
import { RELEASES, Schemas } from './validation';

test('the kustomization lists every manifest, the namespace before what lies in it', () => {
  const input = served({ serving: WEIGHTS }, TWO_NODES, TRAINIUM1);
  const yaml = cellManifests(input)
    .map((file) => file.path)
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
  expect(parse(fileOf(input, 'kustomization.yaml')).resources).toEqual(yaml);
  expect(yaml.indexOf('namespace.yaml')).toBeLessThan(yaml.indexOf('workloads/wide.yaml'));
});

test('the same cell gives the same bytes, whatever else the catalogue has and in whichever order', () => {
  const input = served({ serving: WEIGHTS }, TWO_NODES, TRAINIUM1);
  const { catalog } = input;
  const reversed = {
    ...catalog,
    instanceTypes: [...catalog.instanceTypes].reverse(),
    accelerators: [...catalog.accelerators].reverse(),
    models: [],
  };
  expect(cellManifests({ ...input, catalog: reversed })).toEqual(cellManifests(input));
  expect(cellManifests(JSON.parse(JSON.stringify(input)))).toEqual(cellManifests(input));
});

test('a cell without nodes has no manifests, and one that serves nothing has device plug-ins alone', () => {
  const input = served();
  expect(cellManifests({ ...input, plan: aPlan({ cells: [] }) })).toEqual([]);
  const held = { ...input, workloads: [], plan: { ...input.plan, workloads: [] } };
  expect(cellManifests(held).map((file) => file.path)).toEqual([
    'README.md',
    'kustomization.yaml',
    'nvidia-device-plugin.yaml',
    'images.txt',
    'expected-nodes.json',
    'prerequisites.json',
  ]);
});

test('the README says who administers the cluster where the cell names nobody', () => {
  const guide = (...args: Parameters<typeof served>) => fileOf(served(...args), 'README.md');
  expect(guide()).toContain(
    '`aws eks create-access-entry --region us-east-1 --cluster-name UsEast1 --principal-arn ROLE`',
  );
  expect(guide({ adminRoleArn: 'arn:aws:iam::111122223333:role/Admin' })).not.toContain('create-access-entry');
});

test('the README says what comes first, how to apply, and where each model answers', () => {
  const guide = (...args: Parameters<typeof served>) => fileOf(served(...args), 'README.md');
  expect(guide()).toContain('- `http://chat.model-serving:8000/v1`');
  expect(guide()).toContain('a secret `hugging-face`');
  expect(guide()).toContain('`kubectl apply -k cdk.out/headroom/manifests/UsEast1`');
  const own = guide({ serving: { ...WEIGHTS, gateway: 'istio' } }, TWO_NODES);
  expect(own).toContain('- LeaderWorkerSet, v0.10.0 (LeaderWorkerSet)');
  expect(own).toContain('- Istio, with values.pilot.env.ENABLE_GATEWAY_API_INFERENCE_EXTENSION=true, 1.29.2');
  expect(own).toContain("- `s3://weights/` has each model's weights");
  expect(own).not.toContain('keda-operator');
  // Another account's repositories and bucket have policies of their own.
  expect(own).toContain("and its repositories' policies let the cell's account pull.");
  expect(own).toContain('lets in the roles of UsEast1-Serving by its policies');
  expect(guide({ account: '222233334444', serving: WEIGHTS })).toContain('policies let account 222233334444 pull.');
  expect(guide({ account: '111122223333', serving: WEIGHTS })).not.toContain('policies let account');
  const nodeScaling = { kind: 'clusterAutoscaler' } as const;
  expect(guide({ nodeScaling, serving: METRICS }, SCALED)).toContain(
    "- KEDA's operator runs as `keda-operator` in the namespace `keda`, as its chart has it: the stack UsEast1-Scaling lets",
  );
  expect(own).toContain('- `http://models-istio.model-gateway/wide/v1`');
});

test('the list of images is what the pods name, each once', () => {
  const input = served({ serving: WEIGHTS }, TWO_NODES, TRAINIUM1);
  const named = objectsOf(input).flatMap((object) => JSON.stringify(object).match(/(?<="image":")[^"]+/g) ?? []);
  expect(fileOf(input, 'images.txt').trim().split('\n')).toEqual([...new Set(named)].sort());
  expect(named.length).toBeGreaterThan(5);
});

test('a private cell that caches images is told to pull each once', () => {
  const serving = {
    imageCache: {},
    weightsBucket: 'weights',
    images: { nvidiaDevicePlugin: 'example.com/plugin:1.0' },
  };
  const cached = { account: '111122223333', serving } as const;
  expect(fileOf(served(cached), 'README.md')).not.toContain('pulled once');
  const network = { kind: 'own', cidr: '10.0.0.0/16', egress: 'endpoints' } as const;
  expect(fileOf(served({ ...cached, network }), 'README.md')).toContain('pulled once through the cache');
});

test('fails for an engine that nothing is written for', () => {
  expect(() => cellManifests(served({}, { shape: { engine: 'sglang' } }))).toThrow(
    'workload chat is planned on sglang, and manifests are written for vLLM alone; choose a precision that vLLM serves',
  );
});

test('fails where two workloads would share a name', () => {
  expect(() => cellManifests(served({}, {}, { name: 'chat-picker' }))).toThrow(
    'workload chat has an endpoint picker named chat-picker, as another workload of cell UsEast1 is; rename that one',
  );
  expect(() => cellManifests(served({ serving: WEIGHTS }, TWO_NODES, { name: 'wide-1' }))).toThrow(
    'workload wide has a replica over several nodes named wide-1, as another workload of cell UsEast1 is; rename that one',
  );
  expect(() => cellManifests(served({ serving: WEIGHTS }, TWO_NODES, { name: 'wide-long' }))).not.toThrow();
});

test('one small cell reads like this', () => {
  const engineLimits = { stepTokens: 2048, memoryFraction: 0.9, cacheBytesPerValue: 2 };
  const input = served({}, { replicas: fixed(2), nodes: fixed(2), plan: { engineLimits } });
  const [, servers] = fileOf(input, 'workloads/chat.yaml').split('---\n');
  const objects = objectsOf(input);
  const lists = [...new Set(objects.map(({ kind }) => kind))].map((kind) => {
    const names = objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    return `${kind}: ${names.join(', ')}`;
  });
  expectGolden('manifests-cell.txt', `${servers}\n${lists.join('\n')}\n`);
});

describe.each(['sandbox', 'production'])('%s', (deployment) => {
  const root = path.join(__dirname, '../..');
  const question = readQuestion({ root, cwd: root, deployment });
  const planned = planCapacity({
    deployment,
    asOf: question.asOf,
    horizon: question.horizon,
    cells: question.deployment.cells,
    workloads: question.workloads,
    catalog: question.catalog,
    rateOf: rateOf(question.priceBook, question.horizon.start),
  });
  if (planned.kind === 'infeasible') throw new Error('the deployment has a plan');
  const inputs = question.deployment.cells.map((cell) => ({ ...question, cell, plan: planned.plan }));

  test('pins Kubernetes versions that the schemas here are the neighbours of', () => {
    const [from, to] = RELEASES.map((release) => Number(release.split('.')[1]));
    for (const { kubernetesVersion } of question.deployment.cells) {
      const minor = Number(kubernetesVersion.split('.')[1]);
      expect([minor >= (from ?? 0), minor <= (to ?? 0)]).toEqual([true, true]);
    }
  });

  test.each(RELEASES)('has manifests in every cell that are valid for Kubernetes %s', (release) => {
    const schemas = new Schemas(release);
    expect(inputs.flatMap(objectsOf).flatMap((object) => schemas.faults(object))).toEqual([]);
    const folders = manifestFiles(renderManifests(question, planned)).map((file) =>
      file.path.split('/').slice(0, 2).join('/'),
    );
    expect([...new Set(folders)]).toEqual(question.deployment.cells.map(({ id }) => `manifests/${id}`));
  });

  const deploymentsOf = (input: (typeof inputs)[number]) =>
    objectsOf(input).filter(({ kind, spec }) => kind === 'Deployment' && spec.template.spec.nodeSelector);

  test('starts every planned replica, once', () => {
    for (const { name, replicas } of planned.plan.workloads) {
      const mine = inputs.flatMap(deploymentsOf).filter(({ metadata }) => metadata.name === name);
      expect(mine.reduce((sum, { spec }) => sum + spec.replicas, 0)).toBe(replicas.plan);
    }
  });

  test('sets every GPU server to the limits that its estimate rests on', () => {
    for (const { metadata, spec } of inputs.flatMap(deploymentsOf)) {
      const [container] = spec.template.spec.containers;
      if (container.resources.limits['nvidia.com/gpu'] === undefined) continue;
      const limits = planned.plan.workloads.find(({ name }) => name === metadata.name)?.engineLimits;
      expect(limits?.memoryFraction).toBeGreaterThan(0.5);
      expect(container.args).toContain(`--max-num-batched-tokens=${limits?.stepTokens}`);
      expect(container.args).toContain(`--gpu-memory-utilization=${limits?.memoryFraction}`);
    }
  });

  test('asks for no more accelerators than the planned nodes of the workload report', () => {
    for (const input of inputs) {
      const nodes: readonly ExpectedNodes[] = JSON.parse(fileOf(input, 'expected-nodes.json'));
      for (const { metadata, spec } of deploymentsOf(input)) {
        const [device, perPod] = Object.entries(spec.template.spec.containers[0].resources.limits).find(
          ([resource]) => resource !== 'memory',
        ) as ['nvidia.com/gpu', string];
        const held = nodes
          .filter(({ labels }) => labels['headroom/workload'] === metadata.name)
          .reduce((sum, { nodes: { plan }, allocatable }) => sum + plan * (allocatable[device] ?? 0), 0);
        expect(spec.replicas * Number(perPod)).toBeGreaterThan(0);
        expect(spec.replicas * Number(perPod)).toBeLessThanOrEqual(held);
      }
    }
  });
});
