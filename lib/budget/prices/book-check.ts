import type { Instant } from '../../units/interval';
import { agesOf, type RowAge } from './ages';
import type { PriceBook } from './price-book';

/** What is wrong with a book, and how old it is: what `prices verify` prints and its JSON. */
export interface BookCheck {
  readonly sha256: string;
  readonly effectiveDate: Instant;
  readonly asOf: Instant;
  readonly now: Instant;
  readonly rows: number;
  /** Rows of the same item, region and effective date are refused on load; versions are counted here. */
  readonly versions: number;
  /** The oldest rows, oldest first. */
  readonly oldest: readonly CheckedRow[];
  /** Rows older than `maxAgeDays` at `asOf`. */
  readonly older: number;
  readonly maxAgeDays: number;
  /** One sentence for each reason not to use the book. */
  readonly faults: readonly string[];
}

export interface CheckedRow {
  readonly region: string;
  readonly item: string;
  readonly usd: string;
  readonly retrieved: Instant;
  readonly ageDays: number;
  readonly ageDaysNow: number;
  readonly source: string;
}

export interface CheckTerms {
  readonly asOf: Instant;
  /** The wall clock, handed in. */
  readonly now: Instant;
  /** Age above which a row is called old. */
  readonly maxAgeDays: number;
  /** Whether an old row is a reason not to use the book. */
  readonly refuseOld: boolean;
  /** How many of the oldest rows are named. */
  readonly named: number;
}

/** Checks the ages of a book that has been loaded, its hash and its duplicates with it. Age counts from each row's own reading. */
export function checkBook(book: PriceBook, terms: CheckTerms): BookCheck {
  const { asOf, now, maxAgeDays } = terms;
  const ages = agesOf(book, asOf, now);
  const today = new Map(agesOf(book, now, now).rows.map(({ offer, ageDays }) => [offer, ageDays]));
  const older = ages.rows.filter(({ ageDays }) => ageDays > maxAgeDays).length;
  const keys = new Set(book.offers.map(({ region, item }) => `${region} ${item}`));
  const [future] = ages.fromTheFuture;
  return {
    sha256: book.sha256,
    effectiveDate: book.effectiveDate,
    asOf,
    now,
    rows: keys.size,
    versions: book.offers.length,
    oldest: ages.rows.slice(0, terms.named).map((row) => checkedRow(row, today.get(row.offer) ?? 0)),
    older,
    maxAgeDays,
    faults: [
      ...(future === undefined
        ? []
        : [`${future.item} in ${future.region} says that it was read at ${future.retrieved}, which is not yet`]),
      ...(terms.refuseOld && older > 0 ? [`${older} of its prices were read more than ${maxAgeDays} days ago`] : []),
    ],
  };
}

function checkedRow({ offer, ageDays }: RowAge, ageDaysNow: number): CheckedRow {
  const { region, item, usd, retrieved, source } = offer;
  return { region, item, usd, retrieved, ageDays, ageDaysNow, source };
}
