import { exact } from '../../units/exact';
import { hoursIn, type Interval, monthsOf, overlap } from '../../units/interval';
import { Usd } from '../../units/money';
import { fixed, mapRange, type Range } from '../../units/range';
import type { Charge } from '../bill/charge';
import { LEDGER } from '../bill/charge-ledger';
import { costWithin } from '../bill/cost-within';
import type { Books } from './books';
import { type Counting, feesWithin, type UpfrontCounting, upfrontWithin } from './commitment-fees';
import type { Contract, ContractPeriod } from './contract';
import { type CoveredStretch, coverageWithin } from './coverage';
import { type CountedActuals, creditsOffDrawdown, elsewhereIn } from './elsewhere';
import { feeShare, type Measured, measured } from './measure';

/** One charge inside an interval: at list price and in the contract's measure, before commitments. */
export interface ChargeWithin extends Measured {
  readonly charge: Charge;
  readonly list: Range<Usd>;
}

/** What an interval adds up to, exact. */
export interface PeriodAmounts extends Measured {
  readonly charges: readonly ChargeWithin[];
}

/** What an amount means and when upfront payments count in it. */
export interface Accounting {
  readonly measure: Contract['measure'];
  readonly towardCeiling: UpfrontCounting;
  readonly towardFloor: UpfrontCounting;
}

const NOTHING: Range<Usd> = fixed(Usd.zero);

/** As the contract counts. What does not draw down is approved spend all the same, when it is paid. */
export function contractAccounting({ measure, counts }: Contract): Accounting {
  const towardFloor: UpfrontCounting = {
    capacityBlocks: counts.capacityBlocks,
    savingsPlans: counts.savingsPlanUpfront,
    reservedInstances: counts.reservedInstanceUpfront ?? 'no',
  };
  const spent = (counting: Counting) => (counting === 'no' ? 'atPurchase' : counting);
  return {
    measure,
    towardFloor,
    towardCeiling: {
      capacityBlocks: spent(towardFloor.capacityBlocks),
      savingsPlans: spent(towardFloor.savingsPlans),
      reservedInstances: spent(towardFloor.reservedInstances),
    },
  };
}

/** The bill's charges inside an interval, before commitments; those that cost nothing in it are left out, and owned blocks too. */
export function chargesWithin(
  { bill, contract }: Books,
  span: Interval,
  measure: Contract['measure'] = contract.measure,
): PeriodAmounts {
  const blocks = new Set(contract.capacityBlocks.map((block) => block.id));
  const charges = bill.charges.flatMap((charge) => {
    if (isOwnedBlock(charge, blocks) || !isFeltIn(charge, span)) return [];
    const list = costWithin(charge, span);
    return list.max.isZero() ? [] : [{ charge, list, ...measured(list, charge, contract, measure) }];
  });
  return totalOf(charges);
}

/** What the app and the commitments of the contract cost in an interval: charges, what covers them, and blocks that are owned. */
export function spendWithin(
  books: Books,
  span: Interval,
  accounting: Accounting = contractAccounting(books.contract),
): PeriodAmounts {
  return accountFor({ books, span, coverage: coverageWithin(books, span) }, accounting);
}

/** An interval with what covers its usage, worked out once for several ways to account for it. */
interface CoveredSpan {
  readonly books: Books;
  readonly span: Interval;
  readonly coverage: readonly CoveredStretch[];
}

function accountFor(
  covered: CoveredSpan,
  accounting: Accounting,
  own: PeriodAmounts = chargesWithin(covered.books, covered.span, accounting.measure),
): PeriodAmounts {
  const { books, span } = covered;
  const blocks = (counting: Counting) =>
    fixed(Usd.sum(books.contract.capacityBlocks.map((block) => upfrontWithin(block, counting, span))));
  const { towardCeiling, towardFloor } = withCommitments(own, covered, accounting);
  return {
    charges: own.charges,
    towardCeiling: plus(towardCeiling, blocks(accounting.towardCeiling.capacityBlocks)),
    towardFloor: plus(towardFloor, blocks(accounting.towardFloor.capacityBlocks)),
  };
}

/** What blocks and commitments that are owned cost in a period, used or not: spent whatever the app does. */
export function ownedFees(contract: Contract, period: Interval): Usd {
  const { towardCeiling } = contractAccounting(contract);
  const blocks = contract.capacityBlocks.map((block) => upfrontWithin(block, towardCeiling.capacityBlocks, period));
  return Usd.sum([...blocks, feesWithin(contract, towardCeiling, period)]);
}

/** What a contract period comes to: what is charged, what is planned after it, and the declared baseline. */
export interface PeriodTotals extends PeriodAmounts {
  /** What is invoiced, when it is invoiced: with contract discounts, and less credits. Never too low. */
  readonly cash: Range<Usd>;
  /** The same with upfront payments spread over what they are for, before credits. */
  readonly amortized: Range<Usd>;
}

/** Everything that counts in a contract period. The plan counts where actuals do not. */
export function amountsOf(books: Books, period: ContractPeriod, actual?: CountedActuals): PeriodTotals {
  const { contract } = books;
  const accounting = contractAccounting(contract);
  const spans = plannedSpans(period, actual).map((span) => ({ books, span, coverage: coverageWithin(books, span) }));
  const own = spans.map(({ span }) => chargesWithin(books, span, accounting.measure));
  const planned = spans.map((span, index) => accountFor(span, accounting, own[index]));
  const net = accounting.measure === 'net' ? own : spans.map(({ span }) => chargesWithin(books, span, 'net'));
  const invoiced = (counting: Counting) => {
    const how: Accounting = { ...accounting, measure: 'net', towardCeiling: everyUpfront(counting) };
    return spans.map((span, index) => accountFor(span, how, net[index]).towardCeiling);
  };
  const elsewhere = elsewhereIn(contract, period, actual);
  const credits = fixed(creditsOffDrawdown(contract, period));
  // Days before the first covered one are no forecast: nothing that is not charged yet draws down in them.
  const ahead =
    actual === undefined ? planned : planned.filter((_, index) => spans[index]?.span.start === actual.covered.end);
  return {
    charges: merged(planned.flatMap(({ charges }) => charges)),
    towardCeiling: planned.map((one) => one.towardCeiling).reduce(plus, fixed(elsewhere.towardCeiling)),
    towardFloor: notNegative(
      minus(ahead.map((one) => one.towardFloor).reduce(plus, fixed(elsewhere.towardFloor)), credits),
    ),
    cash: notNegative(invoiced('atPurchase').reduce(plus, fixed(elsewhere.cash))),
    amortized: invoiced('amortized').reduce(plus, fixed(elsewhere.amortized)),
  };
}

/** A charge that is felt on both sides of the covered days is one. */
function merged(charges: readonly ChargeWithin[]): readonly ChargeWithin[] {
  const byCharge = new Map<Charge, ChargeWithin>();
  for (const one of charges) {
    const known = byCharge.get(one.charge);
    const sum = known === undefined ? one : { ...one, list: plus(known.list, one.list), ...sumOf(known, one) };
    byCharge.set(one.charge, sum);
  }
  return [...byCharge.values()];
}

function sumOf(a: Measured, b: Measured): Measured {
  return {
    towardCeiling: plus(a.towardCeiling, b.towardCeiling),
    towardFloor: plus(a.towardFloor, b.towardFloor),
  };
}

/** The parts of a period that actuals do not cover. */
export function plannedSpans(period: Interval, actual: CountedActuals | undefined): readonly Interval[] {
  if (actual === undefined) return [period];
  const { covered } = actual;
  const parts = [
    { start: period.start, end: covered.start },
    { start: covered.end, end: period.end },
  ];
  return parts.filter(({ start, end }) => start < end);
}

function everyUpfront(counting: Counting): UpfrontCounting {
  return { capacityBlocks: counting, savingsPlans: counting, reservedInstances: counting };
}

function notNegative(range: Range<Usd>): Range<Usd> {
  return mapRange(range, (usd) => usd.atLeast(Usd.zero));
}

/**
 * The dearest hour of an interval, in USD an hour.
 *
 * Exact, unlike the bill's `perHour`, which is a view: a month-priced item is dearest by the hour in the shortest month in
 * which it runs. Usage counts evenly over its month; what is paid once and update surge do not count.
 */
export function dearestHour(books: Books, span: Interval): Range<Usd> {
  const { bill, contract } = books;
  const running = { ...books, bill: { ...bill, charges: bill.charges.filter((charge) => charge.unit !== 'once') } };
  const accounting = {
    ...contractAccounting(contract),
    towardCeiling: hourly(contractAccounting(contract).towardCeiling),
  };
  const { savingsPlans = [], reservedInstances = [] } = contract;
  return steadyStretches(running.bill.charges, [...savingsPlans, ...reservedInstances], span).reduce<Range<Usd>>(
    (dearest, stretch) => {
      const hour = exact(1).div(hoursIn(stretch));
      const { towardCeiling } = spendWithin(running, stretch, accounting);
      return mapRange(dearest, (usd, bound) => usd.atLeast(towardCeiling[bound].times(hour)));
    },
    NOTHING,
  );
}

/** What is paid once has no hour; a commitment that counts evenly has. */
function hourly({ savingsPlans, reservedInstances }: UpfrontCounting): UpfrontCounting {
  const evenly = (counting: Counting) => (counting === 'amortized' ? counting : 'no');
  return { capacityBlocks: 'no', savingsPlans: evenly(savingsPlans), reservedInstances: evenly(reservedInstances) };
}

/**
 * Takes off what commitments cover and adds what they cost, used or not.
 *
 * Measured at list, coverage takes nothing off; but a ceiling is never held against less than is paid, so each stretch
 * counts the greater of usage at list and of what commitments make of it.
 */
function withCommitments(
  own: Measured,
  { books, span, coverage }: CoveredSpan,
  { measure, towardCeiling, towardFloor }: Accounting,
): Measured {
  if (coverage.length === 0) return own;
  const { contract } = books;
  if (measure === 'listGross') {
    const excess = coverage.map((stretch) => feesBeyondCover(contract, stretch));
    return { towardCeiling: excess.reduce(plus, own.towardCeiling), towardFloor: own.towardFloor };
  }
  const taken = coverage.flatMap(({ costs }) => costs);
  const surely = taken.map(({ charge, surely: cost }) => measured(cost, charge, contract, measure).towardCeiling);
  const possibly = taken.map(({ charge, possibly: cost }) => measured(cost, charge, contract, measure).towardFloor);
  const share = feeShare(contract, measure);
  const fees = (counting: UpfrontCounting) => feesWithin(contract, counting, span);
  return {
    towardCeiling: plus(surely.reduce(minus, own.towardCeiling), fixed(fees(towardCeiling).times(share.highest))),
    towardFloor: plus(possibly.reduce(minus, own.towardFloor), fixed(fees(towardFloor).times(share.lowest))),
  };
}

const EVENLY: UpfrontCounting = { capacityBlocks: 'no', savingsPlans: 'amortized', reservedInstances: 'amortized' };

function feesBeyondCover(contract: Contract, stretch: CoveredStretch): Range<Usd> {
  const fees = feesWithin(contract, EVENLY, stretch);
  const covered = stretch.costs.map(({ surely }) => surely).reduce(plus, NOTHING);
  return mapRange(covered, (usd) => fees.minus(usd).atLeast(Usd.zero));
}

function totalOf(charges: readonly ChargeWithin[]): PeriodAmounts {
  return {
    charges,
    towardCeiling: charges.reduce((sum, each) => plus(sum, each.towardCeiling), NOTHING),
    towardFloor: charges.reduce((sum, each) => plus(sum, each.towardFloor), NOTHING),
  };
}

/** Most charges are alike at every bound: those are added once. */
function plus(a: Range<Usd>, b: Range<Usd>): Range<Usd> {
  const min = a.min.plus(b.min);
  const plan = a.plan === a.min && b.plan === b.min ? min : a.plan.plus(b.plan);
  return { min, plan, max: a.max === a.plan && b.max === b.plan ? plan : a.max.plus(b.max) };
}

function minus(a: Range<Usd>, b: Range<Usd>): Range<Usd> {
  return mapRange(a, (usd, bound) => usd.minus(b[bound]));
}

function isFeltIn(charge: Charge, span: Interval): boolean {
  return charge.unit === 'once' || overlap(charge.active, span) !== undefined;
}

/** The bill shows an owned block's fee at its purchase; in which period it counts is the contract's to say. */
function isOwnedBlock(charge: Charge, blocks: ReadonlySet<string>): boolean {
  return charge.stack === LEDGER && charge.unit === 'once' && blocks.has(charge.logicalId);
}

/** Stretches in which no charge and no commitment begins or ends, each represented by its part in its shortest month. */
function steadyStretches(charges: readonly Charge[], terms: readonly Interval[], span: Interval): readonly Interval[] {
  const within = [...charges.map((charge) => charge.active), ...terms].flatMap((active) => overlap(active, span) ?? []);
  const turns = [...new Set(within.flatMap((active) => [active.start, active.end]))].sort();
  return turns.slice(1).flatMap((end, index) => {
    const months = monthsOf({ start: turns[index] ?? end, end });
    return months.length === 0 ? [] : [months.reduce((a, b) => (b.monthHours.compare(a.monthHours) < 0 ? b : a))];
  });
}
