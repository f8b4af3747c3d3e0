import { parse } from 'yaml';
import { scrapeConfiguration } from '../../lib/metrics/scrape-configuration';
import { fixed } from '../../lib/units/range';
import { aTokenDistribution } from '../builders';
import {
  type Anything,
  EXPERTS,
  fileOf,
  objectOf,
  objectsOf,
  SCALED,
  served,
  serverOf,
  TRAINIUM1,
  TRAINIUM2,
  TWO_NODES,
  WEIGHTS,
} from './served-cells';

const LIMITS = { stepTokens: 2048, memoryFraction: 0.9, cacheBytesPerValue: 2 };

describe('arguments of the server', () => {
  test('say what the plan decided for one GPU', () => {
    // The longest prompt and output have 1,000 tokens each: 2,000 rounded up to 256 is 2,048.
    const server = serverOf(served({}, { plan: { engineLimits: LIMITS } }));
    expect(server.command).toEqual(['vllm', 'serve', 'Qwen/Qwen3-8B']);
    expect(server.args).toEqual([
      '--served-model-name=Qwen/Qwen3-8B',
      '--host=0.0.0.0',
      '--port=8000',
      '--dtype=bfloat16',
      '--tensor-parallel-size=1',
      '--max-model-len=2048',
      '--max-num-seqs=8',
      '--quantization=fp8',
      '--max-num-batched-tokens=2048',
      '--gpu-memory-utilization=0.9',
      '--kv-cache-dtype=auto',
      '--shutdown-timeout=105',
    ]);
  });

  test('leave to vLLM what the plan does not say', () => {
    const { args } = serverOf(served({}, { plan: { concurrencyPerReplica: null } }));
    expect(args.filter((arg: string) => /max-num|utilization|kv-cache/.test(arg))).toEqual([]);
  });

  test('spread requests over attention ranks and experts over all of them', () => {
    // 98 in flight on four ranks: each schedules at most 25. 235 GB at 4 GB a thread, rounded up.
    const { args } = serverOf(served({ serving: WEIGHTS }, EXPERTS), 'experts');
    expect(args).toEqual(
      expect.arrayContaining(['--data-parallel-size=4', '--enable-expert-parallel', '--max-num-seqs=25']),
    );
    expect(args).not.toContain('--quantization=fp8');
    const streamer = args.find((arg: string) => arg.startsWith('--model-loader-extra-config='));
    // A quarter of three quarters of 2 TiB.
    expect(JSON.parse(streamer.split('=')[1])).toEqual({
      concurrency: 60,
      distributed: true,
      memory_limit: 2 ** 41 * 0.1875,
    });
  });

  test('never exceed the length that the model was made for', () => {
    const long = aTokenDistribution({ buckets: [{ tokens: 500_000, weight: 1 }] });
    const { args } = serverOf(served({}, { workload: { tokens: { input: long, output: long } } }));
    expect(args).toContain('--max-model-len=40960');
  });

  test('keep an 8-bit cache where the plan counts one byte a value', () => {
    const { args } = serverOf(served({}, { plan: { engineLimits: { ...LIMITS, cacheBytesPerValue: 1 } } }));
    expect(args).toContain('--kv-cache-dtype=fp8');
  });

  test('are few on the legacy Neuron line and have step and drain on the current one', () => {
    const cell = served({ serving: WEIGHTS }, TRAINIUM1, TRAINIUM2);
    const legacy = serverOf(cell, 'dense');
    expect(legacy.image).toContain(':0.16.0-neuronx');
    expect(legacy.args.slice(4)).toEqual([
      '--tensor-parallel-size=32',
      '--max-model-len=2048',
      '--max-num-seqs=8',
      '--no-enable-prefix-caching',
    ]);
    const current = serverOf(cell, 'part');
    expect(current.image).toContain(':0.29.0.1.2.0-neuronx');
    expect(current.args.slice(-2)).toEqual(['--max-num-batched-tokens=2048', '--shutdown-timeout=105']);
    expect(current.env.map(({ name }: { name: string }) => name)).toContain('VLLM_NEURON_COMPILATION_TIMEOUT');
  });
});

test('a picker sends like prompts to one server only where servers keep what prompts share', () => {
  const cell = served({ serving: WEIGHTS }, TRAINIUM1, TRAINIUM2);
  const scorers = (name: string) => {
    const { plugins, schedulingProfiles } = parse(objectOf(cell, 'ConfigMap', `${name}-picker`).data['plugins.yaml']);
    const [{ plugins: used }] = schedulingProfiles;
    const types = plugins.map(({ type }: { type: string }) => type);
    expect(used.map(({ pluginRef }: { pluginRef: string }) => pluginRef)).toEqual(types);
    return types;
  };
  expect(scorers('dense')).toEqual(['queue-scorer', 'kv-cache-utilization-scorer']);
  expect(scorers('part')).toEqual(['queue-scorer', 'kv-cache-utilization-scorer', 'prefix-cache-scorer']);
});

test('fails where Neuron would have to quantize weights, which it does not', () => {
  const cell = served({}, { ...TRAINIUM2, shape: { ...TRAINIUM2.shape, precision: 'fp8' } });
  expect(() => objectsOf(cell)).toThrow(
    'workload part is planned in fp8 on Neuron, where weights are served as they are published, and meta-llama/Meta-Llama-3.1-70B is published in bf16; name a checkpoint in fp8 or ask for bf16',
  );
});

test('fails where Neuron would have to span nodes, which nobody says how to start', () => {
  const cell = served({}, { ...TRAINIUM2, nodes: fixed(8), shape: { ...TRAINIUM2.shape, nodesPerReplica: 2 } });
  expect(() => objectsOf(cell)).toThrow(
    /workload part is planned over 2 nodes a replica on Neuron, and no source says/,
  );
});

describe('weights', () => {
  test('are streamed from the cell’s bucket to GPUs, and copied to the node before Neuron starts', () => {
    const cell = served({ serving: WEIGHTS }, EXPERTS, TRAINIUM1);
    expect(serverOf(cell, 'experts').command[2]).toBe('s3://weights/Qwen/Qwen3-235B-A22B-FP8');
    expect(serverOf(cell, 'experts').args).toContain('--load-format=runai_streamer');
    expect(objectOf(cell, 'Deployment', 'experts').spec.template.spec.initContainers).toBeUndefined();
    expect(serverOf(cell, 'dense').command[2]).toBe('/var/lib/weights');
    const [copy] = objectOf(cell, 'Deployment', 'dense').spec.template.spec.initContainers;
    expect(copy.args.slice(-2)).toEqual(['s3://weights/meta-llama/Meta-Llama-3.1-70B', '/var/lib/weights']);
  });

  test('come from the Hugging Face hub without a bucket, with a token where there is one', () => {
    const { env } = serverOf(served());
    expect(env.find(({ name }: { name: string }) => name === 'HF_TOKEN').valueFrom.secretKeyRef.optional).toBe(true);
  });
});

describe('a pod', () => {
  test('lands on the nodes of its workload and on no other', () => {
    const { spec } = objectOf(served(), 'Deployment', 'chat').spec.template;
    expect(spec.nodeSelector).toEqual({ 'headroom/workload': 'chat' });
    expect(spec.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
    const neuron = objectOf(served({ serving: WEIGHTS }, TRAINIUM1), 'Deployment', 'dense').spec.template.spec;
    expect(neuron.tolerations[0].key).toBe('aws.amazon.com/neuron');
  });

  test('takes its accelerators, three quarters of its share of the node, and no EFA when it is alone', () => {
    // g6.xlarge: 4 processors, 16 GiB, one GPU.
    expect(serverOf(served()).resources).toEqual({
      requests: { cpu: '3', 'nvidia.com/gpu': '1', memory: '12288Mi' },
      limits: { 'nvidia.com/gpu': '1', memory: '12288Mi' },
    });
    // Four of sixteen chips: a quarter of 192 processors and of 2 TiB, and of that three quarters.
    expect(serverOf(served({ serving: WEIGHTS }, TRAINIUM2), 'part').resources.requests).toEqual({
      cpu: '36',
      'aws.amazon.com/neuron': '4',
      memory: `${512 * 0.75 * 1024}Mi`,
    });
  });

  test('is given time to load: ten minutes and its checkpoint at 85 MB a second', () => {
    // Qwen3-8B has 8.19e9 parameters of two bytes: 16.38e9 / 85e6 = 192.7 → 193 s; 793 s in probes of 10 s are 80.
    expect(serverOf(served()).startupProbe).toMatchObject({ periodSeconds: 10, failureThreshold: 80 });
    // Llama 70B has 70.55e9: 141.1e9 / 85e6 = 1,660.04 → 1,661 s; an hour to compile; 5,261 s are 527 probes.
    expect(serverOf(served({ serving: WEIGHTS }, TRAINIUM1), 'dense').startupProbe.failureThreshold).toBe(527);
    expect(objectOf(served(), 'Deployment', 'chat').spec.progressDeadlineSeconds).toBe(793 + 900);
  });

  test('gets no variables of the services around it, whatever a workload is called', () => {
    const cell = served({ serving: WEIGHTS }, { name: 'vllm' }, TWO_NODES);
    const { leaderTemplate, workerTemplate } = objectOf(cell, 'LeaderWorkerSet', 'wide').spec.leaderWorkerTemplate;
    const templates = [
      ...objectsOf(cell).flatMap(({ kind, spec, metadata }) =>
        kind === 'Deployment' && metadata.namespace === 'model-serving' ? [spec.template] : [],
      ),
      leaderTemplate,
      workerTemplate,
    ];
    // Of the Service "vllm" they would have VLLM_PORT, which the engine reads as its own.
    expect(templates.map(({ spec }) => spec.enableServiceLinks)).toEqual(Array(5).fill(false));
  });

  test('leaves before it ends and finishes its longest request, however long', () => {
    const { spec } = objectOf(served(), 'Deployment', 'chat').spec.template;
    // 15 s to leave, at least 105 s to finish, 15 s of margin.
    expect(spec.terminationGracePeriodSeconds).toBe(135);
    expect(spec.containers[0].lifecycle.preStop.sleep.seconds).toBe(15);
    // 1,000 tokens at 0.5 s, after 2 s: 502 s.
    const slow = served({}, { plan: { ttftSeconds: { p50: 1, p99: 2 }, tpotSeconds: { p50: 0.4, p99: 0.5 } } });
    expect(objectOf(slow, 'Deployment', 'chat').spec.template.spec.terminationGracePeriodSeconds).toBe(532);
    expect(serverOf(slow).args).toContain('--shutdown-timeout=502');
    // The legacy engine aborts at once, so that the wait is before it is told.
    const legacy = serverOf(served({ serving: WEIGHTS }, TRAINIUM1), 'dense');
    expect(legacy.lifecycle.preStop.sleep.seconds).toBe(120);
  });

  test('gives way to its successor, one at a time, because no accelerator is spare', () => {
    const { spec } = objectOf(served({}, { replicas: fixed(3), nodes: fixed(3) }), 'Deployment', 'chat');
    expect(spec.replicas).toBe(3);
    expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });
});

describe('a replica over two nodes', () => {
  const cell = served({ serving: WEIGHTS }, TWO_NODES);
  const { spec } = objectOf(cell, 'LeaderWorkerSet', 'wide');
  const [leader, worker] = ['leaderTemplate', 'workerTemplate'].map(
    (role) => spec.leaderWorkerTemplate[role].spec.containers[0],
  );

  test('is one group of a leader and a worker that starts and fails as a whole', () => {
    expect(spec.replicas).toBe(2);
    expect(spec.leaderWorkerTemplate).toMatchObject({ size: 2, restartPolicy: 'RecreateGroupOnPodRestart' });
    expect(objectsOf(cell).some(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'wide')).toBe(false);
  });

  test('takes whole nodes: eight GPUs, sixteen EFA interfaces and huge pages on each', () => {
    for (const container of [leader, worker]) {
      expect(container.resources.limits).toMatchObject({
        'nvidia.com/gpu': '8',
        'vpc.amazonaws.com/efa': '16',
        'hugepages-2Mi': '5120Mi',
      });
      expect(container.env).toContainEqual({ name: 'FI_PROVIDER', value: 'efa' });
    }
  });

  test('finds its nodes by what LeaderWorkerSet tells each of them, and only the leader answers', () => {
    const shared = ['--pipeline-parallel-size=2', '--nnodes=$(LWS_GROUP_SIZE)', '--node-rank=$(LWS_WORKER_INDEX)'];
    expect(leader.args).toEqual(expect.arrayContaining([...shared, '--master-addr=$(LWS_LEADER_ADDRESS)']));
    expect(worker.args).toEqual([...leader.args, '--headless']);
    expect(leader.startupProbe).toBeDefined();
    expect(worker.startupProbe).toBeUndefined();
    const answering = objectOf(cell, 'Service', 'wide').spec.selector;
    expect(answering['leaderworkerset.sigs.k8s.io/worker-index']).toBe('0');
    expect(objectOf(cell, 'InferencePool', 'wide').spec.selector.matchLabels).toEqual(answering);
  });

  test('finds its leader by a name that is no Service’s of ours', () => {
    const objects = objectsOf(cell);
    const services = objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
    expect(services).toContain('wide');
    // LeaderWorkerSet's own headless service has the name of the set, or with this policy of each replica's leader.
    const { spec, metadata } = objectOf(cell, 'LeaderWorkerSet', 'wide');
    expect(spec.networkConfig).toEqual({ subdomainPolicy: 'UniquePerReplica' });
    const leaders = Array.from({ length: spec.replicas }, (_, index) => `${metadata.name}-${index}`);
    expect(services.filter((name) => leaders.includes(name))).toEqual([]);
  });

  test('may talk among its own nodes on any port', () => {
    const { ingress, egress, podSelector } = objectOf(cell, 'NetworkPolicy', 'wide-nodes').spec;
    expect(ingress).toEqual([{ from: [{ podSelector }] }]);
    expect(egress).toEqual([{ to: [{ podSelector }] }]);
  });
});

describe('scaling', () => {
  const METRICS = { serving: { metricsUrl: 'https://example.invalid/workspaces/ws-1' } };

  test('goes from the floor to the ceiling of the plan, and nothing else counts replicas', () => {
    const cell = served(METRICS, SCALED);
    const { spec } = objectOf(cell, 'ScaledObject', 'scaled');
    expect([spec.minReplicaCount, spec.maxReplicaCount, spec.fallback.replicas]).toEqual([2, 6, 6]);
    expect(spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'scaled' });
    expect(objectOf(cell, 'Deployment', 'scaled').spec.replicas).toBeUndefined();
  });

  test('grows with what waits, and shrinks no further than what runs allows', () => {
    const { triggers } = objectOf(
      served(METRICS, { ...SCALED, plan: { concurrencyPerReplica: 98.6 } }),
      'ScaledObject',
      'scaled',
    ).spec;
    expect(triggers.map(({ metadata }: Anything) => [metadata.query, metadata.threshold])).toEqual([
      ['sum(vllm:num_requests_waiting{namespace="model-serving",pod=~"scaled-[a-z0-9]+-[a-z0-9]{5}"})', '25'],
      ['sum(vllm:num_requests_running{namespace="model-serving",pod=~"scaled-[a-z0-9]+-[a-z0-9]{5}"})', '98'],
    ]);
    const unknown = served(METRICS, { ...SCALED, plan: { concurrencyPerReplica: null } });
    expect(objectOf(unknown, 'ScaledObject', 'scaled').spec.triggers).toHaveLength(1);
  });

  test('counts the pods of no other workload, whatever it is called', () => {
    const { query } = objectOf(served(METRICS, { ...SCALED, name: 'chat' }), 'ScaledObject', 'chat').spec.triggers[0]
      .metadata;
    const [, pattern = ''] = /pod=~"([^"]+)"/.exec(query) ?? [];
    const counted = (pod: string) => new RegExp(`^(?:${pattern})$`).test(pod);
    expect(
      ['chat-7d4b9c6f8-x2x9z', 'chat-long-7d4b9c6f8-x2x9z', 'chat-long-0', 'chat-long-0-1', 'chat-0'].map(counted),
    ).toEqual([true, false, false, false, false]);
  });

  test('asks for nothing that the cell’s own collector does not keep, nor by a label that it does not write', () => {
    const jobs: Anything[] = parse(scrapeConfiguration('UsEast1')).scrape_configs;
    const { relabel_configs: labels, metric_relabel_configs: kept } = jobs.find(
      ({ job_name }) => job_name === 'model-server',
    );
    const { triggers } = objectOf(served(METRICS, SCALED), 'ScaledObject', 'scaled').spec;
    for (const { metadata } of triggers) {
      const [, metric, matchers = ''] = /^sum\(([\w:]+)\{(.*)\}\)$/.exec(metadata.query) ?? [];
      expect(metric).toMatch(new RegExp(`^(?:${kept[0].regex})$`));
      const asked = [...matchers.matchAll(/(\w+)=~?"/g)].map(([, label]) => label);
      expect(asked).toEqual(['namespace', 'pod']);
      const written = labels.map(({ target_label }: Anything) => target_label);
      expect(written).toEqual(expect.arrayContaining(asked));
    }
  });

  test('is left out where floor and ceiling are one', () => {
    expect(objectsOf(served(METRICS)).filter(({ apiVersion }) => apiVersion.startsWith('keda.sh'))).toEqual([]);
  });

  test('fails when nothing says where the queue is measured', () => {
    expect(() => objectsOf(served({}, SCALED))).toThrow(
      "workload scaled scales from 2 to 6 replicas in cell UsEast1, and nothing says where its queue is measured; give the workspace's query URL as serving.metricsUrl",
    );
  });
});

describe('what stands around the servers', () => {
  const cell = served({ serving: WEIGHTS }, EXPERTS, TRAINIUM1, TWO_NODES);
  const objects = objectsOf(cell);
  const named = (kind: string) => objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);

  test('everything that a pod refers to is there', () => {
    const templates = objects.flatMap(({ spec }) =>
      [spec?.template, spec?.leaderWorkerTemplate?.leaderTemplate, spec?.leaderWorkerTemplate?.workerTemplate].filter(
        Boolean,
      ),
    );
    expect(templates.length).toBeGreaterThanOrEqual(9);
    for (const { spec } of templates) {
      const volumes = spec.volumes.map(({ name }: { name: string }) => name);
      for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
        for (const { name } of container.volumeMounts) expect(volumes).toContain(name);
        expect(container.image).not.toMatch(/:latest$/);
        expect(container.image).toMatch(/:[^/]+$/);
      }
      if (spec.serviceAccountName !== undefined) expect(named('ServiceAccount')).toContain(spec.serviceAccountName);
      for (const { configMap } of spec.volumes) if (configMap) expect(named('ConfigMap')).toContain(configMap.name);
    }
    for (const { spec } of objects.filter(({ kind }) => kind === 'InferencePool'))
      expect(named('Service')).toContain(spec.endpointPickerRef.name);
  });

  test('no two objects are one', () => {
    const keys = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('the namespace refuses privileges, but where several nodes lock memory for EFA', () => {
    const enforced = (input: typeof cell) =>
      objectOf(input, 'Namespace', 'model-serving').metadata.labels['pod-security.kubernetes.io/enforce'];
    const privileges = (input: typeof cell) =>
      objectsOf(input)
        .filter(({ metadata }) => metadata.namespace === 'model-serving')
        .flatMap((object) => JSON.stringify(object).match(/"add":|"privileged":|"hostNetwork":|"hostPath":/g) ?? []);
    const narrow = served({ serving: WEIGHTS }, EXPERTS, TRAINIUM1, TRAINIUM2);
    expect([enforced(narrow), privileges(narrow)]).toEqual(['baseline', []]);
    // The leader's and the worker's one capability.
    expect([enforced(cell), privileges(cell)]).toEqual(['privileged', ['"add":', '"add":']]);
  });

  test('the namespace denies all traffic and lets out names and HTTPS alone', () => {
    expect(objectOf(cell, 'NetworkPolicy', 'default-deny').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    const ports = objectOf(cell, 'NetworkPolicy', 'dns-and-https-out').spec.egress.flatMap(
      ({ ports: of }: { ports: { port: number }[] }) => of.map(({ port }) => port),
    );
    expect(ports).toEqual([53, 53, 443]);
    const { ingress } = objectOf(cell, 'NetworkPolicy', 'model-servers').spec;
    expect(ingress[0].from).toEqual([{ namespaceSelector: { matchLabels: { 'headroom/calls-models': 'true' } } }]);
  });

  test('drains take one node at a time, with all the pods of a workload that stand on it', () => {
    expect(named('PodDisruptionBudget')).toEqual(['experts', 'dense', 'wide']);
    const atOnce = (input: typeof cell, name: string) =>
      objectOf(input, 'PodDisruptionBudget', name).spec.maxUnavailable;
    expect([atOnce(cell, 'wide'), atOnce(cell, 'experts')]).toEqual([1, 1]);
    // Four of a node's sixteen chips each: were only one evicted, it would wait for a place that its neighbours hold.
    expect(atOnce(served({ serving: WEIGHTS }, TRAINIUM2), 'part')).toBe(4);
  });

  test('the prerequisites name what these manifests need and nothing else', () => {
    const names = (input: typeof cell) =>
      JSON.parse(fileOf(input, 'prerequisites.json')).map(({ name }: { name: string }) => name.split(',')[0]);
    expect(names(cell)).toEqual(['Gateway API Inference Extension', 'LeaderWorkerSet']);
    expect(names(served({ serving: WEIGHTS }, TRAINIUM2))).toEqual([
      'Gateway API Inference Extension',
      'Neuron scheduler extension',
    ]);
  });
});
