import { earlier, hoursIn, type Instant, plusHours } from '../../units/interval';
import { Usd } from '../../units/money';
import { upfrontWithin } from './commitment-fees';
import type { Contract, ContractPeriod } from './contract';
import { contractAccounting } from './period-amounts';
import type { Finding, PeriodVerdict, Proposal } from './verdict';
import { periodName, wordingFor } from './wording';

/** The planned blocks with their fees. */
export function proposalsOf({ plannedBlocks = [] }: Contract): readonly Proposal[] {
  return plannedBlocks.map(({ instanceType, region, count, start, days, usdPerHour, source, date }) => {
    const span = { start, end: plusHours(start, 24 * days) };
    const fee = Usd.of(usdPerHour).times(count).times(hoursIn(span));
    return { ...span, instanceType, region, count, usdPerHour, fee: fee.toText(), source, quoted: date };
  });
}

/**
 * A warning for each period whose ceiling the proposals would exceed, bought on the day of the judgement. Only a warning:
 * they are not bought yet; and they draw nothing down, so that no floor is met by an intention.
 */
export function proposalFindings(
  contract: Contract,
  proposals: readonly Proposal[],
  judged: readonly PeriodVerdict[],
  asOf: Instant,
): readonly Finding[] {
  const counting = contractAccounting(contract).towardCeiling.capacityBlocks;
  return contract.periods.flatMap((period) => {
    const ceiling = judged.find(({ id }) => id === period.id)?.ceiling;
    if (ceiling?.limit === undefined || ceiling.limit === null) return [];
    const added = Usd.sum(
      proposals.map(({ fee, start, end }) =>
        upfrontWithin({ start, end, upfront: fee, purchased: earlier(asOf, start) }, counting, period),
      ),
    );
    const amount = Usd.of(ceiling.amount[ceiling.basis]).plus(added);
    if (added.isZero() || !amount.exceeds(Usd.of(ceiling.limit))) return [];
    return [findingOf(contract, period, amount, amount.minus(Usd.of(ceiling.limit)))];
  });
}

function findingOf(contract: Contract, period: ContractPeriod, amount: Usd, over: Usd): Finding {
  const say = wordingFor(contract, period);
  return {
    rule: 'ProposalOverCeiling',
    severity: 'warning',
    period: period.id,
    stack: null,
    logicalId: null,
    sentence: `with the planned Capacity Blocks, period ${periodName(period)} would come to ${say(amount)} at ${contract.ceilingBasis}, ${say(over)} over its ceiling`,
    remedy: `propose fewer or shorter blocks, or have the ceiling of ${period.id} raised before they are bought`,
  };
}
