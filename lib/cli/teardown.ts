import { type Command, Option } from 'commander';
import { billFor, plannedStacks } from '../blueprint';
import { readQuestion } from '../blueprint/question';
import { DEPLOYMENT_NAMES } from '../deployments/registry';
import { toJsonText } from '../report/json';
import { teardownScript } from '../report/teardown-script';
import { teardownOrder } from '../teardown/teardown-order';
import type { ExitCode, World } from './world';

export interface TeardownAsked {
  readonly deployment: string;
  readonly asOf?: string;
  readonly json?: boolean;
}

/** Adds `headroom teardown`. */
export function addTeardown(program: Command, world: World, end: (code: ExitCode) => void): void {
  program
    .command('teardown')
    .description('print the bash script that takes a deployment down in the right order; it runs nothing itself')
    .addOption(new Option('-d, --deployment <name>', 'which deployment').choices(DEPLOYMENT_NAMES).default('sandbox'))
    .option('--as-of <date>', "the UTC date or instant that it was deployed as of (default: the deployment's own)")
    .option('--json', 'print the order and what is kept as JSON, instead of the script')
    .action((asked: TeardownAsked) => end(teardown(asked, world)));
}

/** `headroom teardown`: 0. Also where there is no plan: the cells' own stacks can be taken down without one. */
export function teardown(asked: TeardownAsked, world: World): ExitCode {
  const question = readQuestion({ root: world.root, cwd: world.cwd, ...asked, forgivesPrices: true });
  const { stacks, manifests } = plannedStacks(question);
  const order = teardownOrder(question.deployment.name, stacks, billFor(question, [...stacks, ...manifests]));
  world.out(asked.json === true ? toJsonText(order) : teardownScript(order));
  return 0;
}
