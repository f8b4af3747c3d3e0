import { exact } from '../../units/exact';
import { hoursIn, type Interval, monthsOf, overlap } from '../../units/interval';
import { Usd } from '../../units/money';
import { fixed, mapRange, type Range } from '../../units/range';
import type { Bill } from '../bill/bill';
import type { Charge } from '../bill/charge';
import { LEDGER } from '../bill/charge-ledger';
import { costWithin } from '../bill/cost-within';
import type { CapacityBlockRow } from '../bill/ledger';
import type { Contract, ContractPeriod } from './contract';
import { type Measured, measured } from './measure';

/** One charge inside an interval: at list price and in the contract's measure. */
export interface ChargeWithin extends Measured {
  readonly charge: Charge;
  readonly list: Range<Usd>;
}

/** What an interval adds up to, exact. */
export interface PeriodAmounts extends Measured {
  readonly charges: readonly ChargeWithin[];
}

const NOTHING: Range<Usd> = fixed(Usd.zero);

/** The bill's charges inside an interval; those that cost nothing in it are left out, and owned blocks too. */
export function chargesWithin(bill: Bill, contract: Contract, span: Interval): PeriodAmounts {
  const blocks = new Set(contract.capacityBlocks.map((block) => block.id));
  const charges = bill.charges.flatMap((charge) => {
    if (isOwnedBlock(charge, blocks) || !isFeltIn(charge, span)) return [];
    const list = costWithin(charge, span);
    return list.max.isZero() ? [] : [{ charge, list, ...measured(list, charge, contract) }];
  });
  return totalOf(charges);
}

/** Everything that counts in a contract period: the charges, the blocks that are owned, and the declared baseline. */
export function amountsOf(bill: Bill, contract: Contract, period: ContractPeriod): PeriodAmounts {
  const own = chargesWithin(bill, contract, period);
  const rows = contract.baseline.filter((row) => row.period === period.id);
  const declared = fixed(Usd.sum(rows.map((row) => Usd.of(row.amount))));
  const { capacityBlocks: counting } = contract.counts;
  const paid = contract.capacityBlocks.map((block) =>
    blockSpend(block, counting === 'no' ? 'atPurchase' : counting, period),
  );
  const blocks = fixed(Usd.sum(paid));
  return {
    charges: own.charges,
    towardCeiling: plus(plus(own.towardCeiling, declared), blocks),
    towardFloor: plus(plus(own.towardFloor, declared), counting === 'no' ? NOTHING : blocks),
  };
}

/**
 * The dearest hour of an interval, in USD an hour.
 *
 * Exact, unlike the bill's `perHour`, which is a view: a month-priced item is dearest by the hour in the shortest month in
 * which it runs. Usage counts evenly over its month; what is paid once and update surge do not count.
 */
export function dearestHour(bill: Bill, contract: Contract, span: Interval): Range<Usd> {
  const running = { ...bill, charges: bill.charges.filter((charge) => charge.unit !== 'once') };
  return steadyStretches(running.charges, span).reduce<Range<Usd>>((dearest, stretch) => {
    const hour = exact(1).div(hoursIn(stretch));
    const { towardCeiling } = chargesWithin(running, contract, stretch);
    return mapRange(dearest, (usd, bound) => usd.atLeast(towardCeiling[bound].times(hour)));
  }, NOTHING);
}

function totalOf(charges: readonly ChargeWithin[]): PeriodAmounts {
  return {
    charges,
    towardCeiling: charges.reduce((sum, each) => plus(sum, each.towardCeiling), NOTHING),
    towardFloor: charges.reduce((sum, each) => plus(sum, each.towardFloor), NOTHING),
  };
}

function plus(a: Range<Usd>, b: Range<Usd>): Range<Usd> {
  return mapRange(a, (usd, bound) => usd.plus(b[bound]));
}

function isFeltIn(charge: Charge, span: Interval): boolean {
  return charge.unit === 'once' || overlap(charge.active, span) !== undefined;
}

/** The bill shows an owned block's fee at its purchase; in which period it counts is the contract's to say. */
function isOwnedBlock(charge: Charge, blocks: ReadonlySet<string>): boolean {
  return charge.stack === LEDGER && charge.unit === 'once' && blocks.has(charge.logicalId);
}

/** A block's upfront fee: all of it in the period of the purchase, or spread evenly over the block's hours. */
function blockSpend(block: CapacityBlockRow, counting: 'atPurchase' | 'amortized', period: Interval): Usd {
  const upfront = Usd.of(block.upfront);
  if (counting === 'atPurchase') {
    return period.start <= block.purchased && block.purchased < period.end ? upfront : Usd.zero;
  }
  const shared = overlap(block, period);
  return shared === undefined ? Usd.zero : upfront.times(hoursIn(shared).div(hoursIn(block)));
}

/** Stretches in which no charge begins or ends, each represented by its part in its shortest month. */
function steadyStretches(charges: readonly Charge[], span: Interval): readonly Interval[] {
  const within = charges.flatMap((charge) => overlap(charge.active, span) ?? []);
  const turns = [...new Set(within.flatMap((active) => [active.start, active.end]))].sort();
  return turns.slice(1).flatMap((end, index) => {
    const months = monthsOf({ start: turns[index] ?? end, end });
    return months.length === 0 ? [] : [months.reduce((a, b) => (b.monthHours.compare(a.monthHours) < 0 ? b : a))];
  });
}
