import { Problem } from '../../../problem';
import type { Instant } from '../../../units/interval';
import { instanceItem, savingsPlanOf, unitOf } from '../items';
import { loadPriceBook } from '../load';
import { mergeReadings, type RefreshSummary } from '../merge';
import type { PriceBook } from '../price-book';
import type { RowReading } from '../price-list';
import { rowsToRead } from '../price-list-rows';
import { plansIn, rateRows } from '../savings-plan-rates';
import { type Files, isFileError, readIfThere, realFiles, replaceWhole } from './files';
import { RefreshJournal } from './journal';
import type { Patience } from './patience';
import { priceListSource } from './price-list-source';
import type { PriceQuery, PriceSource } from './price-query';
import { RefreshLock } from './refresh-lock';
import { savingsPlanSource } from './savings-plan-source';

/** What to refresh. */
export interface RefreshOptions {
  /** The snapshot: read first, replaced at the end. */
  readonly bookFile: string;
  /** @default - the regions of the present book */
  readonly regions?: readonly string[];
  /** Beside those that the present book prices on demand. @default - none */
  readonly instanceTypes?: readonly string[];
  /** Savings Plans as "compute:1yr:noUpfront", beside those whose rates the present book has. @default - none */
  readonly savingsPlans?: readonly string[];
}

/** What a refresh touches; each part has a real default but the clock. */
export interface RefreshWorld {
  readonly now: () => Instant;
  readonly onProgress?: (done: number, of: number) => void;
  readonly files?: Files;
  readonly patience?: Partial<Patience>;
}

/** Replaced as a whole, or not touched. */
export type RefreshOutcome =
  | {
      readonly kind: 'replaced';
      readonly sha256: string;
      readonly queries: number;
      /** Of them, answered by an earlier refresh that did not finish. */
      readonly resumed: number;
      readonly summary: RefreshSummary;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Items whose last part, or the part before the purchase, is an instance type that the list is asked for. */
const PRICED_TYPE = /^(?:instance:(?=.+:onDemand$)|savingsPlan:(?:\w+:){3})([^:]+)/;

/** Queries under way at once: enough to hide the server's latency behind the pace that it allows. */
const AT_ONCE = 4;

/**
 * Reads every price of a book again from the AWS Price List and replaces the book, as a whole or not at all.
 *
 * What is read is kept in a journal beside the book until the end, so that a refresh that was cut off goes on where it
 * stopped. A row that is not found again as one unambiguous price keeps the price and the age that it had.
 *
 * @throws Problem UnreadableFile, InvalidPriceBook or InvalidArgument for what was given
 */
export async function refreshPriceBook(options: RefreshOptions, world: RefreshWorld): Promise<RefreshOutcome> {
  const files = world.files ?? realFiles;
  readBook(files, options.bookFile);
  try {
    const lock = RefreshLock.take(files, `${options.bookFile}.lock`);
    if ('heldBy' in lock) return failed(`another refresh of this book is running: ${lock.heldBy}`);
    try {
      return await refreshLocked(options, world, files, lock);
    } finally {
      lock.release();
    }
  } catch (thrown) {
    if (isFileError(thrown)) return failed(diskSentence(thrown));
    throw thrown;
  }
}

async function refreshLocked(
  options: RefreshOptions,
  world: RefreshWorld,
  files: Files,
  lock: RefreshLock,
): Promise<RefreshOutcome> {
  const { bookFile } = options;
  const before = readBook(files, bookFile);
  const journal = RefreshJournal.open(files, `${bookFile}.journal`, world.now());
  const sources = await sourcesFor(rowsOf(options, before.book), world);
  const queries = sources.flatMap((source) => source.queries);
  const asked = await askAll(queries, journal, world).finally(() => {
    for (const source of sources) source.close();
  });
  if (asked.kind === 'failed') return asked;
  if (!asked.readings.some((reading) => reading.kind === 'priced')) {
    return failed('the price list answered, and not one row of the book is priced in it');
  }
  const { book, summary } = mergeReadings(before.book, asked.readings, world.now());
  const text = `${JSON.stringify(book, null, 2)}\n`;
  loadPriceBook(text);
  if (!lock.isHeld() || readIfThere(files, bookFile) !== before.text) {
    return failed(`${bookFile} was changed by somebody else meanwhile; what was read is kept, refresh again`);
  }
  replaceWhole(files, bookFile, text);
  journal.remove();
  return { kind: 'replaced', sha256: book.sha256, queries: queries.length, resumed: asked.resumed, summary };
}

type Asked =
  | { readonly kind: 'asked'; readonly readings: readonly RowReading[]; readonly resumed: number }
  | { readonly kind: 'failed'; readonly reason: string };

async function askAll(queries: readonly PriceQuery[], journal: RefreshJournal, world: RefreshWorld): Promise<Asked> {
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
      journal.write(query.id, world.now(), result.readings);
      readings.set(query.id, result.readings);
      world.onProgress?.(readings.size, queries.length);
    }
  };
  world.onProgress?.(resumed, queries.length);
  const stopAll = (thrown: unknown): never => {
    open.length = 0;
    throw thrown;
  };
  // All of them end before the lock is let go, also when one breaks off.
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => worker().catch(stopAll)));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return failure === undefined
    ? { kind: 'asked', readings: [...readings.values()].flat(), resumed }
    : failed(`${failure}; ${readings.size} of ${queries.length} queries are kept for the next refresh`);
}

function knownEntry(journal: RefreshJournal, id: string): readonly (readonly [string, readonly RowReading[]])[] {
  const known = journal.readingsOf(id);
  return known === undefined ? [] : [[id, known]];
}

/** The Savings Plans service is asked only where its rates are wanted. */
async function sourcesFor(rows: Rows, { now, patience = {} }: RefreshWorld): Promise<readonly PriceSource[]> {
  return [
    await priceListSource(rows.list, now, patience),
    ...(rows.rates.length === 0 ? [] : [await savingsPlanSource(rows.rates, now, patience)]),
  ];
}

interface Rows {
  readonly list: ReturnType<typeof rowsToRead>;
  readonly rates: ReturnType<typeof rateRows>;
}

function rowsOf(options: RefreshOptions, book: PriceBook): Rows {
  const regions = options.regions ?? distinct(book.offers.map((offer) => offer.region));
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

function readBook(files: Files, file: string): { readonly text: string; readonly book: PriceBook } {
  const text = readBookText(files, file);
  return { text, book: loadPriceBook(text) };
}

function readBookText(files: Files, file: string): string {
  try {
    return files.readFileSync(file, 'utf8');
  } catch (thrown) {
    if (!isFileError(thrown)) throw thrown;
    throw new Problem(
      'UnreadableFile',
      `the price book ${file} cannot be read (${thrown.code ?? 'unknown error'}); name a file that exists and may be read`,
    );
  }
}

function diskSentence(error: NodeJS.ErrnoException): string {
  const what = error.code === 'ENOSPC' ? 'the disk is full' : 'a file could not be written';
  return `${what} (${error.code ?? 'unknown error'} in ${error.syscall ?? 'a file call'}); the book is as it was`;
}

function failed(reason: string): { readonly kind: 'failed'; readonly reason: string } {
  return { kind: 'failed', reason };
}
