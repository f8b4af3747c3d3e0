import * as fs from 'node:fs';
import * as path from 'node:path';
import { defaultCatalog } from '../lib/catalog/catalog';
import { accuracyReport } from '../lib/planner/performance/calibrated/accuracy-report';
import { readMeasurements } from '../lib/planner/performance/calibrated/measurement';

const flag = process.argv.indexOf('--measured');
const folder = flag >= 0 ? (process.argv[flag + 1] ?? '') : path.join(__dirname, '../../shared/measured');
process.stdout.write(
  `${accuracyReport(readMeasurements(fs.readFileSync(path.join(folder, 'serving.csv'), 'utf8')), defaultCatalog)}\n`,
);
