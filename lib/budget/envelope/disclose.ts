import { Usd } from '../../units/money';
import { mapRange, type Range } from '../../units/range';
import type { Contract, ContractPeriod } from './contract';
import type { CeilingResult, FloorResult, PeriodVerdict, Verdict } from './verdict';
import { asShareOf, hourlyCommitment, wordingFor } from './wording';

/**
 * A verdict as it may leave the process: verdict.json, the report, the plugin's text.
 *
 * With `disclose: false` every amount that derives from the contract becomes a whole percentage of the period's commitment
 * (hourly ones of the commitment's mean hour). The sentences already are: `judge` writes no amount that the contract
 * withholds. What stays in USD is the bill at list price, so whoever has both can estimate the commitment from a percentage
 * to within its rounding; keep bill.json where the verdict may be read but the contract may not.
 */
export function redactVerdict(verdict: Verdict, contract: Contract | null): Verdict {
  if (contract === null || contract.disclose) return verdict;
  const byId = new Map(contract.periods.map((period) => [period.id, period]));
  return {
    ...verdict,
    periods: verdict.periods.map((judged) => {
      const period = byId.get(judged.id);
      return period === undefined ? judged : redacted(judged, contract, period);
    }),
  };
}

type Say = (amount: string) => string;

function redacted(judged: PeriodVerdict, contract: Contract, period: ContractPeriod): PeriodVerdict {
  const inPeriod = wordingFor(contract, period);
  const hourly = hourlyCommitment(period);
  return {
    ...judged,
    ceiling: ceilingIn(judged.ceiling, (amount) => inPeriod(Usd.of(amount))),
    ceilingPerHour: ceilingIn(judged.ceilingPerHour, (amount) => asShareOf(hourly, Usd.of(amount))),
    floor: floorIn(judged.floor, (amount) => inPeriod(Usd.of(amount))),
  };
}

function ceilingIn(ceiling: CeilingResult, say: Say): CeilingResult {
  const limit = ceiling.limit === null ? null : say(ceiling.limit);
  return { ...ceiling, limit, amount: rangeIn(ceiling.amount, say), over: say(ceiling.over) };
}

function floorIn(floor: FloorResult, say: Say): FloorResult {
  return {
    ...floor,
    commitment: floor.commitment === null ? null : say(floor.commitment),
    amount: rangeIn(floor.amount, say),
    shortfall: floor.shortfall === null ? null : rangeIn(floor.shortfall, say),
  };
}

function rangeIn(range: Range<string>, say: Say): Range<string> {
  return mapRange(range, (amount) => say(amount));
}
