import * as fs from 'node:fs';
import * as path from 'node:path';
import { defaultCatalog } from '../../lib/catalog/catalog';
import { readMeasurements } from '../../lib/planner/performance/calibrated/measurement';
import { shippedFiles } from '../../lib/planner/performance/calibrated/shipped-files';

const flag = process.argv.indexOf('--measured');
const folder = flag >= 0 ? (process.argv[flag + 1] ?? '') : path.join(__dirname, '../../../shared/measured');
const out = path.join(__dirname, '../../lib/planner/performance/calibrated/coefficients');
const measurements = readMeasurements(fs.readFileSync(path.join(folder, 'serving.csv'), 'utf8'));
const neuron = fs.readFileSync(path.join(folder, 'neuron.csv'), 'utf8');
fs.mkdirSync(out, { recursive: true });
for (const file of shippedFiles(measurements, neuron, defaultCatalog))
  fs.writeFileSync(path.join(out, file.name), file.text);
