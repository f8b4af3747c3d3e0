import { Usd } from '../../units/money';
import { mapRange } from '../../units/range';
import type { Contract, ContractPeriod, Waiver } from './contract';
import { textsOf } from './judge-ceiling';
import type { PeriodAmounts } from './period-amounts';
import type { Finding, FloorResult } from './verdict';
import { lets, waivedBy } from './waivers';
import { periodName, wordingFor } from './wording';

/**
 * The floor of one period: drawdown against this app's share of the commitment.
 *
 * Not judged without a share and a baseline, because the rest of the company's spend is then unknown, and not for a period
 * that the bill's window does not reach (`reached`), because nothing was planned for it.
 */
export function judgeFloor(
  contract: Contract,
  period: ContractPeriod,
  amounts: PeriodAmounts,
  reached: boolean,
): FloorResult {
  const amount = textsOf(amounts.towardFloor);
  const declared = contract.share !== undefined || contract.baseline.some((row) => row.period === period.id);
  if (!reached || !declared) return { result: 'notJudged', commitment: null, amount, shortfall: null };
  const commitment = Usd.of(period.commitment).times(contract.share ?? '1');
  const shortfall = mapRange(amounts.towardFloor, (usd) => commitment.minus(usd).atLeast(Usd.zero));
  const result = shortfall.max.isZero() ? (shortfall.min.isZero() ? 'met' : 'atRisk') : 'missed';
  return { result, commitment: commitment.toText(), amount, shortfall: textsOf(shortfall) };
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
  const target = `its floor of ${say(Usd.of(floor.commitment ?? 0))}`;
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
