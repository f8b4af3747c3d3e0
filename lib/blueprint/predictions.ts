import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { defaultCatalog } from '../catalog/catalog';
import { modelFromConfig } from '../catalog/model-config';
import { calibrate } from '../planner/performance/calibrated/calibrate';
import type { BandFile, CoefficientFile } from '../planner/performance/calibrated/coefficient-file';
import { COEFFICIENT_FILES, ERROR_BANDS } from '../planner/performance/calibrated/coefficients';
import { correct } from '../planner/performance/calibrated/correct';
import { predictLines, predictor } from '../planner/performance/calibrated/predict';
import { Problem } from '../problem';

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    throw new Problem('UnreadableFile', `cannot read ${file}; give the path of a readable file`);
  }
}

/** A folder that `calibrate` wrote: its coefficients replace the shipped ones. */
function coefficientsIn(folder: string): { readonly files: readonly CoefficientFile[]; readonly bands: BandFile } {
  const bands = jsonOf(path.join(folder, 'error-bands.json'), ['tpot', 'ttft']) as BandFile;
  const names = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'error-bands.json')
    .sort();
  const members = ['accelerator', 'engine', 'basis', 'coefficients'];
  return { files: names.map((name) => jsonOf(path.join(folder, name), members) as CoefficientFile), bands };
}

/** What `calibrate` wrote into a file. @throws Problem where it is something else */
function jsonOf(file: string, members: readonly string[]): object {
  const text = textOf(file);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && members.every((name) => name in value)) return value;
  } catch {
    // Told below, with the file's name.
  }
  throw new Problem('InvalidArgument', `${file} is not a file that calibrate wrote; give a folder of its --out alone`);
}

/**
 * JSON Lines of requests answered in order. `model` may be the path of a config.json.
 *
 * @param input a file, or undefined for the standard input
 * @param coefficients a folder that `calibrate` wrote; undefined for the shipped coefficients
 */
export function predictionsFor(cwd: string, input: string | undefined, coefficients: string | undefined): string {
  const text = input === undefined ? fs.readFileSync(0, 'utf8') : textOf(path.resolve(cwd, input));
  const own = coefficients === undefined ? {} : coefficientsIn(path.resolve(cwd, coefficients));
  const predict = predictor({
    ...own,
    modelFromFile: (name) => {
      const file = path.resolve(cwd, name);
      return fs.existsSync(file) ? modelFromConfig(textOf(file), name) : undefined;
    },
  });
  return predictLines(text, predict);
}

/** Refits from a CSV of measurements; writes the files into `out` where one is given. Answers the report's text. `shipped`: correct the shipped coefficients instead. */
export function calibrationFrom(
  cwd: string,
  measured: string,
  out: string | undefined,
  asOf: string,
  shipped = false,
): string {
  const rows = textOf(path.resolve(cwd, measured));
  const given = { files: COEFFICIENT_FILES, bands: ERROR_BANDS };
  const { calibrated, text } = shipped
    ? correct(rows, defaultCatalog, given, measured, asOf)
    : calibrate(rows, defaultCatalog, measured, asOf);
  if (out !== undefined) {
    const folder = path.resolve(cwd, out);
    fs.mkdirSync(folder, { recursive: true });
    for (const file of calibrated.files) {
      const name = `${file.accelerator}-${file.engine}.json`.toLowerCase();
      fs.writeFileSync(path.join(folder, name), `${JSON.stringify(file, null, 1)}\n`);
    }
    fs.writeFileSync(path.join(folder, 'error-bands.json'), `${JSON.stringify(calibrated.bands, null, 1)}\n`);
  }
  return `${text}\n`;
}

/** Writes what a command says to a file that a person named: all of it or nothing. @throws Problem where it cannot be written */
export function writeAnswer(cwd: string, file: string, text: string): void {
  const target = path.resolve(cwd, file);
  const special = fs.existsSync(target) && !fs.statSync(target).isFile();
  try {
    if (special) fs.writeFileSync(target, text);
    else replaceFile(target, text);
  } catch {
    throw new Problem(
      'InvalidArgument',
      `cannot write ${file}; give the path of a file in a folder that can be written to`,
    );
  }
}

function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, file);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}
