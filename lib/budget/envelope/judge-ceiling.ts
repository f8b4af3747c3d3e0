import { exact } from '../../units/exact';
import { Usd } from '../../units/money';
import type { Bound, Range } from '../../units/range';
import type { Contract, ContractPeriod, Waiver } from './contract';
import type { ChargeWithin } from './period-amounts';
import type { CeilingResult, Finding } from './verdict';
import { lets, waivedBy } from './waivers';
import {
  hourlyCommitment,
  hourlyWordingFor,
  inDollars,
  periodName,
  upToCent,
  type Wording,
  wordingFor,
} from './wording';

/** One ceiling of one period: the whole period's, or the dearest hour's. */
export interface CeilingCase {
  readonly rule: 'CeilingExceeded' | 'HourlyCeilingExceeded';
  readonly contract: Contract;
  readonly period: ContractPeriod;
  readonly limit: string | undefined;
  readonly amount: Range<Usd>;
  readonly charges: readonly ChargeWithin[];
  /** In force for this rule and period, whatever its amount. */
  readonly waiver: Waiver | undefined;
}

/** A ceiling that is met to the last digit is kept; anything above it is over. */
export function judgeCeiling(of: CeilingCase): CeilingResult {
  const basis = of.contract.ceilingBasis;
  const amount = textsOf(of.amount);
  if (of.limit === undefined) return { result: 'none', basis, limit: null, amount, over: '0' };
  const limit = Usd.of(of.limit);
  const over = of.amount[basis].minus(limit).atLeast(Usd.zero);
  return { result: over.isZero() ? 'within' : 'over', basis, limit: limit.toText(), amount, over: over.toText() };
}

/** What is said about an exceeded ceiling; undefined when it is kept. A waiver turns the fault into a warning. */
export function ceilingFinding(of: CeilingCase, result: CeilingResult): Finding | undefined {
  if (result.result !== 'over') return undefined;
  const { contract, period, rule } = of;
  const amount = of.amount[contract.ceilingBasis];
  const waived = lets(of.waiver, amount) ? of.waiver : undefined;
  const say = rule === 'CeilingExceeded' ? wordingFor(contract, period) : hourlyWordingFor(contract, period);
  const what = rule === 'CeilingExceeded' ? 'costs' : 'costs in its dearest hour';
  const ending = waived === undefined ? `; ${largestText(of.charges)}` : `; ${waivedBy(waived)}`;
  return {
    rule,
    severity: waived === undefined ? 'fatal' : 'warning',
    period: period.id,
    stack: null,
    logicalId: null,
    sentence: `period ${periodName(period)} ${what} ${say(amount)} at ${contract.ceilingBasis}, ${say(Usd.of(result.over))} over its ceiling of ${say(Usd.of(result.limit ?? 0))}${ending}`,
    remedy: remedyFor(of, Usd.of(result.over), say),
  };
}

/** The three dearest charges by their max at list price; ties by place, so that order never matters. */
export function largestOf(charges: readonly ChargeWithin[]): readonly ChargeWithin[] {
  // One resource has several charges of a dimension where its price or number changes with time.
  const place = ({ charge: { stack, logicalId, dimension, offer, active, quantity } }: ChargeWithin) =>
    JSON.stringify([stack, logicalId, dimension, offer, active.start, active.end, quantity]);
  return [...charges].sort((a, b) => b.list.max.compare(a.list.max) || (place(a) < place(b) ? -1 : 1)).slice(0, 3);
}

export function textsOf(range: Range<Usd>): Range<string> {
  return { min: range.min.toText(), plan: range.plan.toText(), max: range.max.toText() };
}

function largestText(charges: readonly ChargeWithin[]): string {
  const named = largestOf(charges).map(
    ({ charge, list }) => `${charge.stack} ${charge.logicalId} ${charge.dimension} ${inDollars(list.max)}`,
  );
  return named.length === 0 ? 'none of it from this app' : `largest at list price and max: ${named.join(', ')}`;
}

function remedyFor(of: CeilingCase, over: Usd, say: Wording): string {
  const basis = of.contract.ceilingBasis;
  const { savingsPlans = [], reservedInstances = [] } = of.contract;
  // What a commitment covers costs the same with fewer of it.
  const isCovered = savingsPlans.length + reservedInstances.length > 0;
  const cut = isCovered ? undefined : largestOf(of.charges).flatMap((each) => fewerUnits(each, basis, over) ?? [])[0];
  const ceiling = of.rule === 'CeilingExceeded' ? 'ceiling' : 'ceilingPerHour';
  const raise = `have the ${ceiling} of ${of.period.id} raised to ${say(enough(of, of.amount[basis]))}`;
  return of.rule === 'CeilingExceeded' && cut !== undefined
    ? `${cut}, or cut ${say(enough(of, over))} elsewhere, or ${raise}`
    : `cut ${say(enough(of, over))} at ${basis}, or ${raise}`;
}

/** An amount rounded up in the steps that it is shown in, so that a remedy followed to the letter is enough. */
function enough({ contract, period, rule }: CeilingCase, amount: Usd): Usd {
  if (contract.disclose) return upToCent(amount);
  const whole = rule === 'CeilingExceeded' ? Usd.of(period.commitment) : hourlyCommitment(period);
  const share = amount.shareOf(whole);
  return share === undefined ? amount : whole.times(share.mul(exact(100)).ceil().div(exact(100)));
}

/** "lower the max of A/Stack Group (instances) from 8 to 6", when that alone is enough and leaves something. */
function fewerUnits({ charge, towardCeiling }: ChargeWithin, basis: Bound, over: Usd): string | undefined {
  const quantity = exact(charge.quantity[basis]);
  if (charge.unit !== 'hour' || quantity.d !== 1n || quantity.n === 0n) return undefined;
  const share = over.shareOf(towardCeiling[basis]);
  if (share === undefined || share.compare(exact(1)) > 0) return undefined;
  const left = quantity.sub(share.mul(quantity).ceil());
  if (left.n === 0n) return undefined;
  const { stack, logicalId, dimension } = charge;
  return `lower the ${basis} of ${stack} ${logicalId} (${dimension}) from ${quantity.n} to ${left.n}`;
}

/** What a period or an hour adds up to with an allowance for unpriced resources that a waiver lets pass. */
export function withAllowance({ min, plan, max }: Range<Usd>, allowance: Usd): Range<Usd> {
  return { min, plan: plan.plus(allowance), max: max.plus(allowance) };
}
