import * as path from 'node:path';
import type { Command } from 'commander';
import { makeActuals } from '../budget/actuals/make-actuals';
import { diskSentence, isFileError, realFiles, replaceWhole } from '../budget/prices/refresh/files';
import { Problem } from '../problem';
import { renderActuals } from '../report/actuals-report';
import { toJsonText } from '../report/json';
import { instant } from '../units/interval';
import type { ExitCode, World } from './world';

export interface ActualsAsked {
  readonly in: readonly string[];
  readonly out: string;
  readonly until?: string;
  readonly final?: readonly string[];
  readonly json?: boolean;
}

/** Adds `headroom actuals`. */
export function addActuals(program: Command, world: World, end: (code: ExitCode) => void): void {
  program
    .command('actuals')
    .description('sum what AWS has charged to date, by day, from FOCUS 1.0 and 1.2 exports')
    .requiredOption('--in <files...>', 'CSV (.gz too) or Parquet files of the export, or folders that hold them')
    .requiredOption('--out <file>', 'where to write the sums, for -c actuals= and check --actuals')
    .option('--until <date>', 'leave out this UTC day and what follows: AWS may still add to it (default: today)')
    .option('--final <month...>', 'months such as 2026-12 whose invoice is out; FOCUS 1.0 does not say')
    .option('--json', 'print the sums as JSON, instead of text')
    .action(async (asked: ActualsAsked) => end(await actuals(asked, world)));
}

/** `headroom actuals`: 0 when every row was counted; anything that cannot be is wrong input. */
export async function actuals(asked: ActualsAsked, world: World): Promise<ExitCode> {
  const made = await makeActuals({
    files: asked.in.map((file) => path.resolve(world.cwd, file)),
    asOf: world.now(),
    until: asked.until === undefined ? undefined : instant(asked.until),
    final: asked.final,
  });
  const text = toJsonText(made);
  try {
    replaceWhole(realFiles, path.resolve(world.cwd, asked.out), text);
  } catch (thrown) {
    if (!isFileError(thrown)) throw thrown;
    throw new Problem('UnreadableFile', diskSentence(thrown, `${asked.out} is as it was; name another place`));
  }
  world.out(asked.json === true ? text : renderActuals(made));
  return 0;
}
