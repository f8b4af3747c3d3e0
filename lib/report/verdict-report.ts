import type {
  CeilingResult,
  CommitmentUse,
  Finding,
  FloorResult,
  PeriodSpend,
  PeriodVerdict,
  Proposal,
  Verdict,
} from '../budget/envelope/verdict';
import { exact } from '../units/exact';
import { hoursIn } from '../units/interval';
import { type AmountText, Usd } from '../units/money';
import { chargeTable } from './charge-lines';
import { date, dates, percent, quantity, ratePlaces, usd } from './format';
import { page, paragraph, table } from './layout';

export interface VerdictReportOptions {
  /**
   * Whether amounts that derive from the contract may be shown in USD. Otherwise they become whole percentages of the
   * period's commitment: whole ones, because beside the bill a finer share would give the commitment away by division.
   */
  readonly disclose: boolean;
}

const MEANING: Readonly<Record<Verdict['status'], string>> = {
  within: 'everything is known and nothing that was promised is broken',
  over: 'a ceiling is exceeded',
  shortfall: 'a commitment is missed',
  unpriced: 'something costs an unknown amount',
  infeasible: 'a workload has no plan',
  failed: 'the check did not come to an answer',
};

/** Shows an amount that derives from the contract. */
type Show = (amount: AmountText) => string;

function contractName(id: string | null): string {
  return id === null ? 'a contract that cannot be read' : `contract ${id}`;
}

/** The verdict for people: the status first, then each period, then what is wrong and what to change. */
export function renderVerdict(verdict: Verdict, options: VerdictReportOptions): string {
  const contract = verdict.inputs.contract;
  const held = contract === null ? 'no contract: billed, not judged' : contractName(contract.id);
  return page([
    `Verdict  ${verdict.status}: ${meaning(verdict)}\n  ${held}, as of ${date(verdict.asOf)}${brokenGlass(verdict)}`,
    ...verdict.periods.map((period) => renderPeriod(period, options.disclose)),
    proposalSection(verdict.proposals ?? [], options.disclose),
    findings('Must be changed', ofSeverity(verdict, 'fatal')),
    findings('Warnings', ofSeverity(verdict, 'warning')),
  ]);
}

function renderPeriod(period: PeriodVerdict, disclose: boolean): string {
  const commitment = period.floor.commitment;
  const hourly = commitment === null ? null : perHourOf(commitment, period);
  const show = orAsItIs(disclose ? (amount) => usd(amount) : shareOf(commitment));
  const showHourly = orAsItIs(disclose ? (amount) => usd(amount, hourlyPlaces(period)) : shareOf(hourly));
  const unit = disclose ? 'USD' : "shares of the period's commitment (an hour: of its mean hour)";
  return [
    `${period.id}  ${dates(period)}, ${unit}`,
    table(
      [
        { title: '' },
        { title: 'min', align: 'right' },
        { title: 'plan', align: 'right' },
        { title: 'max', align: 'right' },
        { title: 'contract', align: 'right' },
        { title: 'result' },
      ],
      [
        ceilingRow('ceiling', period.ceiling, show),
        ceilingRow('ceiling an hour', period.ceilingPerHour, showHourly),
        floorRow(period.floor, show),
        ...spendRows(period, show),
      ],
    ),
    ...sensitivityLines(period, show),
    ...carriedLines(period.floor, show),
    ...chargedLines(period, show),
    ...commitmentLines(period, disclose, show),
    ...(period.largest.length === 0
      ? []
      : ['  dearest charges in the period, USD at list price', chargeTable(period.largest, inPeriod)]),
  ].join('\n');
}

function ceilingRow(title: string, ceiling: CeilingResult, show: Show): readonly string[] {
  const { limit, amount, basis } = ceiling;
  const said = {
    none: 'none agreed',
    within: `within, judged at ${basis}`,
    over: `over by ${show(ceiling.over)}, judged at ${basis}`,
  }[ceiling.result];
  return [title, show(amount.min), show(amount.plan), show(amount.max), limit === null ? '-' : show(limit), said];
}

function floorRow(floor: FloorResult, show: Show): readonly string[] {
  const { amount, commitment, shortfall } = floor;
  const said = {
    notJudged: 'not judged: no share of it and no baseline',
    met: 'met',
    atRisk: `at risk: ${shortfall === null ? 'short' : `${show(shortfall.min)} short`} at min`,
    missed: `missed: ${shortfall === null ? 'short' : `${show(shortfall.max)} short`} even at max`,
  }[floor.result];
  const promised = commitment === null ? '-' : show(commitment);
  return ['commitment', show(amount.min), show(amount.plan), show(amount.max), promised, said];
}

/** Cash and amortized beside the drawdown of the commitment's row: three numbers, never added to each other. */
function spendRows({ spend }: PeriodVerdict, show: Show): readonly (readonly string[])[] {
  if (spend === undefined) return [];
  const row = (title: string, { min, plan, max }: PeriodSpend['cash'], said: string) => [
    title,
    show(min),
    show(plan),
    show(max),
    '-',
    said,
  ];
  return [
    row('cash', spend.cash, 'what is invoiced, when it is'),
    row('amortized', spend.amortized, 'upfront payments spread over their terms'),
  ];
}

function sensitivityLines({ sensitivity, ceiling }: PeriodVerdict, show: Show): readonly string[] {
  if (sensitivity === undefined) return [];
  const { tenthDearer, maxOverPlan, earlier } = sensitivity;
  const parts = [
    `with prices a tenth higher at most ${show(tenthDearer)} at ${ceiling.basis}`,
    `max is ${show(maxOverPlan)} above the plan`,
    ...(earlier === undefined
      ? []
      : [
          earlier.result === 'within'
            ? `a period earlier it would be within the ceiling of ${earlier.period}`
            : `a period earlier it would exceed the ceiling of ${earlier.period} by ${show(earlier.over)}`,
        ]),
  ];
  return [paragraph(parts.join('; '), 2)];
}

function carriedLines({ carriedIn, carriedOut }: FloorResult, show: Show): readonly string[] {
  const said = (range: FloorResult['amount']) => `${show(range.min)} / ${show(range.plan)} / ${show(range.max)}`;
  if (carriedIn === undefined || carriedOut === undefined) return [];
  return [paragraph(`carried over, min / plan / max: in ${said(carriedIn)}, out ${said(carriedOut)}`, 2)];
}

function chargedLines({ charged }: PeriodVerdict, show: Show): readonly string[] {
  if (charged === undefined) return [];
  const { covered, state, cash, amortized, drawdown } = charged;
  const restated = state === 'open' ? ', which AWS may still restate' : '';
  return [
    paragraph(
      `charged ${dates(covered)}${restated}: drawn down ${show(drawdown)}, cash ${show(cash)}, amortized ${show(amortized)}; the plan counts after it`,
      2,
    ),
  ];
}

function commitmentLines({ commitments = [] }: PeriodVerdict, disclose: boolean, show: Show): readonly string[] {
  if (commitments.length === 0) return [];
  const shown = (use: CommitmentUse, amount: string) =>
    use.unit === 'USD'
      ? show(amount)
      : isAmount(amount)
        ? quantity(amount)
        : amount.replace(' of what is reserved', '');
  const columns = ['committed', 'used, min', 'used, plan', 'used, max', 'unused, plan'];
  return [
    `  Savings Plans${disclose ? ' in USD' : ''} and reserved instances in ${disclose ? 'instance hours' : 'shares of them'}`,
    table(
      [{ title: 'commitment' }, ...columns.map((title) => ({ title, align: 'right' as const }))],
      commitments.map((use) => [
        use.id,
        ...[use.committed, use.used.min, use.used.plan, use.used.max, use.unused.plan].map((one) => shown(use, one)),
      ]),
    ),
  ];
}

function proposalSection(proposals: readonly Proposal[], disclose: boolean): string | undefined {
  if (proposals.length === 0) return undefined;
  return [
    'Planned Capacity Blocks: proposals, on which nothing runs and by which no floor is met',
    ...proposals.map((one) => {
      const fee = isAmount(one.fee) ? (disclose ? `${usd(one.fee)} USD` : 'withheld') : one.fee;
      const what = `${one.count} × ${one.instanceType} in ${one.region}, ${dates(one)}: ${fee}`;
      return paragraph(`${what} (${one.source}, ${date(one.quoted)})`, 2);
    }),
  ].join('\n');
}

function meaning({ status, breakGlass }: Verdict): string {
  return status === 'within' && breakGlass !== undefined
    ? 'what is broken is let through in an emergency'
    : MEANING[status];
}

function brokenGlass({ breakGlass }: Verdict): string {
  if (breakGlass === undefined) return '';
  const { approver, ticket, expires } = breakGlass;
  return `\n  break-glass waiver of ${approver} (${ticket}) in use until ${date(expires)}`;
}

function shareOf(whole: AmountText | null): Show {
  return (amount) => {
    const share = whole === null || !isAmount(whole) ? undefined : Usd.of(amount).shareOf(Usd.of(whole));
    return share === undefined ? 'withheld' : percent(share, 0);
  };
}

/** Amounts that an undisclosed verdict.json words already stand as they are. */
function orAsItIs(show: Show): Show {
  return (amount) => (isAmount(amount) ? show(amount) : amount.replace(' of the commitment', ''));
}

function isAmount(text: string): boolean {
  return /^-?\d+([./]\d+)?$/.test(text);
}

function perHourOf(commitment: AmountText, period: PeriodVerdict): AmountText {
  if (!isAmount(commitment)) return commitment;
  return Usd.of(commitment)
    .times(exact(1).div(hoursIn(period)))
    .toText();
}

function hourlyPlaces({ ceilingPerHour: { amount } }: PeriodVerdict): number {
  return isAmount(amount.max) ? ratePlaces(amount) : 2;
}

function inPeriod(charge: PeriodVerdict['largest'][number]) {
  return charge.periodTotal ?? charge.windowTotal;
}

function ofSeverity(verdict: Verdict, severity: Finding['severity']): readonly Finding[] {
  return verdict.findings.filter((finding) => finding.severity === severity);
}

/** Findings of one rule that ask for the same change are one entry; the file has them all. */
const SHOWN_PER_ENTRY = 6;

function findings(title: string, found: readonly Finding[]): string | undefined {
  if (found.length === 0) return undefined;
  const entries = new Map<string, Finding[]>();
  for (const finding of found) {
    const key = JSON.stringify([finding.rule, finding.remedy]);
    entries.set(key, [...(entries.get(key) ?? []), finding]);
  }
  return [`${title}: ${found.length}`, ...[...entries.values()].map(renderEntry)].join('\n');
}

function renderEntry(entry: readonly Finding[]): string {
  const shown = entry.slice(0, SHOWN_PER_ENTRY);
  const hidden = entry.length - shown.length;
  return [
    ...shown.map(renderFinding),
    ...(hidden === 0 ? [] : [`  … and ${hidden} more like these in verdict.json`]),
    paragraph(`change: ${shown[0]?.remedy ?? ''}`, 4),
  ].join('\n');
}

function renderFinding({ rule, period, stack, logicalId, sentence }: Finding): string {
  const place = [period, stack, logicalId].filter((part) => part !== null).join(' ');
  return paragraph(`${rule}${place === '' ? '' : ` (${place})`}: ${sentence}`, 2);
}
