import { createHash } from 'node:crypto';
import { type Catalog, tryFindInstanceType } from '../catalog/catalog';
import type { NodeGroupPlan } from '../planner/plan';
import { Problem } from '../problem';

/** Fixed for ever: another number would move groups to other stacks, and moving one replaces its nodes. */
const SHARDS = 4;

/** CloudFormation takes 1 MB; review and change sets get slow long before. */
const MOST_BYTES = 450_000;

/**
 * Measured over every type that can be launched, without indentation: what a group with a reservation of its own, the reservation's
 * alarm and a placement group writes beside its interfaces, and what each interface adds. Long tags come on top.
 * Five resources a group: a stack that is full of the smallest has 380.
 */
const BYTES_A_GROUP = 5_600;
const BYTES_AN_INTERFACE = 320;

export interface CapacityShard {
  /** "Capacity00" … */
  readonly part: string;
  readonly nodeGroups: readonly NodeGroupPlan[];
}

/**
 * Spreads a cell's node groups over stacks. A group's name alone decides where it goes, so that no group ever moves because
 * another came or went; a shard without groups is no stack.
 *
 * @throws Problem InvalidDeployment when two groups share a name, or a stack would get too large.
 */
export function capacityShards(nodeGroups: readonly NodeGroupPlan[], catalog: Catalog): readonly CapacityShard[] {
  const byPart = new Map<string, NodeGroupPlan[]>();
  for (const group of nodeGroups) {
    const part = partOf(group.name);
    const shard = byPart.get(part) ?? [];
    if (shard.some((other) => other.name === group.name)) throw sharedName(group.name);
    byPart.set(part, [...shard, group]);
  }
  return [...byPart.keys()]
    .sort()
    .map((part) => ({ part, nodeGroups: checked(part, byPart.get(part) ?? [], catalog) }));
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

function checked(part: string, groups: readonly NodeGroupPlan[], catalog: Catalog): readonly NodeGroupPlan[] {
  const bytes = groups.reduce((sum, { instanceType }) => sum + templateBytes(instanceType, catalog), 0);
  if (bytes > MOST_BYTES) {
    throw new Problem(
      'InvalidDeployment',
      `the stack ${part} would hold ${groups.length} node groups in about ${Math.round(bytes / 1000)} KB, and ${MOST_BYTES / 1000} KB are allowed; spread the workloads over more cells`,
    );
  }
  return [...groups].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An upper bound for one group. A type that is not known is refused elsewhere, in words of its own. */
export function templateBytes(instanceType: string, catalog: Catalog): number {
  const efa = tryFindInstanceType(catalog, instanceType)?.network?.maxEfaInterfaces ?? 0;
  return BYTES_A_GROUP + (1 + efa) * BYTES_AN_INTERFACE;
}

function sharedName(name: string): Problem {
  return new Problem(
    'InvalidDeployment',
    `two node groups of a cell are named ${JSON.stringify(name)}; give each a name of its own`,
  );
}
