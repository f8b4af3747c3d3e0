import { Command, CommanderError, Option } from 'commander';
import { DEPLOYMENT_NAMES } from '../deployments/registry';
import { isProblem } from '../problem';
import { addActuals } from './actuals';
import { addBill } from './bill';
import { check } from './check';
import { addDiff } from './diff';
import { front } from './front';
import { plan } from './plan';
import { addPredictions } from './predict';
import { addPreflight } from './preflight';
import { addPrices } from './prices';
import { purchases } from './purchases';
import { addTeardown } from './teardown';
import type { ExitCode, World } from './world';

/** What every command is asked with. */
export interface Asked {
  readonly deployment: string;
  readonly contract?: string;
  readonly asOf?: string;
  readonly actuals?: string;
  readonly json?: boolean;
}

type Run = (asked: Asked, world: World) => ExitCode;

/**
 * The command line: argv in, exit code out. Wrong input is one sentence on stderr and 2; a stack trace is shown only for a
 * defect, which is thrown on.
 */
export async function main(argv: readonly string[], world: World): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new Command('headroom')
    .description('Plan, bill and judge inference clusters against a committed-spend contract.')
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err });
  const add = (name: string, description: string, run: Run): void => {
    withOptions(program.command(name).description(description), !['plan', 'purchases', 'front'].includes(name)).action(
      (asked: Asked) => {
        code = run(asked, world);
      },
    );
  };
  add('purchases', 'what a person is to buy where CloudFormation cannot, with the scripts; it buys nothing', purchases);
  add('front', 'what a million output tokens costs against how long they take, over every shape', front);
  add('plan', 'what is chosen for each workload, and why everything else lost', plan);
  addBill(withOptions(program.command('bill'), true), world, (end) => {
    code = end;
  });
  add('check', 'whether the bill stays inside the contract, as of a day that is today', check);
  addPrices(program, world, (end) => {
    code = end;
  });
  addDiff(program, world, (end) => {
    code = end;
  });
  addActuals(program, world, (end) => {
    code = end;
  });
  addTeardown(program, world, (end) => {
    code = end;
  });
  addPreflight(program, world, (end) => {
    code = end;
  });
  addPredictions(program, world, (end) => {
    code = end;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    if (!isProblem(thrown)) throw thrown;
    world.err(`headroom: ${thrown.message} (${thrown.code})\n`);
    return 2;
  }
}

function withOptions(command: Command, contract: boolean): Command {
  command
    .addOption(new Option('-d, --deployment <name>', 'which deployment').choices(DEPLOYMENT_NAMES).default('sandbox'))
    .option('--as-of <date>', "the UTC date or instant to judge at (default: the deployment's own)")
    .option('--json', 'print the file that cdk synth would leave, instead of text');
  if (contract) command.option('--contract <file>', 'another contract.json, or "none" to bill without judging');
  // Only a verdict counts what was charged.
  if (command.name() === 'check') {
    command
      .option('--actuals <file>', 'what was charged to date (headroom actuals), or "none"')
      .option('--max-price-age <days>', 'also fail where a price of the bill was read longer ago')
      .option('--expect <file>', 'also fail where the assembly, or what it was judged by, is not what was reviewed')
      .option('--assembly <folder>', 'the assembly that is held to --expect (default: cdk.out)')
      .option('--write-expect <file>', 'when within the contract, write what it was judged by, for --expect');
  }
  return command;
}
