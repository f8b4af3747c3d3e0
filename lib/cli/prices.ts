import { type Command, Option } from 'commander';
import { DEPLOYMENT_NAMES } from '../deployments/registry';
import { type DiffAsked, diff } from './prices/diff';
import { type QuoteAsked, quote } from './prices/quote';
import { type RefreshAsked, refresh } from './prices/refresh';
import { type VerifyAsked, verify } from './prices/verify';
import type { ExitCode, World } from './world';

/** Adds `headroom prices refresh | verify | diff | quote`. */
export function addPrices(program: Command, world: World, end: (code: ExitCode) => void): void {
  const prices = program.command('prices').description('the price book: read it anew, check it, compare two');
  addRefresh(prices, world, end);
  addVerify(prices, world, end);
  addDiff(prices, world, end);
  addQuote(prices, world, end);
}

function addRefresh(prices: Command, world: World, end: (code: ExitCode) => void): void {
  prices
    .command('refresh')
    .description('read every price again from the AWS Price List and replace the book, whole or not at all')
    .option('--book <file>', "the snapshot to replace (default: the clone's own)")
    .option('--region <code...>', 'regions to read (default: those of the present book)')
    .option('--instance-type <name...>', 'types to read beside those of the present book')
    .option('--savings-plan <plan...>', 'plans whose rates to read too, such as compute:1yr:noUpfront')
    .option('--json', 'print what happened as JSON, instead of text')
    .action(async (asked: RefreshAsked) => end(await refresh(asked, world)));
}

function addVerify(prices: Command, world: World, end: (code: ExitCode) => void): void {
  prices
    .command('verify')
    .description('hash, duplicates and the age of every row, as of a day that is today')
    .argument('[book]', "the snapshot to check (default: the clone's own)")
    .addOption(deployment('whose day ages are counted at').default('sandbox'))
    .option('--as-of <date>', "the UTC date or instant to count ages at (default: the deployment's own)")
    .option('--max-age <days>', 'fail when any row is older')
    .option('--json', 'print the check as JSON, instead of text')
    .action((book: string | undefined, asked: VerifyAsked) => end(verify(book, asked, world)));
}

function addDiff(prices: Command, world: World, end: (code: ExitCode) => void): void {
  prices
    .command('diff')
    .description('what moved between two books, and what that does to a bill')
    .argument('<old>', 'the older snapshot')
    .argument('[new]', "the newer snapshot (default: the clone's own)")
    .addOption(deployment('bill this deployment with both books'))
    .option('--contract <file>', 'another contract.json for that bill, or "none"')
    .option('--as-of <date>', 'the UTC date or instant whose prices are compared (default: now)')
    .option('--json', 'print the comparison as JSON, instead of text')
    .action((older: string, newer: string | undefined, asked: DiffAsked) => end(diff(older, newer, asked, world)));
}

function addQuote(prices: Command, world: World, end: (code: ExitCode) => void): void {
  prices
    .command('quote')
    .description('ask what Capacity Blocks AWS offers your account now, and keep the quotes for a day')
    .requiredOption('--region <code>', 'where')
    .option('--instance-type <name>', 'of which instances')
    .option('--ultraserver-type <name>', 'or of which UltraServers')
    .requiredOption('--count <number>', 'how many')
    .requiredOption('--days <number>', 'for how many days')
    .option('--from <date>', 'not to start before')
    .option('--to <date>', 'to end before')
    .option('--quotes <file>', 'where quotes are kept', 'quotes.json')
    .option('--account <id>', 'whose quotes they are (default: the account that the credentials name)')
    .option('--json', 'print the quotes as JSON, instead of text')
    .action(async (asked: QuoteAsked) => end(await quote(asked, world)));
}

function deployment(what: string): Option {
  return new Option('-d, --deployment <name>', what).choices(DEPLOYMENT_NAMES);
}
