import { calibrationFrom, predictionsFor, writeAnswer } from '../blueprint/predictions';
import type { ExitCode, World } from './world';

/** Options of `headroom predict`. */
export interface PredictAsked {
  readonly in?: string;
  readonly out?: string;
  readonly coefficients?: string;
}

/** `headroom predict`: JSON Lines in, JSON Lines out. A bad line is answered on its line, and the exit code stays 0. */
export function predict(asked: PredictAsked, world: World): ExitCode {
  const answers = predictionsFor(world.cwd, asked.in, asked.coefficients);
  if (asked.out === undefined) world.out(answers);
  else writeAnswer(world.cwd, asked.out, answers);
  return 0;
}

/** Options of `headroom calibrate`. */
export interface CalibrateAsked {
  readonly measured: string;
  readonly out?: string;
}

/** `headroom calibrate`: refits from a CSV of measurements and prints the error of left-out pairs. */
export function calibrateCommand(asked: CalibrateAsked, world: World): ExitCode {
  world.out(calibrationFrom(world.cwd, asked.measured, asked.out, world.now().slice(0, 10)));
  return 0;
}
