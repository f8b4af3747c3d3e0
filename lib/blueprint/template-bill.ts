import * as path from 'node:path';
import type { Bill } from '../budget/bill/bill';
import { billTemplates } from '../budget/bill/bill-templates';
import { parametersFor, parseParameters } from '../budget/bill/parameters-file';
import { rootOf } from '../budget/bill/references';
import type { StackTemplate } from '../budget/bill/stack-template';
import { NOTHING_OWNED, parseAssumptions } from '../budget/envelope/parse-assumptions';
import { Problem } from '../problem';
import { type Instant, type Interval, instant, interval, monthAfter } from '../units/interval';
import { PRICE_BOOK, readPrices } from './question';
import { readText } from './read-text';
import { stacksOfAssembly, stacksOfTemplate } from './template-files';

/** What a person asks to have billed: one template, or a whole cloud assembly. */
export interface TemplateQuestion {
  readonly root: string;
  readonly cwd: string;
  readonly template?: string;
  readonly assembly?: string;
  readonly region?: string;
  readonly parameters?: string;
  readonly assumptions?: string;
  /** @default - the clone's own price book */
  readonly book?: string;
  /** @default - the day of the price book */
  readonly asOf?: string;
  /** @default - the calendar month after asOf */
  readonly start?: string;
  readonly end?: string;
}

/** The bill, and whether it can be relied on: not with an altered price book. */
export interface TemplateBill {
  readonly bill: Bill;
  readonly alteredPrices: string | undefined;
}

/**
 * The bill of any template or assembly, ours or not.
 *
 * @throws Problem for a file that cannot be read and for one that is not what it is given as
 */
export function billOfTemplates(question: TemplateQuestion): TemplateBill {
  const { root, cwd } = question;
  const book = question.book === undefined ? path.join(root, PRICE_BOOK) : path.resolve(cwd, question.book);
  const { priceBook, alteredPrices } = readPrices(book);
  const asOf = instant(question.asOf ?? priceBook.effectiveDate);
  const declared =
    question.assumptions === undefined
      ? { assumptions: [], ledger: NOTHING_OWNED }
      : parseAssumptions(readText(path.resolve(cwd, question.assumptions), 'the assumptions file'));
  const window = windowOf(question, asOf);
  const stacks = stacksOf(question);
  return { bill: billTemplates({ stacks, window, asOf, priceBook, ...declared }), alteredPrices };
}

function stacksOf(question: TemplateQuestion): readonly StackTemplate[] {
  const { assembly, template, region, cwd } = question;
  checkRegion(region);
  if (assembly !== undefined) return withParameters(stacksOfAssembly(path.resolve(cwd, assembly), region), question);
  if (template === undefined || region === undefined) {
    throw new Problem('InvalidArgument', 'a template says no region, and prices are per region; pass --region');
  }
  const file = path.resolve(cwd, template);
  const stackName = path.basename(file).replace(/(\.template)?\.(json|ya?ml|template)$/i, '');
  const source = { file, path: stackName, stackName, region, account: undefined };
  return withParameters(stacksOfTemplate(source), question);
}

/** The file's values belong to the stacks that are deployed by themselves; nested ones get theirs from their parents. */
function withParameters(stacks: readonly StackTemplate[], question: TemplateQuestion): readonly StackTemplate[] {
  const { parameters: name, cwd, assembly } = question;
  if (name === undefined) return stacks;
  const given = parseParameters(readText(path.resolve(cwd, name), 'the parameters file'), name);
  return stacks.map((stack) => {
    if (stack.nestedIn !== undefined) return stack;
    const own = assembly === undefined ? given : ofStack(given, stack.path);
    return { ...stack, parameters: parametersFor(rootOf(stack), own, name) };
  });
}

/** In an assembly a parameter is named with its stack, "Stack:Name", as the CDK's own command line has it. */
function ofStack(given: ReadonlyMap<string, string>, stackPath: string): ReadonlyMap<string, string> {
  const prefix = `${stackPath}:`;
  return new Map(
    [...given].flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [])),
  );
}

function windowOf({ start, end }: TemplateQuestion, asOf: Instant): Interval {
  if (start === undefined && end === undefined) return monthAfter(asOf);
  if (start === undefined || end === undefined) {
    throw new Problem('InvalidArgument', 'a window has two ends; pass both --start and --end');
  }
  return interval(start, end);
}

function checkRegion(region: string | undefined): void {
  if (region === undefined || /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return;
  throw new Problem('InvalidArgument', `--region must be a region such as us-east-1, got ${JSON.stringify(region)}`);
}
