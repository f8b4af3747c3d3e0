import { Problem } from '../../../problem';
import type { Instant } from '../../../units/interval';
import { loadPriceBook } from '../load';
import { mergeReadings, type RefreshSummary } from '../merge';
import type { PriceBook } from '../price-book';
import { askAll } from './ask-queries';
import { diskSentence, type Files, isFileError, readIfThere, realFiles, replaceWhole } from './files';
import { RefreshJournal } from './journal';
import type { Patience } from './patience';
import { priceListSource } from './price-list-source';
import type { PriceSource } from './price-query';
import { RefreshLock } from './refresh-lock';
import { savingsPlanSource } from './savings-plan-source';
import { type Wanted, type WantedRows, wantedRows } from './wanted-rows';

/** What to refresh. */
export interface RefreshOptions extends Wanted {
  /** The snapshot: read first, replaced at the end. */
  readonly bookFile: string;
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
    if (isFileError(thrown)) return failed(diskSentence(thrown, 'the book is as it was'));
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
  const sources = await sourcesFor(wantedRows(options, before.book), world);
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

/** The Savings Plans service is asked only where its rates are wanted. */
async function sourcesFor(rows: WantedRows, { now, patience = {} }: RefreshWorld): Promise<readonly PriceSource[]> {
  return [
    await priceListSource(rows.list, now, patience),
    ...(rows.rates.length === 0 ? [] : [await savingsPlanSource(rows.rates, now, patience)]),
  ];
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

function failed(reason: string): { readonly kind: 'failed'; readonly reason: string } {
  return { kind: 'failed', reason };
}
