import type { Resource } from './read-template';
import { countOf, field, listOf, literalText, Opaque } from './template-value';

/**
 * Nodes more while a group is updated: twice its availability zones, or as many as are replaced at once where that is
 * more; none with the strategy MINIMAL (EKS user guide, managed node update behaviour). A rate, not a period's cost.
 */
export function surgeOf(group: Resource, largestSize: number): number {
  const update = group.property('UpdateConfig');
  if (literalText(field(update, 'UpdateStrategy')) === 'MINIMAL' || largestSize === 0) return 0;
  const subnets = listOf(group.property('Subnets'), 'Subnets');
  // A subnet stands in one zone, so zones are never more than subnets; without a list, every node may be doubled.
  const perZone = subnets instanceof Opaque ? largestSize : 2 * subnets.length;
  return Math.max(
    perZone,
    atOnce(field(update, 'MaxUnavailable')),
    Math.ceil((atOnce(field(update, 'MaxUnavailablePercentage')) * largestSize) / 100),
  );
}

function atOnce(value: Parameters<typeof countOf>[0]): number {
  const count = countOf(value, 'MaxUnavailable');
  return count instanceof Opaque ? 0 : count.max;
}
