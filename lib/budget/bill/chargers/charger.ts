import { type Exact, exact } from '../../../units/exact';
import type { Interval } from '../../../units/interval';
import { mapRange, type Range } from '../../../units/range';
import type { InstanceChoice } from '../launched-instances';
import type { Line } from '../line';
import type { Assembly, Resource } from '../read-template';
import type { ReservedShare } from '../reservations';
import type { UsageName } from '../usages';

/** What a charger may ask beyond its own resource. */
export interface ChargerContext {
  readonly assembly: Assembly;
  /** When the resource is billed. */
  readonly active: Interval;
  /** A declared quantity that is no usage of its own, such as the size of a root volume. */
  declared(usage: UsageName): Range<Exact> | undefined;
  /** The dearest of several instance types on demand; undefined when one of them has no price. */
  dearest(instanceTypes: readonly string[]): string | undefined;
  /** Of types that may run in different numbers, the one that costs most; undefined when one of them has no price. */
  costliest<T extends InstanceChoice>(choices: readonly T[]): T | undefined;
  /** How much of a node group runs on a reservation. */
  reservedShare(group: Resource): ReservedShare | undefined;
}

/**
 * Turns one resource of one CloudFormation type into paid dimensions. It never guesses: a property it cannot read makes
 * the dimension unpriced.
 */
export type Charger = (resource: Resource, context: ChargerContext) => readonly Line[];

/** Whole numbers as exact ones. */
export function exactly(range: Range<number>): Range<Exact> {
  return mapRange(range, (count) => exact(count));
}
