import { type Instant, instant } from '../../units/interval';
import { Usd } from '../../units/money';
import type { Bill } from '../bill/bill';
import type { StackTemplate } from '../bill/stack-template';
import type { Actuals } from './actuals';
import { actualsWithin } from './actuals-within';
import { openBooks } from './books';
import { breakGlass } from './break-glass';
import { missingRates } from './commitment-use';
import type { Contract, Waiver } from './contract';
import { planFinding, reservationFindings, staleFinding, unpricedFindings, unsoundFinding } from './findings';
import { NOTHING_CARRIED } from './judge-floor';
import { judgePeriod, notCounted, type PeriodJudged } from './judge-period';
import { spendOutside, uncoveredFinding } from './judge-uncovered';
import { obligationFindings, obligationsOf } from './obligations';
import { offPlan } from './off-plan';
import { proposalFindings, proposalsOf } from './proposals';
import { whyUnsound } from './unsound';
import type { Finding, Verdict, VerdictInputs, VerdictStatus } from './verdict';
import { ineffectiveWaivers } from './waivers';

/** All that a verdict is a pure function of. */
export interface JudgeInput {
  /** At list price, from the templates. */
  readonly bill: Bill;
  /** Null: the bill is not judged against anything; unpriced resources still stop it. */
  readonly contract: Contract | null;
  readonly waivers: readonly Waiver[];
  /** The day of the judgement: ages and expiries are counted to it. */
  readonly asOf: string;
  /** The templates that the bill was made from. */
  readonly stacks: readonly (Pick<StackTemplate, 'path' | 'sha256'> & Partial<Pick<StackTemplate, 'account'>>)[];
  /** Of the files' bytes, and of the declared usages as they were read; null where there are none. */
  readonly sha256: {
    readonly contract: string | null;
    readonly waivers: string | null;
    readonly assumptions: string | null;
  };
  /** Set when the planner found no plan: what it said and what to change. */
  readonly infeasible?: { readonly sentence: string; readonly remedy: string };
  /** What has been charged to date. @default - not known: the plan alone is judged */
  readonly actuals?: Actuals;
  /** Whose rows among the actuals this app itself caused. @default - nobody's */
  readonly deployment?: string;
  /** Days after which a price row is called stale. @default 30 */
  readonly staleAfterDays?: number;
}

/**
 * Compares a bill with a contract, period by period.
 *
 * `within` needs everything: a sound bill, nothing unpriced, a plan, every ceiling kept to the last digit, no spend outside
 * the periods where the contract has ceilings, and no missed floor where the contract's gate is on it. Amounts are exact and
 * in the contract's measure. A waiver lets a fault pass up to its amount and until its expiry; the fault stays in the
 * verdict as a warning.
 *
 * @throws Problem InvalidInstant for an `asOf` that is no date.
 */
export function judge(input: JudgeInput): Verdict {
  const { bill, contract } = input;
  const asOf = instant(input.asOf);
  const unsound = whyUnsound(bill);
  const common = [
    ...unsoundFinding(unsound),
    ...unpricedFindings(bill, contract, input.waivers, asOf),
    ...planFinding(input.infeasible),
    ...reservationFindings(bill),
    ...staleFinding(bill, asOf, input.staleAfterDays ?? 30),
  ];
  const judged: Judged =
    contract === null || unsound !== undefined ? { periods: [], findings: [] } : judgeContract(input, contract, asOf);
  const { findings: judgedFindings, ...rest } = judged;
  const { periods, outside = Usd.zero, ...shown } = rest;
  const passed = breakGlass(
    [...common, ...judgedFindings],
    periods,
    contract === null ? [] : input.waivers,
    asOf,
    outside,
  );
  const findings = [...passed.findings].sort((a, b) => Number(isWarning(a)) - Number(isWarning(b)));
  return {
    schemaVersion: 1,
    status: statusOf(findings),
    asOf,
    inputs: inputsOf(input),
    periods,
    ...shown,
    ...(passed.breakGlass === undefined ? {} : { breakGlass: passed.breakGlass }),
    findings,
  };
}

/** What a contract makes of a bill. */
interface Judged extends Pick<Verdict, 'periods' | 'findings' | 'obligations' | 'proposals'> {
  /** Spend outside all periods. @default - none */
  readonly outside?: Usd;
}

/** What is left to say when the check itself broke down: a verdict that no gate lets pass, and as much of the evidence as is known. */
export function failedVerdict(sentence: string, asOf: string, known: Partial<VerdictInputs> = {}): Verdict {
  const none = { contract: null, waivers: null, assumptions: null, priceBook: null, actuals: null, templates: {} };
  const inputs: VerdictInputs = { ...none, ...known };
  return { schemaVersion: 1, status: 'failed', asOf, inputs, periods: [], findings: unsoundFinding(sentence) };
}

const isWarning = (finding: Finding): boolean => finding.severity === 'warning';

function judgeContract(input: JudgeInput, contract: Contract, asOf: Instant): Judged {
  const books = openBooks(input.bill, contract, input.stacks);
  const actuals = input.actuals === undefined ? [] : actualsWithin(input.actuals, contract, input.deployment ?? NOBODY);
  const each: PeriodJudged[] = [];
  for (const period of contract.periods) {
    const actual = actuals.find(({ id }) => id === period.id);
    const carried = each.at(-1)?.carries ?? NOTHING_CARRIED;
    each.push(judgePeriod({ books, waivers: input.waivers, period, actual, carried, asOf }));
  }
  const periods = each.map((judged) => judged.verdict);
  const obligations = obligationsOf(contract, asOf);
  const proposals = proposalsOf(contract);
  return {
    periods,
    outside: spendOutside(books),
    ...(obligations.length === 0 ? {} : { obligations }),
    ...(proposals.length === 0 ? {} : { proposals }),
    findings: [
      ...each.flatMap((judged) => judged.findings),
      ...uncoveredFinding(books, input.waivers, asOf),
      ...notCounted(contract, actuals),
      ...offPlan(books, actuals),
      ...missingRates(books),
      ...obligationFindings(contract, obligations),
      ...proposalFindings(contract, proposals, periods, asOf),
      ...ineffectiveWaivers(input.waivers, contract, asOf),
    ],
  };
}

/** No deployment has this name. */
const NOBODY = '';

/** The worst of what was found; only fatal findings count. */
function statusOf(findings: readonly Finding[]): VerdictStatus {
  const fatal = new Set(findings.filter((finding) => finding.severity === 'fatal').map((finding) => finding.rule));
  if (fatal.size === 0) return 'within';
  if (fatal.has('CheckerFailed')) return 'failed';
  if (fatal.has('Unpriced')) return 'unpriced';
  if (fatal.has('PlanInfeasible')) return 'infeasible';
  return fatal.size === 1 && fatal.has('CommitmentShortfall') ? 'shortfall' : 'over';
}

function inputsOf({ bill, contract, stacks, sha256, actuals }: JudgeInput): VerdictInputs {
  return {
    contract: contract === null ? null : { id: contract.id, sha256: sha256.contract ?? 'unknown' },
    waivers: sha256.waivers === null ? null : { sha256: sha256.waivers },
    assumptions: sha256.assumptions === null ? null : { sha256: sha256.assumptions },
    priceBook: { sha256: bill.priceBook.sha256 },
    actuals: actuals === undefined ? null : { sha256: actuals.sha256 },
    templates: Object.fromEntries(
      stacks.map((stack) => [stack.path, stack.sha256] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}
