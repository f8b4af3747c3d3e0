import { decodeAttentionSeconds, prefillAttentionFlops } from '../../../lib/planner/performance/attention-seconds';
import { allReduceSeconds, allToAllSeconds, sendSeconds } from '../../../lib/planner/performance/collectives';
import { distinctExperts, expertImbalance, expertSeconds } from '../../../lib/planner/performance/experts';
import { gemmSeconds } from '../../../lib/planner/performance/gemm';
import { smoothMax } from '../../../lib/planner/performance/smooth-max';

/** 100 TFLOP/s and 1 TB/s, half of each reached, no padding. */
const PEAKS = { flopsPerSecond: 100e12, bytesPerSecond: 1e12 };
const HALF = { launchSeconds: 0, computeEfficiency: 0.5, memoryEfficiency: 0.5, paddingRows: 0 };

describe('smooth maximum', () => {
  test('of two equal times is the cube root of two times either', () => {
    expect(smoothMax(3, 3)).toBeCloseTo(3 * 2 ** (1 / 3), 12);
  });

  test('of very unequal times is the larger', () => {
    expect(smoothMax(1, 1e-6)).toBe(1);
    expect(smoothMax(0, 2)).toBe(2);
    expect(smoothMax(0, 0)).toBe(0);
  });
});

describe('matrix multiplication', () => {
  const matrix = { columns: 4096, depth: 4096, bytes: 4096 * 4096 * 2 };

  test('of one row takes as long as reading its weights', () => {
    // 33,554,432 bytes of weights + 16,384 of activations over 0.5 TB/s = 67.1 µs; 33.6 MFLOP over 50 TFLOP/s = 0.67 µs
    expect(gemmSeconds(1, matrix, PEAKS, HALF, 2)).toBeCloseTo(33_570_816 / 0.5e12, 10);
  });

  test('of many rows takes as long as its arithmetic', () => {
    // 2 × 100,000 × 4096² = 3.355e12 FLOP over 50 TFLOP/s = 67.1 ms; 1.67 GB over 0.5 TB/s = 3.3 ms
    expect(gemmSeconds(100_000, matrix, PEAKS, HALF, 2)).toBeCloseTo(3.3554432e12 / 50e12, 5);
  });

  test('pads the rows of its tiles', () => {
    const padded = { ...HALF, paddingRows: 1000, memoryEfficiency: 1e9 };
    expect(gemmSeconds(1000, matrix, PEAKS, padded, 2)).toBeCloseTo((2 * 2000 * 4096 ** 2) / 50e12, 9);
  });

  test('of no rows takes no time', () => {
    expect(gemmSeconds(0, matrix, PEAKS, HALF, 2)).toBe(0);
  });
});

describe('experts', () => {
  test('one token reads exactly the experts it is routed to, as Mixtral reads 2 of 8', () => {
    expect(distinctExperts(8, 2, 1)).toBeCloseTo(2, 12);
    expect(distinctExperts(256, 8, 1)).toBeCloseTo(8, 12);
  });

  test('two tokens read 2 + 2 − the expected overlap: 8 (1 − 0.75²) = 3.5', () => {
    expect(distinctExperts(8, 2, 2)).toBeCloseTo(3.5, 12);
  });

  test('many tokens read all', () => {
    expect(distinctExperts(8, 2, 1000)).toBeCloseTo(8, 9);
  });

  test('the fullest of 8 ranks carries 1 + 0.27 · 3 times the mean', () => {
    expect(expertImbalance(1)).toBe(1);
    expect(expertImbalance(8)).toBeCloseTo(1.81, 12);
  });

  test('one token costs reading its experts', () => {
    // 2 experts of 1,000,000 parameters at 2 bytes: 4 MB over 0.5 TB/s = 8 µs
    const rank = { experts: 8, expertsPerToken: 2, expertParallel: 1, parametersPerExpert: 1e6, bytesPerExpert: 2e6 };
    expect(expertSeconds(1, rank, PEAKS, HALF)).toBeCloseTo(8e-6, 9);
    expect(expertSeconds(0, rank, PEAKS, HALF)).toBe(0);
  });

  test('a rank never reads more experts than it holds', () => {
    const rank = { experts: 8, expertsPerToken: 2, expertParallel: 4, parametersPerExpert: 1, bytesPerExpert: 1e9 };
    // All 8 are needed; the fullest rank's share would be 8 × 1.54 / 4 = 3.08, but it holds 2.
    expect(expertSeconds(1000, rank, PEAKS, HALF)).toBeCloseTo(2e9 / 0.5e12, 9);
  });
});

describe('collectives', () => {
  const link = {
    bytesPerSecond: 100e9,
    coefficients: { latencySeconds: 4e-6, latencyGrowthPerRank: 0.05, bandwidthEfficiency: 0.5 },
  };

  test('an all-reduce of 1 MB over 4 ranks is 4.4 µs of latency and 2 · 3/4 MB at 50 GB/s', () => {
    expect(allReduceSeconds(1e6, 4, link)).toBeCloseTo(4e-6 * 1.1 + 1.5e6 / 50e9, 12);
  });

  test('an all-to-all of 1 MB over 4 ranks moves three quarters of it', () => {
    expect(allToAllSeconds(1e6, 4, link)).toBeCloseTo(4e-6 * 1.1 + 0.75e6 / 50e9, 12);
  });

  test('one rank has nobody to talk to', () => {
    expect(allReduceSeconds(1e6, 1, link)).toBe(0);
    expect(allToAllSeconds(1e6, 1, link)).toBe(0);
  });

  test('a message is latency and its bytes', () => {
    expect(sendSeconds(1e6, link)).toBeCloseTo(4e-6 + 1e6 / 50e9, 12);
  });
});

describe('attention', () => {
  const layer = {
    layers: 1,
    heads: 8,
    headWidth: 128,
    decodeHeadWidth: 128,
    cachedValuesPerToken: 1024,
    spanTokens: Number.POSITIVE_INFINITY,
    keptTokens: Number.POSITIVE_INFINITY,
  };

  test('a chunk of 100 tokens after 1,000 costs 4 · 8 · 128 · 100 · (1,000 + 50) FLOPs', () => {
    expect(prefillAttentionFlops(100, 1000, layer)).toBeCloseTo(4 * 8 * 128 * 100 * 1050, 3);
  });

  test('chunks add up to the whole prompt: 2 · heads · width · s²', () => {
    const chunks = prefillAttentionFlops(300, 0, layer) + prefillAttentionFlops(700, 300, layer);
    expect(chunks).toBeCloseTo(prefillAttentionFlops(1000, 0, layer), 3);
    expect(chunks).toBeCloseTo(2 * 8 * 128 * 1000 ** 2, 3);
  });

  test('a window caps what a query attends to: 100 growing, then 50 flat of 100', () => {
    // spans 0..100 average 50 over 100 queries, then 100 for 50: 100 · 50 + 50 · 100 = 10,000
    expect(prefillAttentionFlops(150, 0, { ...layer, spanTokens: 100 })).toBeCloseTo(4 * 8 * 128 * 10_000, 3);
    expect(prefillAttentionFlops(10, 500, { ...layer, spanTokens: 100 })).toBeCloseTo(4 * 8 * 128 * 10 * 100, 3);
  });

  test('decoding reads the cache: 2 sequences of 1,000 tokens at 2 kB each, and their arithmetic', () => {
    const efficiencies = {
      prefillLaunchSeconds: 0,
      prefillComputeEfficiency: 0.5,
      halfEfficiencyTokens: 0,
      decodeLaunchSeconds: 0,
      decodeMemoryEfficiency: 0.5,
      decodeComputeEfficiency: 0.5,
    };
    const bytes = 2 * 1000 * 1024 * 2;
    const flops = 4 * 2 * 8 * 128 * 1000;
    const seconds = decodeAttentionSeconds(2, 1000, layer, PEAKS, efficiencies, 2);
    expect(seconds).toBeCloseTo(bytes / 0.5e12 + flops / 50e12, 12);
  });
});
