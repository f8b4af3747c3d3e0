import { type Exact, exact } from '../../units/exact';
import { hoursIn } from '../../units/interval';
import { Usd } from '../../units/money';
import type { ActualPeriod } from './actuals-within';
import type { Contract, ContractPeriod, Credit, SpendCategory } from './contract';

/** Spend that no template causes: declared, and charged to date. */
export interface Elsewhere {
  /** Approved spend, whatever of it draws down. */
  readonly towardCeiling: Usd;
  /** What of it draws down, before credits. */
  readonly towardFloor: Usd;
  readonly cash: Usd;
  readonly amortized: Usd;
}

/**
 * The part of the actuals that speaks of what a period is judged for: everybody's spend, or, where the contract gives this
 * app a share and declares nobody else's, its own. Undefined without actuals, and where they do not say the contract's
 * measure: then the plan and the baseline count for the whole period.
 */
export function countedActuals(contract: Contract, actual: ActualPeriod | undefined) {
  if (actual === undefined) return undefined;
  const isOwn = contract.share !== undefined && !contract.baseline.some((row) => row.period === actual.id);
  const { cash, amortized, drawdown, approved, marketplace } = isOwn ? actual.own : actual.total;
  if (drawdown === null) return undefined;
  const { covered, state } = actual;
  return { covered, state, cash, amortized, drawdown, approved: approved ?? drawdown, marketplace: marketplace ?? '0' };
}

export type CountedActuals = NonNullable<ReturnType<typeof countedActuals>>;

/** Baseline and actuals of a period. A baseline counts for the hours that no actuals cover. */
export function elsewhereIn(contract: Contract, period: ContractPeriod, actual: CountedActuals | undefined): Elsewhere {
  const open = openShare(period, actual);
  const rows = contract.baseline.filter((row) => row.period === period.id);
  const declared = (categories: readonly SpendCategory[]) =>
    Usd.sum(
      rows.filter(({ category = 'usage' }) => categories.includes(category)).map((row) => Usd.of(row.amount)),
    ).times(open);
  const { support, tax } = contract.counts;
  const counted = declared(['usage', ...(support ? ['support' as const] : []), ...(tax ? ['tax' as const] : [])]);
  const all = declared(['usage', 'marketplace', 'support', 'tax']);
  const charged = Usd.of(actual?.drawdown ?? '0');
  const sold = Usd.of(actual?.marketplace ?? '0');
  const fromMarketplace = atMost(marketplaceCap(contract, period), sold.plus(declared(['marketplace'])));
  const credits = creditsIn(contract, period);
  return {
    towardCeiling: Usd.of(actual?.approved ?? '0').plus(all),
    towardFloor: charged.minus(sold).plus(counted).plus(fromMarketplace),
    cash: Usd.of(actual?.cash ?? '0')
      .plus(all)
      .minus(Usd.sum(credits.map((credit) => savedBy(credit, contract))).times(open)),
    amortized: Usd.of(actual?.amortized ?? '0').plus(all),
  };
}

/** What the credits of a period take off its drawdown; all of it, so that the floor is never met by too much. */
export function creditsOffDrawdown(contract: Contract, period: ContractPeriod): Usd {
  const lowering = creditsIn(contract, period).filter(({ lowersDrawdown }) => lowersDrawdown);
  return Usd.sum(lowering.map(({ amount }) => Usd.of(amount)));
}

function creditsIn({ credits = [] }: Contract, period: ContractPeriod): readonly Credit[] {
  return credits.filter((credit) => credit.period === period.id);
}

/** Before discounts a credit saves what is left of it after them: after the greatest, since it names no service. */
function savedBy({ amount, applied }: Credit, contract: Contract): Usd {
  if (applied === 'afterDiscounts') return Usd.of(amount);
  const greatest = contract.discounts.reduce((most, { percent }) => {
    const one = exact(percent);
    return one.compare(most) > 0 ? one : most;
  }, exact(0));
  return Usd.of(amount).times(exact(1).sub(greatest.div(exact(100))));
}

/** Without a stated cap nothing of it is sure to count. */
function marketplaceCap({ counts, share = '1' }: Contract, period: ContractPeriod): Usd {
  const percent = exact(counts.marketplaceCapPercent ?? '0');
  return Usd.of(period.commitment)
    .times(share)
    .times(percent.div(exact(100)));
}

/** The part of a period's hours that no actuals cover. */
function openShare(period: ContractPeriod, actual: CountedActuals | undefined): Exact {
  if (actual === undefined) return exact(1);
  return exact(1).sub(hoursIn(actual.covered).div(hoursIn(period)));
}

export function atMost(limit: Usd, amount: Usd): Usd {
  return amount.exceeds(limit) ? limit : amount;
}
