import * as fs from 'node:fs';
import * as path from 'node:path';
import { defaultCatalog } from '../../lib/catalog/catalog';
import { accuracyReport } from '../../lib/planner/performance/calibrated/accuracy-report';
import { measurementsFrom } from '../../lib/planner/performance/calibrated/calibrate';
import { coefficientsOfFile } from '../../lib/planner/performance/calibrated/coefficient-file';
import { COEFFICIENT_FILES } from '../../lib/planner/performance/calibrated/coefficients';
import { mlperfReport } from '../../lib/planner/performance/calibrated/mlperf-report';
import { neuronReport } from '../../lib/planner/performance/calibrated/neuron-report';
import { Problem } from '../../lib/problem';

// npm run accuracy [-- --measured DIR]: a folder with serving.csv (or silicon_sample.csv) and neuron.csv.
const flag = process.argv.indexOf('--measured');
const folder = flag >= 0 ? (process.argv[flag + 1] ?? '') : path.join(__dirname, '../../../shared/measured');
const read = (name: string): string | undefined => {
  const file = path.join(folder, name);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
};

const serving = read('serving.csv') ?? read('silicon_sample.csv');
if (serving === undefined) {
  throw new Problem(
    'InvalidArgument',
    `${path.resolve(folder)} has neither serving.csv nor silicon_sample.csv; give the folder of one with --measured DIR`,
  );
}
process.stdout.write(`${accuracyReport(measurementsFrom(serving), defaultCatalog)}\n`);
const neuron = read('neuron.csv');
if (neuron !== undefined) process.stdout.write(`${neuronReport(neuron, defaultCatalog)}\n`);
const mlperf = read('mlperf.csv');
if (mlperf !== undefined) {
  const fileOf = (key: string) =>
    COEFFICIENT_FILES.find((file) => file.accelerator === key && file.engine === 'trtllm');
  const coefficientsOf = (key: string) => {
    const file = fileOf(key);
    return file === undefined ? undefined : coefficientsOfFile(file);
  };
  process.stdout.write(`${mlperfReport(mlperf, defaultCatalog, coefficientsOf)}\n`);
}
