import { exact } from '../../units/exact';
import { hoursIn, type Instant, type Interval, overlap } from '../../units/interval';
import { Usd } from '../../units/money';
import { fixed, mapRange, type Range } from '../../units/range';
import type { ActualPeriod } from './actuals-within';
import type { Books } from './books';
import { commitmentUse } from './commitment-use';
import type { Contract, ContractPeriod, Waiver } from './contract';
import { type CountedActuals, countedActuals } from './elsewhere';
import { ceilingFinding, judgeCeiling, largestOf, textsOf, withAllowance } from './judge-ceiling';
import { type Carried, floorFinding, judgeFloor } from './judge-floor';
import { amountsOf, dearestHour, plannedSpans } from './period-amounts';
import { sensitivityOf } from './sensitivity';
import type { ChargedToDate, Finding, PeriodVerdict } from './verdict';
import { waiverInForce } from './waivers';

/** A period's part of a verdict, and what goes over to the next period. */
export interface PeriodJudged {
  readonly verdict: PeriodVerdict;
  readonly findings: readonly Finding[];
  readonly carries: Carried;
}

/** All that one period is judged from. */
export interface PeriodCase {
  readonly books: Books;
  readonly waivers: readonly Waiver[];
  readonly period: ContractPeriod;
  readonly actual: ActualPeriod | undefined;
  readonly carried: Carried;
  readonly asOf: Instant;
}

/** Ceilings and floor of one period, exact and in the contract's measure. */
export function judgePeriod({ books, waivers, period, actual, carried, asOf }: PeriodCase): PeriodJudged {
  const { bill, contract } = books;
  const inForce = (rule: Waiver['rule']) => waiverInForce(waivers, rule, period.id, asOf);
  const reached = overlap(period, bill.window);
  const allowance = bill.unpriced.length === 0 || reached === undefined ? '0' : (inForce('Unpriced')?.upTo ?? '0');
  const counted = countedActuals(contract, actual);
  const planned = plannedSpans(period, counted);
  const amounts = amountsOf(books, period, counted);
  const shared = { contract, period, charges: amounts.charges };
  const whole = {
    ...shared,
    rule: 'CeilingExceeded' as const,
    limit: period.ceiling,
    amount: withAllowance(amounts.towardCeiling, Usd.of(allowance)),
    waiver: inForce('CeilingExceeded'),
  };
  const dearest = planned.map((span) => dearestHour(books, span)).reduce(dearer, fixed(Usd.zero));
  const hour = {
    ...shared,
    rule: 'HourlyCeilingExceeded' as const,
    limit: period.ceilingPerHour,
    amount: withAllowance(dearest, perHourOf(allowance, reached ?? period)),
    waiver: inForce('HourlyCeilingExceeded'),
  };
  const ceiling = judgeCeiling(whole);
  const ceilingPerHour = judgeCeiling(hour);
  const { floor, carries } = judgeFloor({
    contract,
    period,
    amounts,
    carried,
    reached: reached !== undefined || counted !== undefined,
    closed: planned.length === 0,
  });
  const commitments = commitmentUse(books, period);
  const { id, start, end } = period;
  return {
    carries,
    verdict: {
      id,
      start,
      end,
      ceiling,
      ceilingPerHour,
      floor,
      spend: {
        cash: textsOf(amounts.cash),
        amortized: textsOf(amounts.amortized),
        drawdown: textsOf(amounts.towardFloor),
      },
      sensitivity: sensitivityOf(contract, period, amounts, whole.amount),
      ...(counted === undefined ? {} : { charged: chargedToDate(counted) }),
      ...(commitments.length === 0 ? {} : { commitments }),
      largest: largestOf(amounts.charges).map(({ charge, list }) => ({ ...charge, periodTotal: textsOf(list) })),
    },
    findings: [
      ceilingFinding(whole, ceiling) ?? [],
      ceilingFinding(hour, ceilingPerHour) ?? [],
      floorFinding(contract, period, floor, inForce('CommitmentShortfall')) ?? [],
    ].flat(),
  };
}

function chargedToDate({ covered, state, cash, amortized, drawdown }: CountedActuals): ChargedToDate {
  return { covered, state, cash, amortized, drawdown };
}

function dearer(a: Range<Usd>, b: Range<Usd>): Range<Usd> {
  return mapRange(a, (usd, bound) => usd.atLeast(b[bound]));
}

/** Actuals that cannot be counted change nothing, and it is said. */
export function notCounted(contract: Contract, actuals: readonly ActualPeriod[]): readonly Finding[] {
  return actuals
    .filter((actual) => countedActuals(contract, actual) === undefined)
    .map(({ id }) => ({
      rule: 'ActualsNotCounted',
      severity: 'warning',
      period: id,
      stack: null,
      logicalId: null,
      sentence: `the actuals of ${id} do not say what it has drawn down, because no export gives amounts ${contract.measure}; plan and baseline count for the whole of it`,
      remedy: 'put what has been drawn down so far into the baseline of the period',
    }));
}

/** An allowance for a period, taken evenly over the hours in which the unpriced resources can run. */
function perHourOf(allowance: string, span: Interval): Usd {
  return Usd.of(allowance).times(exact(1).div(hoursIn(span)));
}
