import { type Exact, exact, roundedText } from '../units/exact';
import type { Instant, Interval } from '../units/interval';
import { type AmountText, Usd } from '../units/money';
import type { Range } from '../units/range';

/** An amount for people: grouped in thousands, half-even. What is not nothing never reads as 0.00. */
export function usd(amount: AmountText, places = 2): string {
  const value = Usd.of(amount);
  const view = value.toView(places);
  if (/[1-9]/.test(view) || value.isZero()) return grouped(view);
  return `${value.isNegative() ? '> -' : '< '}${Usd.of(`1/${10 ** places}`).toView(places)}`;
}

/** The three amounts of a range, in the order min, plan, max. */
export function usdRange(range: Range<AmountText>, places = 2): readonly [string, string, string] {
  return [usd(range.min, places), usd(range.plan, places), usd(range.max, places)];
}

/** Small hourly rates need four places to be told apart; large ones do not. */
export function ratePlaces(range: Range<AmountText>): 2 | 4 {
  return Usd.of(range.max).exceeds(Usd.of(100)) ? 2 : 4;
}

/** A share of 0–1 as a percentage. What is not nothing never reads as nothing. */
export function percent(share: Exact, places = 1): string {
  const view = roundedText(share.mul(exact(100)), places);
  if (/[1-9]/.test(view) || share.equals(0)) return `${grouped(view)} %`;
  return `< ${roundedText(exact(`1/${10 ** places}`), places)} %`;
}

/** A ratio that is a plain number, such as an error band: "58 %". */
export function percentOfRatio(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}

/** A plain number with at most three significant decimals, grouped: "1,200", "2.46", "0.0123". */
export function plainNumber(value: number): string {
  if (Math.abs(value) >= 100) return grouped(Math.round(value).toString());
  return Number(value.toPrecision(3)).toString();
}

/** A duration: "41 ms", "1.84 s". */
export function duration(seconds: number): string {
  return seconds < 1 ? `${Number((seconds * 1000).toPrecision(3))} ms` : `${Number(seconds.toPrecision(3))} s`;
}

/** An exact quantity for people: up to three decimals. */
export function quantity(text: string): string {
  const view = roundedText(exact(text), 3).replace(/\.?0+$/, '');
  return view === '0' && !exact(text).equals(0) ? '< 0.001' : grouped(view);
}

/** "4" when nothing varies, else "2/4/6" for min, plan and max. */
export function quantityRange(range: Range<string>): string {
  const texts = [quantity(range.min), quantity(range.plan), quantity(range.max)];
  return new Set(texts).size === 1 ? quantity(range.max) : texts.join('/');
}

/** "2026-12-01" at midnight, else "2026-12-01T11:30Z". */
export function date(at: Instant): string {
  return at.replace(/T00:00(:00)?Z$/, '').replace(/:00Z$/, 'Z');
}

export function dates(span: Interval): string {
  return `${date(span.start)} to ${date(span.end)}`;
}

/** "1 node", "2 nodes". */
export function count(many: number, noun: string): string {
  return `${grouped(many.toString())} ${noun}${many === 1 ? '' : 's'}`;
}

function grouped(view: string): string {
  const [whole = '', decimals] = view.split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? thousands : `${thousands}.${decimals}`;
}
