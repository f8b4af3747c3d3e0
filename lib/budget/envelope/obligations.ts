import { hoursIn, type Instant, type Interval, overlap } from '../../units/interval';
import { Usd } from '../../units/money';
import type { CapacityReservationRow } from '../bill/ledger';
import { recurringPerHour } from './commitment-fees';
import type { Contract, ContractPeriod } from './contract';
import type { Finding, Obligation } from './verdict';
import { dayOf, inDollars, type Wording, wordingFor } from './wording';

const NAMES: Readonly<Record<Obligation['kind'], string>> = {
  savingsPlan: 'Savings Plan',
  reservedInstance: 'reserved instance',
  capacityBlock: 'Capacity Block',
  capacityReservation: 'capacity reservation',
};

/** One term with what an hour of it costs, where that is known. */
interface Term extends Interval {
  readonly kind: Obligation['kind'];
  readonly id: string;
  readonly perHour: Usd | undefined;
}

/**
 * What cannot be cancelled and is not over yet, where it crosses the end of a period: Savings Plans and reserved instances
 * for their terms, Capacity Blocks, and capacity reservations until what they are committed to. Amounts are before discounts.
 */
export function obligationsOf(contract: Contract, asOf: Instant): readonly Obligation[] {
  const last = contract.periods.at(-1);
  return [...termsOf(contract, asOf)]
    .filter(({ end }) => end > asOf)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ kind, id, start, end, perHour }) => {
      const crosses = contract.periods.filter((period) => start < period.end && period.end < end && asOf < period.end);
      if (crosses.length === 0 || last === undefined) return [];
      const beyond = overlap({ start, end }, { start: last.end, end });
      const after = beyond === undefined ? Usd.zero : perHour?.times(hoursIn(beyond));
      return [
        { start, end, kind, id, crosses: crosses.map((period) => period.id), afterContract: after?.toText() ?? null },
      ];
    });
}

/** One warning for each: nobody can undo it, somebody should know it. */
export function obligationFindings(contract: Contract, obligations: readonly Obligation[]): readonly Finding[] {
  const last = contract.periods.at(-1);
  if (last === undefined) return [];
  return obligations.map((obligation) => ({
    rule: 'ObligationCrossesEnd',
    severity: 'warning',
    period: obligation.crosses.at(-1) ?? null,
    stack: null,
    logicalId: null,
    sentence: sentenceOf(obligation, last, contract.disclose ? inDollars : wordingFor(contract, last)),
    remedy: 'have the next agreement, or the next period, provide for what is left of it; it cannot be cancelled',
  }));
}

function sentenceOf({ kind, id, end, crosses, afterContract }: Obligation, last: ContractPeriod, say: Wording): string {
  const periods = crosses.length === 1 ? `period ${crosses[0]}` : `periods ${crosses.join(', ')}`;
  const runs = `the ${NAMES[kind]} ${id} is committed until ${dayOf(end)}, past the end of ${periods}`;
  if (end <= last.end) return runs;
  const left =
    afterContract === null
      ? 'what is left of it then has no known price'
      : `${say(Usd.of(afterContract))} of it, before discounts, falls after the contract`;
  return `${runs} and of the contract; ${left}`;
}

function termsOf(contract: Contract, asOf: Instant): readonly Term[] {
  const { savingsPlans = [], reservedInstances = [], capacityBlocks, capacityReservations } = contract;
  return [
    ...savingsPlans.map((plan) => ({
      ...named('savingsPlan', plan),
      perHour: recurringPerHour(plan)
        .plus(evenly(plan))
        .times(plan.share ?? '1'),
    })),
    ...reservedInstances.map((row) => ({
      ...named('reservedInstance', row),
      perHour: Usd.of(row.usdPerHour).times(row.count).plus(evenly(row)),
    })),
    ...capacityBlocks.map((block) => ({ ...named('capacityBlock', block), perHour: evenly(block) })),
    ...capacityReservations.flatMap((row) => {
      const until = committedEnd(row, asOf);
      return until === null ? [] : [{ ...named('capacityReservation', { ...row, end: until }), perHour: undefined }];
    }),
  ];
}

/** A future-dated one is committed; one that runs can be cancelled at any time unless its row says until when not. */
function committedEnd({ committedUntil, start, end }: CapacityReservationRow, asOf: Instant): Instant | null {
  return committedUntil ?? (start > asOf ? end : null);
}

function named(kind: Term['kind'], { id, start, end }: Interval & { readonly id: string }) {
  return { kind, id, start, end };
}

function evenly(paid: Interval & { readonly upfront: string }): Usd {
  return Usd.of(hoursIn(paid).inverse()).times(paid.upfront);
}
