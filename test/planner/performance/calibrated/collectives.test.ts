import * as fc from 'fast-check';
import { defaultCatalog, findAccelerator, findModel } from '../../../../lib/catalog/catalog';
import { coefficientsOfFile } from '../../../../lib/planner/performance/calibrated/coefficient-file';
import { COEFFICIENT_NAMES } from '../../../../lib/planner/performance/calibrated/coefficient-names';
import { usedCoefficients } from '../../../../lib/planner/performance/calibrated/coefficient-use';
import { COEFFICIENT_FILES } from '../../../../lib/planner/performance/calibrated/coefficients';
import {
  allGatherSeconds,
  allReduceSeconds,
  allToAllSeconds,
  type Exchange,
  groupsReached,
  sendSeconds,
} from '../../../../lib/planner/performance/calibrated/collectives';
import { perfectHardware } from '../../../../lib/planner/performance/calibrated/perfect-hardware';
import { rankWork } from '../../../../lib/planner/performance/calibrated/rank-work';
import { type ReplicaLoad, servingOf, workOf } from '../../../../lib/planner/performance/calibrated/replica-load';
import { emptyTimes, requestTimes } from '../../../../lib/planner/performance/calibrated/request-time';
import { stepSeconds } from '../../../../lib/planner/performance/calibrated/step-time';

/** NVLink of an H100 at 0.6 of 450 GB/s; 4 µs between two ranks, a tenth more for each further one. */
const NVLINK: Exchange = { latency: 4e-6, growth: 0.1, bandwidth: 270e9, network: 0 };
/** EFA of eight interfaces of 400 Gb/s, there and back through a tree of two nodes. */
const EFA: Exchange = { ...NVLINK, bandwidth: 240e9, network: 38e-6 };
const PCIE: Exchange = { ...NVLINK, bandwidth: 5e9 };

describe('by hand', () => {
  test('an all-reduce of 1 MB over four ranks: 4 µs × 1.2 and 2 × 3/4 of the bytes', () => {
    // NVLink 4.8 + 1.5e6 / 270e9 = 5.556 µs → 10.356; EFA 42.8 + 6.25; PCIe 4.8 + 300.
    expect(allReduceSeconds(4, 1e6, NVLINK) * 1e6).toBeCloseTo(10.3556, 3);
    expect(allReduceSeconds(4, 1e6, EFA) * 1e6).toBeCloseTo(49.05, 3);
    expect(allReduceSeconds(4, 1e6, PCIE) * 1e6).toBeCloseTo(304.8, 3);
    expect(allReduceSeconds(1, 1e6, NVLINK)).toBe(0);
  });

  test('an all-gather of 1 MB over four ranks: 0.88 of the start, 3/4 of the bytes at 0.85 of the rate', () => {
    // 4.224 + 0.75e6 / 229.5e9 = 3.268 µs; over EFA 0.88 × 42.8 = 37.664 + 0.75e6 / 204e9 = 3.676 µs.
    expect(allGatherSeconds(4, 1e6, NVLINK) * 1e6).toBeCloseTo(7.492, 3);
    expect(allGatherSeconds(4, 1e6, EFA) * 1e6).toBeCloseTo(41.3405, 3);
  });

  test('an all-to-all of 1 MB over four ranks: 1.15 of two ranks’ start, 3/4 of the bytes at 0.8 of the rate', () => {
    // 4.6 + 0.75e6 / 216e9 = 3.472 µs
    expect(allToAllSeconds(4, 1e6, NVLINK) * 1e6).toBeCloseTo(8.0722, 3);
  });

  test('a message of 1 MB takes 4 µs and its bytes over NVLink, over EFA its network besides', () => {
    expect(sendSeconds(1e6, NVLINK) * 1e6).toBeCloseTo(7.7037, 3);
    expect(sendSeconds(1e6, { ...EFA, network: 19e-6 }) * 1e6).toBeCloseTo(27.1667, 3);
  });

  test('two experts of a token lie on 2 − 1/4 of four groups', () => {
    expect(groupsReached(4, 2)).toBeCloseTo(1.75, 12);
    expect(groupsReached(1, 8)).toBe(1);
  });
});

describe('what ranks exchange', () => {
  const model = findModel(defaultCatalog, 'deepseek-ai/DeepSeek-R1');
  const h200 = findAccelerator(defaultCatalog, 'H200');
  const formats = { attention: 'fp8Block', dense: 'fp8Block', experts: 'fp8Block', kvBytes: 2 } as const;
  const one = { tensorParallel: 8, attentionDataParallel: 1, expertTensorParallel: 8, expertParallel: 1 };
  const c = { ...perfectHardware(), collectiveLatency: 4e-6 };
  /** Seconds that links add to a step of 64 tokens on the replica. */
  const exchanged = (shape: typeof one, layout = {}) => {
    const work = rankWork(model, h200, shape, formats, layout);
    const free = { ...work, link: 1e30, attentionLink: 1e30, farLink: 1e30, nearSends: 0, farSends: 0 };
    const quiet = { ...c, collectiveLatency: 0 };
    const step = (w: typeof work, given: typeof c) => stepSeconds(w, given, 64 / w.dataParallel, 1000, 1, 0, 0, 0, 1);
    return step(work, c) - step({ ...free, linkSeconds: 0, attentionLinkSeconds: 0 }, quiet);
  };

  test('one attention group all-reduces twice a layer: 122 × (4 µs + 2 × 7/8 × 64 × 7,168 × 2 bytes over 450 GB/s)', () => {
    // The latency of perfect hardware does not grow with the ranks.
    expect(exchanged(one) * 1e6).toBeCloseTo(122 * (4 + (1.75 * 64 * 7168 * 2) / 450e3), 1);
  });

  test('eight attention groups exchange nothing within themselves, and gather and scatter or route around the experts', () => {
    const gathered = exchanged({ ...one, tensorParallel: 1, attentionDataParallel: 8 });
    const bytes = 64 * 7168 * 2;
    // 61 layers × two of 0.88 × 4 µs + 7/8 of the bytes at 0.85 of 450 GB/s
    expect(gathered * 1e6).toBeCloseTo(122 * (3.52 + (0.875 * bytes) / (0.85 * 450e3)), 1);
    const routed = exchanged({
      tensorParallel: 1,
      attentionDataParallel: 8,
      expertTensorParallel: 1,
      expertParallel: 8,
    });
    // An eighth of the tokens a rank, each to 8 (1 − (7/8)^8) = 5.2511 groups, and the busiest rank 1 + 3 × skew of the mean.
    const sent = (bytes / 8) * 8 * (1 - (7 / 8) ** 8) * (1 + 3 * c.expertSkew);
    const dense = 2 * 3 * (3.52 + (0.875 * bytes) / (0.85 * 450e3));
    expect(routed * 1e6).toBeCloseTo(dense + 2 * 58 * (4.6 + (0.875 * sent) / (0.8 * 450e3)), 1);
  });

  test('four stages on two nodes send twice within a node and once over the network', () => {
    const staged = exchanged(one, { pipelineParallel: 4, nodes: 2, networkBytesPerSecond: 400e9 }) - exchanged(one);
    const bytes = 64 * 7168 * 2;
    // Within a node each of eight ranks sends its eighth.
    expect(staged * 1e6).toBeCloseTo(2 * (4 + bytes / 8 / 450e3) + (4 + 19 + bytes / 400e3), 3);
  });
});

test('coefficients that a fit does not differentiate by change nothing', () => {
  const load = fc.record({
    model: fc.constantFrom(
      ...[
        'meta-llama/Meta-Llama-3.1-8B',
        'openai/gpt-oss-120b',
        'deepseek-ai/DeepSeek-R1',
        'Qwen/Qwen3.5-397B-A17B',
      ].map((id) => findModel(defaultCatalog, id)),
    ),
    precision: fc.constantFrom('bf16' as const, 'fp8' as const, 'fp4' as const, 'int4' as const),
    protocol: fc.constantFrom('steady' as const, 'inferencex' as const, 'static' as const, 'other' as const),
    monthsOld: fc.constantFrom(0, 3),
    ranks: fc.constantFrom(1, 8),
    expertParallel: fc.constantFrom(1, 8),
  });
  const c = coefficientsOfFile(
    COEFFICIENT_FILES.find((f) => f.accelerator === 'B200') ?? (COEFFICIENT_FILES[0] as never),
  );
  fc.assert(
    fc.property(load, fc.constantFrom(...COEFFICIENT_NAMES), (l, name) => {
      const split = l.expertParallel > l.ranks ? 1 : l.expertParallel;
      const replica: ReplicaLoad = {
        ...l,
        accelerator: findAccelerator(defaultCatalog, 'B200'),
        engine: 'vllm',
        inputTokens: 2000,
        outputTokens: 500,
        concurrency: 32,
        tensorParallel: l.ranks,
        attentionDataParallel: 1,
        expertTensorParallel: l.ranks / split,
        expertParallel: split,
      };
      const work = workOf(replica);
      const serving = servingOf(replica, work);
      if (usedCoefficients({ work, serving }).includes(COEFFICIENT_NAMES.indexOf(name))) return;
      const before = requestTimes(work, c, serving, emptyTimes());
      expect(requestTimes(work, { ...c, [name]: 2 * c[name] }, serving, emptyTimes())).toEqual(before);
    }),
    { numRuns: 500 },
  );
});
