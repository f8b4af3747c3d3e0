import type { Instant } from '../../units/interval';
import { Usd } from '../../units/money';
import { BREAK_GLASS, EVERY_PERIOD, OUTSIDE, type Waiver } from './contract';
import type { BreakGlass, Finding, FindingRule, PeriodVerdict } from './verdict';
import { waivedBy, waiverInForce } from './waivers';

/**
 * What an emergency may cost. What is unknown or broken is no matter of cost, and stays; so does a missing plan, without which the
 * templates have no accelerators: deploying them would take the fleet away.
 */
const COSTS: ReadonlySet<FindingRule> = new Set([
  'CeilingExceeded',
  'HourlyCeilingExceeded',
  'CommitmentShortfall',
  'UncoveredWindow',
]);

/**
 * Lets a rollback or a hotfix through: fatal findings about cost become warnings until the waiver expires, in the periods
 * that it names and as long as each stays at or below its amount. An unpriced resource still needs a waiver of its own: its
 * cost is unknown, so nothing bounds it.
 */
export function breakGlass(
  findings: readonly Finding[],
  periods: readonly PeriodVerdict[],
  waivers: readonly Waiver[],
  asOf: Instant,
  outside: Usd,
): { readonly findings: readonly Finding[]; readonly breakGlass?: BreakGlass } {
  const costs = new Map([
    [OUTSIDE, outside],
    ...periods.map(({ id, ceiling }) => [id, Usd.of(ceiling.amount[ceiling.basis])] as const),
  ]);
  const used = new Set<Waiver>();
  const passed = findings.map((finding) => {
    const waiver = finding.severity === 'fatal' ? waiverFor(finding, costs, waivers, asOf) : undefined;
    if (waiver === undefined) return finding;
    used.add(waiver);
    return {
      ...finding,
      severity: 'warning' as const,
      sentence: `${finding.sentence}; break-glass, ${waivedBy(waiver)}`,
    };
  });
  const [first] = used;
  if (first === undefined) return { findings };
  const { approver, ticket, expires } = first;
  return { findings: passed, breakGlass: { approver, ticket, expires } };
}

function waiverFor(
  { rule, period }: Finding,
  costs: ReadonlyMap<string, Usd>,
  waivers: readonly Waiver[],
  asOf: Instant,
): Waiver | undefined {
  if (!COSTS.has(rule)) return undefined;
  const named = period === null ? undefined : waiverInForce(waivers, BREAK_GLASS, period, asOf);
  const waiver = named ?? waiverInForce(waivers, BREAK_GLASS, EVERY_PERIOD, asOf);
  if (waiver === undefined) return undefined;
  const limit = Usd.of(waiver.upTo);
  const touched = period === null ? [...costs.values()] : [costs.get(period) ?? Usd.zero];
  return touched.some((cost) => cost.exceeds(limit)) ? undefined : waiver;
}
