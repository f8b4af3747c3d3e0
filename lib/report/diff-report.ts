import { type BillDiff, CAUSES, type Cause, type ChargeChange, type LeftBehind } from '../budget/diff/bill-diff';
import { exact } from '../units/exact';
import { type AmountText, Usd } from '../units/money';
import type { Range } from '../units/range';
import { count, date, dates, percent, usd } from './format';
import { page, paragraph, table } from './layout';

/** Rows that are shown; the JSON has all of them. */
const MOST = 20;

const CAUSE_NAMES: Readonly<Record<Cause, string>> = {
  quantity: 'quantity: what the templates create',
  priceBook: 'price book: other prices of the same',
  calendar: 'calendar: for how long',
  contract: 'contract: what it declares or owns',
};

const WHY: Readonly<Record<LeftBehind['why'], string>> = {
  Retain: 'its deletion policy keeps it',
  RetainExceptOnCreate: 'its deletion policy keeps it',
  Snapshot: 'its deletion policy leaves a snapshot',
  stack: 'its stack is no longer in the app, and nothing deletes it: cdk destroy it from the older version',
};

/** The comparison for people: how much, why, of what, and what goes on costing. */
export function renderDiff(diff: BillDiff): string {
  const right = { align: 'right' } as const;
  const bounds = [
    { title: 'min', ...right },
    { title: 'plan', ...right },
    { title: 'max', ...right },
  ];
  return page([
    `Diff  ${headline(diff)}\n${sidesOf(diff)
      .map((line) => `  ${line}`)
      .join('\n')}`,
    table([{ title: 'USD' }, ...bounds], totalRows(diff)),
    diff.periods.length === 0
      ? undefined
      : [
          'Drawdown at max, in the measure of the contract',
          table([{ title: 'USD' }, ...PERIOD_COLUMNS], periodRows(diff)),
        ].join('\n'),
    changesTitle(diff),
    diff.changes.length === 0
      ? undefined
      : table(
          [{ title: 'USD at max', ...right }, { title: '' }, { title: 'for' }, { title: 'why, and resource' }],
          shown(diff).map((change) => [
            signed(differenceOf(change, 'max')),
            change.change,
            change.offer,
            `${whyOf(change)}\n${placeOf(change)}`,
          ]),
        ),
    ...notices(diff).map((notice) =>
      [paragraph(notice.title), ...notice.lines.map((line) => paragraph(line, 2))].join('\n'),
    ),
  ]);
}

/** The same as a comment on a pull request. */
export function renderDiffMarkdown(diff: BillDiff): string {
  const rows = (cells: readonly (readonly string[])[]) => cells.map((row) => `| ${row.map(escaped).join(' | ')} |`);
  return page([
    `### Headroom: ${escaped(headline(diff))}`,
    sidesOf(diff)
      .map((line) => `- ${escaped(line)}`)
      .join('\n'),
    ['| USD | min | plan | max |', '|---|--:|--:|--:|', ...rows(totalRows(diff))].join('\n'),
    diff.periods.length === 0
      ? undefined
      : [
          `| drawdown at max, USD | ${PERIOD_COLUMNS.map(({ title }) => title).join(' | ')} |`,
          '|---|--:|--:|--:|--:|',
          ...rows(periodRows(diff)),
        ].join('\n'),
    diff.changes.length === 0
      ? undefined
      : [
          '| USD at max | | for | why | resource |',
          '|--:|---|---|---|---|',
          ...rows(
            shown(diff).map((change) => [
              signed(differenceOf(change, 'max')),
              change.change,
              change.offer,
              whyOf(change),
              placeOf(change),
            ]),
          ),
        ].join('\n'),
    diff.changes.length > MOST ? `${count(diff.changes.length - MOST, 'more change')} in the JSON.` : undefined,
    ...notices(diff).map((notice) =>
      [`**${escaped(notice.title)}**`, '', ...notice.lines.map((line) => `- ${escaped(line)}`)].join('\n'),
    ),
  ]);
}

function headline({ from, to, difference }: BillDiff): string {
  if (Object.values(difference).every((amount) => Usd.of(amount).isZero())) return 'nothing costs more or less';
  const share = Usd.of(difference.max).shareOf(Usd.of(from.total.max));
  const relative = share === undefined ? '' : ` (${share.compare(exact(0)) > 0 ? '+' : ''}${percent(share)})`;
  const sides =
    from.status === to.status ? '' : `; ${from.status ?? 'not judged'} becomes ${to.status ?? 'not judged'}`;
  return `${signed(difference.max)} USD at max${relative}${sides}`;
}

/** What the two bills are of. */
function sidesOf({ from, to }: BillDiff): readonly string[] {
  const windows = from.window.start === to.window.start && from.window.end === to.window.end;
  const same = (is: boolean) => (is ? 'the same' : 'another');
  return [
    `billed ${dates(from.window)} as of ${date(from.asOf)}`,
    windows ? `and the same window as of ${date(to.asOf)}` : `and ${dates(to.window)} as of ${date(to.asOf)}`,
    `${same(from.priceBook === to.priceBook)} price book, ${same(from.contract === to.contract)} contract`,
  ];
}

function totalRows({ from, to, difference, by }: BillDiff): readonly (readonly string[])[] {
  const row = (title: string, range: Range<AmountText>, show: (amount: AmountText) => string) => [
    title,
    show(range.min),
    show(range.plan),
    show(range.max),
  ];
  return [
    row('before', from.total, (amount) => usd(amount)),
    row('after', to.total, (amount) => usd(amount)),
    row('difference', difference, signed),
    ...CAUSES.filter((cause) => Object.values(by[cause]).some((amount) => amount !== '0')).map((cause) =>
      row(CAUSE_NAMES[cause], by[cause], signed),
    ),
  ];
}

const PERIOD_COLUMNS = [
  { title: 'before', align: 'right' },
  { title: 'after', align: 'right' },
  { title: 'by the bill', align: 'right' },
  { title: 'by terms of the contract', align: 'right' },
] as const;

function periodRows({ periods }: BillDiff): readonly (readonly string[])[] {
  return periods.map(({ id, before, after, list, terms }) => [
    id,
    usd(before.max),
    usd(after.max),
    signed(list.max),
    signed(terms.max),
  ]);
}

function changesTitle({ changes }: BillDiff): string | undefined {
  if (changes.length === 0) return undefined;
  const more = changes.length > MOST ? `; the ${MOST} largest` : '';
  return `${count(changes.length, 'line')} changed, largest first${more}`;
}

function shown({ changes }: BillDiff): readonly ChargeChange[] {
  return changes.slice(0, MOST);
}

function whyOf({ by }: ChargeChange): string {
  const causes = CAUSES.filter((cause) => Object.values(by[cause]).some((amount) => amount !== '0'));
  if (causes.length === 1) return CAUSE_NAMES[causes[0] ?? 'quantity'].split(':')[0] ?? '';
  return causes.map((cause) => `${CAUSE_NAMES[cause].split(':')[0]} ${signed(by[cause].max)}`).join(', ');
}

function placeOf({ stack, logicalId, dimension }: ChargeChange): string {
  return `${stack} ${logicalId} ${dimension}`;
}

function notices({
  leftBehind,
  unpriced,
}: BillDiff): readonly { readonly title: string; readonly lines: readonly string[] }[] {
  const unknown = [
    ...unpriced.from.map(({ stack, logicalId, dimension }) => `before: ${stack} ${logicalId} ${dimension}`),
    ...unpriced.to.map(({ stack, logicalId, dimension }) => `after: ${stack} ${logicalId} ${dimension}`),
  ];
  return [
    {
      title: `Goes on costing: ${count(leftBehind.length, 'resource')} that leave the templates and stay in the account`,
      lines: leftLines(leftBehind),
    },
    { title: 'Not the whole difference: nobody knows what these cost', lines: unknown },
  ].filter(({ lines }) => lines.length > 0);
}

/** Resources one by one, and stacks that nobody deletes as a whole. */
function leftLines(left: readonly LeftBehind[]): readonly string[] {
  const stacks = [...new Set(left.flatMap(({ stack, why }) => (why === 'stack' ? [stack] : [])))];
  return [
    ...stacks.map((stack) => {
      const own = left.filter((one) => one.stack === stack && one.why === 'stack');
      return `${stack}, ${count(own.length, 'resource')}: ${WHY.stack}; ${costOf(own)}`;
    }),
    ...left
      .filter(({ why }) => why !== 'stack')
      .map((one) => `${one.stack} ${one.logicalId} (${one.type}): ${WHY[one.why]}; ${costOf([one])}`),
  ];
}

function costOf(left: readonly LeftBehind[]): string {
  const known = left.flatMap(({ goesOnCosting }) => goesOnCosting ?? []);
  if (known.length === 0) return 'an unknown amount';
  const sum = usd(Usd.sum(known.map(({ max }) => Usd.of(max))).toText());
  return `${known.length < left.length ? 'at least ' : ''}${sum} USD at max over the new window, in no total here`;
}

function differenceOf({ before, after }: ChargeChange, bound: 'max'): AmountText {
  return Usd.of(after[bound]).minus(Usd.of(before[bound])).toText();
}

function signed(amount: AmountText): string {
  const value = Usd.of(amount);
  return value.isZero() || value.isNegative() ? usd(amount) : `+${usd(amount)}`;
}

/** What a table cell of GitHub's markdown would take for something else. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
