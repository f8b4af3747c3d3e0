import type { Command } from 'commander';
import { calibrationFrom, predictionsFor, writeAnswer } from '../blueprint/predictions';
import type { ExitCode, World } from './world';

interface PredictAsked {
  readonly in?: string;
  readonly out?: string;
  readonly coefficients?: string;
}

interface CalibrateAsked {
  readonly measured: string;
  readonly out?: string;
  readonly correct?: boolean;
}

/** Adds `headroom predict` and `headroom calibrate`. A line that cannot be answered has its error on its line, and the exit code stays 0. */
export function addPredictions(program: Command, world: World, end: (code: ExitCode) => void): void {
  program
    .command('predict')
    .description('time to first token, time per output token and throughput of replicas: JSON Lines in, JSON Lines out')
    .option('--in <file>', 'requests (default: standard input)')
    .option('--out <file>', 'where answers go (default: standard output)')
    .option('--coefficients <folder>', 'what calibrate wrote (default: the shipped coefficients)')
    .action((asked: PredictAsked) => {
      const answers = predictionsFor(world.cwd, asked.in, asked.coefficients);
      if (asked.out === undefined) world.out(answers);
      else writeAnswer(world.cwd, asked.out, answers);
      end(0);
    });
  program
    .command('calibrate')
    .description('refit the performance model from measurements, with the error of what was left out')
    .requiredOption('--measured <file>', 'a CSV with the columns of serving.csv, or silicon_sample.csv')
    .option('--out <folder>', 'where the coefficient files go')
    .option('--correct', 'correct the shipped coefficients by a few rows of your own instead of fitting anew')
    .action((asked: CalibrateAsked) => {
      world.out(calibrationFrom(world.cwd, asked.measured, asked.out, world.now().slice(0, 10), asked.correct));
      end(0);
    });
}
