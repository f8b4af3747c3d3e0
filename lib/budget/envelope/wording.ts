import { exact, roundedText } from '../../units/exact';
import { hoursIn, type Interval } from '../../units/interval';
import { Usd } from '../../units/money';
import type { Contract, ContractPeriod } from './contract';

/** How an amount of one period is written in a sentence: in USD, or as a share of the commitment. */
export type Wording = (amount: Usd) => string;

/** "1,234.50 USD": half-even to cents for people; an amount too small for that is not shown as nothing. */
export function inDollars(amount: Usd): string {
  const view = amount.toView(2);
  if (!amount.isZero() && /^-?0\.00$/.test(view)) return 'less than 0.01 USD';
  return `${view.replace(/\B(?=(\d{3})+\.)/g, ',')} USD`;
}

/** The next whole cent: what a ceiling must be raised to, or spend be cut by, for the fault to be gone. */
export function upToCent(amount: Usd): Usd {
  const cents = amount.toExact().mul(exact(100));
  return Usd.of(cents.ceil().div(exact(100)));
}

/**
 * "12 % of the commitment", to a whole percent. With a commitment of zero there is nothing to compare with.
 *
 * Whole percents on purpose: the bill shows list prices, and a finer share would give the commitment away by division.
 */
export function asShareOf(commitment: Usd, amount: Usd): string {
  const share = amount.shareOf(commitment);
  if (share === undefined) return amount.isZero() ? 'nothing' : 'an undisclosed amount';
  const whole = roundedText(share.mul(exact(100)), 0);
  return `${whole === '0' && !amount.isZero() ? 'less than 1' : whole} % of the commitment`;
}

/** Amounts of a period as this contract lets them be shown. */
export function wordingFor(contract: Contract, period: ContractPeriod): Wording {
  return contract.disclose ? inDollars : (amount) => asShareOf(Usd.of(period.commitment), amount);
}

/** Amounts per hour: undisclosed ones as a share of the commitment spread over the period's hours. */
export function hourlyWordingFor(contract: Contract, period: ContractPeriod): Wording {
  const hourly = hourlyCommitment(period);
  return contract.disclose
    ? (amount) => `${inDollars(amount)} an hour`
    : (amount) => asShareOf(hourly, amount).replace('the commitment', "the commitment's mean hour");
}

/** The commitment's mean hour: spread evenly over the period, USD an hour. */
export function hourlyCommitment(period: ContractPeriod): Usd {
  return Usd.of(period.commitment).times(exact(1).div(hoursIn(period)));
}

/** "Y1 (2026-12-01 to 2027-12-01, end excluded)". */
export function periodName(period: Interval & { readonly id: string }): string {
  return `${period.id} (${dayOf(period.start)} to ${dayOf(period.end)}, end excluded)`;
}

/** An instant as a day where it is a midnight. */
export function dayOf(at: string): string {
  return at.replace(/T00:00:00Z$/, '');
}
