import { type Instant, instant, overlap, plusHours } from '../../units/interval';
import type { Bill } from '../bill/bill';
import { type Contract, OUTSIDE, type Waiver } from './contract';
import type { Finding } from './verdict';
import { waivedBy, waiverInForce } from './waivers';
import { dayOf } from './wording';

const APP_WIDE = { period: null, stack: null, logicalId: null } as const;

/** A defect of the check itself, in one sentence. */
export function unsoundFinding(why: string | undefined): readonly Finding[] {
  if (why === undefined) return [];
  const remedy = 'correct what the sentence names and synthesize again; until then nothing is approved';
  return [{ rule: 'CheckerFailed', severity: 'fatal', ...APP_WIDE, sentence: why, remedy }];
}

/** No plan exists: what the planner said. */
export function planFinding(infeasible: { readonly sentence: string; readonly remedy: string } | undefined) {
  return infeasible === undefined
    ? []
    : [{ rule: 'PlanInfeasible' as const, severity: 'fatal' as const, ...APP_WIDE, ...infeasible }];
}

/**
 * One finding for each unpriced line. They are warnings only where a waiver in force covers every period, and the time
 * outside all periods, that the bill's window reaches; the waiver's amount then enters those periods.
 */
export function unpricedFindings(
  bill: Bill,
  contract: Contract | null,
  waivers: readonly Waiver[],
  asOf: Instant,
): readonly Finding[] {
  const reached = contract === null ? [] : periodsReached(bill, contract);
  const inForce = reached.map((period) => waiverInForce(waivers, 'Unpriced', period, asOf));
  const [first] = inForce;
  const waiver = first !== undefined && inForce.every((each) => each !== undefined) ? first : undefined;
  return bill.unpriced.map((line) => ({
    rule: 'Unpriced',
    severity: waiver === undefined ? 'fatal' : 'warning',
    period: null,
    stack: line.stack,
    logicalId: line.logicalId,
    sentence: `${line.type} ${line.stack} ${line.logicalId} ${line.dimension} has no price: ${line.reason}${waiver === undefined ? '' : `; ${waivedBy(waiver)}`}`,
    remedy: `add its price to the price book, declare an assumption for it with an owner, or remove the resource`,
  }));
}

/** Node groups that can grow beyond the reservation they target: the rest is billed on demand, which the amounts include. */
export function reservationFindings(bill: Bill): readonly Finding[] {
  return bill.reservations
    .filter((reservation) => reservation.over.max > 0)
    .map(({ id, count, over, groups }) => ({
      rule: 'ReservationOversubscribed',
      severity: 'warning',
      period: null,
      stack: groups[0]?.stack ?? null,
      logicalId: groups[0]?.logicalId ?? null,
      sentence: `node groups that target reservation ${id} of ${count} nodes can run ${over.max} more at max, billed on demand`,
      remedy: `lower their max by ${over.max}, or reserve ${count + over.max} nodes`,
    }));
}

/**
 * Old prices are a warning: list prices rarely move, many public rows are older than a month, and the bill says what its
 * oldest row is. The gate in CI, which knows the clock, is where age can be fatal.
 */
export function staleFinding(bill: Bill, asOf: Instant, staleAfterDays: number): readonly Finding[] {
  const { oldestRow } = bill.priceBook;
  if (oldestRow === null) return [];
  const read = instant(oldestRow);
  if (plusHours(read, 24 * staleAfterDays) >= asOf) return [];
  return [
    {
      rule: 'PriceBookStale',
      severity: 'warning',
      ...APP_WIDE,
      sentence: `the oldest price row that this bill uses was read on ${dayOf(read)}, more than ${staleAfterDays} days before ${dayOf(asOf)}`,
      remedy: 'refresh the price book, or check the oldest rows against the public price list',
    },
  ];
}

function periodsReached(bill: Bill, contract: Contract): readonly string[] {
  const inside = contract.periods.filter((period) => overlap(period, bill.window) !== undefined);
  const start = contract.periods[0]?.start;
  const end = contract.periods.at(-1)?.end;
  const covered = start !== undefined && end !== undefined && start <= bill.window.start && bill.window.end <= end;
  return [...inside.map((period) => period.id), ...(covered ? [] : [OUTSIDE])];
}
