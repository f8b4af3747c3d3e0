import { exact, roundedText } from '../../units/exact';
import { Usd } from '../../units/money';
import { mapRange, type Range } from '../../units/range';
import type { Contract, ContractPeriod } from './contract';
import type {
  CeilingResult,
  ChargedToDate,
  CommitmentUse,
  FloorResult,
  Obligation,
  PeriodSpend,
  PeriodVerdict,
  Proposal,
  Sensitivity,
  Verdict,
} from './verdict';
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
  const { obligations, proposals } = verdict;
  const last = contract.periods.at(-1);
  return {
    ...verdict,
    ...(obligations === undefined ? {} : { obligations: obligations.map((one) => obligationIn(one, contract, last)) }),
    ...(proposals === undefined ? {} : { proposals: proposals.map((one) => proposalIn(one, contract)) }),
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
    ...(judged.spend === undefined ? {} : { spend: spendIn(judged.spend, (amount) => inPeriod(Usd.of(amount))) }),
    ...(judged.sensitivity === undefined
      ? {}
      : { sensitivity: sensitivityIn(judged.sensitivity, (amount) => inPeriod(Usd.of(amount))) }),
    ...(judged.charged === undefined
      ? {}
      : { charged: chargedIn(judged.charged, (amount) => inPeriod(Usd.of(amount))) }),
    ...(judged.commitments === undefined
      ? {}
      : { commitments: judged.commitments.map((one) => useIn(one, (amount) => inPeriod(Usd.of(amount)))) }),
  };
}

/** Each row as a share of the last period's commitment: it is after its end that the amount falls. */
function obligationIn(obligation: Obligation, contract: Contract, last: ContractPeriod | undefined): Obligation {
  const { afterContract } = obligation;
  if (afterContract === null || last === undefined) return obligation;
  return { ...obligation, afterContract: wordingFor(contract, last)(Usd.of(afterContract)) };
}

/** A quoted rate is the contract's; what it comes to is a share of the commitment of the period that the block starts in. */
function proposalIn(proposal: Proposal, contract: Contract): Proposal {
  const { start, fee } = proposal;
  const period = contract.periods.find((one) => one.start <= start && start < one.end) ?? contract.periods.at(-1);
  const shown = period === undefined ? WITHHELD : wordingFor(contract, period)(Usd.of(fee));
  return { ...proposal, usdPerHour: WITHHELD, fee: shown };
}

const WITHHELD = 'undisclosed';

function spendIn({ cash, amortized, drawdown }: PeriodSpend, say: Say): PeriodSpend {
  return { cash: rangeIn(cash, say), amortized: rangeIn(amortized, say), drawdown: rangeIn(drawdown, say) };
}

function sensitivityIn({ tenthDearer, maxOverPlan, earlier }: Sensitivity, say: Say): Sensitivity {
  const shared = { tenthDearer: say(tenthDearer), maxOverPlan: say(maxOverPlan) };
  return earlier === undefined ? shared : { ...shared, earlier: { ...earlier, over: say(earlier.over) } };
}

function chargedIn(charged: ChargedToDate, say: Say): ChargedToDate {
  const { cash, amortized, drawdown } = charged;
  return { ...charged, cash: say(cash), amortized: say(amortized), drawdown: say(drawdown) };
}

/** How many instances are reserved is the contract's as well: shares of what is reserved, and no number of hours. */
function useIn(use: CommitmentUse, say: Say): CommitmentUse {
  const shown: Say = use.unit === 'USD' ? say : (hours) => shareOfHours(hours, use.committed);
  return {
    ...use,
    committed: shown(use.committed),
    used: rangeIn(use.used, shown),
    unused: rangeIn(use.unused, shown),
  };
}

function shareOfHours(hours: string, committed: string): string {
  const share = exact(hours).div(exact(committed)).mul(exact(100));
  return `${roundedText(share, 0)} % of what is reserved`;
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
    ...(floor.carriedIn === undefined ? {} : { carriedIn: rangeIn(floor.carriedIn, say) }),
    ...(floor.carriedOut === undefined ? {} : { carriedOut: rangeIn(floor.carriedOut, say) }),
  };
}

function rangeIn(range: Range<string>, say: Say): Range<string> {
  return mapRange(range, (amount) => say(amount));
}
