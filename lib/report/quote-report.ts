import type { BlockQuote } from '../budget/prices/block-quotes';
import { count, date, usd } from './format';
import { page, paragraph, table } from './layout';

/** What AWS offers, cheapest hour first, and until when it does. */
export function renderQuotes({
  quotes,
  refused,
}: {
  readonly quotes: readonly BlockQuote[];
  readonly refused: readonly string[];
}): string {
  return page([
    `Capacity Blocks offered: ${quotes.length === 0 ? 'none' : count(quotes.length, 'quote')}`,
    quotes.length === 0 ? undefined : quoteTable(quotes),
    refused.length === 0
      ? undefined
      : ['Not taken for a quote', ...refused.map((reason) => paragraph(reason, 2))].join('\n'),
  ]);
}

function quoteTable(quotes: readonly BlockQuote[]): string {
  return table(
    [
      { title: 'block' },
      { title: 'zone' },
      { title: 'from' },
      { title: 'to' },
      { title: 'USD upfront', align: 'right' },
      { title: 'USD/h each', align: 'right' },
      { title: 'holds until' },
    ],
    quotes.map((quote) => [
      `${quote.count} × ${quote.ultraServerType ?? quote.instanceType}`,
      quote.availabilityZone,
      date(quote.window.start),
      date(quote.window.end),
      usd(quote.upfrontFee),
      usd(quote.perHour, 3),
      date(quote.expires),
    ]),
  );
}
