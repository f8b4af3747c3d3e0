import { Fraction } from 'fraction.js';
import { Problem } from '../problem';

/**
 * An exact rational number. Everything that is compared with a contract is one of these; floats never are.
 *
 * The arithmetic is fraction.js on bigints; this file only closes the door through which floats could enter.
 */
export type Exact = InstanceType<typeof Fraction>;

const DECIMAL = /^-?\d+(\.\d+)?$/;
const RATIO = /^-?\d+\/[1-9]\d*$/;

/**
 * Reads an exact number from decimal text ("0.08"), ratio text ("1/730"), a bigint or a whole number.
 *
 * @throws Problem InvalidAmount for anything else; a number with a fractional part is refused because it is already inexact.
 */
export function exact(value: string | bigint | number | Exact): Exact {
  if (value instanceof Fraction) return value;
  if (typeof value === 'bigint') return new Fraction(value);
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return new Fraction(BigInt(value));
    throw new Problem(
      'InvalidAmount',
      `an exact amount must be decimal text or a whole number, got ${value}; write it as text`,
    );
  }
  if (DECIMAL.test(value) || RATIO.test(value)) return new Fraction(value);
  throw new Problem(
    'InvalidAmount',
    `an exact amount must be decimal text such as "12.50", got ${JSON.stringify(value)}; write digits with at most one decimal point`,
  );
}

/**
 * Canonical text: a decimal when it is finite, else "n/d" in lowest terms. Two exact numbers are equal exactly when their
 * texts are, and `exact(exactText(x))` is `x`.
 */
export function exactText(value: Exact): string {
  return finiteScale(value.d) === undefined ? `${value.s < 0n ? '-' : ''}${value.n}/${value.d}` : decimalText(value);
}

/** Half-even rounding to a number of decimal places, as text with exactly that many. For views only, never for sums. */
export function roundedText(value: Exact, places: number): string {
  const scale = 10n ** BigInt(places);
  const scaled = value.n * scale;
  let units = scaled / value.d;
  const twiceRest = (scaled % value.d) * 2n;
  if (twiceRest > value.d || (twiceRest === value.d && units % 2n === 1n)) units += 1n;
  return `${value.s < 0n && units > 0n ? '-' : ''}${withPoint(units, places)}`;
}

function decimalText(value: Exact): string {
  const places = finiteScale(value.d) ?? 0;
  const units = (value.n * 10n ** BigInt(places)) / value.d;
  return `${value.s < 0n ? '-' : ''}${withPoint(units, places)}`;
}

/** Decimal places that show 1/denominator exactly; undefined when the denominator has a factor other than 2 and 5. */
function finiteScale(denominator: bigint): number | undefined {
  let rest = denominator;
  const count = (prime: bigint): number => {
    let times = 0;
    for (; rest % prime === 0n; rest /= prime) times += 1;
    return times;
  };
  const places = Math.max(count(2n), count(5n));
  return rest === 1n ? places : undefined;
}

function withPoint(units: bigint, places: number): string {
  if (places === 0) return units.toString();
  const digits = units.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
