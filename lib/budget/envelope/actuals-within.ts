import { type Instant, type Interval, instant, overlap } from '../../units/interval';
import { type AmountText, Usd } from '../../units/money';
import type { Actuals, ChargeKind, DailyCharge } from './actuals';
import type { Contract, ContractPeriod } from './contract';

/** Three numbers that are never mixed. */
export interface ActualAmounts {
  readonly cash: AmountText;
  readonly amortized: AmountText;
  /** In the contract's measure; null where an export does not say it (afterCommitmentDiscounts). */
  readonly drawdown: AmountText | null;
  /** What of it is approved spend, in the contract's measure: toward a ceiling nothing is left out but credits. Null with the drawdown. */
  readonly approved: AmountText | null;
  /** Of the drawdown, what was bought in the Marketplace: uncapped, and part of `drawdown`. Null with it. */
  readonly marketplace: AmountText | null;
}

/** What has been charged in one period so far. */
export interface ActualPeriod {
  /** The period's id. */
  readonly id: string;
  /** The covered days that lie in the period. The plan counts from the end of them on, the baseline outside them. */
  readonly covered: Interval;
  /** Open while any month in it is: AWS may still restate it. */
  readonly state: 'open' | 'final';
  readonly total: ActualAmounts;
  /** What the asked deployment caused. */
  readonly own: ActualAmounts;
  /** The rest: never own rows, so that a baseline does not count them twice. */
  readonly others: ActualAmounts;
}

/**
 * What was charged in each period of a contract that the covered days reach, in the contract's own way of counting: tax and
 * support draw down only where it counts them, credits never, what was paid upfront for plans and blocks as `counts` says. All of
 * it but credits is approved spend. Where plans and reserved instances are counted in two ways, an amount is on its safe side.
 *
 * @param deployment whose rows are `own`
 */
export function actualsWithin(actuals: Actuals, contract: Contract, deployment: string): readonly ActualPeriod[] {
  return contract.periods.flatMap((period) => {
    const covered = overlap(actuals.covered, period);
    return covered === undefined ? [] : [periodOf(actuals, contract, period, covered, deployment)];
  });
}

/** The instant from which on the plan counts: the end of the last covered day. */
export function plannedFrom(actuals: Actuals): Instant {
  return actuals.covered.end;
}

function periodOf(
  actuals: Actuals,
  contract: Contract,
  { id, start, end }: ContractPeriod,
  covered: Interval,
  deployment: string,
): ActualPeriod {
  const inside = actuals.charges.filter(({ day }) => {
    const at = instant(day);
    return start <= at && at < end;
  });
  const months = actuals.months.filter(
    ({ month }) => month >= covered.start.slice(0, 7) && instant(`${month}-01`) < covered.end,
  );
  return {
    id,
    covered,
    state: months.every(({ state }) => state === 'final') ? 'final' : 'open',
    total: amountsOf(inside, contract),
    own: amountsOf(
      inside.filter((charge) => charge.deployment === deployment),
      contract,
    ),
    others: amountsOf(
      inside.filter((charge) => charge.deployment !== deployment),
      contract,
    ),
  };
}

function amountsOf(charges: readonly DailyCharge[], contract: Contract): ActualAmounts {
  const known = contract.measure !== 'afterCommitmentDiscounts';
  const counted = (of: readonly DailyCharge[], side: Side) =>
    known ? Usd.sum(of.map((charge) => countedOf(charge, contract, side))).toText() : null;
  return {
    cash: Usd.sum(charges.map(({ cash }) => Usd.of(cash))).toText(),
    amortized: Usd.sum(charges.map(({ amortized }) => Usd.of(amortized))).toText(),
    drawdown: counted(charges, 'floor'),
    approved: counted(charges, 'ceiling'),
    marketplace: counted(
      charges.filter(({ kind }) => kind === 'marketplace'),
      'floor',
    ),
  };
}

/** Toward a floor an amount is never too high, toward a ceiling never too low. */
type Side = 'floor' | 'ceiling';

function countedOf(charge: DailyCharge, { counts, measure }: Contract, side: Side): Usd {
  const { kind, cash, list } = charge;
  if (measure === 'listGross' && AT_LIST.has(kind)) return Usd.of(list);
  switch (kind) {
    case 'usage':
    case 'purchase':
    case 'marketplace':
    case 'adjustment':
      return Usd.of(cash);
    case 'capacityBlock':
      return blockOf(charge, asCounted(counts.capacityBlocks, side));
    case 'committedUsage':
    case 'commitmentFee':
    case 'commitmentUpfront': {
      // An export does not say here which of the two a row belongs to.
      const { savingsPlanUpfront, reservedInstanceUpfront = savingsPlanUpfront } = counts;
      const [one, other] = [savingsPlanUpfront, reservedInstanceUpfront].map((counting) =>
        committedOf(charge, asCounted(counting, side), isAtList(measure)),
      ) as [Usd, Usd];
      const greater = one.atLeast(other);
      return side === 'ceiling' ? greater : one.plus(other).minus(greater);
    }
    case 'support':
      return counts.support || side === 'ceiling' ? Usd.of(cash) : Usd.zero;
    case 'tax':
      return counts.tax || side === 'ceiling' ? Usd.of(cash) : Usd.zero;
    case 'credit':
      return Usd.zero;
  }
}

type Counting = Contract['counts']['capacityBlocks'];

/** What draws nothing down is approved spend all the same, at its purchase. */
function asCounted(counting: Counting, side: Side): Counting {
  return side === 'ceiling' && counting === 'no' ? 'atPurchase' : counting;
}

function blockOf({ cash, amortized }: DailyCharge, counting: Counting): Usd {
  if (counting === 'no') return Usd.zero;
  return Usd.of(counting === 'amortized' ? amortized : cash);
}

function committedOf({ kind, cash, amortized }: DailyCharge, counting: Counting, atList: boolean): Usd {
  if (kind === 'committedUsage') return Usd.of(counting === 'amortized' ? amortized : cash);
  if (kind === 'commitmentFee') return atList || counting === 'amortized' ? Usd.zero : Usd.of(cash);
  return !atList && counting === 'atPurchase' ? Usd.of(cash) : Usd.zero;
}

/** At list price what a plan covers is counted as use; its fees are then not counted again. */
const AT_LIST: ReadonlySet<ChargeKind> = new Set(['usage', 'committedUsage']);

const isAtList = (measure: Contract['measure']): boolean => measure === 'listGross';
