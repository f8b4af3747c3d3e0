import { createHash } from 'node:crypto';
import type { NodeGroupPlan } from '../planner/plan';
import { Problem } from '../problem';

/** Fixed for ever: another number would move groups to other stacks, and moving one replaces its nodes. */
const SHARDS = 4;

/**
 * Measured: 25 groups of p5.48xlarge (33 interfaces each, the longest launch template there is) make a template of 313 KB
 * without indentation. CloudFormation takes 1 MB; review and change sets get slow long before.
 */
const MAX_GROUPS = 25;

export interface CapacityShard {
  /** "Capacity00" … */
  readonly part: string;
  readonly nodeGroups: readonly NodeGroupPlan[];
}

/**
 * Spreads a cell's node groups over stacks. A group's name alone decides where it goes, so that no group ever moves because
 * another came or went; a shard without groups is no stack.
 *
 * @throws Problem InvalidDeployment when two groups share a name, or a stack would get too many.
 */
export function capacityShards(nodeGroups: readonly NodeGroupPlan[]): readonly CapacityShard[] {
  const byPart = new Map<string, NodeGroupPlan[]>();
  for (const group of nodeGroups) {
    const part = partOf(group.name);
    const shard = byPart.get(part) ?? [];
    if (shard.some((other) => other.name === group.name)) throw sharedName(group.name);
    byPart.set(part, [...shard, group]);
  }
  return [...byPart.keys()].sort().map((part) => ({ part, nodeGroups: checked(part, byPart.get(part) ?? []) }));
}

function partOf(name: string): string {
  const firstByte = createHash('sha256').update(name).digest()[0] ?? 0;
  return partNumber(firstByte % SHARDS);
}

function partNumber(shard: number): string {
  return `Capacity${shard.toString().padStart(2, '0')}`;
}

/** Every stack that a group can be in, "Capacity00" and on. */
export const CAPACITY_PARTS: readonly string[] = Array.from({ length: SHARDS }, (_, shard) => partNumber(shard));

function checked(part: string, groups: readonly NodeGroupPlan[]): readonly NodeGroupPlan[] {
  if (groups.length > MAX_GROUPS) {
    throw new Problem(
      'InvalidDeployment',
      `the stack ${part} would hold ${groups.length} node groups and ${MAX_GROUPS} are allowed; spread the workloads over more cells`,
    );
  }
  return [...groups].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sharedName(name: string): Problem {
  return new Problem(
    'InvalidDeployment',
    `two node groups of a cell are named ${JSON.stringify(name)}; give each a name of its own`,
  );
}
