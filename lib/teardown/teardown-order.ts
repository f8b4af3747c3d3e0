import type { Bill } from '../budget/bill/bill';
import type { Charge } from '../budget/bill/charge';
import { type Assembly, readTemplates } from '../budget/bill/read-template';
import type { StackTemplate } from '../budget/bill/stack-template';
import { literalText } from '../budget/bill/template-value';
import { type AmountText, Usd } from '../units/money';

/** Everything a person takes down, in order. */
export interface TeardownOrder {
  readonly deployment: string;
  readonly places: readonly TeardownPlace[];
  /** Stacks of the fleet: other deployments' cells may use them. */
  readonly keptStacks: readonly string[];
  readonly retained: readonly Retained[];
}

/** The clusters and stacks of one account and region. Every stack stands before those that it imports from. */
export interface TeardownPlace {
  readonly region: string;
  /** Undefined: that of whoever runs it. */
  readonly account: string | undefined;
  readonly clusters: readonly string[];
  readonly stackNames: readonly string[];
}

/** What its stack leaves behind. */
export interface Retained {
  readonly stackName: string;
  readonly region: string;
  readonly logicalId: string;
  readonly type: string;
  /** USD a month at most, at list price; null where nothing that goes on is priced. */
  readonly perMonth: AmountText | null;
}

/** What cells share. */
const FLEET_STACK = /^Fleet\//;
/** It deletes the others on schedule, so it goes last. */
const TEARDOWN_STACK = /\/Teardown$/;
/** What stops when nobody writes or calls any more. */
const ENDS_WITH_USE = /ingest|request|invocation|transfer|query/i;

export function teardownOrder(deployment: string, stacks: readonly StackTemplate[], bill: Bill): TeardownOrder {
  const assembly = readTemplates(stacks);
  const top = stacks.filter(({ nestedIn, path }) => nestedIn === undefined && !FLEET_STACK.test(path));
  const placeOf = ({ account, region }: StackTemplate): string => JSON.stringify([account ?? null, region]);
  const places = [...new Set(top.map(placeOf))].sort();
  return {
    deployment,
    places: places.map((place) => {
      const here = top.filter((stack) => placeOf(stack) === place);
      const [first] = here;
      return {
        region: first?.region ?? '',
        account: first?.account,
        clusters: clustersIn(here, assembly),
        stackNames: lastUserFirst(here, assembly).map(({ stackName }) => stackName),
      };
    }),
    keptStacks: stacks
      .filter(({ path }) => FLEET_STACK.test(path))
      .map(({ stackName }) => stackName)
      .sort(),
    retained: retainedBy(assembly, bill).filter(({ stackName }) => top.some((stack) => stack.stackName === stackName)),
  };
}

/** Whoever is made after another goes before it; else the later name first, so that the order is always the same. */
function lastUserFirst(stacks: readonly StackTemplate[], assembly: Assembly): readonly StackTemplate[] {
  const ordered: StackTemplate[] = [];
  const visit = (stack: StackTemplate): void => {
    if (ordered.includes(stack)) return;
    for (const path of [...(stack.dependsOn ?? []), ...assembly.referencedBy(stack)].sort()) {
      const used = stacks.find((other) => other.path === path);
      if (used !== undefined && used !== stack) visit(used);
    }
    ordered.push(stack);
  };
  const byName = [...stacks].sort((a, b) => (a.path < b.path ? -1 : 1));
  const isTeardown = ({ path }: StackTemplate): boolean => TEARDOWN_STACK.test(path);
  // Made first, deleted last.
  for (const stack of [...byName.filter(isTeardown), ...byName.filter((one) => !isTeardown(one))]) visit(stack);
  return ordered.reverse();
}

function clustersIn(stacks: readonly StackTemplate[], assembly: Assembly): readonly string[] {
  const paths = stacks.map(({ path }) => path);
  return assembly.stacks
    .filter(({ stack }) => paths.includes(stack.path))
    .flatMap(({ resources }) => resources.filter(({ type }) => type === 'AWS::EKS::Cluster'))
    .flatMap((cluster) => literalText(cluster.property('Name')) ?? [])
    .sort();
}

function retainedBy(assembly: Assembly, { charges }: Bill): readonly Retained[] {
  return assembly.stacks.flatMap(({ stack, resources }) =>
    resources
      .filter(({ retained }) => retained)
      .map(({ logicalId, type }) => ({
        stackName: stack.stackName,
        region: stack.region,
        logicalId,
        type,
        perMonth: perMonth(charges.filter((it) => it.stack === stack.path && it.logicalId === logicalId)),
      })),
  );
}

/** At 730 hours a month. */
function perMonth(charges: readonly Charge[]): AmountText | null {
  const lasting = charges.filter(({ offer, dimension }) => !ENDS_WITH_USE.test(`${offer} ${dimension}`));
  if (lasting.length === 0) return null;
  return lasting.reduce((sum, { perHour }) => sum.plus(Usd.of(perHour.max).times(730)), Usd.zero).toText();
}
