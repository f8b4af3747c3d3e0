import { type Exact, exact, exactText, roundedText } from '../../units/exact';
import type { Interval } from '../../units/interval';
import type { AmountText } from '../../units/money';
import type { Range } from '../../units/range';
import type { Offer } from '../prices/price-book';
import type { Charge, ResourceRef } from './charge';
import { hourlyRate, isDueIn, timeFactor } from './cost-within';

/** A charge with its exact numbers beside the texts, so that totals are made without reading texts back. */
export interface Accrual {
  readonly charge: Charge;
  /** Quantity × price: USD an hour, a month, or once. */
  readonly rate: Range<Exact>;
  /** The same, more while the resource is being replaced. */
  readonly surgeRate: Exact;
  /** The price it rests on; undefined for declared ceilings and amounts. */
  readonly offer: Offer | undefined;
}

export type AccrualInput = Pick<
  Charge,
  'dimension' | 'offer' | 'unit' | 'active' | 'basis' | 'region' | 'dueAt' | 'coverable' | 'availabilityZoneId'
> & {
  readonly resource: ResourceRef;
  readonly quantity: Range<Exact>;
  readonly unitPrice: Exact;
  readonly surge?: Exact | undefined;
  readonly from?: Offer | undefined;
};

/** Decimal places of views. */
const VIEW_PLACES = 12;

/** The window of a bill; thousands of charges share a few active intervals, so each one's hours or months are worked out once. */
export class BillWindow {
  readonly #factors = new Map<string, Exact>();

  constructor(readonly interval: Interval) {}

  /** Hours or months in which a charge accrues within the window; 1 or 0 for an amount that is due once. */
  factorOf(input: Pick<Charge, 'unit' | 'active' | 'dueAt'>): Exact {
    if (input.unit === 'once') return exact(isDueIn(input, this.interval) ? 1 : 0);
    const { start, end } = input.active;
    const key = `${input.unit === 'hour'} ${start} ${end}`;
    const known = this.#factors.get(key);
    if (known !== undefined) return known;
    const factor = timeFactor(input, this.interval) ?? exact(0);
    this.#factors.set(key, factor);
    return factor;
  }
}

/** Writes one line of a bill. */
export function accrue(input: AccrualInput, window: BillWindow): Accrual {
  const { resource, unitPrice, dueAt, region } = input;
  const rate = mapBounds(input.quantity, (quantity) => quantity.mul(unitPrice));
  const factor = window.factorOf(input);
  const charge: Charge = {
    stack: resource.stack,
    logicalId: resource.logicalId,
    type: resource.type,
    dimension: input.dimension,
    offer: input.offer,
    unit: input.unit,
    quantity: mapBounds(input.quantity, exactText),
    unitPrice: exactText(unitPrice),
    active: input.active,
    windowTotal: mapBounds(rate, (usd) => exactText(usd.mul(factor))),
    perHour: mapBounds(rate, (usd) => viewText(hourlyRate(input.unit, usd))),
    basis: input.basis,
    ...(region === undefined ? {} : { region }),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(input.coverable === true ? { coverable: true } : {}),
    ...(input.availabilityZoneId === undefined ? {} : { availabilityZoneId: input.availabilityZoneId }),
  };
  return { charge, rate, surgeRate: (input.surge ?? exact(0)).mul(unitPrice), offer: input.from };
}

/** A view: half-even to twelve places, without trailing zeros. */
export function viewText(usd: Exact): AmountText {
  const text = roundedText(usd, VIEW_PLACES).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
}

/** Works out each bound, and the same number only once: most quantities have equal bounds. */
export function mapBounds<U>(range: Range<Exact>, change: (value: Exact) => U): Range<U> {
  const min = change(range.min);
  const plan = range.plan === range.min || range.plan.equals(range.min) ? min : change(range.plan);
  const max = range.max === range.plan || range.max.equals(range.plan) ? plan : change(range.max);
  return { min, plan, max };
}
