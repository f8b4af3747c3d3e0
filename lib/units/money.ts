import { type Exact, exact, exactText, roundedText } from './exact';

/** An exact amount as it stands in plan.json, bill.json and verdict.json: finite decimal text, else "n/d". */
export type AmountText = string;

/**
 * An exact amount of US dollars. It has no operators: `usd + usd` is a type error and comparing two with `<` throws.
 *
 * Amounts are built from text only, so no float can reach a comparison with a contract.
 */
export class Usd {
  static readonly zero = new Usd(exact(0));
  readonly #value: Exact;

  private constructor(value: Exact) {
    this.#value = value;
  }

  /** @throws Problem InvalidAmount unless decimal text, ratio text, a whole number or an exact number is given. */
  static of(value: string | bigint | number | Exact): Usd {
    return new Usd(exact(value));
  }

  static sum(amounts: Iterable<Usd>): Usd {
    let total = Usd.zero;
    for (const amount of amounts) total = total.plus(amount);
    return total;
  }

  plus(other: Usd): Usd {
    return new Usd(this.#value.add(other.#value));
  }

  minus(other: Usd): Usd {
    return new Usd(this.#value.sub(other.#value));
  }

  /** Scales by an exact factor: a quantity, a number of hours, a discount. */
  times(factor: string | bigint | number | Exact): Usd {
    return new Usd(this.#value.mul(exact(factor)));
  }

  /** Exact share of another amount, for views such as "12 % of max"; undefined when the other is zero. */
  shareOf(whole: Usd): Exact | undefined {
    return whole.isZero() ? undefined : this.#value.div(whole.#value);
  }

  compare(other: Usd): -1 | 0 | 1 {
    return Math.sign(Number(this.#value.compare(other.#value))) as -1 | 0 | 1;
  }

  exceeds(other: Usd): boolean {
    return this.compare(other) > 0;
  }

  atLeast(other: Usd): Usd {
    return this.exceeds(other) ? this : other;
  }

  isZero(): boolean {
    return this.compare(Usd.zero) === 0;
  }

  isNegative(): boolean {
    return this.compare(Usd.zero) < 0;
  }

  toExact(): Exact {
    return this.#value;
  }

  /** Canonical exact text; equal amounts have equal texts. */
  toText(): AmountText {
    return exactText(this.#value);
  }

  toJSON(): AmountText {
    return this.toText();
  }

  /** A view rounded half-even, for people; never added or compared. */
  toView(places = 2): string {
    return roundedText(this.#value, places);
  }

  /** Closes the hole that `a < b` on objects leaves open in TypeScript. */
  [Symbol.toPrimitive](): never {
    throw new TypeError('compare amounts with compare(), and print them with toText() or toView()');
  }
}
