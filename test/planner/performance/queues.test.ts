import { cycleMoments, meanCycle } from '../../../lib/planner/performance/cycle';
import { firstToken } from '../../../lib/planner/performance/first-token';
import type { PrefillCost } from '../../../lib/planner/performance/prefill';
import { servingDemand } from '../../../lib/planner/performance/serving-demand';
import { slotWait } from '../../../lib/planner/performance/slot-wait';
import { aTokenDistribution } from '../../builders';

/** Probability that all servers are busy: aᶜ/c! · c/(c − a) over Σ aᵏ/k! and itself. */
function erlangC(servers: number, erlangs: number): number {
  let term = 1;
  let below = 0;
  for (let k = 0; k < servers; k += 1) {
    below += term;
    term *= erlangs / (k + 1);
  }
  const full = (term * servers) / (servers - erlangs);
  return full / (below + full);
}

/** Every prompt adds 3 to its step, of which 1 is paid once a step; its own service takes 13. */
const PREFILL: PrefillCost = {
  serviceSeconds: [13, 13],
  meanServiceSeconds: 13,
  entrySeconds: 1,
  meanChunks: 1,
  meanMarginalSeconds: 2,
  marginalSquare: 4,
  addedSquare: 9,
  meanDrainSeconds: 1,
  drainScv: 0,
  fullStepSeconds: 100,
};

describe('step', () => {
  test('half a prompt a step adds its margin, and the entry in the steps that have any', () => {
    expect(meanCycle(10, 0.5, PREFILL)).toBeCloseTo(10 + (1 - Math.exp(-0.5)) + 0.5 * 2, 12);
  });

  test('without prompts it is constant', () => {
    expect(cycleMoments(10, 0, 0, PREFILL, 1)).toEqual({ mean: 10, second: 100, third: 1000 });
  });

  test('without an entry its variance is that of a Poisson number of prompts, fed back', () => {
    const plain = { ...PREFILL, entrySeconds: 0 };
    const { mean, second } = cycleMoments(10, 0, 2, plain, 1);
    // mean 10 + 2 · 2 = 14; feedback g = 4 / 14; variance 2 · 4 / (1 − g²)
    expect(mean).toBe(14);
    expect(second - mean * mean).toBeCloseTo(8 / (1 - (4 / 14) ** 2), 9);
  });

  test('burstier arrivals scatter more', () => {
    expect(cycleMoments(10, 0, 2, PREFILL, 3).second).toBeGreaterThan(cycleMoments(10, 0, 2, PREFILL, 1).second);
  });
});

describe('first token', () => {
  const demand = servingDemand({ input: aTokenDistribution(), output: aTokenDistribution() }, 0, 1);
  const steady = { mean: 10, second: 100, third: 1000 };

  test('of a busy engine with rare prompts is half a step and the own service', () => {
    const first = firstToken(demand, PREFILL, 0, 50, steady, []);
    expect(first.meanSeconds).toBeCloseTo(5 + 13, 9);
    expect(first.tail(13)).toBeCloseTo(1, 6);
    expect(first.tail(12)).toBe(1);
    // The rest of a step of 10 is uniform: 5 % exceed 9.5; a gamma with the same moments has a longer tail
    expect(first.tail(13 + 9.5)).toBeGreaterThan(0.04);
    expect(first.tail(13 + 9.5)).toBeLessThan(0.1);
  });

  test('of an idle engine is the own service alone', () => {
    expect(firstToken(demand, PREFILL, 0, 0, steady, []).meanSeconds).toBe(13);
    expect(firstToken(demand, PREFILL, 0, 0, steady, []).tail(13.1)).toBe(0);
  });

  test('adds the tail of a wait', () => {
    const wait = { probability: 0.2, perSecond: 0.1 };
    const first = firstToken(demand, PREFILL, 0, 0, steady, [wait]);
    expect(first.meanSeconds).toBeCloseTo(13 + 2, 9);
    expect(first.tail(23)).toBeCloseTo(0.2 / Math.E, 9);
  });
});

describe('slots', () => {
  const load = { requestsPerSecond: 3, holdAloneSeconds: 1, holdFullSeconds: 1, arrivalScv: 1, holdScv: 1 };

  test('of two servers and one erlang are both busy a third of the time', () => {
    const pair = { ...load, requestsPerSecond: 1 };
    expect(slotWait(2, pair)?.probability).toBeCloseTo(1 / 3, 12);
  });

  test('are Erlang C where the hold does not grow with the load', () => {
    expect(slotWait(5, load)?.probability).toBeCloseTo(erlangC(5, 3), 12);
    // c μ − λ = 2
    expect(slotWait(5, load)?.perSecond).toBeCloseTo(2, 12);
  });

  test('are full more often where it does', () => {
    const slower = slotWait(5, { ...load, holdFullSeconds: 1.5 });
    expect(slower?.probability).toBeGreaterThan(erlangC(5, 3));
  });

  test('cannot keep up with more than they release', () => {
    expect(slotWait(3, load)).toBeUndefined();
  });

  test('of a thousand do not overflow', () => {
    expect(slotWait(1000, { ...load, requestsPerSecond: 10 })?.probability).toBeCloseTo(0, 12);
  });
});
