import type { Interval } from '../../units/interval';
import { Usd } from '../../units/money';
import { mapRange, type Range } from '../../units/range';
import { costWithin } from '../bill/cost-within';
import type { PeriodDiff } from './bill-diff';
import type { ComparedBill } from './parse-bill';
import type { Judged } from './parse-judged';

interface Side {
  readonly bill: ComparedBill;
  readonly verdict: Judged | undefined;
}

const BOUND_NAMES = { min: 'min', plan: 'plan', max: 'max' } as const;

/** Periods that both verdicts have, where their drawdowns differ. */
export function periodsBetween(from: Side, to: Side): readonly PeriodDiff[] {
  const before = from.verdict?.periods ?? [];
  return (to.verdict?.periods ?? []).flatMap((now) => {
    const was = before.find(({ id }) => id === now.id);
    if (was === undefined) return [];
    const [oldList, newList] = [listWithin(from.bill, was), listWithin(to.bill, now)];
    const list = mapRange(newList, (usd, bound) => usd.minus(oldList[bound]));
    const terms = mapRange(list, (usd, bound) =>
      Usd.of(now.drawdown[bound]).minus(Usd.of(was.drawdown[bound])).minus(usd),
    );
    if ([list, terms].every((part) => Object.values(part).every((usd) => usd.isZero()))) return [];
    return [{ id: now.id, before: was.drawdown, after: now.drawdown, list: texts(list), terms: texts(terms) }];
  });
}

/** What the templates and the ledger are charged inside a period, at list price. */
function listWithin({ charges }: ComparedBill, period: Interval): Range<Usd> {
  const costs = charges.map((charge) => costWithin(charge, period));
  return mapRange(BOUND_NAMES, (bound) => Usd.sum(costs.map((cost) => cost[bound])));
}

function texts(range: Range<Usd>): Range<string> {
  return mapRange(range, (usd) => usd.toText());
}
