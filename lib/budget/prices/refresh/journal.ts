import * as z from 'zod';
import { hoursIn, type Instant } from '../../../units/interval';
import { unitOf } from '../items';
import type { RowFault, RowReading } from '../price-list';
import { type Files, isFileError, readIfThere, writeAll } from './files';

const offerSchema = z.strictObject({
  region: z.string(),
  item: z.string(),
  unit: z.string(),
  usd: z.string(),
  effectiveDate: z.string(),
  retrieved: z.string(),
  source: z.string(),
});

const row = { region: z.string(), item: z.string() };
const entrySchema = z.strictObject({
  query: z.string(),
  at: z.string(),
  readings: z.array(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('priced'), ...row, offers: z.array(offerSchema) }),
      z.strictObject({ kind: z.literal('fault'), ...row, fault: z.string(), reason: z.string() }),
    ]),
  ),
});

/** Answers older than this are asked for again. */
const HOURS_AN_ANSWER_KEEPS = 24;

/**
 * The answers that a refresh has had so far, beside the book, so that the next one goes on where this one stopped. One line
 * per query, begun with a line end: a line that was torn off spoils itself alone.
 */
export class RefreshJournal {
  private constructor(
    private readonly files: Files,
    private readonly file: string,
    private readonly known: Map<string, readonly RowReading[]>,
  ) {}

  /** @param at when it is now; answers of an older day are left aside. */
  static open(files: Files, file: string, at: Instant): RefreshJournal {
    const lines = (readIfThere(files, file) ?? '').split('\n').filter((line) => line !== '');
    const entries = lines
      .map(parseLine)
      .filter((entry) => entry !== undefined)
      .filter((entry) => isFresh(entry.at, at));
    return new RefreshJournal(files, file, new Map(entries.map((entry) => [entry.query, entry.readings])));
  }

  readingsOf(query: string): readonly RowReading[] | undefined {
    return this.known.get(query);
  }

  write(query: string, at: Instant, readings: readonly RowReading[]): void {
    writeAll(this.files, this.file, 'a', `\n${JSON.stringify({ query, at, readings })}`);
  }

  /** Its answers are in the book. One that cannot be removed is of yesterday tomorrow. */
  remove(): void {
    try {
      this.files.rmSync(this.file, { force: true });
    } catch (thrown) {
      if (!isFileError(thrown)) throw thrown;
    }
  }
}

interface Entry {
  readonly query: string;
  readonly at: Instant;
  readonly readings: readonly RowReading[];
}

function parseLine(line: string): Entry | undefined {
  const read = entrySchema.safeParse(parseJson(line));
  if (!read.success) return undefined;
  const readings = read.data.readings.map((reading): RowReading | undefined => {
    if (reading.kind === 'fault') return { ...reading, fault: reading.fault as RowFault };
    const offers = reading.offers.flatMap((offer) => {
      const unit = unitOf(offer.item);
      return unit === undefined || unit !== offer.unit ? [] : [{ ...offer, unit }];
    });
    return offers.length === reading.offers.length ? { ...reading, offers } : undefined;
  });
  const sound = readings.filter((reading) => reading !== undefined);
  return sound.length === readings.length ? { ...read.data, readings: sound } : undefined;
}

function isFresh(written: Instant, at: Instant): boolean {
  if (written > at) return false;
  return written === at || hoursIn({ start: written, end: at }).compare(HOURS_AN_ANSWER_KEEPS) <= 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
