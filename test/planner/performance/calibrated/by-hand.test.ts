import { waitsForAdmission } from '../../../../lib/planner/performance/calibrated/admission';
import { bandModel, bandOf } from '../../../../lib/planner/performance/calibrated/bands';
import { COEFFICIENT_NAMES, type Coefficients } from '../../../../lib/planner/performance/calibrated/coefficient-names';
import { calibratedSteps } from '../../../../lib/planner/performance/calibrated/engine-steps';
import { sharedVariance } from '../../../../lib/planner/performance/calibrated/fit';
import { inheritedLogs } from '../../../../lib/planner/performance/calibrated/inherited';
import { gammaQuantile, tokensAround } from '../../../../lib/planner/performance/calibrated/length-spread';
import { openLoopTimes, seatsOf } from '../../../../lib/planner/performance/calibrated/open-loop';
import {
  gapP99,
  openGapP99,
  percentilesOf,
  poissonQuantile,
} from '../../../../lib/planner/performance/calibrated/percentiles';
import { perfectHardware } from '../../../../lib/planner/performance/calibrated/perfect-hardware';
import { PRIORS, priorLogs } from '../../../../lib/planner/performance/calibrated/priors';
import type { RankWork } from '../../../../lib/planner/performance/calibrated/rank-work';
import { emptyTimes, requestTimes, type Serving } from '../../../../lib/planner/performance/calibrated/request-time';

/** A machine whose step takes 10 ms, 1 ms a decoding sequence and 0.1 ms a prompt token, and nothing else. */
const WORK: RankWork = {
  weights: 0,
  activations: 0,
  latentLayers: 0,
  linearLayers: 0,
  kvBytesPerToken: 0,
  windowBytesPerToken: 0,
  windowTokens: 0,
  latentBytesPerToken: 0,
  latentFlopsPerToken: 0,
  sparseTopK: Number.MAX_VALUE,
  stateBytesPerSequence: 0,
  prefillFlops: 0,
  prefillWindowFlops: 0,
  prefillLatentFlops: 0,
  // The scan reaches a fifth of the peak: 2e-5 FLOP over 1 FLOP/s take 0.1 ms.
  linearFlopsPerToken: 2e-5,
  layers: 1,
  hidden: 0,
  moeLayers: 0,
  quantWeights: 0,
  quantActivations: 0,
  quantBytes: 1,
  quantFlopsPerSecond: 1,
  plainWeights: 0,
  plainActivations: 0,
  headWeights: 0,
  embeddingWeights: 0,
  experts: 0,
  expertsPerToken: 0,
  expertParallel: 1,
  imbalance: undefined,
  expertWeights: 0,
  expertBytes: 1,
  expertFlopsPerSecond: 1,
  eager: false,
  attentionRanks: 1,
  feedForwardRanks: 1,
  meeting: 'none',
  ranks: 1,
  dataParallel: 1,
  bf16FlopsPerSecond: 1,
  bandwidth: 1,
  linkSeconds: 0,
  link: 1,
  attentionLink: 1,
  attentionLinkSeconds: 0,
  nearSends: 0,
  farSends: 0,
  farLink: 1,
  farSeconds: 0,
  quantEfficiency: 'gemmBf16',
  quantFloor: undefined,
  expertEfficiency: 'expertBf16',
  expertMemory: 'expertMemory',
};
const C: Coefficients = { ...perfectHardware(), hostStep: 10e-3, hostSequence: 1e-3, stepsBefore: 2 };
const SERVING: Serving = {
  inputTokens: 100,
  outputTokens: 11,
  concurrency: 5,
  protocol: 'steady',
  chunkTokens: 1000,
  mixed: true,
  reserved: false,
  kvCapacityTokens: 1e9,
  monthsOld: 0,
  promptsPerSlot: 10,
  warm: true,
  prefixHit: 0,
  verified: 1,
  accepted: 1,
  draftShare: 0,
};

describe('by hand: a closed loop of five', () => {
  const t = requestTimes(WORK, C, SERVING, emptyTimes());

  test('a token takes the step of five and the prompts of four', () => {
    // Decode 10 + 5 = 15 ms. A prompt beside four others: 10 + 4 + 10 = 24, 9 more than decoding; five at once: 10 + 4 + 50 = 64,
    // 49 more. Pressure 4 · 9 / (10 · 15) = 0.24, so 1.96 share a step: (9 + 40 · 0.96 / 4) / 1.96 = 9.48980 each.
    // TPOT = 15 + 4 · 9.48980 / 10 = 18.79592 ms.
    expect(t.decodeSeconds * 1e3).toBeCloseTo(15, 9);
    expect(t.stallSeconds * 1e3).toBeCloseTo(9.4898, 5);
    expect(t.tpotSeconds * 1e3).toBeCloseTo(18.79592, 5);
  });

  test('a first token takes two steps before, its prompt, and those that begin with it', () => {
    // Service 64 / 5 = 12.8, companions 0.4 · 9.48980 = 3.79592, two steps 37.59184, and 0.9 of what alone takes longer,
    // 0.9 · (24 − 12.8) = 10.08: 64.26776 ms.
    expect(t.ttftSeconds * 1e3).toBeCloseTo(64.26776, 5);
  });

  test('room for two of five makes three wait: (5 / 2 − 1) cycles of two', () => {
    // 2 · (100 + 5.5) = 211 tokens. Two decode in 12 ms; a prompt beside one other takes 10 + 1 + 10 = 21, 9 more, two take 31.
    // Pressure 9 / 120 = 0.075: (9 + 10 · 0.075) / 1.075 = 9.06977. TPOT = 12.90698, a cycle ten of them: 129.0698.
    // Before it, while the room is taken already, a prompt: service 31 / 2 = 15.5 and companions 0.1 · 9.06977 = 0.90698. 1.5 · 145.47674 = 218.2151.
    const tight = requestTimes(WORK, C, { ...SERVING, kvCapacityTokens: 211 }, emptyTimes());
    const roomy = requestTimes(WORK, C, { ...SERVING, concurrency: 2 }, emptyTimes());
    expect(tight.tpotSeconds * 1e3).toBeCloseTo(12.90698, 5);
    expect((tight.ttftSeconds - roomy.ttftSeconds) * 1e3).toBeCloseTo(218.2151, 3);
  });

  test('the 99th gap has two prompts in it: Poisson of 0.4 exceeds two in less than a hundredth', () => {
    // 0.6703, 0.9384, 0.9921. 15 + 9 + (49 − 9) · (2 − 1) / (5 − 1) = 34 ms.
    expect(poissonQuantile(0.4, 0.99)).toBe(2);
    expect(gapP99(t, 0.4) * 1e3).toBeCloseTo(34, 9);
    expect(percentilesOf(C, SERVING, t).itlP99Seconds * 1e3).toBeCloseTo(34, 9);
  });

  test('the 99th TPOT meets 4 + 2.326 · √4 prompts', () => {
    // 18.79592 + 2.326 · 2 · 9.48980 / 10 = 23.21058 ms.
    expect(percentilesOf(C, SERVING, t).tpotP99Seconds * 1e3).toBeCloseTo(23.21058, 4);
  });

  test('arrivals so rare that none meets another: the gap is a decoding step', () => {
    expect(openGapP99(t, 0.01) * 1e3).toBeCloseTo(15, 9);
  });
});

describe('by hand: arrivals', () => {
  test('a lone request: 2 steps of 11 ms before a prompt of 20 ms, then 11 ms a token', () => {
    const arrivals = { requestsPerSecond: 1e-4, arrivalScv: 1, inputTokensScv: 0, outputTokensScv: 0 };
    const t = emptyTimes();
    const open = openLoopTimes(WORK, C, SERVING, arrivals, 100, t);
    expect(open?.saturated).toBe(false);
    expect(t.tpotSeconds * 1e3).toBeCloseTo(11, 1);
    expect(t.ttftSeconds * 1e3).toBeCloseTo(42, 1);
  });

  test('1,000 tokens seat nine requests of 105.5, eight where all output is reserved', () => {
    const tight = { ...SERVING, kvCapacityTokens: 1000 };
    expect(seatsOf(WORK, tight, 100)).toBe(9);
    expect(seatsOf(WORK, { ...tight, reserved: true, outputTokens: 20 }, 100)).toBe(8);
    expect(seatsOf(WORK, tight, 4)).toBe(4);
  });
});

describe('by hand: engine steps', () => {
  const step = { decodeSequences: 5, meanContextTokens: 0, prefillTokens: 100, prefillOffsetTokens: 0 };

  test('a mixed step of five and 100 tokens takes 25 ms; in steps of their own 15 + 20', () => {
    expect(calibratedSteps(WORK, C, SERVING).stepSeconds(step) * 1e3).toBeCloseTo(25, 9);
    expect(calibratedSteps(WORK, C, { ...SERVING, mixed: false }).stepSeconds(step) * 1e3).toBeCloseTo(35, 9);
  });

  test('an interference of a half adds half of what the prompt adds', () => {
    expect(calibratedSteps(WORK, { ...C, interference: 0.5 }, SERVING).stepSeconds(step) * 1e3).toBeCloseTo(20, 9);
  });
});

describe('by hand: spreads', () => {
  test('the 99th of an exponential is 4.61 of its mean, ln 100 = 4.605', () => {
    // (1 − 1/9 + 2.326 / 3)³ = 1.66422³.
    expect(gammaQuantile(100, 10_000, 2.326)).toBeCloseTo(460.93, 1);
    expect(gammaQuantile(100, 0, 2.326)).toBe(100);
  });

  test('classes keep their mean, and nearly the variance', () => {
    const { buckets } = tokensAround(1000, 0.5);
    const moment = (order: number) => buckets.reduce((sum, b) => sum + b.weight * b.tokens ** order, 0);
    expect(moment(1)).toBeCloseTo(1000, 6);
    expect(moment(2) / 1e6 - 1).toBeGreaterThan(0.4);
    expect(moment(2) / 1e6 - 1).toBeLessThan(0.55);
  });
});

describe('by hand: what decides', () => {
  test('1.7 s before 100 tokens of 0.1 s are 17 % and waiting, 1.5 s are not, nor is a static batch', () => {
    const s = { ...SERVING, outputTokens: 101 };
    const waiting = { tpotSeconds: 0.1, overheadSeconds: 0.1, aloneSeconds: 0.2 };
    expect(waitsForAdmission(s, { ...waiting, ttftSeconds: 1.7 }, 0.16)).toBe(true);
    expect(waitsForAdmission(s, { ...waiting, ttftSeconds: 1.5 }, 0.16)).toBe(false);
    expect(waitsForAdmission({ ...s, protocol: 'static' }, { ...waiting, ttftSeconds: 1.7 }, 0.16)).toBe(false);
    // 1.7 s of which 1 s is its own prompt: 0.6 s of waiting are 35 % of it. And a lone request waits for nobody.
    expect(waitsForAdmission(s, { ...waiting, ttftSeconds: 1.7, aloneSeconds: 1 }, 0.16)).toBe(false);
    expect(waitsForAdmission({ ...s, concurrency: 1 }, { ...waiting, ttftSeconds: 1.7 }, 0.16)).toBe(false);
  });

  test('four errors of −0.2, −0.1, 0.1, 0.2: half of them lie between the first and the third', () => {
    // Spread 0.15. In spreads: −4/3, −2/3, 2/3, 4/3. Quarters at −4/3 and 2/3: measured lies in [e^−0.1, e^0.2] of predicted.
    const errors = [-0.2, -0.1, 0.1, 0.2].map((logError, i) => ({ pair: `${i}`, group: 'all', logError }));
    const band = bandOf(bandModel(errors, 0.5, false), 'all');
    expect(Math.log(band.low)).toBeCloseTo(-0.1, 12);
    expect(Math.log(band.high)).toBeCloseTo(0.2, 12);
  });

  test('a sister accelerator inherits 0.03125 / 0.035475 of what evidence moved a floor by', () => {
    // Shared: 0.125² + 0.075² + 0.1² = 0.03125; own besides: 0.025² + 0.06² = 0.004225.
    const h100 = { accelerator: 'H100', generation: 'hopper', engine: 'vllm' };
    const h200 = { accelerator: 'H200', generation: 'hopper', engine: 'vllm' };
    expect(sharedVariance(h100, h200, PRIORS.layerFloor.spread)).toBeCloseTo(0.03125, 12);
    expect(sharedVariance(h100, h100, PRIORS.layerFloor.spread)).toBeCloseTo(0.035475, 6);
    const k = COEFFICIENT_NAMES.indexOf('layerFloor');
    const before = priorLogs('hopper', 'H100');
    const moved = before.map((v, i) => (i === k ? v + 0.5 : v));
    const [sister] = inheritedLogs([h200], [h100], [moved]);
    expect((sister?.[k] ?? 0) - (before[k] ?? 0)).toBeCloseTo((0.5 * 0.03125) / 0.035475, 5);
  });
});
