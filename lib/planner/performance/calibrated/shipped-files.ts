import type { Catalog } from '../../../catalog/catalog';
import type { Measurement } from './measurement';
import { neuronFileFrom } from './neuron-file';
import { calibratedFrom } from './write-coefficients';

const SOURCE = 'serving.csv: silicon_sample.csv of github.com/ai-dynamo/aiconfigurator @095f58a, a cleaned subset';
const AS_OF = '2026-11-23';

const QUOTE = String.fromCharCode(39);
const imported = (what: string, file: string): string => `import ${what} from ${QUOTE}${file}${QUOTE};`;

/** The files that this package ships, written from measurements: coefficients, bands, and a table that imports them. */
export function shippedFiles(
  measurements: readonly Measurement[],
  neuronCsv: string,
  catalog: Catalog,
): readonly { name: string; text: string }[] {
  const { files, bands } = calibratedFrom(measurements, catalog, SOURCE, AS_OF);
  const names = files.map((file) => `${file.accelerator}-${file.engine}`.toLowerCase());
  const variables = files.map((file) => `${file.accelerator}_${file.engine}`.replace(/[^A-Za-z0-9]/g, '_'));
  const imports = names.map((name, i) => imported(variables[i] ?? '', `./${name}.json`));
  const table = [
    '// Written by `npm run calibrate:shipped`.',
    imported('type { BandFile, CoefficientFile }', '../coefficient-file'),
    imported('type { NeuronFile }', '../neuron-file'),
    ...imports,
    imported('bands', './error-bands.json'),
    imported('neuron', './neuron.json'),
    '',
    '/** Coefficients of every GPU of the catalogue with every engine. */',
    'export const COEFFICIENT_FILES = [',
    ...variables.map((variable) => `  ${variable},`),
    '] as unknown as readonly CoefficientFile[];',
    '',
    '/** Error bands of predictions, from errors of pairs that were left out. */',
    'export const ERROR_BANDS = bands as BandFile;',
    '',
    '/** Coefficients of Inferentia and Trainium, pooled over chips and engines. */',
    'export const NEURON_FILE = neuron as NeuronFile;',
    '',
  ];
  return [
    ...files.map((file, i) => ({ name: `${names[i]}.json`, text: `${JSON.stringify(file, null, 1)}\n` })),
    { name: 'error-bands.json', text: `${JSON.stringify(bands, null, 1)}\n` },
    { name: 'neuron.json', text: `${JSON.stringify(neuronFileFrom(neuronCsv, catalog, AS_OF), null, 1)}\n` },
    { name: 'index.ts', text: table.join('\n') },
  ];
}
