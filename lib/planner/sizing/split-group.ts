import { mapRange } from '../../units/range';
import type { NodeGroupPlan } from '../plan';
import { withSuffix } from './group-names';

/** What EKS allows in one managed node group (default quota, EKS user guide, 2026-11-23). */
const MAX_NODES = 450;

/**
 * A group as several that EKS allows, of whole replicas each: the first ones are full, and the very first keeps the name. A
 * reservation that is made for the group is made in parts too. None where all its nodes are started elsewhere: EKS takes no
 * group without one.
 */
export function splitGroup(group: NodeGroupPlan): readonly NodeGroupPlan[] {
  const { name, size, nodesPerReplica = 1, createdReservation } = group;
  const most = Math.max(1, Math.floor(MAX_NODES / nodesPerReplica)) * nodesPerReplica;
  if (size.max <= most) return size.max === 0 ? [] : [group];
  return Array.from({ length: Math.ceil(size.max / most) }, (_, index) => {
    const part = mapRange(size, (nodes) => Math.min(most, Math.max(0, nodes - index * most)));
    return {
      ...group,
      name: index === 0 ? name : withSuffix(name, index + 1),
      size: part,
      ...(createdReservation === undefined ? {} : { createdReservation: { ...createdReservation, count: part.max } }),
    };
  });
}
