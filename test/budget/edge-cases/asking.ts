import { type BlockOffering, liveQuotes, readOffering } from '../../../lib/budget/prices/block-quotes';
import type { Item } from '../../../lib/budget/prices/items';
import { parseAnswer, readRow } from '../../../lib/budget/prices/price-list';
import { rowsToRead } from '../../../lib/budget/prices/price-list-rows';
import type { Product } from '../prices/products';

/** What the Price List's answer makes of an item in us-west-2: its price, or why it has none. */
export function read(item: Item, listed: readonly Product[]): string {
  const row = rowsToRead(['us-west-2'], ['p5.48xlarge']).find((each) => each.item === item);
  if (row === undefined) throw new Error(`no row ${item}`);
  const answer = parseAnswer(listed.map((each) => JSON.stringify(each)));
  const reading = readRow(row, answer, { retrieved: '2026-11-23T21:00:00Z' });
  return reading.kind === 'fault' ? reading.fault : (reading.offers[0]?.usd ?? 'nothing');
}

const OFFERING: BlockOffering = {
  id: 'cbr-0123456789abcdef0',
  instanceType: 'p5.48xlarge',
  ultraServerType: undefined,
  ultraServerCount: undefined,
  availabilityZone: 'us-west-2a',
  instanceCount: 4,
  start: '2026-12-01T11:30:00Z',
  end: '2026-12-08T11:30:00Z',
  upfrontFee: '27906.816',
  currency: 'USD',
};

/** How many quotes are left at an instant of one that was given on 2026-11-23 at 21:00. */
export function quotesAt(at: string): number {
  const question = {
    region: 'us-west-2',
    of: { kind: 'instances', type: 'p5.48xlarge' },
    count: 4,
    hours: 168,
    within: { start: '2026-12-01T00:00:00Z' },
  } as const;
  const stamp = { account: '111122223333', quotedAt: '2026-11-23T21:00:00Z' };
  const quoted = readOffering(OFFERING, question, stamp);
  if (quoted.kind !== 'quote') throw new Error(quoted.reason);
  return liveQuotes({ schemaVersion: 1, quotes: [quoted.quote] }, at).length;
}
