import type { Actuals, DailyCharge } from '../budget/envelope/actuals';
import { Usd } from '../units/money';
import { count, dates, usd } from './format';
import { page, paragraph, table } from './layout';

/** What was charged to date for people: by month, then by whose it is. */
export function renderActuals(actuals: Actuals): string {
  const rows = actuals.sources.reduce((sum, source) => sum + source.rows, 0);
  const open = actuals.months.filter(({ state }) => state === 'open').map(({ month }) => month);
  return page([
    `Actuals  ${dates(actuals.covered)}, USD; ${count(rows, 'row')} of ${count(actuals.sources.length, 'file')}`,
    table(
      [{ title: 'month' }, { title: 'state' }, ...AMOUNTS],
      actuals.months.map(({ month, state }) => [month, state, ...sums(actuals, ({ day }) => day.startsWith(month))]),
    ),
    table(
      [{ title: 'caused by' }, ...AMOUNTS],
      deploymentsOf(actuals).map((name) => [
        name ?? 'nothing that carries headroom:deployment',
        ...sums(actuals, ({ deployment }) => deployment === name),
      ]),
    ),
    open.length === 0
      ? undefined
      : paragraph(`AWS may still restate ${open.join(', ')}: the invoice is not out, or FOCUS 1.0 does not say.`),
  ]);
}

const AMOUNTS = [
  { title: 'cash', align: 'right' },
  { title: 'amortized', align: 'right' },
  { title: 'at list price', align: 'right' },
] as const;

function sums({ charges }: Actuals, isMeant: (charge: DailyCharge) => boolean): readonly string[] {
  const meant = charges.filter(isMeant);
  return (['cash', 'amortized', 'list'] as const).map((what) =>
    usd(Usd.sum(meant.map((charge) => Usd.of(charge[what]))).toText()),
  );
}

function deploymentsOf({ charges }: Actuals): readonly (string | null)[] {
  const named = [...new Set(charges.flatMap(({ deployment }) => deployment ?? []))].sort();
  return charges.some(({ deployment }) => deployment === null) ? [...named, null] : named;
}
