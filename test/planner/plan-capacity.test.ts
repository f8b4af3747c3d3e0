import { defaultCatalog, findModel } from '../../lib/catalog/catalog';
import { conversationLengths } from '../../lib/deployments/conversation-lengths';
import { nodeGroupName, withSuffix } from '../../lib/planner/sizing/group-names';
import { Problem } from '../../lib/problem';
import { anInferenceWorkload, aReservedBlockWorkload, aTrainingWorkload } from '../builders';
import { aCell, aModel, anOffer, aTraffic, feasible, plan, ratesOf, SOME_PRICES, US_WEST_2, withSlo } from './fixtures';

const QWEN_8B = findModel(defaultCatalog, 'Qwen/Qwen3-8B');

test('the sandbox: an 8B model in fp8 on one g6.xlarge, 606.77 USD in December', () => {
  const workload = anInferenceWorkload({
    precision: 'fp8',
    tokens: conversationLengths,
    slo: { ttft: { percentile: 95, seconds: 5 }, tpot: { percentile: 95, seconds: 0.1 } },
    placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand'], instanceFamilies: ['g6'] },
  });
  const made = feasible({ workload, model: QWEN_8B, traffic: aTraffic(0.2) });
  // 744 h × 0.8048 = 598.7712; 100 GiB × 0.08 for one month = 8
  expect(made.listCost.windowTotal).toEqual({ min: '606.7712', plan: '606.7712', max: '606.7712' });
  // 0.8048 + 8/730
  expect(made.listCost.perHour.plan).toBe('0.81575890411');
  expect(made.cells).toEqual([
    {
      id: 'UsEast1',
      region: 'us-east-1',
      availabilityZone: 'us-east-1a',
      nodeGroups: [
        {
          name: 'chat-g6-xlarge',
          workload: 'chat',
          instanceType: 'g6.xlarge',
          purchase: 'onDemand',
          size: { min: 1, plan: 1, max: 1 },
          rootVolume: { gibibytes: 100, iops: 3000, mebibytesPerSecond: 125 },
        },
      ],
    },
    { id: 'UsWest2', region: 'us-west-2', availabilityZone: 'us-west-2a', nodeGroups: [] },
  ]);
  const [chat] = made.workloads;
  expect(chat).toMatchObject({ kind: 'inference', binding: 'purchaseUnit', assuredReplicas: 0 });
  expect(chat?.shape).toMatchObject({ instanceType: 'g6.xlarge', tensorParallel: 1, precision: 'fp8', engine: 'vllm' });
  expect(chat?.ttftSeconds?.p99).toBeLessThan(5);
  expect(chat?.tpotSeconds?.p99).toBeLessThan(0.1);
});

test('a replica over two nodes says so on its node group, which then stands in one placement group', () => {
  const workload = withSlo(10, 0.3, {
    precision: 'bf16',
    placement: {
      cells: ['UsEast1'],
      purchaseOptions: ['onDemand'],
      instanceFamilies: ['p5'],
      bestEffortFloor: 'a test',
    },
  });
  const model = findModel(defaultCatalog, 'meta-llama/Meta-Llama-3.1-405B');
  const made = feasible({ workload, model, traffic: aTraffic(0.05) });
  // 405.9 billion parameters in bf16 are 756 GiB; a p5.48xlarge has 640.
  expect(made.workloads[0]?.shape?.nodesPerReplica).toBe(2);
  expect(made.cells[0]?.nodeGroups[0]?.nodesPerReplica).toBe(2);
});

test('the cost of several workloads in two cells is the sum of their nodes, recomputed from the plan', () => {
  const made = plan(
    {},
    {
      workloads: [
        {
          workload: withSlo(2, 0.06, {
            name: 'Router_A',
            spareNodes: 1,
            placement: { cells: ['UsWest2', 'UsEast1'], purchaseOptions: ['onDemand'] },
          }),
          model: QWEN_8B,
          traffic: aTraffic(60),
        },
        {
          workload: aReservedBlockWorkload({
            count: 3,
            placement: { cells: ['UsEast1', 'UsWest2'], purchaseOptions: ['onDemand'] },
          }),
          model: undefined,
          traffic: undefined,
        },
      ],
      cells: [aCell({ profile: 'production' }), US_WEST_2],
    },
  );
  if (made.kind !== 'feasible') throw new Error(JSON.stringify(made));
  const { cells, listCost, workloads } = made.plan;
  // Prices are whole hundred-thousandths of a dollar: 744 h of each node and a month of 200 or 100 GiB at 8 cents.
  let units = 0;
  for (const { nodeGroups } of cells) {
    for (const { instanceType, size, rootVolume } of nodeGroups) {
      const perHour = Math.round(Number(SOME_PRICES[instanceType]) * 1e5);
      units += size.plan * (perHour * 744 + rootVolume.gibibytes * 8000);
    }
  }
  expect(Math.round(Number(listCost.windowTotal.plan) * 1e5)).toBe(units);
  expect(cells.map(({ nodeGroups }) => nodeGroups.find(({ workload }) => workload === 'research')?.size.plan)).toEqual([
    2, 1,
  ]);
  expect(cells[0]?.nodeGroups[0]?.name).toMatch(/^router-a-g/);
  const nodes = cells.map(
    ({ nodeGroups }) => nodeGroups.find(({ workload }) => workload === 'Router_A')?.size.plan ?? 0,
  );
  const [router] = workloads;
  expect(nodes[0] ?? 0).toBeLessThanOrEqual(nodes[1] ?? 0);
  expect(router?.purchase[0]?.nodes).toBe((nodes[0] ?? 0) + (nodes[1] ?? 0));
});

test('a plan survives JSON, and says the same when asked again', () => {
  const made = feasible({ model: QWEN_8B, workload: withSlo(2, 0.06) });
  expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  expect(JSON.stringify(feasible({ model: QWEN_8B, workload: withSlo(2, 0.06) }))).toBe(JSON.stringify(made));
});

test('replicas carry the peak within the SLO', () => {
  const made = feasible({ model: QWEN_8B, workload: withSlo(2, 0.06), traffic: aTraffic(60) });
  const [chat] = made.workloads;
  const carried = (chat?.requestsPerSecondPerReplica ?? 0) * (chat?.replicas.plan ?? 0);
  expect(carried).toBeGreaterThanOrEqual(60);
  expect(chat?.concurrencyPerReplica).toBeGreaterThan(0);
});

test('more confidence sizes against more of the error band, and the plan says what it took', () => {
  const at = (confidence?: number) => {
    const workload = withSlo(2, 0.06, confidence === undefined ? {} : { confidence });
    return feasible({ model: QWEN_8B, workload, traffic: aTraffic(100) });
  };
  const carried = (confidence: number) => at(confidence).workloads[0]?.requestsPerSecondPerReplica ?? 0;
  expect(carried(0.5)).toBeGreaterThan(carried(0.9));
  expect(carried(0.9)).toBeGreaterThan(carried(0.99));
  expect(at()).toEqual(at(0.9));
  const taken = at().workloads[0]?.sizedOn;
  expect(taken?.confidence).toBe(0.9);
  expect(taken?.slowdown).toBeGreaterThan(1);
});

test('an infeasible workload is named, the feasible ones are not', () => {
  const result = plan(
    {},
    {
      workloads: [
        { workload: anInferenceWorkload({ name: 'easy' }), model: aModel(), traffic: aTraffic(1) },
        { workload: withSlo(1e-6, 1e-6, { name: 'hard' }), model: aModel(), traffic: aTraffic(1) },
      ],
    },
  );
  if (result.kind !== 'infeasible') throw new Error('a microsecond is too short');
  expect(result.workloads.map(({ name }) => name)).toEqual(['hard']);
  expect(result.workloads[0]?.rejected[0]?.code).toBe('SloMissed');
});

test('node-group names depend on the workload and the type alone', () => {
  expect(nodeGroupName('chat', 'p5.48xlarge')).toBe('chat-p5-48xlarge');
  expect(nodeGroupName('My Chat_2', 'trn2.48xlarge')).toBe('my-chat-2-trn2-48xlarge');
});

test('no name is longer than a label of a node may be, and long ones that begin alike stay apart', () => {
  const longest = 'a'.repeat(40);
  const base = nodeGroupName(longest, 'p6e-gb200.36xlarge');
  const names = [
    base,
    nodeGroupName(longest, 'p6-b200.48xlarge', 'cr-0123456789abcdef0'),
    nodeGroupName(longest, 'p6-b200.48xlarge', 'cr-0123456789abcdef1'),
    withSuffix(base, 'burst'),
    withSuffix(base, 2),
  ];
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
  expect(new Set(names).size).toBe(names.length);
});

describe('reserved blocks', () => {
  const block = aReservedBlockWorkload({ placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand', 'spot'] } });

  test('hold what was asked for by the cheapest priced option', () => {
    const made = feasible({ workload: block });
    expect(made.workloads[0]).toMatchObject({
      kind: 'reservedBlock',
      replicas: { min: 2, plan: 2, max: 2 },
      purchase: [{ option: 'onDemand', assurance: 'bestEffort', nodes: 2 }],
      rejected: [
        { candidate: 'p5.48xlarge spot', code: 'Unpriced' },
        { candidate: 'p5.48xlarge Savings Plan', code: 'Unpriced' },
      ],
      shape: null,
      binding: 'requested',
    });
    // 2 × (744 × 55.04 + 8)
    expect(made.listCost.windowTotal.plan).toBe('81915.52');
  });

  test('a dearer option is told with the difference', () => {
    const rateOf: typeof onDemand = (option) =>
      option.kind === 'instance' && option.purchase === 'spot'
        ? onDemand({ ...option, purchase: 'onDemand', instanceType: 'p5en.48xlarge' })
        : onDemand(option);
    const onDemand = ratesOf(SOME_PRICES);
    const both = {
      ...block,
      placement: { cells: ['UsEast1'], purchaseOptions: ['spot', 'onDemand'] as const },
    };
    expect(feasible({ workload: both }, { rateOf }).workloads[0]?.rejected[0]).toEqual({
      candidate: 'p5.48xlarge spot',
      code: 'Dearer',
      reason: 'costs 126.61 USD an hour, 16.51 more than the choice',
    });
  });

  test('of more nodes than one group may have are several groups, and the first keeps its name', () => {
    const [cell] = feasible({ workload: { ...block, count: 1000 } }).cells;
    expect(cell?.nodeGroups.map(({ name, size }) => [name, size.max])).toEqual([
      ['research-p5-48xlarge', 450],
      ['research-p5-48xlarge-2', 450],
      ['research-p5-48xlarge-3', 100],
    ]);
  });

  test('take what is owned first, and the workload after them what is left', () => {
    const owned = [anOffer({ count: 3 })];
    const placement = { cells: ['UsEast1'], purchaseOptions: ['onDemand', 'capacityReservation'] as const };
    const first = { ...block, placement };
    const second = { ...block, name: 'second', placement };
    const ready = (workload: typeof first) => ({ workload, model: undefined, traffic: undefined });
    const made = feasible({ workload: first }, { owned, workloads: [ready(first), ready(second)] });
    const groups = made.cells[0]?.nodeGroups.map(({ workload, purchase, size }) => [workload, purchase, size.plan]);
    expect(groups).toEqual([
      ['research', 'capacityReservation', 2],
      ['second', 'capacityReservation', 1],
      ['second', 'onDemand', 1],
    ]);
    // The reservation whole and one node more: (3 + 1) × 744 × 55.04, and four volumes of 8.
    expect(made.listCost.windowTotal.plan).toBe('163831.04');
  });

  test('do not count on a reservation that ends before they do', () => {
    const owned = [anOffer({ during: { start: '2026-11-01T00:00:00Z', end: '2026-12-15T00:00:00Z' } })];
    const both = { ...block, placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand', 'capacityReservation'] } };
    const [made] = feasible({ workload: both as typeof block }, { owned }).workloads;
    expect(made?.purchase).toEqual([{ option: 'onDemand', assurance: 'bestEffort', nodes: 2 }]);
    expect(made?.rejected).toContainEqual({
      candidate: 'p5.48xlarge capacityReservation',
      code: 'NotOffered',
      reason: expect.stringMatching(
        /holds from 2026-11-01.* to 2026-12-15.* and is needed from 2026-12-01.* to 2027-01-01/,
      ),
    });
  });

  test('are infeasible where the type is not offered', () => {
    const result = plan({ workload: { ...block, instanceType: 'trn2.48xlarge' } });
    expect(result).toMatchObject({ kind: 'infeasible', workloads: [{ rejected: [{ code: 'NotOffered' }] }] });
  });

  test('fails when the catalogue has no such type', () => {
    expect(() => plan({ workload: { ...block, instanceType: 'p9.48xlarge' } })).toThrow(Problem);
  });
});

describe('training', () => {
  const training = aTrainingWorkload({
    placement: {
      cells: ['UsEast1', 'UsWest2'],
      purchaseOptions: ['onDemand'],
      instanceFamilies: ['p5', 'p4d'],
      bestEffortFloor: 'a test',
    },
  });

  test('takes 6 N D over utilization, peak and time: 4.8e22 FLOPs in 90 days at 0.4 of 8 × 989 TFLOP/s is 2 nodes', () => {
    // 4.8e22 / (0.4 × 8 × 989e12 × 7,776,000 s) = 1.95
    const made = feasible({ workload: training });
    expect(made.workloads[0]).toMatchObject({
      kind: 'training',
      purchase: [{ option: 'onDemand', nodes: 2 }],
      shape: null,
    });
    expect(made.cells.map(({ nodeGroups }) => nodeGroups.length)).toEqual([1, 0]);
    expect(made.cells[0]?.nodeGroups[0]?.name).toBe('pretrain-p5-48xlarge');
  });

  test('holds 16 bytes a parameter in half of the memory', () => {
    // 400e9 × 16 / (0.5 × 8 × 80 GiB) = 18.6
    const large = { ...training, activeParameters: 400e9, trainingTokens: 1e9 };
    expect(
      feasible({ workload: { ...large, placement: { ...training.placement, instanceFamilies: ['p5'] } } }),
    ).toMatchObject({
      workloads: [{ purchase: [{ nodes: 19 }] }],
    });
  });

  test('needs EFA to join nodes', () => {
    const placement = { ...training.placement, instanceFamilies: ['g6'] };
    const result = plan({ workload: { ...training, placement } });
    expect(result).toMatchObject({ kind: 'infeasible' });
    expect(JSON.stringify(result)).toContain('has no EFA to join them');
  });

  test('fails when the deadline has passed', () => {
    const late = { ...training, start: '2026-01-01', deadline: '2026-06-01' };
    expect(() => plan({ workload: late })).toThrow(
      'workload pretrain has a deadline of 2026-06-01, which is not after 2026-11-23T00:00:00Z; set a later deadline',
    );
  });
});

describe('wrong input', () => {
  test('fails when a placement names a cell that does not exist', () => {
    const workload = anInferenceWorkload({ placement: { cells: ['Mars'], purchaseOptions: ['onDemand'] } });
    expect(() => plan({ workload })).toThrow(
      'workload chat is placed in cell Mars, which does not exist; name one of UsEast1, UsWest2',
    );
  });

  test('fails when an inference workload comes without its model or traffic', () => {
    const workload = anInferenceWorkload();
    const planWith = (model: ReturnType<typeof aModel> | undefined) => () =>
      plan({}, { workloads: [{ workload, model, traffic: undefined }] });
    expect(planWith(undefined)).toThrow('workload chat is planned without its model; give both');
    expect(planWith(aModel())).toThrow('workload chat is planned without its traffic; give both');
  });
});
