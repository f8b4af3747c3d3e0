import { parse } from 'yaml';
import { type CellManifestsInput, cellManifests } from '../../lib/manifests/cell-manifests';
import type { Cell } from '../../lib/workload/cell';
import { type Anything, bursting, fileOf, KARPENTER, METRICS, objectsOf, served, WEIGHTS } from './served-cells';

const one = (input: CellManifestsInput, kind: string): Anything =>
  objectsOf(input).find((object) => object.kind === kind);

describe('a node pool', () => {
  const { metadata, spec } = one(bursting(), 'NodePool');

  test('starts nodes of one type in the zone of the cell, of default tenancy, by all that the workload may be bought by', () => {
    expect(spec.template.spec.requirements).toEqual([
      { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['g6.xlarge'] },
      { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a'] },
      { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'] },
      { key: 'karpenter.k8s.aws/instance-tenancy', operator: 'In', values: ['default'] },
    ]);
  });

  test('is limited to its most nodes in nodes, vCPUs and GPUs, and says how many are planned', () => {
    // Four g6.xlarge of 4 vCPUs and one GPU each.
    expect(spec.limits).toEqual({ nodes: '4', cpu: '16', 'nvidia.com/gpu': '4' });
    expect(metadata.annotations).toEqual({ 'headroom/planned-nodes': '1' });
  });

  test('has nodes that model servers of its workload alone are scheduled on', () => {
    expect(spec.template.metadata.labels).toEqual({
      'headroom/node-group': 'chat-g6-xlarge-burst',
      'headroom/workload': 'chat',
    });
    expect(spec.template.spec.taints).toEqual([{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }]);
    const server = objectsOf(bursting()).find(
      (object) => object.kind === 'Deployment' && object.metadata.name === 'chat',
    );
    expect(server.spec.template.spec.nodeSelector).toEqual({ 'headroom/workload': 'chat' });
    expect(server.spec.template.spec.tolerations).toContainEqual({
      key: 'nvidia.com/gpu',
      operator: 'Exists',
      effect: 'NoSchedule',
    });
  });

  test('gives nodes back only when they are empty, one at a time', () => {
    expect(spec.disruption).toEqual({
      consolidationPolicy: 'WhenEmpty',
      consolidateAfter: '10m',
      budgets: [{ nodes: '1' }],
    });
  });

  test('fills reservations first where the cell names some', () => {
    const reservationIds = ['cr-0123456789abcdef0'];
    const input = bursting({ nodeScaling: { kind: 'karpenter', imageRelease: 'v20260903', reservationIds } });
    expect(one(input, 'NodePool').spec.template.spec.requirements).toContainEqual({
      key: 'karpenter.sh/capacity-type',
      operator: 'In',
      values: ['reserved', 'spot', 'on-demand'],
    });
    expect(one(input, 'EC2NodeClass').spec.capacityReservationSelectorTerms).toEqual([{ id: 'cr-0123456789abcdef0' }]);
  });

  test('of Trainium is limited in chips', () => {
    const input = bursting({}, { instanceType: 'trn1.32xlarge' });
    expect(one(input, 'NodePool').spec.limits).toEqual({ nodes: '4', cpu: '512', 'aws.amazon.com/neuron': '64' });
  });
});

describe('an EC2NodeClass', () => {
  const { spec } = one(bursting(), 'EC2NodeClass');

  test('pins the image and gives nodes what those of managed groups have', () => {
    expect(spec.amiSelectorTerms).toEqual([{ alias: 'al2023@v20260903' }]);
    expect(spec.instanceStorePolicy).toBe('RAID0');
    expect(spec.metadataOptions).toEqual({
      httpEndpoint: 'enabled',
      httpTokens: 'required',
      httpPutResponseHopLimit: 1,
    });
    expect(spec.blockDeviceMappings).toEqual([
      {
        deviceName: '/dev/xvda',
        rootVolume: true,
        ebs: {
          volumeType: 'gp3',
          volumeSize: '200Gi',
          iops: 3000,
          throughput: 125,
          encrypted: true,
          deleteOnTermination: true,
        },
      },
    ]);
    expect(parse(spec.userData).spec.kubelet.config).toEqual({ registryPullQPS: 50, registryBurst: 100 });
    expect(spec.associatePublicIPAddress).toBe(false);
  });

  test('finds by tags what CloudFormation makes, and by name the profile that it makes', () => {
    expect(spec.instanceProfile).toBe('UsEast1-karpenter-us-east-1');
    expect(spec.subnetSelectorTerms).toEqual([{ tags: { 'karpenter.sh/discovery': 'UsEast1' } }]);
    expect(spec.securityGroupSelectorTerms).toEqual([
      { tags: { 'kubernetes.io/cluster/UsEast1': 'owned' } },
      { tags: { 'karpenter.sh/discovery': 'UsEast1' } },
    ]);
    const given: Partial<Cell> = {
      network: { kind: 'existing', vpcId: 'vpc-1', vpcCidr: '10.0.0.0/16', privateSubnetIds: ['subnet-1', 'subnet-2'] },
    };
    expect(one(bursting(given), 'EC2NodeClass').spec.subnetSelectorTerms).toEqual([{ id: 'subnet-1' }]);
  });

  test('tags what it starts as everything of the deployment is tagged', () => {
    expect(spec.tags).toEqual({
      team: 'inference',
      'headroom:cell': 'UsEast1',
      'headroom:node-group': 'chat-g6-xlarge-burst',
      'headroom:workload': 'chat',
    });
  });

  test('lists every interface of a type with EFA, and none of one without', () => {
    expect(spec.networkInterfaces).toBeUndefined();
    const wide = one(bursting({}, { instanceType: 'p5.48xlarge' }), 'EC2NodeClass').spec.networkInterfaces;
    expect(wide).toHaveLength(33);
    expect(wide[0]).toEqual({ networkCardIndex: 0, deviceIndex: 0, interfaceType: 'interface' });
    expect(wide[1]).toEqual({ networkCardIndex: 0, deviceIndex: 1, interfaceType: 'efa-only' });
  });
});

describe('Karpenter', () => {
  const controller = (cell: Partial<Cell> = {}): Anything =>
    objectsOf(bursting(cell)).find((object) => object.kind === 'Deployment' && object.metadata.name === 'karpenter');
  const settings = (cell: Partial<Cell> = {}) =>
    Object.fromEntries(
      controller(cell).spec.template.spec.containers[0].env.map(({ name, value }: Anything) => [name, value]),
    );

  test('runs on system nodes under the account that has the role, and knows its cluster and its queue', () => {
    const { spec } = controller().spec.template;
    expect(spec.nodeSelector).toEqual({ 'headroom/node-group': 'system' });
    expect(spec.serviceAccountName).toBe('karpenter');
    expect(spec.containers[0].image).toBe('public.ecr.aws/karpenter/controller:1.14.1');
    expect(settings()).toMatchObject({ CLUSTER_NAME: 'UsEast1', INTERRUPTION_QUEUE: 'UsEast1-karpenter' });
    expect(controller({ profile: 'production' }).spec.replicas).toBe(2);
  });

  test('asks for no prices where there is no way out', () => {
    expect(settings().ISOLATED_VPC).toBe('false');
    const network = { kind: 'own', cidr: '10.0.0.0/16', egress: 'endpoints' } as const;
    expect(settings({ network, serving: { ...WEIGHTS, ...METRICS } }).ISOLATED_VPC).toBe('true');
  });

  test('starts no replica more than the nodes hold, and replicas go as far as the pool does', () => {
    const scaled = one(bursting(), 'ScaledObject').spec;
    expect([scaled.minReplicaCount, scaled.maxReplicaCount]).toEqual([2, 6]);
    expect(fileOf(bursting({}, { instanceType: 'g6e.xlarge' }), 'nvidia-device-plugin.yaml')).toContain('- g6e.xlarge');
    expect(JSON.parse(fileOf(bursting(), 'expected-nodes.json')).map(({ nodes }: Anything) => nodes)).toEqual([
      { min: 2, plan: 2, max: 2 },
      { min: 0, plan: 1, max: 4 },
    ]);
  });

  test('wants its definitions before, and no pool where none is planned', () => {
    expect(fileOf(bursting(), 'prerequisites.json')).toContain('karpenter-crd:1.14.1');
    const files = cellManifests(served({ ...KARPENTER })).map(({ path }) => path);
    expect(files).toContain('karpenter.yaml');
    expect(files).not.toContain('node-pools.yaml');
  });

  test('may change nodes, pods and its own kinds, and nothing else', () => {
    const rules: readonly Anything[] = objectsOf(bursting()).find(
      ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'karpenter',
    ).rules;
    const changed = rules
      .filter(({ verbs }) => verbs.some((verb: string) => !['get', 'list', 'watch'].includes(verb)))
      .flatMap(({ resources }) => resources);
    expect([...new Set(changed)].sort()).toEqual([
      'ec2nodeclasses',
      'ec2nodeclasses/status',
      'events',
      'nodeclaims',
      'nodeclaims/status',
      'nodeoverlays/status',
      'nodepools',
      'nodepools/status',
      'nodes',
      'pods',
      'pods/eviction',
    ]);
    expect(rules.every(({ resources, verbs }) => !resources.includes('*') && !verbs.includes('*'))).toBe(true);
  });
});
