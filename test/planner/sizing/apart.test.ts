import { defaultCatalog, findModel } from '../../../lib/catalog/catalog';
import { conversationLengths } from '../../../lib/deployments/conversation-lengths';
import { defaultModel } from '../../../lib/planner/performance/default-model';
import { cacheTransfer } from '../../../lib/planner/performance/disaggregated';
import { servingDemand } from '../../../lib/planner/performance/serving-demand';
import { cheapestApart, partOf } from '../../../lib/planner/sizing/apart';
import { horizonLengths, type PlanningContext } from '../../../lib/planner/sizing/planning-context';
import { replicaOf } from '../../../lib/planner/sizing/replica-option';
import { renderPlan } from '../../../lib/report/plan-report';
import type { InferenceWorkload } from '../../../lib/workload/workload';
import { anInferenceWorkload, aTokenDistribution, DECEMBER } from '../../builders';
import { aCell, anOffer, aReplica, aTraffic, feasible, plan, ratesOf, SOME_PRICES } from '../fixtures';
import { quantileOf, simulatePools } from '../simulation/pools-simulation';

const QWEN = findModel(defaultCatalog, 'Qwen/Qwen3-235B-A22B-FP8');
const CELL = aCell();

const asked = (tpotSeconds: number, more: Partial<InferenceWorkload['placement']> = {}): InferenceWorkload =>
  anInferenceWorkload({
    precision: 'fp8',
    tokens: conversationLengths,
    slo: { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: tpotSeconds } },
    placement: {
      cells: [CELL.id],
      purchaseOptions: ['onDemand'],
      instanceFamilies: ['p5', 'p5en'],
      bestEffortFloor: 'a test',
      disaggregation: true,
      ...more,
    },
  });
const OTHERS = { cells: [CELL], performance: defaultModel() };
const planned = (workload: InferenceWorkload, peak = 240, override: object = {}) =>
  feasible({ workload, model: QWEN, traffic: aTraffic(peak) }, { ...OTHERS, ...override });

function apartOf(workload: InferenceWorkload, peak: number) {
  const context: PlanningContext = {
    catalog: defaultCatalog,
    rateOf: ratesOf(SOME_PRICES),
    performance: defaultModel(),
    cells: [CELL],
    horizon: DECEMBER,
    ...horizonLengths(DECEMBER),
  };
  const demand = servingDemand(workload.tokens, 0, 1);
  const found = cheapestApart({ workload, model: QWEN, traffic: aTraffic(peak), demand, cells: [CELL], context });
  if (found === undefined) throw new Error('no pools');
  return found;
}

describe('prefill and decode apart', () => {
  test('are chosen where they are cheaper, with their own shapes and numbers, on groups of their own', () => {
    const made = planned(asked(0.03));
    const whole = planned(asked(0.03, { disaggregation: false }));
    expect(Number(made.listCost.windowTotal.max)).toBeLessThan(0.8 * Number(whole.listCost.windowTotal.max));
    const [workload] = made.workloads;
    expect(workload?.pools?.map(({ role }) => role)).toEqual(['prefill', 'decode']);
    const [prefill, decode] = workload?.pools ?? [];
    expect(prefill?.shape).not.toEqual(decode?.shape);
    expect(workload?.shape).toEqual(decode?.shape);
    expect(made.cells[0]?.nodeGroups.map(({ name, pool }) => [name, pool])).toEqual([
      [expect.stringMatching(/^chat-prefill-/), 'prefill'],
      [expect.stringMatching(/^chat-decode-/), 'decode'],
    ]);
    expect(workload?.rejected[0]).toMatchObject({ code: 'Dearer', reason: expect.stringContaining('that do both') });
    const report = renderPlan(made).replaceAll(/\s+/g, ' ');
    expect(report).toMatch(/prefill: \d+ × .* decode: \d+ × .* a prompt's cache of .* GB\/s of EFA in at most/);
  });

  test('are not where they are dearer, and the plan says by how much', () => {
    // A few requests need two pools of two nodes with the spare, where two nodes would do both.
    const made = planned({ ...asked(0.05), spareNodes: 1 }, 2);
    expect(made.workloads[0]?.pools).toBeUndefined();
    const lost = made.workloads[0]?.rejected.find(({ candidate }) => candidate === 'prefill and decode apart');
    expect(lost).toMatchObject({ code: 'Dearer', reason: expect.stringContaining('more than the choice') });
  });

  test('never cost more than replicas that do both, however tight the target', () => {
    for (const tpot of [0.015, 0.02, 0.05, 0.1]) {
      const cost = (disaggregation: boolean) =>
        Number(planned(asked(tpot, { disaggregation })).listCost.windowTotal.max);
      expect(cost(true)).toBeLessThanOrEqual(cost(false));
    }
  });

  test('cost no more for a looser target', () => {
    const costs = [0.015, 0.02, 0.03, 0.05, 0.1].map((tpot) => Number(planned(asked(tpot)).listCost.windowTotal.max));
    expect([...costs].sort((a, b) => b - a)).toEqual(costs);
    const patient = (seconds: number) => {
      const workload = asked(0.03);
      return { ...workload, slo: { ...workload.slo, ttft: { percentile: 95, seconds } } };
    };
    const byTtft = [0.6, 1, 2, 5].map((seconds) => Number(planned(patient(seconds)).listCost.windowTotal.max));
    expect([...byTtft].sort((a, b) => b - a)).toEqual(byTtft);
  });

  test('are not asked for by default, and not possible over several cells', () => {
    expect(planned(asked(0.03, { disaggregation: false })).workloads[0]?.pools).toBeUndefined();
    const cells = [CELL, aCell({ id: 'Other', availabilityZones: ['us-east-1b', 'us-east-1a'] })];
    const made = planned(asked(0.03, { cells: ['UsEast1', 'Other'] }), 240, { cells });
    expect(made.workloads[0]?.pools).toBeUndefined();
    expect(JSON.stringify(made.workloads[0]?.rejected)).toContain('no two pools keep their parts of the SLO');
  });

  test('read caches of the same precision and generation, with as many ranks or a multiple', () => {
    // Long prompts in a hurry want eight ranks, short answers at leisure would do with four.
    const all = (length: number) => aTokenDistribution({ buckets: [{ tokens: length, weight: 1 }] });
    const tokens = { input: all(4000), output: all(100) };
    const slo = { ttft: { percentile: 95, seconds: 0.3 }, tpot: { percentile: 95, seconds: 0.3 } };
    const hasty = { ...asked(0.3), tokens, slo };
    for (const [workload, peak] of [
      [asked(0.015), 240],
      [asked(0.05), 240],
      [hasty, 20],
    ] as const) {
      const { prefill, decode } = apartOf(workload, peak);
      const [a, b] = [prefill, decode].map(({ option }) => option.configuration);
      expect(a?.shape.precision).toBe(b?.shape.precision);
      expect(a?.accelerator.generation).toBe(b?.accelerator.generation);
      expect((b?.shape.tensorParallel ?? 1) % (a?.shape.tensorParallel ?? 1)).toBe(0);
    }
  });

  test('only decode stands on what is owned', () => {
    const owned = [anOffer({ instanceType: 'p5en.48xlarge', count: 40 })];
    const placement = { purchaseOptions: ['onDemand', 'capacityReservation'] } as const;
    const onDemand = ratesOf(SOME_PRICES);
    const made = planned(asked(0.015, placement), 240, { owned, rateOf: onDemand });
    const inOwned = made.cells[0]?.nodeGroups.filter(({ reservationId }) => reservationId !== undefined) ?? [];
    expect(inOwned.every(({ pool }) => pool !== 'prefill')).toBe(true);
    const used = inOwned.reduce((sum, { size }) => sum + size.max, 0);
    expect(used).toBeLessThanOrEqual(40);
  });

  test('fails honestly where no pool keeps its part', () => {
    const result = plan({ workload: asked(0.001), model: QWEN, traffic: aTraffic(240) }, OTHERS);
    expect(result.kind).toBe('infeasible');
    expect(JSON.stringify(result)).toContain('no two pools keep their parts of the SLO');
  });
});

describe('the parts of a promise', () => {
  const slo = { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 99, seconds: 0.05 } };

  test('add up to the whole: the target with both transfers, and the requests that may miss it', () => {
    const prefill = partOf(slo, 'prefill', 0.7, 0.1);
    const decode = partOf(slo, 'decode', 0.7, 0.2);
    expect(prefill.ttft.seconds + decode.ttft.seconds + 0.3).toBeCloseTo(2, 12);
    expect(100 - prefill.ttft.percentile + (100 - decode.ttft.percentile)).toBeCloseTo(5, 12);
    expect(decode.tpot).toBe(slo.tpot);
  });

  test('a cache takes its bytes over the server’s share of EFA, and a message', () => {
    const configuration = aReplica('meta-llama/Meta-Llama-3.1-70B', 'p5.48xlarge', {
      tensorParallel: 4,
      acceleratorsPerReplica: 4,
    });
    const built = replicaOf(configuration, servingDemand(conversationLengths, 0, 1), defaultModel());
    if (!('fit' in built)) throw new Error('does not fit');
    // 80 layers × 2 × 8 heads × 128 × 2 bytes = 327,680 bytes a token; half of 400 GB/s at 0.9.
    const transfer = cacheTransfer(configuration, built.fit, 1000);
    expect(transfer?.bytes).toBe(327_680_000);
    expect(transfer?.bytesPerSecond).toBe(180e9);
    expect(transfer?.seconds).toBeCloseTo(327_680_000 / 180e9 + 19e-6, 12);
  });
});

test('a simulation of both pools keeps what is promised, and not with a quarter fewer of either', () => {
  const [tpot, peak] = [0.03, 240];
  const workload = asked(tpot);
  const { prefill, decode } = apartOf(workload, peak);
  const transferSeconds = (tokens: number) =>
    [prefill, decode].reduce(
      (sum, { option }) => sum + (cacheTransfer(option.configuration, option.replica.fit, tokens)?.seconds ?? Infinity),
      0,
    );
  const run = (prefillReplicas: number, decodeReplicas: number) => {
    const { ttftSeconds, tpotSeconds } = simulatePools(
      {
        prefill: prefill.option.replica,
        prefillReplicas,
        decode: decode.option.replica,
        decodeReplicas,
        decodeSlots: decode.option.slots,
        transferSeconds,
      },
      {
        requestsPerSecond: peak,
        requests: 16_000,
        warmup: 4000,
        seed: 7,
        prompts: conversationLengths.input.buckets,
        outputs: conversationLengths.output.buckets,
      },
    );
    return { ttft: quantileOf(ttftSeconds, 95), tpot: quantileOf(tpotSeconds, 95) };
  };
  const kept = run(prefill.needed, decode.needed);
  expect(kept.ttft).toBeLessThan(workload.slo.ttft.seconds);
  expect(kept.tpot).toBeLessThan(tpot);
  expect(run(Math.floor(0.75 * prefill.needed), decode.needed).ttft).toBeGreaterThan(workload.slo.ttft.seconds);
  expect(run(prefill.needed, Math.floor(0.75 * decode.needed)).tpot).toBeGreaterThan(tpot);
});
