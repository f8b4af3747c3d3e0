import type { Catalog } from '../../../catalog/catalog';
import { Problem } from '../../../problem';
import { type CalibrationReport, measurementsFrom } from './calibrate';
import { withCaution } from './caution';
import { type BandFile, type CoefficientFile, coefficientsOfFile } from './coefficient-file';
import { COEFFICIENT_NAMES, type Coefficients, coefficientsFromLogs } from './coefficient-names';
import { predictSamples } from './cross-validation';
import { correctedBy } from './few-rows';
import type { CellLogs, Sample } from './fit';
import { cellsOf, samplesOf } from './samples';
import { scoreOf } from './scores';

/** A coefficient that rows moved by less than this (logarithm) keeps its origin. */
const MOVED = 0.02;

const cellName = (cell: { readonly accelerator: string; readonly engine: string }): string =>
  `${cell.accelerator} ${cell.engine}`;

function moved(file: CoefficientFile, logs: Float64Array, rows: number, source: string, asOf: string): CoefficientFile {
  const before = coefficientsOfFile(file);
  const after = coefficientsFromLogs(logs);
  const changed = COEFFICIENT_NAMES.filter((name) => Math.abs(Math.log(after[name] / before[name])) > MOVED);
  const kept = (group: Partial<Coefficients>): Partial<Coefficients> =>
    Object.fromEntries(Object.entries(group).filter(([name]) => !changed.some((c) => c === name)));
  const own = Object.fromEntries(changed.map((name) => [name, Number(after[name].toPrecision(4))]));
  return {
    ...file,
    asOf,
    evidence: { ...file.evidence, source: `${file.evidence.source}; corrected by ${rows} rows of ${source}` },
    coefficients: {
      fit: { ...kept(file.coefficients.fit), ...own },
      operators: kept(file.coefficients.operators),
      order: kept(file.coefficients.order),
    },
  };
}

function errorText(when: string, samples: readonly Sample[], logs: CellLogs, caution: number): string {
  const answers = withCaution(predictSamples(samples, logs.map(coefficientsFromLogs)), caution);
  const of = (errors: readonly number[]): string => `${(100 * scoreOf(errors).mape).toFixed(1)} %`;
  const tpot = answers.map((p, i) => Math.log(p.tpotSeconds) - (samples[i]?.logTpot ?? 0));
  const ttft = answers.map((p, i) => Math.log(p.ttftSeconds) - (samples[i]?.logTtft ?? 0));
  return `${when}: these rows err by ${of(tpot)} in TPOT and ${of(ttft)} in TTFT`;
}

/**
 * Corrects coefficients by a few rows of one's own instead of fitting anew: the files of the rows' accelerators and engines move,
 * the others stay. What five rows gain on the other rows of a pair never seen is what `npm run accuracy` prints.
 *
 * @throws Problem for rows that cannot be read or used
 */
export function correct(
  text: string,
  catalog: Catalog,
  given: { readonly files: readonly CoefficientFile[]; readonly bands: BandFile },
  source: string,
  asOf: string,
): CalibrationReport {
  const rows = measurementsFrom(text).filter((m) => !m.saturated);
  if (rows.length === 0)
    throw new Problem(
      'InvalidArgument',
      'all measurements are saturated; give rows whose requests did not wait for admission',
    );
  const cells = cellsOf(rows, catalog);
  const logs = cells.map((cell) => {
    const file = given.files.find((f) => cellName(f) === cellName(cell));
    if (file === undefined)
      throw new Problem(
        'InvalidArgument',
        `no coefficients are known for ${cellName(cell)}; calibrate without --correct`,
      );
    const c = coefficientsOfFile(file);
    return Float64Array.from(COEFFICIENT_NAMES, (name) => Math.log(c[name]));
  });
  const samples = samplesOf(rows, cells, catalog);
  const { caution, tpot, ttft } = given.bands;
  const ownRows = given.bands.ownRows ?? { caution, tpotScatter: tpot.scale, ttftScatter: ttft.scale };
  const after = correctedBy(samples, logs, caution, ownRows);
  const files = given.files.map((file) => {
    const at = cells.findIndex((cell) => cellName(cell) === cellName(file));
    const own = samples.filter((sample) => sample.cell === at).length;
    return at < 0 ? file : moved(file, after[at] as Float64Array, own, source, asOf);
  });
  return {
    calibrated: { files, bands: given.bands },
    text: [errorText('before', samples, logs, caution), errorText('after', samples, after, caution)].join('\n'),
  };
}
