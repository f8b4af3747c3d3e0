import { Usd } from '../../units/money';
import type { Cell } from '../../workload/cell';
import type { Rejection, SavingsPlanProposal } from '../plan';
import type { PlannedNodes } from './planned-workload';
import type { PlanningContext } from './planning-context';

export interface SavingsPlans {
  readonly proposal: SavingsPlanProposal | undefined;
  /** Types of which no plan has a known rate: it is offered to nobody. */
  readonly rejected: readonly Rejection[];
}

/**
 * A Savings Plan for the nodes that run in every hour of the horizon, are bought on demand and stand on nothing that is owned, at the
 * cheapest rate that is known of a term within the horizon. Nothing is planned on it: CloudFormation cannot buy it.
 */
export function savingsPlans(
  nodeGroups: readonly PlannedNodes[],
  cells: readonly Cell[],
  { rateOf, committedRateOf, commitments = [], hours }: PlanningContext,
): SavingsPlans {
  const rejected = new Map<string, Rejection>();
  const parts = nodeGroups.flatMap(({ cell: id, instanceType, purchase, nodes, size, offer }): readonly Part[] => {
    const region = cells.find((cell) => cell.id === id)?.region;
    const always = size?.min ?? nodes;
    if (purchase !== 'onDemand' || offer !== undefined || always === 0 || region === undefined) return [];
    const listed = rateOf({ kind: 'instance', region, instanceType, purchase });
    const rate = committedRateOf?.({ region, instanceType });
    if (listed === undefined || rate === undefined) {
      const candidate = `${instanceType} Savings Plan`;
      const reason = `no rate of a term within the horizon is known for ${instanceType} in ${region}`;
      rejected.set(`${instanceType} ${region}`, { candidate, code: 'Unpriced', reason });
      return [];
    }
    if (!listed.usd.exceeds(rate.usdPerHour)) return [];
    const saved = listed.usd.minus(rate.usdPerHour).times(always).times(hours);
    return [{ nodes: always, name: rate.name, perHour: rate.usdPerHour.times(always), saved }];
  });
  const told = {
    proposal: undefined,
    rejected: [...rejected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
  };
  // What a plan that is owned leaves open is not known from one workload.
  if (parts.length === 0 || commitments.length > 0) return told;
  return {
    ...told,
    proposal: {
      nodes: parts.reduce((sum, { nodes }) => sum + nodes, 0),
      rate: [...new Set(parts.map(({ name }) => name))].sort().join('; '),
      commitmentUsdPerHour: Usd.sum(parts.map(({ perHour }) => perHour)).toText(),
      savesUsd: Usd.sum(parts.map(({ saved }) => saved)).toText(),
    },
  };
}

interface Part {
  readonly nodes: number;
  readonly name: string;
  readonly perHour: Usd;
  readonly saved: Usd;
}
