import { Usd } from '../../units/money';
import type { Bill } from '../bill/bill';
import type { Charge } from '../bill/charge';
import { inDollars } from './wording';

/** What one stack adds to the bill's max, at list price, with its dearest charge to point at. */
export interface Contribution {
  readonly stack: string;
  readonly dearest: Charge;
  readonly sentence: string;
}

/** Every stack that costs something, dearest first; ties by path. */
export function contributions(bill: Bill): readonly Contribution[] {
  const byStack = new Map<string, Charge[]>();
  for (const charge of bill.charges) {
    const known = byStack.get(charge.stack);
    if (known === undefined) byStack.set(charge.stack, [charge]);
    else known.push(charge);
  }
  return [...byStack]
    .map(([stack, charges]) => ({ stack, charges, max: Usd.sum(charges.map(maxOf)) }))
    .filter(({ max }) => !max.isZero())
    .sort((a, b) => b.max.compare(a.max) || (a.stack < b.stack ? -1 : 1))
    .flatMap(({ stack, charges, max }) => {
      const [dearest] = [...charges].sort((a, b) => maxOf(b).compare(maxOf(a)) || (a.logicalId < b.logicalId ? -1 : 1));
      if (dearest === undefined) return [];
      const most = `${dearest.logicalId} ${dearest.dimension} ${inDollars(maxOf(dearest))}`;
      return [
        { stack, dearest, sentence: `${stack} adds ${inDollars(max)} at max and list price; dearest is ${most}` },
      ];
    });
}

const maxOf = (charge: Charge): Usd => Usd.of(charge.windowTotal.max);
