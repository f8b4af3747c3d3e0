import type { Instant } from '../../../units/interval';
import type { RowReading } from '../price-list';
import type { RefreshJournal } from './journal';
import type { PriceQuery } from './price-query';

/** Queries under way at once: enough to hide the server's latency behind the pace that it allows. */
const AT_ONCE = 4;

/** All answers, or why there are not all. */
export type Asked =
  | { readonly kind: 'asked'; readonly readings: readonly RowReading[]; readonly resumed: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** The clock, and who wants to know how far it is. */
interface Watcher {
  readonly now: () => Instant;
  readonly onProgress?: (done: number, of: number) => void;
}

/** Asks every query that the journal has no answer to, and writes each answer down as it comes. */
export async function askAll(
  queries: readonly PriceQuery[],
  journal: RefreshJournal,
  watcher: Watcher,
): Promise<Asked> {
  const readings = new Map(queries.flatMap(({ id }) => knownEntry(journal, id)));
  const resumed = readings.size;
  const open = queries.filter(({ id }) => !readings.has(id));
  let failure: string | undefined;
  const worker = async (): Promise<void> => {
    for (let query = open.shift(); query !== undefined; query = open.shift()) {
      const result = await query.read();
      if (result.kind === 'failed') {
        failure ??= `there is no answer about ${query.about} (${result.why})`;
        open.length = 0;
        return;
      }
      journal.write(query.id, watcher.now(), result.readings);
      readings.set(query.id, result.readings);
      watcher.onProgress?.(readings.size, queries.length);
    }
  };
  watcher.onProgress?.(resumed, queries.length);
  const stopAll = (thrown: unknown): never => {
    open.length = 0;
    throw thrown;
  };
  // All of them end before the lock is let go, also when one breaks off.
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => worker().catch(stopAll)));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return failure === undefined
    ? { kind: 'asked', readings: queries.flatMap(({ id }) => readings.get(id) ?? []), resumed }
    : {
        kind: 'failed',
        reason: `${failure}; ${readings.size} of ${queries.length} queries are kept for the next refresh`,
      };
}

function knownEntry(journal: RefreshJournal, id: string): readonly (readonly [string, readonly RowReading[]])[] {
  const known = journal.readingsOf(id);
  return known === undefined ? [] : [[id, known]];
}
