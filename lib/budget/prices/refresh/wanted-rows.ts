import { Problem } from '../../../problem';
import { instanceItem, savingsPlanOf, unitOf } from '../items';
import type { PriceBook } from '../price-book';
import { type ListRow, rowsToRead } from '../price-list-rows';
import { plansIn, type RateRow, rateRows } from '../savings-plan-rates';

/** What to read, beside what the present book has. */
export interface Wanted {
  /** @default - the regions of the present book */
  readonly regions?: readonly string[];
  /** Beside those that the present book prices. @default - none */
  readonly instanceTypes?: readonly string[];
  /** Savings Plans as "compute:1yr:noUpfront", beside those whose rates the present book has. @default - none */
  readonly savingsPlans?: readonly string[];
}

/** Rows by the service that is asked for them. */
export interface WantedRows {
  readonly list: readonly ListRow[];
  readonly rates: readonly RateRow[];
}

/** Items whose last part, or the part before the purchase, is an instance type that the list is asked for. */
const PRICED_TYPE = /^(?:instance:(?=.+:onDemand$)|savingsPlan:(?:\w+:){3})([^:]+)/;

/** @throws Problem InvalidArgument for a region, type or plan that is none */
export function wantedRows(options: Wanted, book: PriceBook): WantedRows {
  const regions = distinct(options.regions ?? book.offers.map((offer) => offer.region));
  const named = options.instanceTypes ?? [];
  const wanted = (options.savingsPlans ?? []).map((plan) => `savingsPlan:${plan}`);
  refuseAny(regions, (region) => /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region), 'a region such as "us-east-1"');
  refuseAny(named, (type) => unitOf(instanceItem(type, 'onDemand')) !== undefined, 'a type such as "p5.48xlarge"');
  refuseAny(wanted, isPlanName, 'a Savings Plan such as "compute:1yr:noUpfront"');
  const ofBook = book.offers.flatMap((offer) => PRICED_TYPE.exec(offer.item)?.[1] ?? []);
  const types = distinct([...ofBook, ...named]);
  const plans = plansIn([...wanted, ...book.offers.map((offer) => offer.item)]);
  return { list: rowsToRead(regions, types), rates: rateRows(regions, plans, types) };
}

function refuseAny(given: readonly string[], isOne: (text: string) => boolean, what: string): void {
  const wrong = given.find((text) => !isOne(text));
  if (wrong === undefined) return;
  throw new Problem('InvalidArgument', `${what} is needed, got ${JSON.stringify(wrong)}; write its name as AWS does`);
}

function isPlanName(item: string): boolean {
  return savingsPlanOf(item) !== undefined && unitOf(item) === undefined;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
