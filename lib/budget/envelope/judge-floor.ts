import { exact } from '../../units/exact';
import { Usd } from '../../units/money';
import { fixed, mapRange, type Range } from '../../units/range';
import type { Contract, ContractPeriod, Waiver } from './contract';
import { atMost } from './elsewhere';
import { textsOf } from './judge-ceiling';
import type { PeriodAmounts } from './period-amounts';
import type { Finding, FloorResult } from './verdict';
import { lets, waivedBy } from './waivers';
import { periodName, wordingFor } from './wording';

/** What goes over to a period: a shortfall is added to its commitment, an excess taken off. */
export type Carried = Range<Usd>;

export const NOTHING_CARRIED: Carried = fixed(Usd.zero);

/** A floor's result and what goes over to the next period. */
export interface JudgedFloor {
  readonly floor: FloorResult;
  readonly carries: Carried;
}

/** What a floor is judged from. */
export interface FloorCase {
  readonly contract: Contract;
  readonly period: ContractPeriod;
  readonly amounts: Pick<PeriodAmounts, 'towardFloor'>;
  /** Whether anything was planned for, or charged in, the period. */
  readonly reached: boolean;
  /** Whether all of the period has been charged, so that nobody's spend is unknown. */
  readonly closed: boolean;
  readonly carried: Carried;
}

/**
 * The floor of one period: drawdown against this app's share of the commitment, with what an earlier period left over.
 *
 * Not judged without a share and a baseline, because the rest of the company's spend is then unknown, and not for a period
 * that the bill's window does not reach, because nothing was planned for it; neither leaves anything over.
 */
export function judgeFloor(of: FloorCase): JudgedFloor {
  const { contract, period, amounts, carried } = of;
  const amount = textsOf(amounts.towardFloor);
  const declared = contract.share !== undefined || contract.baseline.some((row) => row.period === period.id);
  if (!of.reached || !(declared || of.closed)) {
    const floor = { result: 'notJudged', commitment: null, amount, shortfall: null } as const;
    return { floor, carries: NOTHING_CARRIED };
  }
  const commitment = Usd.of(period.commitment).times(contract.share ?? '1');
  const target = mapRange(carried, (usd) => commitment.plus(usd).atLeast(Usd.zero));
  const missing = mapRange(amounts.towardFloor, (usd, bound) => target[bound].minus(usd).atLeast(Usd.zero));
  const carries = carriesOn(of, commitment, target, missing);
  const shortfall =
    contract.carryForward === 'shortfall' ? mapRange(missing, (usd, bound) => usd.minus(carries[bound])) : missing;
  const result = shortfall.max.isZero() ? (shortfall.min.isZero() ? 'met' : 'atRisk') : 'missed';
  const floor = { result, commitment: commitment.toText(), amount, shortfall: textsOf(shortfall) } as const;
  if (contract.carryForward === 'none') return { floor, carries };
  return { floor: { ...floor, carriedIn: textsOf(carried), carriedOut: textsOf(carries) }, carries };
}

/** Up to the contract's cap, and never out of its last period. */
function carriesOn(
  { contract, period, amounts }: FloorCase,
  commitment: Usd,
  target: Range<Usd>,
  missing: Range<Usd>,
): Carried {
  const { carryForward, carryForwardCapPercent = '0', periods } = contract;
  if (carryForward === 'none' || periods.at(-1)?.id === period.id) return NOTHING_CARRIED;
  const cap = commitment.times(exact(carryForwardCapPercent).div(exact(100)));
  if (carryForward === 'shortfall') return mapRange(missing, (usd) => atMost(cap, usd));
  const beyond = mapRange(amounts.towardFloor, (usd, bound) => usd.minus(target[bound]).atLeast(Usd.zero));
  return mapRange(beyond, (usd) => Usd.zero.minus(atMost(cap, usd)));
}

/**
 * What is said about a floor that is missed or at risk. Only a missed one can be fatal, and only where the contract says
 * so: a commitment is no reason to spend.
 */
export function floorFinding(
  contract: Contract,
  period: ContractPeriod,
  floor: FloorResult,
  waiver: Waiver | undefined,
): Finding | undefined {
  if (floor.shortfall === null || (floor.result !== 'missed' && floor.result !== 'atRisk')) return undefined;
  const say = wordingFor(contract, period);
  const missed = floor.result === 'missed';
  const short = Usd.of(missed ? floor.shortfall.max : floor.shortfall.min);
  const waived = missed && lets(waiver, short) ? waiver : undefined;
  const bound = missed ? 'max' : 'min';
  const carried = Usd.of(floor.carriedIn?.[bound] ?? '0');
  const over = carried.isNegative() ? 'less' : 'and';
  const left = carried.isZero()
    ? ''
    : ` ${over} ${say(carried.isNegative() ? Usd.zero.minus(carried) : carried)} carried over`;
  const target = `its floor of ${say(Usd.of(floor.commitment ?? 0))}${left}`;
  const sentence = missed
    ? `period ${periodName(period)} draws down ${say(Usd.of(floor.amount.max))} even at max, ${say(short)} short of ${target}`
    : `period ${periodName(period)} draws down ${say(Usd.of(floor.amount.min))} at min, ${say(short)} short of ${target}; at max it is met`;
  return {
    rule: 'CommitmentShortfall',
    severity: missed && contract.floorGate === 'fail' && waived === undefined ? 'fatal' : 'warning',
    period: period.id,
    stack: null,
    logicalId: null,
    sentence: waived === undefined ? sentence : `${sentence}; ${waivedBy(waived)}`,
    remedy: `move planned work worth ${say(short)} into ${period.id}, declare other spend as a baseline, or plan for the shortfall; it is no reason to spend`,
  };
}
