import * as path from 'node:path';
import { type Command, Option } from 'commander';
import { diffAssemblies } from '../blueprint/assembly-diff';
import { renderDiff, renderDiffMarkdown } from '../report/diff-report';
import { toJsonText } from '../report/json';
import type { ExitCode, World } from './world';

export interface DiffAsked {
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** Adds `headroom diff`. */
export function addDiff(program: Command, world: World, end: (code: ExitCode) => void): void {
  program
    .command('diff')
    .description('what costs more or less in one cloud assembly than in another, and why')
    .requiredOption('--from <folder>', 'the older assembly, with the report that cdk synth left in it')
    .option('--to <folder>', 'the newer one', 'cdk.out')
    .option('--json', 'print the comparison as JSON, instead of text')
    .addOption(new Option('--markdown', 'print it for a pull request').conflicts('json'))
    .action((asked: DiffAsked) => end(diff(asked, world)));
}

/** `headroom diff`: 0, or 1 when either bill is not whole, so that the difference is not the whole one. */
export function diff({ from, to, json, markdown }: DiffAsked, world: World): ExitCode {
  const compared = diffAssemblies(path.resolve(world.cwd, from), path.resolve(world.cwd, to));
  if (json === true) world.out(toJsonText(compared));
  else world.out(markdown === true ? renderDiffMarkdown(compared) : renderDiff(compared));
  const { unpriced } = compared;
  return unpriced.from.length + unpriced.to.length === 0 ? 0 : 1;
}
