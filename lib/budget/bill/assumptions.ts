import type { Exact } from '../../units/exact';
import { exact } from '../../units/exact';
import { type Instant, instant } from '../../units/interval';
import { mapRange, type Range } from '../../units/range';
import type { Assumption } from './assumption';

/** What is declared for a usage in a stack. */
export type Declaration =
  | { readonly kind: 'declared'; readonly quantity: Range<Exact> }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Looks up assumptions; one that has expired declares nothing, and hides those of wider scopes: nobody answers for its place any more. */
export class Assumptions {
  readonly #byUsage = new Map<string, readonly Assumption[]>();
  readonly #asOf: Instant;
  readonly #known = new Map<string, Declaration>();

  /** An assumption counts until the day it expires, judged at `asOf`. */
  constructor(assumptions: readonly Assumption[], asOf: Instant) {
    this.#asOf = asOf;
    for (const one of assumptions) {
      this.#byUsage.set(one.usage, [...(this.#byUsage.get(one.usage) ?? []), one]);
    }
  }

  /** The one with the most literal scope; two that are equally literal contradict each other and count for nothing. */
  find(usage: string, unit: string, stackPath: string): Declaration {
    const key = [usage, unit, stackPath].join('\u0000');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#find(usage, unit, stackPath);
    this.#known.set(key, found);
    return found;
  }

  #find(usage: string, unit: string, stackPath: string): Declaration {
    const matching = (this.#byUsage.get(usage) ?? []).filter(
      (one) => one.unit === unit && matches(one.scope, stackPath),
    );
    const closest = Math.max(...matching.map(({ scope }) => literalLength(scope)));
    const closestOnes = matching.filter(({ scope }) => literalLength(scope) === closest);
    const [best, second] = closestOnes.filter(({ expires }) => instant(expires) > this.#asOf);
    if (best === undefined) return lapsed(closestOnes[0]);
    if (second !== undefined) {
      return { kind: 'refused', reason: `the scopes ${best.scope} and ${second.scope} both declare ${usage}` };
    }
    const quantity = mapRange<string, Exact>(best, (text) => exact(text));
    const inOrder = quantity.min.gte(0) && quantity.min.lte(quantity.plan) && quantity.plan.lte(quantity.max);
    return inOrder
      ? { kind: 'declared', quantity }
      : { kind: 'refused', reason: `${usage} is declared with min, plan and max out of order` };
  }
}

function lapsed(one: Assumption | undefined): Declaration {
  if (one === undefined) return { kind: 'missing' };
  const day = instant(one.expires).slice(0, 10);
  const reason = `what ${one.owner} declared of ${one.usage} in ${one.scope} expired on ${day}; renew or replace it`;
  return { kind: 'refused', reason };
}

/** `*` stands for anything within one part of a path, `**` for any parts. */
function matches(scope: string, stackPath: string): boolean {
  const pattern = scope
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')))
    .join('');
  return new RegExp(`^${pattern}$`).test(stackPath);
}

function literalLength(scope: string): number {
  return scope.replaceAll('*', '').length;
}
