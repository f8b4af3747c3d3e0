import type { ModelArchitecture } from '../../catalog/model';
import type { Cell } from '../../workload/cell';
import { promptParts, shareUpTo } from '../../workload/split-by-prompt';
import { tokensQuantile } from '../../workload/token-statistics';
import type { TrafficProfile } from '../../workload/traffic';
import type { InferenceWorkload } from '../../workload/workload';
import type { SplitProposal } from '../plan';
import { chooseFleet } from './choose';
import { addCost, type Cost } from './node-cost';
import type { PlanningContext } from './planning-context';
import type { PricedFleet } from './priced-fleet';

/** Shares of the requests that may be the short ones. */
const SHORT_SHARES = [0.5, 0.75, 0.9, 0.97];

/**
 * Prompts apart by their length, where both fleets together cost less than the one that is planned: each part keeps the whole
 * promise by itself. The long ones stand on what is bought alone, so that nothing owned is counted twice. Undefined where no split
 * that is tried saves anything, or none is asked for.
 */
export function splitProposal(
  workload: InferenceWorkload,
  model: ModelArchitecture,
  traffic: TrafficProfile,
  cells: readonly Cell[],
  context: PlanningContext,
  planned: Cost,
): SplitProposal | undefined {
  if (workload.placement.proposeSplit !== true) return undefined;
  const { input } = workload.tokens;
  const last = input.buckets.at(-1)?.tokens ?? 0;
  const lengths = SHORT_SHARES.map((share) => tokensQuantile(input, share)).filter((tokens) => tokens < last);
  const { owned: _, commitments: __, ...bought } = context;
  let best: { readonly proposal: SplitProposal; readonly cost: Cost } | undefined;
  for (const atTokens of new Set(lengths)) {
    const shortShare = shareUpTo(input, atTokens);
    const [short, long] = promptParts(input, atTokens).map((part, index) => {
      const share = index === 0 ? shortShare : 1 - shortShare;
      const own = { ...workload, tokens: { ...workload.tokens, input: part } };
      return chooseFleet(own, model, scaled(traffic, share), cells, index === 0 ? context : bought).best;
    });
    if (short === undefined || long === undefined) continue;
    const cost = addCost(short.cost, long.cost);
    if ((best?.cost ?? planned).window.compare(cost.window) <= 0) continue;
    const savesUsd = planned.window.minus(cost.window).toText();
    best = { cost, proposal: { atTokens, shortShare, short: partOf(short), long: partOf(long), savesUsd } };
  }
  return best?.proposal;
}

function scaled(traffic: TrafficProfile, share: number): TrafficProfile {
  return {
    ...traffic,
    lowestRequestsPerSecond: traffic.lowestRequestsPerSecond * share,
    meanRequestsPerSecond: traffic.meanRequestsPerSecond * share,
    peakRequestsPerSecond: traffic.peakRequestsPerSecond * share,
  };
}

function partOf({ option, fleet }: PricedFleet): SplitProposal['short'] {
  return { shape: option.configuration.shape, replicas: fleet.replicas, nodes: fleet.nodes };
}
