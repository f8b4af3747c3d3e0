import { sealPriceBook } from '../../../lib/budget/prices/load';
import type { Offer, PriceBook } from '../../../lib/budget/prices/price-book';

/** A row of the book that tests begin with: read a while ago from somewhere else. */
export function anOffer(item: string, usd: string, override: Partial<Offer> = {}): Offer {
  return {
    region: 'us-west-2',
    item,
    unit: 'hour',
    usd,
    effectiveDate: '2026-07-01T00:00:00Z',
    retrieved: '2026-07-20T00:00:00Z',
    source: 'an older source',
    ...override,
  };
}

export const P5 = 'instance:p5.48xlarge:onDemand';

/** Six rows: four that the Price List is asked for, one in a region that it is not, one that it never has. */
export function aBook(offers: readonly Offer[] = ROWS): PriceBook {
  return sealPriceBook('2026-07-20', offers);
}

const ROWS: readonly Offer[] = [
  anOffer(P5, '50.00'),
  anOffer('instance:p5en.48xlarge:capacityBlock', '63.158'),
  anOffer('eks:cluster', '0.1'),
  anOffer('gp3:throughput', '0.04', { unit: 'mebibyte-per-second-month' }),
  anOffer('transfer:internetEgress', '0.09', { unit: 'gigabyte' }),
  anOffer('eks:cluster', '0.1', { region: 'us-east-1' }),
];

/** As a snapshot stands on the disk. */
export function bookText(book: PriceBook): string {
  return `${JSON.stringify(book, null, 2)}\n`;
}
