import { Problem } from '../../problem';
import { earlier, type Instant, instant, later, monthAfter, plusHours } from '../../units/interval';
import { Usd } from '../../units/money';
import { type ActualMonth, type Actuals, CHARGE_KINDS, type ChargeKind, type DailyCharge } from '../envelope/actuals';
import { sealOf } from '../envelope/parse-actuals';
import { checkExports } from './check-exports';
import { exportFiles } from './export-file';
import { grouped } from './grouped';
import { type ChargeRow, type ReadExport, readExports } from './read-export';

export interface ActualsQuestion {
  /** Export files, or folders that hold them. */
  readonly files: readonly string[];
  readonly asOf: Instant;
  /** Days from this one on are left out: AWS may still be adding to them. @default - the day of `asOf` */
  readonly until?: Instant | undefined;
  /** Months ("2026-12") whose invoice is out, for exports of FOCUS 1.0, which do not say. @default - none */
  readonly final?: readonly string[] | undefined;
}

const KINDS: ReadonlySet<string> = new Set(CHARGE_KINDS);
const USED: ReadonlySet<string> = new Set<ChargeKind>(['usage', 'committedUsage']);

/**
 * What AWS has charged to date, by day, from FOCUS exports.
 *
 * @throws Problem InvalidActuals, UnreadableFile: one sentence for the first file that cannot be counted
 */
export async function makeActuals(question: ActualsQuestion): Promise<Actuals> {
  const exports = await readExports(exportFiles(question.files));
  checkExports(exports);
  const months = monthsOf(exports, question.final ?? []);
  const covered = coveredBy(exports, months, question);
  const charges = dailyCharges(exports).filter(({ day }) => instant(day) < covered.end);
  const rest = {
    schemaVersion: 1 as const,
    asOf: question.asOf,
    currency: 'USD' as const,
    covered,
    months: months.filter(({ month }) => instant(`${month}-01`) < covered.end),
    sources: exports.map(({ name, format, focusVersion, charges: found, sha256 }) => ({
      name,
      format,
      focusVersion,
      rows: rowsOf(found),
      sha256,
    })),
    charges,
  };
  return { ...rest, sha256: sealOf(rest) };
}

function monthsOf(exports: readonly ReadExport[], final: readonly string[]): readonly ActualMonth[] {
  const byMonth = grouped(exports.flatMap(withVersion), ({ billingStart }) => billingStart.slice(0, 7));
  const unknown = final.find((month) => !byMonth.has(month));
  if (unknown !== undefined) {
    throw new Problem(
      'InvalidActuals',
      `--final names ${unknown}, of which no file has charges; name one of ${[...byMonth.keys()].sort().join(', ')}`,
    );
  }
  return [...byMonth]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, found]) => {
      const invoiced = found.every(({ uninvoiced, version }) => version === '1.2' && uninvoiced === 0);
      const told = final.includes(month) && found.every(({ version }) => version === '1.0');
      return { month, state: invoiced || told ? 'final' : 'open', rows: rowsOf(found) };
    });
}

function withVersion({ charges, focusVersion }: ReadExport): readonly (ChargeRow & { readonly version: string })[] {
  return charges.map((row) => ({ ...row, version: focusVersion }));
}

/** Final months are covered whole; the last one, while open, to its last day with use. */
function coveredBy(
  exports: readonly ReadExport[],
  months: readonly ActualMonth[],
  { asOf, until }: ActualsQuestion,
): Actuals['covered'] {
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) throw new Problem('InvalidActuals', 'the files hold no charges');
  const used = exports.flatMap(({ charges }) => charges).filter(({ kind }) => USED.has(kind));
  const start = instant(`${first.month}-01`);
  const lastDay = used.reduce((latest, { day }) => later(latest, instant(day)), start);
  const reached =
    last.state === 'final' ? monthEnd(last.month) : later(plusHours(lastDay, 24), instant(`${last.month}-01`));
  const end = earlier(reached, earlier(dayOf(until ?? asOf), dayOf(asOf)));
  if (start < end) return { start, end };
  throw new Problem(
    'InvalidActuals',
    `the files begin on ${start.slice(0, 10)} and no day before ${end.slice(0, 10)} is in them; give a later --until`,
  );
}

function dailyCharges(exports: readonly ReadExport[]): readonly DailyCharge[] {
  const byPlace = grouped(
    exports.flatMap(({ charges }) => charges),
    ({ day, kind, deployment }) => JSON.stringify([day, kind, deployment]),
  );
  return [...byPlace.values()]
    .flatMap((rows) => {
      const [row] = rows;
      if (row === undefined || !isKind(row.kind)) return [];
      const { day, kind, deployment } = row;
      const sumOf = (what: 'cash' | 'amortized' | 'list') => Usd.sum(rows.map((one) => Usd.of(one[what]))).toText();
      return [{ day, kind, deployment, cash: sumOf('cash'), amortized: sumOf('amortized'), list: sumOf('list') }];
    })
    .sort(byDay);
}

function byDay(a: DailyCharge, b: DailyCharge): number {
  const place = ({ day, kind, deployment }: DailyCharge) => `${day} ${kind} ${deployment ?? ''}`;
  return place(a) < place(b) ? -1 : 1;
}

function isKind(kind: string): kind is ChargeKind {
  return KINDS.has(kind);
}

function rowsOf(charges: readonly ChargeRow[]): number {
  return charges.reduce((sum, { rows }) => sum + rows, 0);
}

function dayOf(at: Instant): Instant {
  return instant(at.slice(0, 10));
}

function monthEnd(month: string): Instant {
  return monthAfter(instant(`${month}-01`)).start;
}
