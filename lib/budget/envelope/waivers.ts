import type { Instant } from '../../units/interval';
import { Usd } from '../../units/money';
import { BREAK_GLASS, type Contract, EVERY_PERIOD, OUTSIDE, type Waiver } from './contract';
import type { Finding } from './verdict';
import { dayOf } from './wording';

/** The waiver in force for a rule in a period, whatever its amount. It holds before its expiry, not at it. */
export function waiverInForce(
  waivers: readonly Waiver[],
  rule: Waiver['rule'],
  period: string,
  asOf: Instant,
): Waiver | undefined {
  return waivers.find((waiver) => waiver.rule === rule && waiver.period === period && asOf < waiver.expires);
}

/** Whether a waiver lets an amount pass: up to its limit, the limit included; above it the gate closes again. */
export function lets(waiver: Waiver | undefined, amount: Usd): waiver is Waiver {
  return waiver !== undefined && !amount.exceeds(Usd.of(waiver.upTo));
}

/** Ends a waived finding's sentence. */
export function waivedBy(waiver: Waiver): string {
  return `waived by ${waiver.approver} until ${dayOf(waiver.expires)} (${waiver.ticket})`;
}

/** Waivers that do nothing, said aloud so that nobody relies on them. */
export function ineffectiveWaivers(waivers: readonly Waiver[], contract: Contract, asOf: Instant): readonly Finding[] {
  return waivers.flatMap((waiver) => {
    const every = waiver.rule === BREAK_GLASS ? [EVERY_PERIOD] : [];
    const periods = [OUTSIDE, ...every, ...contract.periods.map((period) => period.id)];
    const expired = asOf >= waiver.expires;
    if (!expired && periods.includes(waiver.period)) return [];
    const why = expired ? `expired on ${dayOf(waiver.expires)}` : `names a period that the contract does not have`;
    return [
      {
        rule: 'WaiverIneffective' as const,
        severity: 'warning' as const,
        period: waiver.period,
        stack: null,
        logicalId: null,
        sentence: `the waiver of ${waiver.rule} in ${waiver.period} (${waiver.ticket}) ${why} and has no effect`,
        remedy: expired
          ? 'remove it from the waivers file, or have it renewed by its approver'
          : `name one of ${periods.join(', ')}`,
      },
    ];
  });
}
