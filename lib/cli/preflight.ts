import { type Command, Option } from 'commander';
import { plannedStacks } from '../blueprint';
import { readQuestion } from '../blueprint/question';
import type { Patience } from '../budget/prices/refresh/patience';
import { DEPLOYMENT_NAMES } from '../deployments/registry';
import { callerAccount } from '../preflight/account/clients';
import { readAccount } from '../preflight/account/read-account';
import type { AccountFacts } from '../preflight/facts';
import { judgeNeeds } from '../preflight/judge-needs';
import type { Finding, Need } from '../preflight/need';
import { needsOf } from '../preflight/needs';
import { toJsonText } from '../report/json';
import { type Preflight, renderPreflight } from '../report/preflight-report';
import type { ExitCode, World } from './world';

export interface PreflightAsked {
  readonly deployment: string;
  readonly asOf?: string;
  readonly json?: boolean;
  /** Ask nobody. */
  readonly offline?: boolean;
}

/** Adds `headroom preflight`. */
export function addPreflight(program: Command, world: World, end: (code: ExitCode) => void): void {
  program
    .command('preflight')
    .description(
      'what an account must have before the deployment can succeed: quotas, offerings, reservations, bootstrap',
    )
    .addOption(new Option('-d, --deployment <name>', 'which deployment').choices(DEPLOYMENT_NAMES).default('sandbox'))
    .option('--as-of <date>', "the UTC date or instant to plan at (default: the deployment's own)")
    .option('--offline', 'ask no account: print the checklist')
    .option('--json', 'print the findings as JSON, instead of text')
    .action(async (asked: PreflightAsked) => end(await preflight(asked, world)));
}

/**
 * `headroom preflight`: 0 when every need is met, or the checklist was asked for; 1 when anything is missing or unknown, so
 * also when there are no credentials to ask with.
 *
 * @param patience with the services; the SDK's limits unless said otherwise
 */
export async function preflight(
  asked: PreflightAsked,
  world: World,
  patience: Partial<Patience> = {},
): Promise<ExitCode> {
  const question = readQuestion({ root: world.root, cwd: world.cwd, ...asked, contract: 'none' });
  const { deployment, catalog, asOf } = question;
  const { planned, stacks } = plannedStacks(question);
  if (planned.kind === 'infeasible') {
    const names = planned.workloads.map(({ name }) => name).join(', ');
    world.err(`headroom: there are no nodes for ${names}, which no candidate can serve; headroom plan says why\n`);
    return 1;
  }
  const [first] = deployment.cells;
  const caller = await callerOf(asked, first?.region ?? 'us-east-1', patience);
  const account = typeof caller === 'string' ? caller : null;
  const placed = <It extends { readonly account?: string | undefined }>(it: It): It =>
    account === null ? it : { ...it, account: it.account ?? account };
  const needs = needsOf({
    cells: deployment.cells.map(placed),
    stacks: stacks.map(placed),
    plans: planned.plan.cells,
    catalog,
  });
  const findings = await findingsFor(
    needs,
    deployment.cells.map(({ id }) => id),
    caller,
    patience,
  );
  const notAsked = typeof caller === 'string' ? null : caller.unread;
  const answer: Preflight = { schemaVersion: 1, deployment: deployment.name, asOf, account, notAsked, findings };
  world.out(asked.json === true ? toJsonText(answer) : renderPreflight(answer));
  return asked.offline === true || findings.every(({ status }) => status === 'met') ? 0 : 1;
}

async function callerOf(
  { offline }: PreflightAsked,
  region: string,
  patience: Partial<Patience>,
): Promise<string | { readonly unread: string }> {
  if (offline === true) return { unread: 'offline' };
  return (await callerAccount(region, patience)) ?? { unread: 'there are no AWS credentials' };
}

async function findingsFor(
  needs: readonly Need[],
  cells: readonly string[],
  caller: string | { readonly unread: string },
  patience: Partial<Patience>,
): Promise<readonly Finding[]> {
  if (typeof caller !== 'string') return judgeNeeds(needs, () => caller);
  const ours = needs.filter(({ account }) => account === caller);
  const regions = [...new Set(ours.map((need) => need.region))];
  const read = regions.map(async (region): Promise<readonly [string, AccountFacts]> => {
    const here = ours.filter((need) => need.region === region);
    return [region, await readAccount(region, here, cells, patience)];
  });
  const facts = new Map(await Promise.all(read));
  return judgeNeeds(needs, ({ account, region }) => {
    const found = account === caller ? facts.get(region) : undefined;
    return found ?? { unread: `these credentials belong to account ${caller}; ask again with those of ${account}` };
  });
}
