import { defaultCatalog, findModel } from '../../../lib/catalog/catalog';
import { conversationLengths } from '../../../lib/deployments/conversation-lengths';
import { defaultModel } from '../../../lib/planner/performance/default-model';
import { renderPlan } from '../../../lib/report/plan-report';
import { Usd } from '../../../lib/units/money';
import { promptParts, shareUpTo, splitByPrompt } from '../../../lib/workload/split-by-prompt';
import { meanTokens } from '../../../lib/workload/token-statistics';
import { anInferenceWorkload } from '../../builders';
import { aCell, aTraffic, feasible } from '../fixtures';

const QWEN = findModel(defaultCatalog, 'Qwen/Qwen3-235B-A22B-FP8');
const OTHERS = { cells: [aCell()], performance: defaultModel() };
const asked = (tpotSeconds: number, proposeSplit = true) =>
  anInferenceWorkload({
    precision: 'fp8',
    tokens: conversationLengths,
    traffic: { kind: 'rate', meanRequestsPerSecond: 500, peakRequestsPerSecond: 1000 },
    slo: { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: tpotSeconds } },
    placement: {
      cells: ['UsEast1'],
      purchaseOptions: ['onDemand'],
      instanceFamilies: ['p5', 'p5en'],
      bestEffortFloor: 'a test',
      proposeSplit,
    },
  });

describe('short and long prompts apart', () => {
  const made = feasible({ workload: asked(0.02), model: QWEN, traffic: aTraffic(1000) }, OTHERS);
  const proposal = made.workloads[0]?.splitProposal;

  test('are proposed where both fleets cost less, by exactly what two workloads then cost', () => {
    if (proposal === undefined) throw new Error('no split saves anything');
    const workloads = splitByPrompt(asked(0.02), proposal.atTokens).map((workload, index) => ({
      workload,
      model: QWEN,
      traffic: aTraffic(1000 * (index === 0 ? proposal.shortShare : 1 - proposal.shortShare)),
    }));
    const apart = feasible({}, { ...OTHERS, workloads });
    const saves = Usd.of(made.listCost.windowTotal.max).minus(Usd.of(apart.listCost.windowTotal.max));
    expect(proposal.savesUsd).toBe(saves.toText());
    expect(saves.exceeds(Usd.zero)).toBe(true);
    expect(apart.workloads.map(({ name, shape }) => [name, shape])).toEqual([
      ['chat-short', proposal.short.shape],
      ['chat-long', proposal.long.shape],
    ]);
  });

  test('are told in the report', () => {
    expect(renderPlan(made).replaceAll(/\s+/g, ' ')).toMatch(
      /prompts up to [\d,.]+ tokens \(\d+ % of them\) on .* and longer ones on .* would save [\d,.]+ USD/,
    );
  });

  test('are not proposed where nothing is saved, or nobody asks', () => {
    const easy = feasible({ workload: asked(0.5), model: QWEN, traffic: aTraffic(5) }, OTHERS);
    expect(easy.workloads[0]?.splitProposal).toBeUndefined();
    const unasked = feasible({ workload: asked(0.02, false), model: QWEN, traffic: aTraffic(1000) }, OTHERS);
    expect(unasked.workloads[0]?.splitProposal).toBeUndefined();
  });
});

describe('a workload that is split by its prompts', () => {
  test('keeps its requests and its tokens', () => {
    const { input } = conversationLengths;
    const share = shareUpTo(input, 1000);
    const [short, long] = promptParts(input, 1000);
    expect(share * meanTokens(short) + (1 - share) * meanTokens(long)).toBeCloseTo(meanTokens(input), 9);
    const parts = splitByPrompt(asked(0.02), 1000);
    const peaks = parts.map(({ traffic }) => (traffic.kind === 'rate' ? traffic.peakRequestsPerSecond : 0));
    expect(peaks[0]).toBeCloseTo(1000 * share, 9);
    expect((peaks[0] ?? 0) + (peaks[1] ?? 0)).toBeCloseTo(1000, 9);
    expect(parts.map(({ name }) => name)).toEqual(['chat-short', 'chat-long']);
  });

  test('has a share of every hour', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => hour);
    const [short] = splitByPrompt({ ...asked(0.02), traffic: { kind: 'hourly', requestsPerSecond: hours } }, 1000);
    const share = shareUpTo(conversationLengths.input, 1000);
    expect(short.traffic).toEqual({ kind: 'hourly', requestsPerSecond: hours.map((rate) => rate * share) });
  });

  test('fails beyond its longest prompt, and for a trace', () => {
    expect(() => splitByPrompt(asked(0.02), 20_000)).toThrow(
      'workload chat has prompts of 2 to 14050 tokens, which 20000 does not split; give a length between them',
    );
    const traced = { ...asked(0.02), traffic: { kind: 'trace', file: 'a.csv' } } as const;
    expect(() => splitByPrompt(traced, 1000)).toThrow('which cannot be split by prompts');
  });
});
