import { type Command, Option } from 'commander';
import { answer } from '../blueprint';
import { contractOf, readQuestion } from '../blueprint/question';
import { billOfTemplates } from '../blueprint/template-bill';
import { Problem } from '../problem';
import { renderBill } from '../report/bill-report';
import { toJsonText } from '../report/json';
import type { Asked } from './main';
import type { ExitCode, World } from './world';

/** What only a bill is asked with: templates from anywhere instead of a deployment of this clone. */
interface TemplateAsked {
  readonly template?: string;
  readonly assembly?: string;
  readonly region?: string;
  readonly parameters?: string;
  readonly assumptions?: string;
  readonly book?: string;
  readonly start?: string;
  readonly end?: string;
}

/** Adds `headroom bill`: of a deployment, of any CloudFormation template, or of a cloud assembly. */
export function addBill(command: Command, world: World, end: (code: ExitCode) => void): void {
  command
    .description('what the synthesized templates cost, or any CloudFormation template or cloud assembly')
    .option('--template <file>', 'bill this CloudFormation template, JSON or YAML, instead of a deployment')
    .addOption(
      new Option('--assembly <folder>', 'bill every stack of this cloud assembly (cdk.out)').conflicts('template'),
    )
    .option('--region <code>', 'where the template is deployed, or stacks of the assembly that name no region')
    .option('--parameters <file>', 'what it is deployed with; parameters left out take their defaults')
    .option('--assumptions <file>', 'declared usages and ceilings: a list, or a contract.json')
    .option('--book <file>', "another price book (default: the clone's own)")
    .option('--start <date>', 'start of the window billed (default: the calendar month after --as-of)')
    .option('--end <date>', 'its end')
    .action((asked: Asked & TemplateAsked) => {
      const isAny = asked.template !== undefined || asked.assembly !== undefined;
      if (isAny && command.getOptionValueSource('deployment') !== 'default') {
        throw new Problem('InvalidArgument', 'either templates are billed or a deployment; leave out --deployment');
      }
      end(isAny ? billTemplates(asked, world) : billDeployment(asked, world));
    });
}

/** 0 when everything is priced, 1 when anything is not. */
function billDeployment(asked: Asked & TemplateAsked, world: World): ExitCode {
  const stray = (['region', 'parameters', 'assumptions', 'book', 'start', 'end'] as const).find(
    (name) => asked[name] !== undefined,
  );
  if (stray !== undefined) {
    throw new Problem('InvalidArgument', `--${stray} belongs to --template or --assembly; a deployment has its own`);
  }
  const question = readQuestion({ root: world.root, cwd: world.cwd, ...asked });
  contractOf(question);
  const { bill, planned } = answer(question);
  world.out(asked.json === true ? toJsonText(bill) : renderBill(bill));
  if (planned.kind === 'infeasible') {
    const names = planned.workloads.map(({ name }) => name).join(', ');
    world.err(`headroom: the bill has no nodes for ${names}, which no candidate can serve; headroom plan says why\n`);
    return 1;
  }
  return bill.unpriced.length === 0 && question.alteredPrices === undefined ? 0 : 1;
}

/** 0 when everything is priced or bounded, 1 when anything is not. */
function billTemplates(asked: Asked & TemplateAsked, world: World): ExitCode {
  if (asked.contract !== undefined) {
    throw new Problem('InvalidArgument', 'a template is billed, not judged; give the contract as --assumptions');
  }
  const { bill, alteredPrices } = billOfTemplates({ root: world.root, cwd: world.cwd, ...asked });
  world.out(asked.json === true ? toJsonText(bill) : renderBill(bill));
  if (alteredPrices !== undefined) world.err(`headroom: ${alteredPrices}\n`);
  return bill.unpriced.length === 0 && alteredPrices === undefined ? 0 : 1;
}
