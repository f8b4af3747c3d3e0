import type { Exact } from '../../units/exact';
import type { Instant, Interval } from '../../units/interval';
import type { Range } from '../../units/range';
import type { Item } from '../prices/items';
import type { UsageName } from './usages';

/** A paid dimension whose quantity the template (or, with basis `assumption`, a declaration) fixes. */
export interface PricedLine {
  readonly kind: 'priced';
  readonly dimension: string;
  readonly item: Item;
  /** Units at any time while it is active. */
  readonly quantity: Range<Exact>;
  readonly basis?: 'assumption';
  /** Units more while the resource is being replaced. @default 0 */
  readonly surge?: Exact;
  /** Only then. @default - as long as the resource lives */
  readonly during?: Interval;
  /** See `Charge.coverable`. @default - not */
  readonly coverable?: true;
  /** See `Charge.availabilityZoneId`. @default - not known */
  readonly availabilityZoneId?: string;
}

/** A paid dimension that depends on use: needs an assumption whose `usage` is the dimension. */
export interface UsageLine {
  readonly kind: 'usage';
  readonly dimension: UsageName;
  readonly item: Item;
}

/** Something paid at one instant. */
export interface OnceLine {
  readonly kind: 'once';
  readonly dimension: string;
  readonly item: Item;
  readonly quantity: Range<Exact>;
  readonly at: Instant;
}

/** An amount that somebody declared by the hour, at price 1. */
export interface DeclaredLine {
  readonly kind: 'declared';
  readonly dimension: UsageName;
  readonly usdPerHour: Range<Exact>;
}

export interface FreeByRule {
  readonly kind: 'free';
  readonly reason: string;
}

/** A paid dimension that nobody can put a number on; a declared ceiling may bound it. */
export interface Unknown {
  readonly kind: 'unpriced';
  readonly dimension: string;
  readonly reason: string;
}

/** What a charger finds in a resource: one line per dimension. */
export type Line = PricedLine | UsageLine | OnceLine | DeclaredLine | FreeByRule | Unknown;

export function priced(dimension: string, item: Item, quantity: Range<Exact>): PricedLine {
  return { kind: 'priced', dimension, item, quantity };
}

export function usage(dimension: UsageName, item: Item): UsageLine {
  return { kind: 'usage', dimension, item };
}

export function free(reason: string): FreeByRule {
  return { kind: 'free', reason };
}

export function unpriced(dimension: string, reason: string): Unknown {
  return { kind: 'unpriced', dimension, reason };
}
