import type { RowReading } from '../price-list';

/** One question to a service and the rows that its answer is read for. */
export interface PriceQuery {
  /** Says the server, the question and its rows, so that an answer is reused for the same question only. */
  readonly id: string;
  /** What it is about, for people. */
  readonly about: string;
  readonly read: () => Promise<QueryResult>;
}

export type QueryResult =
  | { readonly kind: 'read'; readonly readings: readonly RowReading[] }
  /** No answer to be had: the whole refresh stops. */
  | { readonly kind: 'failed'; readonly why: string };

/** What the queries of one service are made of. */
export interface PriceSource {
  readonly queries: readonly PriceQuery[];
  readonly close: () => void;
}
